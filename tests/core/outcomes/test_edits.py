"""What kind of change an edit is."""

import pytest

from core.drafts import Draft, Edit, Item
from core.outcomes.edits import edit_kinds, shown_text

DRAFT = "Thank you for the note. The order of 40 desks arrives on Friday. Please tell us the floor."


@pytest.mark.parametrize(
    ("after", "kinds"),
    [
        (DRAFT, ()),
        (DRAFT.replace("40", "50"), ("facts",)),
        (DRAFT.replace("the floor.", "the floor, Miriam."), ("names",)),
        (DRAFT.replace("Please tell", "Please, tell"), ("punctuation",)),
        (DRAFT.replace("note.", "note!"), ("tone",)),
        (DRAFT.replace("order", "delivery"), ("wording",)),
        (DRAFT.replace(" Please tell us the floor.", ""), ("tone", "length", "deleted_sentence")),
        (DRAFT + " We look forward to seeing it in place soon.", ("length", "added_sentence")),
        (DRAFT.replace(" The", "\n\nThe"), ("structure",)),
        ("", ("facts", "tone", "length", "structure", "deleted_sentence")),
    ],
)
def test_each_change_is_named_by_its_kind(after: str, kinds: tuple[str, ...]) -> None:
    assert edit_kinds(DRAFT, after) == kinds


def test_hostile_lengths_are_cut_before_they_are_compared() -> None:
    assert "length" not in edit_kinds("a" * 30_000, "a" * 60_000)


def test_what_a_person_saw_is_the_text_or_the_lines() -> None:
    assert shown_text(Draft(recipe="r", text="One")) == "One"
    assert shown_text(Draft(recipe="r", items=(Item(text="A"), Item(text="B")))) == "A\nB"
    edits = (Edit(id="1", hash="h", text="New"), Edit(id="2", hash="h", comment="Only a remark"))
    assert shown_text(Draft(recipe="r", edits=edits)) == "New"
