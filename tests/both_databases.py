"""The store of a test on SQLite and on a real PostgreSQL."""

from collections.abc import Iterator

import pytest

from core.settings import Settings
from core.store import Store, open_store
from tests.servers.postgres import with_server


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, settings: Settings) -> Iterator[Store]:
    """An empty, migrated store."""
    if request.param == "postgresql":
        settings = with_server(settings, request.getfixturevalue("postgres_url"))
    opened = open_store(settings)
    yield opened
    opened.close()
