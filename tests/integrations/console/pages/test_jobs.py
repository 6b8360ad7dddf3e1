"""Jobs in the console: one's own with texts, everybody's without them, stopped and tried again with a trace."""

import re
from html import unescape

import pytest

from core.drafts import Draft, Gap, Item
from core.errors import OutageError
from core.job import Job, JobRequest
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


def test_an_administrator_sees_the_state_and_no_text(shared: RunningWeb, alice: Person, bob: Person, job: Job) -> None:
    with microsoft_browser(shared, bob):
        pass  # by now it is known what they are called
    trail = shared.services.store.audit
    before = trail.head().sequence
    with microsoft_browser(shared, alice) as client:
        everybody = client.get("/console/jobs?whose=all").text
        client.get("/console/jobs?whose=all&stage=failed")
        page = client.get(f"/console/jobs/{job.id}").text
    seen = [(one.entry.action, one.thing) for one in trail.walk(after=before)]
    assert [one for one in seen if one[0].startswith("job.")] == [("job.listed", ""), ("job.seen", job.id)]

    assert job.id in everybody
    assert bob.address in everybody  # whose it is
    assert "not used yet" in page
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

    assert row.text.lstrip().startswith("<tr ")
    assert shared.services.store.jobs.get(job.id).state == "queued"


def test_a_page_that_waits_keeps_its_card_until_the_state_is_another(
    shared: RunningWeb, microsoft: FakeMicrosoft, bob: Person
) -> None:
    gap = Gap(place="[[When?]]", question="When?")
    request = JobRequest("rewrite", {"text": "Meet [[a]] " * 30}, "word", bob.oid, workspace=microsoft.tenant)
    made, _ = shared.services.store.jobs.add(request)
    address = f"/console/jobs/{made.id}/result?seen=queued&whole=1"
    with microsoft_browser(shared, bob) as client:
        assert f'hx-get="{address.replace("&", "&amp;")}"' in client.get(f"/console/jobs/{made.id}").text
        same = client.get(address, headers={"HX-Request": "true"})
        claimed = shared.claim(made.id)
        running = client.get(address, headers={"HX-Request": "true"})
        shared.finish(claimed, Draft(recipe="rewrite", text="At [[When?]].", gaps=(gap,)))
        ended = client.get(address, headers={"HX-Request": "true"})

    assert same.status_code == 204
    assert ("seen=running" in running.text, "HX-Retarget" in running.headers) == (True, False)
    assert (ended.headers["HX-Retarget"], ended.headers["HX-Reselect"]) == ("#content", "#content")
    assert "Text to copy or change" in ended.text
    title = unescape(re.search(r"<h1>(.*?)</h1>", ended.text)[1])  # type: ignore[index] # each page has one
    assert title.startswith("Meet Meet")
    assert "[[" not in title


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


ACCEPTS, DECLINES, LATER = "Yes, Monday suits us.", "No, Monday does not suit us.", "We answer by Friday."
GAP = Gap(place="[[Does Monday suit you?]]", question="Does Monday suit you?", choices=(ACCEPTS, DECLINES))


@pytest.fixture
def reply(shared: RunningWeb, microsoft: FakeMicrosoft, bob: Person) -> Job:
    """Return a reply of Bob's with a gap that has ready answers, and another wording."""
    request = JobRequest("reply", {"message": "Does Monday suit you?"}, "api", bob.oid, workspace=microsoft.tenant)
    made, _ = shared.services.store.jobs.add(request)
    text = f"Hi Ann,\n\n{GAP.place}\n\nBob"
    others = (f"Hi Ann,\n\n{ACCEPTS}\n\nBob", f"Hi Ann,\n\n{LATER}\n\nBob")
    shared.finish(shared.claim(made.id), Draft(recipe="reply", text=text, gaps=(GAP,), alternatives=others))
    return shared.services.store.jobs.get(made.id)


def text_of(html: str) -> str:
    found = re.search(r"<textarea[^>]*>\n?(.*?)</textarea>", html, re.S)
    assert found
    return unescape(found[1])


def pressed(html: str) -> list[str]:
    return re.findall(r'value="([^"]+)"[^>]*aria-pressed="true"', html)


def test_a_ready_answer_is_pressed_into_its_gap_without_a_script(shared: RunningWeb, bob: Person, reply: Job) -> None:
    assert reply.draft
    with microsoft_browser(shared, bob) as client:
        shown = client.get(f"/console/jobs/{reply.id}").text
        changed = text_of(shown).replace("Hi Ann", "Dear Ann").replace("\n", "\r\n")
        once = client.post(f"/console/jobs/{reply.id}/fill", data={"text": changed, "pick": "0.0"}).text
        again = client.post(f"/console/jobs/{reply.id}/fill", data={"text": text_of(once), "pick": "0.1"}).text

    assert text_of(shown) == reply.draft.text
    assert pressed(shown) == []
    assert "Take wording 2" in shown  # the first is what a button makes of the draft
    assert "Take wording 1" not in shown
    assert (text_of(once), pressed(once)) == (f"Dear Ann,\n\n{ACCEPTS}\n\nBob", ["0.0"])
    assert (text_of(again), pressed(again)) == (f"Dear Ann,\n\n{DECLINES}\n\nBob", ["0.1"])
    assert shared.services.store.outcomes.acts_of([reply.id])[reply.id] == []


def test_the_text_that_is_used_counts_as_an_edit_or_as_accepted(shared: RunningWeb, bob: Person, reply: Job) -> None:
    assert reply.draft
    with microsoft_browser(shared, bob) as client:
        other = text_of(client.post(f"/console/jobs/{reply.id}/fill", data={"text": "x", "pick": "other.1"}).text)
        answer = client.post(f"/console/jobs/{reply.id}/use", data={"text": other.replace("\n", "\r\n")})
        page = client.get(f"/console/jobs/{reply.id}").text
        nothing = client.post(f"/console/jobs/{reply.id}/use", data={"text": " "})

    assert LATER in other
    assert (answer.status_code, nothing.status_code) == (303, 422)
    assert (text_of(page), "with your changes" in page) == (other, True)
    [act] = shared.services.store.outcomes.acts_of([reply.id])[reply.id]
    assert (act.outcome, act.distance is not None and act.distance > 0) == ("edited", True)
    assert shared.services.store.outcomes.used_text(reply) == other


def test_a_text_with_open_questions_is_used_only_by_who_says_so(shared: RunningWeb, bob: Person, reply: Job) -> None:
    outcomes = shared.services.store.outcomes
    with microsoft_browser(shared, bob) as client:
        text = text_of(client.get(f"/console/jobs/{reply.id}").text).replace("Hi Ann", "Dear Ann")
        asked = client.post(f"/console/jobs/{reply.id}/use", data={"text": text})
        acts = outcomes.acts_of([reply.id])[reply.id]
        back = client.post(f"/console/jobs/{reply.id}/fill", data={"text": text_of(asked.text)}).text
        sure = client.post(f"/console/jobs/{reply.id}/use", data={"text": text, "sure": "true"})

    assert "1 question is still open. Use it all the same?" in asked.text
    assert (acts, text_of(asked.text), text_of(back)) == ([], text, text)
    assert "Use it all the same" not in back
    assert sure.status_code == 303
    assert outcomes.used_text(reply) == text


@pytest.mark.parametrize("pick", ["", "7.0", "0.9", "other.5", "a.b", "-1.0"])
def test_what_is_no_answer_of_the_draft_changes_nothing(shared: RunningWeb, bob: Person, reply: Job, pick: str) -> None:
    assert reply.draft
    with microsoft_browser(shared, bob) as client:
        page = client.post(f"/console/jobs/{reply.id}/fill", data={"text": "As I wrote it.", "pick": pick})
    assert text_of(page.text) == "As I wrote it."


def test_nobody_else_uses_a_draft(shared: RunningWeb, alice: Person, reply: Job) -> None:
    with microsoft_browser(shared, alice) as client:
        assert client.post(f"/console/jobs/{reply.id}/fill", data={"text": "x", "pick": "0.0"}).status_code == 404
        assert client.post(f"/console/jobs/{reply.id}/use", data={"text": "x"}).status_code == 404


def test_tasks_that_stand_in_the_text_are_not_listed_again(
    shared: RunningWeb, microsoft: FakeMicrosoft, bob: Person
) -> None:
    made, _ = shared.services.store.jobs.add(
        JobRequest("minutes", {"text": "x"}, "api", bob.oid, workspace=microsoft.tenant)
    )
    items = (Item(text="order the gear", who="Ingolf"),)
    shared.finish(shared.claim(made.id), Draft(recipe="minutes", text="- Ingolf: order the gear", items=items))
    with microsoft_browser(shared, bob) as client:
        assert client.get(f"/console/jobs/{made.id}").text.count("order the gear") == 1


def test_a_text_with_emphasis_is_also_shown_as_it_reads(
    shared: RunningWeb, microsoft: FakeMicrosoft, bob: Person
) -> None:
    job = drafted(shared, microsoft.tenant, bob, "summarize", "**Ann**: it is late.")
    with microsoft_browser(shared, bob) as client:
        page = client.get(f"/console/jobs/{job.id}").text
    assert "<strong>Ann</strong>: it is late." in page
    assert text_of(page) == "**Ann**: it is late."


TEXT = "Hi Maria,\n\nThe table comes on Friday. It costs 400 euros.\n\nBest regards\nTom"


def drafted(web: RunningWeb, tenant: str, person: Person, recipe: str = "reply", text: str = TEXT) -> Job:
    request = JobRequest(recipe, {"message": "When?"}, "word", person.oid, workspace=tenant)
    made, _ = web.services.store.jobs.add(request)
    web.finish(web.claim(made.id), Draft(recipe=recipe, text=text))
    return web.services.store.jobs.get(made.id)


def test_what_is_said_about_a_draft_makes_a_version_whose_page_lists_those_before(
    shared: RunningWeb, microsoft: FakeMicrosoft, bob: Person
) -> None:
    job = drafted(shared, microsoft.tenant, bob)
    own = TEXT.replace("Friday", "Monday").replace("\n", "\r\n")
    with microsoft_browser(shared, bob) as client:
        assert "What should change?" in client.get(f"/console/jobs/{job.id}").text
        led = client.post(f"/console/jobs/{job.id}/refine", data={"wish": "drop the euros", "text": own})
        assert led.status_code == 303
        page = client.get(led.headers["Location"]).text
    [version] = shared.services.store.jobs.list(limit=1)
    assert (version.refines, version.wish) == (job.id, "drop the euros")
    assert shared.services.store.outcomes.own_text(job) == TEXT.replace("Friday", "Monday")
    assert f"/console/jobs/{job.id}#draft" in page
    assert 'aria-current="page">drop the euros' in page
    assert "Waiting for a worker" in page


def test_a_question_or_a_wish_that_cannot_be_met_is_answered_on_the_page(
    shared: RunningWeb, microsoft: FakeMicrosoft, bob: Person
) -> None:
    job = drafted(shared, microsoft.tenant, bob)
    with microsoft_browser(shared, bob) as client:
        why = client.post(f"/console/jobs/{job.id}/refine", data={"wish": "why?"})
        undo = client.post(f"/console/jobs/{job.id}/refine", data={"wish": f"undo {MARKUP}"[:4], "text": MARKUP})
        empty = client.post(f"/console/jobs/{job.id}/refine", data={})
    assert (why.status_code, undo.status_code, empty.status_code) == (200, 422, 422)
    assert "It rests on what you gave" in why.text
    assert "first version" in unescape(undo.text)
    assert MARKUP not in undo.text
    assert "Say what should change" in empty.text


def test_a_draft_of_somebody_else_is_not_changed(
    shared: RunningWeb, microsoft: FakeMicrosoft, bob: Person, alice: Person
) -> None:
    job = drafted(shared, microsoft.tenant, bob)
    with microsoft_browser(shared, alice) as client:
        assert client.post(f"/console/jobs/{job.id}/refine", data={"wish": "shorter"}).status_code == 404


def test_a_draft_is_discarded_and_why_can_be_said_afterwards(shared: RunningWeb, bob: Person, reply: Job) -> None:
    with microsoft_browser(shared, bob) as client:
        assert client.post(f"/console/jobs/{reply.id}/discard").status_code == 303
        page = client.get(f"/console/jobs/{reply.id}").text
        client.post(f"/console/jobs/{reply.id}/discard", data={"reason": "tone"})
        client.post(f"/console/jobs/{reply.id}/discard", data={"reason": "<b>"})
        client.post(f"/console/jobs/{reply.id}/discard", data={"reason": "long"})
        after = client.get(f"/console/jobs/{reply.id}").text
    acts = shared.services.store.outcomes.acts_of([reply.id])[reply.id]
    assert "What was wrong with it?" in page
    assert "Thank you for saying why" in after
    assert "What was wrong with it?" not in after
    assert [act.outcome for act in acts] == ["rejected"] * 2
    assert [act.labels for act in acts] == [(), ("tone",)]


def test_a_list_is_used_as_it_is(shared: RunningWeb, microsoft: FakeMicrosoft, bob: Person) -> None:
    store, request = shared.services.store, JobRequest("actions", {"text": "x"}, "api", bob.oid)
    made, _ = store.jobs.add(JobRequest(**{**vars(request), "workspace": microsoft.tenant}))
    shared.finish(shared.claim(made.id), Draft(recipe="actions", items=(Item(field="Task", text="order the gear"),)))
    with microsoft_browser(shared, bob) as client:
        page = client.get(f"/console/jobs/{made.id}").text
        assert "Mark as used" in page
        assert "Task: order the gear" in page
        assert client.post(f"/console/jobs/{made.id}/use").status_code == 303
        assert "used" in client.get("/console/jobs?stage=").text
    [act] = store.outcomes.acts_of([made.id])[made.id]
    assert act.outcome == "accepted"


def test_the_list_is_filtered_searched_and_paged(shared: RunningWeb, microsoft: FakeMicrosoft, bob: Person) -> None:
    store = shared.services.store
    for number in range(27):
        text = {"text": f"draft number {number} about {'pumps' if number == 3 else 'desks'}"}
        store.jobs.add(JobRequest("rewrite", text, "word", bob.oid, workspace=microsoft.tenant))
    with microsoft_browser(shared, bob) as client:
        first = client.get("/console/jobs").text
        older = client.get(unescape(re.findall(r'href="([^"]+)">Older drafts', first)[0])).text
        pumps = client.get("/console/jobs?text=PUMPS").text
        nothing = client.get("/console/jobs?stage=failed&surface=slack").text
        wrong = client.get("/console/jobs?stage=burnt").text

    assert (first.count("<tr role"), older.count("<tr role")) == (26, 3)  # with the line of headings
    assert "Back to the newest" in older
    assert "about pumps" in pumps
    assert "about desks" not in pumps
    assert "No draft matches these filters." in nothing
    assert "draft number 26" in wrong


@pytest.mark.parametrize(
    ("language", "shown", "larger"), [("en", "drop the price", "shorter"), ("de", "ohne den Preis", "kürzer")]
)
def test_the_examples_beside_a_draft_of_the_small_model_need_no_larger_one(
    shared: RunningWeb, microsoft: FakeMicrosoft, bob: Person, language: str, shown: str, larger: str
) -> None:
    job = drafted(shared, microsoft.tenant, bob)
    with microsoft_browser(shared, bob) as client:
        page = client.get(f"/console/jobs/{job.id}", headers={"Accept-Language": language}).text
    (hint,) = re.findall(r'id="wish-help">([^<]+)<', page)
    assert shown in hint
    assert larger not in hint
