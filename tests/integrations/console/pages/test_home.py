"""Home: what waits for somebody, and nothing that is not theirs."""

from dataclasses import replace
from pathlib import Path

from core.drafts import Draft, Gap
from core.errors import InputError, ModelOutage, ModelTooSmall, OutageError, SuspiciousMail
from core.insight.report.counting_rules import load_counting_rules
from core.insight.report.cube import make_query
from core.insight.report.figures import Discretion
from core.insight.report.reader import read_report
from core.insight.report.rollup import roll_up_all
from core.job import SIGNALS, JobRequest
from core.store.job_pages import JobFilter
from core.store.rows import Scope
from integrations.console.pages.job_rows import JobRow
from tests.fakes.microsoft import FakeMicrosoft, Person
from tests.integrations.api.running import RunningWeb
from tests.integrations.console.conftest import comes_in, microsoft_browser
from tests.integrations.console.filled import fill


def test_who_begins_is_told_how(alone: RunningWeb) -> None:
    with comes_in(alone) as client:
        page = client.get("/console").text
    assert "Nothing is waiting." in page
    assert "You have no drafts yet." in page
    assert "No mailbox yet." in page
    assert "No drafts in the last 30 days." in page


def test_what_waits_is_said_with_where_it_is_dealt_with(alone: RunningWeb, tmp_path: Path) -> None:
    with comes_in(alone) as client:
        addresses = fill(alone, client, tmp_path).addresses
        waits, _, latest = client.get("/console").text.partition('id="latest"')

    assert "Enter a new password for it" in waits
    assert "1 question open" in waits
    assert f'href="{addresses["draft-reply"]}"' in waits
    assert "The model did not answer." in waits
    assert "Suggested style rule" in waits
    assert f'href="{addresses["draft-used"]}"' not in waits
    assert "used with changes" not in waits
    assert "2 mailboxes" in latest
    assert "1 style rule in use, 1 suggested." in latest


def test_a_draft_that_was_used_waits_no_longer(shared: RunningWeb, microsoft: FakeMicrosoft, bob: Person) -> None:
    store, gap = shared.services.store, Gap(place="[[When?]]", question="When?")
    made, _ = store.jobs.add(JobRequest("rewrite", {"text": "x"}, "word", bob.oid, workspace=microsoft.tenant))
    shared.finish(shared.claim(made.id), Draft(recipe="rewrite", text="At [[When?]].", gaps=(gap,)))
    with microsoft_browser(shared, bob) as client:
        before = client.get("/console").text
        client.post(f"/console/jobs/{made.id}/use", data={"text": "At nine."})
        after = client.get("/console").text
    assert "1 question open" in before
    assert "1 question open" not in after
    assert "Nothing is waiting." in after


def test_a_scan_is_no_draft(shared: RunningWeb, microsoft: FakeMicrosoft, bob: Person) -> None:
    store = shared.services.store
    for recipe, surface in (("rewrite", "word"), ("scan", "cli"), ("shorten", SIGNALS)):
        request = JobRequest(recipe, {"text": "x"}, surface, bob.oid, workspace=microsoft.tenant)
        made, _ = store.jobs.add(request)
        shared.finish(shared.claim(made.id), Draft(recipe=recipe, text="Found."))
    failed, _ = store.jobs.add(JobRequest("rewrite", {"text": "x"}, "word", bob.oid, workspace=microsoft.tenant))
    shared.fail(shared.claim(failed.id), OutageError("The model is down.", fix="Wait."))
    rules = load_counting_rules(shared.settings, store, shared.services.recipes)
    roll_up_all(store, rules)
    with microsoft_browser(shared, bob) as client:
        assert "1 draft, of which you used 0" in client.get("/console").text
    # The report counts in the same way.
    scope = Scope(frozenset({microsoft.tenant}))
    query = make_query("30d", store.database.now_seconds(), scope=scope, filters={})
    total = read_report(store, query, rules, discretion=Discretion(1)).total
    assert total
    assert (total.made, total.scans, total.failed) == (1, 2, 1)


def test_the_questions_of_a_draft_that_came_to_nothing_are_not_open(
    shared: RunningWeb, microsoft: FakeMicrosoft, bob: Person
) -> None:
    gap = Gap(place="[[When?]]", question="When?")
    request = JobRequest("rewrite", {"text": "x"}, "word", bob.oid, workspace=microsoft.tenant)
    made, _ = shared.services.store.jobs.add(request)
    shared.finish(shared.claim(made.id), Draft(recipe="rewrite", text="At [[When?]].", gaps=(gap,)))
    done = shared.services.store.jobs.get(made.id)
    assert [JobRow(replace(done, state=state), True).open_gaps for state in ("ready", "failed", "cancelled")] == [
        1,
        0,
        0,
    ]


def test_a_question_that_nothing_answers_waits_for_nobody(
    shared: RunningWeb, microsoft: FakeMicrosoft, alice: Person
) -> None:
    store, gap = shared.services.store, Gap(place="[[What is the answer?]]", question="What is the answer?")
    asked = [
        store.jobs.add(JobRequest("ask", {"question": question}, "api", alice.oid, workspace=microsoft.tenant))[0]
        for question in ("Who pays the hotel?", "Who pays the train?", "Who pays the meal?")
    ]
    shared.finish(shared.claim(asked[0].id), Draft(recipe="ask", text=gap.place, skeleton=True, gaps=(gap,)))
    shared.fail(shared.claim(asked[1].id), InputError("No sources are connected yet.", fix="Add documents."))
    shared.fail(shared.claim(asked[2].id), OutageError("The model is down.", fix="Wait."))
    with microsoft_browser(shared, alice) as client:
        waits, _, latest = client.get("/console").text.partition('id="latest"')
    assert "Who pays the hotel?" not in waits
    assert "Who pays the train?" not in waits
    assert "Who pays the meal?" in waits
    assert "no sure answer" in latest


def test_others_see_neither_topic_nor_failure(
    shared: RunningWeb, microsoft: FakeMicrosoft, bob: Person, alice: Person
) -> None:
    store = shared.services.store
    made, _ = store.jobs.add(JobRequest("rewrite", {"text": "the merger"}, "word", bob.oid, workspace=microsoft.tenant))
    shared.fail(shared.claim(made.id), OutageError("The model is down.", fix="Wait."))
    with microsoft_browser(shared, alice) as client:
        page = client.get("/console").text
        everybody = client.get("/console/jobs?whose=all").text
    assert "merger" not in page + everybody
    assert "The model is down." not in page
    assert made.id in everybody


def test_all_that_waits_is_there_however_old(shared: RunningWeb, microsoft: FakeMicrosoft, bob: Person) -> None:
    gap = Gap(place="[[When?]]", question="When?")
    for number in range(11):
        _finished(
            shared, microsoft, bob, Draft(recipe="rewrite", subject=f"Open {number}", text="[[When?]]", gaps=(gap,))
        )
    for _ in range(35):
        _finished(shared, microsoft, bob, Draft(recipe="rewrite", text="Done."))
    with microsoft_browser(shared, bob) as client:
        waits, _, _ = client.get("/console").text.partition('id="latest"')
    assert [number for number in range(11) if f">Open {number}<" in waits] == [*range(11)]
    assert "and 3 more" in waits
    assert "Older drafts" not in waits


def test_what_tells_a_danger_stands_first_however_old_and_is_never_folded(
    shared: RunningWeb, microsoft: FakeMicrosoft, bob: Person, alice: Person
) -> None:
    store, gap = shared.services.store, Gap(place="[[When?]]", question="When?")
    gas = Gap(place="[[Gas?]]", question="Look at this first: \u201cIt smells of gas.\u201d", is_alert=True)
    told = Draft(recipe="rewrite", subject="Cellar", text="[[Gas?]]", gaps=(gas,))
    for _ in range(9):
        _finished(shared, microsoft, bob, told)
    target = _MailTarget("It burns in the shed.")
    mail = JobRequest("reply", {"subject": "Shed"}, "mail", bob.oid, workspace=microsoft.tenant, target=target)
    waiting = store.jobs.get(store.jobs.add(mail)[0].id)
    _finished(shared, microsoft, bob, Draft(recipe="rewrite", subject="Lunch", text="[[When?]]", gaps=(gap,)))
    failed, _ = store.jobs.add(JobRequest("rewrite", {"text": "x"}, "word", bob.oid, workspace=microsoft.tenant))
    shared.fail(shared.claim(failed.id), OutageError("The model is down.", fix="Wait."))
    with microsoft_browser(shared, bob) as client:
        waits, _, latest = client.get("/console").text.partition('id="latest"')
    shown, _, folded = waits.partition("and 2 more")
    assert shown.count("Look at this first: \u201cIt smells of gas.\u201d") == 9
    assert "Possible danger: It burns in the shed." in shown
    assert shown.count("look at this first</") == 10
    assert ("Lunch" in shown, "Lunch" in folded, "The model is down." in folded) == (False, True, True)
    assert "look at this first</" in latest
    assert JobRow(replace(waiting, started_at=1.0), True).waits
    assert not JobRow(waiting, False).danger
    with microsoft_browser(shared, alice) as client:
        assert "look at this first" not in client.get("/console/jobs?whose=all").text


class _MailTarget:
    def __init__(self, danger: str) -> None:
        self._danger = danger

    def to_json(self) -> dict[str, str]:
        return {"kind": "imap", "danger": self._danger}


def test_a_mail_whose_draft_waits_for_a_model_is_among_what_waits(
    shared: RunningWeb, microsoft: FakeMicrosoft, bob: Person
) -> None:
    target = _MailTarget("")
    mail = JobRequest("reply", {"subject": "Shed"}, "mail", bob.oid, workspace=microsoft.tenant, target=target)
    job = shared.claim(shared.services.store.jobs.add(mail)[0].id)
    shared.services.store.leases.postpone(job, wait_seconds=60.0, is_try=False)
    with microsoft_browser(shared, bob) as client:
        waits, _, _ = client.get("/console").text.partition('id="latest"')
    assert "Its draft is tried again by itself until it is there." in waits
    assert "waits to be written" in waits


def _finished(web: RunningWeb, microsoft: FakeMicrosoft, person: Person, draft: Draft) -> None:
    request = JobRequest("rewrite", {"text": "x"}, "word", person.oid, workspace=microsoft.tenant)
    web.finish(web.claim(web.services.store.jobs.add(request)[0].id), draft)


def test_a_failure_can_be_dismissed_and_counts_as_no_verdict(
    shared: RunningWeb, microsoft: FakeMicrosoft, bob: Person
) -> None:
    store = shared.services.store
    request = JobRequest("rewrite", {"text": "the merger"}, "word", bob.oid, workspace=microsoft.tenant)
    made, _ = store.jobs.add(request)
    shared.fail(shared.claim(made.id), OutageError("The model is down.", fix="Wait."))
    with microsoft_browser(shared, bob) as client:
        before = client.get("/console").text
        dismissed = client.post(f"/console/jobs/{made.id}/discard")
        after = client.get("/console").text
        shown = client.get(dismissed.headers["location"]).text
        page = client.get(f"/console/jobs/{made.id}").text
    assert f'action="/console/jobs/{made.id}/discard"' in before
    assert "The model is down." in before
    assert "Nothing is waiting." in after
    assert "Nothing is waiting." in shown
    assert "Try again" not in page
    assert "You discarded this draft" not in page
    roll_up_all(store, load_counting_rules(shared.settings, store, shared.services.recipes))
    assert store.job_pages.page(JobFilter([(microsoft.tenant, bob.oid)], stage="rejected"), limit=9).jobs == []


def test_what_a_dismissed_failure_comes_to_later_is_not_discarded(
    shared: RunningWeb, microsoft: FakeMicrosoft, bob: Person
) -> None:
    store = shared.services.store
    request = JobRequest("rewrite", {"text": "x"}, "word", bob.oid, workspace=microsoft.tenant)
    made, _ = store.jobs.add(request)
    shared.fail(shared.claim(made.id), OutageError("The model is down.", fix="Wait."))
    store.outcomes.add(store.jobs.get(made.id), "rejected", person=bob.oid, distance=None, detail={})
    store.jobs.request_retry(made.id)
    shared.finish(shared.claim(made.id), Draft(recipe="rewrite", text="Done."))
    with microsoft_browser(shared, bob) as client:
        assert "You discarded this draft" not in client.get(f"/console/jobs/{made.id}").text


def test_another_try_is_offered_only_where_it_can_end_otherwise(
    shared: RunningWeb, microsoft: FakeMicrosoft, bob: Person
) -> None:
    request = JobRequest("summarize", {"text": "x"}, "word", bob.oid, workspace=microsoft.tenant)
    small, down = (shared.services.store.jobs.add(request)[0].id for _ in range(2))
    shared.fail(shared.claim(small), ModelTooSmall("This needs a larger model.", fix="Ask."))
    shared.fail(shared.claim(down), OutageError("The model is down.", fix="Wait."))
    with microsoft_browser(shared, bob) as client:
        pages = [client.get(f"/console/jobs/{job_id}").text for job_id in (small, down)]
    assert ["Try again" in page for page in pages] == [False, True]
    assert ["Dismiss" in page for page in pages] == [True, True]


def test_a_reply_refused_for_fraud_can_be_drafted_with_a_warning(
    shared: RunningWeb, microsoft: FakeMicrosoft, bob: Person
) -> None:
    request = JobRequest("reply", {}, "outlook", bob.oid, workspace=microsoft.tenant)
    made, _ = shared.services.store.jobs.add(request)
    shared.fail(shared.claim(made.id), SuspiciousMail("Suspicious: it speaks of money.", fix="Ask."))
    with microsoft_browser(shared, bob) as client:
        page = client.get(f"/console/jobs/{made.id}").text
    assert "Draft anyway, with a warning" in page
    assert "Try again" not in page


def test_with_a_larger_model_another_try_is_offered(alone: RunningWeb) -> None:
    made, _ = alone.services.store.jobs.add(JobRequest("summarize", {}, "word", alone.settings.local_person))
    alone.fail(alone.claim(made.id), ModelTooSmall("This needs a larger model.", fix="Ask."))
    with comes_in(alone) as client:
        assert "Try again" in client.get(f"/console/jobs/{made.id}").text


def test_only_an_administrator_reads_how_a_model_server_that_is_away_is_set_up(
    shared: RunningWeb, bob: Person, alice: Person, microsoft: FakeMicrosoft
) -> None:
    request = JobRequest("rewrite", {"text": "x"}, "word", bob.oid, workspace=microsoft.tenant)
    made, _ = shared.services.store.jobs.add(request)
    away = ModelOutage("The server at http://models is down.", fix="Check INLAID_MODEL_URL.")
    shared.fail(shared.claim(made.id), away)
    with microsoft_browser(shared, bob) as client:
        page = client.get(f"/console/jobs/{made.id}").text
        assert "cannot be reached at the moment" in page
        assert "http://models" not in page + client.get("/console").text
    with microsoft_browser(shared, alice) as client:
        assert "http://models" in client.get(f"/console/jobs/{made.id}").text
