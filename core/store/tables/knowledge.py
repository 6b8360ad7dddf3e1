"""Knowledge (`core.sources`): places, what stands there, its text in sealed blocks of passages, and who may read.

What sources and items are called is sealed in `detail`; an item and an access list are found by the hash of their key.
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
)

from core.store.tables.metadata import metadata

sources = Table(
    "source",
    metadata,
    Column("id", Text, primary_key=True),
    Column("workspace", Text, nullable=False),
    Column("person", Text, nullable=False),
    Column("connector", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("every_seconds", Integer, nullable=False),
    Column("is_sealed", Integer, nullable=False),
    Column("detail", LargeBinary, nullable=False),
    Column("cursor", LargeBinary),
    Column("error", LargeBinary),
    # Which reading from the beginning goes on: what the last one did not name is gone.
    Column("pass_number", BigInteger, nullable=False, server_default="0"),
    Column("item_count", BigInteger, nullable=False, server_default="0"),
    Column("passage_count", BigInteger, nullable=False, server_default="0"),
    Column("error_count", BigInteger, nullable=False, server_default="0"),
    Column("failures", Integer, nullable=False, server_default="0"),
    Column("index_name", Text, nullable=False, server_default=""),
    Column("fence", BigInteger, nullable=False, server_default="0"),
    Column("lease_until", Double),
    Column("sent_at", Double),  # unused: processes of the release before still write it while they are replaced
    Column("due_at", Double),
    Column("synced_at", Double),
    Column("created_at", Double, nullable=False),
    Index("source_due", "due_at"),
    Index("source_owner", "workspace", "person"),
)

access_lists = Table(
    "access_list",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("source_id", Text, ForeignKey("source.id", ondelete="CASCADE"), nullable=False),
    Column("key_hash", Text, nullable=False),
    Column("believed_until", Double, nullable=True),
    UniqueConstraint("source_id", "key_hash", name="access_list_key"),
    sqlite_autoincrement=True,
)

access_principals = Table(
    "access_principal",
    metadata,
    Column("principal", Text, primary_key=True),
    Column("access_id", BigInteger, ForeignKey("access_list.id", ondelete="CASCADE"), primary_key=True),
    Index("access_principal_list", "access_id"),
)

# Numbers of items are never given twice, since the index knows items by them.
source_items = Table(
    "source_item",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("source_id", Text, ForeignKey("source.id", ondelete="CASCADE"), nullable=False),
    Column("key_hash", Text, nullable=False),
    Column("version", Text, nullable=False),
    Column("content_hash", Text, nullable=False, server_default=""),
    Column("access_id", BigInteger, ForeignKey("access_list.id")),
    Column("modified_at", Double, nullable=False),
    Column("passages", Integer, nullable=False, server_default="0"),
    Column("pass_number", BigInteger, nullable=False, server_default="0"),
    # What the index has to be told: "" for nothing, else put, move or remove.
    Column("index_task", Text, nullable=False, server_default=""),
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("retry_at", Double),
    Column("detail", LargeBinary, nullable=False),
    Column("error", LargeBinary),
    UniqueConstraint("source_id", "key_hash", name="source_item_key"),
    Index("source_item_page", "source_id", "id"),
    Index("source_item_access", "access_id"),
    sqlite_autoincrement=True,
)

for _name, _condition in (
    ("task", source_items.c.index_task != ""),
    ("error", source_items.c.error.is_not(None)),
):
    Index(
        f"source_item_{_name}",
        source_items.c.source_id,
        source_items.c.id,
        sqlite_where=_condition,
        postgresql_where=_condition,
    )

source_blocks = Table(
    "source_block",
    metadata,
    Column("item_id", BigInteger, ForeignKey("source_item.id", ondelete="CASCADE"), primary_key=True),
    Column("block", Integer, primary_key=True),
    Column("data", LargeBinary, nullable=False),
)

# What waits until a source is read: files that were uploaded; without data files that were taken away, and what a
# place told of by itself.
source_uploads = Table(
    "source_upload",
    metadata,
    Column("number", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("source_id", Text, ForeignKey("source.id", ondelete="CASCADE"), nullable=False),
    Column("key_hash", Text, nullable=False),
    Column("detail", LargeBinary, nullable=False),
    Column("data", LargeBinary),
    Index("source_upload_source", "source_id", "number"),
    sqlite_autoincrement=True,
)
