"""What is kept of policies, on SQLite and on a real PostgreSQL."""

import json
from collections.abc import Callable, Iterator

import pytest

from core.settings import Settings
from core.store import Store, open_store
from core.store.audit import AuditTrail
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
def changes(store: Store) -> Callable[[], list[tuple[str, dict[str, object]]]]:
    """Return who changed the policies, as the audit trail has it, and what it tells."""

    def written() -> list[tuple[str, dict[str, object]]]:
        shown = AuditTrail(store.database).walk()
        return [(each.actor, json.loads(each.entry.details)) for each in shown if each.entry.action == "policy.changed"]

    return written
