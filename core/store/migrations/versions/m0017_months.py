"""On PostgreSQL a part for each month of the tables that only grow, and an index by which unused names are found.

Old code finds the same tables under the same names, with the same columns. Of what triggers look up they say when it
was, so that one part is looked into and not each.
"""

import sqlalchemy as sa
from alembic import op

from core.store.index_ahead import AUDIT_ADDRESS
from core.store.migrations.versions.m0008_audit import GOES_BACK, MIN_KEPT, POSTGRESQL_NOW
from core.store.partitions import AUDIT_ENTRIES, MONTHLY_TABLES, divide, is_divided, is_ours, is_whole, unite

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None
oldest_code = "0004"

REFUSAL = "THEN RAISE EXCEPTION 'the audit trail is never changed'; END IF"
IS_CHAINED = "EXISTS (SELECT 1 FROM audit_entry WHERE id = OLD.id AND at_microseconds = OLD.at_microseconds)"
FORGETS_NEW = (
    "(NEW.kept_from > OLD.kept_from AND EXISTS"
    " (SELECT 1 FROM audit_entry WHERE sequence < NEW.kept_from AND at_microseconds > least))"
)
FUNCTIONS = {
    "audit_chain": f"BEGIN IF NOT {IS_CHAINED} {REFUSAL}; RETURN OLD; END",
    "audit_advance": f"DECLARE least bigint := {POSTGRESQL_NOW} - {MIN_KEPT};"
    f" BEGIN IF {GOES_BACK} OR {FORGETS_NEW} {REFUSAL}; RETURN NEW; END",
}


def upgrade() -> None:
    connection = op.get_bind()
    is_sqlite = connection.dialect.name == "sqlite"
    if is_sqlite or is_ours(connection, AUDIT_ENTRIES):
        where = sa.text(AUDIT_ADDRESS.where)
        op.create_index(
            AUDIT_ADDRESS.name,
            AUDIT_ADDRESS.table,
            list(AUDIT_ADDRESS.columns),
            if_not_exists=True,
            sqlite_where=where,
            postgresql_where=where,
        )
    if is_sqlite:
        return
    for name, body in FUNCTIONS.items() if is_ours(connection, AUDIT_ENTRIES) else ():
        op.execute(f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ {body} $$")
    for table in MONTHLY_TABLES:
        if is_whole(connection, table):
            divide(connection, table)


def downgrade() -> None:
    if op.get_bind().dialect.name != "sqlite":
        for table in MONTHLY_TABLES:
            if is_divided(op.get_bind(), table):
                unite(op.get_bind(), table)
    op.drop_index("audit_entry_address", table_name="audit_entry", if_exists=True)
