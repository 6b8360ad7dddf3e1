"""What stands in the audit trail, as somebody reads it who has the database."""

import sqlalchemy as sa

from core.store import Store
from core.store.tables import audit_entries, audit_names, audit_pending

# A word that occurs nowhere else: whatever a person wrote holds it, and the trail must not.
SECRET = "zqsecretx"


def everything_of(store: Store) -> str:
    """Return all that the tables of the trail hold."""
    with store.database.read() as connection:
        tables = [audit_entries, audit_names, audit_pending]
        return "\n".join(str(row) for table in tables for row in connection.execute(sa.select(table)))
