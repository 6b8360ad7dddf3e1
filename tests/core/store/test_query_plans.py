"""What is asked for each job, each look and each list goes by an index, and sorts nothing that it does not show."""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace

import pytest
import sqlalchemy as sa

from core.job import QUEUES, JobRequest
from core.settings import Settings
from core.store import Store, open_store
from core.store.turns import Turns
from core.store.waits import Waits
from tests.core.insight.making import finished_job
from tests.core.store.counted import pages_of, pages_of_all, plan_of
from tests.servers.postgres import with_server

ONCE = JobRequest("reply", {"message": "Hi"}, "api", "ann", dedupe_key="k")
ASKED: dict[str, Callable[[Store], object]] = {
    "the newest jobs": lambda store: store.jobs.list(limit=20),
    "the newest jobs of a person": lambda store: store.jobs.list(limit=20, workspace="local", person="ann"),
    "the newest of a workspace": lambda store: store.jobs.list(limit=20, workspace="local"),
    "the next of a surface": lambda store: store.jobs.next_waiting("bulk", "signals"),
    "how long the oldest waits": lambda store: store.jobs.oldest_wait_seconds(),
    "what is due": lambda store: store.jobs.due(resend_seconds=1.0, limit=20),
    "what is unfinished": lambda store: store.jobs.has_unfinished(),
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


WAITING = """
INSERT INTO job (id, workspace, person, surface, recipe, queue, dedupe_key, content_hash, state, request, not_before,
                 created_at, sent_at)
SELECT gen_random_uuid()::text, workspace, 'person-' || n % 40, surface, recipe, queue, 'many-' || n, content_hash,
       'queued', request, created_at, created_at, created_at
FROM job, generate_series(1, 6000) AS n WHERE id = :id
"""


@pytest.fixture
def postgres_store(settings: Settings, postgres_url: str) -> Iterator[Store]:
    with closing(open_store(with_server(settings, postgres_url))) as store:
        yield store


@pytest.mark.parametrize("what", ["claim", "sweep", "oldest", "newest", "key"])
def test_with_thousands_that_wait_no_more_pages_are_looked_at(postgres_store: Store, what: str) -> None:
    """A worker that starts before a million waiting jobs asks these; `benchmarks.scale backlog` has the million."""
    store, turns = postgres_store, Turns()
    first = store.jobs.add(replace(ONCE, queue="bulk"))[0].id
    waiting = dict.fromkeys(QUEUES, 10_000)
    work: dict[str, Callable[[], object]] = {
        "claim": lambda: store.leases.claim_next("bulk", first, turns, lease_seconds=30.0),
        "sweep": lambda: store.jobs.take_due(resend_seconds=1e9, limit=100, waiting=waiting),
        "oldest": store.jobs.oldest_wait_seconds,
        "newest": lambda: store.jobs.list(limit=20),
        "key": lambda: store.jobs.add(replace(ONCE, queue="bulk")),
    }
    for number in range(40):
        store.jobs.add(replace(ONCE, queue="bulk", person=f"person-{number}", dedupe_key=""))
    few = pages_of(store, work[what])
    with store.database.write() as connection:
        connection.execute(sa.text(WAITING), {"id": first})
    with store.database.read() as connection:
        connection.exec_driver_sql("VACUUM ANALYZE job")
    assert pages_of(store, work[what]) <= 3 * few + 20


@pytest.mark.parametrize("what", ["claim", "forecast"])
def test_beside_thousands_of_another_class_no_more_pages_are_looked_at(
    settings: Settings, postgres_url: str, what: str
) -> None:
    """By the plan that a worker keeps, which knows nothing of the class that is asked for."""
    with closing(open_store(with_server(settings, postgres_url))) as store:
        with store.database.write() as connection:
            name = connection.exec_driver_sql("SELECT current_database()").scalar_one()
            connection.exec_driver_sql(f"ALTER DATABASE {name} SET plan_cache_mode = force_generic_plan")
        first = store.jobs.add(replace(ONCE, queue="bulk"))[0].id
    with closing(open_store(with_server(settings, postgres_url))) as store:
        turns = Turns()

        def work() -> None:
            job = store.jobs.add(replace(ONCE, person="zoe", dedupe_key=""))[0]
            if what == "forecast":
                Waits(store.database).expected_seconds(job)
            assert store.leases.claim_next("interactive", job.id, turns, lease_seconds=30.0)

        few = pages_of_all(store, work)
        with store.database.write() as connection:
            connection.exec_driver_sql("DELETE FROM job WHERE queue = 'interactive'")
            connection.execute(sa.text(WAITING), {"id": first})
        with store.database.read() as connection:
            connection.exec_driver_sql("ANALYZE job")  # jobs that come and go leave no page that is all visible
        assert pages_of_all(store, work) <= 3 * few
