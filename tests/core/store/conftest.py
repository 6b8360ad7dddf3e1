"""The same store tests on SQLite and on a real PostgreSQL."""

from collections.abc import Iterator

import pytest

from core.settings import Settings
from core.store import Store, open_store


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, settings: Settings) -> Iterator[Store]:
    """An empty, migrated store."""
    if request.param == "postgresql":
        settings = settings.model_copy(update={"database_url": request.getfixturevalue("postgres_url")})
    opened = open_store(settings)
    yield opened
    opened.close()
