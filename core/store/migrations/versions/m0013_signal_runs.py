"""When a scan ran by its schedule, and what a model said of how grave a quote is."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None
oldest_code = "0004"


def upgrade() -> None:
    op.create_table(
        "signal_run",
        sa.Column("scan_id", sa.Text(), nullable=False),
        sa.Column("began_at", sa.Double(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("detail", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("scan_id", "began_at"),
        sa.ForeignKeyConstraint(["scan_id"], ["signal_scan.id"], ondelete="CASCADE"),
    )
    op.create_index("signal_run_state", "signal_run", ["state"])
    op.add_column("signal_quote", sa.Column("severity", sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    op.drop_column("signal_quote", "severity")
    op.drop_table("signal_run")
