"""From acts on jobs to the sums of the report, on both databases."""

import threading
from collections.abc import Sequence

import pytest
import sqlalchemy as sa

from core.errors import ConflictError, ForbiddenError, InputError, LimitError, NotFoundError
from core.insight.report import cube
from core.insight.report.counting_rules import CountingRules
from core.insight.report.rollup import EXPIRE_SECONDS, expire_drafts, rebuild, roll_up_all
from core.insight.report.rollup_store import RollupStore
from core.job import REFINES, WISH, Job
from core.store import Store
from core.store.marks import MARKED, Marks
from core.store.outcomes import OutcomeStore
from core.store.rows import STORED_VERSION
from core.store.tables import jobs, outcomes, records
from tests.core.insight.making import finished_job
from tests.core.insight.report.acts import say, total


def test_a_job_counts_once_however_often_it_changes(store: Store, rules: CountingRules) -> None:
    job = finished_job(store, model="small-1b", surface="slack")
    assert total(store, rules)["jobs"] == 1
    say(store, job, "accepted")
    assert total(store, rules)["accepted"] == 1
    say(store, job, "rejected")
    counted = total(store, rules)
    assert (counted["jobs"], counted.get("accepted"), counted["rejected"]) == (1, None, 1)


def test_a_mark_that_is_taken_back_is_not_counted_any_more(store: Store, rules: CountingRules) -> None:
    job = finished_job(store)
    store.outcomes.add(job, "accepted", person="ann", distance=0.0, detail={MARKED: True})
    assert total(store, rules)["accepted"] == 1
    store.marks.take_back(job, [(job.workspace, job.person)])
    counted = total(store, rules)
    assert (counted["jobs"], counted.get("accepted")) == (1, None)
    store.outcomes.add(job, "accepted", person="ann", distance=0.0, detail={})
    with pytest.raises(ConflictError):  # it was posted: what was done is no mark
        store.marks.take_back(job, [(job.workspace, job.person)])


def test_a_mark_stays_once_another_version_rests_on_the_draft(store: Store) -> None:
    job = finished_job(store)
    finished_job(store)  # a draft of its own
    store.outcomes.add(job, "accepted", person="ann", distance=0.0, detail={MARKED: True})
    finished_job(store, inputs={REFINES: job.id, WISH: "shorter"})
    with pytest.raises(ConflictError, match="Another version rests on this draft"):
        store.marks.take_back(job, [(job.workspace, job.person)])
    assert len(store.outcomes.acts_of([job.id])[job.id]) == 1


def test_an_act_just_before_the_mark_is_deleted_keeps_it(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    job, looked = finished_job(store), store.marks._fresh
    store.outcomes.add(job, "accepted", person="ann", distance=0.0, detail={MARKED: True})
    acting = threading.Thread(target=say, args=(store, job, "rejected"))

    def look_slowly(connection: sa.Connection, job: Job) -> Sequence[str]:
        mark = looked(connection, job)
        acting.start()
        acting.join(0.3)  # it waits for the write
        assert acting.is_alive()
        return mark

    monkeypatch.setattr(Marks, "_fresh", lambda self, *given: look_slowly(*given))
    store.marks.take_back(job, [(job.workspace, job.person)])
    acting.join()
    assert [act.outcome for act in store.outcomes.acts_of([job.id])[job.id]] == ["rejected"]


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


def test_a_flood_of_acts_on_one_draft_is_cut_off(store: Store) -> None:
    job = finished_job(store)
    limited = OutcomeStore(store.database, store.jobs.cipher, most_acts=5)
    for value in range(5):
        limited.add_event(job, "click", float(value))
    with pytest.raises(LimitError):
        limited.add_event(job, "click", 9.0)


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


def test_a_job_that_cannot_be_opened_holds_up_no_other(store: Store, rules: CountingRules) -> None:
    broken = finished_job(store)
    finished_job(store)
    with store.database.write() as connection:
        connection.execute(sa.update(jobs).where(jobs.c.id == broken.id).values(draft=b"not sealed"))
    assert total(store, rules)["jobs"] == 1
    assert RollupStore(store.database).marked(10) == {}


def test_a_job_of_a_newer_form_is_counted_by_a_newer_version(store: Store, rules: CountingRules) -> None:
    newer, _older = finished_job(store), finished_job(store)
    with store.database.write() as connection:
        draft = connection.execute(sa.select(jobs.c.draft).where(jobs.c.id == newer.id)).scalar_one()
        sealed = store.jobs.cipher.seal(newer.workspace, {"version": STORED_VERSION + 1})
        connection.execute(sa.update(jobs).where(jobs.c.id == newer.id).values(draft=sealed))
    assert roll_up_all(store, rules) == 1
    assert set(RollupStore(store.database).marked(9)) == {newer.id}
    with store.database.write() as connection:
        connection.execute(sa.update(jobs).where(jobs.c.id == newer.id).values(draft=draft))
    assert roll_up_all(store, rules) == 1


def test_what_nobody_touched_for_a_week_expires_once_and_what_was_used_does_not(store: Store) -> None:
    waiting, used = finished_job(store, surface="word"), finished_job(store, surface="mail")
    store.outcomes.add(used, "accepted", person="ann", distance=0.0, detail={})
    finished_job(store)
    with store.database.write() as connection:
        earlier = jobs.c.delivered_at - EXPIRE_SECONDS - 10
        old = sa.update(jobs).where(jobs.c.id.in_([waiting.id, used.id])).values(delivered_at=earlier)
        connection.execute(old)
    assert expire_drafts(store) == 1
    assert [act.outcome for act in store.outcomes.acts_of([waiting.id])[waiting.id]] == ["expired"]
    assert expire_drafts(store) == 0
    with store.database.write() as connection:
        connection.execute(sa.delete(records).where(records.c.key == "expiry"))
    assert expire_drafts(store) == 0
