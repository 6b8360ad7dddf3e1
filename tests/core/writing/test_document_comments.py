"""Comments beside the words that they quote: what stands there is not said again, and all else is."""

import pytest

from core.drafts import Edit, Item
from core.text.catalogues import speaking
from core.writing.document_comments import comments_beside, is_remarked, without_said
from core.writing.document_paragraphs import Paragraph, headings_over

TEXT = "Pay by 5 June, and hand over by 6 June."


def paragraph(*remarks: tuple[str, str]) -> Paragraph:
    return Paragraph(id="p1", hash="h", text=TEXT, remarks=remarks)


@pytest.mark.parametrize(
    ("text", "group", "remark", "is_said"),
    [
        ("due 6/6", "Deadline", "Deadline: due 6/6", True),
        ("due 6/6", "Deadline", "Deadline 2/3: due 6/6", True),
        ("due 6/6", "Deadline", "Deadline: due 5/6", False),
        ("Due 6/6", "", "Due 5/6", False),
    ],
)
def test_a_date_is_no_number_in_a_group(text: str, group: str, remark: str, is_said: bool) -> None:
    items, quote = [Item(text=text, quote="by 6 June", group=group)], "by 6 June"
    there = paragraph((quote, remark))
    edits = comments_beside(items, [there])
    assert len(edits) == 1
    assert without_said(edits, [there], items) == ([] if is_said else edits)


def test_a_comment_without_a_word_is_said_nowhere() -> None:
    there = paragraph(("by 5 June", "Late, 5/6"))
    told = Edit(id="p1", hash="h", before=TEXT, comment="Late, 5/6")
    assert is_remarked(told, there)
    for other in ("", "Late, 6/6"):
        assert not is_remarked(told.model_copy(update={"comment": other}), there)


def test_a_comment_that_stands_there_in_the_language_that_is_spoken_is_said() -> None:
    told = Edit(id="p1", hash="h", before=TEXT, comment="The number “2” does not stand in the source.")
    there = paragraph(("by 5 June", "„2“ (Zahl) steht nicht in der Quelle."))
    assert not is_remarked(told, there)
    with speaking("de"):
        assert is_remarked(told, there)


def test_only_comments_that_can_stand_somewhere_are_counted_and_no_sign_of_an_object_is_said() -> None:
    body = Paragraph(id="p1", hash="h", text="Pay by 5 June\ufffc. Hand over by 6 June.")
    note = Paragraph(id="n1", hash="h", text="Keep it by 7 June.", is_beside=True)
    group = {"group": "Deadline", "why": "It is late, see \ufffc\ufffc2.1\ufffc."}
    items = [Item(text="", quote=quote, **group) for quote in ("by 5 June", "by 6 June", "by 7 June")]
    assert [edit.comment for edit in comments_beside(items, [body, note])] == [
        "Deadline 1/2: It is late, see 2.1.",
        "Deadline 2/2",
        "Deadline",
    ]


def test_a_note_is_under_no_heading() -> None:
    heading = Paragraph(id="h", hash="h", text="Law", heading_level=1)
    assert headings_over([heading, Paragraph(id="n", hash="h", text="A note.", is_beside=True)])["n"] == ""


def test_a_price_that_stands_twice_is_remarked_where_the_list_has_it_and_its_heading_is_said() -> None:
    texts = ("It costs £12,400 plus VAT.", "Written assessment", "£12,400")
    there = [Paragraph(id=f"p{at}", hash="h", text=text) for at, text in enumerate(texts)]
    items = [
        Item(text="2. Fees: It costs £12,400 plus VAT.", quote="It costs £12,400 plus VAT.", group="Term", why="Pay."),
        Item(text="Written assessment: £12,400.", quote="£12,400", group="Term", why="Pay."),
    ]
    edits = comments_beside(items, there)
    assert [(edit.id, edit.comment) for edit in edits] == [("p0", "Term 1/2: 2. Fees. Pay."), ("p2", "Term 2/2")]
