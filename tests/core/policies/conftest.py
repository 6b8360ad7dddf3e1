"""What is kept of policies, on SQLite and on a real PostgreSQL."""

import json
from collections.abc import Callable

import pytest

from core.store import Store
from core.store.audit import AuditTrail
from tests.both_databases import store

__all__ = ["store"]


@pytest.fixture
def changes(store: Store) -> Callable[[], list[tuple[str, dict[str, object]]]]:
    """Return who changed the policies, as the audit trail has it, and what it tells."""

    def written() -> list[tuple[str, dict[str, object]]]:
        shown = AuditTrail(store.database).walk()
        return [(each.actor, json.loads(each.entry.details)) for each in shown if each.entry.action == "policy.changed"]

    return written
