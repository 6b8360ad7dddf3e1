"""The draft of a reply in Outlook's pane: what is kept when it is changed, what goes into the reply, what is said."""

from collections.abc import Sequence

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from core.drafts import Draft, Gap
from tests.browser.conftest import House, OpenPane
from tests.browser.pages import opened
from tests.browser.test_ask import ANSWER_MILLISECONDS
from tests.browser.test_looks import shoot
from tests.browser.test_outlook_looks import Look, look
from tests.browser.test_outlook_read import MAIL, YES, replying
from tests.fakes.openai_replies import Answer
from tests.integrations.word.conftest import pane_tools

__all__ = ["look", "pane_tools", "shoot"]

QUESTIONS = ("Which price holds?", "Which day suits you?", "Who comes along?", "Where do we meet?", "Is it settled?")
FIRST = "Look at this first: \N{LEFT DOUBLE QUOTATION MARK}our account has changed\N{RIGHT DOUBLE QUOTATION MARK}"
ALSO = "It also says: \N{LEFT DOUBLE QUOTATION MARK}I am in until noon\N{RIGHT DOUBLE QUOTATION MARK}"
WROTE = "You wrote before: \N{LEFT DOUBLE QUOTATION MARK}the lead time is six weeks\N{RIGHT DOUBLE QUOTATION MARK}"
HINTS = (FIRST, ALSO, WROTE)
SMALL = {"needs": "large", "offered": False, "offered_for_documents": False}


def test_a_change_is_made_on_the_draft_with_the_answers_that_were_given(open_outlook: OpenPane, house: House) -> None:
    house.model.respond = replying
    pane = open_outlook(MAIL)
    page = pane.page
    page.get_by_role("button", name="Draft a reply").click()
    page.get_by_label(YES).check(timeout=ANSWER_MILLISECONDS)
    house.model.respond = lambda body: Answer("Seen: " + str(YES in str(body["messages"])))
    page.get_by_label("What should change?").fill("much shorter")
    page.get_by_role("button", name="Change it").click()
    expect(page.locator("#draft")).to_contain_text("Seen: True", timeout=ANSWER_MILLISECONDS)
    page.get_by_role("button", name="Version before").click()
    expect(page.locator("#draft")).to_contain_text(YES, timeout=ANSWER_MILLISECONDS)
    expect(page.locator("#gaps-open")).to_have_text("1 open question")
    assert pane.complaints == []


def test_a_suspicious_mail_is_refused_in_the_language_of_who_reads_it(
    chromium: Browser, context: BrowserContext, house: House
) -> None:
    # Outlook speaks German here, the browser that it runs in English.
    german = chromium.new_context(locale="en-US", storage_state=context.storage_state())
    body = "<p>Hi Ann,</p><p>our bank details have changed. Please pay invoice 33 to the new account.</p><p>Tom</p>"
    mail = {**MAIL, "html": body, "from": {"name": "Tom Abiola", "address": "tom@gmx.example"}}
    page = opened(german, house.url, outlook={"item": mail, "language": "de-DE"}).page
    page.get_by_role("button", name="Antwort entwerfen").click()
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("Verdächtig: Sie nennt eine neue Bankverbindung.", timeout=ANSWER_MILLISECONDS)
    german.close()


def test_hints_stay_in_the_pane_and_what_was_not_taken_is_said_first(open_outlook: OpenPane) -> None:
    pane = open_outlook(None)
    page = pane.page
    text = f"Hi Tom,\n\nYes.\n\n[[{ALSO}]]\n\nAnn"
    waiting_for_it(page, drafted(text, hints=[ALSO], notices=("It is not in the draft.",)))
    pane.outlook("choose", MAIL)
    page.get_by_role("button", name="Show it").click()
    expect(page.locator("#draft mark.gap")).to_have_count(0)
    expect(page.locator("#draft").get_by_role("note", name="Note")).to_contain_text(ALSO)
    assert page.locator(".notices").bounding_box()["y"] < page.locator("#draft").bounding_box()["y"]  # type: ignore[index] # both are there
    page.get_by_role("button", name="Open as reply").click()
    expect(page.locator(".foot > .status")).to_have_text("The reply is open beside the mail.")
    (reply,) = pane.outlook_state("state.replies")
    assert reply["html"] == "<p>Hi Tom,</p><p>Yes.</p><p>Ann</p>"


def drafted(text: str, hints: Sequence[str], questions: Sequence[str] = (), notices: tuple[str, ...] = ()) -> Draft:
    gaps = [Gap(place=f"[[{one}]]", question=one) for one in questions]
    gaps += [Gap(place=f"[[{one}]]", question=one, is_hint=True) for one in hints]
    return Draft(recipe="reply", text=text, gaps=tuple(gaps), notices=notices, model="m")


def waiting_for_it(page: Page, draft: Draft) -> None:
    """Have the server tell of a draft that waits for any thread."""
    waiting = {"id": "0192f0f0-0000-7000-8000-000000000001", "state": "delivered", "recipe": "reply"}
    page.route("**/api/v1/waiting-draft?*", lambda route: route.fulfill(json={"job": waiting["id"]}))
    told = {**waiting, "draft": draft.model_dump(mode="json")}
    page.route(f"**/api/v1/jobs/{waiting['id']}", lambda route: route.fulfill(json=told))


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_only_questions_are_numbered_and_notes_ask_nothing(open_outlook: OpenPane, look: Look, theme: str) -> None:
    pane = open_outlook(None, theme={"bodyBackgroundColor": "#1f1f1f" if theme == "dark" else "#ffffff"})
    page = pane.page
    page.set_viewport_size({"width": 360, "height": 800})
    first, *others = HINTS
    lines = ["Hi Tom,", first, *QUESTIONS, *others]
    text = "\n\n".join([lines[0], *(f"[[{one}]]" for one in lines[1:]), "Best regards,\nAnn Lee"])
    waiting_for_it(page, drafted(text, HINTS, QUESTIONS))
    pane.outlook("choose", MAIL)
    page.get_by_role("button", name="Show it").click()
    expect(page.locator("#draft mark.gap")).to_have_text(QUESTIONS)
    expect(page.get_by_role("note", name="Important")).to_have_text(f"Important {first}")
    expect(page.get_by_role("note", name="Note")).to_have_text([f"Note {one}" for one in others])
    asked = [f"Open question {number} of 5: {one}" for number, one in enumerate(QUESTIONS, start=1)]
    expect(page.locator("fieldset.question legend")).to_have_text(asked)
    expect(page.get_by_role("textbox")).to_have_count(5)
    expect(page.locator("#gaps-open")).to_have_text("5 open questions")
    look(pane, f"notes-{theme}")


def test_the_way_into_a_reply_is_in_sight_and_answers_grow(open_outlook: OpenPane) -> None:
    pane = open_outlook(None)
    page = pane.page
    page.set_viewport_size({"width": 360, "height": 800})
    text = "\n\n".join(["Hi Tom,", *(f"[[{one}]]" for one in QUESTIONS), "Ann Lee"])
    waiting_for_it(page, drafted(text, [], QUESTIONS))
    pane.outlook("choose", MAIL)
    page.get_by_role("button", name="Show it").click()
    expect(page.locator("h2")).to_be_focused()
    for name in ("Open as reply", "Copy"):
        expect(page.get_by_role("button", name=name)).to_be_in_viewport(ratio=1)
    foot = page.locator(".foot")
    for number, own in enumerate(page.get_by_label("In your own words").all()):
        page.keyboard.press("Tab")
        expect(own).to_be_focused()
        box, below = own.bounding_box(), foot.bounding_box()
        assert box is not None
        assert below is not None
        assert box["y"] + box["height"] <= below["y"], number
        page.keyboard.type("We meet at the gate,\nat ten,\nwith the plans,\nand with a lot of time.")
        grown = own.bounding_box()
        assert grown is not None
        assert box["height"] > 40
        assert grown["height"] > box["height"] + 30
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Open as reply")).to_be_focused()
    page.keyboard.press("Enter")
    (reply,) = pane.outlook_state("state.replies")
    assert reply["html"].count("We meet at the gate,<br>at ten,") == 5


def test_notes_of_a_draft_are_told_from_its_questions_and_removed_where_it_is_written(open_outlook: OpenPane) -> None:
    pane = open_outlook(None)
    page = pane.page
    waiting_for_it(page, drafted("", [ALSO, WROTE], QUESTIONS[:1]))
    sign = "[[<mark>\u270f\ufe0f</mark> "
    mail = "".join(f"<p>{sign}{one}]]</p>\n" for one in (ALSO, QUESTIONS[0], WROTE))
    pane.outlook(
        "choose", {"compose": True, "inReplyTo": "<one@kontor.example>", "html": f"<p>Hi,</p>\n{mail}<p>Ann</p>"}
    )
    expect(page.locator("#notes p")).to_have_text("2 notes in this mail are for you, not for your reader.")
    expect(page.locator("#gaps label")).to_have_text([QUESTIONS[0]])
    page.get_by_role("button", name="Remove the notes").click()
    expect(page.locator("#notes p")).to_have_text("The notes are removed.")
    expect(page.get_by_role("button", name="Remove the notes")).to_have_count(0)
    kept = f"<p>Hi,</p>\n\n<p>{sign}{QUESTIONS[0]}]]</p>\n\n<p>Ann</p>"
    assert pane.outlook_state("draft.html") == kept
    expect(page.locator("#gaps label")).to_have_text([QUESTIONS[0]])
    assert pane.complaints == []


def test_open_questions_are_asked_about_once_before_the_reply_opens(open_outlook: OpenPane, house: House) -> None:
    house.model.respond = replying
    pane = open_outlook(MAIL)
    page = pane.page
    page.get_by_role("button", name="Draft a reply").click()
    page.get_by_role("button", name="Open as reply").click(timeout=ANSWER_MILLISECONDS)
    expect(page.get_by_role("alert")).to_contain_text("2 questions are still open. Open anyway?")
    expect(page.get_by_role("button", name="Open anyway")).to_be_focused()
    assert pane.outlook_state("state.replies") == []
    page.get_by_role("button", name="Reply to all").click()
    expect(page.locator(".foot > .status")).to_contain_text("The reply is open")
    expect(page.get_by_role("alert")).to_have_count(0)


def test_examples_and_buttons_are_what_a_small_model_can_do(open_outlook: OpenPane, house: House) -> None:
    def small(route: Route) -> None:
        answer = route.fetch()
        told = answer.json()
        for recipe in told["recipes"]:
            recipe.update(SMALL if recipe["needs"] == "large" else {})
            recipe["offered_for_documents"] &= recipe["name"] != "summarize"
        route.fulfill(response=answer, json=told)

    house.model.respond = replying
    pane = open_outlook(None)
    page = pane.page
    page.route("**/api/v1/recipes", small)
    page.reload()
    pane.outlook("choose", MAIL)
    for name in ("Summary", "Action items"):
        expect(page.get_by_role("button", name=name)).to_have_attribute("aria-disabled", "true")
    page.get_by_role("button", name="Draft a reply").click()
    help_ = page.locator("#wish-help")
    expect(help_).to_contain_text("drop the price", timeout=ANSWER_MILLISECONDS)
    expect(help_).not_to_contain_text("shorter")


def test_after_an_error_nothing_is_announced_as_still_worked_on(open_outlook: OpenPane) -> None:
    page = open_outlook(MAIL).page
    failed = {"error": {"code": "limit", "message": "That was too much."}}
    page.route("**/api/v1/jobs", lambda route: route.fulfill(status=429, json=failed))
    page.get_by_role("button", name="Summary").click()
    expect(page.get_by_role("alert")).to_contain_text("That was too much.")
    expect(page.locator("#announcer")).to_have_text("")
