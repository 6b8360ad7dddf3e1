"""Adding, pausing and removing sources, the same for the command, the API and the console."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace

from core.drafts import JsonObject
from core.errors import ConflictError, ForbiddenError, InputError, NotFoundError
from core.job import LOCAL_WORKSPACE
from core.people import address_of_shared
from core.sources.access import put_access, sources_read_by
from core.sources.formats import PICTURE, RECOGNISE, is_document, is_picture
from core.sources.items import StoredItem
from core.sources.model import EVERYBODY, ItemChange, Source, workspace_principal
from core.sources.ports import Connector, LocatingConnector, MembersConnector
from core.sources.search import Sources
from core.sources.store import SourceStatus
from core.sources.uploads import CONNECTOR as UPLOADS
from core.sources.uploads import Upload
from core.store.rows import Scope
from core.text.catalogues import N_

MIN_EVERY_SECONDS = 300
MAX_EVERY_SECONDS = 30 * 86_400
# Endings of an id that are taken for it.
MIN_ENDING_CHARS = 6
MAX_LISTED = 1_000
HIDDEN = ItemChange("", "hidden", title=N_("A document that you may not read"))
# What everybody adds for themselves: their connector looks whether a place is theirs.
OWN_PLACES = frozenset({"mailbox"})
# The option in which a connector says in a few words who reads, where the place itself decides that.
RIGHTS = "rights"


@dataclass(frozen=True)
class SourceUser:
    """Whoever manages sources.

    Attributes:
        workspace: where they are, with `person` the name that what they add is kept under.
        person: as that workspace calls them.
        names: all of their names.
        scope: the workspaces that they are an administrator of, None for nobody's.
    """

    workspace: str
    person: str
    names: frozenset[tuple[str, str]]
    scope: Scope | None = None

    @property
    def is_administrator_here(self) -> bool:
        """Whether they look after the installation itself, and not one of several organisations only."""
        return self.scope is not None and self.scope.covers(LOCAL_WORKSPACE)

    def sees(self, source: Source) -> bool:
        """Whether they may know that a source is there."""
        return self.manages(source) or _is_seen_by(source, self.names)

    def owns(self, source: Source) -> bool:
        """Whether they added it."""
        return (source.workspace, source.person) in self.names

    def manages(self, source: Source) -> bool:
        """Whether they may pause and remove a source, and look at what it holds."""
        return self.owns(source) or (self.scope is not None and self.scope.covers(source.workspace))

    def readers(self, *, is_shared: bool) -> list[str] | None:
        """Return who reads what they add, None for themselves alone.

        Raises:
            ForbiddenError: they may not add anything for others.
        """
        if not is_shared:
            return None
        if self.scope is None or not self.scope.covers(self.workspace):
            fix = "Add it for yourself, or ask your administrator."
            raise ForbiddenError("What everybody may read is added by administrators.", fix=fix)
        return [EVERYBODY if self.is_administrator_here else workspace_principal(self.workspace)]

    def require_to_add(self, connector: str) -> None:
        """Refuse whoever may not connect a place.

        Raises:
            ForbiddenError: they may not: it is read with the rights of this server, not with theirs.
        """
        if connector not in OWN_PLACES and not self.is_administrator_here:
            fix = "Upload the files, or ask your administrator."
            raise ForbiddenError(f"Sources of the kind {connector[:40]} are added by administrators.", fix=fix)


@dataclass(frozen=True)
class SourceManager:
    """Manages sources.

    Args:
        sources: what is known of them.
        connector: returns the connector of a name.
    """

    sources: Sources
    connector: Callable[[str], Connector]

    def add(self, source: Source) -> tuple[SourceStatus, str]:
        """Check and store a source; return it with one line of what was found there.

        One that somebody added already, of the same place for the same readers, is read again instead.

        Raises:
            InputError: it cannot be read, or is to be read too often or too seldom.
            OutageError: its place cannot be reached.
        """
        if source.connector == UPLOADS:
            raise InputError("Uploads are not added as a source.", fix="Give the files themselves.")
        if source.every_seconds and not MIN_EVERY_SECONDS <= source.every_seconds <= MAX_EVERY_SECONDS:
            raise InputError("A source is read every five minutes at most.", fix="Give a time from 5m to 30d, or 0.")
        connector = self.connector(source.connector)
        if isinstance(connector, LocatingConnector):
            source = connector.locate(source)
        found = connector.check(source)
        known = next((status for status in self.listed() if _is_alike(status.source, source)), None)
        if known and known.source.state == "removing":
            raise ConflictError(f"{source.title[:80]} is being removed.", fix="Add it again in a moment.")
        if known:
            self.sources.store.change(replace(source, id=known.source.id, state="active"))
            return self.sources.store.get(known.source.id), found
        added = self.sources.store.add(source)
        if isinstance(connector, MembersConnector):
            with self.sources.store.database.write() as connection:
                put_access(connection, added, connector.members(added))
        return self.sources.store.get(added.id), found

    def listed(self, names: Collection[tuple[str, str]] | None = None) -> list[SourceStatus]:
        """Return all sources by their age; with `names` those of these sign-ins and those that everybody may read."""
        found: list[SourceStatus] = []
        while page := self.sources.store.list(after=found[-1].source.id if found else ""):
            found += page
            if len(found) >= MAX_LISTED:
                break
        return [status for status in found if names is None or _is_seen_by(status.source, names)]

    def find(self, text: str, names: Collection[tuple[str, str]] | None = None) -> SourceStatus:
        """Return the source of an id, of the ending of an id, or of a title that no other has.

        Raises:
            NotFoundError: there is none, or none that these sign-ins see.
            ConflictError: several are called so.
        """
        found = self.listed(names)
        for is_meant in (_has_id, _has_ending, _has_title):
            chosen = [status for status in found if is_meant(status.source, text)]
            if len(chosen) == 1:
                return chosen[0]
            if chosen:
                fix = "Give an id, as `inlaid sources list` shows it."
                raise ConflictError(f"{len(chosen)} sources are called {text[:80]}.", fix=fix)
        raise NotFoundError(f"There is no source {text[:80]}.", fix="List them with: inlaid sources list")

    def seen(self, user: SourceUser) -> list[SourceStatus]:
        """Return the sources that somebody may know of: those of which they read anything, too.

        Of these it is hidden how much they hold, and what is wrong with it: they may not read all of it.
        """
        read, every = self._read_by(user), self.listed()
        whole = {entry.source.id for entry in every if self.sees_all_of(user, entry.source)}
        shown = (entry if entry.source.id in whole else _without_counts(entry) for entry in every)
        return [entry for entry in shown if entry.source.id in whole | read]

    def sees_all_of(self, user: SourceUser, source: Source) -> bool:
        """Whether somebody is told how much a source holds, and what is wrong with it."""
        return user.sees(source) or self.is_managed(user, source)

    def to_ask(self, user: SourceUser) -> list[Source]:
        """Return the sources that somebody may choose for a question: their own, and those that they read."""
        read = self._read_by(user)
        known = [status.source for status in self.listed() if status.source.state != "removing"]
        return [source for source in known if user.owns(source) or source.id in read or _is_seen_by(source, user.names)]

    def _read_by(self, user: SourceUser, *, only_believed: bool = True) -> set[str]:
        reader = self.sources.reader_of(user.workspace, user.person)
        with self.sources.store.database.read() as connection:
            return sources_read_by(connection, reader, only_believed=only_believed)

    def is_managed(self, user: SourceUser, source: Source) -> bool:
        """Whether somebody looks after a source: a shared mailbox all do who shared it when it was asked last."""
        if user.manages(source):
            return True
        return bool(address_of_shared(source.person)) and source.id in self._read_by(user, only_believed=False)

    def managed(self, user: SourceUser, source_id: str) -> SourceStatus:
        """Return a source that somebody manages.

        Raises:
            NotFoundError: there is none, or it is none of theirs, which looks the same.
        """
        missing = NotFoundError(f"There is no source {source_id[:40]} of yours.", fix="The list of sources shows them.")
        try:
            status = self.sources.store.get(source_id)
        except NotFoundError:
            raise missing from None
        if not self.is_managed(user, status.source):
            raise missing
        return status

    def items(
        self, user: SourceUser, source: Source, after: int, limit: int, *, with_errors: bool = False
    ) -> Sequence[StoredItem]:
        """Return items of a source behind a number, as whoever looks after it may see them.

        What they may not read now is shown without its name: that it is there, its passages, and what is wrong with it.
        """
        found = self.sources.items.page(source, after=after, limit=limit, with_errors=with_errors)
        mine = self.sources.items.access_ids([self.sources.reader_of(user.workspace, user.person)])
        return [item if item.access_id in mine else replace(item, change=HIDDEN, remark="") for item in found]

    def items_called(self, source: Source, title: str) -> list[StoredItem]:
        """Return the items of a title.

        Raises:
            InputError: there is none.
        """
        held = self.sources.items.page(source, limit=MAX_LISTED)
        if found := [item for item in held if item.change.title == title]:
            return found
        raise InputError(f"{source.title} holds no document {title[:80]}.", fix="List them with: inlaid sources show")

    def upload(self, user: SourceUser, upload: Upload, *, is_shared: bool) -> SourceStatus:
        """Take a file, and return the source that it will be in.

        Raises:
            ForbiddenError: they may not add anything for others.
            InputError: it is empty or too large, or of a kind that is not read.
        """
        if is_picture(upload.file_name):
            raise InputError(PICTURE, fix=RECOGNISE)
        if not is_document(upload.file_name):
            raise InputError(
                f"{upload.file_name[:80]} is of a kind that is not read.",
                fix="Give Word, PDF, PowerPoint, Excel, web, text or mail files.",
            )
        readers = user.readers(is_shared=is_shared)
        source = self.sources.uploads.source_for(user.workspace, user.person, readers=readers)
        self.sources.uploads.put(source, [upload])
        return self.sources.store.get(source.id)

    def sync(self, status: SourceStatus) -> None:
        """Have a source be read as soon as a worker can.

        Raises:
            ConflictError: it is paused or being removed.
        """
        if status.source.state != "active":
            kind = status.source.state
            raise ConflictError(f"{status.source.title} is {kind}.", fix="Resume it first.")
        self.sources.store.wake(status.source.id)

    def pause(self, status: SourceStatus) -> None:
        """Have a source not be read any more; what is known of it stays."""
        self.sources.store.change(replace(status.source, state="paused"))

    def resume(self, status: SourceStatus) -> None:
        """Have a paused source be read again, from where it stands."""
        self.sources.store.change(replace(status.source, state="active"))

    def seal(self, user: SourceUser, status: SourceStatus, *, is_sealed: bool) -> None:
        """Have the index of a source be made anew in the background, of keyed hashes or of words.

        Raises:
            ConflictError: it is paused or being removed, so that nothing is made anew.
            ForbiddenError: somebody only shares it, and neither added it nor is their administrator.
        """
        if status.source.is_sealed == is_sealed:
            return
        if not user.manages(status.source):
            fix = "Ask your administrator."
            raise ForbiddenError("How a source is indexed is chosen by who added it, or by administrators.", fix=fix)
        if (kind := status.source.state) != "active":
            raise ConflictError(f"{status.source.title} is {kind}.", fix="Resume it first.")
        self.sources.store.change(replace(status.source, is_sealed=is_sealed))

    def remove(self, status: SourceStatus) -> None:
        """Have a source with all that is known of it be deleted: nothing of it is found from now on."""
        if status.source.state != "removing":
            self.sources.store.change(replace(status.source, state="removing"))

    def remove_item(self, status: SourceStatus, key: str) -> None:
        """Have an uploaded file be forgotten.

        Raises:
            InputError: the source is read from elsewhere, where the item has to be deleted.
        """
        if status.source.connector != UPLOADS:
            raise InputError(
                "Its documents are deleted where they are.", fix="Delete it there; the next sync forgets it."
            )
        self.sources.uploads.take_away(status.source, key)


def public_source(status: SourceStatus) -> JsonObject:
    """Return what `--json` and the API report about a source."""
    source = status.source
    return {
        "id": source.id,
        "connector": source.connector,
        "title": source.title,
        "state": "working" if status.is_working and source.state == "active" else source.state,
        "shared": is_shared(source),
        "owner": source.person,
        "sealed": source.is_sealed,
        "every_seconds": source.every_seconds,
        "items": status.items,
        "passages": status.passages,
        "errors": status.errors,
        "error": dict(status.error) if status.error else None,
        "added_at": status.created_at,
        "synced_at": status.synced_at,
        "due_at": status.due_at,
    }


def public_item(item: StoredItem) -> JsonObject:
    """Return what `--json` and the API tell of an item."""
    return {
        "key": item.change.key,
        "title": item.change.title,
        "link": item.change.link,
        "modified_at": item.change.modified_at or None,
        "passages": item.passages,
        "remark": item.remark,
        "error": dict(item.error) if item.error else None,
    }


def _without_counts(status: SourceStatus) -> SourceStatus:
    return replace(status, items=0, passages=0, errors=0, error=None)


def is_shared(source: Source) -> bool:
    """Whether others than the person who added it may read what a source holds."""
    return bool(_readers(source) or source.options.get(RIGHTS))


def _readers(source: Source) -> list[object]:
    readers = source.options.get("readers")
    return list(readers) if isinstance(readers, list) else []


def _is_seen_by(source: Source, names: Collection[tuple[str, str]]) -> bool:
    places = {EVERYBODY, *(workspace_principal(workspace) for workspace, _ in names)}
    return (source.workspace, source.person) in names or not places.isdisjoint(map(str, _readers(source)))


def _is_alike(one: Source, other: Source) -> bool:
    if other.id:
        return one.id == other.id
    same = (one.workspace, one.person, one.connector, one.options) == (
        other.workspace,
        other.person,
        other.connector,
        other.options,
    )
    return same and one.state != "removing"


def _has_id(source: Source, text: str) -> bool:
    return source.id == text


def _has_ending(source: Source, text: str) -> bool:
    return len(text) >= MIN_ENDING_CHARS and source.id.endswith(text)


def _has_title(source: Source, text: str) -> bool:
    return source.title.casefold() == text.casefold()
