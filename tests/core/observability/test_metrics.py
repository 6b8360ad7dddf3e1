"""What Prometheus reads from a web process."""

from collections.abc import Mapping

import sqlalchemy as sa

from core.errors import StoreOutage
from core.job import QUEUES, JobRequest, QueueName, State
from core.observability.metrics import Metrics
from core.store import Store
from core.store.jobs import MAX_COUNTED, JobStore
from core.store.tables import jobs
from tests.both_databases import store

__all__ = ["store"]


def lines(metrics: Metrics, name: str) -> list[str]:
    return [line for line in metrics.render().decode().splitlines() if line.startswith(name)]


def all_up() -> Mapping[str, bool]:
    return {"database": True, "broker": False}


def none_full() -> Mapping[str, bool]:
    return {"database": False}


def test_requests_are_counted_by_route_and_status(sqlite_store: Store) -> None:
    metrics = Metrics(sqlite_store.jobs, all_up, none_full)
    for status in (200, 200, 404):
        metrics.count_request("GET", "/api/v1/jobs/{job_id}", status, 0.02)
    metrics.time_submit(0.004)
    assert lines(metrics, 'inlaid_http_requests_total{method="GET",route="/api/v1/jobs/{job_id}"') == [
        'inlaid_http_requests_total{method="GET",route="/api/v1/jobs/{job_id}",status="200"} 2.0',
        'inlaid_http_requests_total{method="GET",route="/api/v1/jobs/{job_id}",status="404"} 1.0',
    ]
    name = "inlaid_job_submit_duration_seconds_count"
    assert lines(metrics, name) == [f"{name} 1.0"]


def test_jobs_are_counted_by_queue_and_state_and_parts_are_up_or_not(sqlite_store: Store) -> None:
    sqlite_store.jobs.add(JobRequest("reply", {"message": "Hi"}, "mail", "ann", queue="background"))
    metrics = Metrics(sqlite_store.jobs, all_up, none_full)
    assert 'inlaid_jobs{queue="background",state="queued"} 1.0' in lines(metrics, "inlaid_jobs{")
    assert 'inlaid_jobs{queue="interactive",state="queued"} 0.0' in lines(metrics, "inlaid_jobs{")
    assert lines(metrics, "inlaid_up{") == ['inlaid_up{part="database"} 1.0', 'inlaid_up{part="broker"} 0.0']
    assert lines(metrics, "inlaid_full{") == ['inlaid_full{part="database"} 0.0']


def test_the_wait_of_the_oldest_job_is_told_by_queue(store: Store) -> None:
    metrics = Metrics(store.jobs, all_up, none_full)
    name = "inlaid_oldest_job_wait_seconds"
    assert set(lines(metrics, f"{name}{{")) == {f'{name}{{queue="{queue}"}} 0.0' for queue in QUEUES}
    old, new = (
        store.jobs.add(JobRequest("reply", {"message": text}, "mail", "ann", queue="bulk"))[0] for text in ("Hi", "Ho")
    )
    with store.database.write() as connection:
        connection.execute(sa.update(jobs).where(jobs.c.id == old.id).values(not_before=jobs.c.not_before - 90))
    assert 90 <= store.jobs.oldest_wait_seconds()["bulk"] < 100
    store.jobs.request_cancel(old.id)
    assert store.jobs.oldest_wait_seconds()["bulk"] < 30
    assert store.jobs.oldest_wait_seconds()["interactive"] == 0
    assert new.state == "queued"


def test_two_processes_in_one_do_not_mix(sqlite_store: Store) -> None:
    one, other = (Metrics(sqlite_store.jobs, all_up, none_full) for _ in range(2))
    one.count_request("GET", "/", 200, 0.1)
    assert lines(other, "inlaid_http_requests_total{") == []


def test_without_a_database_the_other_figures_are_told(sqlite_store: Store) -> None:
    class Away(JobStore):
        def count_open(self, most: int = MAX_COUNTED) -> dict[tuple[QueueName, State], int]:
            raise StoreOutage("The database cannot be reached.")

    metrics = Metrics(Away(sqlite_store.database, sqlite_store.jobs.cipher), all_up, none_full)
    assert lines(metrics, "inlaid_jobs{") == []
    assert lines(metrics, "inlaid_up{") != []
    assert lines(metrics, "inlaid_oldest_job_wait_seconds{") != []  # the database is there for that
