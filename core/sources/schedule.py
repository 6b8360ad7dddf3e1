"""Reads the sources that are due, one slice after the other, in a thread of its own.

So no job waits for it. Whoever has waited longest is next, and a slice that leaves more to do goes to the end: a large
source does not keep the others waiting. Several processes share the work, each source with one of them.
"""

import threading

from core.errors import InlaidError, LimitError, SourceBusy
from core.job import LOCAL_WORKSPACE
from core.logs import logger
from core.sources.sync import Sync
from core.store.records import RecordStore

log = logger(__name__)
EMBED_SECONDS = 20.0
# Ends by itself when whoever embeds is killed.
EMBED_LOCK = "embed passages"
EMBED_LOCK_SECONDS = 120.0


class SourceRounds:
    """Reads what is due until nothing is.

    Args:
        sync: reads a source.
        records: hold the lock of whoever makes vectors.
        stopping: ends a round at the next item.
    """

    def __init__(self, sync: Sync, records: RecordStore, stopping: threading.Event) -> None:
        self._sync = sync
        self._records = records
        self._stopping = stopping
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def begin(self) -> bool:
        """Begin a round unless one goes on in this process; returns whether it did."""
        with self._lock:
            if self._stopping.is_set() or (self._thread and self._thread.is_alive()):
                return False
            self._thread = threading.Thread(target=self._run, name="read sources", daemon=True)
            self._thread.start()
            return True

    def join(self, seconds: float | None = None) -> None:
        """Wait until the round has ended, at most so long."""
        thread = self._thread
        if thread:
            thread.join(seconds)

    def _run(self) -> None:
        try:
            self.read_due()
        except InlaidError as error:
            log.warning("reading sources broke off", code=error.code)
        except Exception:  # whatever a fault in our code is, the next round tries again
            log.exception("reading sources failed")

    def read_due(self) -> None:
        """Read what is due, and what stands in another index than now, then make vectors for what waits for one.

        Raises:
            StoreOutage: the database cannot be reached.
        """
        self._sync.indexer.wake_others()
        while not self._stopping.is_set():
            lease = self._sync.claim_due()
            if lease is None and not self._embed():
                break
            if lease and (error := self._sync.work_on(lease).error) and not isinstance(error, SourceBusy):
                log.warning("a source cannot be read", source=lease.source.id, code=error.code)

    def _embed(self) -> bool:
        """Make vectors for a while; returns whether any were made."""
        try:
            with self._records.lock(LOCAL_WORKSPACE, EMBED_LOCK, seconds=EMBED_LOCK_SECONDS):
                return self._sync.indexer.embed(EMBED_SECONDS) > 0
        except LimitError:  # another process does it
            return False
        except InlaidError as error:
            log.warning("passages wait for their vectors", code=error.code)
            return False
