"""What scans of sources find and keep."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None
oldest_code = "0004"


def upgrade() -> None:
    op.create_table(
        "signal_scan",
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("id", "workspace", "person")),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("is_shared", "is_active")),
        sa.Column("detail", sa.LargeBinary(), nullable=False),
        *(sa.Column(name, sa.Double(), nullable=True) for name in ("due_at", "ran_at")),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("signal_scan_owner", "signal_scan", ["workspace", "person"])
    op.create_index("signal_scan_due", "signal_scan", ["due_at"])
    op.create_table(
        "signal",
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("id", "scan_id", "kind", "state")),
        sa.Column("preference", sa.Double(), nullable=False, server_default="0"),
        sa.Column("detail", sa.LargeBinary(), nullable=False),
        sa.Column("vector", sa.LargeBinary(), nullable=True),
        *(sa.Column(name, sa.Double(), nullable=False) for name in ("created_at", "changed_at")),
        sa.PrimaryKeyConstraint("id"),
        sa.ForeignKeyConstraint(["scan_id"], ["signal_scan.id"], ondelete="CASCADE"),
    )
    op.create_index("signal_of_scan", "signal", ["scan_id", "kind"])
    op.create_table(
        "signal_quote",
        sa.Column("signal_id", sa.Text(), nullable=False),
        sa.Column("item_id", sa.BigInteger(), nullable=False),
        sa.Column("quote_hash", sa.Text(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("part", "has_value")),
        sa.Column("said_at", sa.Double(), nullable=False),
        sa.Column("detail", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("signal_id", "item_id", "quote_hash"),
        sa.ForeignKeyConstraint(["signal_id"], ["signal.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["item_id"], ["source_item.id"], ondelete="CASCADE"),
    )
    op.create_index("signal_quote_item", "signal_quote", ["item_id"])
    op.create_table(
        "signal_part",
        sa.Column("scan_id", sa.Text(), nullable=False),
        sa.Column("item_id", sa.BigInteger(), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("content_hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("scan_id", "item_id", "part"),
        sa.ForeignKeyConstraint(["scan_id"], ["signal_scan.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["item_id"], ["source_item.id"], ondelete="CASCADE"),
    )
    op.create_index("signal_part_item", "signal_part", ["item_id"])


def downgrade() -> None:
    for table in ("signal_part", "signal_quote", "signal", "signal_scan"):
        op.drop_table(table)
