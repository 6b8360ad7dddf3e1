"""`inlaid sources`: the places that answers rest on are added, listed, read, paused and removed."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from core.errors import InlaidError, InputError
from core.text.catalogues import N_, told
from integrations.cli.commands.source_words import item_line, seconds_of, source_line
from integrations.cli.terminal import JsonFlag, error_console, output_console, print_json, shown_progress

if TYPE_CHECKING:
    from core.drafts import JsonObject
    from core.settings import Settings
    from core.sources.items import StoredItem
    from core.sources.management import SourceManager, SourceUser
    from core.sources.model import Source
    from core.sources.store import SourceStatus
    from core.sources.sync import Slice, Sync

app = typer.Typer(help="Connect folders, files and web pages that answers may rest on.", no_args_is_help=True)
Name = Annotated[str, typer.Argument(help="Id, the end of an id, or title, as `inlaid sources list` shows it.")]
Names = Annotated[list[str] | None, typer.Argument(help="Ids or titles; without any, all sources.")]
SHOWN_ITEMS = 20
EMBED_SECONDS = 60.0  # a running worker continues with what waits longer for its vector
# What a place is called in the options of a connector whose name goes before it.
NAMED_PLACES = {"slack": "channel", "mailbox": "mailbox"}
DRIVES = {"onedrive": "OneDrive", "sharepoint": "SharePoint"}  # places by name, with the title of their sources
PLAIN = "Whether its words stand in the search index as they are, or as keyed hashes."
EMPTY = N_("""No sources yet. Add what answers may rest on:
  inlaid sources add ~/Documents/handbook      a folder, read again every hour
  inlaid sources add travel.pdf notes.docx     files, as they are now
  inlaid sources add slack '#support'          a channel that Inlaid is in, for who may read it there
  inlaid sources add mailbox me@example.com    what you answered, for the owner of the mailbox alone
With --shared everybody of your organisation may read it, else you alone.""")
FOR_YOU = N_(
    "Only you get answers from it, also in Slack. For everybody of your organisation, run the same command with"
    " --shared."
)


@app.command()
def add(  # noqa: PLR0913 - the options of the command
    places: Annotated[list[str], typer.Argument(help="Folders, files, web pages; slack CHANNEL; mailbox ADDRESS.")],
    mine: Annotated[bool, typer.Option("--mine/--shared", help="For you, or for everybody here.")] = True,
    connector: Annotated[
        str, typer.Option(help="The connector that reads it, where the place itself does not say.")
    ] = "",
    every: Annotated[str, typer.Option(help="How often it is read again: 30m, 6h, 1d; 0 for never.")] = "1h",
    title: Annotated[str, typer.Option(help="What people call it, for a single place.")] = "",
    link: Annotated[str, typer.Option(help="Where people find it on the web, for a single place.")] = "",
    plain: Annotated[bool, typer.Option("--plain/--sealed", help=PLAIN)] = False,
    site: Annotated[str, typer.Option(help="With sharepoint: the address of a site, library or folder.")] = "",
    folder: Annotated[
        str, typer.Option("--folder", "--folders", help="A path in OneDrive; folders of a mailbox.")
    ] = "",
    as_app: Annotated[bool, typer.Option("--app", help="With sharepoint: by the app's own permission.")] = False,
    as_json: JsonFlag = False,
) -> None:
    """Add places that answers may rest on, and read them now.

    A place may be `onedrive` or `sharepoint`: then a link is printed, by which you sign in at Microsoft.
    """
    if not all(map(str.strip, places)):
        raise InputError("The place is empty.", fix="Give a folder, a file or a web page.")
    added: list[Source] = []
    refused: dict[str, str] = {}
    if not connector and len(places) > 1 and places[0] in NAMED_PLACES and not Path(places[0]).exists():
        connector, *places = places
    with _opened() as opened:
        wanted = _Wanted(connector, seconds_of(every), title, link, not mine, not plain, site, folder, as_app)
        for place in places:
            try:
                added += opened.add(place, wanted)
            except InlaidError as error:
                refused[place] = str(error)
        sources = {source.id: source for source in added}
        opened.read([*sources.values()])
        _print_read(opened, [*sources], refused, as_json=as_json)
        _say_for_whom(added)
    if refused and not added:
        raise typer.Exit(1)


def _say_for_whom(added: "Sequence[Source]") -> None:
    """Say of sources for one person how all are given them; a mailbox is its owner's in any case."""
    from core.sources.management import is_shared

    if any(source.connector != "mailbox" and not is_shared(source) for source in added):
        error_console().print(told(FOR_YOU), markup=False)


@app.command("list")
def list_sources(as_json: JsonFlag = False) -> None:
    """List the sources, what they hold, and when they are read."""
    from core.sources.management import public_source

    with _opened() as opened:
        found = opened.manager.listed()
    if as_json:
        print_json({"sources": [public_source(status) for status in found]})
        return
    for status in found:
        output_console().print(source_line(status), markup=False)
    if not found:
        output_console().print(told(EMPTY), markup=False)


@app.command()
def show(
    name: Name,
    errors: Annotated[bool, typer.Option("--errors", help="Only what could not be read.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="Most documents to show.")] = SHOWN_ITEMS,
    as_json: JsonFlag = False,
) -> None:
    """Show a source, its documents, and why some could not be read."""
    from core.sources.management import public_item, public_source

    with _opened() as opened:
        status = opened.manager.find(name)
        items = opened.items(status.source, limit, with_errors=errors)
    if as_json:
        print_json({**public_source(status), "documents": [public_item(item) for item in items]})
        return
    output_console().print(source_line(status), markup=False)
    for item in items:
        output_console().print(f"  {item_line(item)}", markup=False)
    if status.items > len(items) and not errors:
        output_console().print("  " + told(f"{len(items)} of {status.items} shown; --limit N for more"), markup=False)


@app.command()
def sync(names: Names = None, as_json: JsonFlag = False) -> None:
    """Read sources now: what is new, what has changed, what is gone."""
    with _opened() as opened:
        chosen = opened.chosen(names)
        for status in chosen:
            if status.source.state == "paused":
                raise InputError(f"{status.source.title} is paused.", fix="Resume it with: inlaid sources resume")
        opened.read([status.source for status in chosen])
        _print_read(opened, [status.source.id for status in chosen], {}, as_json=as_json)


@app.command()
def pause(name: Name, as_json: JsonFlag = False) -> None:
    """Stop reading a source; what it already holds stays searchable."""
    with _opened() as opened:
        opened.manager.pause(opened.manager.find(name))
        _print_one(opened, name, as_json=as_json)


@app.command()
def resume(name: Name, as_json: JsonFlag = False) -> None:
    """Read a paused source again, from where it stopped."""
    with _opened() as opened:
        opened.manager.resume(opened.manager.find(name))
        _print_one(opened, name, as_json=as_json)


@app.command()
def seal(
    name: Name,
    plain: Annotated[bool, typer.Option("--plain/--sealed", help=PLAIN)] = False,
    as_json: JsonFlag = False,
) -> None:
    """Encrypt the words of a source in the search index, or with --plain keep them readable; it is indexed anew."""
    with _opened() as opened:
        status = opened.manager.find(name)
        opened.manager.seal(opened.user, status, is_sealed=not plain)
        opened.read([status.source])
        _print_one(opened, name, as_json=as_json)


@app.command()
def remove(
    name: Name,
    document: Annotated[str, typer.Option(help="Only this uploaded document, by its title.")] = "",
    as_json: JsonFlag = False,
) -> None:
    """Remove a source and everything read from it; the files and pages themselves stay."""
    with _opened() as opened:
        status = opened.manager.find(name)
        if document:
            for item in opened.manager.items_called(status.source, document):
                opened.manager.remove_item(status, item.change.key)
        else:
            opened.manager.remove(status)
        opened.read([status.source])
    if as_json:
        print_json({"removed": status.source.id, "document": document})
    else:
        output_console().print(told(f"{document or status.source.title} is forgotten."), markup=False)


@app.command()
def reindex(names: Names = None, as_json: JsonFlag = False) -> None:
    """Rebuild the index of sources from what is stored; nothing is fetched."""
    with _opened() as opened:
        chosen = opened.chosen(names)
        for status in chosen:
            opened.manager.sources.store.index_again(status.source.id)
        opened.read([status.source for status in chosen if status.source.state == "active"])
        _print_read(opened, [status.source.id for status in chosen], {}, as_json=as_json)


@dataclass(frozen=True)
class _Wanted:
    """How places are to be added; the last three say which drive `onedrive` or `sharepoint` means, and who reads it."""

    connector: str
    every_seconds: int
    title: str
    link: str
    is_shared: bool
    is_sealed: bool
    site: str
    folder: str
    as_app: bool


@dataclass(frozen=True)
class _Opened:
    """The sources of this installation, as the command works on them."""

    settings: "Settings"
    manager: "SourceManager"
    sync: "Sync"

    def add(self, place: str, wanted: _Wanted) -> "list[Source]":
        """Add a place, or take a file as it is now; return the source that it is in, none before somebody signed in.

        Raises:
            InlaidError: it cannot be read, with why.
        """
        from core.sources.model import EVERYBODY, Source
        from core.sources.uploads import Upload

        if place in DRIVES and not Path(place).exists():
            return self._add_drive(place, wanted)
        path = Path(place).expanduser()
        if path.is_file() and not wanted.connector:
            readers = [EVERYBODY] if wanted.is_shared else None
            source = self.manager.sources.uploads.source_for("local", self.settings.local_person, readers=readers)
            upload = Upload(path.name, _bytes_of(path), wanted.title, wanted.link or path.resolve().as_uri())
            self.manager.sources.uploads.put(source, [upload])
            return [source]
        connector = wanted.connector or ("web" if "://" in place else "folder")
        options: JsonObject = {"url": place} if "://" in place else {"path": str(path.resolve())}
        if name := NAMED_PLACES.get(connector):
            options = {name: place, **({"folders": wanted.folder or "Sent"} if connector == "mailbox" else {})}
        if wanted.link:
            options["link"] = wanted.link
        if wanted.is_shared:
            options["readers"] = [EVERYBODY]
        source = Source(
            "", "local", self.settings.local_person, connector, wanted.title or path.resolve().name or place, options,
            every_seconds=wanted.every_seconds, is_sealed=wanted.is_sealed,
        )  # fmt: skip
        return self._added(place, source)

    def _added(self, place: str, source: "Source") -> "list[Source]":
        status, found = self.manager.add(source)
        error_console().print(f"{place}: {found}.", markup=False)
        return [status.source]

    def _add_drive(self, place: str, wanted: _Wanted) -> "list[Source]":
        """Add a drive by the app's own permission, or print the link by which somebody signs in for it."""
        from core.people import load_people
        from core.sources.model import Source
        from integrations.web.connections import source_sign_ins

        options: JsonObject = {"folder": wanted.folder} if place == "onedrive" else {"site": wanted.site}
        source = Source(
            "", "local", self.settings.local_person, place, wanted.title or DRIVES[place], options,
            every_seconds=wanted.every_seconds, is_sealed=wanted.is_sealed,
        )  # fmt: skip
        if wanted.as_app:
            return self._added(place, source)
        people = load_people(self.settings, self.manager.sources.records)
        link = source_sign_ins(self.settings, self.manager, people).invite(source)
        error_console().print(
            told(f"Open this link and sign in; then it is read:\n{link}"), markup=False, soft_wrap=True
        )
        return []

    def read(self, sources: "Sequence[Source]") -> None:
        """Read sources to the end, showing progress on a line that updates in place."""
        with shown_progress() as show:
            for source in sources:

                def tell(done: "Slice", title: str = source.title) -> None:
                    show(
                        "progress",
                        {"text": N_(f"{title}: {done.seen} looked at, {done.stored} read"), "done": 0, "total": 0},
                    )

                while (done := self.sync.work(source.id, tell)) and done.more:
                    pass
            show("progress", {"text": N_("Comparing by meaning"), "done": 0, "total": 0})
            try:
                self.manager.sources.indexer.embed(EMBED_SECONDS)
            except InlaidError as error:
                error_console().print(told(f"Search uses words only for now: {error}"), markup=False)

    def chosen(self, names: list[str] | None) -> "list[SourceStatus]":
        """Return the sources of these names, all without any."""
        found = [self.manager.find(name) for name in names] if names else self.manager.listed()
        return [status for status in found if names or status.source.state == "active"]

    def items(self, source: "Source", limit: int, *, with_errors: bool = False) -> "Sequence[StoredItem]":
        """Return documents of a source, with names only for those that the person at this machine may read."""
        return self.manager.items(self.user, source, 0, limit, with_errors=with_errors)

    @property
    def user(self) -> "SourceUser":
        """The person at this machine, who looks after all sources."""
        from core.job import LOCAL_WORKSPACE
        from core.sources.management import SourceUser
        from core.store.rows import Scope

        return SourceUser(LOCAL_WORKSPACE, self.settings.local_person, frozenset(), Scope(is_wide=True))


@contextmanager
def _opened() -> Iterator[_Opened]:
    from core.logs import configure_logging
    from core.settings import load_settings
    from core.sources.management import SourceManager
    from core.sources.search import load_sources
    from core.store import open_store
    from integrations.registry import open_sync

    configure_logging("ERROR", json=False)
    settings = load_settings()
    store = open_store(settings)
    try:
        sources = load_sources(settings, store)
        sync = open_sync(sources)
        yield _Opened(settings, SourceManager(sources, sync.connector), sync)
        sources.index.close()
    finally:
        store.close()


def _bytes_of(path: Path) -> bytes:
    from core.sources.formats import check_size

    try:
        check_size(path.stat().st_size)
        return path.read_bytes()
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}.", fix="Check the path.") from error


def _print_read(opened: _Opened, ids: "Sequence[str]", refused: dict[str, str], *, as_json: bool) -> None:
    """Print how sources stand after they were read, and why what could not be."""
    from core.sources.management import public_item, public_source

    found = [opened.manager.sources.store.get(source_id) for source_id in ids]
    failed = {status.source.id: opened.items(status.source, SHOWN_ITEMS, with_errors=True) for status in found}
    if as_json:
        shown = [
            {**public_source(status), "unread": [public_item(item) for item in failed[status.source.id]]}
            for status in found
        ]
        print_json({"sources": shown, "refused": refused})
    for place, reason in refused.items():
        error_console().print(told(f"Not added: {place}: {reason}"), markup=False)
    for status in found:
        for item in failed[status.source.id]:
            error_console().print(told(f"Not read: {item_line(item)}"), markup=False)
        if not as_json:
            output_console().print(source_line(status), markup=False)


def _print_one(opened: _Opened, name: str, *, as_json: bool) -> None:
    from core.sources.management import public_source

    status = opened.manager.find(name)
    if as_json:
        print_json(public_source(status))
    else:
        output_console().print(source_line(status), markup=False)
