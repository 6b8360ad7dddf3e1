"""Jobs in the console: one's own with texts, everybody's without them, stopped and tried again with a trace."""

import pytest

from core.drafts import Draft
from core.errors import OutageError
from core.jobs import Job, JobRequest
from tests.fakes.microsoft import FakeMicrosoft, Person
from tests.integrations.api.running import RunningWeb
from tests.integrations.console.conftest import microsoft_browser

SECRET = "the merger with Contoso"
MARKUP = "<script>alert(1)</script>"


@pytest.fixture
def job(shared: RunningWeb, microsoft: FakeMicrosoft, bob: Person) -> Job:
    """Return a finished job of Bob's."""
    request = JobRequest("rewrite", {"text": SECRET}, "word", bob.oid, workspace=microsoft.tenant)
    made, _ = shared.services.store.jobs.add(request)
    shared.finish(shared.claim(made.id), Draft(recipe="rewrite", text=f"About {SECRET} {MARKUP}", model="small-135M"))
    return made


def failed(web: RunningWeb, tenant: str, person: Person) -> Job:
    made, _ = web.services.store.jobs.add(JobRequest("rewrite", {"text": "x"}, "word", person.oid, workspace=tenant))
    web.fail(web.claim(made.id), OutageError("The model is down.", fix="Wait."))
    return made


def test_the_owner_reads_the_result_as_text(shared: RunningWeb, bob: Person, job: Job) -> None:
    with microsoft_browser(shared, bob) as client:
        assert job.id in client.get("/console/jobs").text
        page = client.get(f"/console/jobs/{job.id}").text

    assert SECRET in page
    assert MARKUP not in page
    assert "&lt;script&gt;" in page


def test_an_administrator_sees_the_state_and_no_text(shared: RunningWeb, alice: Person, job: Job) -> None:
    with microsoft_browser(shared, alice) as client:
        everybody = client.get("/console/jobs?whose=all").text
        page = client.get(f"/console/jobs/{job.id}").text

    assert job.id in everybody
    assert "delivered" in page
    assert SECRET not in page + everybody


def test_others_do_not_even_learn_that_it_exists(shared: RunningWeb, microsoft: FakeMicrosoft, job: Job) -> None:
    with microsoft_browser(shared, microsoft.person("eve@example.org")) as client:
        assert client.get(f"/console/jobs/{job.id}").status_code == 404
        assert client.post(f"/console/jobs/{job.id}/retry").status_code == 404
        assert job.id not in client.get("/console/jobs?whose=all").text
        unknown = client.get("/console/jobs/not-an-id")
        in_place = client.post(f"/console/jobs/{job.id}/cancel", headers={"HX-Request": "true"})

    assert (unknown.status_code, unknown.headers["Content-Type"]) == (404, "text/html; charset=utf-8")
    assert in_place.headers["HX-Retarget"] == "#notice"
    assert "no such job" in in_place.text


def test_a_failed_job_is_tried_again_in_its_row(shared: RunningWeb, microsoft: FakeMicrosoft, bob: Person) -> None:
    job = failed(shared, microsoft.tenant, bob)
    with microsoft_browser(shared, bob) as client:
        row = client.post(f"/console/jobs/{job.id}/retry", headers={"HX-Request": "true"})

    assert row.text.lstrip().startswith("<tr>")
    assert shared.services.store.jobs.get(job.id).state == "queued"


def test_a_waiting_job_is_cancelled(shared: RunningWeb, microsoft: FakeMicrosoft, bob: Person) -> None:
    made, _ = shared.services.store.jobs.add(
        JobRequest("rewrite", {"text": "x"}, "word", bob.oid, workspace=microsoft.tenant)
    )
    with microsoft_browser(shared, bob) as client:
        assert client.post(f"/console/jobs/{made.id}/cancel").status_code == 303

    assert shared.services.store.jobs.get(made.id).state == "cancelled"


def test_what_an_administrator_does_to_others_is_written_down(
    shared: RunningWeb, microsoft: FakeMicrosoft, alice: Person, bob: Person
) -> None:
    job = failed(shared, microsoft.tenant, bob)
    with microsoft_browser(shared, alice) as client:
        client.post(f"/console/jobs/{job.id}/retry")
        trail = client.get("/console/audit").text
    with microsoft_browser(shared, bob) as client:
        refused = client.get("/console/audit")

    assert "Alice Ray" in trail
    assert "tried a job again" in trail
    assert job.id in trail
    assert refused.status_code == 403


def test_an_administrator_sees_and_cancels_only_what_is_of_their_workspaces(
    shared: RunningWeb, microsoft: FakeMicrosoft, alice: Person
) -> None:
    elsewhere = "00000000-0000-4000-8000-000000000001"
    store = shared.services.store
    jobs = {
        workspace: store.jobs.add(JobRequest("rewrite", {"text": "x"}, "word", "eve", workspace=workspace))[0].id
        for workspace in (elsewhere, microsoft.tenant, "T0123ABC")
    }
    store.records.put("preference", elsewhere, "eve/x", {}, person="eve-elsewhere")
    with microsoft_browser(shared, alice) as client:
        listed = client.get("/console/jobs?whose=all").text
        people = client.get("/console/people").text
        refused = [
            client.get(f"/console/jobs/{jobs[elsewhere]}"),
            client.post(f"/console/jobs/{jobs[elsewhere]}/cancel"),
            client.post("/console/people/team", data={"workspace": elsewhere, "person": "eve", "team": "Sales"}),
            client.post("/console/people/purge", data={"workspace": elsewhere, "person": "eve", "again": "eve"}),
        ]
        assert client.post(f"/console/jobs/{jobs[microsoft.tenant]}/cancel").status_code == 303

    assert [one.status_code for one in refused] == [404] * 4
    assert store.jobs.get(jobs[elsewhere]).state == "queued"
    assert jobs[elsewhere] not in listed
    assert {jobs[microsoft.tenant], jobs["T0123ABC"]} <= set(listed.replace('"', "/").split("/"))
    assert "eve-elsewhere" not in people


def test_a_job_that_cannot_be_read_is_left_out_and_the_page_says_so(
    shared: RunningWeb, microsoft: FakeMicrosoft, bob: Person
) -> None:
    lost = failed(shared, microsoft.tenant, bob)
    with shared.services.store.database.write() as connection:
        connection.exec_driver_sql("UPDATE job SET request = x'00' WHERE id = ?", (lost.id,))
    with microsoft_browser(shared, bob) as client:
        page = client.get("/console/jobs")
        one = client.get(f"/console/jobs/{lost.id}")
    assert "1 of the newest cannot be read and is left out." in page.text
    assert lost.id not in page.text
    assert (one.status_code, "INLAID_SECRET_KEYS" in one.text) == (409, True)
