"""A store and its runner for tests of the core."""

from collections.abc import Iterator

import pytest

from core.settings import Settings
from core.store import Store, open_store


@pytest.fixture
def sqlite_store(settings: Settings) -> Iterator[Store]:
    """An empty, migrated SQLite store."""
    opened = open_store(settings)
    yield opened
    opened.close()
