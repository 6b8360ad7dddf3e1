"""Who is acting in the current request or command, for what is written down far below it.

The door of the process sets it: the web process for each request, the command line for each command. Threads that
serve a request share its `Acting`, so that the part that identifies the caller can say so for all of them.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.audit.entries import Actor

COMMAND_LINE = "cli"


@dataclass
class Acting:
    """Who acts, as far as it is known by now."""

    door: str = "system"
    address: str = ""
    workspace: str = ""
    person: str = ""
    label: str = ""

    def is_person(self, workspace: str, person: str, label: str = "") -> None:
        """Note who the caller is."""
        self.workspace, self.person, self.label = workspace, person, label


_ACTING: ContextVar[Acting | None] = ContextVar("acting", default=None)


@contextmanager
def acting(door: str, *, address: str = "", workspace: str = "", person: str = "") -> Iterator[Acting]:
    """Let everything within be done through this door."""
    now = Acting(door, address, workspace, person)
    token = _ACTING.set(now)
    try:
        yield now
    finally:
        _ACTING.reset(token)


def note_person(workspace: str, person: str, label: str = "") -> None:
    """Note who the caller of the current request is; without a request nothing happens."""
    if now := _ACTING.get():
        now.is_person(workspace, person, label)


def note_local_person(person: Callable[[], str]) -> None:
    """Note who sits at this machine, for a command that somebody typed there."""
    now = _ACTING.get()
    if now and now.door == COMMAND_LINE and not now.person:
        now.is_person(now.workspace, person())


def current_actor(workspace: str, *, person: str = "", door: str = "") -> "Actor":
    """Return who acts now.

    Args:
        workspace: where something is done, for an actor without a workspace of their own.
        person: who acts when no request says it; "" for the system.
        door: the door when no request says it.
    """
    from core.audit.entries import Actor  # `inlaid --help` imports this module, and needs no entry

    now = _ACTING.get()
    if now is None:
        return Actor(workspace, person, door or "system")
    if now.person:
        return Actor(now.workspace, now.person, now.door, now.address, now.label)
    return Actor(workspace, person, now.door, now.address)
