"""The store of a test on SQLite and on a real PostgreSQL."""

from collections.abc import Iterator

import pytest

from core.settings import Settings
from core.store import Store
from tests.servers.postgres import with_server
from tests.stores import new_store


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, settings: Settings) -> Iterator[Store]:
    """An empty, migrated store."""
    if request.param == "postgresql":
        settings = with_server(settings, request.getfixturevalue("postgres_url"))
    opened = new_store(settings)
    yield opened
    opened.close()
