"""Who is who, and the style rules of people."""

import pytest

from core.insight.learning.rule_store import RuleStore
from core.people import People
from core.store import Store


@pytest.fixture
def people(store: Store) -> People:
    """Know Ann in Slack too."""
    store.records.put("slack_member", "T1", "U1", {"email": "Ann@example.com"}, person="U1")
    return People(store.records, believes_slack=True)


@pytest.fixture
def learned(store: Store, people: People) -> RuleStore:
    """Return the style rules of people, after Ann was seen in Slack."""
    people.identity("T1", "U1")
    return RuleStore(store, people)
