"""How the pane in Outlook looks and is heard, and what it says where it cannot start or does not know who is there.

The pictures are kept in the folder of the setting PANE_PICTURES, else in the test's own.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.conftest import House, OpenPane, come_in
from tests.browser.pages import MAX_MILLISECONDS, OFFICE_JS, OUTLOOK_HOST, Pane, opened
from tests.browser.test_ask import ANSWER_MILLISECONDS
from tests.browser.test_looks import Shoot, shoot
from tests.browser.test_outlook_compose import GAPPED
from tests.browser.test_outlook_read import MAIL, replying
from tests.browser.test_sign_in import CLIENT_ID, NESTED, TENANT, granted, jwt
from tests.browser.test_word_looks import CUT
from tests.fakes.openai_replies import Answer
from tests.integrations.word.conftest import pane_tools

__all__ = ["pane_tools", "shoot"]
Look = Callable[[Pane, str], None]


@pytest.fixture
def look(shoot: Shoot, pane_tools: Path) -> Look:
    """Return a function that takes pictures at the narrowest and the usual width, and asks axe about the page."""
    axe = (pane_tools / "node_modules/axe-core/axe.min.js").read_text()

    def take(pane: Pane, name: str) -> None:
        pane.until("document.getAnimations({subtree: true}).length === 0")
        for width in (320, 450):
            pane.page.set_viewport_size({"width": width, "height": 800})
            shoot(pane, f"outlook-{name}-{width}")
        pane.page.set_viewport_size({"width": 640, "height": 800})
        pane.page.evaluate("document.documentElement.style.zoom = 2")
        assert pane.page.evaluate(CUT) == [], f"{name} at 200 %"
        pane.page.evaluate("document.documentElement.style.zoom = ''")
        pane.page.set_viewport_size({"width": 450, "height": 800})
        # The policy of the page lets nothing be added to it as a script.
        pane.page.evaluate(axe)
        wanted = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
        found = pane.page.evaluate("tags => axe.run({ runOnly: tags })", wanted)
        told = [(one["id"], [node["html"] for node in one["nodes"]]) for one in found["violations"]]
        assert told == [], name

    return take


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_screen_can_be_read_and_has_no_fault_of_access(
    open_outlook: OpenPane, house: House, look: Look, theme: Any
) -> None:
    colour = "#1f1f1f" if theme == "dark" else "#ffffff"
    house.model.respond = replying
    pane = open_outlook(MAIL, theme={"bodyBackgroundColor": colour})
    page = pane.page
    look(pane, f"start-{theme}")
    page.get_by_role("button", name="Draft a reply").click()
    expect(page.get_by_role("heading", name="Draft of a reply")).to_be_visible(timeout=ANSWER_MILLISECONDS)
    page.get_by_label("In your own words").nth(1).fill("EUR 900")
    look(pane, f"reply-{theme}")
    page.get_by_role("button", name="Back").click()
    house.model.respond = lambda _body: Answer("Tom wants twelve pumps by 4 December.")
    page.get_by_role("button", name="Summary").click()
    expect(page.get_by_role("heading", name="Summary")).to_be_visible(timeout=ANSWER_MILLISECONDS)
    look(pane, f"summary-{theme}")
    pane.outlook("choose", None)
    expect(page.locator("#pane")).to_contain_text("No mail is open.")
    look(pane, f"nothing-{theme}")
    writing = open_outlook({"compose": True, "html": GAPPED}, theme={"bodyBackgroundColor": colour})
    writing.page.get_by_label("by when?").wait_for()
    look(writing, f"compose-{theme}")


def test_what_needs_a_larger_model_says_so(open_outlook: OpenPane, look: Look) -> None:
    pane = open_outlook(None)
    page = pane.page

    def answer(route: Route) -> None:
        found = route.fetch()
        recipes = found.json()["recipes"]
        for recipe in recipes:
            recipe["offered"] = recipe["name"] != "actions"
        route.fulfill(response=found, json={"recipes": recipes})

    page.route("**/api/v1/recipes", answer)
    page.add_init_script(f"window.outlookSetup.item = {MAIL!r};")
    page.reload()
    actions = page.get_by_role("button", name="Action items")
    expect(actions).to_be_disabled()
    expect(actions).to_have_accessible_description(
        "This needs a larger model than the one that is set up. Ask your administrator for one."
    )
    sent = pane.sent_to("/jobs")
    actions.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Summary")).to_be_enabled()
    look(pane, "not-offered")
    assert sent == []


def test_a_reply_is_made_with_the_keyboard_alone(open_outlook: OpenPane, house: House) -> None:
    house.model.respond = replying
    pane = open_outlook(MAIL)
    keyboard = pane.page.keyboard
    keyboard.press("Tab")
    assert pane.page.evaluate("document.activeElement.id") == "instruction"
    keyboard.type("yes")
    keyboard.press("Tab")
    keyboard.press("Enter")
    expect(pane.page.get_by_role("heading", name="Draft of a reply")).to_be_focused(timeout=ANSWER_MILLISECONDS)
    keyboard.press("Tab")
    keyboard.press("Space")
    seen: list[str] = []
    while not seen or seen[-1] != "open-reply":
        keyboard.press("Tab")
        seen.append(str(pane.page.evaluate("document.activeElement.id")))
        assert len(seen) < 12, seen
    keyboard.press("Enter")
    expect(pane.page.get_by_role("button", name="Open anyway")).to_be_focused()
    keyboard.press("Enter")
    expect(pane.page.locator(".foot > .status")).to_contain_text("The reply is open")
    assert len(pane.outlook_state("state.replies")) == 1


def test_it_speaks_german_from_end_to_end(chromium: Browser, house: House, look: Look) -> None:
    german = chromium.new_context(locale="de-DE")
    german.set_default_timeout(MAX_MILLISECONDS)
    house.model.respond = replying
    try:
        come_in(german.new_page(), house)
        pane = opened(german, house.url, outlook={"item": MAIL, "language": "de-DE"})
        page = pane.page
        page.get_by_role("button", name="Antwort entwerfen").click()
        expect(page.get_by_role("heading", name="Antwortentwurf")).to_be_visible(timeout=ANSWER_MILLISECONDS)
        assert page.get_attribute("html", "lang") == "de"
        look(pane, "german")
        shown = page.locator("#pane").inner_text()
        assert not {"Open", "Reply", "Copy", "Back", "question", "words"} & set(shown.split())
    finally:
        german.close()


# Starting.


@pytest.fixture
def start(house: House, chromium: Browser) -> Iterator[Callable[..., Page]]:
    """Return a function that opens the page as Outlook does, by somebody whom the server does not know."""
    context = chromium.new_context()
    context.set_default_timeout(MAX_MILLISECONDS)

    def open_it(setup: str = "{}", host: str | None = OUTLOOK_HOST, before: str = "") -> Page:
        page = context.new_page()
        page.add_init_script(f"window.outlookSetup = {setup};{before}")
        if host is None:
            page.route(OFFICE_JS, lambda route: route.abort())
        else:
            page.route(OFFICE_JS, lambda route: route.fulfill(body=host, content_type="text/javascript"))
        if before:
            # A web view that knows no modules does not run the pane's own script.
            page.route("**/assets/outlook-*.js", lambda route: route.fulfill(body="", content_type="text/javascript"))
        page.goto(f"{house.url}/outlook/taskpane.html", wait_until="commit")
        return page

    yield open_it
    context.close()


@pytest.mark.parametrize(
    ("setup", "host", "before", "said"),
    [
        ("{}", None, "", "cannot reach Outlook: Microsoft\N{RIGHT SINGLE QUOTATION MARK}s office.js"),
        ("{ outside: true }", OUTLOOK_HOST, "", "belongs in Outlook"),
        ("{ version: '1.4' }", OUTLOOK_HOST, "", "This Outlook is too old"),
        ("{}", "", "delete HTMLScriptElement.prototype.noModule", "This Outlook is too old"),
    ],
)
def test_a_pane_that_cannot_start_says_why(
    start: Callable[..., Page], setup: str, host: str | None, before: str, said: str
) -> None:
    page = start(setup, host, before)
    alert = page.locator("#pane [role=alert]")
    expect(alert).to_contain_text(said)
    assert "Word" not in alert.inner_text()


def test_who_is_not_known_says_who_they_are_and_goes_on(start: Callable[..., Page], house: House) -> None:
    page = start("{ item: { subject: 'Pumps', html: '<p>Hi</p>' } }")
    page.wait_for_selector("#token")
    expect(page.get_by_role("alert")).to_contain_text("Please sign in.")
    assert house.tree.token_file is not None
    page.fill("#token", house.tree.token_file.read_text().strip())
    page.keyboard.press("Enter")
    expect(page.locator(".subject")).to_have_text("Pumps")


def test_nested_app_authentication_asks_nobody(chromium: Browser, house: House) -> None:
    token, bearers = jwt("ann"), list[str]()
    context = chromium.new_context()
    context.set_default_timeout(MAX_MILLISECONDS)

    def recipes(route: Route) -> None:
        bearers.append(route.request.headers.get("authorization", "").removeprefix("Bearer "))
        route.fulfill(json={"recipes": []})

    config = {"client_id": CLIENT_ID, "authority": f"https://login.microsoftonline.com/{TENANT}"}
    context.route("**/word/config.json", lambda route: route.fulfill(json=config))
    context.route("**/api/v1/recipes", recipes)
    try:
        pane = opened(context, house.url, outlook={"item": None, "sets": NESTED, "bridge": [granted(token)]})
        expect(pane.page.locator("#pane")).to_contain_text("No mail is open.")
        assert bearers == [token]
        (asked,) = pane.outlook_state("state.asked")
        host = house.url.removeprefix("http://")
        assert f"api://{host}/{CLIENT_ID}/access_as_user" in asked["scope"].split()
        assert pane.complaints == []
    finally:
        context.close()
