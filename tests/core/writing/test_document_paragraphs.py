"""What a writer is told of the place of a paragraph."""

from core.drafts import Draft, Edit
from core.recipes.loader import load_recipes
from core.writing.checks import Grounds, check_draft
from core.writing.document_paragraphs import Paragraph, ParagraphContext, may_be_prose
from core.writing.documents import recounted


def line(text: str, heading_level: int = 0) -> Paragraph:
    return Paragraph("P", "h", text, heading_level)


DOCUMENT = [
    line("Supply agreement", 1),
    line("Acme Ltd (the “Supplier”) and Borg plc agree as follows."),
    line("Payment", 2),
    line("Fees", 3),
    line("“Fee” means the amount in Annex 1."),
    line("The Supplier invoices the Fee monthly.\ufffc"),
    line("Invoices are due in 30 days."),
    line("Liability", 2),
    line("Nobody is liable."),
]


def test_headings_neighbours_and_definitions() -> None:
    assert ParagraphContext(DOCUMENT).around(5).splitlines() == [
        "Under the heading: Supply agreement / Payment / Fees",
        "Before it: “Fee” means the amount in Annex 1.",
        "After it: Invoices are due in 30 days.",
        "Defined: Acme Ltd (the “Supplier”) and Borg plc agree as follows.",
        "Defined: “Fee” means the amount in Annex 1.",
    ]


def test_headings_end_where_one_of_their_level_begins_and_are_no_neighbours() -> None:
    assert ParagraphContext(DOCUMENT).around(8).splitlines() == [
        "Under the heading: Supply agreement / Liability",
        "Other terms of the document: Supplier, Fee",
    ]
    assert (
        ParagraphContext(DOCUMENT).around(7)
        == "Under the heading: Supply agreement\nBefore it: Invoices are due in 30 days.\nAfter it: Nobody is liable."
        "\nOther terms of the document: Supplier, Fee"
    )


def test_a_definition_is_not_told_to_its_own_paragraph() -> None:
    assert "Defined" not in ParagraphContext(DOCUMENT).around(4)


def test_neighbours_are_cut_at_the_side_away_from_the_paragraph() -> None:
    lines = [line("begin " + "x " * 900 + "near"), line("it"), line("close " + "y " * 900 + "far")]
    around = ParagraphContext(lines).around(1)
    assert "near" in around
    assert "close" in around
    assert "begin" not in around
    assert "far" not in around
    assert ParagraphContext([line("alone")]).around(0) == ""


def test_a_sentence_is_one_with_a_note_behind_it_and_a_name_is_none() -> None:
    for text in ("The goods are delivered within 14 days.\ufffc", "(a) „We pay the price in 30 days.\ufffc“"):
        assert may_be_prose(line(text))
    for text in ("Acme Ltd\ufffc", "\ufffc 3 May 2026", "Annex of the agreement\ufffc"):
        assert not may_be_prose(line(text))


def test_edits_in_a_heading_count_no_characters_when_they_are_counted_again() -> None:
    paragraphs = [{"id": "title", "hash": "h", "text": "Offer", "heading_level": 1}]
    edits = tuple(Edit(id="title", hash="h", before="Offer", text=text) for text in ("Offers", "The offer"))
    before = Draft(recipe="rewrite", edits=edits, notices=("Filled.",))
    fewer = before.model_copy(update={"edits": edits[:1]})
    assert recounted(fewer, before, load_recipes()["rewrite"], {"paragraphs": paragraphs}).notices == ("Filled.",)


def test_a_term_of_the_document_is_known_where_its_paragraph_does_not_use_it() -> None:
    recipe, source = load_recipes()["plain"], "Nobody is liable."
    values = {"text": source, "context": ParagraphContext(DOCUMENT).around(8)}
    found = check_draft(Grounds(recipe, values, source), "Nobody, not even the Supplier, is liable.")
    assert not [finding for finding in found if finding.check == "names"]
