"""Signals (`core.signals`): what scans of sources found and keep, with the quotes that each rests on.

A quote hangs on the item that it stands in: it is seen by who may read the item, and goes when the item goes.
"""

from sqlalchemy import BigInteger, Column, Double, ForeignKey, Index, Integer, LargeBinary, Table, Text

from core.store.tables.metadata import metadata

signal_scans = Table(
    "signal_scan",
    metadata,
    Column("id", Text, primary_key=True),
    Column("workspace", Text, nullable=False),
    Column("person", Text, nullable=False),
    Column("is_shared", Integer, nullable=False),
    Column("is_active", Integer, nullable=False),
    Column("detail", LargeBinary, nullable=False),
    Column("due_at", Double),
    Column("ran_at", Double),
    Column("created_at", Double, nullable=False),
    Index("signal_scan_owner", "workspace", "person"),
    Index("signal_scan_due", "due_at"),
)

signals = Table(
    "signal",
    metadata,
    Column("id", Text, primary_key=True),
    Column("scan_id", Text, ForeignKey("signal_scan.id", ondelete="CASCADE"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("state", Text, nullable=False),
    # How much more, or less, it is like what was confirmed than like what was dismissed: -1 to 1.
    Column("preference", Double, nullable=False, server_default="0"),
    Column("detail", LargeBinary, nullable=False),
    Column("vector", LargeBinary, info={"is_sealed": False}),
    Column("created_at", Double, nullable=False),
    Column("changed_at", Double, nullable=False),
    Index("signal_of_scan", "scan_id", "kind"),
)

signal_quotes = Table(
    "signal_quote",
    metadata,
    Column("signal_id", Text, ForeignKey("signal.id", ondelete="CASCADE"), primary_key=True),
    Column("item_id", BigInteger, ForeignKey("source_item.id", ondelete="CASCADE"), primary_key=True),
    Column("quote_hash", Text, primary_key=True),
    Column("part", Integer, nullable=False),
    # Whether it names an amount of money, a date or a day.
    Column("has_value", Integer, nullable=False),
    # What a model said of how grave it is, 1 to 3; 0 where none did.
    Column("severity", Integer, nullable=False, server_default="0"),
    Column("said_at", Double, nullable=False),
    Column("detail", LargeBinary, nullable=False),
    Index("signal_quote_item", "item_id"),
)

# Which part of which item was looked through by a scan, as it was then.
signal_parts = Table(
    "signal_part",
    metadata,
    Column("scan_id", Text, ForeignKey("signal_scan.id", ondelete="CASCADE"), primary_key=True),
    Column("item_id", BigInteger, ForeignKey("source_item.id", ondelete="CASCADE"), primary_key=True),
    Column("part", Integer, primary_key=True),
    Column("content_hash", Text, nullable=False),
    Index("signal_part_item", "item_id"),
)

# A run of a scan by its schedule; its states are those of `core.signals.runs`.
signal_runs = Table(
    "signal_run",
    metadata,
    Column("scan_id", Text, ForeignKey("signal_scan.id", ondelete="CASCADE"), primary_key=True),
    Column("began_at", Double, primary_key=True),
    Column("state", Text, nullable=False),
    # The items of each signal as its owner could read them at the end; the next digest tells what came since.
    Column("detail", LargeBinary),
    Index("signal_run_state", "state"),
)
