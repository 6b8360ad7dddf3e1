"""Asking in Chromium, in the console and in the pane: what is cited opens in place, and a question follows another."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from core.sources.search import load_sources
from core.sources.uploads import Upload
from tests.browser.conftest import House, OpenPane, come_in
from tests.browser.pages import MAX_MILLISECONDS
from tests.browser.test_console import look
from tests.fakes.openai_replies import Answer, Reply
from tests.waiting import until

ANSWER_MILLISECONDS = 90_000
QUOTE = "A hotel night is refunded up to 140 EUR."
HANDBOOK = f"# Staff handbook 2024\n\n## Travel\n{QUOTE} Trains are booked in second class.\n"
ANSWER = "Up to 140 EUR a night."


def answering(body: dict[str, Any]) -> Reply:
    """Answer as a model would that found the sentence, and does not know of anything else."""
    asked = str(body["messages"][-1]["content"]).partition("Question: ")[2]
    sentences = [{"text": ANSWER, "passage": 1, "quote": QUOTE}] if "boat" not in asked else []
    return Answer(json.dumps({"answer": sentences}))


@pytest.fixture
def answered(house: House) -> Iterator[House]:
    """Let the model answer, with no sources of other tests, and leave none behind."""
    without_sources(house)
    house.model.respond = answering
    yield house
    without_sources(house)


def without_sources(house: House) -> None:
    """Have the worker forget every source."""
    knowledge = load_sources(house.tree.settings, house.store)
    for status in knowledge.store.list():
        knowledge.store.change(replace(status.source, state="removing"))
    until(lambda: not knowledge.store.list(), seconds=90)


@pytest.fixture
def console(chromium: Browser, answered: House) -> Iterator[Page]:
    """Give a window of the person at this machine, which ends without a complaint of the browser."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, locale="en-US")
    context.set_default_timeout(MAX_MILLISECONDS)
    page, complaints = context.new_page(), list[str]()
    come_in(page, answered)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    yield page
    context.close()
    assert complaints == []


def is_read(house: House) -> None:
    """Wait until the worker has read what was uploaded."""
    knowledge = load_sources(house.tree.settings, house.store)
    until(lambda: any(status.passages for status in knowledge.store.list()), seconds=90)


def ask(page: Page, question: str) -> None:
    page.get_by_role("textbox").fill(question)
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.get_by_role("heading", name=question)).to_be_visible()


def test_an_answer_cites_what_opens_and_a_follow_up_stands_below_it(
    console: Page, answered: House, tmp_path: Path
) -> None:
    console.goto(f"{answered.url}/console/ask")
    expect(console.get_by_text("Nothing is connected yet.")).to_be_visible()
    look(console, "ask-empty", tmp_path, widths=(360, 1280))
    paper = tmp_path / "handbook.md"
    paper.write_text(HANDBOOK)
    console.goto(f"{answered.url}/console/sources")
    console.get_by_label("Word, PDF").set_input_files(paper)
    console.get_by_role("button", name="Upload").click()
    is_read(answered)

    console.goto(f"{answered.url}/console/ask")
    expect(console.get_by_label("Your question")).to_be_focused()
    ask(console, "How much is refunded for a hotel?")
    newest = console.locator("#newest")
    expect(newest.locator(".answer")).to_contain_text(ANSWER, timeout=ANSWER_MILLISECONDS)
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
    expect(newest.locator(".answer")).to_contain_text("Not found", timeout=ANSWER_MILLISECONDS)
    expect(console.get_by_role("heading", level=2)).to_have_text(
        ["How much is refunded for a hotel?", "And for a boat?"]
    )
    look(console, "ask-further", tmp_path, widths=(360, 1280))
    console.get_by_role("link", name="New question").click()
    expect(console.get_by_role("heading", level=2)).to_have_count(0)


@pytest.fixture
def read(answered: House) -> House:
    """Have a handbook of the person at this machine be read."""
    knowledge = load_sources(answered.tree.settings, answered.store)
    source = knowledge.uploads.source_for("local", answered.store.records.list("console_session")[0].person)
    knowledge.uploads.put(source, [Upload("handbook.md", HANDBOOK.encode(), "Handbook")])
    is_read(answered)
    return answered


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_pane_answers_beside_the_document_and_puts_the_answer_into_it(
    open_pane: OpenPane, read: House, tmp_path: Path, theme: Any
) -> None:
    pane = open_pane(word={"paragraphs": [{"text": "Travel:", "level": 10}], "selection": [0, 0]})
    page = pane.page
    page.emulate_media(color_scheme=theme)
    page.get_by_text("Ask this document").click()
    page.check("#ask-sources")
    page.get_by_label("Your question").fill("How much is refunded for a hotel?")
    page.get_by_label("Your question").press("Enter")
    heading = page.get_by_role("heading", name="How much is refunded for a hotel?")
    expect(heading).to_be_focused(timeout=ANSWER_MILLISECONDS)
    expect(page.locator(".exchange")).to_contain_text(ANSWER)
    page.get_by_role("button", name="Open passage 1").first.click()
    expect(page.locator(".passage mark")).to_have_text(QUOTE)
    expect(page.locator(".passage")).to_be_focused()
    look(page, f"ask-pane-{theme}", tmp_path, widths=(320, 420))
    page.get_by_role("button", name="Insert into the document").click()
    expect(page.locator(".exchange .status")).to_have_text("Inserted after your selection.")
    assert pane.word("view")[0] == f"Travel:{{+ {ANSWER} (Handbook, Staff handbook 2024 > Travel)+}}"
    assert pane.word_state("tracking") == "Off"

    page.get_by_label("Follow-up question").fill("And for a boat?")
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.locator(".exchange").nth(1)).to_contain_text("Not found", timeout=ANSWER_MILLISECONDS)
    first, second = sorted(read.store.jobs.list(limit=2), key=lambda job: job.created_at)
    assert (second.inputs["follows"], second.surface) == (first.id, "word")
    page.get_by_role("button", name="New question").click()
    expect(page.locator(".exchange")).to_have_count(0)
    expect(page.get_by_label("Your question")).to_be_focused()
    assert pane.complaints == []
