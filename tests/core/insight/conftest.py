"""A store on SQLite and on a real PostgreSQL, and the rules by which jobs are counted."""

from collections.abc import Iterator

import pytest

from core.insight.report.counting_rules import CountingRules
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


@pytest.fixture
def rules() -> CountingRules:
    """Everybody whose name begins with s is in sales; a draft of the model "small-1b" saves a cent."""
    return CountingRules(
        team=lambda _workspace, person: "sales" if person.startswith("s") else "",
        goals={},
        saved_usd=lambda draft: 0.01 if draft.model == "small-1b" else 0.0,
        is_small=lambda model: model.startswith("small"),
    )
