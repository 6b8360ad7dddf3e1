"""Reads sources: one bounded slice of work at a time, under a lease, so that whatever is killed goes on where it was.

A slice takes pages of changes from the connector, stores their items in batches, and tells the index. The cursor is
stored once all of its page is stored and the index was told, so a killed slice repeats one page at most; what of it is
stored already is not fetched again.
"""

import hashlib
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from core.errors import (
    CredentialError,
    CursorExpired,
    InlaidError,
    InputError,
    LeaseLost,
    OutageError,
    SourceBusy,
    StoreOutage,
    UnexpectedError,
)
from core.logs import logger
from core.sources.cutting import MAX_PASSAGES, cut_sections
from core.sources.indexing import Indexer
from core.sources.items import ItemStore, ItemWrite, StoredItem
from core.sources.model import ChangePage, Content, FileText, ItemChange, Passage, Source
from core.sources.ports import Connector, FileReader, KeepingConnector
from core.sources.store import SourceLease, SourceStore

log = logger(__name__)
SLICE_SECONDS = 45.0
# From the last batch on: longer than one item takes to be fetched and read.
LEASE_SECONDS = 120.0
BATCH_ITEMS = 50
BATCH_CHARS = 1_000_000
BATCH_SECONDS = 5.0
REMOVED_AT_ONCE = 500
# As many items one after the other that cannot be fetched: then the place is out, not the item.
MAX_OUTAGES = 5
# An item or a place that is out is tried again soon, what cannot be read in case that another version reads it.
OUTAGE_SECONDS, MAX_OUTAGE_SECONDS = 60.0, 6 * 3600.0
# What keeps a removal from its end is our own store or index, most often for a moment.
REMOVAL_SECONDS = 5.0
UNREADABLE_SECONDS, MAX_UNREADABLE_SECONDS = 24 * 3600.0, 30 * 24 * 3600.0


@dataclass
class Slice:
    """What a slice of work did.

    Attributes:
        more: whether more waits to be done now.
        seen: items that the connector named.
        stored: items of which the text was stored.
        removed: items that are gone.
        failed: items that could not be read.
        error: why it broke off, None when it did not.
    """

    more: bool = False
    seen: int = 0
    stored: int = 0
    removed: int = 0
    failed: int = 0
    error: InlaidError | None = None


@dataclass(frozen=True)
class Sync:
    """Works on sources.

    Args:
        sources: which there are.
        items: what stands there.
        indexer: keeps the index.
        connector: returns the connector of a name; raises InputError where there is none.
        read_file: reads files of all formats.
        is_stopping: whether this process is to end soon.
        slice_seconds: how long a slice of work takes, about.
        clock: goes forward only, in seconds.
    """

    sources: SourceStore
    items: ItemStore
    indexer: Indexer
    connector: Callable[[str], Connector]
    read_file: FileReader
    is_stopping: Callable[[], bool] = lambda: False
    slice_seconds: float = SLICE_SECONDS
    clock: Callable[[], float] = time.monotonic

    def work(self, source_id: str, progress: Callable[[Slice], None] = lambda _slice: None) -> Slice | None:
        """Do a slice of work on a source; None when somebody else does, it is paused, or it is gone.

        Args:
            source_id: the source.
            progress: hears of each batch that was stored.

        Raises:
            StoreOutage: the database cannot be reached; what was done until then is stored.
        """
        lease = self.sources.claim(source_id, lease_seconds=LEASE_SECONDS)
        return None if lease is None else self.work_on(lease, progress)

    def claim_due(self) -> SourceLease | None:
        """Take the lease of the source that has been due for longest, None for none.

        Raises:
            StoreOutage: the database cannot be reached.
        """
        return self.sources.claim_due(lease_seconds=LEASE_SECONDS)

    def work_on(self, lease: SourceLease, progress: Callable[[Slice], None] = lambda _slice: None) -> Slice:
        """Do a slice of work on a source whose lease is held, and give the lease back.

        Raises:
            StoreOutage: the database cannot be reached; what was done until then is stored.
        """
        done = Slice()
        work = _Work(self, lease, done, progress)
        try:
            work.run()
        except LeaseLost:  # it was paused or removed, or somebody else took it over
            self.sources.release(work.lease, wait_seconds=0.0)
        return done


@dataclass
class _Work:
    """One slice of work."""

    sync: Sync
    lease: SourceLease
    done: Slice
    progress: Callable[[Slice], None]
    batch: list[ItemWrite] = field(default_factory=list)
    unchanged: list[StoredItem] = field(default_factory=list)
    batch_chars: int = 0
    outages: int = 0

    def __post_init__(self) -> None:
        self.began = self.batch_began = self.sync.clock()

    def is_over(self) -> bool:
        """Whether the slice is to end."""
        return self.sync.is_stopping() or self.sync.clock() - self.began >= self.sync.slice_seconds

    def run(self) -> None:
        """Do what can be done, and give the lease back."""
        error: InlaidError | None = None
        is_removed = is_read = False
        try:
            if self.lease.source.state == "removing":
                is_removed = self._remove()
            else:
                is_read = self._read()
        except LeaseLost:
            raise
        except StoreOutage as outage:
            error = outage
        except (InlaidError, Exception) as caught:
            error = _as_ours(caught, self.lease.source)
        self.done.error = error
        if is_removed:
            return
        self.done.more = error is None and not is_read
        self.sync.sources.release(self.lease, wait_seconds=self._wait(error), is_synced=is_read, error=error)

    def _wait(self, error: InlaidError | None) -> float | None:
        """Return when the next slice is due, None for when somebody asks."""
        if self.done.more:
            return 0.0
        if error is not None:
            if self.lease.source.state == "removing":
                return _backed_off(REMOVAL_SECONDS, self.lease.failures, MAX_OUTAGE_SECONDS)
            if not error.retryable and not self.lease.source.every_seconds:
                return None
            asked = error.retry_after_seconds if isinstance(error, OutageError) else 0.0
            if isinstance(error, SourceBusy):
                return asked
            return max(asked, _backed_off(OUTAGE_SECONDS, self.lease.failures, MAX_OUTAGE_SECONDS))
        waits = [self.sync.sources.next_retry(self.lease), self.lease.source.every_seconds or None]
        return min((wait for wait in waits if wait is not None), default=None)

    def _remove(self) -> bool:
        """Delete a source that was removed; returns whether all of it is gone."""
        while not self.is_over():
            count = self.sync.items.remove_any(self.lease, REMOVED_AT_ONCE)
            self.done.removed += count
            self.progress(self.done)
            if count < REMOVED_AT_ONCE:
                self.sync.indexer.index.remove_source(self.lease.source.id)
                self.sync.sources.forget(self.lease)
                self._forget_elsewhere()
                self.sync.sources.database.overwrite_deleted()
                return True
        return False

    def _forget_elsewhere(self) -> None:
        source = self.lease.source
        with suppress(InputError):  # the package that has the connector is gone
            connector = self.sync.connector(source.connector)
            if isinstance(connector, KeepingConnector):
                connector.forget(source)

    def _read(self) -> bool:
        """Read what has changed; returns whether the source was read to its end."""
        connector = self.sync.connector(self.lease.source.connector)
        self.lease = self.sync.indexer.check(self.lease)
        self._tell()
        self.lease = self.sync.indexer.clear(self.lease)
        self._retry(connector)
        while not self.is_over():
            if self._page(connector):
                self._tell()
                return not self.sync.items.tasks(self.lease.source, 1)
        return False

    def _page(self, connector: Connector) -> bool:
        """Read a page of changes; returns whether it was the last one, and was read to its end."""
        if not self.lease.source.cursor:
            self.lease = self.sync.sources.begin_again(self.lease)
        try:
            page = connector.changes(self.lease.source, self.lease.source.cursor)
        except CursorExpired:
            if not self.lease.source.cursor:
                raise
            self.lease = self.sync.sources.begin_again(self.lease)
            return False
        if page.access:
            self.sync.items.write(self.lease, [], page.access)
        if not self._store(connector, page):
            return False
        if page.is_last and page.is_complete and not self._remove_unnamed(is_empty=page.is_surely_empty):
            return False
        self._tell()
        if self.is_over() and self.sync.items.tasks(self.lease.source, 1):
            return False
        self.lease = self.sync.sources.advance(self.lease, page.cursor)
        return page.is_last

    def _store(self, connector: Connector, page: ChangePage) -> bool:
        """Store the items of a page; returns whether all of them are stored."""
        last = {change.key: change for change in page.changes}
        keys = [*last]
        for start in range(0, len(keys), REMOVED_AT_ONCE):
            part = keys[start : start + REMOVED_AT_ONCE]
            known = self.sync.items.known(self.lease.source, part)
            for key in part:
                if self.is_over():
                    self._flush()
                    return False
                self.done.seen += 1
                self._take(connector, last[key], known.get(key))
        self._flush()
        return True

    def _take(self, connector: Connector, change: ItemChange, known: StoredItem | None) -> None:
        if known and known.change == change:
            self.unchanged.append(known)
        elif change.is_gone:
            self.done.removed += known is not None
            self._add(ItemWrite(change))
        elif known and known.change.version == change.version and not known.error:
            self._add(ItemWrite(change, remark=known.remark))
        else:
            self._add(self._fetched(connector, change, known))
        if len(self.unchanged) >= REMOVED_AT_ONCE:
            self._flush()

    def _fetched(self, connector: Connector, change: ItemChange, known: StoredItem | None) -> ItemWrite:
        """Return what becomes of an item that is new or has changed."""
        tries = known.tries if known else 0
        try:
            content = connector.fetch(self.lease.source, change)
            self.outages = 0
            digest = _digest(self.lease.source, content)
            if known and not known.error and known.content_hash == digest:
                return ItemWrite(change, remark=known.remark)
            passages, remark = self._passages(content)
        except (StoreOutage, SourceBusy):
            raise
        except OutageError as outage:
            self.outages += 1
            self.done.failed += 1
            # What was known of it stays until it can be read.
            wait = max(outage.retry_after_seconds, _backed_off(OUTAGE_SECONDS, tries, MAX_OUTAGE_SECONDS))
            failed = ItemWrite(change, error=outage, retry_in_seconds=wait)
            if self.outages < MAX_OUTAGES:
                return failed
            self._add(failed)
            self._flush()
            raise
        except CredentialError:
            raise
        except Exception as caught:
            self.done.failed += 1
            error = _as_ours(caught, self.lease.source)
            wait = _backed_off(UNREADABLE_SECONDS, tries, MAX_UNREADABLE_SECONDS)
            return ItemWrite(change, (), error=error, retry_in_seconds=wait)
        self.done.stored += 1
        return ItemWrite(change, passages, digest, remark=remark)

    def _passages(self, content: Content) -> tuple[list[Passage], str]:
        if content.same_as:
            return [], f"The same as {content.same_as}."
        text = FileText(content.passages) if content.passages else self.sync.read_file(content.data, content.file_name)
        passages, is_cut = cut_sections(text.sections)
        if not passages:
            raise InputError("It holds no text.", fix="Nothing to do, unless it should contain some.")
        cut = f"Only its first {MAX_PASSAGES:,} passages are known." if is_cut else ""
        return passages, " ".join(filter(None, (text.remark, cut)))

    def _add(self, item: ItemWrite) -> None:
        self.batch.append(item)
        self.batch_chars += sum(len(passage.text) for passage in item.passages or ())
        is_late = self.sync.clock() - self.batch_began >= BATCH_SECONDS
        if len(self.batch) >= BATCH_ITEMS or self.batch_chars >= BATCH_CHARS or is_late:
            self._flush()

    def _flush(self) -> None:
        if self.unchanged:
            self.sync.items.seen(self.lease, self.unchanged)
        if self.batch:
            self.sync.items.write(self.lease, self.batch)
        self.batch, self.unchanged, self.batch_chars = [], [], 0
        self.batch_began = self.sync.clock()
        self._tell()
        self.progress(self.done)

    def _tell(self) -> None:
        self.sync.indexer.tell(self.lease, self.is_over)

    def _retry(self, connector: Connector) -> None:
        """Try items again that could not be read."""
        while not self.is_over() and (waiting := self.sync.items.retries(self.lease.source, BATCH_ITEMS)):
            for item in waiting:
                self._add(self._fetched(connector, item.change, item))
            self._flush()

    def _remove_unnamed(self, *, is_empty: bool) -> bool:
        """Remove what a reading to the end did not name; returns whether all of that is gone.

        Raises:
            InputError: it named nothing at all, and something is held: more likely a drive that is not connected.
        """
        held = self.sync.sources.get(self.lease.source.id).items
        if held and not is_empty and not self.sync.items.has_named(self.lease):
            raise InputError(
                f"This source is empty now; it held {held} items before, which are kept.",
                fix="If that is meant, remove the source; else look whether its drive or site is connected.",
            )
        while not self.is_over():
            count = self.sync.items.remove_unnamed(self.lease, REMOVED_AT_ONCE)
            self.done.removed += count
            if count < REMOVED_AT_ONCE:
                return True
        return False


def _digest(source: Source, content: Content) -> str:
    """Return what is the same while the content of an item is; nobody can tell from it what the content is."""
    names = f"{source.id}\0{content.file_name}{content.same_as}\0"
    made = hashlib.sha256(names.encode("utf-8", "surrogatepass"))
    made.update(content.data)
    for passage in content.passages:
        made.update("\0".join((passage.text, passage.heading, passage.place, "")).encode("utf-8", "surrogatepass"))
    return made.hexdigest()[:32]


def _as_ours(caught: Exception, source: Source) -> InlaidError:
    if isinstance(caught, InlaidError):
        return caught
    log.error("a source cannot be read", source=source.id, kind=source.connector, exc_info=caught)
    return UnexpectedError("It could not be read by a fault of ours.", fix="The log of the worker says more.")


def _backed_off(seconds: float, failures: int, most: float) -> float:
    return min(most, seconds * 4.0 ** min(failures, 10))
