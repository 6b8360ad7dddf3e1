"""What went out with the draft's questions still in it is not accepted, whatever the surface, and teaches nothing."""

import pytest

from core.drafts import Draft, Edit, Gap
from core.insight.report.counting_rules import ACCEPTED, LOW_DISTANCE, win_of
from core.job import Job, JobRequest, Outcome
from core.outcomes import OPEN_GAPS, effective_outcome
from core.store import Store

TEXT = "Hello Ann,\n\n[[When can you come?]]\n\nBob"


def ready(store: Store, draft: Draft, *, person: str = "bob") -> Job:
    """Return a job with its draft."""
    job = store.jobs.add(JobRequest("reply", {"message": "x"}, surface="api", person=person))[0]
    claimed = store.leases.claim(job.id, lease_seconds=30.0)
    assert claimed
    return store.leases.finish(claimed, draft)


def act(store: Store, job: Job, outcome: Outcome, **detail: object) -> tuple[str, float | None, tuple[str, ...]]:
    store.outcomes.add(job, outcome, person="bob", distance=None, detail=detail)
    found = effective_outcome(store.outcomes.acts_of([job.id])[job.id])
    return found.outcome, found.distance, found.labels


@pytest.mark.parametrize("outcome", ["accepted", "edited"])
def test_a_text_with_open_gaps_is_edited_whatever_the_surface_says(store: Store, outcome: Outcome) -> None:
    job = ready(store, Draft(recipe="reply", text=TEXT))
    assert act(store, job, outcome, text=TEXT) == ("edited", None, (OPEN_GAPS,))
    effective = effective_outcome(store.outcomes.acts_of([job.id])[job.id])
    assert [win_of(effective, goal) for goal in (ACCEPTED, LOW_DISTANCE)] == [None, None]


def test_a_draft_with_gaps_that_is_taken_without_a_word_is_not_accepted(store: Store) -> None:
    assert act(store, ready(store, Draft(recipe="reply", text=TEXT)), "accepted") == ("edited", None, (OPEN_GAPS,))


def test_gaps_that_were_filled_in_before_it_was_taken_are_none(store: Store) -> None:
    job = ready(store, Draft(recipe="reply", text=TEXT))
    assert act(store, job, "edited", text="Hello Ann,\n\nOn Tuesday.\n\nBob")[0] == "edited"
    outcome, distance, labels = act(store, job, "accepted")
    assert (outcome, bool(distance), OPEN_GAPS in labels) == ("edited", True, False)


HINT = Gap(
    place="[[It also says: \u201cThe van is full.\u201d]]",
    question="It also says: \u201cThe van is full.\u201d",
    is_hint=True,
)
OWN, HINTED = "Hello Ann,\n\nOn Tuesday.\n\nBob", f"Hello Ann,\n\nOn Tuesday.\n\n{HINT.place}\n\nBob"


@pytest.mark.parametrize("used", [OWN, HINTED])
def test_hints_are_no_open_questions_and_nothing_of_what_was_used(store: Store, used: str) -> None:
    job = ready(store, Draft(recipe="reply", text=HINTED, gaps=(HINT,)))
    assert act(store, job, "accepted", text=used) == ("accepted", 0.0, ())
    assert store.outcomes.used_text(job) == OWN


def test_a_draft_with_hints_alone_is_accepted_without_a_word(store: Store) -> None:
    assert act(store, ready(store, Draft(recipe="reply", text=HINTED, gaps=(HINT,))), "accepted")[0] == "accepted"


def test_a_question_beside_a_hint_is_open(store: Store) -> None:
    text = f"Hello Ann,\n\n[[When?]]\n\n{HINT.place}\n\nBob"
    job = ready(store, Draft(recipe="reply", text=text, gaps=(Gap(place="[[When?]]", question="When?"), HINT)))
    assert act(store, job, "accepted", text=text) == ("edited", None, (OPEN_GAPS,))


def test_brackets_of_the_person_s_own_are_no_gaps_of_a_draft_without_any(store: Store) -> None:
    job = ready(store, Draft(recipe="reply", text="See the page."))
    outcome, distance, labels = act(store, job, "edited", text="See [[Home]].")
    assert (outcome, bool(distance), OPEN_GAPS in labels) == ("edited", True, False)


def test_a_tracked_change_that_is_taken_with_its_gap_is_edited(store: Store) -> None:
    edits = (Edit(id="p1", hash="h", text="It costs [[how much?]]."), Edit(id="p2", hash="h", text="It is blue."))
    job = ready(store, Draft(recipe="rewrite", edits=edits))
    assert act(store, job, "accepted", edit="1")[0] == "accepted"
    assert act(store, job, "accepted", edit="0") == ("edited", None, (OPEN_GAPS,))
