"""Tables. Times are Unix seconds by the clock of the database, so that workers with wrong clocks agree.

Columns of type LargeBinary hold sealed values (see `core.privacy`), unless their `info` says that they are not:
`inlaid keys rotate` seals every one of them again. Migrations are in `migrations/versions`;
a test compares them with these definitions.
"""

from sqlalchemy import (
    BigInteger,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from core.store.tables.insight import marks, sums, tallies, trials
from core.store.tables.knowledge import (
    access_lists,
    access_principals,
    source_blocks,
    source_items,
    source_uploads,
    sources,
)
from core.store.tables.metadata import DatabaseNow, metadata
from core.store.tables.signals import signal_parts, signal_quotes, signal_runs, signal_scans, signals

jobs = Table(
    "job",
    metadata,
    Column("id", Text, primary_key=True),
    Column("workspace", Text, nullable=False),
    Column("person", Text, nullable=False),
    Column("surface", Text, nullable=False),
    Column("recipe", Text, nullable=False),
    Column("queue", Text, nullable=False),
    Column("dedupe_key", Text, nullable=False),
    Column("content_hash", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("request", LargeBinary, nullable=False),
    Column("draft", LargeBinary),
    Column("error", LargeBinary),
    Column("model", Text, nullable=False, server_default=""),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("delivery_attempts", Integer, nullable=False, server_default="0"),
    Column("fence", BigInteger, nullable=False, server_default="0"),
    Column("lease_until", Double),
    Column("not_before", Double, nullable=False),
    Column("sent_at", Double),
    Column("send_count", Integer, nullable=False, server_default="0"),
    Column("cancel_requested", Integer, nullable=False, server_default="0"),
    Column("created_at", Double, nullable=False),
    Column("started_at", Double),
    Column("finished_at", Double),
    Column("delivered_at", Double),
    UniqueConstraint("workspace", "surface", "dedupe_key", name="job_dedupe"),
    Index("job_count", "queue", "state"),
    Index("job_person", "workspace", "person", "created_at"),
    # Holds all that a page of jobs is chosen by, so that only the jobs that are shown are read.
    Index("job_page", "workspace", "person", "id", "state", "surface", "recipe"),
)

# Jobs that still need something: few among millions, which is what the sweeper looks through.
_is_open = jobs.c.delivered_at.is_(None)
Index("job_open", jobs.c.queue, jobs.c.state, jobs.c.not_before, sqlite_where=_is_open, postgresql_where=_is_open)

# Jobs that a worker was woken for, in the order of a round (`core.store.turns`); parts of a scan have an order of their
# own. A text: with parameters in the place of its literals neither database would see that the index is meant.
waits_for_turn = text("state = 'queued' AND sent_at IS NOT NULL AND surface <> 'signals'")
Index(
    "job_turn",
    jobs.c.queue,
    jobs.c.workspace,
    jobs.c.person,
    jobs.c.id,
    sqlite_where=waits_for_turn,
    postgresql_where=waits_for_turn,
)

# What was done lately, by class: how fast a queue moves.
_is_finished = jobs.c.finished_at.is_not(None)
Index("job_pace", jobs.c.queue, jobs.c.finished_at, sqlite_where=_is_finished, postgresql_where=_is_finished)

effects = Table(
    "effect",
    metadata,
    Column("job_id", Text, ForeignKey("job.id", ondelete="CASCADE"), primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("state", Text, nullable=False),
    Column("detail", LargeBinary, nullable=False),
    Column("created_at", Double, nullable=False),
)

blobs = Table(
    "blob",
    metadata,
    Column("job_id", Text, ForeignKey("job.id", ondelete="CASCADE"), primary_key=True),
    Column("name", Text, primary_key=True),
    Column("data", LargeBinary, nullable=False),
)

outcomes = Table(
    "outcome",
    metadata,
    Column("id", Text, primary_key=True),
    Column("job_id", Text, ForeignKey("job.id", ondelete="CASCADE"), nullable=False),
    Column("person", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("distance", Double),
    Column("detail", LargeBinary, nullable=False),
    Column("created_at", Double, nullable=False),
    Column("subject", Text, nullable=False, server_default=""),
    Column("labels", Text, nullable=False, server_default=""),
    Column("value", Double),
    Column("happened_at", Double),
    Index("outcome_job", "job_id"),
)

records = Table(
    "record",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("workspace", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("person", Text, nullable=False, server_default=""),
    Column("data", LargeBinary, nullable=False),
    Column("version", Integer, nullable=False, server_default="1"),
    Column("updated_at", Double, nullable=False),
    Column("expires_at", Double),
    Column("due_at", Double),
    # What the first version with it called the column: workers of two versions run beside each other.
    Column("lane", Text, key="server", nullable=False, server_default=""),
    Index("record_person", "workspace", "person"),
    Index("record_expiry", "expires_at"),
)

# Mailboxes that are visited on a schedule: few kinds among many.
_is_timed = records.c.due_at.is_not(None)
Index("record_due", records.c.kind, records.c.due_at, sqlite_where=_is_timed, postgresql_where=_is_timed)


# What each call of a model cost; no text. It outlives its job, so that deleting jobs gives no budget back.
model_calls = Table(
    "model_call",
    metadata,
    Column("id", Text, primary_key=True),
    Column("job_id", Text, nullable=False),
    Column("workspace", Text, nullable=False),
    Column("person", Text, nullable=False),
    Column("recipe", Text, nullable=False),
    Column("endpoint", Text, nullable=False),
    Column("model", Text, nullable=False),
    Column("is_local", Integer, nullable=False),
    Column("input_tokens", Integer, nullable=False),
    Column("output_tokens", Integer, nullable=False),
    Column("usd", Double, nullable=False),
    Column("seconds", Double, nullable=False),
    Column("result", Text, nullable=False),
    Column("created_at", Double, nullable=False),
    Index("model_call_job", "job_id"),
    Index("model_call_person", "workspace", "person", "created_at"),
    Index("model_call_time", "workspace", "created_at"),
)

# One person: under which (workspace, key) it is kept what they decided.
people = Table(
    "person",
    metadata,
    Column("id", Text, primary_key=True),
    Column("workspace", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("created_at", Double, nullable=False),
    UniqueConstraint("workspace", "key", name="person_home"),
)

# A name by which a door knows a person; see `core.store.people`.
sign_ins = Table(
    "sign_in",
    metadata,
    Column("workspace", Text, primary_key=True),
    Column("subject", Text, primary_key=True),
    Column("person_id", Text, ForeignKey("person.id"), nullable=False),
    Column("way", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("enterprise", Text, nullable=False),
    Column("vouched_by", Text, nullable=False),
    Column("created_at", Double, nullable=False),
    Index("sign_in_person", "person_id"),
)

# The audit trail (`core.store.audit`). Triggers of the migration refuse to change or delete an entry.
audit_entries = Table(
    "audit_entry",
    metadata,
    Column("sequence", BigInteger, primary_key=True, autoincrement=False),
    Column("id", Text, nullable=False),
    Column("at_microseconds", BigInteger, nullable=False),
    Column("workspace", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("door", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("thing_kind", Text, nullable=False),
    Column("thing", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("details", Text, nullable=False),
    Column("previous", Text, nullable=False),
    Column("hash", Text, nullable=False),
    UniqueConstraint("id", name="audit_entry_once"),
    Index("audit_entry_actor", "actor"),
    Index("audit_entry_thing", "thing"),
    Index("audit_entry_workspace", "workspace", "sequence"),
)

_has_address = audit_entries.c.address != ""
Index("audit_entry_address", audit_entries.c.address, sqlite_where=_has_address, postgresql_where=_has_address)

# What was written and has no place in the chain yet: the next reader of the trail, or a worker, gives it one.
audit_pending = Table(
    "audit_pending",
    metadata,
    Column("number", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    *(Column(column.name, column.type, nullable=False) for column in list(audit_entries.c)[1:-2]),
)

# Who is behind the pseudonyms of the trail; what a purge deletes.
audit_names = Table(
    "audit_name",
    metadata,
    Column("id", Text, primary_key=True),
    Column("workspace", Text, nullable=False),
    Column("person", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("label", Text, nullable=False, server_default=""),
    UniqueConstraint("workspace", "person", "kind", "name", name="audit_name_once"),
)

# One row: where the chain ends, and what is before the first entry that is kept.
audit_head = Table(
    "audit_head",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("sequence", BigInteger, nullable=False),
    Column("hash", Text, nullable=False),
    Column("kept_from", BigInteger, nullable=False),
    Column("kept_previous", Text, nullable=False),
)

# API tokens (`core.store.tokens`): keyed hashes, never what their holders send.
api_tokens = Table(
    "api_token",
    metadata,
    Column("id", Text, primary_key=True),
    Column("hash", Text, nullable=False),
    Column("workspace", Text, nullable=False),
    Column("person", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("scopes", Text, nullable=False),
    Column("created_at", Double, nullable=False),
    Column("expires_at", Double),
    Column("last_used_at", Double),
    Index("api_token_person", "workspace", "person"),
)

# The oldest code that works on these tables, by its newest revision; see `core.store.migrate`.
compatibility = Table("schema_compatibility", metadata, Column("oldest_code", Text, primary_key=True))

# Rows that are written and deleted to find out whether there is room for others.
write_probes = Table(
    "write_probe",
    metadata,
    Column("id", Text, primary_key=True),
    Column("data", Text, nullable=False),
    Column("written_at", Double, nullable=False),
)

__all__ = [
    "DatabaseNow",
    "access_lists",
    "access_principals",
    "api_tokens",
    "audit_entries",
    "audit_head",
    "audit_names",
    "audit_pending",
    "blobs",
    "compatibility",
    "effects",
    "jobs",
    "marks",
    "metadata",
    "model_calls",
    "outcomes",
    "people",
    "records",
    "sign_ins",
    "signal_parts",
    "signal_quotes",
    "signal_runs",
    "signal_scans",
    "signals",
    "source_blocks",
    "source_items",
    "source_uploads",
    "sources",
    "sums",
    "tallies",
    "trials",
    "waits_for_turn",
    "write_probes",
]
