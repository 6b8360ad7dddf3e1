"""The report read from a store, on both databases."""

from typing import Any

import pytest
import sqlalchemy as sa

from core.insight.report.counting_rules import CountingRules
from core.insight.report.cube import make_query
from core.insight.report.figures import Discretion, Report
from core.insight.report.reader import read_report
from core.store import Store
from core.store.tables import jobs
from tests.core.insight.making import finished_job

CROWD = ["ann", "bob", "cay", "dan", "sue", "sid"]
COMPANY = Discretion(has_tenant=True)


def crowd(store: Store, **given: Any) -> None:
    """Let six people have a draft accepted."""
    for person in CROWD:
        job = finished_job(store, person=person, **given)
        store.outcomes.add(job, "accepted", person=person, distance=0.0, detail={})


def read(
    store: Store,
    rules: CountingRules,
    since: str = "30d",
    own: tuple[str, str] | None = None,
    discretion: Discretion = COMPANY,
    by: tuple[str, ...] = (),
    **filters: str,
) -> Report:
    """Return the report of now."""
    query = make_query(since, store.database.now_seconds(), filters=filters, by=by)
    return read_report(store, query, rules, own=[own] if own else (), discretion=discretion)


def test_a_new_outcome_is_in_the_next_report(store: Store, rules: CountingRules) -> None:
    crowd(store, surface="slack", model="large", variant="brief")
    crowd(store)
    shown = read(store, rules)
    assert shown.total is not None
    assert (shown.total.jobs, shown.total.people, shown.total.shares["accepted"].value) == (12, 6, 1.0)
    assert {group.name: group.figures.jobs for group in shown.groups["surface"]} == {"api": 6, "slack": 6}
    assert {group.name for group in shown.groups["variant"]} == {"reply / brief", "reply / main"}
    assert shown.groups["team"][0].name == "others"


def test_versions_of_a_recipe_and_wordings_of_its_prompt_stand_side_by_side(store: Store, rules: CountingRules) -> None:
    crowd(store, recipe_version=2, prompt_hash="aaaa")
    crowd(store, recipe_version=3, prompt_hash="bbbb")
    crowd(store, recipe="title", recipe_version=1, prompt_hash="cccc")
    groups = read(store, rules, recipe="reply").groups
    assert {group.name: group.figures.jobs for group in groups["recipe_version"]} == {"2": 6, "3": 6}
    assert {group.name for group in groups["prompt_hash"]} == {"aaaa", "bbbb"}
    assert "prompt_hash" not in read(store, rules).groups
    asked = read(store, rules, by=("recipe_version",)).groups
    assert {one.name for one in asked["recipe_version"]} == {"reply / 2", "reply / 3", "title / 1"}
    assert [group.name for group in read(store, rules, recipe="title", by=("prompt_hash",)).groups["prompt_hash"]] == [
        "cccc"
    ]
    only = read(store, rules, recipe_version="3").total
    assert only is not None
    assert only.jobs == 6


def test_drafts_of_before_prompts_were_recorded_are_told_apart(store: Store, rules: CountingRules) -> None:
    crowd(store)
    crowd(store, recipe_version=3)
    names = {group.name for group in read(store, rules, recipe="reply").groups["recipe_version"]}
    assert names == {"not recorded", "3"}


def test_filters_narrow_the_whole_report(store: Store, rules: CountingRules) -> None:
    crowd(store, surface="slack", model="large")
    crowd(store)
    shown = read(store, rules, surface="slack", model="large")
    assert shown.total is not None
    assert shown.total.jobs == 6
    assert "surface" not in shown.groups
    assert [group.figures.jobs for group in shown.groups["recipe"]] == [6]
    assert read(store, rules, surface="slack", model="none").is_empty


def test_a_long_report_is_by_month_and_loses_no_day(store: Store, rules: CountingRules) -> None:
    crowd(store)
    with store.database.write() as connection:
        first = connection.execute(sa.select(sa.func.min(jobs.c.id))).scalar_one()
        older = sa.update(jobs).where(jobs.c.id == first).values(created_at=jobs.c.created_at - 86_400 * 200)
        connection.execute(older)
    shown = read(store, rules, since="1y")
    assert shown.total is not None
    assert shown.total.jobs == 6
    assert read(store, rules, since="90d").total.jobs == 5  # type: ignore[union-attr] # five people are shown


def test_people_see_their_own_work_alone(store: Store, rules: CountingRules) -> None:
    finished_job(store, person="ann")
    assert read(store, rules).is_hidden
    mine = read(store, rules, own=("local", "ann")).total
    assert mine is not None
    assert mine.jobs == 1


@pytest.mark.parametrize(
    ("people", "has_tenant", "is_shown"),
    [
        (1, False, True), (2, False, False), (4, False, False), (5, False, True),
        (1, True, False), (2, True, False), (4, True, False), (5, True, True),
    ],
)  # fmt: skip
def test_as_soon_as_there_are_two_people_five_have_to_be_behind_a_figure(
    store: Store, rules: CountingRules, people: int, has_tenant: bool, is_shown: bool
) -> None:
    for person in CROWD[:people]:
        finished_job(store, person=person)
    operator = Discretion(has_tenant=has_tenant, asker_counts=False)
    for own in (None, ("local", "root@machine")):
        assert read(store, rules, own=own, discretion=operator).is_hidden is not is_shown


def test_filters_do_not_make_one_person_of_several(store: Store, rules: CountingRules) -> None:
    for person in CROWD:
        finished_job(store, person=person)
    finished_job(store, person="ann", recipe="shorten")
    assert read(store, rules, discretion=Discretion(), recipe="shorten").is_hidden


def test_a_colleague_who_asks_counts_before_having_done_anything(store: Store, rules: CountingRules) -> None:
    finished_job(store, person="ann")
    assert read(store, rules, own=("local", "bob"), discretion=Discretion()).is_hidden
    assert not read(store, rules, own=("local", "ann"), discretion=Discretion()).is_hidden


def test_an_empty_database_gives_an_empty_report(store: Store, rules: CountingRules) -> None:
    assert read(store, rules).is_empty
