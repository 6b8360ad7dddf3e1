"""When a record is due, for mailboxes that many workers look after."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None
oldest_code = "0004"


def upgrade() -> None:
    op.add_column("record", sa.Column("due_at", sa.Double(), nullable=True))
    op.add_column("record", sa.Column("lane", sa.Text(), nullable=False, server_default=""))
    is_due = sa.text("due_at IS NOT NULL")
    op.create_index("record_due", "record", ["kind", "due_at"], sqlite_where=is_due, postgresql_where=is_due)
    # Found by the mailbox in their keys from now on; each is renewed before the earlier one ends.
    op.execute("UPDATE record SET expires_at = updated_at + 604800 WHERE kind = 'graph_subscription'")


def downgrade() -> None:
    op.drop_index("record_due", table_name="record")
    with op.batch_alter_table("record") as batch:
        batch.drop_column("lane")
        batch.drop_column("due_at")
