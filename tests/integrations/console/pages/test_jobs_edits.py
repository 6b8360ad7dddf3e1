"""Drafts without a text, on their page: what became of the changes of a document, and lists with open fields."""

import re
from html import unescape

import pytest

from core.drafts import Draft, DraftSource, Edit, Finding, Gap, Item
from core.errors import ModelUnreachable
from core.job import Job, JobRequest
from tests.fakes.microsoft import FakeMicrosoft, Person
from tests.integrations.api.running import RunningWeb
from tests.integrations.console.conftest import microsoft_browser


def proofread(shared: RunningWeb, microsoft: FakeMicrosoft, bob: Person, *edits: Edit) -> Job:
    """Return a delivered job of Bob's with these edits."""
    request = JobRequest("proofread", {"instruction": "x"}, "word", bob.oid, workspace=microsoft.tenant)
    made, _ = shared.services.store.jobs.add(request)
    shared.finish(shared.claim(made.id), Draft(recipe="proofread", edits=edits))
    return shared.services.store.jobs.get(made.id)


def shown(shared: RunningWeb, bob: Person, job: Job) -> list[str]:
    """Return what the page says of each edit, without marks."""
    with microsoft_browser(shared, bob) as client:
        page = client.get(f"/console/jobs/{job.id}").text
    listed = re.findall(r"<li>(.*?)</li>", page.partition('class="edits"')[2].partition("</ol>")[0], re.S)
    return [unescape(re.sub(r"<[^>]+>", "", one)) for one in listed]


def test_the_page_of_a_document_says_what_became_of_each_change(
    shared: RunningWeb, microsoft: FakeMicrosoft, bob: Person
) -> None:
    edits = (
        Edit(id="1", hash="1", before="Teh old probelm.", text="The old problem."),
        Edit(id="2", hash="2", before="We waits.", text="We wait."),
        Edit(id="3", hash="3", before="Net prices.", comment="Clause 4 says gross.", quote="Net"),
        Edit(id="4", hash="4", before="It is so untill May.", text="It is so until May."),
    )
    job, outcomes = proofread(shared, microsoft, bob, *edits), shared.services.store.outcomes
    half = {"edit": "0", "text": "The old probelm."}
    outcomes.add(job, "edited", person=bob.oid, distance=None, detail=half)
    outcomes.add(job, "rejected", person=bob.oid, distance=None, detail={"edit": "1"})
    outcomes.add(job, "accepted", person=bob.oid, distance=0.0, detail={"edit": "2"})
    assert shown(shared, bob, job) == [
        "used with changes Teh The old probelm problem.Used: The old probelm.",
        "rejected We waits wait.",
        "accepted Clause 4 says gross.“Net”",
        "It is so untill until May.",
    ]


def test_a_sentence_that_a_comment_is_about_stands_on_the_page_once(
    shared: RunningWeb, microsoft: FakeMicrosoft, bob: Person
) -> None:
    said = "It renews for twelve months."
    edit = Edit(id="1", hash="1", before=said, comment="Terms to know", quote=said)
    request = JobRequest("risks", {}, "word", bob.oid, workspace=microsoft.tenant)
    made, _ = shared.services.store.jobs.add(request)
    draft = Draft(recipe="risks", edits=(edit,), items=(Item(text=said, quote=said, group="Terms to know"),))
    shared.finish(shared.claim(made.id), draft)
    with microsoft_browser(shared, bob) as client:
        page = client.get(f"/console/jobs/{made.id}").text
    assert page.partition('id="result"')[2].count(said) == 1


def test_what_was_decided_last_counts_however_late_an_earlier_decision_arrives(
    shared: RunningWeb, microsoft: FakeMicrosoft, bob: Person
) -> None:
    edit = Edit(id="1", hash="1", before="Teh old probelm.", text="The old problem.")
    job, outcomes = proofread(shared, microsoft, bob, edit), shared.services.store.outcomes
    half = {"edit": "0", "text": "The old probelm."}
    outcomes.add(job, "edited", person=bob.oid, distance=None, detail=half)
    outcomes.add(job, "rejected", person=bob.oid, distance=None, detail={"edit": "0", "at": job.created_at})
    assert shown(shared, bob, job) == ["used with changes Teh The old probelm problem.Used: The old probelm."]


@pytest.mark.parametrize("page", ["console", "report"])
def test_each_entry_of_a_list_says_how_grave_it_is(
    shared: RunningWeb, microsoft: FakeMicrosoft, bob: Person, page: str
) -> None:
    request = JobRequest("scan", {"text": "x"}, "api", bob.oid, workspace=microsoft.tenant)
    made, _ = shared.services.store.jobs.add(request)
    items = (Item(text="It renews.", severity="high", severity_why="Nobody noted the day.", why="It binds us."),)
    shared.finish(shared.claim(made.id), Draft(recipe="scan", items=items))
    with microsoft_browser(shared, bob) as client:
        told = client.get(f"/{page}/jobs/{made.id}").text
    assert ("High: Nobody noted the day." in told, "It binds us." in told) == (True, True)


def test_a_list_with_open_fields_is_used_only_by_who_says_so(
    shared: RunningWeb, microsoft: FakeMicrosoft, bob: Person
) -> None:
    store = shared.services.store
    made, _ = store.jobs.add(JobRequest("fill", {"text": "x"}, "api", bob.oid, workspace=microsoft.tenant))
    gaps = tuple(Gap(place=f"[[{field}?]]", question=f"{field}?") for field in ("customer", "product"))
    items = (Item(field="price", text="1,900 euros"),)
    shared.finish(shared.claim(made.id), Draft(recipe="fill", items=items, gaps=gaps))
    with microsoft_browser(shared, bob) as client:
        asked = client.post(f"/console/jobs/{made.id}/use").text
        acts = store.outcomes.acts_of([made.id])[made.id]
        sure = client.post(f"/console/jobs/{made.id}/use", data={"sure": "true"})
    assert "2 questions are still open. Use it all the same?" in asked
    assert (acts, sure.status_code) == ([], 303)
    assert [act.outcome for act in store.outcomes.acts_of([made.id])[made.id]] == ["accepted"]


def test_the_result_of_a_trial_says_beside_it_what_the_page_of_the_draft_says(
    shared: RunningWeb, microsoft: FakeMicrosoft, bob: Person
) -> None:
    store = shared.services.store
    made, _ = store.jobs.add(JobRequest("fill", {"text": "x"}, "api", bob.oid, workspace=microsoft.tenant))
    finding = Finding(check="spelling", severity="warn", sentence="Check “there”.")
    draft = Draft(
        recipe="fill",
        items=(Item(field="price", text="1,900 euros"),),
        gaps=(Gap(place="[[customer?]]", question="customer?"),),
        findings=(finding,),
        notices=("Read it yourself.",),
        sources=(DraftSource(number=1, title="Prices of May", quote="1,900 euros"),),
    )
    shared.finish(shared.claim(made.id), draft)
    with microsoft_browser(shared, bob) as client:
        tried = client.get(f"/console/jobs/{made.id}/result?seen=queued").text
        whole = client.get(f"/console/jobs/{made.id}").text
    for words in (
        "For you to fill in",
        '<label>Customer<input name="value"',
        "Check “there”.",
        "Read it yourself.",
        "Prices of May",
    ):
        assert words in whole
        assert words in tried


def test_where_the_model_runs_is_told_in_a_result_to_administrators_alone(
    shared: RunningWeb, microsoft: FakeMicrosoft, bob: Person, alice: Person
) -> None:
    shown = {}
    for person in (bob, alice):
        request = JobRequest("rewrite", {"text": "x"}, "word", person.oid, workspace=microsoft.tenant)
        job, _ = shared.services.store.jobs.add(request)
        error = ModelUnreachable("http://10.1.2.3:8080 cannot be reached.", fix="Check INLAID_MODEL_URL.")
        shared.fail(shared.claim(job.id), error)
        with microsoft_browser(shared, person) as client:
            shown[person.oid] = client.get(f"/console/jobs/{job.id}/result?seen=running").text

    assert "cannot be reached at the moment" in shown[bob.oid]
    assert not re.search("10.1.2.3|INLAID_MODEL_URL", shown[bob.oid])
    assert "10.1.2.3" in shown[alice.oid]
