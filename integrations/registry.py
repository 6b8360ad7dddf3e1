"""The tables of surfaces, connectors and readers of files: name -> where it is, imported when it is first needed.

`Job.surface_name` names a `core.ports.Surface`, `Source.connector` a `core.sources.ports.Connector`. A package of
somebody else adds its own through the entry-point groups `inlaid.integrations` and `inlaid.connectors`; each entry
point is a callable without arguments that returns a Surface or a Connector. One of `inlaid.routers` takes a
`core.ports.RouterContext` and returns the routes of a surface.
"""

import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from typing import TYPE_CHECKING, Any

from core.errors import InputError, SurfaceOutage
from core.job import Job
from core.logs import logger
from core.ports import RouterContext, Surface
from core.sources.formats import belied, format_of
from core.sources.management import SourceManager
from core.sources.model import FileText
from core.sources.ports import Connector
from core.sources.search import Sources
from core.sources.sync import Sync
from core.sources.uploads import CONNECTOR as UPLOADS
from core.store.records import RecordStore
from core.surfaces import CONNECTOR_GROUP, ENTRY_POINT_GROUP, ROUTER_GROUP

if TYPE_CHECKING:
    from fastapi import FastAPI

log = logger(__name__)

SURFACES: dict[str, str] = {
    "digest": "integrations.signals.digest:DigestSurface",
    "document": "integrations.documents.surface:DocumentSurface",
    "drive": "integrations.documents.drive:DriveSurface",
    "gmail_mail": "integrations.mail.gmail.provider:GmailSurface",
    "graph_mail": "integrations.mail.graph.provider:GraphMailSurface",
    "mail": "integrations.mail.imap.provider:MailSurface",
    "new_mail": "integrations.mail.accounts.new_mail:NewMailSurface",
    "open_mail": "integrations.mail.accounts.open_mail:OpenMailSurface",
    "signals": "integrations.signals.surface:SignalSurface",
    "slack": "integrations.slack.surface:SlackSurface",
    "template": "integrations.documents.surface:TemplateSurface",
    "word": "integrations.word.surface:WordSurface",
}
# Reading the job is its delivery for those who came by one of these, and in trials.
READ = frozenset({"api", "cli", "mcp", "outlook", "trial"})
# What a surface is given of other integrations, since none of them imports another.
GIVEN: dict[str, dict[str, str]] = {
    "digest": {
        "mailboxes": "integrations.mail.accounts.new_mail:mailbox_drafts",
        "slack": "integrations.slack.delivery.digest:slack_digests",
    },
    "gmail_mail": {"read_file": "integrations.registry:read_file"},
    "graph_mail": {"read_file": "integrations.registry:read_file"},
    "mail": {"read_file": "integrations.registry:read_file"},
    "open_mail": {"read_file": "integrations.registry:read_file"},
    "slack": {
        "mailboxes": "integrations.mail.accounts.new_mail:mailbox_drafts",
        "make_document": "integrations.documents.minutes:minutes_document",
        "read_file": "integrations.registry:read_file",
    },
}
CONNECTORS: dict[str, str] = {
    "folder": "integrations.sources.folder:FolderConnector",
    "mailbox": "integrations.mail.accounts.folder_source:MailboxConnector",
    "onedrive": "integrations.sources.drive:OneDriveConnector",
    "sharepoint": "integrations.sources.drive:SharePointConnector",
    "slack": "integrations.slack.sources.connector:SlackConnector",
    "web": "integrations.sources.web:WebConnector",
}
# These are given the record store, where the sign-ins are kept that they read with.
WITH_RECORDS = frozenset({"mailbox", "onedrive", "sharepoint", "slack"})
# By the format of `core.sources.formats`; each takes the bytes of a file and returns a FileText.
READERS: dict[str, str] = {
    "csv": "integrations.sources.isolated:read_csv",
    "docx": "integrations.documents.isolated:read_file_text",
    "eml": "integrations.mail.isolated:read_eml",
    "html": "integrations.sources.isolated:read_web_page",
    "markdown": "integrations.sources.isolated:read_markdown",
    "mbox": "integrations.mail.isolated:read_mbox",
    "msg": "integrations.mail.isolated:read_msg",
    "pdf": "integrations.sources.isolated:read_pdf",
    "pptx": "integrations.sources.isolated:read_presentation",
    "text": "integrations.sources.isolated:read_text",
    "xlsx": "integrations.sources.isolated:read_workbook",
}
# The kinds of records that a worker looks for before it imports what they are for: mailboxes, groups of Entra whose
# mailboxes are connected, and what waits to be posted in Slack.
MAILBOX_KINDS = ("mailbox", "graph_mailbox", "gmail_mailbox")
MAIL_GROUPS_KIND, SLACK_POSTS_KIND = "graph_group", "slack_posting"
# Held by whoever imports an integration while other threads run: a package whose modules import each other is found
# half made by a second thread that comes meanwhile.
IMPORTING = threading.RLock()


class Surfaces:
    """The surfaces of one process, each made when the first of its jobs comes.

    Args:
        made: surfaces that are there already, by name; they go before the table's.
    """

    def __init__(self, made: Mapping[str, Surface] | None = None) -> None:
        self._made: dict[str, Surface | None] = dict(made or {})

    def of(self, job: Job) -> Surface | None:
        """Return the surface of the job; None when reading the job is its delivery (`READ`).

        Raises:
            SurfaceOutage: this process has no such surface; one with the package of it may.
        """
        name = job.surface_name
        if name not in self._made:
            self._made[name] = _make(name)
        return self._made[name]


class Connectors:
    """The connectors of one process, each made when the first of its sources is read.

    Args:
        made: connectors that are there already, by name; they go before the table's.
        records: for those of `WITH_RECORDS`.
    """

    def __init__(self, made: Mapping[str, Connector] | None = None, records: RecordStore | None = None) -> None:
        self._made: dict[str, Connector] = dict(made or {})
        self._records = records

    def names(self) -> list[str]:
        """Return the names of all connectors, those of other packages among them."""
        others = (entry_point.name for entry_point in entry_points(group=CONNECTOR_GROUP))
        return sorted({*self._made, *CONNECTORS, *others})

    def of(self, name: str) -> Connector:
        """Return the connector of a name.

        Raises:
            InputError: there is none; the package that has it may not be installed here.
        """
        if name not in self._made:
            self._made[name] = self._make(name)
        return self._made[name]

    def _make(self, name: str) -> Connector:
        if target := CONNECTORS.get(name):
            given = (self._records,) if name in WITH_RECORDS else ()
            return _load(target)(*given)  # type: ignore[no-any-return] # the table names Connector classes
        for entry_point in entry_points(group=CONNECTOR_GROUP, name=name):
            return _loaded(entry_point)()  # type: ignore[no-any-return] # what the group promises
        raise InputError(f"There is no connector {name[:40]!r}.", fix=f"Take one of: {', '.join(self.names())}.")


def open_sync(sources: Sources, *, is_stopping: Callable[[], bool] = lambda: False) -> Sync:
    """Return what reads the sources of an installation, with the connectors and readers of the tables."""
    connector = open_sources(sources).connector
    return Sync(sources.store, sources.items, sources.indexer, connector, read_file, is_stopping=is_stopping)


def open_sources(sources: Sources, *made: Connector) -> SourceManager:
    """Return what manages the sources of an installation, with the connectors of the table; those made go before."""
    known = {UPLOADS: sources.uploads, **{connector.name: connector for connector in made}}
    return SourceManager(sources, Connectors(known, sources.records).of)


def add_routers_of_packages(app: "FastAPI", context: RouterContext) -> None:
    """Add the routes that other packages bring; what cannot be made or added is left out, and the log names it."""
    for entry_point in entry_points(group=ROUTER_GROUP):
        try:
            app.include_router(_loaded(entry_point)(context))
        except Exception:  # of code that is not ours, and no reason for this server not to start
            log.exception("routes not loaded", name=entry_point.name)


def packages(context: RouterContext | None = None) -> tuple[list[str], dict[str, str]]:
    """Return what other packages bring, as `GROUP NAME`, and by that name and its package why it cannot be made.

    Each is made as in a running process; routes only with a context.
    """
    found, broken = [], {}
    for group in (ENTRY_POINT_GROUP, CONNECTOR_GROUP, ROUTER_GROUP):
        for entry_point in sorted(entry_points(group=group), key=lambda one: one.name):
            found.append(name := f"{group} {entry_point.name}")
            try:
                _try(entry_point, context)
            except Exception as error:  # of code that is not ours
                package = entry_point.dist and entry_point.dist.metadata["Name"]
                broken[f"{name} of {package}" if package else name] = f"{type(error).__name__}: {error}"
    return found, broken


def _try(entry_point: EntryPoint, context: RouterContext | None) -> None:
    """Make what an entry point names, and let go of it."""
    factory = _loaded(entry_point)
    if entry_point.group != ROUTER_GROUP:
        factory()
    elif context:
        from fastapi import FastAPI

        FastAPI(openapi_url=None).include_router(factory(context))


def read_file(data: bytes, file_name: str) -> FileText:
    """Return what a file says; see `core.sources.ports.FileReader`."""
    found = format_of(data, file_name)
    text: FileText = _load(READERS[found])(data)
    told = belied(found, file_name)
    return replace(text, remark=" ".join(filter(None, (told, text.remark)))) if told else text


def _make(name: str) -> Surface | None:
    if target := SURFACES.get(name):
        given = {argument: _load(wanted) for argument, wanted in GIVEN.get(name, {}).items()}
        return _load(target)(**given)  # type: ignore[no-any-return] # the table names Surface classes
    if name in READ:
        return None
    for entry_point in entry_points(group=ENTRY_POINT_GROUP, name=name):
        return _surface_of(entry_point)
    raise SurfaceOutage(
        f"There is no surface {name[:40]!r} that delivers results.",
        fix="An administrator can install its package where workers run, or correct the name.",
    )


def _surface_of(entry_point: EntryPoint) -> Surface:
    try:
        return _loaded(entry_point)()  # type: ignore[no-any-return] # what the group promises
    except Exception as error:  # of code that is not ours: its jobs wait until it is mended
        log.exception("surface not loaded", name=entry_point.name)
        fix = "An administrator can correct or remove its package; `inlaid doctor` says why."
        raise SurfaceOutage(f"The surface {entry_point.name[:40]!r} does not load.", fix=fix) from error


def _load(target: str) -> Any:
    module, _, attribute = target.partition(":")
    with IMPORTING:
        return getattr(import_module(module), attribute)


def _loaded(entry_point: EntryPoint) -> Any:
    with IMPORTING:
        return entry_point.load()
