"""What a card tells, equal corrections that are decided together, and what is there before a job is done."""

import json
import threading
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, expect

from integrations.documents import read_document
from tests.browser.conftest import House, OpenPane, corrected
from tests.browser.pages import MAX_MILLISECONDS, opened
from tests.browser.test_file import a_document, choose
from tests.fakes.openai_replies import Answer, Reply
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


def test_each_change_of_a_paragraph_is_decided_by_itself(open_pane: OpenPane, house: House) -> None:
    text = "Teh old probelm is that you recieve it untill May."
    pane = open_pane(word={"paragraphs": [{"text": text}]})
    sent = pane.sent_to("/outcome")
    pane.run("proofread", scope="document")
    expect(pane.page.locator(".result h2").first).to_have_text("4 suggested changes in 1 paragraph")
    pane.page.get_by_role("button", name="Accept: probelm → problem").press("Enter")
    until = "Teh old [-probelm-]{+problem+} is that you recieve it untill May."
    pane.until(f"window.wordHost.view()[0] === {json.dumps(until)}")
    reject = pane.page.get_by_role("button", name="Reject: recieve → receive")
    # The keyboard goes on with the next change.
    expect(pane.page.get_by_role("button", name="Accept: recieve → receive")).to_be_focused()
    reject.press("Enter")
    expect(pane.page.locator("#tally")).to_have_text("1 accepted, 1 rejected, 2 open")
    assert pane.decision(0) == "open"
    pane.page.click("#card-0 > .buttons [data-act=accept]")
    pane.wait_for_decision(0, "accepted")
    assert pane.word("current") == ["The old problem is that you recieve it until May."]
    pane.until("document.querySelector('#tally').textContent.startsWith('3 accepted')")
    pane.page.get_by_role("button", name="Undo: probelm → problem").click()
    expect(pane.page.locator("#tally")).to_have_text("2 accepted, 1 rejected, 1 open")
    assert pane.word("current") == ["The old probelm is that you recieve it until May."]
    assert pane.word("original") == [text]
    assert sent[-1] == {"outcome": "edited", "edit": "0", "text": "The old probelm is that you recieve it until May."}
    (job,) = house.store.jobs.list(limit=1)
    [change] = house.store.outcomes.changes_of(house.store.jobs.get(job.id))
    assert change.used == "The old probelm is that you recieve it until May."
    assert pane.complaints == []


def test_single_changes_are_there_again_when_the_pane_is_opened_again(open_pane: OpenPane) -> None:
    paragraphs = [{"text": "Teh old probelm is known."}]
    pane = open_pane(word={"paragraphs": paragraphs})
    pane.run("proofread", scope="document")
    pane.page.get_by_role("button", name="Reject: Teh → The").click()
    expect(pane.page.locator("#tally")).to_have_text("0 accepted, 1 rejected, 1 open")
    pane.until("window.wordHost.state.settings['inlaid.job'].includes('parts\":{\"0')")
    again = open_pane(word={"paragraphs": paragraphs, "settings": pane.word_state("settings")})
    expect(again.page.locator("#tally")).to_have_text("0 accepted, 1 rejected, 1 open")
    again.page.click("#accept-all")
    again.wait_for_decision(0, "accepted")
    assert again.word("current") == ["Teh old problem is known."]


def test_a_file_holds_the_single_changes_that_were_accepted(open_pane: OpenPane, tmp_path: Path) -> None:
    pane = open_pane()
    choose(pane, a_document("You recieve it at your adress."))
    pane.run("proofread")
    pane.page.get_by_role("button", name="Reject: adress → address").click()
    for help_ in ("the open suggestions", "what you accepted"):
        expect(pane.page.locator("#download-help")).to_contain_text(help_)
        pane.download().save_as(tmp_path / "out.docx")
        read = read_document((tmp_path / "out.docx").read_bytes())
        assert [paragraph.text for paragraph in read.paragraphs] == ["You receive it at your adress."]
        if pane.decision(0) == "open":
            pane.press("accept", 0)


def test_the_open_document_is_filled_from_what_is_typed_and_says_what_stays_open(
    open_pane: OpenPane, house: House
) -> None:
    house.model.respond = lambda _body: Answer(json.dumps({"Price": {"value": "", "quote": ""}}))
    pane = open_pane(
        word={"paragraphs": [{"text": "Offer for {{ customer }} of [Day]"}, {"text": "It costs <Price>."}]}
    )
    pane.page.select_option("#recipe", "fill")
    expect(pane.page.locator("#input-fields")).to_have_count(0)
    pane.run("fill", scope="document")
    expect(pane.page.locator("#input-brief-problem")).not_to_be_empty()
    pane.run("fill", scope="document", brief="Customer: Contoso Ltd\nDay: 4 December 2026")
    pane.wait_for_cards(1)
    expect(pane.page.locator("#left-open")).to_contain_text("Price")
    expect(pane.page.get_by_text("Write for example “Price: …” on a line of its own.")).to_be_visible()
    pane.page.get_by_role("button", name="Accept: {{ customer }} → Contoso Ltd").click()
    expect(pane.page.locator("#tally")).to_have_text("1 accepted, 0 rejected, 1 open")
    assert pane.word("current") == ["Offer for Contoso Ltd of [Day]", "It costs <Price>."]


def test_what_stays_open_is_given_in_fields_and_filled_into_the_document_as_it_is_now(
    open_pane: OpenPane, house: House
) -> None:
    house.model.respond = lambda _body: Answer(json.dumps({}))
    texts = ["Offer for {{ customer }} of [Day]", "It costs <Price>.", "Paid by [Day] at the bank of {{ customer }}."]
    pane = open_pane(word={"paragraphs": [{"text": text} for text in texts]})
    pane.page.select_option("#recipe", "fill")
    pane.run("fill", scope="document", brief="Customer: Contoso Ltd")
    pane.wait_for_cards(2)
    pane.press("accept", 0)
    pane.wait_for_decision(0, "accepted")
    sent = pane.sent_to("/values")
    price, day = pane.page.get_by_label("Price"), pane.page.get_by_label("Day")
    give = pane.page.get_by_role("button", name="Fill these in")
    give.click()
    expect(day).to_be_focused()
    assert sent == []
    price.fill("EUR 400")
    price.press("Enter")
    pane.page.wait_for_function("document.querySelectorAll('.card').length === 2 && document.querySelector('#value-0')")
    expect(pane.page.get_by_label("Price")).to_have_count(0)
    expect(pane.page.locator("#left-open li")).to_have_count(0)
    pane.page.get_by_label("Day").fill("4 December 2026")
    give.click()
    expect(pane.page.locator("#left-open")).to_have_count(0)
    pane.wait_for_cards(3)
    pane.page.click("#accept-all")
    expect(pane.page.locator("#tally")).to_contain_text("0 open")
    assert pane.word("current") == [
        "Offer for Contoso Ltd of 4 December 2026",
        "It costs EUR 400.",
        "Paid by 4 December 2026 at the bank of Contoso Ltd.",
    ]


def test_the_fields_for_open_places_speak_german(chromium: Browser, context: BrowserContext, house: House) -> None:
    house.model.respond = lambda _body: Answer(json.dumps({}))
    german = chromium.new_context(locale="de-DE", storage_state=context.storage_state())
    paragraphs = [{"text": "Angebot für {{ kunde }} vom [Datum]"}]
    pane = opened(german, house.url, word={"language": "de-DE", "paragraphs": paragraphs})
    pane.page.select_option("#recipe", "fill")
    pane.run("fill", scope="document", brief="Kunde: Contoso GmbH")
    pane.wait_for_cards(1)
    expect(pane.page.get_by_role("button", name="Diese ausfüllen")).to_be_visible()
    expect(pane.page.get_by_label("Datum")).to_be_editable()
    german.close()


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
