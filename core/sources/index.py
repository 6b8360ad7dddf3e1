"""The index of an installation: one file beside the database of one machine."""

from core.settings import Settings
from core.sources.ports import PassageIndex
from core.store import Store


def open_index(settings: Settings, store: Store) -> PassageIndex:
    """Return the index of an installation."""
    from core.sources.index_sqlite import SqlitePassageIndex

    del store
    return SqlitePassageIndex(settings.home)
