"""Jobs are deleted when their time is over: those alone, whole, and not what is held."""

import time
from collections.abc import Mapping, Sequence

import pytest
import sqlalchemy as sa

from core.drafts import Draft
from core.errors import ConflictError
from core.job import JobRequest, new_id
from core.settings import Settings
from core.settings.storage import DAY_SECONDS, parse_retention
from core.store import Store
from core.store.people.rows import Identity
from core.store.purge import purge_person
from core.store.retention import BATCH, Holds, Retention, delete_jobs, rules_for
from core.store.tables import blobs, effects, jobs, outcomes
from tests.core.insight.making import finished_job
from tests.core.store.test_purge_proof import bytes_in

YEAR = "all=365"
Groups = Mapping[str, str]
NONE: Groups = {}


def expire(
    store: Store, retention: str, held: Sequence[Identity] = (), *, days: float = 0, groups: Groups = NONE
) -> int:
    """Delete what is too old so many days from now, and return how many jobs that were; `groups` are by person."""
    periods = parse_retention(retention.split(","))
    now = time.time() + days * DAY_SECONDS
    deletes = Retention(store.database, periods, lambda _, person: {groups.get(person, "")}, held, now=now)
    return len(deletes.run().job_ids)


def left(store: Store) -> list[str]:
    with store.database.read() as connection:
        return sorted(connection.execute(sa.select(jobs.c.person)).scalars())


def test_a_job_goes_with_all_that_hangs_on_it_when_its_time_is_over(store: Store) -> None:
    job = finished_job(store, person="ann")
    store.outcomes.add(job, "accepted", person="ann", distance=0.0, detail={"text": "mine"})
    assert expire(store, YEAR) == 0
    assert expire(store, YEAR, days=400) == 1
    with store.database.read() as connection:
        for table in (jobs, outcomes, effects, blobs):
            assert connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one() == 0, table.name
    assert expire(store, YEAR, days=400) == 0


def test_a_surface_may_have_a_period_of_its_own(store: Store) -> None:
    finished_job(store, person="ann", surface="slack")
    finished_job(store, person="bob", surface="api")
    assert expire(store, "all=365,slack=30", days=60) == 1
    assert left(store) == ["bob"]
    assert expire(store, "all=30,api=365", days=60) == 0
    assert expire(store, "slack=1", days=400) == 0


def test_a_job_that_has_not_ended_stays(store: Store) -> None:
    store.jobs.add(JobRequest("reply", {"message": "Hello?"}, person="ann", surface="api"))
    assert expire(store, YEAR, days=400) == 0
    assert left(store) == ["ann"]


def test_who_is_on_hold_keeps_everything_until_it_is_lifted(store: Store) -> None:
    holds, ann = Holds(store.records), Identity("local", "ann")
    finished_job(store, person="ann")
    finished_job(store, person="bob")
    holds.put(ann, reason="case 4711", by="Cara")
    assert [(hold.home, hold.reason, hold.by) for hold in holds.all()] == [(ann, "case 4711", "Cara")]
    assert expire(store, YEAR, [hold.home for hold in holds.all()], days=400) == 1
    assert left(store) == ["ann"]
    with pytest.raises(ConflictError, match="case 4711"):
        purge_person(store.records, [("T1", "U1"), ("local", "ann")])
    assert left(store) == ["ann"]
    assert holds.lift(ann)
    assert not holds.lift(ann)
    assert expire(store, YEAR, days=400) == 1


def test_more_than_one_batch_goes_in_one_round(store: Store) -> None:
    for _ in range(3):
        finished_job(store)
    columns = [column for column in jobs.c if column.name not in {"id", "dedupe_key"}]
    with store.database.write() as connection:
        row = connection.execute(sa.select(*columns).limit(1)).mappings().one()
        copies = [{**row, "id": new_id(), "dedupe_key": str(number)} for number in range(BATCH + 1)]
        connection.execute(sa.insert(jobs), copies)
    assert expire(store, YEAR, days=400) == BATCH + 4
    assert left(store) == []


def test_what_another_round_has_deleted_is_not_counted_again(store: Store) -> None:
    job = finished_job(store)
    with store.database.write() as connection:
        assert delete_jobs(connection, [job.id]) == 1
        assert delete_jobs(connection, [job.id]) == 0


def test_a_cancelled_job_ends_too_though_nobody_is_told_of_it(store: Store) -> None:
    waiting, _ = store.jobs.add(JobRequest("reply", {"message": "Hello?"}, person="ann", surface="api"))
    store.jobs.request_cancel(waiting.id)
    running = store.leases.claim(
        store.jobs.add(JobRequest("reply", {"message": "Hm?"}, person="bob", surface="api"))[0].id, lease_seconds=30
    )
    assert running
    store.leases.cancelled(running)
    assert expire(store, YEAR, days=360) == 0
    assert expire(store, YEAR, days=400) == 2
    assert left(store) == []


def test_a_group_has_periods_of_its_own(store: Store) -> None:
    for person in ("ann", "bob", "cara"):
        for surface in ("slack", "api"):
            finished_job(store, person=person, surface=surface)
    retention, groups = "all=365,slack=30,all@finance=3650,api@interns=7", {"ann": "finance", "cara": "interns"}
    assert expire(store, retention, days=10, groups=groups) == 1
    assert left(store) == ["ann", "ann", "bob", "bob", "cara"]
    assert expire(store, retention, days=60, groups=groups) == 2
    assert left(store) == ["ann", "ann", "bob"]
    assert expire(store, retention, days=400, groups=groups) == 1
    assert left(store) == ["ann", "ann"]
    assert expire(store, retention, [Identity("local", "ann")], days=4000, groups=groups) == 0
    assert expire(store, retention, days=4000, groups=groups) == 2


@pytest.mark.parametrize(
    ("groups", "rules"),
    [
        ([], {"all": 365, "slack": 30, "documents": 7}),
        (["finance"], {"all": 3650, "documents": 7}),
        (["interns"], {"all": 365, "slack": 3, "documents": 7}),
        (["finance", "leads"], {"all": 9000, "documents": 90}),
        (["leads", "interns"], {"all": 9000, "slack": 3, "documents": 90}),
    ],
)
def test_of_several_groups_the_longest_period_counts(groups: list[str], rules: dict[str, int]) -> None:
    periods = "all=365,slack=30,documents=7,all@finance=3650,slack@interns=3,all@leads=9000,documents@leads=90"
    assert rules_for(parse_retention(periods.split(",")), groups) == rules


def test_documents_may_go_before_their_jobs_and_what_was_learnt_by_its_age(store: Store) -> None:
    request = JobRequest("reply", {"message": "Hi"}, "api", "ann", blobs={"a.docx": b"x", "b.docx": b"y"})
    claimed = store.leases.claim(store.jobs.add(request)[0].id, lease_seconds=30)
    assert claimed
    store.leases.delivered(store.leases.finish(claimed, Draft(recipe="reply", text="Hello")))
    kinds = ("past_work", "preference", "mailbox_voice", "team")
    for kind in kinds:
        store.records.put(kind, "local", "ann", {"text": "hers"}, person="ann")
    periods, now = parse_retention(["documents=7", "learned=30"]), time.time()
    expired = Retention(store.database, periods, now=now + 8 * DAY_SECONDS).run()
    assert (expired.documents, expired.learned, expired.job_ids) == (2, 0, [])
    held = Retention(store.database, periods, held=[Identity("local", "ann")], now=now + 31 * DAY_SECONDS).run()
    assert held.learned == 0
    assert Retention(store.database, periods, now=now + 31 * DAY_SECONDS).run().learned == 3
    assert left(store) == ["ann"]
    assert [kind for kind in kinds if store.records.list(kind)] == ["team"]


def test_what_is_named_by_a_job_goes_with_it(store: Store) -> None:
    job = finished_job(store, surface="slack")
    store.records.put("slack_edit", "local", job.id, {"text": "edited"}, person="ann", expires_in_seconds=1e9)
    assert expire(store, "slack=30", days=31) == 1
    assert store.records.list("slack_edit") == []


def test_the_files_hold_nothing_of_a_job_whose_time_is_over(sqlite_store: Store, settings: Settings) -> None:
    finished_job(sqlite_store, text="The merger is off. " * 500)
    with sqlite_store.database.read() as connection:
        sealed = bytes(connection.execute(sa.select(jobs.c.draft)).scalar_one())[60:90]
    assert sealed in bytes_in(settings.home)
    assert expire(sqlite_store, YEAR, days=400) == 1
    assert sealed not in bytes_in(settings.home)
