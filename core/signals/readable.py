"""What of signals may be read: the condition, the statement that counts it, and the signal of its rows."""

from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa

from core.signals.model import Signal, SignalFilter, SignalState
from core.signals.ranking import GRAVE_KINDS, OFTEN, rank_of, severity_of
from core.sources.access import is_believed
from core.sources.model import Reader
from core.store.tables import access_principals, source_items, sources
from core.store.tables.signals import signal_quotes, signals

# So many, the last said ones, are looked through for a list.
MAX_LISTED = 5_000


def readable(readers: Sequence[Reader]) -> sa.ColumnElement[bool]:
    """Return the condition that an item is there and that all the readers may read it now."""
    lists = (
        sa.select(access_principals.c.access_id).where(
            access_principals.c.principal.in_(sorted(reader.principals)), is_believed()
        )
        for reader in dict.fromkeys(readers)
    )
    refused = {source_id for reader in readers for source_id in reader.refused_sources}
    living = source_items.c.source_id.in_(
        sa.select(sources.c.id).where(sources.c.state != "removing", sources.c.id.not_in(sorted(refused)))
    )
    return sa.and_(living, *(source_items.c.access_id.in_(allowed) for allowed in lists))


def seen(readers: Sequence[Reader], scan_ids: Collection[str], wanted: SignalFilter) -> sa.Select[Any]:
    """Return the statement for signals with what may be read of them: counts and times."""
    last = sa.func.max(signal_quotes.c.said_at)
    statement = (
        sa.select(
            signals.c.id,
            signals.c.scan_id,
            signals.c.kind,
            signals.c.state,
            signals.c.preference,
            sa.func.count().label("count"),
            sa.func.count(sa.distinct(signal_quotes.c.item_id)).label("items"),
            sa.func.min(signal_quotes.c.said_at).label("first_at"),
            last.label("last_at"),
            sa.func.max(signal_quotes.c.has_value).label("has_value"),
            sa.func.max(signal_quotes.c.severity).label("judged"),
        )
        .join(signal_quotes, signal_quotes.c.signal_id == signals.c.id)
        .join(source_items, source_items.c.id == signal_quotes.c.item_id)
        .where(readable(readers), signals.c.scan_id.in_(scan_ids))
        .group_by(signals.c.id, signals.c.scan_id, signals.c.kind, signals.c.state, signals.c.preference)
        .having(last > wanted.since)
        .order_by(last.desc())
        .limit(MAX_LISTED)
    )
    columns, chosen = (source_items.c.source_id, signals.c.kind, signals.c.state), (wanted.source_ids, wanted.kinds)
    asked = zip(columns, (*chosen, wanted.states), strict=True)
    if wanted.least_severity > 1:
        statement = statement.having(_severity() >= wanted.least_severity)
    return statement.where(*(column.in_(values) for column, values in asked if values))


def _severity() -> sa.ColumnElement[int]:
    """Return how severe a signal is by what may be read of it: what a model said, else `severity_of`."""
    judged, items = sa.func.max(signal_quotes.c.severity), sa.func.count(sa.distinct(signal_quotes.c.item_id))
    is_grave = sa.case((signals.c.kind.in_(sorted(GRAVE_KINDS)), 1), else_=0)
    is_often = sa.case((items >= OFTEN, 1), else_=0)
    by_rule = 1 + is_grave + sa.func.max(signal_quotes.c.has_value) + is_often
    return sa.case((judged > 0, judged), else_=by_rule)


def counted(row: Any, at: float) -> Signal:
    """Return the signal of a row of `seen`, still without words; `at` is now, in Unix seconds."""
    by_rule, reasons = severity_of(row.kind, items=row.items, has_value=bool(row.has_value))
    severity = row.judged or by_rule
    age_seconds = max(0.0, at - row.last_at)
    state: SignalState = row.state
    return Signal(
        id=row.id,
        scan_id=row.scan_id,
        kind=row.kind,
        text="",
        state=state,
        severity=severity,
        by_rule=by_rule,
        reasons=reasons,
        why="",
        owner="",
        count=row.count,
        items=row.items,
        first_at=row.first_at,
        last_at=row.last_at,
        rank=rank_of(severity, items=row.items, preference=row.preference, age_seconds=age_seconds),
    )
