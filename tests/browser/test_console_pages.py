"""Every page of the console and the report, full of data: for who sees little, sees nothing, or has a keyboard alone.

The pictures are kept in the folder of the setting CONSOLE_PICTURES, else in the test's own.
"""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from core.settings import load_settings
from integrations.cli.processes.data_dir import api_token
from tests.browser.pages import MAX_MILLISECONDS
from tests.fakes.openai_server import OpenAIServer
from tests.integrations.api.running import RunningWeb, running_web
from tests.integrations.console.conftest import comes_in, new_code
from tests.integrations.console.filled import fill
from tests.integrations.word.conftest import pane_tools
from tests.servers.valkey import ValkeyProcess

__all__ = ["pane_tools"]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
MAX_TABS = 60
# What stands outside of a window of that width although nothing around it scrolls; what only a reader hears counts not.
OUTSIDE = """() => [...document.querySelectorAll('a, button, input, select, textarea, summary')]
  .filter((e) => e.checkVisibility() && !e.closest('.scroll') && !e.matches('.unseen, .skip'))
  .filter((e) => e.getBoundingClientRect().width)
  .filter((e) => e.getBoundingClientRect().right > innerWidth + 1 || e.getBoundingClientRect().left < -1)
  .map((e) => e.outerHTML.slice(0, 120))"""
LOW = """() => [...document.querySelectorAll('a, button, summary')]
  .filter((e) => e.checkVisibility() && !e.matches('.unseen, .skip'))
  .filter((e) => e.parentElement.childNodes.length === 1 || e.tagName !== 'A')
  .filter((e) => e.getBoundingClientRect().height < 24)
  .map((e) => e.outerHTML.slice(0, 120))"""
MOVING = """() => [...document.querySelectorAll('*')].filter((e) => {
  const style = getComputedStyle(e);
  return style.animationName !== 'none' || parseFloat(style.transitionDuration) > 0; }).map((e) => e.tagName)"""


# Words in the column "From" that stand in more than one line.
GERMAN_TIME = """() => {
    document.documentElement.lang = 'de';
    document.body.insertAdjacentHTML('beforeend', '<time id="told" datetime="2026-11-30T06:33:00Z"></time>');
    document.body.dispatchEvent(new CustomEvent('htmx:load', { bubbles: true }));
}"""
BROKEN_WORDS = """() => [...document.querySelectorAll('td[data-label="From"], a[href*="/recipes/"]')].flatMap(cell => {
    const text = cell.firstChild, broken = [];
    for (const word of text.data.matchAll(/\\S+/g)) {
        const range = document.createRange();
        range.setStart(text, word.index);
        range.setEnd(text, word.index + word[0].length);
        if (range.getClientRects().length > 1) broken.push(word[0]);
    }
    return broken;
})"""


@dataclass
class Console:
    """A window that is signed in to a full installation; `addresses` are its pages by name."""

    page: Page
    web: RunningWeb
    addresses: dict[str, str]

    def open(self, name: str) -> Page:
        """Open a page."""
        self.page.goto(self.web.url + self.addresses[name])
        return self.page


@pytest.fixture(scope="module")
def full(
    chromium: Browser, valkey_shared: ValkeyProcess, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Console]:
    """Fill an installation of one person, and sign in to it."""
    home = tmp_path_factory.mktemp("full")
    with OpenAIServer() as model:
        changes = {"home": home, "broker_url": valkey_shared.url, "model_url": model.url}
        settings = load_settings().model_copy(update=changes)
        api_token(home)
        with running_web(settings) as web:
            with comes_in(web) as client:
                addresses = fill(web, client, tmp_path_factory.mktemp("files")).addresses
            context = chromium.new_context(viewport={"width": 1280, "height": 800}, locale="en-US")
            context.set_default_timeout(MAX_MILLISECONDS)
            page = context.new_page()
            page.goto(f"{web.url}/console/sign-in?code={new_code(web)}")
            page.get_by_role("button", name="Continue").click()
            expect(page.get_by_role("heading", name="Home")).to_be_visible()
            yield Console(page, web, addresses)
            context.close()


@pytest.fixture
def console(full: Console) -> Console:
    """Give the window as it is at first."""
    full.page.set_viewport_size({"width": 1280, "height": 800})
    full.page.set_extra_http_headers({"Accept-Language": "en"})
    full.page.emulate_media(color_scheme="light", forced_colors="none", reduced_motion="no-preference")
    return full


def faults(page: Page, axe: str) -> list[tuple[str, list[str]]]:
    """Return what axe has to say, with where. The policy of the page lets nothing be added to it as a script."""
    page.evaluate(axe)
    found = page.evaluate("tags => axe.run({ runOnly: tags })", RULES)
    return [(one["id"], [node["html"][:160] for node in one["nodes"]]) for one in found["violations"]]


@pytest.mark.parametrize(("theme", "width"), [("light", 1280), ("dark", 360)])
def test_axe_finds_no_fault_on_any_page(
    console: Console, pane_tools: Path, tmp_path: Path, theme: str, width: int
) -> None:
    axe = (pane_tools / "node_modules/axe-core/axe.min.js").read_text()
    folder = Path(os.environ.get("CONSOLE_PICTURES") or tmp_path)
    folder.mkdir(parents=True, exist_ok=True)
    console.page.set_viewport_size({"width": width, "height": 800})
    console.page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
    found = {}
    for name in console.addresses:
        page = console.open(name)
        if told := faults(page, axe):
            found[name] = told
        page.screenshot(path=folder / f"{name}-{width}-{theme}.png", full_page=True)
    assert found == {}


@pytest.mark.parametrize("name", ["drafts", "recipes"])
def test_no_word_is_broken_that_says_what_a_row_is_of(console: Console, name: str) -> None:
    console.page.set_viewport_size({"width": 1200, "height": 800})
    assert console.open(name).evaluate(BROKEN_WORDS) == []


def test_times_are_told_in_the_language_of_the_page_and_not_of_the_browser(console: Console) -> None:
    page = console.open("drafts")
    page.evaluate(GERMAN_TIME)
    expect(page.locator("#told")).to_have_text(re.compile(r"^\d{2}\.\d{2}\.2026, \d{2}:\d{2}$"))


@pytest.mark.parametrize(("width", "language"), [(360, "en"), (320, "en"), (640, "en"), (320, "de")])
def test_no_page_scrolls_sideways_or_hides_a_control(
    console: Console, tmp_path: Path, width: int, language: str
) -> None:
    """320 is what a window of 1280 has at 400 %, 640 at 200 %. German has the longer words."""
    console.page.set_viewport_size({"width": width, "height": 800})
    console.page.set_extra_http_headers({"Accept-Language": language})
    found = {}
    for name in console.addresses:
        page = console.open(name)
        wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
        outside = page.evaluate(OUTSIDE)
        if wide or outside:
            page.screenshot(path=tmp_path / f"{name}.png", full_page=True)
            found[name] = ("scrolls sideways" if wide else "", outside)
    assert found == {}


def test_the_models_of_an_installation_as_shipped_fit_a_narrow_window_in_german(
    chromium: Browser, valkey_shared: ValkeyProcess, tmp_path: Path
) -> None:
    api_token(tmp_path)
    settings = load_settings().model_copy(update={"home": tmp_path, "broker_url": valkey_shared.url})
    with running_web(settings) as web:
        context = chromium.new_context(viewport={"width": 320, "height": 800}, locale="de-DE")
        page = context.new_page()
        page.goto(f"{web.url}/console/sign-in?code={new_code(web)}")
        page.get_by_role("button").first.click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Start")
        page.goto(f"{web.url}/console/models")
        assert page.evaluate("document.documentElement.scrollWidth") == 320
        context.close()


def test_every_control_is_large_enough_to_be_hit(console: Console) -> None:
    console.page.set_viewport_size({"width": 360, "height": 800})
    found = {name: low for name in console.addresses if (low := console.open(name).evaluate(LOW))}
    assert found == {}


@pytest.mark.parametrize("name", ["home", "drafts", "draft-reply", "connections", "report", "people", "audit"])
def test_forced_colours_keep_what_colour_alone_would_say(console: Console, pane_tools: Path, name: str) -> None:
    axe = (pane_tools / "node_modules/axe-core/axe.min.js").read_text()
    console.page.emulate_media(forced_colors="active")
    page = console.open(name)
    assert faults(page, axe) == []
    for control in page.locator("button:visible, .badge:visible, nav.pages a[aria-current]:visible").all():
        width, style = control.evaluate(
            "e => { const s = getComputedStyle(e); return [parseFloat(s.borderLeftWidth), s.borderLeftStyle]; }"
        )
        assert (width >= 1, style) == (True, "solid")


def test_nothing_moves_for_who_wants_no_motion(console: Console) -> None:
    console.page.emulate_media(reduced_motion="reduce")
    assert {name: moving for name in console.addresses if (moving := console.open(name).evaluate(MOVING))} == {}


def test_every_page_says_where_one_is(console: Console) -> None:
    outside = {"error", "lost", "front"}
    for name in console.addresses.keys() - outside:
        page = console.open(name)
        expect(page.locator("nav.pages a[aria-current=page]"), name).to_have_count(1 if name != "search" else 0)
        expect(page.locator("h1"), name).to_have_count(1)
        assert page.title().endswith(" · Inlaid")


def by_keyboard(page: Page, target: Locator) -> Locator:
    """Reach something with the Tab key alone."""
    for _ in range(MAX_TABS):
        page.keyboard.press("Tab")
        if target.evaluate("e => e === document.activeElement"):
            return target
    raise AssertionError(f"not reached by {MAX_TABS} tabs: {target}")


def past_the_menu(page: Page) -> None:
    """Take the way that saves going through the menu."""
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")


def test_by_keyboard_an_open_question_is_answered_and_the_draft_used(console: Console) -> None:
    page = console.open("home")
    past_the_menu(page)
    by_keyboard(page, page.get_by_role("list", name="Waiting for you").get_by_role("link", name="Re: Offer")).press(
        "Enter"
    )
    expect(page.get_by_role("heading", name="Re: Offer for twelve pumps")).to_be_visible()
    past_the_menu(page)
    answer = by_keyboard(page, page.get_by_role("button", name="Yes, we can deliver by 14 March."))
    answer.press("Space")
    expect(answer).to_have_attribute("aria-pressed", "true")
    by_keyboard(page, page.get_by_role("button", name="Mark as used")).press("Enter")
    expect(page.get_by_role("status").filter(has_text="You use this text")).to_be_visible()


def test_by_keyboard_a_draft_is_found_and_another_version_asked_for(console: Console) -> None:
    page = console.open("drafts")
    past_the_menu(page)
    by_keyboard(page, page.get_by_label("Words in the request or the draft"))
    page.keyboard.type("thursday team")
    page.keyboard.press("Enter")
    expect(page.locator("tbody tr")).to_have_count(2)
    past_the_menu(page)
    by_keyboard(page, page.locator("tbody a").first).press("Enter")
    expect(page.get_by_role("heading", name="Tell the team that we meet on Thursday")).to_be_visible()
    past_the_menu(page)
    by_keyboard(page, page.get_by_label("What should change?"))
    page.keyboard.type("shorter")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="Waiting for a worker")).to_be_visible()


def test_by_keyboard_a_style_rule_is_taken_up(console: Console) -> None:
    page = console.open("learnt")
    past_the_menu(page)
    by_keyboard(page, page.get_by_role("button", name="Use it")).press("Enter")
    expect(page.get_by_role("button", name="Stop using it")).to_have_count(2)


def test_by_keyboard_the_report_is_narrowed_and_opened_where_one_wants_more(console: Console) -> None:
    page = console.open("report")
    past_the_menu(page)
    by_keyboard(page, page.locator("select[name=since]"))
    page.keyboard.type("90")
    by_keyboard(page, page.get_by_role("button", name="Apply")).press("Enter")
    page.wait_for_url(re.compile("since=90d"))
    past_the_menu(page)
    details = page.locator("details", has=page.get_by_text("By recipe", exact=True))
    by_keyboard(page, details.locator("summary")).press("Enter")
    expect(page.get_by_role("region", name="Figures by recipe")).to_be_visible()


def test_by_keyboard_an_administrator_ends_somebodys_access(console: Console) -> None:
    page = console.open("home")
    by_keyboard(page, page.get_by_role("link", name="People")).press("Enter")
    expect(page.get_by_role("heading", name="People", level=1)).to_be_visible()
    past_the_menu(page)
    person = page.locator("details.person", has_text="dan@example.com")
    by_keyboard(page, person.locator("> summary")).press("Enter")
    by_keyboard(page, person.get_by_text("End their access")).press("Enter")
    by_keyboard(page, person.get_by_role("button", name="End access")).press("Enter")
    expect(page.locator("details.person", has_text="dan@example.com")).to_contain_text("access ended")
