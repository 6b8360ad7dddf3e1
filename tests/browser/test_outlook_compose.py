"""The pane in Outlook beside a mail that is written: its gaps, changes in its text, and the look at it at sending."""

import re
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import House, OpenPane
from tests.browser.pages import OFFICE_JS, OUTLOOK_HOST
from tests.browser.test_ask import ANSWER, ANSWER_MILLISECONDS, answered, answering, read
from tests.browser.test_looks import Shoot, shoot
from tests.fakes.openai_replies import Answer

__all__ = ["answered", "read", "shoot"]
QUOTED = '<div id="appendonsend"></div><hr><div id="divRplyFwdMsg"><b>From:</b> Tom</div><p>Teh price [[was?]]</p>'
GAPPED = (
    "<html><body><p>Hi Tom,</p><p>We deliver [[<mark>\u270f\ufe0f</mark> by when?]].</p>"
    f"<p>The price is [[which price?]], <b>net</b>.</p>{QUOTED}</body></html>"
)
TEXT = (
    f'<html><body><p class="x">Teh <b>report</b>&nbsp;is late.</p><p>It comes untill Monday.</p>{QUOTED}</body></html>'
)


def test_gaps_are_gone_through_by_tab_and_filled_by_enter(open_outlook: OpenPane) -> None:
    pane = open_outlook({"compose": True, "html": GAPPED})
    page = pane.page
    first, second = page.get_by_label("by when?"), page.get_by_label("which price?")
    expect(page.locator("#gaps label")).to_have_text(["by when?", "which price?"])
    first.focus()
    page.keyboard.press("Tab")
    expect(second).to_be_focused()
    page.keyboard.press("Shift+Tab")
    page.keyboard.type("by 4 December <today>")
    page.keyboard.press("Enter")
    expect(second).to_be_focused()
    expect(page.locator("#gaps .status")).to_have_text("Filled in. 1 left.")
    assert "<p>We deliver by 4 December &lt;today&gt;.</p>" in pane.outlook_state("draft.html")
    page.keyboard.type("EUR 900")
    page.keyboard.press("Enter")
    expect(page.locator("#gaps .status")).to_have_text("No open questions left.")
    expect(page.locator("#gaps h2")).to_be_focused()
    written = pane.outlook_state("draft.html")
    assert "<p>The price is EUR 900, <b>net</b>.</p>" in written
    assert QUOTED in written
    assert pane.complaints == []


def test_gaps_are_filled_together_and_a_gap_that_is_gone_is_told(open_outlook: OpenPane) -> None:
    pane = open_outlook({"compose": True, "html": GAPPED})
    page = pane.page
    page.get_by_label("by when?").fill("on Monday")
    page.get_by_role("button", name="Next question").click()
    expect(page.get_by_label("by when?")).to_be_focused()
    page.get_by_role("button", name="Next question").click()
    page.get_by_label("which price?").fill("EUR 900")
    pane.outlook("type", "[[which price?]]", "EUR 1,000")
    page.get_by_role("button", name="Fill in").click()
    expect(page.locator("#gaps .status")).to_have_text("This question is no longer in the mail.")
    written = pane.outlook_state("draft.html")
    assert "We deliver on Monday." in written
    assert "EUR 1,000, <b>net</b>" in written
    expect(page.locator("#gaps label")).to_have_text(["which price?"])
    expect(page.get_by_label("which price?")).to_have_value("EUR 900")


def test_a_mail_of_forty_questions_is_gone_through_and_each_answer_lands_at_its_own(open_outlook: OpenPane) -> None:
    lines = "".join(f"<p>Part {number} costs [[What does part {number} cost?]].</p>" for number in range(40))
    pane = open_outlook({"compose": True, "html": f"<html><body>{lines}{QUOTED}</body></html>"})
    page = pane.page
    expect(page.locator("#gaps label")).to_have_count(40)
    page.get_by_label("What does part 0 cost?", exact=True).focus()
    for number in range(40):
        page.keyboard.type(f"EUR {number}")
        page.keyboard.press("Enter")
        if number < 39:
            expect(page.get_by_label(f"What does part {number + 1} cost?", exact=True)).to_be_focused()
    expect(page.locator("#gaps .status")).to_have_text("No open questions left.")
    written = pane.outlook_state("draft.html")
    assert all(f"<p>Part {number} costs EUR {number}.</p>" in written for number in range(40))
    assert QUOTED in written
    assert pane.complaints == []


def test_questions_alike_are_answered_each_at_its_place_and_nothing_typed_is_lost(open_outlook: OpenPane) -> None:
    pane = open_outlook({"compose": True, "html": "<p>One [[which day?]]</p><p>Two [[which day?]]</p><p>[[who?]]</p>"})
    page = pane.page
    alike = page.get_by_label("which day?")
    alike.nth(0).fill("Monday")
    alike.nth(1).fill("Tuesday")
    page.get_by_label("who?").fill("Ann")
    alike.nth(1).press("Enter")
    expect(page.locator("#gaps label")).to_have_text(["which day?", "who?"])
    assert pane.outlook_state("draft.html") == "<p>One [[which day?]]</p><p>Two Tuesday</p><p>[[who?]]</p>"
    expect(alike).to_have_value("Monday")
    expect(page.get_by_label("who?")).to_have_value("Ann")
    pane.outlook("type", "[[who?]]", "[[which day?]]")
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    expect(page.locator("#gaps label")).to_have_text(["which day?", "which day?", "who?"])
    alike.nth(1).fill("Friday")
    page.get_by_role("button", name="Fill in").click()
    expect(page.locator("#gaps label")).to_have_text(["who?"])
    assert pane.outlook_state("draft.html") == "<p>One Monday</p><p>Two Tuesday</p><p>Friday</p>"
    expect(page.get_by_label("who?")).to_have_value("Ann")


def test_who_types_on_while_the_mail_is_written_loses_nothing(open_outlook: OpenPane) -> None:
    pane = open_outlook({"compose": True, "html": "".join(f"<p>[[part {number}?]]</p>" for number in range(6))})
    page = pane.page
    page.get_by_label("part 0?").focus()
    for number in range(6):  # nothing is waited for
        page.keyboard.type(f"{number + 1} March")
        page.keyboard.press("Enter")
    expect(page.locator("#gaps .status")).to_have_text("No open questions left.")
    expect(page.locator("#gaps h2")).to_be_focused()
    assert pane.outlook_state("draft.html") == "".join(f"<p>{number + 1} March</p>" for number in range(6))
    assert pane.complaints == []


def test_corrections_change_their_words_and_nothing_else(open_outlook: OpenPane, house: House) -> None:
    pane = open_outlook({"compose": True, "html": TEXT})
    page = pane.page
    sent = pane.sent_to("/outcome")
    pane.run("proofread")
    pane.wait_for_cards(2)
    expect(page.locator("[data-act=jump]")).to_have_count(0)
    pane.press("accept", 0)
    pane.wait_for_decision(0, "accepted")
    assert '<p class="x">The <b>report</b>&nbsp;is late.</p>' in pane.outlook_state("draft.html")
    pane.press("undo", 0)
    pane.wait_for_decision(0, "open")
    assert pane.outlook_state("draft.html") == TEXT
    page.click("#accept-all")
    pane.wait_for_decision(1, "accepted")
    assert pane.outlook_state("draft.html") == TEXT.replace("Teh <b>", "The <b>", 1).replace("untill", "until")
    (job,) = house.store.jobs.list(limit=1)
    assert (job.surface, job.recipe) == ("outlook", "proofread")
    assert [one["outcome"] for one in sent][:2] == ["accepted", "rejected"]
    assert pane.complaints == []


def test_a_line_that_changed_meanwhile_is_skipped(open_outlook: OpenPane) -> None:
    pane = open_outlook({"compose": True, "html": TEXT})
    pane.run("proofread")
    pane.wait_for_cards(2)
    pane.outlook("type", "It comes untill Monday.", "It comes untill Tuesday.")
    pane.page.click("#accept-all")
    pane.wait_for_decision(0, "accepted")
    assert pane.decision(1) == "open"
    assert "paragraph has changed" in pane.status(1)


def test_only_what_is_selected_is_worked_on_and_never_the_quote(open_outlook: OpenPane, house: House) -> None:
    pane = open_outlook({"compose": True, "html": TEXT, "selection": "untill"})
    house.model.asked.clear()
    pane.run("proofread", scope="selection")
    pane.wait_for_cards(1)
    assert "It comes" in pane.page.locator("#card-0").inner_text()
    asked = "".join(chat.prompt for chat in house.model.chats)
    assert "report" not in asked
    assert "price" not in asked
    pane.page.click("#restart")
    pane.outlook("select", "", "body")
    pane.run("proofread", scope="selection")
    expect(pane.page.get_by_role("alert")).to_contain_text("Write or select some text first.")
    pane.outlook("select", "A subject", "subject")
    pane.page.click("#run")
    expect(pane.page.get_by_role("alert")).to_contain_text("Select text in the body of the mail.")


def test_a_rewritten_line_comes_in_as_text_whatever_the_model_wrote(open_outlook: OpenPane, house: House) -> None:
    house.model.respond = lambda _body: Answer("Our report about <img src=x onerror=window.owned=1> is late, sorry.")
    pane = open_outlook({"compose": True, "html": "<p>Our report about the hall is late, sorry &lt;b&gt;.</p>"})
    pane.run("rewrite")
    pane.wait_for_cards(1)
    pane.press("accept", 0)
    pane.wait_for_decision(0, "accepted")
    written = pane.outlook_state("draft.html")
    assert "&lt;img src=x onerror=window.owned=1&gt;" in written
    assert "<img" not in written
    assert pane.page.evaluate("window.owned") is None


def test_a_plain_text_mail_is_read_and_written_as_such(open_outlook: OpenPane) -> None:
    pane = open_outlook({"compose": True, "isText": True, "html": "Hi <Tom>,\nTeh report is [[late why?]].\n"})
    page = pane.page
    page.get_by_label("late why?").fill("late & short")
    page.keyboard.press("Enter")
    expect(page.locator("#gaps .status")).to_have_text("No open questions left.")
    assert pane.outlook_state("draft.html") == "Hi <Tom>,\nTeh report is late & short.\n"


def test_a_body_that_cannot_be_written_is_told_and_stays(open_outlook: OpenPane) -> None:
    pane = open_outlook({"compose": True, "html": TEXT}, refuses="write")
    pane.run("proofread")
    pane.wait_for_cards(2)
    pane.press("accept", 0)
    expect(pane.page.get_by_role("alert")).to_contain_text("Outlook could not do that.")
    assert pane.decision(0) == "open"
    assert pane.outlook_state("draft.html") == TEXT


def test_an_answer_of_the_sources_is_put_at_the_cursor(open_outlook: OpenPane, house: House) -> None:
    pane = open_outlook({"compose": True, "html": "<p>Hi</p>"})
    page = pane.page
    draft = {"recipe": "ask", "text": "140 EUR. [1]", "sources": [{"number": 1, "title": "Handbook", "quote": "q"}]}
    job = {"id": "0192f0f0-0000-7000-8000-000000000002", "state": "delivered", "recipe": "ask", "surface": "outlook"}
    done = {**job, "draft": {"findings": [], "notices": [], "model": "m", **draft}}
    asked: list[Any] = []

    def answer(route: Any) -> None:
        asked.append(route.request.post_data_json)
        route.fulfill(status=202, json=job)

    page.route("**/api/v1/jobs", answer)
    page.route(f"**/api/v1/jobs/{job['id']}/events", lambda route: route.fulfill(status=204))
    page.route(f"**/api/v1/jobs/{job['id']}", lambda route: route.fulfill(json=done))
    page.locator("#asking summary").click()
    page.get_by_label("Your question").fill("How much?")
    page.get_by_label("Your question").press("Enter")
    page.get_by_role("button", name="Insert at the cursor").click()
    expect(page.locator(".exchange .status")).to_have_text("Inserted at the cursor.")
    assert pane.outlook_state("draft.html") == "<p>Hi</p>140 EUR. (Handbook)"
    assert "about" not in asked[0]


def test_who_of_those_addressed_may_not_read_a_source_is_said_beside_the_answer_and_not_in_the_mail(
    open_outlook: OpenPane, read: House, shoot: Shoot
) -> None:
    read.model.respond = answering
    kim = {"name": "Kim Park", "address": "kim@customer.example"}
    pane = open_outlook({"compose": True, "html": "<p>Hi</p>", "to": [kim]})
    page = pane.page
    page.locator("#asking summary").click()
    page.get_by_label("Your question").fill("How much is refunded for a hotel?")
    page.get_by_label("Your question").press("Enter")
    remark = page.locator(".exchange .remarks")
    said = re.compile("^Rests on .Handbook[^”]*., which kim@[a-z.]+ may not read.$")
    expect(remark).to_have_text(said, timeout=ANSWER_MILLISECONDS)
    shoot(pane, "outlook-compose-recipients")
    page.get_by_role("button", name="Insert at the cursor").click()
    expect(page.locator(".exchange .status")).to_have_text("Inserted at the cursor.")
    expect(remark).to_have_text(said)
    written = pane.outlook_state("draft.html")
    assert ANSWER.rstrip(".") in written
    assert "Kim" not in written
    assert pane.complaints == []


# At sending.


@pytest.fixture
def sending(house: House, context: BrowserContext) -> Any:
    """Return a function that opens the page which Outlook runs at sending, beside this mail."""
    pages: list[Page] = []

    def open_it(html: str, **setup: Any) -> Page:
        page = context.new_page()
        pages.append(page)
        page.route(
            re.compile(re.escape(OFFICE_JS)),
            lambda route: route.fulfill(body=OUTLOOK_HOST, content_type="text/javascript"),
        )
        page.add_init_script(f"window.outlookSetup = {{ item: {{ compose: true, html: {html!r} }}, ...{setup!r} }};")
        if setup.get("lost"):
            page.route("**/outlook/onsend.js", lambda route: route.abort())
        page.goto(f"{house.url}/outlook/onsend.html")
        return page

    yield open_it
    for page in pages:
        page.close()


SEND = "window.outlookHost.send()"
SENT = "window.outlookHost.state.sent"


def test_a_mail_with_gaps_is_stopped_at_sending_and_one_without_goes(sending: Any) -> None:
    page = sending("<p>We deliver [[by when?]]</p><p>[[which price?]]</p>")
    assert page.evaluate(SEND) == {
        "allowEvent": False,
        "errorMessage": "This mail still has 2 open questions: by when? \u00b7 which price?",
        "cancelLabel": "Fill them in",
        "commandId": "OpenCompose",
    }
    assert page.evaluate(SENT) == []
    page.evaluate("window.outlookHost.draft.html = '<p>We deliver on Monday [sic].</p>'")
    assert page.evaluate(SEND) == {"allowEvent": True}
    assert len(page.evaluate(SENT)) == 1


@pytest.mark.parametrize("setup", [{"refuses": "body"}, {"lost": "yes"}])
def test_a_mail_goes_when_it_cannot_be_looked_at(sending: Any, setup: dict[str, str]) -> None:
    page = sending("<p>[[by when?]]</p>", **setup)
    assert page.evaluate(SEND) == {"allowEvent": True}
    assert len(page.evaluate(SENT)) == 1


def test_at_sending_no_server_is_asked(sending: Any) -> None:
    page = sending("<p>[[by when?]]</p>")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.context.set_offline(True)
    try:
        assert page.evaluate(SEND)["allowEvent"] is False
    finally:
        page.context.set_offline(False)
    assert asked == []
