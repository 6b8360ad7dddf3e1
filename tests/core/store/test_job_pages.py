"""Jobs a page at a time: by keyset, by filters, by their words; and what the queues have to do."""

import pytest
import sqlalchemy as sa

from core.insight.report.counting_rules import load_counting_rules
from core.insight.report.rollup import roll_up_all
from core.job import SIGNALS, Job, JobRequest
from core.settings import Settings
from core.store import Store
from core.store.job_pages import JobFilter, JobPages, Stage
from core.store.rows import Scope
from core.store.tables import jobs
from tests.core.insight.making import failed_job, finished_job

ANN = (("local", "ann"), ("T1", "U1"))
EVERYBODY = Scope(is_wide=True)


def ids(found: list[Job]) -> list[str]:
    return [job.id for job in found]


def test_pages_follow_each_other_without_a_gap_whichever_name_the_jobs_have(store: Store) -> None:
    made = [finished_job(store, person=person, workspace=workspace).id for workspace, person in ANN * 4]
    finished_job(store, person="bob")
    pages, seen, before = store.job_pages, list[str](), ""
    for _ in range(3):
        page = pages.page(JobFilter(ANN, before=before), limit=3)
        seen, before = [*seen, *ids(page.jobs)], page.following

    assert seen == made[::-1]
    assert before == ""


def test_everybodys_are_those_of_the_scope(store: Store) -> None:
    tenant = "00000000-0000-4000-8000-000000000001"
    mine, other = finished_job(store).id, finished_job(store, workspace=tenant).id
    pages = store.job_pages
    assert ids(pages.page(JobFilter(scope=EVERYBODY), limit=9).jobs) == [mine]
    assert ids(pages.page(JobFilter(scope=Scope(frozenset({tenant}))), limit=9).jobs) == [other]


def test_a_stage_is_how_far_a_job_is_or_what_became_of_it(store: Store, settings: Settings) -> None:
    opened, used, failed = finished_job(store), finished_job(store), failed_job(store)
    waiting, _ = store.jobs.add(JobRequest("reply", {"message": "x"}, "api", "ann"))
    store.outcomes.add(used, "accepted", person="ann", distance=None, detail={})
    roll_up_all(store, load_counting_rules(settings, store, {}))

    def of(stage: Stage) -> list[str]:
        return ids(store.job_pages.page(JobFilter(ANN, stage=stage), limit=9).jobs)

    found = {stage: of(stage) for stage in ("open", "accepted", "failed", "working", "rejected")}
    assert found == {
        "open": [opened.id], "accepted": [used.id], "failed": [failed.id], "working": [waiting.id], "rejected": [],
    }  # fmt: skip


def test_place_and_recipe_narrow_the_list_and_what_no_person_asked_for_is_left_out(store: Store) -> None:
    slack = finished_job(store, surface="slack", recipe="rewrite").id
    finished_job(store, surface=SIGNALS)
    pages = store.job_pages
    assert ids(pages.page(JobFilter(ANN, surface="slack"), limit=9).jobs) == [slack]
    assert ids(pages.page(JobFilter(ANN, recipe="rewrite"), limit=9).jobs) == [slack]
    assert ids(pages.page(JobFilter(ANN, recipe="reply"), limit=9).jobs) == []


@pytest.mark.parametrize(("words", "found"), [("PUMPS offer", 1), ("pumps moon", 0), ("friday", 1)])
def test_words_are_looked_for_in_the_request_and_the_draft(store: Store, words: str, found: int) -> None:
    finished_job(store, inputs={"message": "The offer for twelve pumps"}, text="It comes on Friday.")
    finished_job(store, inputs={"message": "Something else"}, text="Nothing of it.")
    page = store.job_pages.search(JobFilter(ANN), words, limit=9, most_read=50)
    assert (len(page.jobs), page.following) == (found, "")


def test_a_search_goes_on_where_it_ended(store: Store) -> None:
    wanted = finished_job(store, text="the needle").id
    for _ in range(4):
        finished_job(store, text="hay")
    pages = store.job_pages
    first = pages.search(JobFilter(ANN), "needle", limit=9, most_read=3)
    second = pages.search(JobFilter(ANN, before=first.following), "needle", limit=9, most_read=3)
    assert (ids(first.jobs), ids(second.jobs)) == ([], [wanted])


def test_what_cannot_be_read_is_counted_and_does_not_end_a_search(store: Store) -> None:
    wanted = finished_job(store, text="the needle").id
    broken = finished_job(store).id
    with store.database.write() as connection:
        connection.execute(sa.update(jobs).where(jobs.c.id == broken).values(request=b"\x00"))
    page = store.job_pages.search(JobFilter(ANN), "needle", limit=9, most_read=50)
    assert (ids(page.jobs), page.jobs.left_out) == ([wanted], 1)


def test_pages_of_a_search_count_what_cannot_be_read_once_and_end_where_nothing_follows(store: Store) -> None:
    first = finished_job(store, text="the needle").id
    broken = finished_job(store).id
    last = finished_job(store, text="the needle").id
    with store.database.write() as connection:
        connection.execute(sa.update(jobs).where(jobs.c.id == broken).values(request=b"\x00"))
    newest = store.job_pages.search(JobFilter(ANN), "needle", limit=1, most_read=50)
    older = store.job_pages.search(JobFilter(ANN, before=newest.following), "needle", limit=1, most_read=50)
    assert (ids(newest.jobs), newest.jobs.left_out, newest.following) == ([last], 0, last)
    assert (ids(older.jobs), older.jobs.left_out, older.following, older.read) == ([first], 1, "", 1)


def test_the_queues_say_what_waits_and_since_when(store: Store) -> None:
    job, _ = store.jobs.add(JobRequest("reply", {"message": "x"}, "api", "ann", queue="bulk"))
    running, _ = store.jobs.add(JobRequest("reply", {"message": "x"}, "api", "ann"))
    assert store.leases.claim(running.id, lease_seconds=30)
    loads = {load.queue: load for load in JobPages(store.database, store.jobs.cipher).loads()}
    assert (loads["bulk"].waiting, loads["bulk"].running) == (1, 0)
    assert loads["bulk"].since == pytest.approx(job.created_at)
    assert (loads["interactive"].waiting, loads["interactive"].running) == (0, 1)
    assert (loads["background"].waiting, loads["background"].since) == (0, 0.0)
