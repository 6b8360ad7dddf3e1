"""A pane that cannot start says why, and what to do instead of it."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from tests.browser.conftest import House, OpenPane
from tests.browser.pages import OFFICE_JS, WORD_HOST
from tests.browser.test_word import document

OpenPage = Callable[..., Page]
REFUSED = re.compile(r"/assets/taskpane-.*\.js$")
# As Internet Explorer is: it passes over modules, and knows nothing of `nomodule`.
WITHOUT_MODULES = "delete HTMLScriptElement.prototype.noModule"

# A second lasts ten milliseconds.
HURRIED = "window.wait = setTimeout; setTimeout = (work, milliseconds) => wait(work, milliseconds / 100)"


@pytest.fixture
def open_page(house: House, context: BrowserContext) -> Iterator[OpenPage]:
    """Return a function that opens the pane as Word does; `routes` says what comes instead of a file."""
    pages: list[Page] = []

    def open_it(
        routes: dict[str | re.Pattern[str], Callable[[Route], None]],
        before: str = "",
        path: str = "taskpane.html?host=word",
    ) -> Page:
        page = context.new_page()
        pages.append(page)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        if before:
            page.add_init_script(before)
        for address, answer in routes.items():
            page.route(address, answer)
        # A script that is held keeps the page from being loaded.
        page.goto(f"{house.url}/word/{path}", wait_until="commit")
        return page

    complaints: list[str] = []
    yield open_it
    for page in pages:
        page.close()
    assert [
        complaint for complaint in complaints if "SyntaxError" not in complaint and "Unexpected" not in complaint
    ] == []


def script(text: str) -> Callable[[Route], None]:
    return lambda route: route.fulfill(body=text, content_type="text/javascript")


def alert_of(page: Page) -> str:
    alert = page.locator("#pane [role=alert]")
    alert.wait_for()
    return alert.inner_text()


def test_office_js_that_is_blocked_is_named_and_can_be_tried_again(open_page: OpenPage) -> None:
    page = open_page({OFFICE_JS: lambda route: route.abort()})
    assert "office.js could not be loaded" in alert_of(page)
    assert "blocking https://appsforoffice.microsoft.com" in alert_of(page)
    page.unroute(OFFICE_JS)
    page.route(OFFICE_JS, script(f"window.wordSetup = {{ paragraphs: [{{ text: 'Teh end.' }}] }};{WORD_HOST}"))
    page.click("#pane button")
    page.wait_for_selector("#run")


def test_office_js_that_never_comes_is_not_waited_for_without_end(open_page: OpenPage) -> None:
    held: list[Route] = []
    page = open_page({OFFICE_JS: lambda route: held.append(route)}, before=HURRIED)
    assert "office.js could not be loaded" in alert_of(page)
    assert len(held) == 1
    held[0].abort()


def test_a_page_that_word_did_not_open_leads_to_the_one_for_files(open_page: OpenPage) -> None:
    page = open_page({OFFICE_JS: script(f"window.wordSetup = {{ outside: true, paragraphs: [] }};{WORD_HOST}")})
    assert "opened outside" in alert_of(page)
    page.click("#pane button")
    page.wait_for_selector("#file", state="attached")
    assert "host=word" not in page.url


def test_a_word_that_lacks_what_the_pane_needs_is_told_what_to_use(open_page: OpenPage, house: House) -> None:
    page = open_page({OFFICE_JS: script(f"window.wordSetup = {{ version: '1.2', paragraphs: [] }};{WORD_HOST}")})
    assert "too old" in alert_of(page)
    assert f"open {house.url}/word/taskpane.html in a browser" in alert_of(page)


def test_a_web_view_without_modules_is_told_what_to_use(open_page: OpenPage) -> None:
    page = open_page({REFUSED: script("")}, before=WITHOUT_MODULES)
    assert "too old" in alert_of(page)
    assert "Word 2021 or later" in alert_of(page)


def test_a_web_view_that_does_not_know_the_language_is_told_what_to_use(open_page: OpenPage) -> None:
    page = open_page({REFUSED: script("this is no script")})
    assert "too old" in alert_of(page)


def test_a_script_that_does_not_arrive_is_told(open_page: OpenPage) -> None:
    page = open_page({REFUSED: lambda route: route.abort()}, path="taskpane.html")
    assert "could not be loaded" in alert_of(page)
    assert "open the pane again" in alert_of(page)


def test_a_part_of_the_pane_that_does_not_arrive_is_told(open_page: OpenPage) -> None:
    routes: dict[Any, Callable[[Route], None]] = {
        OFFICE_JS: script(f"window.wordSetup = {{ paragraphs: [] }};{WORD_HOST}"),
        re.compile(r"/assets/wordHost-"): lambda route: route.abort(),
    }
    assert "Something went wrong" in alert_of(open_page(routes))


def test_a_sign_in_window_without_office_js_is_not_empty(open_page: OpenPage) -> None:
    page = open_page({OFFICE_JS: lambda route: route.abort()}, path="signin.html")
    expect(page.locator("body")).to_contain_text("office.js could not be loaded")


def test_a_pane_that_starts_says_nothing_of_all_this(open_pane: OpenPane) -> None:
    pane = open_pane(word=document())
    expect(pane.page.locator("[role=alert]")).to_have_count(0)
    assert pane.complaints == []


def test_a_document_is_used_as_a_source_listed_and_removed(open_pane: OpenPane, house: House) -> None:
    pane = open_pane(word=document())
    page = pane.page
    page.click("#given summary")
    expect(page.locator("#given")).to_contain_text("You have not added a document yet.")
    page.click("#use-source")
    expect(page.locator("#given li a")).to_have_text("report.docx")
    assert page.locator("#given li a").get_attribute("href") == "https://contoso.sharepoint.com/report.docx"
    expect(page.locator("#announcer")).to_contain_text("report.docx is now a source.")
    page.get_by_role("button", name="Remove report.docx").click()
    expect(page.locator("#given li")).to_have_count(0)
    assert pane.complaints == []
