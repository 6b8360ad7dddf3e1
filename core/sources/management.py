"""Adding, pausing and removing sources, the same for the command, the API and the console."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace

from core.drafts import JsonObject
from core.errors import ConflictError, InputError, NotFoundError
from core.sources.items import StoredItem
from core.sources.model import EVERYBODY, Source
from core.sources.ports import Connector
from core.sources.search import Sources
from core.sources.store import SourceStatus
from core.sources.uploads import CONNECTOR as UPLOADS

MIN_EVERY_SECONDS = 300
MAX_EVERY_SECONDS = 30 * 86_400
# Endings of an id that are taken for it.
MIN_ENDING_CHARS = 6
MAX_LISTED = 1_000


@dataclass(frozen=True)
class SourceManager:
    """Manages sources.

    Args:
        sources: what is known of them.
        connector: returns the connector of a name.
    """

    sources: Sources
    connector: Callable[[str], Connector]

    def add(self, source: Source, *, is_shared: bool) -> tuple[SourceStatus, str]:
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
        if is_shared:
            source = replace(source, options={**source.options, "readers": [EVERYBODY]})
        found = self.connector(source.connector).check(source)
        known = next((status for status in self.listed() if _is_alike(status.source, source)), None)
        if known:
            self.sources.store.change(replace(source, id=known.source.id, state="active"))
            return self.sources.store.get(known.source.id), found
        return self.sources.store.get(self.sources.store.add(source).id), found

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

    def pause(self, status: SourceStatus) -> None:
        """Have a source not be read any more; what is known of it stays."""
        self.sources.store.change(replace(status.source, state="paused"))

    def resume(self, status: SourceStatus) -> None:
        """Have a paused source be read again, from where it stands."""
        self.sources.store.change(replace(status.source, state="active"))

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
    """Return what `--json` and the API tell of a source."""
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


def is_shared(source: Source) -> bool:
    """Whether everybody of the organisation may read what a source holds."""
    readers = source.options.get("readers")
    return isinstance(readers, list) and EVERYBODY in readers


def _is_seen_by(source: Source, names: Collection[tuple[str, str]]) -> bool:
    return is_shared(source) or (source.workspace, source.person) in names


def _is_alike(one: Source, other: Source) -> bool:
    same = (one.workspace, one.person, one.connector, one.options) == (
        other.workspace, other.person, other.connector, other.options,
    )  # fmt: skip
    return same and one.state != "removing"


def _has_id(source: Source, text: str) -> bool:
    return source.id == text


def _has_ending(source: Source, text: str) -> bool:
    return len(text) >= MIN_ENDING_CHARS and source.id.endswith(text)


def _has_title(source: Source, text: str) -> bool:
    return source.title.casefold() == text.casefold()
