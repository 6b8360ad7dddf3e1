"""Whether anything can have been learnt of somebody: one question, under all their names, on both databases."""

from collections.abc import Callable

import pytest

from core.insight.learning.examples import PAST_WORK_KIND
from core.insight.learning.personalization import AnythingLearnt
from core.insight.learning.rule_store import KIND, RuleStore
from core.insight.report.counting_rules import CountingRules
from core.insight.report.rollup import roll_up_all
from core.people import SLACK_MEMBER, Identity, People
from core.store import Store
from tests.core.insight.making import finished_job

ADDRESS = "ann@example.com"


def decide(store: Store, rules: CountingRules, outcome: str, person: str) -> None:
    job = finished_job(store, person)
    store.outcomes.add(job, outcome, person=person, distance=None, detail={})  # type: ignore[arg-type] # one of them
    roll_up_all(store, rules)


Act = Callable[[Store, CountingRules], object]
ACTS: dict[str, tuple[Act, bool]] = {
    "a rule of theirs": (lambda store, _: store.records.put(KIND, "local", "ann/x", {}, person="ann"), True),
    "a work of theirs": (lambda store, _: store.records.put(PAST_WORK_KIND, "local", "x", {}, person="ann"), True),
    "a draft that they used": (lambda store, rules: decide(store, rules, "accepted", "ann"), True),
    "somebody shares theirs": (
        lambda store, _: RuleStore(store, People(store.records)).share_examples(Identity("local", "bob"), shares=True),
        True,
    ),
    "a draft that they refused": (lambda store, rules: decide(store, rules, "rejected", "ann"), False),
    "a draft that another used": (lambda store, rules: decide(store, rules, "accepted", "bob"), False),
    "a rule of another": (lambda store, _: store.records.put(KIND, "local", "bob/x", {}, person="bob"), False),
    "a rule of their namesake": (lambda store, _: store.records.put(KIND, "T1", "ann/x", {}, person="ann"), False),
}


@pytest.mark.parametrize(("act", "is_anything"), ACTS.values(), ids=[*ACTS])
def test_what_was_learnt_of_somebody_is_known_of(
    store: Store, rules: CountingRules, act: Act, is_anything: bool
) -> None:
    asks = AnythingLearnt(store.database)
    assert not asks("local", "ann", "reply")
    act(store, rules)
    assert asks("local", "ann", "reply") is is_anything


def test_a_used_draft_of_another_recipe_does_not_count(store: Store, rules: CountingRules) -> None:
    decide(store, rules, "accepted", "ann")
    assert not AnythingLearnt(store.database)("local", "ann", "title")


def test_what_was_learnt_under_another_name_of_somebody_counts(store: Store) -> None:
    store.records.put(KIND, "local", f"{ADDRESS}/x", {}, person=ADDRESS)
    store.records.put(SLACK_MEMBER, "T1", "U1", {"email": "Ann@Example.com"}, person="U1")
    asks = AnythingLearnt(store.database)
    assert not asks("T1", "U1", "reply")
    assert People(store.records, believes_slack=True).identity("T1", "U1") == Identity("local", ADDRESS)
    assert asks("T1", "U1", "reply")
    assert asks("local", "Ann@Example.com", "reply")
    assert not asks("T1", "U2", "reply")
