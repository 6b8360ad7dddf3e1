"""What is asked for each job, each look and each list goes by an index, and sorts nothing that it does not show."""

from collections.abc import Callable

import pytest

from core.job import JobRequest
from core.store import Store
from tests.core.insight.making import finished_job
from tests.core.store.counted import plan_of

ONCE = JobRequest("reply", {"message": "Hi"}, "api", "ann", dedupe_key="k")
ASKED: dict[str, Callable[[Store], object]] = {
    "the newest jobs": lambda store: store.jobs.list(limit=20),
    "the newest jobs of a person": lambda store: store.jobs.list(limit=20, workspace="local", person="ann"),
    "the newest of a workspace": lambda store: store.jobs.list(limit=20, workspace="local"),
    "the next of a surface": lambda store: store.jobs.next_waiting("bulk", "signals"),
    "how long the oldest waits": lambda store: store.jobs.oldest_wait_seconds(),
    "what is due": lambda store: store.jobs.due(resend_seconds=1.0, limit=20),
    "what queues have to do": lambda store: store.job_pages.loads(),
    "a budget": lambda store: store.usage.spent("local", since=0.0),
    "a person's budget": lambda store: store.usage.spent_by([("local", "ann"), ("T1", "U1")], since=0.0),
    "the same key once more": lambda store: store.jobs.add(ONCE),
}  # fmt: skip
# Scans of a whole table, as SQLite and PostgreSQL call them. "SCAN job USING INDEX" goes along one.
FULL = ("Seq Scan on job", "Seq Scan on audit_entry", "Seq Scan on model_call")


@pytest.mark.parametrize("name", ASKED)
def test_no_table_that_grows_is_read_whole(store: Store, name: str) -> None:
    for number in range(3):
        finished_job(store, person=f"p{number}")
    store.jobs.add(ONCE)
    plan = plan_of(store, lambda: ASKED[name](store))
    text = "\n".join(plan)
    assert not [line for line in plan if line.startswith("SCAN job") and "INDEX" not in line.upper()], text
    assert not [part for part in FULL if part in text], text


@pytest.mark.parametrize("name", ["the newest jobs", "the newest jobs of a person"])
def test_a_list_is_in_the_order_of_its_index(store: Store, name: str) -> None:
    finished_job(store, person="ann")
    text = "\n".join(plan_of(store, lambda: ASKED[name](store)))
    assert "Sort" not in text, text
    assert "TEMP B-TREE" not in text, text
