"""Each state of the pane in Word: axe finds nothing, it fits the narrowest window and 200 %, the keyboard is enough.

The pictures are kept in the folder of the setting PANE_PICTURES, else in the test's own.
"""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import House, OpenPane, corrected
from tests.browser.pages import MAX_MILLISECONDS, Pane
from tests.browser.test_cards import PARAGRAPHS
from tests.browser.test_cursor import writing
from tests.browser.test_looks import Shoot, shoot
from tests.fakes.openai_replies import Answer, Reply
from tests.integrations.word.conftest import pane_tools

__all__ = ["pane_tools", "shoot"]
Look = Callable[[Pane, str], None]
# WCAG 2.2, A and AA, and what else is good practice.
WANTED = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# What cannot be reached whole: buttons and fields that stick out of the window, or whose text is cut, as in a card.
CUT = """() => [...document.querySelectorAll('button, input, textarea, select, summary, .card')].filter((one) => {
  const box = one.getBoundingClientRect();
  if (!box.width || !one.checkVisibility()) return false;
  const isCut = one.matches('button, .card') && one.scrollWidth > one.clientWidth + 1;
  return isCut || box.right > innerWidth + 1 || box.left < -1;
}).map((one) => one.outerHTML.slice(0, 120))"""


@pytest.fixture
def look(shoot: Shoot, pane_tools: Path) -> Look:
    """Return a function that takes pictures at the narrowest and the usual width, and asks axe about the page."""
    axe = (pane_tools / "node_modules/axe-core/axe.min.js").read_text()

    def take(pane: Pane, name: str) -> None:
        page = pane.page
        for width in (320, 420):
            page.set_viewport_size({"width": width, "height": 800})
            shoot(pane, f"word-{name}-{width}")
        page.set_viewport_size({"width": 640, "height": 800})
        page.evaluate("document.documentElement.style.zoom = 2")
        assert page.evaluate(CUT) == [], f"{name} at 200 %"
        page.evaluate("document.documentElement.style.zoom = ''")
        page.set_viewport_size({"width": 420, "height": 800})
        # The policy of the page lets nothing be added to it as a script.
        page.evaluate(axe)
        found = page.evaluate("tags => axe.run({ runOnly: tags })", WANTED)
        told = [(one["id"], [node["html"] for node in one["nodes"]]) for one in found["violations"]]
        assert told == [], name

    return take


def wide_open(pane: Pane) -> None:
    pane.page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")


def opened(open_pane: OpenPane, theme: str, paragraphs: list[Any], language: str = "en-US") -> Pane:
    colour = "#1f1f1f" if theme == "dark" else "#ffffff"
    word = {"paragraphs": paragraphs, "theme": {"bodyBackgroundColor": colour}, "language": language}
    return open_pane(word=word)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_changes_have_no_fault_of_access(open_pane: OpenPane, look: Look, theme: str) -> None:
    pane = opened(open_pane, theme, PARAGRAPHS)
    page = pane.page
    wide_open(pane)
    look(pane, f"start-{theme}")
    pane.run("proofread", scope="document")
    page.wait_for_selector("#group-0")
    look(pane, f"group-{theme}")
    pane.press("accept", 4)
    pane.wait_for_decision(4, "accepted")
    page.click("#group-0 summary")
    pane.press("reject", 1)
    look(pane, f"decided-{theme}")
    page.fill("#wish", "accept the ones about penalties")
    page.keyboard.press("Enter")
    expect(page.locator(".result > [role=status]")).to_contain_text("penalties")
    look(pane, f"answered-{theme}")


@pytest.mark.parametrize(
    ("theme", "language", "each"), [("light", "en-US", "Change by change"), ("dark", "de-DE", "Einzelne Änderungen")]
)
def test_five_changes_of_a_paragraph_fit_a_narrow_window(
    open_pane: OpenPane, house: House, look: Look, theme: str, language: str, each: str
) -> None:
    def correct(body: dict[str, Any]) -> Reply:
        answer = corrected(body)
        assert isinstance(answer, Answer)
        return Answer(answer.text.replace("geselschaft", "gesellschaft"))

    house.model.respond = correct
    long = "Rechtsschutzversicherungsgeselschaften"
    text = f"Teh old probelm is that the {long} recieve the annexes, as agreed, untill May at your adress."
    pane = opened(open_pane, theme, [{"text": text}], language)
    pane.run("proofread", scope="document")
    changes = pane.page.get_by_role("list", name=each).get_by_role("listitem")
    expect(changes).to_have_count(5)
    look(pane, f"five-{theme}")
    changes.nth(1).locator("[data-part-act=accept]").press("Enter")
    expect(changes.nth(2).locator("[data-part-act=accept]")).to_be_focused()
    changes.nth(2).locator("[data-part-act=reject]").press("Enter")
    expect(changes.nth(3).locator("[data-part-act=accept]")).to_be_focused()
    look(pane, f"five-decided-{theme}")
    pane.page.set_viewport_size({"width": 320, "height": 800})
    for number in (1, 2):
        said, undo = (changes.nth(number).locator(place).bounding_box() for place in (".status", "button"))
        assert said
        assert undo
        assert undo["y"] <= said["y"] <= undo["y"] + undo["height"], "what was decided is apart"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_draft_has_no_fault_of_access(open_pane: OpenPane, house: House, look: Look, theme: str) -> None:
    house.model.respond = writing
    pane = opened(open_pane, theme, PARAGRAPHS)
    page = pane.page
    page.click("#here summary")
    page.fill("#brief", "say how notice is given")
    page.click("#write-here")
    page.wait_for_selector("#draft")
    look(pane, f"draft-{theme}")
    page.click("#insert-here")
    expect(page.locator("#pane .status")).to_contain_text("Inserted")
    look(pane, f"inserted-{theme}")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_job_that_runs_or_was_cancelled_has_no_fault_of_access(
    open_pane: OpenPane, house: House, look: Look, theme: str
) -> None:
    going_on = threading.Event()

    def slowly(body: dict[str, Any]) -> Reply:
        if "wait here" in str(body["messages"][-1]["content"]):
            going_on.wait(4 * MAX_MILLISECONDS / 1000)
        return corrected(body)

    house.model.respond = slowly
    long = "The supplier delivers what the annex names. " * 250
    pane = opened(open_pane, theme, [{"text": f"Teh first. {long}"}, {"text": f"{long} Please wait here."}])
    try:
        pane.run("proofread", scope="document")
        expect(pane.page.locator(".run .card")).to_have_count(1, timeout=3 * MAX_MILLISECONDS)
        look(pane, f"running-{theme}")
        pane.page.click("#cancel")
        pane.wait_for_cards(1)
    finally:
        going_on.set()
    look(pane, f"cancelled-{theme}")


def test_forced_colours_and_less_motion_keep_everything_apart(open_pane: OpenPane, look: Look) -> None:
    pane = open_pane(word={"paragraphs": PARAGRAPHS})
    pane.page.emulate_media(forced_colors="active", reduced_motion="reduce")
    pane.run("proofread", scope="document")
    pane.page.wait_for_selector("#group-0")
    assert pane.page.evaluate("document.getAnimations({ subtree: true }).length") == 0
    borders = "['.card', '.button', 'ins'].map((one) => getComputedStyle(document.querySelector(one)).borderTopStyle)"
    assert pane.page.evaluate(borders) == ["solid", "solid", "solid"]
    look(pane, "forced-colours")


def test_a_text_is_written_at_the_cursor_with_the_keyboard_alone(open_pane: OpenPane, house: House) -> None:
    house.model.respond = lambda _body: Answer("Notice is given in writing.")
    pane = open_pane(word={"paragraphs": PARAGRAPHS, "selection": [1, 1]})
    keyboard = pane.page.keyboard
    go_to(pane, "details#here > summary")
    keyboard.press("Enter")
    go_to(pane, "#brief")
    keyboard.type("say how notice is given")
    go_to(pane, "#write-here")
    keyboard.press("Enter")
    expect(pane.page.get_by_role("heading", name="Draft for your document")).to_be_focused(timeout=MAX_MILLISECONDS)
    go_to(pane, "#insert-here")
    keyboard.press("Space")
    pane.until("window.wordHost.view()[1].includes('{+')")


def test_equal_corrections_are_decided_with_the_keyboard_alone(open_pane: OpenPane) -> None:
    pane = open_pane(word={"paragraphs": PARAGRAPHS})
    pane.run("proofread", scope="document")
    pane.page.wait_for_selector("#group-0")
    go_to(pane, "#group-0 [data-act=accept]")
    pane.page.keyboard.press("Enter")
    pane.until("document.querySelector('#group-0').dataset.decision === 'accepted'")
    assert pane.page.evaluate("document.activeElement.closest('.card').id") == "card-4"


def go_to(pane: Pane, selector: str) -> None:
    """Press Tab until that has the focus."""
    for _ in range(60):
        if pane.page.evaluate("one => document.activeElement.matches(one)", selector):
            return
        pane.page.keyboard.press("Tab")
    raise AssertionError(f"{selector} is not reached by Tab")
