"""The audit trail: chained entries that nobody changes, those that wait for their place, names, and the chain's ends.

Triggers hold it, so that no statement of ours can break it: an entry is never changed, is deleted only when it lies
before the beginning of what is kept, and that moves only over entries that are older than a quarter of a year. What
waits for its place is never changed either, and deleted only when its entry is there.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None
oldest_code = "0004"

SAID = ("workspace", "actor", "door", "address", "action", "thing_kind", "thing", "outcome", "details")
START = "0" * 64
# 90 days in microseconds: whatever is configured, nothing younger can be deleted.
MIN_KEPT = 90 * 86_400 * 1_000_000
IS_CHAINED = "EXISTS (SELECT 1 FROM audit_entry WHERE id = OLD.id)"
NOT_KEPT = "OLD.sequence < (SELECT kept_from FROM audit_head)"
GOES_BACK = "(NEW.id <> OLD.id OR NEW.sequence < OLD.sequence OR NEW.kept_from < OLD.kept_from)"
FORGETS_NEW = (
    "(NEW.kept_from > OLD.kept_from AND EXISTS"
    " (SELECT 1 FROM audit_entry WHERE sequence < NEW.kept_from AND at_microseconds > {now} - {least}))"
)
SQLITE_NOW = "CAST((julianday('now') - 2440587.5) * 86400000000.0 AS INTEGER)"
POSTGRESQL_NOW = "CAST(extract(epoch from clock_timestamp()) * 1000000 AS bigint)"


def upgrade() -> None:
    op.create_table(
        "audit_entry",
        sa.Column("sequence", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("at_microseconds", sa.BigInteger(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in (*SAID, "previous", "hash")),
        sa.PrimaryKeyConstraint("sequence"),
        sa.UniqueConstraint("id", name="audit_entry_once"),
    )
    op.create_index("audit_entry_actor", "audit_entry", ["actor"])
    op.create_index("audit_entry_thing", "audit_entry", ["thing"])
    op.create_index("audit_entry_workspace", "audit_entry", ["workspace", "sequence"])
    op.create_table(
        "audit_pending",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("at_microseconds", sa.BigInteger(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in SAID),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_table(
        "audit_name",
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("id", "workspace", "person", "kind", "name")),
        sa.Column("label", sa.Text(), nullable=False, server_default=""),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("workspace", "person", "kind", "name", name="audit_name_once"),
    )
    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("kept_from", sa.BigInteger(), nullable=False),
        sa.Column("kept_previous", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.execute(f"INSERT INTO audit_head VALUES (1, 0, '{START}', 1, '{START}')")  # noqa: S608 - literals
    if op.get_bind().dialect.name == "sqlite":
        _sqlite_triggers()
    else:
        _postgresql_triggers()


def _sqlite_triggers() -> None:
    forgets = FORGETS_NEW.format(now=SQLITE_NOW, least=MIN_KEPT)
    for name, event, condition in (
        ("audit_entry_changed", "UPDATE ON audit_entry", "1"),
        ("audit_entry_deleted", "DELETE ON audit_entry", f"NOT {NOT_KEPT}"),
        ("audit_pending_changed", "UPDATE ON audit_pending", "1"),
        ("audit_pending_deleted", "DELETE ON audit_pending", f"NOT {IS_CHAINED}"),
        ("audit_head_changed", "UPDATE ON audit_head", f"{GOES_BACK} OR {forgets}"),
        ("audit_head_deleted", "DELETE ON audit_head", "1"),
        ("audit_head_added", "INSERT ON audit_head", "1"),
    ):
        refusal = "SELECT RAISE(ABORT, 'the audit trail is never changed')"
        op.execute(f"CREATE TRIGGER {name} BEFORE {event} WHEN {condition} BEGIN {refusal}; END")


def _postgresql_triggers() -> None:
    forgets = FORGETS_NEW.format(now=POSTGRESQL_NOW, least=MIN_KEPT)
    refusal = "RAISE EXCEPTION 'the audit trail is never changed'"
    for name, condition, result in (
        ("audit_refuse", "true", "NULL"),
        ("audit_keep", f"NOT {NOT_KEPT}", "OLD"),
        ("audit_chain", f"NOT {IS_CHAINED}", "OLD"),
        ("audit_advance", f"{GOES_BACK} OR {forgets}", "NEW"),
    ):
        body = f"BEGIN IF {condition} THEN {refusal}; END IF; RETURN {result}; END"
        op.execute(f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ {body} $$")
    for name, event, each, function in (
        ("audit_entry_changed", "UPDATE ON audit_entry", "ROW", "audit_refuse"),
        ("audit_entry_deleted", "DELETE ON audit_entry", "ROW", "audit_keep"),
        ("audit_entry_emptied", "TRUNCATE ON audit_entry", "STATEMENT", "audit_refuse"),
        ("audit_pending_changed", "UPDATE ON audit_pending", "ROW", "audit_refuse"),
        ("audit_pending_deleted", "DELETE ON audit_pending", "ROW", "audit_chain"),
        ("audit_pending_emptied", "TRUNCATE ON audit_pending", "STATEMENT", "audit_refuse"),
        ("audit_head_changed", "UPDATE ON audit_head", "ROW", "audit_advance"),
        ("audit_head_deleted", "DELETE ON audit_head", "ROW", "audit_refuse"),
        ("audit_head_emptied", "TRUNCATE ON audit_head", "STATEMENT", "audit_refuse"),
        ("audit_head_added", "INSERT ON audit_head", "ROW", "audit_refuse"),
    ):
        op.execute(f"CREATE TRIGGER {name} BEFORE {event} FOR EACH {each} EXECUTE FUNCTION {function}()")


def downgrade() -> None:
    for table in ("audit_pending", "audit_entry", "audit_name", "audit_head"):
        op.drop_table(table)
    if op.get_bind().dialect.name != "sqlite":
        for name in ("audit_refuse", "audit_keep", "audit_chain", "audit_advance"):
            op.execute(f"DROP FUNCTION {name}()")
