"""A store on SQLite and on a real PostgreSQL, and the rules by which jobs are counted."""

import pytest

from core.insight.report.counting_rules import CountingRules
from tests.both_databases import store

__all__ = ["store"]


@pytest.fixture
def rules() -> CountingRules:
    """Everybody whose name begins with s is in sales; a draft of the model "small-1b" saves a cent."""
    return CountingRules(
        team=lambda _workspace, person: "sales" if person.startswith("s") else "",
        goals={},
        saved_usd=lambda draft: 0.01 if draft.model == "small-1b" else 0.0,
        is_small=lambda model: model.startswith("small"),
    )
