"""What a draft only shows its person: beside its text and not in it, and no question that is open."""

import re
from html import unescape

import pytest

from core.drafts import Draft, Gap, JsonObject, gap, with_text
from core.errors import OutageError
from core.job import Job, JobRequest
from core.outcomes import effective_outcome
from core.store.effects import MAILBOX_DRAFT
from core.writing.grounded.refine import refine_by_rule
from tests.fakes.microsoft import FakeMicrosoft, Person
from tests.integrations.api.running import RunningWeb
from tests.integrations.console.conftest import microsoft_browser
from tests.integrations.console.pages.test_jobs import text_of


def hint(words: str) -> Gap:
    return Gap(place=gap(words), question=words, is_hint=True)


SAID = hint("It also says: \u201cThe van is full.\u201d")
FIRST = hint("Look at this first: \u201cThere is a strong smell of gas in the cellar.\u201d").model_copy(
    update={"is_alert": True}
)
WROTE = hint("You wrote before: \u201cThe van comes at nine.\u201d")
ASKED = Gap(place="[[When?]]", question="When?")
ANSWERED = "Hi Ann,\n\nThe table comes on Friday. It costs 400 euros.\n\nBob"
HINTED = f"{ANSWERED.removesuffix('Bob')}{FIRST.place}\n\n{SAID.place}\n\n{WROTE.place}\n\nBob"


def drafted(
    web: RunningWeb, tenant: str, person: Person, draft: Draft, surface: str = "api", became: JsonObject | None = None
) -> Job:
    request = JobRequest("reply", {"message": "When?"}, surface, person.oid, workspace=tenant)
    made, _ = web.services.store.jobs.add(request)
    claimed, effects = web.claim(made.id), web.services.store.effects
    if became:
        effects.intend(claimed, MAILBOX_DRAFT, {})
        effects.confirm(claimed, MAILBOX_DRAFT, became)
    web.finish(claimed, draft)
    return web.services.store.jobs.get(made.id)


@pytest.fixture
def hinted(shared: RunningWeb, microsoft: FakeMicrosoft, bob: Person) -> Job:
    """Return a reply of Bob's that asks nothing, shows three things, and has another wording."""
    other = HINTED.replace("Hi Ann", "Dear Ann")
    draft = Draft(recipe="reply", text=HINTED, gaps=(FIRST, SAID, WROTE), alternatives=(other,))
    return drafted(shared, microsoft.tenant, bob, draft)


def listed(page: str) -> list[str]:
    first = re.findall(r'role="note">(.*?)</p>', page)
    found = re.search(r'id="also">Also in the mail</h3><ul[^>]*>(.*?)</ul>', page, re.S)
    return [unescape(entry) for entry in (*first, *re.findall(r"<li>(.*?)</li>", found[1] if found else ""))]


IN_ORDER = [FIRST.question, SAID.question, WROTE.question]


def test_hints_are_listed_above_a_text_without_them_in_the_order_of_the_draft(
    shared: RunningWeb, bob: Person, hinted: Job
) -> None:
    with microsoft_browser(shared, bob) as client:
        page = client.get(f"/console/jobs/{hinted.id}").text
        home = client.get("/console").text
    assert (listed(page), text_of(page)) == (IN_ORDER, ANSWERED)
    assert page.index("Also in the mail") < page.index("<textarea")
    assert "[[" not in page
    assert "For you to fill in" not in page
    assert "question" not in re.sub(r"<[^>]+>", " ", page.partition('id="state"')[2].partition("</p>")[0])
    assert f"jobs/{hinted.id}" not in home.partition('id="latest"')[0] or "1 question open" not in home


def test_a_draft_whose_hints_nobody_took_out_is_used_as_it_was(shared: RunningWeb, bob: Person, hinted: Job) -> None:
    outcomes = shared.services.store.outcomes
    with microsoft_browser(shared, bob) as client:
        for text in (HINTED, ANSWERED):  # a page of before sends them along
            sent = client.post(f"/console/jobs/{hinted.id}/use", data={"text": text.replace("\n", "\r\n")})
            assert sent.status_code == 303
        page = client.get(f"/console/jobs/{hinted.id}").text
    counts = effective_outcome(outcomes.acts_of([hinted.id])[hinted.id])
    assert (counts.outcome, counts.distance, counts.labels) == ("accepted", 0.0, ())
    assert outcomes.used_text(hinted) == ANSWERED
    assert (listed(page), text_of(page), "You use this text.<" in page) == (IN_ORDER, ANSWERED, True)


def test_what_is_saved_is_what_its_person_sees_and_the_list_stays(shared: RunningWeb, bob: Person, hinted: Job) -> None:
    own = ANSWERED.replace("Friday", "Monday")
    with microsoft_browser(shared, bob) as client:
        client.post(f"/console/jobs/{hinted.id}/use", data={"text": own.replace("\n", "\r\n")})
        page = client.get(f"/console/jobs/{hinted.id}").text
        other = client.post(f"/console/jobs/{hinted.id}/fill", data={"text": own, "pick": "other.0"}).text
    assert shared.services.store.outcomes.used_text(hinted) == own
    assert (listed(page), text_of(page)) == (IN_ORDER, own)
    assert text_of(other) == ANSWERED.replace("Hi Ann", "Dear Ann")


@pytest.mark.parametrize("day", ["Friday", "Monday"])
def test_a_new_version_is_made_of_the_text_without_hints_and_keeps_their_list(
    shared: RunningWeb, bob: Person, hinted: Job, day: str
) -> None:
    own = ANSWERED.replace("Friday", day)
    with microsoft_browser(shared, bob) as client:
        wish = {"wish": "drop the euros", "text": own.replace("\n", "\r\n")}
        led = client.post(f"/console/jobs/{hinted.id}/refine", data=wish)
        version = led.headers["Location"].partition("#")[0].rpartition("/")[2]
        assert hinted.draft
        shared.finish(shared.claim(version), refine_by_rule(with_text(hinted.draft, own), wish["wish"]).draft)
        page = client.get(f"/console/jobs/{version}").text
    outcomes = shared.services.store.outcomes
    assert outcomes.own_text(hinted) == (None if day == "Friday" else own)
    assert outcomes.used_text(hinted) is None
    assert (listed(page), text_of(page)) == (IN_ORDER, own.replace(" It costs 400 euros.", ""))


def test_only_questions_are_counted_listed_and_asked_about(
    shared: RunningWeb, microsoft: FakeMicrosoft, bob: Person
) -> None:
    text = f"Hi Ann,\n\n{SAID.place}\n\n{ASKED.place}\n\nBob"
    job = drafted(shared, microsoft.tenant, bob, Draft(recipe="reply", text=text, gaps=(SAID, ASKED)))
    with microsoft_browser(shared, bob) as client:
        page = client.get(f"/console/jobs/{job.id}").text
        asked = client.post(f"/console/jobs/{job.id}/use", data={"text": text}).text
        home = client.get("/console").text
    fill_in = page.partition("For you to fill in")[2].partition("</section>")[0]
    assert re.findall(r"<li>(.*?)</li>", fill_in) == ["When?"]
    assert "1 question open" in page
    assert "1 question is still open. Use it all the same?" in asked
    assert text_of(asked) == "Hi Ann,\n\n[[When?]]\n\nBob"
    assert SAID.question not in unescape(home)


@pytest.mark.parametrize(
    ("surface", "became", "is_told"),
    [
        ("mail", {"placed": "placed"}, True),
        ("gmail_mail", {"placed": "placed"}, True),
        ("graph_mail", {"placed": "placed"}, True),
        ("new_mail", {"link": ""}, True),
        ("mail", {"placed": "only_gaps"}, False),
        ("mail", {"placed": "superseded"}, False),
        ("api", {}, False),
    ],
)
def test_who_changes_a_draft_here_reads_that_the_one_in_the_mailbox_stays(
    shared: RunningWeb, microsoft: FakeMicrosoft, bob: Person, surface: str, became: JsonObject, is_told: bool
) -> None:
    draft = Draft(recipe="reply", text=ANSWERED)
    job = drafted(shared, microsoft.tenant, bob, draft, surface, became)
    with microsoft_browser(shared, bob) as client:
        before = client.get(f"/console/jobs/{job.id}").text
        used = client.post(f"/console/jobs/{job.id}/use", data={"text": ANSWERED.replace("Friday", "Monday")})
        after = client.get(f"/console/jobs/{job.id}").text
    stays = "The draft in your mailbox stays as it is: copy this text into it."
    assert used.status_code == 303
    assert (stays in before, stays in after) == (False, is_told)


def test_a_discarded_draft_is_not_said_to_stand_in_the_mailbox(
    shared: RunningWeb, microsoft: FakeMicrosoft, bob: Person
) -> None:
    draft = Draft(recipe="reply", text=ANSWERED)
    reply = drafted(shared, microsoft.tenant, bob, draft, became={"placed": "placed"})
    with microsoft_browser(shared, bob) as client:
        before = client.get(f"/console/jobs/{reply.id}").text
        client.post(f"/console/jobs/{reply.id}/discard")
        after = client.get(f"/console/jobs/{reply.id}").text
    standing, taken = "It stands in the Drafts folder", "It is soon taken out of your mailbox"
    assert [(standing in page, taken in page) for page in (before, after)] == [(True, False), (False, True)]


def test_what_is_to_be_seen_first_stands_beside_why_there_is_no_draft(
    shared: RunningWeb, microsoft: FakeMicrosoft, bob: Person
) -> None:
    request = JobRequest("reply", {"message": "Pay here."}, "api", bob.oid, workspace=microsoft.tenant)
    made, _ = shared.services.store.jobs.add(request)
    error = OutageError("The model is down.", fix="Wait.")
    error.look_first = "Check this account: \u201c<b>LT60</b>\u201d"
    shared.fail(shared.claim(made.id), error)
    with microsoft_browser(shared, bob) as client:
        page = client.get(f"/console/jobs/{made.id}").text
    assert 'role="note">Check this account: \u201c&lt;b&gt;LT60&lt;/b&gt;\u201d</p>' in page
