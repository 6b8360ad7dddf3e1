"""What people did with results, on both databases: kept sealed, and what they typed told from what they were given."""

import pytest

from core.drafts import Draft, Gap
from core.job import REFINES, WISH, Job, JobRequest
from core.outcomes import effective_outcome
from core.store import Store
from tests.core.store.test_leases import claimed


def test_an_outcome_is_stored_sealed(store: Store) -> None:
    job = claimed(store)
    store.effects.add_outcome(job, "edited", person="ann", distance=0.25, detail={"text": "canary"})
    with store.database.read() as connection:
        row = connection.exec_driver_sql("SELECT outcome, distance, detail FROM outcome").one()
    assert (row.outcome, row.distance) == ("edited", 0.25)
    assert b"canary" not in bytes(row.detail)


WRITTEN = "Hello Ann, the lift is repaired on Tuesday."
TYPED = "Dear Ms Roe, we regret that our fitters come in June. The stairs stay open."


def version(store: Store, text: str, before: Job | None = None, gaps: tuple[Gap, ...] = ()) -> Job:
    """Return a job with its draft, made from the one before."""
    inputs = {"message": "x"} | ({REFINES: before.id, WISH: "drop the stairs"} if before else {})
    job = store.leases.claim(
        store.jobs.add(JobRequest("reply", inputs, surface="slack", person="bob"))[0].id, lease_seconds=30.0
    )
    assert job
    return store.leases.finish(job, Draft(recipe="reply", text=text, gaps=gaps))


def use(store: Store, job: Job, text: str | None = None) -> tuple[str, float]:
    """Have a person use a draft, or their own text of it; returns what it counts as, and how far it was changed."""
    if text is None:
        store.outcomes.add(job, "accepted", person="bob", distance=0.0, detail={"channel": "C1"})
    else:
        store.outcomes.add(job, "edited", person="bob", distance=None, detail={"text": text})
    effective = effective_outcome(store.outcomes.acts_of([job.id])[job.id])
    return effective.outcome, effective.distance or 0.0


def test_what_a_person_typed_is_not_used_as_it_was_when_a_version_is_made_of_it(store: Store) -> None:
    first = version(store, WRITTEN)
    typed = use(store, first, TYPED)
    changed = version(store, TYPED.partition(" The stairs")[0], first)
    assert use(store, changed) == typed
    assert use(store, version(store, f"{TYPED} Bye.", changed)) == typed


def test_a_little_that_is_typed_in_such_a_version_is_no_smaller_a_change(store: Store) -> None:
    first = version(store, WRITTEN)
    typed = use(store, first, TYPED)
    assert use(store, version(store, TYPED, first), f"{TYPED}!") == typed


def test_versions_of_what_nobody_typed_and_those_that_were_gone_back_to_are_used_as_they_were(store: Store) -> None:
    first = version(store, WRITTEN)
    second = version(store, "Hello Ann.", first)
    assert use(store, second) == ("accepted", 0.0)
    use(store, second, TYPED)
    assert use(store, version(store, WRITTEN, second)) == ("accepted", 0.0)


def gap_of(question: str, *choices: str) -> Gap:
    return Gap(place=f"[[{question}]]", question=question, choices=choices)


def asking(store: Store) -> Job:
    """Return a job whose draft asks two things that have the same ready answers."""
    gaps = (gap_of("Ladder?", "Yes, gladly.", "Not possible."), gap_of("Room?", "Yes, gladly.", "Not possible."))
    return version(store, "Hello Ann,\n\n[[Ladder?]]\n\n[[Room?]]\n\nBob", gaps=gaps)


@pytest.mark.parametrize(
    ("body", "counts_as"),
    [
        ("Yes, gladly.\n\nNot possible.", ("accepted", 0.0)),
        ("Not possible.\n\nYes, gladly.", ("accepted", 0.0)),
        ("Yes, gladly.", ("accepted", 0.0)),  # said to both, once
        ("Yes, gladly.\n\n[[Room?]]", ("edited", 0.0)),
    ],
)
def test_what_is_used_with_ready_answers_of_the_draft_is_used_as_it_was(
    store: Store, body: str, counts_as: tuple[str, float]
) -> None:
    assert use(store, asking(store), f"Hello Ann,\n\n{body}\n\nBob") == counts_as


def test_beside_a_ready_answer_only_what_was_typed_is_a_change(store: Store) -> None:
    outcome, distance = use(store, asking(store), "Hello Ann!\n\nYes, gladly.\n\nNot possible.\n\nBob")
    assert outcome == "edited"
    assert 0 < distance < 0.05
