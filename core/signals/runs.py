"""Runs of scans, by their schedule or because somebody asked, from their beginning to their digest.

Whatever is killed, each comes to its end once.

A run is "due" when its time has come, "running" when its parts are jobs, "told" when what it came to is stored, and
"ended" when its digest is a job. Each step is done again until it is noted as done, and doing it again changes nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypedDict

import sqlalchemy as sa

from core.job import SIGNALS
from core.privacy import Cipher
from core.signals.model import Scan
from core.store.engine import Database
from core.store.rows import job_from_row
from core.store.tables import jobs
from core.store.tables.signals import signal_runs

RunState = Literal["due", "running", "told", "ended"]
Seen = Mapping[str, frozenset[int]]
"""The items of each signal."""

# A digest compares two runs; older ones are of no use.
_KEPT = 4


def digest_key(scan: Scan, began_at: float | None = None) -> str:
    """Return the key of the job that tells the digest of a run, with None how those of all runs begin."""
    return f"digest:{scan.id}:{'' if began_at is None else repr(began_at)}"


class _Detail(TypedDict):
    seen: dict[str, list[int]]


@dataclass(frozen=True)
class Run:
    """A run of a scan; `seen` is what its owner could read of each signal at its end."""

    scan_id: str
    began_at: float
    state: RunState
    seen: Seen = field(default_factory=dict)


class RunStore:
    """Runs of scans.

    Args:
        database: where.
        cipher: seals what was seen, bound to the scan's workspace.
    """

    def __init__(self, database: Database, cipher: Cipher) -> None:
        self.database = database
        self.cipher = cipher

    def open(self, limit: int) -> Sequence[tuple[str, float, RunState]]:
        """Return scan, time and state of runs that have not ended, the oldest first."""
        statement = sa.select(signal_runs).where(signal_runs.c.state != "ended").order_by(signal_runs.c.began_at)
        with self.database.read() as connection:
            rows = connection.execute(statement.limit(limit)).all()
        return [(row.scan_id, row.began_at, row.state) for row in rows]

    def advance(self, scan: Scan, began_at: float, state: RunState, seen: Seen | None = None) -> None:
        """Note how far a run has come, with what was seen when it is over."""
        values: dict[str, object] = {"state": state}
        if seen is not None:
            detail: _Detail = {"seen": {signal_id: sorted(items) for signal_id, items in seen.items()}}
            values["detail"] = self.cipher.seal(scan.workspace, detail)
        mine = signal_runs.c.scan_id == scan.id
        with self.database.write() as connection:
            connection.execute(sa.update(signal_runs).where(mine, signal_runs.c.began_at == began_at).values(values))
            if state == "ended":
                times = sa.select(signal_runs.c.began_at).where(mine).order_by(signal_runs.c.began_at.desc())
                if kept := connection.execute(times.limit(_KEPT)).scalars().all():
                    connection.execute(sa.delete(signal_runs).where(mine, signal_runs.c.began_at < kept[-1]))

    def told(self, scan: Scan, until: float | None = None) -> Sequence[Run]:
        """Return the runs of a scan that came to something, the newest first.

        Args:
            scan: whose.
            until: the beginning of the newest that is wanted, None for all.
        """
        is_told = sa.and_(signal_runs.c.scan_id == scan.id, signal_runs.c.detail.is_not(None))
        if until is not None:
            is_told = sa.and_(is_told, signal_runs.c.began_at <= until)
        statement = sa.select(signal_runs).where(is_told).order_by(signal_runs.c.began_at.desc())
        with self.database.read() as connection:
            rows = connection.execute(statement).all()
        return [Run(row.scan_id, row.began_at, row.state, self._seen(scan, row.detail)) for row in rows]

    def is_waiting(self, scan: Scan, surface: str) -> bool:
        """Whether jobs of a scan have not ended yet."""
        mine = sa.and_(jobs.c.surface == surface, jobs.c.dedupe_key.startswith(f"{scan.id}:", autoescape=True))
        waits = sa.and_(jobs.c.delivered_at.is_(None), jobs.c.state.in_(("queued", "running", "ready")))
        with self.database.read() as connection:
            return connection.execute(sa.select(jobs.c.id).where(waits, mine).limit(1)).first() is not None

    def digest_error(self, scan: Scan) -> Mapping[str, str] | None:
        """Return why the last digest of a scan was not delivered, None where it was, or is under way."""
        mine = sa.and_(jobs.c.workspace == scan.workspace, jobs.c.surface == SIGNALS)
        digests = jobs.c.dedupe_key.startswith(digest_key(scan), autoescape=True)
        statement = sa.select(jobs).where(mine, digests).order_by(jobs.c.id.desc()).limit(1)
        with self.database.read() as connection:
            row = connection.execute(statement).one_or_none()
        return job_from_row(row, self.cipher).error if row and row.state == "failed" else None

    def _seen(self, scan: Scan, sealed: bytes) -> Seen:
        detail: _Detail = self.cipher.open(scan.workspace, sealed)
        return {signal_id: frozenset(items) for signal_id, items in detail["seen"].items()}
