"""The pane in a document under review, in another session, and where somebody else works, too."""

import json
from typing import Any

import pytest

from tests.browser.conftest import House, OpenPane
from tests.browser.test_word import TEXTS, document, newest_job


def test_a_pane_that_was_closed_finds_its_job_and_its_decisions_again(open_pane: OpenPane) -> None:
    pane = open_pane(word=document())
    pane.run("proofread", scope="document")
    pane.wait_for_cards(2)
    pane.press("reject", 1)
    pane.wait_for_decision(1, "rejected")
    pane.until("window.wordHost.state.settings['inlaid.job']?.includes('\"rejected\":[1]')")
    settings = pane.word_state("settings")
    pane.page.close()
    again = open_pane(word=document(settings=settings))
    again.wait_for_cards(2)
    assert (again.decision(0), again.decision(1)) == ("open", "rejected")
    again.press("accept", 0)
    again.wait_for_decision(0, "accepted")


def test_the_job_of_somebody_else_in_the_document_is_left_to_them(open_pane: OpenPane) -> None:
    theirs = {"job": "0192d000-0000-7000-8000-000000000000", "accepted": [3], "rejected": []}
    pane = open_pane(word=document(settings={"inlaid.job": json.dumps(theirs)}))
    pane.page.wait_for_selector("#run")
    pane.run("proofread", scope="document")
    pane.wait_for_cards(2)
    pane.press("reject", 1)
    pane.until("window.wordHost.state.settings['inlaid.job'].includes('\"rejected\":[1]')")
    kept = json.loads(pane.word_state("settings")["inlaid.job"])
    assert [(row["job"], row["accepted"]) for row in kept[1:]] == [(theirs["job"], [3])]
    again = open_pane(word=document(settings=pane.word_state("settings")))
    again.wait_for_cards(2)
    again.page.click("#restart")
    again.page.wait_for_selector("#run")
    again.until("!window.wordHost.state.settings['inlaid.job'].includes('rejected\":[1]')")
    assert [row["job"] for row in json.loads(again.word_state("settings")["inlaid.job"])] == [theirs["job"]]


def sent_texts(house: House) -> list[str]:
    """Return the paragraphs of the newest job as the pane read them."""
    job = newest_job(house)
    return [row["text"] for row in json.loads(house.store.effects.get_file(job, "paragraphs.json"))]


@pytest.mark.parametrize("view", [{}, {"balloons": True}, {"version": "1.4"}, {"version": "1.4", "balloons": True}])
def test_a_second_run_reads_what_the_first_one_made_and_not_what_it_deleted(
    open_pane: OpenPane, house: House, view: dict[str, Any]
) -> None:
    pane = open_pane(word=document(**view))
    pane.run("proofread", scope="document")
    pane.wait_for_cards(2)
    pane.page.click("#accept-all")
    pane.wait_for_decision(1, "accepted")
    pane.page.click("#restart")
    pane.run("proofread", scope="document")
    pane.wait_for_cards(0)
    assert "untilluntil" not in "".join(sent_texts(house))
    assert sent_texts(house) == pane.word("current")


@pytest.mark.parametrize("view", [{}, {"balloons": True}, {"version": "1.4"}])
def test_a_paragraph_under_review_is_changed_beside_the_deletions_of_others(
    open_pane: OpenPane, view: dict[str, Any]
) -> None:
    text = "Teh supplier [-untill-]{+shall+} deliver untill [-soon or untill-]{+31+} March."
    pane = open_pane(word={"paragraphs": [{"text": text}], **view})
    pane.run("proofread", scope="document")
    pane.wait_for_cards(1)
    pane.press("accept")
    pane.wait_for_decision(0, "accepted")
    assert pane.word("current") == ["The supplier shall deliver until 31 March."]
    assert pane.word("original") == ["Teh supplier untill deliver untill soon or untill March."]
    if "version" not in view:
        pane.press("undo")
        pane.wait_for_decision(0, "open")
        assert pane.word("view") == [text]


def test_a_document_with_five_hundred_revisions_of_others_is_changed_beside_them(
    open_pane: OpenPane, house: House
) -> None:
    texts = [f"Clause {number} names [-untill-]{{+until+}} March[- and more-]." for number in range(250)]
    texts[120] = "Teh clause 120 names [-untill-]{+until+} March[- and more-]."
    pane = open_pane(word={"paragraphs": [{"text": text} for text in texts]})
    pane.run("proofread", scope="document")
    pane.wait_for_cards(1)
    assert "untill" not in "".join(sent_texts(house))
    pane.press("accept", 0)
    pane.wait_for_decision(0, "accepted")
    shown = pane.word("view")
    assert shown[120].startswith("[-Teh-]{+The+} clause 120")
    assert shown[:120] + shown[121:] == texts[:120] + texts[121:]


def test_a_change_across_the_deletion_of_somebody_else_is_skipped_and_said(open_pane: OpenPane) -> None:
    text = "You rec[-k-]ieve the invoice."
    pane = open_pane(word={"paragraphs": [{"text": text}, {"text": TEXTS[4]}]})
    pane.run("proofread", scope="document")
    pane.wait_for_cards(2)
    pane.page.click("#accept-all")
    pane.wait_for_decision(1, "accepted")
    assert pane.decision(0) == "open"
    assert "deleted text is in the way" in pane.status(0)
    assert pane.word("view")[0] == text


def test_what_word_complains_of_and_makes_all_the_same_is_made_once(open_pane: OpenPane) -> None:
    pane = open_pane(word=document(complains=True))
    pane.run("proofread", scope="document")
    pane.wait_for_cards(2)
    pane.page.click("#accept-all")
    pane.wait_for_decision(0, "accepted")
    pane.wait_for_decision(1, "accepted")
    assert pane.word("view")[1] == "[-Teh-]{+The+} supplier shall deliver the goods [-untill-]{+until+} 31 March 2026."
    assert pane.word("view")[4] == "You [-recieve-]{+receive+} the invoice at your [-adress-]{+address+}."
    pane.press("undo", 0)
    pane.wait_for_decision(0, "open")
    assert pane.word("view")[1] == TEXTS[1]


@pytest.mark.parametrize("version", ["1.6", "1.4"])
def test_a_place_is_found_by_its_text_in_another_session(open_pane: OpenPane, version: str) -> None:
    pane = open_pane(word=document(version=version))
    pane.run("proofread", scope="document")
    pane.wait_for_cards(2)
    pane.until("window.wordHost.state.settings['inlaid.job']")
    settings = pane.word_state("settings")
    changed = document(version=version, settings=settings)
    changed["paragraphs"].insert(0, {"text": "Typed while it was closed."})
    changed["paragraphs"][5] = {"text": "This one was rewritten."}
    again = open_pane(word=changed)
    again.wait_for_cards(2)
    again.page.click("#accept-all")
    again.wait_for_decision(0, "accepted")
    assert again.word("current")[2].startswith("The supplier shall deliver the goods until")
    assert "gone" in again.status(1)
    if version == "1.6":
        again.press("undo", 0)
        again.wait_for_decision(0, "open")
        assert again.word("view")[2] == TEXTS[1]


def test_of_equal_paragraphs_each_is_found_again(open_pane: OpenPane) -> None:
    cell = {"text": "You recieve it."}
    pane = open_pane(word={"paragraphs": [cell, {"text": "Between."}, cell]})
    pane.run("proofread", scope="document")
    pane.wait_for_cards(2)
    pane.until("window.wordHost.state.settings['inlaid.job']")
    again = open_pane(word={"paragraphs": [cell, {"text": "Between."}, cell], "settings": pane.word_state("settings")})
    again.wait_for_cards(2)
    again.press("accept", 1)
    again.wait_for_decision(1, "accepted")
    assert again.word("current") == ["You recieve it.", "Between.", "You receive it."]
    again.press("accept", 0)
    again.wait_for_decision(0, "accepted")
    assert again.word("current") == ["You receive it.", "Between.", "You receive it."]


def test_a_word_that_cannot_tell_deleted_text_says_so(open_pane: OpenPane) -> None:
    old = open_pane(word=document(version="1.3"))
    assert "cannot tell deleted text" in old.page.inner_text("form")
    new = open_pane(word=document(version="1.4"))
    assert "cannot tell deleted text" not in new.page.inner_text("form")
