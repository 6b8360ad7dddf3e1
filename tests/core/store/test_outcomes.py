"""The ledger of effects, files and outcomes, on both databases."""

import pytest

from core.drafts import Draft
from core.errors import NotFoundError
from core.job import REFINES, WISH, Job, JobRequest
from core.outcomes import edit_distance, effective_outcome
from core.store import Store
from tests.core.store.test_leases import claimed


def test_an_intention_is_kept_from_the_first_try(store: Store) -> None:
    job = claimed(store)
    assert store.effects.intend(job, "post", {"key": 1}) == ("intended", {"key": 1})
    assert store.effects.intend(job, "post", {"key": 2}) == ("intended", {"key": 1})


def test_a_confirmed_effect_is_found_again(store: Store) -> None:
    job = claimed(store)
    store.effects.intend(job, "post", {})
    store.effects.confirm(job, "post", {"ts": "1.2"})
    assert store.effects.intend(job, "post", {}) == ("confirmed", {"ts": "1.2"})
    assert store.effects.get_detail(job, "post") == {"ts": "1.2"}
    assert store.effects.get_detail(job, "other") == {}


def test_a_file_is_replaced_by_its_second_version(store: Store) -> None:
    job = claimed(store)
    store.effects.put_file(job, "result.docx", b"one")
    store.effects.put_file(job, "result.docx", b"two")
    assert store.effects.get_file(job, "result.docx") == b"two"
    with pytest.raises(NotFoundError):
        store.effects.get_file(job, "other")


def test_an_outcome_is_stored_sealed(store: Store) -> None:
    job = claimed(store)
    store.effects.add_outcome(job, "edited", person="ann", distance=0.25, detail={"text": "canary"})
    with store.database.read() as connection:
        row = connection.exec_driver_sql("SELECT outcome, distance, detail FROM outcome").one()
    assert (row.outcome, row.distance) == ("edited", 0.25)
    assert b"canary" not in bytes(row.detail)


WRITTEN, TYPED = "The van comes on Monday.", "We meet in my office, at nine o'clock."


def version(store: Store, text: str, before: Job | None = None) -> Job:
    """Return a job with its draft, made from another one by a wish."""
    told = {REFINES: before.id, WISH: "say ten"} if before else {}
    job = store.jobs.add(JobRequest("reply", {"message": "x", **told}, surface="api", person="ann"))[0]
    taken = store.leases.claim(job.id, lease_seconds=30.0)
    assert taken
    return store.leases.finish(taken, Draft(recipe="reply", text=text))


def counted(store: Store, job: Job) -> tuple[str, float | None]:
    """Return what a draft that was posted as it was counts for."""
    store.outcomes.add(job, "accepted", person="ann", distance=0.0, detail={})
    found = effective_outcome(store.outcomes.acts_of([job.id])[job.id])
    return found.outcome, found.distance


def test_a_version_of_a_text_that_its_person_typed_is_compared_with_what_was_written_before_that(store: Store) -> None:
    first = version(store, WRITTEN)
    store.outcomes.add(first, "edited", person="ann", distance=None, detail={"text": TYPED})
    second = version(store, TYPED.replace("nine", "ten"), first)
    far = edit_distance(WRITTEN, TYPED.replace("nine", "ten"))
    assert counted(store, version(store, second.draft.text if second.draft else "", second)) == ("edited", far)
    store.outcomes.add(second, "edited", person="ann", distance=None, detail={"text": f"{TYPED} Ann"})
    assert counted(store, second) == ("edited", edit_distance(WRITTEN, f"{TYPED} Ann"))
    # Who goes back to what Inlaid wrote uses that.
    assert counted(store, version(store, WRITTEN, second)) == ("accepted", 0.0)


def test_a_version_of_a_draft_that_nobody_typed_in_is_used_as_it_was(store: Store) -> None:
    first = version(store, WRITTEN)
    store.outcomes.add(first, "regenerated", person="ann", distance=None, detail={"refined": True})
    assert counted(store, version(store, WRITTEN.replace("Monday", "Friday"), first)) == ("accepted", 0.0)
