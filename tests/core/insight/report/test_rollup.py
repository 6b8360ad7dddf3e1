"""From acts on jobs to the sums of the report, on both databases."""

import threading
from typing import Any

import pytest
import sqlalchemy as sa

from core.errors import ForbiddenError, InputError, LimitError, NotFoundError
from core.insight.report import cube
from core.insight.report.job_metrics import CountingRules
from core.insight.report.rollup import rebuild, roll_up_all
from core.insight.report.rollup_store import RollupStore
from core.job import Job
from core.store import Store
from core.store.outcomes import OutcomeStore
from core.store.tables import jobs, outcomes
from tests.core.insight.making import failed_job, finished_job


def total(store: Store, rules: CountingRules, **where: str) -> dict[str, float]:
    """Count what has changed and return the sums of today under a filter."""
    roll_up_all(store, rules)
    day = cube.day_of(store.database.now_seconds())
    cells = RollupStore(store.database).cells(cube.grain_of(where), [day, day - 1], where)
    together = cube.Cell()
    for _period, _dimensions, cell in cells:
        together.add(cell.counts, cell.people)
    return {**together.counts, "people": cube.count_people(together.people)}


def say(store: Store, job: Job, outcome: str, **detail: object) -> bool:
    """Store an act of the job's own person."""
    distance = 0.0 if outcome == "accepted" else None
    return store.outcomes.add(job, outcome, person=job.person, distance=distance, detail=detail)  # type: ignore[arg-type]


def test_a_job_counts_once_however_often_it_changes(store: Store, rules: CountingRules) -> None:
    job = finished_job(store, model="small-1b", surface="slack")
    assert total(store, rules)["jobs"] == 1
    say(store, job, "accepted")
    assert total(store, rules)["accepted"] == 1
    say(store, job, "rejected")
    counted = total(store, rules)
    assert (counted["jobs"], counted.get("accepted"), counted["rejected"]) == (1, None, 1)


def test_the_same_act_twice_is_no_news(store: Store, rules: CountingRules) -> None:
    job = finished_job(store)
    assert say(store, job, "accepted")
    assert not say(store, job, "accepted")
    assert say(store, job, "rejected")
    assert say(store, job, "accepted")
    assert total(store, rules)["accepted"] == 1


def test_the_same_act_in_the_same_moment_is_stored_once(store: Store) -> None:
    job = finished_job(store)
    barrier = threading.Barrier(4)

    def act() -> None:
        barrier.wait()
        say(store, job, "accepted")

    threads = [threading.Thread(target=act) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with store.database.read() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(outcomes)).scalar_one() == 1


def test_a_text_that_was_used_tells_distance_and_kinds(store: Store, rules: CountingRules) -> None:
    job = finished_job(store, text="Hello Ann, see you at 3 pm.")
    store.outcomes.add(job, "edited", person="ann", distance=None, detail={"text": "Hello Ann, see you at 4 pm!"})
    counted = total(store, rules)
    assert (counted["edited"], counted["kind:facts"], counted["kind:tone"], counted["d3"]) == (1, 1, 1, 1)
    assert store.outcomes.used_text(job) == "Hello Ann, see you at 4 pm!"


def test_somebody_elses_draft_cannot_be_judged(store: Store, rules: CountingRules) -> None:
    job = finished_job(store)
    with pytest.raises(ForbiddenError):
        store.outcomes.add(job, "rejected", person="bob", distance=None, detail={})
    assert "rejected" not in total(store, rules)


def test_an_act_on_a_deleted_draft_is_refused_and_its_job_keeps_counting(store: Store, rules: CountingRules) -> None:
    job = finished_job(store)
    total(store, rules)
    with store.database.write() as connection:
        connection.execute(sa.delete(jobs).where(jobs.c.id == job.id))
    with pytest.raises(NotFoundError, match="deleted"):
        say(store, job, "accepted")
    assert total(store, rules)["jobs"] == 1


def test_a_job_that_is_deleted_before_it_was_counted_stops_nothing(store: Store, rules: CountingRules) -> None:
    job, other = finished_job(store), finished_job(store)
    with store.database.write() as connection:
        connection.execute(sa.delete(jobs).where(jobs.c.id == job.id))
    assert total(store, rules)["jobs"] == 1
    assert RollupStore(store.database).marked(10) == {}
    day = cube.day_of(store.database.now_seconds())
    left = RollupStore(store.database).own_jobs([("local", "ann")], first_day=day - 1, last_day=day, limit=9)
    assert [tally.job_id for tally in left] == [other.id]


def test_a_wrong_clock_moves_nothing_into_the_future_or_before_the_job(store: Store, rules: CountingRules) -> None:
    job = finished_job(store)
    say(store, job, "rejected", at=4e9)
    say(store, job, "accepted", at=1.0)
    first, second = store.outcomes.acts_of([job.id])[job.id]
    assert first.happened_at <= store.database.now_seconds()
    assert second.happened_at == pytest.approx(job.created_at, abs=0.01)
    assert total(store, rules)["rejected"] == 1


@pytest.mark.parametrize("distance", [-0.1, 1.5, float("nan")])
def test_a_distance_that_is_none_is_refused(store: Store, distance: float) -> None:
    with pytest.raises(InputError):
        store.outcomes.add(finished_job(store), "edited", person="ann", distance=distance, detail={})


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


def test_a_flood_of_acts_on_one_draft_is_cut_off(store: Store) -> None:
    job = finished_job(store)
    limited = OutcomeStore(store.database, store.jobs.cipher, most_acts=5)
    for value in range(5):
        limited.add_event(job, "click", float(value))
    with pytest.raises(LimitError):
        limited.add_event(job, "click", 9.0)


def test_every_filter_finds_the_job_in_its_own_sums(store: Store, rules: CountingRules) -> None:
    told: dict[str, Any] = {"recipe_version": 3, "prompt_hash": "ab12"}
    finished_job(store, person="sue", model="large", variant="brief", surface="slack", **told)
    finished_job(store, person="ann", model="small-1b")
    failed_job(store)
    everything = total(store, rules)
    assert (everything["jobs"], everything["done"], everything["failed"], everything["people"]) == (3, 2, 1, 2)
    assert everything["saved_usd"] == pytest.approx(0.01)
    for where in ({"surface": "slack"}, {"model": "large"}, {"team": "sales"}, {"recipe": "reply", "variant": "brief"}):
        assert total(store, rules, **where)["jobs"] == 1
    for where in ({"recipe_version": "3"}, {"prompt_hash": "ab12"}, {"recipe_version": "3", "surface": "slack"}):
        assert total(store, rules, **where)["jobs"] == 1
    assert total(store, rules, recipe_version="3", prompt_hash="ab12", variant="brief", team="sales")["jobs"] == 1
    assert total(store, rules, recipe="reply", prompt_hash="")["jobs"] == 2
    narrow = {"recipe": "reply", "surface": "slack", "model": "large", "team": "sales"}
    assert total(store, rules, **narrow)["jobs"] == 1
    assert total(store, rules, surface="word") == {"people": 0}


def test_counting_everything_again_gives_the_same_sums_and_keeps_what_is_deleted(
    store: Store, rules: CountingRules
) -> None:
    old = finished_job(store)
    with store.database.write() as connection:
        connection.execute(sa.update(jobs).where(jobs.c.id == old.id).values(created_at=old.created_at - 86_400 * 3))
    for person in ("ann", "sue"):
        say(store, finished_job(store, person=person), "accepted")
    before = total(store, rules)
    with store.database.write() as connection:
        connection.execute(sa.delete(jobs).where(jobs.c.id == old.id))
    assert rebuild(store, rules) == 2
    assert total(store, rules) == before
    month = cube.month_of(cube.day_of(old.created_at) - 3)
    kept = sum(cell.counts["jobs"] for _period, _dimensions, cell in RollupStore(store.database).cells(0, [month], {}))
    assert kept >= 1


def test_two_processes_that_count_at_once_count_each_job_once(store: Store, rules: CountingRules) -> None:
    for number in range(12):
        finished_job(store, person=f"p{number}")
    threads = [threading.Thread(target=roll_up_all, args=(store, rules)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    counted = total(store, rules)
    assert (counted["jobs"], counted["people"]) == (12, 12)


def test_a_job_that_cannot_be_opened_holds_up_no_other(store: Store, rules: CountingRules) -> None:
    broken = finished_job(store)
    finished_job(store)
    with store.database.write() as connection:
        connection.execute(sa.update(jobs).where(jobs.c.id == broken.id).values(draft=b"not sealed"))
    assert total(store, rules)["jobs"] == 1
    assert RollupStore(store.database).marked(10) == {}


def test_counting_and_acting_at_the_same_time_block_nobody(store: Store, rules: CountingRules) -> None:
    made = [finished_job(store, person=f"p{number}") for number in range(6)]
    failures: list[Exception] = []

    def act(job: Job) -> None:
        try:
            for turn in range(12):
                say(store, job, "accepted" if turn % 2 else "rejected")
        except Exception as error:  # whatever it is, the test has to tell it
            failures.append(error)

    threads = [threading.Thread(target=act, args=(job,)) for job in made]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        roll_up_all(store, rules)
    assert failures == []
    assert total(store, rules)["accepted"] == 6
