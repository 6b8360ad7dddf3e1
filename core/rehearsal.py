"""A rehearsal at a real platform: each assumption that Inlaid relies on there passes, fails, or is not tried.

What a rehearsal makes is noted when it is made and removed at the end, whatever happens in between.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from typing import Literal

from core.drafts import JsonObject
from core.errors import InlaidError, NotFoundError, OutageError

Result = Literal["pass", "fail", "not tried"]


class Differs(Exception):
    """The platform does otherwise than was assumed; the text says what was seen."""


class Untried(Exception):
    """It could not be tried; the text says what is missing for it."""


@dataclass(frozen=True)
class Assumption:
    """What Inlaid relies on at a platform.

    Args:
        name: short, unique within a platform.
        holds: what is relied on, in a sentence.
        attempt: tries it, and returns what was seen; raises Differs, Untried, or an error of the platform.
        change: what to change at the platform or in Inlaid when it does not hold.
        writes: whether something is made for it.
    """

    name: str
    holds: str
    attempt: Callable[[], str]
    change: str
    writes: bool = False


@dataclass(frozen=True)
class Tried:
    """What became of an assumption; `change` is "" unless it failed."""

    name: str
    holds: str
    result: Result
    seen: str
    change: str = ""


@dataclass
class Traces:
    """What a rehearsal has made at the platform, and how each is removed.

    Attributes:
        removed: what is gone again.
        left: what could not be removed, with the reason.
    """

    removed: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    _made: list[tuple[str, Callable[[], object]]] = field(default_factory=list)

    def note(self, what: str, remove: Callable[[], object]) -> None:
        """Note something that was made, in words by which a person would find it."""
        self._made.append((what, remove))

    def clear(self) -> None:
        """Remove everything, the newest first; what cannot be removed is named and does not hold up the rest."""
        while self._made:
            what, remove = self._made.pop()
            try:
                remove()
            except NotFoundError:
                self.removed.append(what)  # gone already
            except InlaidError as error:
                self.left.append(f"{what}: {error.message}")
            else:
                self.removed.append(what)


@dataclass(frozen=True)
class Rehearsed:
    """A whole rehearsal."""

    tried: Sequence[Tried]
    traces: Traces

    @property
    def holds(self) -> bool:
        """Whether nothing failed and nothing was left behind."""
        return all(trial.result != "fail" for trial in self.tried) and not self.traces.left

    def to_json(self) -> JsonObject:
        """Return it as it is printed with --json."""
        return {
            "holds": self.holds,
            "tried": [asdict(trial) for trial in self.tried],
            "removed": self.traces.removed,
            "left": self.traces.left,
        }


def rehearse(assumptions: Sequence[Assumption], traces: Traces, *, writing: bool) -> Iterator[Tried]:
    """Try each assumption in turn, and yield what became of it; at the end what was made is removed.

    Args:
        assumptions: reading ones first.
        traces: what they note.
        writing: also those that make something.
    """
    try:
        for assumption in assumptions:
            if assumption.writes and not writing:
                yield Tried(assumption.name, assumption.holds, "not tried", "It writes: run it with --write.")
            else:
                yield _tried(assumption)
    finally:
        traces.clear()


def _tried(one: Assumption) -> Tried:
    try:
        return Tried(one.name, one.holds, "pass", one.attempt())
    except Untried as reason:
        return Tried(one.name, one.holds, "not tried", str(reason))
    except OutageError as error:
        # That a platform is down says nothing about what it does.
        return Tried(one.name, one.holds, "not tried", error.message)
    except Differs as seen:
        return Tried(one.name, one.holds, "fail", str(seen), one.change)
    except InlaidError as error:
        return Tried(one.name, one.holds, "fail", f"Refused: {error.message}", one.change)
