"""An entry of the audit trail that lies in the future keeps nothing after it for ever.

Only a wrong clock can have written it. It counted as young until its time came, and the trigger that holds the chain's
beginning refused to let that move beyond it; so all that was chained after it stayed, too. Old code works on.
"""

from alembic import op

from core.store.migrations.versions.m0008_audit import GOES_BACK, MIN_KEPT, POSTGRESQL_NOW, SQLITE_NOW
from core.store.migrations.versions.m0017_months import FORGETS_NEW, FUNCTIONS, REFUSAL
from core.store.partitions import AUDIT_ENTRIES, is_ours

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None
oldest_code = "0004"

# An hour in microseconds, as `core.store.audit_expiry.AHEAD_SECONDS`.
AHEAD = 3600 * 1_000_000
FORGETS = (
    "(NEW.kept_from > OLD.kept_from AND EXISTS (SELECT 1 FROM audit_entry"
    " WHERE sequence < NEW.kept_from AND at_microseconds > {now} - {least} AND at_microseconds <= {now} + {ahead}))"
)
FUNCTION = (
    f"DECLARE at_now bigint := {POSTGRESQL_NOW};"
    f" BEGIN IF {GOES_BACK} OR {FORGETS.format(now='at_now', least=MIN_KEPT, ahead=AHEAD)} {REFUSAL}; RETURN NEW; END"
)
OF_SQLITE = FORGETS.format(now=SQLITE_NOW, least=MIN_KEPT, ahead=AHEAD)
BEFORE_OF_SQLITE = FORGETS_NEW.replace("least", f"{SQLITE_NOW} - {MIN_KEPT}")


def upgrade() -> None:
    _replace(FUNCTION, OF_SQLITE)


def downgrade() -> None:
    _replace(FUNCTIONS["audit_advance"], BEFORE_OF_SQLITE)


def _replace(function: str, forgets: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        refusal = "SELECT RAISE(ABORT, 'the audit trail is never changed')"
        op.execute("DROP TRIGGER audit_head_changed")
        op.execute(
            f"CREATE TRIGGER audit_head_changed BEFORE UPDATE ON audit_head WHEN {GOES_BACK} OR {forgets}"
            f" BEGIN {refusal}; END"
        )
    elif is_ours(op.get_bind(), AUDIT_ENTRIES):
        op.execute(f"CREATE OR REPLACE FUNCTION audit_advance() RETURNS trigger LANGUAGE plpgsql AS $$ {function} $$")
