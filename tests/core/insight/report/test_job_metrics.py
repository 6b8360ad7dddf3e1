"""What one job counts for."""

import pytest

from core.errors import InputError
from core.insight.report.job_metrics import CountingRules
from core.store import Store
from tests.core.insight.making import finished_job
from tests.core.insight.report.acts import total


def test_a_text_that_was_used_tells_distance_and_kinds(store: Store, rules: CountingRules) -> None:
    job = finished_job(store, text="Hello Ann, see you at 3 pm.")
    store.outcomes.add(job, "edited", person="ann", distance=None, detail={"text": "Hello Ann, see you at 4 pm!"})
    counted = total(store, rules)
    assert (counted["edited"], counted["kind:facts"], counted["kind:tone"], counted["d3"]) == (1, 1, 1, 1)
    assert store.outcomes.used_text(job) == "Hello Ann, see you at 4 pm!"


def test_an_event_counts_once_with_its_last_value(store: Store, rules: CountingRules) -> None:
    job = finished_job(store)
    assert store.outcomes.add_event(job, "sale", 10.0)
    assert not store.outcomes.add_event(job, "sale", 10.0)
    store.outcomes.add_event(job, "sale", 30.0)
    counted = total(store, rules)
    assert (counted["event:sale"], counted["value:sale"]) == (1, 30)
    with pytest.raises(InputError):
        store.outcomes.add_event(job, "sale", float("inf"))
    with pytest.raises(InputError):
        store.outcomes.add_event(job, "bad\nname", 1.0)
