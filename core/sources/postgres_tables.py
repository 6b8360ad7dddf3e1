"""The tables of the index in PostgreSQL: made by the index itself, since they are derived and no migration has to last.

Passages and vectors are partitioned by a hash of their source. A passage's number is its item's and its own, as in the
embedded index. Vectors need the extension pgvector; where it is missing, or may not be created by this role, there are
words alone until somebody creates it. Rows come by COPY: several times sooner than by inserts.
"""

import secrets
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

if TYPE_CHECKING:
    import psycopg

SCHEMA_VERSION = 2
PARTITIONS = 4
# hnsw.iterative_scan came with it.
MIN_PGVECTOR = (0, 8)
# More dimensions than this cannot be indexed: then vectors are compared one by one.
MAX_HNSW_DIMENSIONS = 4_000
EXTENSION_FIX = "Install pgvector on the server and let an administrator of the database run: CREATE EXTENSION vector"
UPDATE_FIX = "Install a newer pgvector and let an administrator run: ALTER EXTENSION vector UPDATE"
# How many of the most frequent terms PostgreSQL keeps in mind is ten times this.
_STATISTICS = 200
_LOCK = 0x1_71A_1D

metadata = sa.MetaData()
meta = sa.Table("knowledge_meta", metadata, sa.Column("name", sa.Text), sa.Column("value", sa.Text))
language = sa.Table("knowledge_language", metadata, sa.Column("code", sa.Text))
item = sa.Table("knowledge_item", metadata, sa.Column("id", sa.BigInteger), sa.Column("source", sa.Text))
waiting = sa.Table("knowledge_waiting", metadata, sa.Column("id", sa.BigInteger), sa.Column("digest", sa.Text))
_TABLES = tuple(f"knowledge_{name}" for name in ("vector", "passage", "waiting", "item", "language", "meta"))

# With who may read it, so that whoever may read little finds a frequent term in that.
_TERMS = "CREATE INDEX knowledge_passage_terms ON knowledge_passage USING gin(terms, (ARRAY[access]))"
# To embed everything again takes longer than anything else: what is held in this form is kept. It may take minutes.
_KEPT_VERSION = 1
_UPGRADE = ("SET LOCAL statement_timeout = 0", "DROP INDEX IF EXISTS knowledge_passage_terms", _TERMS)
_STATEMENTS = (
    "CREATE TABLE knowledge_meta(name text PRIMARY KEY, value text NOT NULL)",
    "CREATE TABLE knowledge_language(code text PRIMARY KEY)",
    "CREATE TABLE knowledge_item(id bigint PRIMARY KEY, source text NOT NULL)",
    "CREATE INDEX knowledge_item_source ON knowledge_item(source)",
    "CREATE TABLE knowledge_waiting(id bigint PRIMARY KEY, digest text NOT NULL)",
    "CREATE TABLE knowledge_passage(id bigint, source text, access bigint NOT NULL, modified float8 NOT NULL,"
    " size int NOT NULL, digest text NOT NULL, terms tsvector NOT NULL, PRIMARY KEY(id, source))"
    " PARTITION BY HASH(source)",
    *(
        f"CREATE TABLE knowledge_passage_{number} PARTITION OF knowledge_passage"
        f" FOR VALUES WITH (MODULUS {PARTITIONS}, REMAINDER {number}) WITH (fillfactor = 90)"
        for number in range(PARTITIONS)
    ),
    *(
        f"ALTER TABLE knowledge_passage_{number} ALTER COLUMN terms SET STATISTICS {_STATISTICS}"
        for number in range(PARTITIONS)
    ),
    _TERMS,
)

_COPIED = {
    "knowledge_passage": ("id", "source", "access", "modified", "size", "digest", "terms"),
    "knowledge_vector": ("id", "source", "access", "modified", "v"),
    "knowledge_waiting": ("id", "digest"),
}
# It locks the rows of the items, so that two writers of one item come one after the other, and returns which were held:
# a row that was just inserted was deleted by nobody. Most are new, and nothing has to be looked for then.
_ADD_ITEMS = """
WITH added AS (
    INSERT INTO knowledge_item SELECT * FROM unnest(CAST(:ids AS bigint[]), CAST(:sources AS text[])) AS new(id, source)
    ON CONFLICT (id) DO UPDATE SET source = excluded.source RETURNING id, xmax
) SELECT id FROM added WHERE xmax <> 0
"""
_Rows = Sequence[Mapping[str, object]]


def prepare_tables(connection: sa.Connection) -> None:
    """Make the tables, and make them again where they are those of another version; one process at a time."""
    connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
    version = _version(connection)
    if version == SCHEMA_VERSION:
        return
    if version == _KEPT_VERSION:
        for statement in _UPGRADE:
            connection.execute(sa.text(statement))
        connection.execute(sa.update(meta).where(meta.c.name == "version").values(value=str(SCHEMA_VERSION)))
        return
    for table in _TABLES:
        connection.execute(sa.text(f"DROP TABLE IF EXISTS {table} CASCADE"))
    for statement in _STATEMENTS:
        connection.execute(sa.text(statement))
    rows = {"version": str(SCHEMA_VERSION), "identity": secrets.token_hex(8), "embedder": "", "dimensions": "0"}
    connection.execute(sa.insert(meta), [{"name": name, "value": value} for name, value in rows.items()])


def prepare_vectors(connection: sa.Connection, dimensions: int) -> None:
    """Make the table of vectors anew, without rows, for vectors of so many numbers; 0 for none."""
    connection.execute(sa.text("DROP TABLE IF EXISTS knowledge_vector"))
    if not dimensions:
        return
    connection.execute(
        sa.text(
            "CREATE TABLE knowledge_vector(id bigint, source text, access bigint NOT NULL, modified float8 NOT NULL,"
            f" v halfvec({dimensions:d}) NOT NULL, PRIMARY KEY(id, source)) PARTITION BY HASH(source)"
        )
    )
    for number in range(PARTITIONS):
        connection.execute(
            sa.text(
                f"CREATE TABLE knowledge_vector_{number} PARTITION OF knowledge_vector"
                f" FOR VALUES WITH (MODULUS {PARTITIONS}, REMAINDER {number})"
            )
        )
    # For readers who may see little: then what they may see is compared one by one.
    connection.execute(sa.text("CREATE INDEX knowledge_vector_access ON knowledge_vector(access)"))
    if dimensions <= MAX_HNSW_DIMENSIONS:
        connection.execute(sa.text("CREATE INDEX knowledge_vector_v ON knowledge_vector USING hnsw(v halfvec_ip_ops)"))


def rewrite_passages(connection: sa.Connection, source_id: str) -> None:
    """Write the part of the passages that a source is in into new files, with its indexes and statistics.

    Dead rows, entries of indexes and statistics hold words for as long as nobody does that; searches wait meanwhile.

    Args:
        connection: outside of a transaction.
        source_id: the source.
    """
    part = sa.text("SELECT tableoid::regclass::text FROM knowledge_passage WHERE source = :source LIMIT 1")
    name = connection.execute(part, {"source": source_id}).scalar_one_or_none()
    connection.execute(sa.text("SET statement_timeout = 0"))
    try:
        if name:
            connection.execute(sa.text(f"VACUUM (FULL) {name}"))
        connection.execute(sa.text("ANALYZE knowledge_passage"))
    finally:
        connection.execute(sa.text("RESET statement_timeout"))


def missing_extension(connection: sa.Connection) -> str:
    """Create pgvector if need be and this role may; return why there is none, "" when there is."""
    try:
        with connection.begin_nested():
            connection.execute(sa.text("CREATE EXTENSION IF NOT EXISTS vector"))
    except DBAPIError as error:
        return f"pgvector cannot be used: {str(error.orig).splitlines()[0]}. {EXTENSION_FIX}"
    found = str(
        connection.execute(sa.text("SELECT extversion FROM pg_extension WHERE extname = 'vector'")).scalar_one()
    )
    if tuple(int(part) for part in found.split(".")[:2]) < MIN_PGVECTOR:
        return f"pgvector {found} is too old, {'.'.join(map(str, MIN_PGVECTOR))} is needed. {UPDATE_FIX}"
    return ""


def _version(connection: sa.Connection) -> int:
    if connection.execute(sa.text("SELECT to_regclass('knowledge_meta')")).scalar_one() is None:
        return 0
    found = connection.execute(sa.select(meta.c.value).where(meta.c.name == "version")).scalar_one_or_none()
    return int(found or 0)


def copy_rows(connection: sa.Connection, passages: _Rows, vectors: _Rows, waiting: _Rows) -> None:
    """Add rows, by the names of their columns; none of them may be there.

    Args:
        connection: in the transaction that deleted what they replace.
        passages: `terms` in the text form of a `tsvector`.
        vectors: `v` in the text form of a vector.
        waiting: passages that wait for a vector.

    Raises:
        psycopg.Error: they cannot be added; the transaction is over.
    """
    for (table, columns), rows in zip(_COPIED.items(), (passages, vectors, waiting), strict=True):
        if not rows:
            continue
        cursor: psycopg.Cursor[object] = connection.connection.cursor()  # type: ignore[assignment] # the driver's own
        with cursor, cursor.copy(f"COPY {table}({', '.join(columns)}) FROM STDIN".encode()) as copy:
            for row in rows:
                copy.write_row([row[column] for column in columns])


def add_items(connection: sa.Connection, items: Sequence[tuple[int, str]]) -> frozenset[int]:
    """Add items, each with its source, and return those that were held already; all of them are locked.

    Args:
        connection: in the transaction that puts their passages.
        items: in the order of their numbers, so that two writers never wait for each other in a circle.
    """
    ids, sources = [[*column] for column in zip(*items, strict=True)]
    found = connection.execute(sa.text(_ADD_ITEMS), {"ids": ids, "sources": sources})
    return frozenset(found.scalars())
