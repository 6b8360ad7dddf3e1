"""The one table of surfaces: name -> where its `core.ports.Surface` is made, imported when it is first needed.

`Job.surface_name` is the name. A package of somebody else adds its own through the
entry-point group `inlaid.integrations`; each entry point is a callable without arguments that returns a Surface.
"""

from collections.abc import Mapping
from importlib import import_module
from importlib.metadata import entry_points
from typing import Any

from core.job import Job
from core.ports import Surface

SURFACES: dict[str, str] = {
    "document": "integrations.documents.surface:DocumentSurface",
    "drive": "integrations.documents.drive:DriveSurface",
    "graph_mail": "integrations.mail.graph.provider:GraphMailSurface",
    "mail": "integrations.mail.imap.provider:MailSurface",
    "new_mail": "integrations.mail.accounts.new_mail:NewMailSurface",
    "slack": "integrations.slack.surface:SlackSurface",
    "template": "integrations.documents.surface:TemplateSurface",
    "word": "integrations.word.surface:WordSurface",
}
# What a surface is given of other integrations, since none of them imports another.
GIVEN: dict[str, dict[str, str]] = {
    "slack": {
        "mailboxes": "integrations.mail.accounts.new_mail:mailbox_drafts",
        "make_document": "integrations.documents.minutes:minutes_document",
    },
}
ENTRY_POINT_GROUP = "inlaid.integrations"


class Surfaces:
    """The surfaces of one process, each made when the first of its jobs comes.

    Args:
        made: surfaces that are there already, by name; they go before the table's.
    """

    def __init__(self, made: Mapping[str, Surface] | None = None) -> None:
        self._made: dict[str, Surface | None] = dict(made or {})

    def of(self, job: Job) -> Surface | None:
        """Return the surface of the job; None when reading the job is its delivery (`api`, `cli`)."""
        name = job.surface_name
        if name not in self._made:
            self._made[name] = _make(name)
        return self._made[name]


def import_surfaces() -> None:
    """Import the modules of all surfaces of the table, and of what they are given."""
    for target in (*SURFACES.values(), *(target for given in GIVEN.values() for target in given.values())):
        import_module(target.partition(":")[0])


def _make(name: str) -> Surface | None:
    if target := SURFACES.get(name):
        given = {argument: _load(wanted) for argument, wanted in GIVEN.get(name, {}).items()}
        return _load(target)(**given)  # type: ignore[no-any-return] # the table names Surface classes
    for entry_point in entry_points(group=ENTRY_POINT_GROUP, name=name):
        return entry_point.load()()  # type: ignore[no-any-return] # what the group promises
    return None


def _load(target: str) -> Any:
    module, _, attribute = target.partition(":")
    return getattr(import_module(module), attribute)
