"""What a card tells, equal corrections that are decided together, and what is there before a job is done."""

import json
import threading
from typing import Any

from playwright.sync_api import expect

from tests.browser.conftest import House, OpenPane, corrected
from tests.browser.pages import MAX_MILLISECONDS
from tests.browser.test_file import a_document, choose
from tests.fakes.openai_replies import Reply
from tests.integrations.documents.build import document, p, run
from tests.integrations.documents.parts import NOTE_SIGN, notes

EQUAL = [f"Clause {number} holds untill the end of the term." for number in range(1, 5)]
PARAGRAPHS = [
    {"text": "Terms and renewal", "level": 1},
    *({"text": text} for text in EQUAL),
    {"text": "Payment", "level": 1},
    {"text": "You recieve EUR 250,000 on 31 March 2026."},
]


def test_equal_corrections_are_decided_together_or_one_by_one(open_pane: OpenPane) -> None:
    pane = open_pane(word={"paragraphs": PARAGRAPHS})
    pane.run("proofread", scope="document")
    pane.page.wait_for_selector("#group-0")
    expect(pane.page.locator("#group-0 h3")).to_have_text("4 \u00d7 untill → until")
    expect(pane.page.locator(".card")).to_have_count(2)
    pane.page.click("#group-0 summary")
    expect(pane.page.locator("#group-0 .card")).to_have_count(4)
    pane.press("reject", 1)
    pane.page.get_by_role("button", name="Accept 3").click()
    pane.wait_for_decision(3, "accepted")
    assert [pane.decision(number) for number in range(4)] == ["accepted", "rejected", "accepted", "accepted"]
    expect(pane.page.locator("#group-0 > .status")).to_have_text("3 accepted, 1 rejected, 0 open")
    assert pane.word("current")[1:5] == [text if "2" in text else text.replace("untill", "until") for text in EQUAL]


def test_a_note_in_a_changed_paragraph_is_a_sign_that_says_what_it_is(open_pane: OpenPane) -> None:
    pane = open_pane()
    choose(pane, document(p(run("Teh report is late."), NOTE_SIGN), parts=notes(p(run("By Ann.")))))
    pane.run("proofread")
    pane.wait_for_cards(1)
    pane.press("jump", 0)
    for place in ("#card-0 .text", ".reading p.changed"):
        sign = pane.page.locator(place).get_by_role("img", name="Footnote, picture, field or formula")
        expect(sign).to_have_text("◦")
        expect(pane.page.locator(place)).not_to_contain_text("\ufffc")


def test_a_card_tells_the_heading_above_it(open_pane: OpenPane) -> None:
    pane = open_pane(word={"paragraphs": PARAGRAPHS})
    pane.run("proofread", scope="document")
    pane.page.wait_for_selector("#card-4")
    expect(pane.page.locator("#card-4 .where")).to_have_text("Under “Payment”")


def test_what_was_found_is_read_while_the_rest_is_looked_for_and_kept_on_cancel(
    open_pane: OpenPane, house: House
) -> None:
    going_on = threading.Event()

    def respond(body: dict[str, Any]) -> Reply:
        if "wait here" in json.dumps(body["messages"][-1]):
            going_on.wait(MAX_MILLISECONDS / 1000)
        return corrected(body)

    house.model.respond = respond
    long = "The supplier delivers what the annex names. " * 250
    pane = open_pane()
    choose(pane, a_document(f"Teh first. {long}", f"Teh second. {long}", f"{long} Please wait here."))
    try:
        pane.run("proofread")
        expect(pane.page.locator(".run .card")).to_have_count(2, timeout=MAX_MILLISECONDS)
        assert pane.page.locator(".run .card button").count() == 0
        pane.page.click("#cancel")
        pane.wait_for_cards(2)
    finally:
        going_on.set()
    assert "Cancelled after" in pane.page.inner_text(".bar")
    pane.press("accept", 0)
    pane.wait_for_decision(0, "accepted")
    assert pane.download().suggested_filename == "report-inlaid.docx"
