"""An open document as passages: each under its heading, and of a long one those that bear on the question."""

from typing import Any

from core.writing.grounded.document_passages import document_passages


def test_paragraphs_under_a_heading_are_a_passage_of_its_name() -> None:
    paragraphs: list[dict[str, Any]] = [
        {"text": "Before any heading."},
        {"text": "Termination", "heading_level": 1},
        {"text": "Each party may end it."},
        {"text": "Notice is given in writing."},
        {"text": "Payment", "heading_level": 1},
        {"text": "   "},
        {"text": "Within 30 days."},
    ]
    found = [(passage.title, passage.text) for passage in document_passages(paragraphs, "How does it end?")]
    assert found == [
        ("Before any heading.", "Before any heading."),
        ("Termination", "Each party may end it.\n\nNotice is given in writing."),
        ("Payment", "Within 30 days."),
    ]


def test_a_heading_without_a_text_is_a_passage_of_its_own() -> None:
    paragraphs: list[dict[str, Any]] = [
        {"text": "Election of the board", "heading_level": 1},
        {"text": "Budget", "heading_level": 1},
        {"text": "Long " * 800},
        {"text": "Any other business", "heading_level": 1},
    ]
    found = [passage.title for passage in document_passages(paragraphs, "Who is elected?")]
    assert found == ["Election of the board", "Budget", "Any other business"]


def test_passages_of_one_document_are_of_one_document() -> None:
    found = document_passages([{"text": "One."}, {"text": "Two " * 400}, {"text": "Three " * 400}], "")
    assert len(found) == 3
    assert {passage.document for passage in found} == {"document"}


def test_of_a_long_document_what_bears_on_the_question_is_kept_in_order() -> None:
    paragraphs: list[dict[str, Any]] = []
    for number in range(200):
        paragraphs.append({"text": f"Annex {number}", "heading_level": 1})
        told = "The penalty for late delivery is 5 percent." if number in (30, 170) else "Nothing of note is said here."
        paragraphs.append({"text": told})
    found = document_passages(paragraphs, "What is the penalty for late delivery?")
    assert [passage.title for passage in found if "penalty" in passage.text] == ["Annex 30", "Annex 170"]
    assert len(found) <= 40


def test_an_empty_document_has_no_passage() -> None:
    assert document_passages([], "What?") == []
