"""The pane inside Word: tracked changes by Word itself, comments, places that are held, and the older Words."""

import json
from typing import Any

from playwright.sync_api import expect

from core.job import Job
from tests.browser.conftest import House, OpenPane
from tests.browser.pages import POLL_MILLISECONDS
from tests.fakes.openai_replies import Answer

TEXTS = [
    "Supply agreement",
    "Teh supplier shall deliver the goods untill 31 March 2026.",
    "The price is 500 euros.",
    "Payment",
    "You recieve the invoice at your adress.",
    "Nothing is wrong in this paragraph.",
]
LEVELS = [1, 10, 10, 1, 10, 10]


def document(**further: Any) -> dict[str, Any]:
    paragraphs = [{"text": text, "level": level} for text, level in zip(TEXTS, LEVELS, strict=True)]
    return {"paragraphs": paragraphs, **further}


def newest_job(house: House) -> Job:
    (job,) = house.store.jobs.list(limit=1)
    return house.store.jobs.get(job.id)


def test_accepted_changes_are_word_level_tracked_changes_of_the_person(open_pane: OpenPane, house: House) -> None:
    pane = open_pane(word=document())
    pane.run("proofread", scope="document")
    pane.wait_for_cards(2)
    pane.press("accept", 0)
    pane.wait_for_decision(0, "accepted")
    assert pane.word("view")[1] == "[-Teh-]{+The+} supplier shall deliver the goods [-untill-]{+until+} 31 March 2026."
    assert pane.word("original") == TEXTS
    assert pane.word("authors") == ["Ann"]
    assert pane.word_state("tracking") == "Off"
    assert pane.word_state("modes") == ["TrackAll", "Off"]
    pane.press("reject", 1)
    pane.wait_for_decision(1, "rejected")
    assert pane.word("current")[4] == TEXTS[4]
    assert pane.complaints == []
    assert newest_job(house).surface == "word"


def test_each_decision_is_an_outcome_with_its_edit(open_pane: OpenPane, house: House) -> None:
    pane = open_pane(word=document())
    sent = pane.sent_to("/outcome")
    pane.run("proofread", scope="document")
    pane.wait_for_cards(2)
    pane.press("reject", 1)
    pane.press("accept", 0)
    pane.wait_for_decision(0, "accepted")
    while len(sent) < 2:
        pane.page.wait_for_timeout(POLL_MILLISECONDS)
    assert sent == [{"outcome": "rejected", "edit": "1"}, {"outcome": "accepted", "edit": "0"}]


def test_only_the_selection_or_its_section_is_worked_on(open_pane: OpenPane, house: House) -> None:
    pane = open_pane(word=document(selection=[4, 4]))
    pane.run("proofread", scope="selection")
    pane.wait_for_cards(1)
    assert [edit.before for edit in newest_job(house).draft.edits or ()] == [TEXTS[4]]  # type: ignore[union-attr] # it has a draft
    pane.page.click("#restart")
    house.model.asked.clear()
    pane.run("proofread", scope="section")
    pane.wait_for_cards(1)
    asked = "".join(chat.prompt for chat in house.model.chats)
    assert TEXTS[5] in asked
    assert TEXTS[2] not in asked


def test_where_nothing_is_selected_the_whole_document_is_worked_on(open_pane: OpenPane) -> None:
    pane = open_pane(word=document())
    assert pane.page.is_checked("#scope-selection")
    pane.run("proofread")
    pane.wait_for_cards(2)


def test_a_paragraph_that_changed_meanwhile_is_skipped_with_a_notice(open_pane: OpenPane) -> None:
    pane = open_pane(word=document())
    pane.run("proofread", scope="document")
    pane.wait_for_cards(2)
    pane.word("insertBefore", 0, "Typed while it ran.")
    pane.word("type", 2, " And more.")
    pane.page.click("#accept-all")
    pane.wait_for_decision(1, "accepted")
    assert pane.decision(0) == "open"
    assert "paragraph has changed" in pane.status(0)
    current = pane.word("current")
    assert current[2] == f"{TEXTS[1]} And more."
    assert current[5] == "You receive the invoice at your address."


def test_a_paragraph_that_is_gone_is_told(open_pane: OpenPane) -> None:
    pane = open_pane(word=document())
    pane.run("proofread", scope="document")
    pane.wait_for_cards(2)
    pane.word("remove", 1)
    pane.press("accept", 0)
    pane.page.wait_for_selector("#card-0 .status.bad")
    assert "gone" in pane.status(0)
    pane.press("jump", 1)
    pane.until("window.wordHost.state.selected !== null")


def test_undo_rejects_what_the_change_did_and_nothing_else(open_pane: OpenPane) -> None:
    word = document()
    word["paragraphs"][1]["earlier"] = " Ben added this."
    pane = open_pane(word=word)
    pane.run("proofread", scope="document")
    pane.wait_for_cards(2)
    pane.page.click("#accept-all")
    pane.wait_for_decision(1, "accepted")
    pane.press("undo", 0)
    pane.wait_for_decision(0, "open")
    assert pane.word("view")[1] == f"{TEXTS[1]}{{+ Ben added this.+}}"
    assert "{+receive+}" in pane.word("view")[4]


def test_the_tracking_mode_is_restored_after_an_error(open_pane: OpenPane) -> None:
    pane = open_pane(word=document(tracking="TrackMineOnly"))
    pane.run("proofread", scope="document")
    pane.wait_for_cards(2)
    pane.word("lock", 1)
    pane.page.click("#accept-all")
    pane.wait_for_decision(1, "accepted")
    assert pane.decision(0) == "open"
    assert "could not make" in pane.status(0)
    assert pane.word("current")[1] == TEXTS[1]
    assert pane.word_state("tracking") == "TrackMineOnly"


def test_remarks_become_comments_at_the_quoted_words(open_pane: OpenPane, house: House) -> None:
    risk = {"items": [{"text": "A fixed date", "quote": TEXTS[1], "who": "", "due": ""}]}
    house.model.respond = lambda _body: Answer(json.dumps(risk))
    pane = open_pane(word=document(), query="&recipe=risks")
    assert pane.page.input_value("#recipe") == "risks"
    pane.run("risks", scope="document")
    pane.wait_for_cards(1)
    # A comment corrects nothing: it is kept, and its place stays with the person.
    expect(pane.page.locator("#accept-all")).to_have_text("Keep all comments")
    expect(pane.page.locator("#card-0 [data-act=accept]")).to_have_text("Keep comment")
    pane.press("accept", 0)
    pane.wait_for_decision(0, "accepted")
    expect(pane.page.locator("#tally")).to_contain_text("1 of these is a comment: the text there is unchanged")
    assert pane.word("comments") == [{"text": "A fixed date", "on": TEXTS[1]}]
    expect(pane.page.locator("#card-0 blockquote")).to_be_visible()
    assert pane.word("view") == TEXTS


def test_a_comment_that_stands_there_is_not_suggested_again(open_pane: OpenPane, house: House) -> None:
    risk = {"items": [{"text": "A fixed date", "quote": TEXTS[1], "who": "", "due": ""}]}
    house.model.respond = lambda _body: Answer(json.dumps(risk))
    pane = open_pane(word=document(), query="&recipe=risks")
    pane.run("risks", scope="document")
    pane.wait_for_cards(1)
    pane.press("accept", 0)
    pane.wait_for_decision(0, "accepted")
    pane.page.click("#restart")
    pane.run("risks", scope="document")
    expect(pane.page.locator(".result h2")).to_be_visible()
    assert pane.page.locator(".card").count() == 0


def test_a_blank_in_a_table_is_called_by_its_row(open_pane: OpenPane, house: House) -> None:
    house.model.respond = lambda _body: Answer("{}")
    cells = [{"text": "Matter number", "cell": [0, 0]}, {"text": "________", "cell": [0, 1]}]
    pane = open_pane(word={"paragraphs": [{"text": "Matter form", "level": 1}, *cells]}, query="&recipe=fill")
    pane.run("fill", scope="document", brief="Nothing is known.")
    expect(pane.page.locator("#left-open")).to_contain_text("Matter number: ____")


def test_a_word_without_paragraph_ids_finds_places_by_their_text(open_pane: OpenPane) -> None:
    pane = open_pane(word=document(version="1.4", selection=[1, 4]))
    pane.run("proofread", scope="selection")
    pane.wait_for_cards(2)
    pane.word("insertBefore", 0, "Typed while it ran.")
    pane.page.click("#accept-all")
    pane.wait_for_decision(1, "accepted")
    assert pane.word("current")[5] == "You receive the invoice at your address."
    assert pane.word("original")[1:] == TEXTS
    pane.press("undo", 0)
    pane.page.wait_for_selector("#card-0 .status.bad")
    assert "Review > Reject" in pane.status(0)


def test_a_word_that_cannot_switch_tracking_on_asks_the_person_first(open_pane: OpenPane) -> None:
    pane = open_pane(word=document(version="1.3", tracking="TrackAll"))
    pane.run("proofread", scope="document")
    pane.wait_for_cards(2)
    pane.press("accept", 0)
    assert pane.decision(0) == "open"
    assert pane.word("view") == TEXTS
    pane.page.check("#tracking")
    pane.press("accept", 0)
    pane.wait_for_decision(0, "accepted")
    assert "{+until+}" in pane.word("view")[1]


def test_a_button_for_another_recipe_begins_anew(open_pane: OpenPane) -> None:
    pane = open_pane(word=document(), query="&recipe=proofread")
    pane.run("proofread", scope="document")
    pane.wait_for_cards(2)
    settings = pane.word_state("settings")
    again = open_pane(word=document(settings=settings), query="&recipe=proofread")
    again.wait_for_cards(2)
    other = open_pane(word=document(settings=settings), query="&recipe=shorten")
    other.page.wait_for_selector("#run")
    assert other.page.input_value("#recipe") == "shorten"


def test_headings_are_sent_as_headings(open_pane: OpenPane, house: House) -> None:
    pane = open_pane(word=document())
    pane.run("proofread", scope="document")
    pane.wait_for_cards(2)
    sent = json.loads(house.store.effects.get_file(newest_job(house), "paragraphs.json"))
    assert [row.get("heading_level") for row in sent] == [1, None, None, 1, None, None]


def test_undo_takes_the_comment_back_with_its_change_and_a_remark_alone(open_pane: OpenPane, house: House) -> None:
    risk = {"items": [{"text": "A fixed date", "quote": TEXTS[1], "who": "", "due": ""}]}
    house.model.respond = lambda _body: Answer(json.dumps(risk))
    for version in ("1.6", "1.4"):
        pane = open_pane(word=document(version=version), query="&recipe=risks")
        pane.run("risks", scope="document")
        pane.wait_for_cards(1)
        pane.press("accept", 0)
        pane.wait_for_decision(0, "accepted")
        assert len(pane.word("comments")) == 1
        pane.press("undo", 0)
        pane.wait_for_decision(0, "open")
        assert pane.word("comments") == []


def test_a_document_of_five_hundred_pages_is_worked_on_where_the_cursor_is(open_pane: OpenPane) -> None:
    texts = [f"Clause {number}: the supplier delivers what annex {number} names." for number in range(5_000)]
    texts[4_321] = "Teh supplier shall deliver."
    pane = open_pane(word={"paragraphs": [{"text": text} for text in texts], "selection": [4_321, 4_321]})
    pane.run("proofread", scope="selection")
    pane.wait_for_cards(1)
    pane.press("accept", 0)
    pane.wait_for_decision(0, "accepted")
    assert pane.word("view")[4_321] == "[-Teh-]{+The+} supplier shall deliver."


def test_the_pane_is_as_dark_as_office(open_pane: OpenPane) -> None:
    pane = open_pane(word=document(theme={"bodyBackgroundColor": "#212121"}))
    dark = pane.page.evaluate("getComputedStyle(document.body).backgroundColor")
    pane = open_pane(word=document(theme={"bodyBackgroundColor": "#ffffff"}))
    assert dark != pane.page.evaluate("getComputedStyle(document.body).backgroundColor")


def test_an_empty_selection_is_told_with_what_to_do(open_pane: OpenPane) -> None:
    pane = open_pane(word={"paragraphs": [{"text": ""}, {"text": "Text."}], "selection": [0, 0]})
    pane.run("proofread", scope="selection")
    assert "Select some text" in pane.page.inner_text("[role=alert]")


def test_headers_footers_and_notes_are_worked_on_with_the_whole_document(open_pane: OpenPane) -> None:
    beside = [
        {"text": "Teh supply agreement", "story": "header"},
        {"text": "See the annex untill May.", "story": "footnote"},
    ]
    made = document()
    made["paragraphs"] += beside
    pane = open_pane(word=made)
    pane.run("proofread", scope="document")
    pane.wait_for_cards(4)
    assert [pane.page.locator(f"#card-{number} .where").count() for number in (0, 1)] == [0, 0]
    pane.page.click("#accept-all")
    pane.wait_for_decision(3, "accepted")
    assert pane.word("current")[-2:] == ["The supply agreement", "See the annex until May."]
    pane.press("undo", 0)
    pane.wait_for_decision(0, "open")
    assert pane.word("current")[-2] == "Teh supply agreement"
    assert pane.complaints == []


def test_a_change_of_a_header_is_never_made_in_an_equal_paragraph_of_the_body(open_pane: OpenPane) -> None:
    header = {"text": "Teh supply agreement", "story": "header"}
    made = document()
    made["paragraphs"].append(header)
    pane = open_pane(word=made)
    pane.run("proofread", scope="document")
    pane.wait_for_cards(3)
    pane.until("window.wordHost.state.settings['inlaid.job']")
    changed = document(settings=pane.word_state("settings"))
    changed["paragraphs"] += [{"text": header["text"]}, {"text": "Typed while it was closed."}, header]
    again = open_pane(word=changed)
    again.wait_for_cards(3)
    again.press("accept", 0)
    again.wait_for_decision(0, "accepted")
    assert again.word("current")[-3:] == [header["text"], "Typed while it was closed.", "The supply agreement"]


def test_what_cannot_be_taken_back_by_a_word_is_said(open_pane: OpenPane) -> None:
    pane = open_pane(word=document(version="1.4"))
    pane.run("proofread", scope="document")
    pane.wait_for_cards(2)
    for wish in ("redo", "undo"):
        pane.page.fill("#wish", wish)
        pane.page.keyboard.press("Enter")
        expect(pane.page.locator(".result > [role=status]")).to_have_text(f"There is nothing to {wish}.")
    pane.press("accept", 0)
    pane.wait_for_decision(0, "accepted")
    pane.page.fill("#wish", "undo")
    pane.page.keyboard.press("Enter")
    expect(pane.page.locator(".result > [role=status]")).to_contain_text("Undo it in Word")
    assert pane.decision(0) == "accepted"
