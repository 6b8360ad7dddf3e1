"""The draft of a reply in Outlook's pane: what is kept when it is changed, what goes into the reply, what is said."""

from playwright.sync_api import Browser, BrowserContext, Route, expect

from core.drafts import Draft, Gap
from tests.browser.conftest import House, OpenPane
from tests.browser.pages import opened
from tests.browser.test_ask import ANSWER_MILLISECONDS
from tests.browser.test_outlook_read import MAIL, YES, replying
from tests.fakes.openai_replies import Answer

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
    german = chromium.new_context(locale="de-DE", storage_state=context.storage_state())
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
    hint = "It also says: “I am in until noon”"
    gaps = [Gap(place=f"[[{hint}]]", question=hint, is_hint=True)]
    text = f"Hi Tom,\n\nYes.\n\n[[{hint}]]\n\nAnn"
    draft = Draft(recipe="reply", text=text, gaps=tuple(gaps), notices=("It is not in the draft.",), model="m")
    waiting = {"id": "0192f0f0-0000-7000-8000-000000000001", "state": "delivered", "recipe": "reply"}
    page.route("**/api/v1/waiting-draft?*", lambda route: route.fulfill(json={"job": waiting["id"]}))
    told = {**waiting, "draft": draft.model_dump(mode="json")}
    page.route(f"**/api/v1/jobs/{waiting['id']}", lambda route: route.fulfill(json=told))
    pane.outlook("choose", MAIL)
    page.get_by_role("button", name="Show it").click()
    expect(page.locator("#draft mark.gap")).to_have_text(hint)
    assert page.locator(".notices").bounding_box()["y"] < page.locator("#draft").bounding_box()["y"]  # type: ignore[index] # both are there
    page.get_by_role("button", name="Open as reply").click()
    expect(page.locator(".result > .status")).to_have_text("The reply is open beside the mail.")
    (reply,) = pane.outlook_state("state.replies")
    assert reply["html"] == "<p>Hi Tom,</p><p>Yes.</p><p>Ann</p>"


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
    expect(page.locator(".result > .status")).to_contain_text("The reply is open")
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
