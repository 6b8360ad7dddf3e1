"""What became of the changes of a document, on the page of its draft."""

import re
from html import unescape

from core.drafts import Draft, Edit
from core.job import JobRequest
from tests.fakes.microsoft import FakeMicrosoft, Person
from tests.integrations.api.running import RunningWeb
from tests.integrations.console.conftest import microsoft_browser


def test_the_page_of_a_document_says_what_became_of_each_change(
    shared: RunningWeb, microsoft: FakeMicrosoft, bob: Person
) -> None:
    edits = (
        Edit(id="1", hash="1", before="Teh old probelm.", text="The old problem."),
        Edit(id="2", hash="2", before="We waits.", text="We wait."),
        Edit(id="3", hash="3", before="Net prices.", comment="Clause 4 says gross.", quote="Net"),
        Edit(id="4", hash="4", before="It is so untill May.", text="It is so until May."),
    )
    request = JobRequest("proofread", {"instruction": "x"}, "word", bob.oid, workspace=microsoft.tenant)
    made, _ = shared.services.store.jobs.add(request)
    shared.finish(shared.claim(made.id), Draft(recipe="proofread", edits=edits))
    job, outcomes = shared.services.store.jobs.get(made.id), shared.services.store.outcomes
    half = {"edit": "0", "text": "The old probelm."}
    outcomes.add(job, "edited", person=bob.oid, distance=None, detail=half)
    outcomes.add(job, "rejected", person=bob.oid, distance=None, detail={"edit": "1"})
    outcomes.add(job, "accepted", person=bob.oid, distance=0.0, detail={"edit": "2"})
    with microsoft_browser(shared, bob) as client:
        page = client.get(f"/console/jobs/{made.id}").text
    listed = re.findall(r"<li>(.*?)</li>", page.partition('class="edits"')[2], re.S)[:4]
    entries = [unescape(re.sub(r"<[^>]+>", "", one)) for one in listed]
    assert entries == [
        "used with changes Teh The old probelm problem.Used: The old probelm.",
        "rejected We waits wait.",
        "accepted Clause 4 says gross.“Net”",
        "It is so untill until May.",
    ]
