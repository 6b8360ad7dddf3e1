"""Writing at the cursor, asking the open document, and saying what should become of the open changes."""

import json
from typing import Any

from playwright.sync_api import expect

from tests.browser.conftest import House, OpenPane, corrected
from tests.browser.pages import MAX_MILLISECONDS, Pane
from tests.browser.test_word import newest_job
from tests.fakes.openai_replies import Answer, Reply

PARAGRAPHS = [
    {"text": "Termination", "level": 1},
    {"text": "Each party may end this agreement with three months' notice."},
    {"text": "Payment", "level": 1},
    {"text": "Invoices are paid within 30 days. Late payment costs 5 percent."},
]
QUOTE = "Each party may end this agreement with three months' notice."
FIRST, SHORT = "Notice is given in writing, by [[which address?]].", "Notice is given in writing."


def writing(body: dict[str, Any]) -> Reply:
    """Write a passage, and a shorter one when that is wished."""
    return Answer(SHORT if "shorter" in str(body["messages"][-1]["content"]) else FIRST)


def write(pane: Pane, brief: str) -> None:
    pane.page.click("#here summary")
    pane.page.fill("#brief", brief)
    pane.page.click("#write-here")


def test_a_draft_is_changed_back_and_forth_and_put_in_at_the_cursor_as_a_tracked_change(
    open_pane: OpenPane, house: House
) -> None:
    house.model.respond = writing
    pane = open_pane(word={"paragraphs": PARAGRAPHS, "selection": [3, 3], "cursor": 33})
    write(pane, "say how notice is given")
    draft = pane.page.locator("#draft")
    expect(draft).to_have_text("Notice is given in writing, by which address?.")
    inputs = newest_job(house).inputs
    assert (inputs["heading"], inputs["after"]) == ("Payment", "Late payment costs 5 percent.")
    assert inputs["before"].endswith("Invoices are paid within 30 days.")
    pane.page.fill("#wish", "shorter")
    pane.page.click("#refine")
    expect(draft).to_have_text(SHORT)
    pane.page.click("#undo-version")
    expect(draft).to_have_text("Notice is given in writing, by which address?.")
    pane.page.click("#redo-version")
    expect(draft).to_have_text(SHORT)
    pane.page.click("#insert-here")
    expect(pane.page.locator("#pane .status")).to_have_text("Inserted after your selection.")
    assert pane.word("view")[3] == (
        "Invoices are paid within 30 days.{+ Notice is given in writing.+} Late payment costs 5 percent."
    )
    assert (pane.word_state("tracking"), pane.complaints) == ("Off", [])
    pane.page.click("#back")
    expect(pane.page.locator("#brief")).to_have_value("say how notice is given")


def test_a_gap_is_filled_before_the_draft_goes_in(open_pane: OpenPane, house: House) -> None:
    house.model.respond = writing
    pane = open_pane(word={"paragraphs": PARAGRAPHS, "selection": [1, 1]})
    write(pane, "say how notice is given")
    pane.page.fill("#gap-0-own", "legal@contoso.com")
    pane.page.evaluate("() => { for (let time = 0; time < 2; time++) document.querySelector('#insert-here').click(); }")
    expect(pane.page.locator("#pane .status")).to_have_text("Inserted after your selection.")
    assert pane.word("view")[1].count("{+ Notice is given in writing, by legal@contoso.com.+}") == 1


def test_what_is_deleted_before_the_cursor_is_not_told(open_pane: OpenPane, house: House) -> None:
    house.model.respond = writing
    marked = {"text": "Invoices are [-now -]paid within 30 days. Late payment costs 5 percent."}
    pane = open_pane(word={"paragraphs": [*PARAGRAPHS[:3], marked], "selection": [3, 3], "cursor": 37})
    write(pane, "say how notice is given")
    expect(pane.page.locator("#draft")).to_be_visible()
    inputs = newest_job(house).inputs
    assert inputs["before"].endswith("\nInvoices are paid within 30 days.")
    assert inputs["after"] == "Late payment costs 5 percent."


def test_the_document_is_asked_and_a_quote_is_shown_where_it_stands(open_pane: OpenPane, house: House) -> None:
    def answer(body: dict[str, Any]) -> Reply:
        asked = str(body["messages"][-1]["content"]).partition("Question: ")[2]
        found = [{"text": "With three months' notice.", "passage": 1, "quote": QUOTE}]
        return Answer(json.dumps({"answer": found if "how" in asked else []}))

    house.model.respond = answer
    pane = open_pane(word={"paragraphs": PARAGRAPHS})
    pane.page.click("#asking summary")
    assert pane.page.is_checked("#ask-here")
    pane.page.fill("#question", "how can a party end this agreement?")
    pane.page.keyboard.press("Enter")
    pane.page.wait_for_selector(".exchange .cite", timeout=MAX_MILLISECONDS)
    pane.page.locator(".exchange .cite").first.click()
    pane.until("window.wordHost.state.selectedText !== undefined")
    assert pane.word_state("selectedText") == QUOTE
    pane.word("type", 1, " It was changed.")
    assert newest_job(house).surface == "word"
    pane.page.fill("#question", "who pays for the moon?")
    pane.page.keyboard.press("Enter")
    expect(pane.page.get_by_text("Not found")).to_be_visible()


def test_open_changes_are_decided_and_taken_back_by_words(open_pane: OpenPane) -> None:
    texts = ["Teh first.", "It is valid untill May.", "You recieve it."]
    pane = open_pane(word={"paragraphs": [{"text": text} for text in texts]})
    pane.run("proofread", scope="document")
    pane.wait_for_cards(3)
    say(pane, "reject the one about untill")
    pane.wait_for_decision(1, "rejected")
    say(pane, "accept the rest")
    pane.wait_for_decision(2, "accepted")
    assert pane.word("current") == ["The first.", texts[1], "You receive it."]
    say(pane, "undo")
    pane.wait_for_decision(0, "open")
    pane.wait_for_decision(2, "open")
    assert pane.word("current") == texts
    say(pane, "accept the ones about penalties")
    told = "None of the open changes is about “penalties”."
    expect(pane.page.locator(".result > [role=status]")).to_have_text(told)
    say(pane, "accept all")
    pane.wait_for_decision(2, "accepted")
    expect(pane.page.locator(".result > [role=status]")).to_have_text("")


def test_open_changes_are_said_in_other_words_and_the_version_before_is_kept(open_pane: OpenPane, house: House) -> None:
    def respond(body: dict[str, Any]) -> Reply:
        if "calmer" in str(body["messages"][-1]["content"]):
            return Answer("The first thing, calmly.")
        return corrected(body)

    house.model.respond = respond
    pane = open_pane(word={"paragraphs": [{"text": "Teh first thing."}, {"text": "You recieve it."}]})
    pane.run("proofread", scope="document")
    pane.wait_for_cards(2)
    pane.press("accept", 1)
    pane.wait_for_decision(1, "accepted")
    say(pane, "calmer")
    pane.wait_for_cards(1)
    expect(pane.page.locator("#card-0 ins").last).to_contain_text("calmly")
    pane.press("accept", 0)
    pane.wait_for_decision(0, "accepted")
    pane.page.click("#undo-version")
    pane.wait_for_cards(2)
    assert pane.decision(1) == "accepted"
    assert pane.word("current") == ["The first thing, calmly.", "You receive it."]
    pane.press("undo", 1)
    pane.wait_for_decision(1, "open")
    assert pane.word("current") == ["The first thing, calmly.", "You recieve it."]


def test_to_begin_anew_forgets_the_versions_before_too(open_pane: OpenPane, house: House) -> None:
    house.model.respond = lambda body: (
        Answer("Calm.") if "calmer" in str(body["messages"][-1]["content"]) else corrected(body)
    )
    pane = open_pane(word={"paragraphs": [{"text": "Teh first thing."}]})
    pane.run("proofread", scope="document")
    pane.wait_for_cards(1)
    say(pane, "calmer")
    expect(pane.page.locator("#card-0 ins").last).to_contain_text("Calm")
    pane.page.click("#restart")
    pane.page.wait_for_selector("#run")
    assert not pane.word_state("settings").get("inlaid.job")


def say(pane: Pane, wish: str) -> None:
    pane.page.fill("#wish", wish)
    pane.page.keyboard.press("Enter")
