"""The pane in a browser without Word: a file goes in, and comes back with the changes that were accepted."""

import io
import json
import threading
from pathlib import Path
from typing import Any

import docx
import pytest
from playwright.sync_api import Route, expect

from integrations.documents import read_document
from tests.browser.conftest import House, OpenPane, corrected
from tests.browser.pages import Pane
from tests.fakes.openai_replies import Answer, Reply

TEXTS = ["Teh report is late.", "Nothing is wrong here.", "You recieve it at your adress.", "The probelm is known."]


def a_document(*texts: str) -> bytes:
    made = docx.Document()
    for text in texts:
        made.add_paragraph(text)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def choose(pane: Pane, data: bytes, name: str = "report.docx") -> None:
    mime = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    pane.page.set_input_files("#file", {"name": name, "mimeType": mime, "buffer": data})


def test_the_file_comes_back_with_the_accepted_changes_alone(open_pane: OpenPane, tmp_path: Path) -> None:
    pane = open_pane()
    choose(pane, a_document(*TEXTS))
    pane.run("proofread")
    pane.wait_for_cards(3)
    pane.press("accept", 0)
    pane.press("reject", 1)
    pane.press("accept", 2)
    pane.wait_for_decision(2, "accepted")
    download = pane.download()
    assert download.suggested_filename == "report-inlaid.docx"
    download.save_as(tmp_path / "out.docx")
    data = (tmp_path / "out.docx").read_bytes()
    current = [paragraph.text for paragraph in read_document(data).paragraphs]
    assert current == ["The report is late.", TEXTS[1], TEXTS[2], "The problem is known."]
    assert [paragraph.text for paragraph in read_document(data, view="original").paragraphs] == TEXTS
    assert pane.complaints == []


def test_before_anything_is_accepted_the_file_holds_what_is_open(open_pane: OpenPane, tmp_path: Path) -> None:
    pane = open_pane()
    choose(pane, a_document(*TEXTS))
    pane.run("proofread")
    pane.wait_for_cards(3)
    pane.press("reject", 1)
    pane.wait_for_decision(1, "rejected")
    help_ = pane.page.locator("#download-help")
    expect(help_).to_contain_text("the open suggestions")
    pane.download().save_as(tmp_path / "out.docx")
    data = (tmp_path / "out.docx").read_bytes()
    current = [paragraph.text for paragraph in read_document(data).paragraphs]
    assert current == ["The report is late.", TEXTS[1], TEXTS[2], "The problem is known."]
    pane.press("accept", 0)
    pane.wait_for_decision(0, "accepted")
    expect(help_).to_contain_text("what you accepted")


def test_a_card_shows_the_words_that_differ(open_pane: OpenPane) -> None:
    pane = open_pane()
    choose(pane, a_document(TEXTS[0]))
    pane.run("proofread")
    pane.wait_for_cards(1)
    card = pane.page.locator("#card-0")
    assert card.locator("del").inner_text().endswith("Teh")
    assert card.locator("ins").inner_text().endswith("The")
    assert "deleted:" in card.locator("del .unseen").inner_text()


def test_jump_leads_to_the_paragraph_in_the_document(open_pane: OpenPane) -> None:
    pane = open_pane()
    choose(pane, a_document(*TEXTS))
    pane.run("proofread")
    pane.wait_for_cards(3)
    pane.press("jump", 1)
    pane.page.wait_for_selector(".reading p:focus")
    assert pane.page.inner_text(".reading p:focus") == TEXTS[2]


def test_typed_inputs_reach_the_model(open_pane: OpenPane, house: House) -> None:
    house.model.asked.clear()
    pane = open_pane()
    choose(pane, a_document("Send me the report by Monday."))
    pane.run("rewrite", tone="formal", instruction="Avoid adverbs")
    pane.page.wait_for_selector("#restart")
    prompt = house.model.chats[-1].prompt
    assert "Tone: formal" in prompt
    assert "Avoid adverbs" in prompt


def test_text_is_shown_while_the_model_writes_and_the_job_can_be_cancelled(open_pane: OpenPane, house: House) -> None:
    house.model.respond = lambda _body: Answer("Slowly it is written word by word " * 30, seconds_per_piece=0.1)
    pane = open_pane()
    choose(pane, a_document(TEXTS[0]))
    pane.run("proofread")
    pane.until("document.querySelector('.live')?.textContent.includes('Slowly it is')")
    pane.page.click("#cancel")
    pane.page.wait_for_selector("#run")
    assert "Nothing was changed" in pane.page.inner_text("main")
    assert pane.page.evaluate("sessionStorage.getItem('inlaid.job')") is None


def test_a_page_that_is_loaded_again_finds_its_job(open_pane: OpenPane, house: House) -> None:
    house.model.respond = lambda body: Answer(pieces=tuple(answer_text(body)), seconds_per_piece=0.02)
    pane = open_pane()
    choose(pane, a_document(*TEXTS))
    pane.run("proofread")
    pane.page.wait_for_selector("#cancel")
    pane.page.reload()
    pane.wait_for_cards(3)
    pane.press("accept", 1)
    pane.wait_for_decision(1, "accepted")
    pane.until("sessionStorage.getItem('inlaid.job').includes('\"accepted\":[1]')")
    pane.page.reload()
    pane.wait_for_cards(3)
    assert pane.decision(1) == "accepted"


def answer_text(body: dict[str, Any]) -> str:
    answer = corrected(body)
    assert isinstance(answer, Answer)
    return answer.text


def test_two_panes_have_jobs_of_their_own(open_pane: OpenPane) -> None:
    first, second = open_pane(), open_pane()
    choose(first, a_document(TEXTS[0]))
    choose(second, a_document(TEXTS[2], TEXTS[3]))
    first.run("proofread")
    second.run("proofread")
    first.wait_for_cards(1)
    second.wait_for_cards(2)
    first.page.reload()
    first.wait_for_cards(1)


def test_a_lost_network_costs_nothing(open_pane: OpenPane, house: House) -> None:
    """The line goes while the model writes, and what happens meanwhile is there when it is back."""
    going_on = threading.Event()

    def respond(body: dict[str, Any]) -> Reply:
        going_on.wait(30)
        return corrected(body)

    house.model.respond = respond
    pane = open_pane()
    choose(pane, a_document(TEXTS[0]))
    pane.run("proofread")
    pane.page.wait_for_selector("#cancel")
    # Chromium's offline mode leaves open connections alone; loading again opens the stream anew, without a line.
    memory = pane.page.evaluate("sessionStorage.getItem('inlaid.job')")
    pane.page.route("**/api/v1/jobs/**", lambda route: route.abort("internetdisconnected"))
    pane.page.reload()
    pane.page.wait_for_selector("[role=alert]")
    assert "does not answer" in pane.page.inner_text("[role=alert]")
    assert pane.page.evaluate("sessionStorage.getItem('inlaid.job')") == memory
    pane.page.unroute("**/api/v1/jobs/**")
    going_on.set()
    pane.page.click("[role=alert] button")
    pane.wait_for_cards(1)


def test_a_stream_that_breaks_is_taken_up_behind_its_last_event(open_pane: OpenPane, house: House) -> None:
    house.model.respond = lambda body: Answer(pieces=tuple(answer_text(body)), seconds_per_piece=0.05)
    pane = open_pane()
    streams: list[str | None] = []

    def cut(route: Route) -> None:
        streams.append(route.request.headers.get("last-event-id"))
        if len(streams) == 1:
            body = 'id: 7-0\nevent: token\ndata: {"text": "begun"}\n\n'
            route.fulfill(body=body, content_type="text/event-stream")
        elif len(streams) < 3:
            route.abort("internetdisconnected")
        else:
            route.continue_()

    pane.page.route("**/events", cut)
    choose(pane, a_document(TEXTS[0]))
    pane.run("proofread")
    pane.until("document.querySelector('.run .bad')?.textContent.includes('onnection lost')")
    pane.wait_for_cards(1)
    assert streams == [None, "7-0", "7-0"]


def test_what_a_model_wrote_is_shown_as_text_alone(open_pane: OpenPane, house: House) -> None:
    hostile = '<img src=x onerror="document.title=1"><script>document.title="gone"</script>[a](javascript:alert(1))'
    house.model.respond = lambda _body: Answer(
        json.dumps({"items": [{"text": hostile, "quote": TEXTS[0], "who": "", "due": ""}]})
    )
    pane = open_pane()
    choose(pane, a_document(TEXTS[0]))
    pane.run("risks")
    pane.wait_for_cards(1)
    assert hostile in pane.page.inner_text("#card-0")
    assert pane.page.locator("main img, main script, main a").count() == 0
    assert pane.page.title() == "Inlaid"


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [("a.docx", b"Just text", "not a Word document"), ("a.docx", b"", "empty"), ("a.docx", b"PK\x03\x04 broken", "")],
)
def test_an_unusable_file_is_told_with_what_to_do(open_pane: OpenPane, name: str, data: bytes, said: str) -> None:
    pane = open_pane()
    choose(pane, data, name)
    pane.run("proofread")
    pane.page.wait_for_selector("[role=alert]")
    alert = pane.page.locator("[role=alert]").inner_text()
    assert said in alert
    assert len(alert.splitlines()) >= 2
    choose(pane, a_document(TEXTS[0]))
    pane.page.click("#run")
    pane.wait_for_cards(1)


def test_no_file_is_told_at_once(open_pane: OpenPane) -> None:
    pane = open_pane()
    pane.run("proofread")
    assert "Choose a .docx file" in pane.page.locator("[role=alert]").inner_text()
