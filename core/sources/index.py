"""The index of an installation: a file on one machine, tables in PostgreSQL beyond it."""

from core.settings import Settings
from core.sources.ports import PassageIndex
from core.store import Store
from core.text.catalogues import N_


def open_index(settings: Settings, store: Store) -> PassageIndex:
    """Return the index beside a store; nothing is opened or made before it is used."""
    if store.database.is_sqlite:
        from core.sources.index_sqlite import SqlitePassageIndex

        return SqlitePassageIndex(settings.home)
    from core.sources.index_postgres import PostgresPassageIndex

    return PostgresPassageIndex(store.database)


def examine_index(settings: Settings, store: Store) -> str:
    """Say what the index holds; for `inlaid doctor`.

    Raises:
        StoreOutage: it cannot be used.
    """
    index = open_index(settings, store)
    try:
        held = index.stats()
    finally:
        index.close()
    passages, size = f"{held.passages:,}", f"{held.disk_bytes / 2**20:,.0f}"
    if not held.embedder:
        return N_(f"Passages: {passages} ({size} MB), {held.without_vector:,} without a vector.")
    return N_(f"Passages: {passages} ({size} MB), {held.without_vector:,} without a vector of {held.embedder}.")
