"""That a draft is used, marked in the console and taken back there."""

import pytest
import sqlalchemy as sa

from core.job import REFINES, WISH, Job, JobRequest
from core.outcomes import effective_outcome
from core.store.marks import MARK_SECONDS
from core.store.tables import outcomes
from tests.fakes.microsoft import FakeMicrosoft, Person
from tests.integrations.api.running import RunningWeb
from tests.integrations.console.conftest import microsoft_browser
from tests.integrations.console.pages.test_jobs import TEXT, drafted


@pytest.fixture
def job(shared: RunningWeb, microsoft: FakeMicrosoft, bob: Person) -> Job:
    """Return a draft of Bob's."""
    return drafted(shared, microsoft.tenant, bob)


@pytest.mark.parametrize("text", [TEXT, TEXT.replace("Friday", "Monday")])
def test_a_mark_that_is_taken_back_counts_for_nothing_and_the_text_stays(
    shared: RunningWeb, bob: Person, job: Job, text: str
) -> None:
    store = shared.services.store
    with microsoft_browser(shared, bob) as client:
        client.post(f"/console/jobs/{job.id}/use", data={"text": text})
        marked = client.get(f"/console/jobs/{job.id}").text
        back = client.post(f"/console/jobs/{job.id}/unuse", data={"text": text}).text
        again = client.post(f"/console/jobs/{job.id}/unuse", data={"text": text})
    assert "Take that back" in marked
    assert ("Take that back" in back, "not used yet" in back, text in back) == (False, True, True)
    assert (again.status_code, "cannot be taken back any more" in again.text) == (409, True)
    assert (store.outcomes.acts_of([job.id])[job.id], store.outcomes.used_text(job)) == ([], None)


def test_only_the_last_mark_goes_and_only_for_a_while(shared: RunningWeb, bob: Person, job: Job) -> None:
    store, other = shared.services.store, TEXT.replace("Friday", "Monday")
    store.outcomes.add(job, "edited", person=job.person, distance=None, detail={"text": other})
    with microsoft_browser(shared, bob) as client:
        client.post(f"/console/jobs/{job.id}/use", data={"text": TEXT})
        client.post(f"/console/jobs/{job.id}/unuse", data={"text": TEXT})
        assert effective_outcome(store.outcomes.acts_of([job.id])[job.id]).outcome == "edited"
        assert "Take that back" not in client.get(f"/console/jobs/{job.id}").text
        client.post(f"/console/jobs/{job.id}/use", data={"text": TEXT})
        with store.database.write() as connection:
            connection.execute(sa.update(outcomes).values(created_at=outcomes.c.created_at - 2 * MARK_SECONDS))
        assert "Take that back" not in client.get(f"/console/jobs/{job.id}").text


def test_nobody_else_takes_it_back(shared: RunningWeb, alice: Person, bob: Person, job: Job) -> None:
    with microsoft_browser(shared, bob) as client:
        client.post(f"/console/jobs/{job.id}/use", data={"text": TEXT})
    with microsoft_browser(shared, alice) as client:
        assert client.post(f"/console/jobs/{job.id}/unuse").status_code == 404


def test_a_mark_stays_where_another_version_rests_on_the_draft(shared: RunningWeb, bob: Person, job: Job) -> None:
    with microsoft_browser(shared, bob) as client:
        client.post(f"/console/jobs/{job.id}/use", data={"text": TEXT})
        shared.services.store.jobs.add(
            JobRequest(
                job.recipe, {**job.inputs, REFINES: job.id, WISH: "shorter"}, job.surface, bob.oid, job.workspace
            )
        )
        page = client.get(f"/console/jobs/{job.id}").text
        refused = client.post(f"/console/jobs/{job.id}/unuse", data={"text": TEXT})
    assert ("You use this text." in page, "Take that back" in page) == (True, False)
    assert (refused.status_code, "Another version rests on this draft" in refused.text) == (409, True)


@pytest.mark.parametrize("before", ["", "use"])
@pytest.mark.parametrize("reasons", [("",), ("", "tone"), ("tone",)])
def test_a_draft_that_was_discarded_is_as_before_once_that_is_taken_back(
    shared: RunningWeb, bob: Person, job: Job, before: str, reasons: tuple[str, ...]
) -> None:
    store = shared.services.store
    with microsoft_browser(shared, bob) as client:
        if before:
            client.post(f"/console/jobs/{job.id}/use", data={"text": TEXT})
        first = client.get(f"/console/jobs/{job.id}").text
        for reason in reasons:
            client.post(f"/console/jobs/{job.id}/discard", data={"reason": reason})
        gone = client.get(f"/console/jobs/{job.id}").text
        assert client.post(f"/console/jobs/{job.id}/unuse").status_code == 303
        back = client.get(f"/console/jobs/{job.id}").text
    assert ("You discarded this draft" in gone, "Take that back" in gone) == (True, True)
    assert "You use this text" not in gone
    assert back == first
    acts = store.outcomes.acts_of([job.id])[job.id]
    assert [act.outcome for act in acts] == (["accepted"] if before else [])


def test_a_reason_given_here_for_what_was_discarded_elsewhere_is_not_taken_back_alone(
    shared: RunningWeb, bob: Person, job: Job
) -> None:
    shared.services.store.outcomes.add(job, "rejected", person=job.person, distance=None, detail={})
    with microsoft_browser(shared, bob) as client:
        client.post(f"/console/jobs/{job.id}/discard", data={"reason": "tone"})
        page = client.get(f"/console/jobs/{job.id}").text
    assert ("You discarded this draft" in page, "Take that back" in page) == (True, False)
