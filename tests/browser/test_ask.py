"""Asking in Chromium: a document is uploaded, read, asked about and asked further; what is cited opens in place."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from core.sources.search import load_sources
from tests.browser.conftest import House, come_in
from tests.browser.pages import MAX_MILLISECONDS
from tests.browser.test_console import look
from tests.fakes.openai_replies import Answer, Reply
from tests.integrations.api.running import until

QUOTE = "A hotel night is refunded up to 140 EUR."
HANDBOOK = f"# Staff handbook 2024\n\n## Travel\n{QUOTE} Trains are booked in second class.\n"


def answering(body: dict[str, Any]) -> Reply:
    """Answer as a model would that found the sentence, and does not know of anything else."""
    asked = str(body["messages"][-1]["content"]).partition("Question: ")[2]
    sentences = [{"text": "Up to 140 EUR a night.", "passage": 1, "quote": QUOTE}] if "boat" not in asked else []
    return Answer(json.dumps({"answer": sentences}))


@pytest.fixture
def console(chromium: Browser, house: House) -> Iterator[Page]:
    """Give a window of the person at this machine, whose house has no sources before and after."""
    house.model.respond = answering
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, locale="en-US")
    context.set_default_timeout(MAX_MILLISECONDS)
    page, complaints = context.new_page(), list[str]()
    come_in(page, house)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    yield page
    knowledge = load_sources(house.tree.settings, house.store)
    for status in knowledge.store.list():
        knowledge.store.change(replace(status.source, state="removing"))
    until(lambda: not knowledge.store.list(), seconds=90)
    context.close()
    assert complaints == []


def ask(page: Page, question: str) -> None:
    page.get_by_role("textbox").fill(question)
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.get_by_role("heading", name=question)).to_be_visible()


def test_an_answer_cites_what_opens_and_a_follow_up_stands_below_it(
    console: Page, house: House, tmp_path: Path
) -> None:
    console.goto(f"{house.url}/console/ask")
    expect(console.get_by_text("Nothing is connected yet.")).to_be_visible()
    look(console, "ask-empty", tmp_path, widths=(360, 1280))
    paper = tmp_path / "handbook.md"
    paper.write_text(HANDBOOK)
    console.goto(f"{house.url}/console/sources")
    console.get_by_label("Word, PDF").set_input_files(paper)
    console.get_by_role("button", name="Upload").click()
    knowledge = load_sources(house.tree.settings, house.store)
    until(lambda: knowledge.store.list()[0].passages > 0, seconds=90)

    console.goto(f"{house.url}/console/ask")
    expect(console.get_by_label("Your question")).to_be_focused()
    ask(console, "How much is refunded for a hotel?")
    newest = console.locator("#newest")
    expect(newest.locator(".answer")).to_contain_text("Up to 140 EUR a night.", timeout=90_000)
    newest.get_by_role("link", name="Open passage 1").press("Enter")
    expect(newest.locator("mark")).to_have_text(QUOTE)
    expect(newest.locator("summary")).to_be_focused()
    for theme in ("light", "dark"):
        console.emulate_media(color_scheme="dark" if theme == "dark" else "light")
        look(console, f"ask-answer-{theme}", tmp_path, widths=(360, 1280))
    links = newest.locator("a, summary")
    low = [link.inner_text() for link in links.all() if (box := link.bounding_box()) and box["height"] < 24]
    assert low == []

    ask(console, "And for a boat?")
    expect(newest.locator(".answer")).to_contain_text("Not found", timeout=90_000)
    expect(console.get_by_role("heading", level=2)).to_have_text(
        ["How much is refunded for a hotel?", "And for a boat?"]
    )
    look(console, "ask-further", tmp_path, widths=(360, 1280))
    console.get_by_role("link", name="New question").click()
    expect(console.get_by_role("heading", level=2)).to_have_count(0)
