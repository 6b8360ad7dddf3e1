"""The scans of an installation, and which parts of their sources each has looked through."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, NotRequired, TypedDict

import sqlalchemy as sa

from core.audit.acting import current_actor
from core.audit.entries import AuditEvent, Name, Thing
from core.drafts import JsonObject
from core.errors import NotFoundError, SettingsError
from core.job import new_id
from core.logs import logger
from core.privacy import Cipher
from core.signals.model import DigestWish, Scan, ScanStatus
from core.signals.schedule import next_time, written
from core.sources.access import some
from core.store.audit import append
from core.store.engine import Database
from core.store.rows import now
from core.store.tables.signals import signal_parts, signal_runs, signal_scans

log = logger(__name__)
Part = tuple[int, int]
"""An item's number, and which part of it."""


class _Detail(TypedDict):
    title: str
    source_ids: list[str]
    recipe: str
    focus: str
    schedule: str
    zone: NotRequired[str]
    digest: NotRequired[JsonObject]


class ScanStore:
    """Scans.

    Args:
        database: where.
        cipher: seals what they are called and look for, bound to the workspace.
    """

    def __init__(self, database: Database, cipher: Cipher) -> None:
        self.database = database
        self.cipher = cipher

    def add(self, scan: Scan) -> Scan:
        """Store a new scan and return it with its id; with a schedule it begins when that comes.

        Raises:
            InputError: the schedule is none, or there is no such time zone.
        """
        made = replace(scan, id=scan.id or new_id(), schedule=written(scan.schedule))
        next_time(made.schedule, 0.0, made.zone)
        with self.database.write() as connection:
            values = self._values(made, connection.execute(sa.select(now)).scalar_one())
            row = {"id": made.id, "workspace": made.workspace, "person": made.person}
            connection.execute(sa.insert(signal_scans).values(**row, **values, created_at=now))
            append(connection, _event("scan.changed", made))
        return made

    def change(self, scan: Scan) -> None:
        """Store everything about a scan but what it found.

        Raises:
            NotFoundError: it does not exist.
            InputError: the schedule is none, or there is no such time zone.
        """
        next_time(scan.schedule, 0.0, scan.zone)
        with self.database.write() as connection:
            values = self._values(scan, connection.execute(sa.select(now)).scalar_one())
            changed = sa.update(signal_scans).where(signal_scans.c.id == scan.id).values(values)
            if connection.execute(changed).rowcount == 0:
                raise _not_found(scan.id)
            append(connection, _event("scan.changed", scan))

    def remove(self, scan: Scan) -> None:
        """Delete a scan and all that it found."""
        with self.database.write() as connection:
            if connection.execute(sa.delete(signal_scans).where(signal_scans.c.id == scan.id)).rowcount:
                append(connection, _event("scan.removed", scan))

    def get(self, scan_id: str) -> ScanStatus:
        """Return a scan.

        Raises:
            NotFoundError: it does not exist.
        """
        with self.database.read() as connection:
            row = connection.execute(_ALL.where(signal_scans.c.id == scan_id)).one_or_none()
        status = row and self._readable(row)
        if not status:
            raise _not_found(scan_id)
        return status

    def list(self, names: Iterable[tuple[str, str]]) -> Sequence[ScanStatus]:
        """Return the scans of a person's sign-ins, and those that are shared, by their age."""
        mine = sa.tuple_(signal_scans.c.workspace, signal_scans.c.person).in_([*map(tuple, names)])
        statement = _ALL.where(sa.or_(mine, signal_scans.c.is_shared == 1)).order_by(signal_scans.c.id)
        with self.database.read() as connection:
            rows = connection.execute(statement).all()
        return [status for row in rows if (status := self._readable(row))]

    def take_due(self, limit: int) -> Sequence[Scan]:
        """Return scans whose time has come, set when each comes next, and note that a run of each is due.

        A scan that still runs when its time comes again goes on, and is not begun twice.
        """
        is_due = sa.and_(signal_scans.c.is_active == 1, signal_scans.c.due_at <= now)
        found = sa.select(signal_scans.c.id).where(is_due).order_by(signal_scans.c.due_at).limit(limit)
        with self.database.read() as connection:
            if connection.execute(found.limit(1)).first() is None:
                return []
        taken = []
        with self.database.write() as connection:
            at = connection.execute(sa.select(now)).scalar_one()
            for scan_id in connection.execute(found.with_for_update(skip_locked=True)).scalars().all():
                row = connection.execute(_ALL.where(signal_scans.c.id == scan_id)).one()
                status = self._readable(row)
                due = next_time(status.scan.schedule, at, status.scan.zone) if status else None
                values = {"due_at": due, "ran_at": at}
                connection.execute(sa.update(signal_scans).where(signal_scans.c.id == scan_id).values(values))
                if status:
                    self._note_due(connection, scan_id, at)
                taken += [status.scan] if status else []
        return taken

    def _note_due(self, connection: sa.Connection, scan_id: str, at: float) -> None:
        """Note that a run of a scan is due, unless one has not ended yet."""
        is_open = sa.and_(signal_runs.c.scan_id == scan_id, signal_runs.c.state != "ended")
        if connection.execute(sa.select(signal_runs.c.scan_id).where(is_open)).first() is None:
            run = {"scan_id": scan_id, "began_at": at, "state": "due"}
            connection.execute(sa.insert(signal_runs).values(run))

    def note_begun(self, scan: Scan) -> None:
        """Note that a scan was begun now: by its schedule, or by somebody, whose run ends with a digest as well."""
        with self.database.write() as connection:
            at = connection.execute(sa.select(now)).scalar_one()
            connection.execute(sa.update(signal_scans).where(signal_scans.c.id == scan.id).values(ran_at=at))
            self._note_due(connection, scan.id, at)

    def seen(self, scan: Scan, item_ids: Collection[int]) -> Mapping[Part, str]:
        """Return the parts of these items that were looked through, with the hash of the item as it was then."""
        found = {}
        with self.database.read() as connection:
            for ids in some(sorted(item_ids)):
                mine = sa.and_(signal_parts.c.scan_id == scan.id, signal_parts.c.item_id.in_(ids))
                for row in connection.execute(sa.select(signal_parts).where(mine)):
                    found[row.item_id, row.part] = str(row.content_hash)
        return found

    def _values(self, scan: Scan, at: float) -> dict[str, object]:
        detail: _Detail = {
            "title": scan.title,
            "source_ids": list(scan.source_ids),
            "recipe": scan.recipe,
            "focus": scan.focus,
            "schedule": scan.schedule,
            "zone": scan.zone,
            "digest": scan.digest.to_json(),
        }
        return {
            "is_shared": int(scan.is_shared),
            "is_active": int(scan.is_active),
            "detail": self.cipher.seal(scan.workspace, detail),
            "due_at": next_time(scan.schedule, at, scan.zone) if scan.is_active else None,
        }

    def _readable(self, row: Any) -> ScanStatus | None:
        try:
            detail: _Detail = self.cipher.open(row.workspace, row.detail)
        except (SettingsError, ValueError):
            log.error("a scan is left out: it cannot be read", scan_id=row.id)
            return None
        scan = Scan(
            id=row.id,
            workspace=row.workspace,
            person=row.person,
            title=detail["title"],
            source_ids=tuple(detail["source_ids"]),
            recipe=detail["recipe"],
            focus=detail["focus"],
            schedule=detail["schedule"],
            zone=detail.get("zone", ""),
            digest=DigestWish(**detail.get("digest", {})),
            is_shared=bool(row.is_shared),
            is_active=bool(row.is_active),
        )
        return ScanStatus(scan, row.parts, row.ran_at, row.due_at)


_parts = (
    sa.select(sa.func.count())
    .where(signal_parts.c.scan_id == signal_scans.c.id)
    .correlate(signal_scans)
    .scalar_subquery()
)
_ALL = sa.select(*signal_scans.c, _parts.label("parts"))


def _not_found(scan_id: str) -> NotFoundError:
    return NotFoundError(f"There is no scan {scan_id[:40]}.", fix="List them with: inlaid signals scans")


def _event(action: str, scan: Scan) -> AuditEvent:
    actor = current_actor(scan.workspace)
    thing = Thing("scan", Name(scan.workspace, scan.person or actor.person, "scan", scan.id))
    details = {"recipe": scan.recipe, "sources": len(scan.source_ids), "is_shared": scan.is_shared}
    return AuditEvent(action, actor, thing, details=details, workspace=scan.workspace)
