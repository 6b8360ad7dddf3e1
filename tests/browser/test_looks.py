"""How the pane looks and is heard: themes, a narrow window, errors, keyboard and screen reader, another language.

The pictures are kept in the folder of the setting PANE_PICTURES, else in the test's own.
"""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Route, expect

from tests.browser.conftest import House, OpenPane, come_in
from tests.browser.pages import MAX_MILLISECONDS, Pane, opened
from tests.browser.test_file import TEXTS, a_document, choose
from tests.fakes.openai_replies import Answer

CONTRAST = (Path(__file__).parent / "contrast.js").read_text()
LONG = (
    "The parties agree that the supplier, who has read the annexes and knows the place of delivery, shall deliver "
    "the goods untill the last day of March, and that each delay of more than one week gives the customer the right "
    "to a reduction of the price by five percent for each week, at most however by a quarter of the whole price."
)
DOCUMENT = a_document(*TEXTS, LONG)

Shoot = Callable[[Pane, str], None]


@pytest.fixture
def shoot(tmp_path: Path) -> Shoot:
    """Return a function that takes a picture of the whole page and looks for what nobody could read."""
    chosen = os.environ.get("PANE_PICTURES")
    folder = Path(chosen) if chosen else tmp_path
    folder.mkdir(parents=True, exist_ok=True)

    def take(pane: Pane, name: str) -> None:
        pane.page.screenshot(path=folder / f"{name}.png", full_page=True)
        wide = pane.page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
        assert not wide, f"{name} scrolls sideways"
        assert pane.page.evaluate(CONTRAST) == [], name

    return take


def with_result(pane: Pane) -> None:
    choose(pane, DOCUMENT)
    pane.run("proofread")
    pane.wait_for_cards(4)
    pane.press("accept", 0)
    pane.press("reject", 1)
    pane.wait_for_decision(1, "rejected")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_screen_can_be_read(open_pane: OpenPane, house: House, shoot: Shoot, theme: Any) -> None:
    pane = open_pane()
    pane.page.emulate_media(color_scheme=theme)
    pane.page.set_viewport_size({"width": 420, "height": 800})
    pane.page.select_option("#recipe", "rewrite")
    shoot(pane, f"start-{theme}")
    pane.page.click("#run")
    pane.page.wait_for_selector("[role=alert]")
    shoot(pane, f"error-{theme}")
    with_result(pane)
    shoot(pane, f"result-{theme}")


def test_a_narrow_pane_shows_everything(open_pane: OpenPane, house: House, shoot: Shoot) -> None:
    pane = open_pane()
    pane.page.set_viewport_size({"width": 320, "height": 640})
    shoot(pane, "narrow-start")
    with_result(pane)
    pane.press("jump", 3)
    pane.page.wait_for_selector(".reading p:focus")
    shoot(pane, "narrow-result")


def test_while_it_runs_the_text_and_the_progress_can_be_read(open_pane: OpenPane, house: House, shoot: Shoot) -> None:
    house.model.respond = lambda _body: Answer("The report is late, which everybody knew. " * 4, seconds_per_piece=0.1)
    pane = open_pane()
    choose(pane, DOCUMENT)
    pane.run("rewrite")
    pane.until("document.querySelector('.live')?.textContent.length > 40")
    shoot(pane, "running")


def test_high_contrast_keeps_changes_apart_from_the_rest(open_pane: OpenPane, shoot: Shoot) -> None:
    pane = open_pane()
    pane.page.emulate_media(forced_colors="active")
    with_result(pane)
    shoot(pane, "high-contrast")
    border = pane.page.evaluate("getComputedStyle(document.querySelector('ins')).borderTopStyle")
    assert border == "solid"
    assert "line-through" in pane.page.evaluate("getComputedStyle(document.querySelector('del')).textDecorationLine")


def test_everything_can_be_done_with_the_keyboard_alone(open_pane: OpenPane) -> None:
    pane = open_pane()
    keyboard = pane.page.keyboard
    choose(pane, DOCUMENT)
    pane.page.evaluate("document.activeElement.blur()")
    seen: list[str] = []
    while not seen or seen[-1] != "run":
        keyboard.press("Tab")
        seen.append(str(pane.page.evaluate("document.activeElement.id")))
        assert len(seen) < 10, seen
    assert seen[:2] == ["file", "recipe"]
    keyboard.press("Enter")
    pane.wait_for_cards(4)
    assert pane.page.evaluate("document.activeElement.tagName") == "H2"
    keyboard.press("Tab")
    assert pane.page.evaluate("document.activeElement.id") == "accept-all"
    pane.page.focus("#card-0 [data-act=accept]")
    keyboard.press("Enter")
    pane.wait_for_decision(0, "accepted")
    assert pane.page.evaluate("document.activeElement.closest('.card').id") == "card-1"
    keyboard.press("Tab")
    keyboard.press("Space")
    pane.wait_for_decision(1, "rejected")


def test_a_screen_reader_hears_what_each_thing_is(open_pane: OpenPane) -> None:
    pane = open_pane()
    heard = pane.page.locator("body").aria_snapshot()
    for part in ('combobox "What to do"', 'button "Suggest changes"', 'heading "Inlaid"'):
        assert part in heard, heard
    with_result(pane)
    heard = pane.page.locator("body").aria_snapshot()
    for part in (
        'heading "5 suggested changes in 4 paragraphs"',
        'listitem "Changes 2 to 3 of 5"',
        'listitem "Change 4 of 5"',
        'button "Accept: Change 4 of 5"',
        'deletion: "deleted: probelm"',
        'insertion: "inserted: problem"',
    ):
        assert part in heard, heard
    assert pane.page.inner_text("#announcer") == "1 accepted, 2 rejected, 2 open"


def test_the_pane_speaks_the_language_of_the_person(chromium: Browser, house: House, shoot: Shoot) -> None:
    german = chromium.new_context(viewport={"width": 320, "height": 640}, locale="de-DE")
    german.set_default_timeout(MAX_MILLISECONDS)
    try:
        come_in(german.new_page(), house)
        pane = opened(german, house.url)
        pane.page.wait_for_selector("#run")
        assert pane.page.inner_text("#run") == "Änderungen vorschlagen"
        assert pane.page.get_attribute("html", "lang") == "de"
        with_result(pane)
        shoot(pane, "german")
        assert pane.status(0) == "Angenommen"
    finally:
        german.close()


def without_a_larger_model(pane: Pane) -> None:
    """Let the server say of `shorten` what it says where only a small model is set up."""

    def answer(route: Route) -> None:
        found = route.fetch()
        recipes = found.json()["recipes"]
        for recipe in recipes:
            if recipe["name"] == "shorten":
                recipe.update(offered=False, why_not="“Shorten” needs a larger model.", command="inlaid model list")
        route.fulfill(response=found, json={"recipes": recipes})

    pane.page.route("**/api/v1/recipes", answer)
    pane.page.reload()
    pane.page.wait_for_selector("#run")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_what_needs_a_larger_model_says_so_beside_its_button(open_pane: OpenPane, shoot: Shoot, theme: Any) -> None:
    pane = open_pane()
    pane.page.emulate_media(color_scheme=theme)
    pane.page.set_viewport_size({"width": 420, "height": 800})
    without_a_larger_model(pane)
    choose(pane, DOCUMENT)
    sent: list[str] = []
    pane.page.on("request", lambda one: sent.append(one.url) if one.url.endswith("/documents/edit") else None)
    run = pane.page.get_by_role("button", name="Suggest changes")
    assert pane.page.locator("#recipe optgroup").get_attribute("label") == "Needs a larger model"
    assert pane.page.locator("#recipe optgroup option").all_inner_texts() == ["Shorten"]
    pane.page.select_option("#recipe", "shorten")
    why_not = "This needs a larger model than the one that is set up. Ask your administrator for one."
    expect(run).to_be_disabled()
    expect(run).to_have_accessible_description(why_not)
    assert pane.page.locator("#why-not").is_visible()
    pane.until("document.getAnimations({subtree: true}).length === 0")
    shoot(pane, f"not-offered-{theme}")
    run.focus()
    pane.page.keyboard.press("Enter")
    assert pane.page.evaluate("document.activeElement.id") == "run"
    pane.page.select_option("#recipe", "proofread")
    expect(run).to_be_enabled()
    expect(pane.page.locator("#why-not")).to_be_hidden()
    run.click()
    pane.wait_for_cards(4)
    assert len(sent) == 1


def test_a_server_that_gives_no_session_asks_for_a_token(open_pane: OpenPane, house: House, shoot: Shoot) -> None:
    pane = open_pane()
    pane.page.route("**/api/v1/session", lambda route: route.fulfill(status=403))
    pane.page.reload()
    pane.page.wait_for_selector("#token")
    shoot(pane, "token")
    pane.page.fill("#token", "not-a-token")
    pane.page.keyboard.press("Enter")
    pane.page.wait_for_selector("#token:not([value])")
    assert house.tree.token_file is not None
    pane.page.fill("#token", house.tree.token_file.read_text().strip())
    pane.page.keyboard.press("Enter")
    pane.page.wait_for_selector("#run")
