"""Sources of knowledge, their items and texts, and who may read them."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None
oldest_code = "0004"

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "source",
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("id", "workspace", "person", "connector", "state")),
        sa.Column("every_seconds", sa.Integer(), nullable=False),
        sa.Column("is_sealed", sa.Integer(), nullable=False),
        sa.Column("detail", sa.LargeBinary(), nullable=False),
        sa.Column("cursor", sa.LargeBinary(), nullable=True),
        sa.Column("error", sa.LargeBinary(), nullable=True),
        *(
            sa.Column(name, sa.BigInteger(), nullable=False, server_default="0")
            for name in ("pass_number", "item_count", "passage_count", "error_count")
        ),
        sa.Column("failures", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("index_name", sa.Text(), nullable=False, server_default=""),
        sa.Column("fence", sa.BigInteger(), nullable=False, server_default="0"),
        *(sa.Column(name, sa.Double(), nullable=True) for name in ("lease_until", "sent_at", "due_at", "synced_at")),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("source_due", "source", ["due_at"])
    op.create_index("source_owner", "source", ["workspace", "person"])
    op.create_table(
        "access_list",
        sa.Column("id", NUMBER, autoincrement=True, nullable=False),
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.Column("key_hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], ondelete="CASCADE"),
        sa.UniqueConstraint("source_id", "key_hash", name="access_list_key"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "access_principal",
        sa.Column("principal", sa.Text(), nullable=False),
        sa.Column("access_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("principal", "access_id"),
        sa.ForeignKeyConstraint(["access_id"], ["access_list.id"], ondelete="CASCADE"),
    )
    op.create_index("access_principal_list", "access_principal", ["access_id"])
    _create_items()
    op.create_table(
        "source_block",
        sa.Column("item_id", sa.BigInteger(), nullable=False),
        sa.Column("block", sa.Integer(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("item_id", "block"),
        sa.ForeignKeyConstraint(["item_id"], ["source_item.id"], ondelete="CASCADE"),
    )
    op.create_table(
        "source_upload",
        sa.Column("number", NUMBER, autoincrement=True, nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("source_id", "key_hash")),
        sa.Column("detail", sa.LargeBinary(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("number"),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], ondelete="CASCADE"),
        sqlite_autoincrement=True,
    )
    op.create_index("source_upload_source", "source_upload", ["source_id", "number"])


def _create_items() -> None:
    op.create_table(
        "source_item",
        sa.Column("id", NUMBER, autoincrement=True, nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("source_id", "key_hash", "version")),
        sa.Column("content_hash", sa.Text(), nullable=False, server_default=""),
        sa.Column("access_id", sa.BigInteger(), nullable=True),
        sa.Column("modified_at", sa.Double(), nullable=False),
        sa.Column("passages", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("pass_number", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("index_task", sa.Text(), nullable=False, server_default=""),
        sa.Column("tries", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("retry_at", sa.Double(), nullable=True),
        sa.Column("detail", sa.LargeBinary(), nullable=False),
        sa.Column("error", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["access_id"], ["access_list.id"]),
        sa.UniqueConstraint("source_id", "key_hash", name="source_item_key"),
        sqlite_autoincrement=True,
    )
    op.create_index("source_item_page", "source_item", ["source_id", "id"])
    op.create_index("source_item_access", "source_item", ["access_id"])
    for name, condition in (("task", sa.text("index_task != ''")), ("error", sa.text("error IS NOT NULL"))):
        op.create_index(
            f"source_item_{name}",
            "source_item",
            ["source_id", "id"],
            sqlite_where=condition,
            postgresql_where=condition,
        )


def downgrade() -> None:
    for table in ("source_upload", "source_block", "source_item", "access_principal", "access_list", "source"):
        op.drop_table(table)
