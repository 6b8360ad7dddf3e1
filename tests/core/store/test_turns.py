"""Whose job is next: a round over workspaces and people, on both databases."""

import threading

import sqlalchemy as sa

from core.drafts import Draft
from core.job import Job, JobRequest
from core.settings import Settings
from core.signals.scanning import SURFACE as SCAN_SURFACE
from core.store import Store, open_store
from core.store.tables import jobs
from core.store.turns import Turns
from tests.core.store.counted import statements_of
from tests.core.store.test_jobs import LONG_SECONDS
from tests.servers.postgres import with_server

MANY = 40


def add(store: Store, person: str, count: int = 1, *, workspace: str = "local", surface: str = "api") -> list[Job]:
    asked = JobRequest("rewrite", {"text": "Hello"}, surface, person, workspace=workspace, queue="bulk")
    return [store.jobs.add(asked)[0] for _ in range(count)]


def take(store: Store, turns: Turns, named: Job) -> Job:
    job = store.leases.claim_next("bulk", named.id, turns, lease_seconds=LONG_SECONDS)
    assert job
    return job


def test_who_asks_for_one_job_waits_for_a_round_and_not_for_what_others_have_waiting(store: Store) -> None:
    flood = add(store, "ann", MANY)
    add(store, "ben")
    add(store, "cas", 2)
    turns = Turns()
    taken = [take(store, turns, named).person for named in flood[:6]]
    assert taken == ["ann", "ben", "cas", "ann", "cas", "ann"]


def test_a_workspace_of_many_people_has_the_share_of_one(store: Store) -> None:
    crowd = [job for number in range(MANY) for job in add(store, f"person-{number:02}", workspace="large")]
    add(store, "zoe", 3, workspace="small")
    turns = Turns()
    taken = [take(store, turns, named) for named in crowd[:6]]
    assert [job.workspace for job in taken] == ["large", "small"] * 3
    assert [job.person for job in taken if job.workspace == "large"] == ["person-00", "person-01", "person-02"]


def test_of_one_person_the_oldest_job_comes_first(store: Store) -> None:
    waiting = add(store, "ann", 5)
    turns = Turns()
    assert [take(store, turns, named).id for named in reversed(waiting)] == [job.id for job in waiting]


def test_every_message_brings_a_job_and_none_twice_however_many_take_at_once(store: Store) -> None:
    waiting = [job for number in range(MANY) for job in add(store, f"person-{number % 7}")]
    got: list[str] = []
    barrier = threading.Barrier(4)

    def work(share: list[Job]) -> None:
        turns = Turns()
        barrier.wait()
        got.extend(take(store, turns, named).id for named in share)

    threads = [threading.Thread(target=work, args=(waiting[start::4],)) for start in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(got) == sorted(job.id for job in waiting)


def test_whose_turn_is_foreseen_is_claimed_by_one_statement_and_anybody_else_in_turn_all_the_same(store: Store) -> None:
    waiting = add(store, "ann", 4) + add(store, "ben", 4, workspace="other")
    turns = Turns()
    taken: list[str] = []

    def take_all(count: int) -> int:
        def work() -> None:
            taken.extend(take(store, turns, waiting[0]).workspace for _ in range(count))

        return sum(statement != "COMMIT" for statement in statements_of(store, work))

    assert take_all(3) > 3
    assert take_all(3) == 3
    add(store, "cas", workspace="middle")
    add(store, "ben", 2, workspace="other")
    assert take_all(3) > 3
    assert taken == ["local", "other"] * 3 + ["local", "middle", "other"]


def test_threads_that_claim_at_once_leave_the_forecast_as_it_was() -> None:
    turns = Turns()
    for last, workspace in (("", "a"), ("a", "b"), ("b", "c"), ("c", "a")):
        turns.served("bulk", last, workspace, "ann")
    first, second = turns.forecast("bulk"), turns.forecast("bulk")
    assert first == second == ("a", "b")
    for last, workspace in (first, second):
        turns.served("bulk", last, workspace, "ann")
    assert turns.forecast("bulk") == ("b", "c")


def test_a_message_whose_job_another_worker_is_taking_brings_one_of_another_workspace(
    settings: Settings, postgres_url: str
) -> None:
    store = open_store(with_server(settings, postgres_url))
    (taken,) = add(store, "ann", workspace="first")
    (free,) = add(store, "ben", workspace="second")
    with store.database.write() as other:
        other.execute(sa.select(jobs.c.id).where(jobs.c.id == taken.id).with_for_update())
        assert take(store, Turns(), taken).id == free.id
    store.close()


def test_a_workspace_that_has_nothing_to_take_keeps_no_message_from_the_others(store: Store) -> None:
    done, worn = add(store, "ann", 2, workspace="first")
    store.leases.delivered(store.leases.finish(take(store, Turns(), done), Draft(recipe="rewrite", text="Hello")))
    with store.database.write() as connection:
        connection.execute(sa.update(jobs).where(jobs.c.id == worn.id).values(attempts=MANY))
    (free,) = add(store, "ben", workspace="second")
    assert take(store, Turns(), done).id == free.id


def test_a_job_whose_worker_died_is_taken_by_its_own_message_while_others_wait(store: Store) -> None:
    (abandoned,) = add(store, "zoe")
    first = store.leases.claim(abandoned.id, lease_seconds=-1.0)
    assert first
    add(store, "ann", 3)
    again = take(store, Turns(), abandoned)
    assert (again.id, again.fence) == (abandoned.id, first.fence + 1)


def test_what_is_postponed_or_held_is_left_to_its_time(store: Store) -> None:
    turns = Turns()
    postponed, held, free = add(store, "ann", 3)
    store.leases.postpone(take(store, turns, postponed), wait_seconds=300.0)
    assert take(store, turns, held).id == held.id
    assert take(store, turns, postponed).id == free.id
    assert store.leases.claim_next("bulk", postponed.id, turns, lease_seconds=LONG_SECONDS) is None


def test_a_job_that_was_tried_too_often_holds_up_nobody(store: Store) -> None:
    worn, free = add(store, "ann", 2)
    with store.database.write() as connection:
        connection.exec_driver_sql(f"UPDATE job SET attempts = 3 WHERE id = '{worn.id}'")  # noqa: S608 - our own id
    taken = store.leases.claim_next("bulk", worn.id, Turns(), lease_seconds=LONG_SECONDS, max_attempts=3)
    assert taken
    assert taken.id == free.id
    ended = store.leases.claim_next("bulk", worn.id, Turns(), lease_seconds=LONG_SECONDS, max_attempts=3)
    assert ended
    assert ended.state == "failed"


def test_another_class_and_the_parts_of_a_scan_have_their_own_order(store: Store) -> None:
    (part,) = add(store, "ann", surface=SCAN_SURFACE)
    asked = store.jobs.add(JobRequest("rewrite", {"text": "Hello"}, "api", "ann", queue="interactive"))[0]
    (named,) = add(store, "ben")
    turns = Turns()
    assert take(store, turns, named).id == named.id
    for left in (part, asked):
        assert store.jobs.get(left.id).state == "queued"


def test_the_turn_is_found_by_the_index_alone(store: Store) -> None:
    add(store, "ann", 3)
    place = "queue = 'bulk' AND workspace = 'local' AND person > 'aaa' ORDER BY person, id LIMIT 1"
    where = "state = 'queued' AND sent_at IS NOT NULL AND surface <> 'signals'"
    explain = "EXPLAIN QUERY PLAN" if store.database.is_sqlite else "EXPLAIN"
    with store.database.read() as connection:
        if not store.database.is_sqlite:
            connection.exec_driver_sql("SET enable_seqscan = off")
        plan = connection.exec_driver_sql(f"{explain} SELECT id FROM job WHERE {where} AND {place}")  # noqa: S608
        text = " ".join(str(part) for row in plan for part in row)
    assert "job_turn" in text
    assert "Sort" not in text
    assert "TEMP B-TREE" not in text
