"""The console in Chromium: signed in on this machine, a recipe tried and edited, jobs, keyboard, and how pages look.

The pictures are kept in the folder of the setting CONSOLE_PICTURES, else in the test's own.
"""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from core.jobs import JobRequest
from tests.browser.conftest import House
from tests.browser.pages import LONGEST_MILLISECONDS

CONTRAST = (Path(__file__).parent / "contrast.js").read_text()
ADDRESSES = (
    "", "/jobs", "/connections", "/learned", "/recipes", "/recipes/rewrite", "/recipes/variants", "/models", "/people",
    "/audit",
)  # fmt: skip


@pytest.fixture(scope="module")
def signed_in(chromium: Browser, tree_with_web: House) -> Iterator[Page]:
    """Return a window of the person at this machine, who signed in with one button."""
    context = chromium.new_context(viewport={"width": 1100, "height": 800}, locale="en-US")
    context.set_default_timeout(LONGEST_MILLISECONDS)
    page = context.new_page()
    page.goto(f"{tree_with_web.url}/console")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", name="Overview")).to_be_visible()
    yield page
    context.close()


@pytest.fixture
def console(signed_in: Page, house: House) -> Iterator[Page]:
    """Give the window to a test, which ends without a complaint of the browser: no script or style was refused."""
    complaints: list[str] = []
    signed_in.on("pageerror", lambda error: complaints.append(str(error)))
    signed_in.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    signed_in.set_viewport_size({"width": 1100, "height": 800})
    signed_in.emulate_media(color_scheme="light")
    yield signed_in
    assert complaints == []


def test_a_recipe_is_tried_and_its_result_arrives(console: Page, house: House) -> None:
    console.goto(f"{house.url}/console/recipes/rewrite")
    console.get_by_label("Text", exact=True).fill("Teh report is late.")
    console.get_by_role("button", name="Run").click()
    expect(console.locator("#result")).to_contain_text("The report is late.", timeout=LONGEST_MILLISECONDS)
    console.get_by_role("link", name="The job").click()
    expect(console.locator("main")).to_contain_text("The report is late.")


def test_a_mistake_in_a_recipe_is_named_before_it_is_saved(console: Page, house: House) -> None:
    console.goto(f"{house.url}/console/recipes/rewrite")
    source = console.locator("textarea.source")
    before = source.input_value()
    source.fill(before + '\nnot_a_key = "x"\n')
    console.get_by_role("button", name="Check").click()
    expect(console.locator("#notice")).to_contain_text("not_a_key")
    source.fill(before)
    console.get_by_role("button", name="Check").click()
    expect(console.locator("#checked")).to_contain_text("No problems")


def test_a_stopped_job_is_tried_again_in_its_row(console: Page, house: House) -> None:
    owner = house.store.records.list("console_session")[0].person
    request = JobRequest("rewrite", {"text": "Teh end."}, "api", owner)
    made, _ = house.store.jobs.add(request)
    house.store.jobs.request_cancel(made.id)
    console.goto(f"{house.url}/console/jobs")
    row = console.locator("tr", has=console.locator(f'a[href$="{made.id}"]'))
    expect(row).to_contain_text("cancelled")
    row.get_by_role("button", name=re.compile("again")).click()
    expect(row.get_by_role("button", name=re.compile("again"))).to_have_count(0)
    assert house.store.jobs.get(made.id).state != "cancelled"


def test_the_keyboard_alone_reaches_the_content_and_a_form(console: Page, house: House) -> None:
    console.goto(f"{house.url}/console/connections")
    console.keyboard.press("Tab")
    expect(console.get_by_role("link", name="To the content")).to_be_focused()
    console.keyboard.press("Enter")
    for _ in range(3):
        console.keyboard.press("Tab")
        if console.get_by_label("Server").evaluate("e => e === document.activeElement"):
            break
    expect(console.get_by_label("Server")).to_be_focused()
    for words in ("127.0.0.1", "ann", "secret"):
        console.keyboard.type(words)
        console.keyboard.press("Tab")
    console.keyboard.press("Enter")  # the summary of further fields
    console.keyboard.press("Tab")
    console.keyboard.press("Tab")
    console.keyboard.type("1")
    console.keyboard.press("Enter")
    expect(console.locator("#notice")).to_contain_text("127.0.0.1")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_page_can_be_read_wide_and_narrow(console: Page, house: House, tmp_path: Path, theme: str) -> None:
    folder = Path(os.environ.get("CONSOLE_PICTURES") or tmp_path)
    folder.mkdir(parents=True, exist_ok=True)
    console.emulate_media(color_scheme="dark" if theme == "dark" else "light")
    for address in ADDRESSES:
        console.goto(f"{house.url}/console{address}")
        for width in (1100, 360):
            console.set_viewport_size({"width": width, "height": 800})
            name = f"{address.strip('/').replace('/', '-') or 'overview'}-{theme}-{width}"
            console.screenshot(path=folder / f"{name}.png", full_page=True)
            wide = console.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
            assert not wide, f"{name} scrolls sideways"
            assert console.evaluate(CONTRAST) == [], name
