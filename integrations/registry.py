"""The one table of surfaces: name -> where its `core.ports.Surface` is made, imported when it is first needed.

A job's `delivery["kind"]`, else its `surface`, is the name. A package of somebody else adds its own through the
entry-point group `inlaid.integrations`; each entry point is a callable without arguments that returns a Surface.
"""

import functools
from collections.abc import Callable
from importlib import import_module
from importlib.metadata import entry_points

from core.job import Job
from core.ports import Surface

SURFACES: dict[str, str] = {
    "document": "integrations.documents.surface:DocumentSurface",
    "drive": "integrations.documents.drive.surface:DriveSurface",
    "graph_mail": "integrations.mail.graph.surface:GraphMailSurface",
    "mail": "integrations.mail.imap.surface:MailSurface",
    "new_mail": "integrations.mail.accounts.new_mail:NewMailSurface",
    "slack": "integrations.slack.surface:SlackSurface",
    "template": "integrations.documents.filling:TemplateSurface",
    "word": "integrations.word.surface:WordSurface",
}
ENTRY_POINT_GROUP = "inlaid.integrations"


def surface_of(job: Job) -> Surface | None:
    """Return the surface of the job; None when reading the job is its delivery (`api`, `cli`)."""
    return _surface(surface_name(job))


def surface_name(job: Job) -> str:
    """Return the name under which the job's surface stands in the table."""
    return str(job.delivery.get("kind", job.surface))


def import_surfaces() -> None:
    """Import the modules of all surfaces of the table."""
    for target in SURFACES.values():
        import_module(target.partition(":")[0])


@functools.cache
def _surface(name: str) -> Surface | None:
    make = _builtin(name) or _installed(name)
    return make() if make else None


def _builtin(name: str) -> Callable[[], Surface] | None:
    target = SURFACES.get(name)
    if target is None:
        return None
    module, _, attribute = target.partition(":")
    return getattr(import_module(module), attribute)  # type: ignore[no-any-return] # the table names Surface classes


def _installed(name: str) -> Callable[[], Surface] | None:
    for entry_point in entry_points(group=ENTRY_POINT_GROUP, name=name):
        return entry_point.load()  # type: ignore[no-any-return] # what the group promises
    return None
