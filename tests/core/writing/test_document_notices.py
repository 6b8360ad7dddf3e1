"""What is told of a document as a whole: figures and dates of an instruction that found no place."""

import pytest

from core.drafts import Edit
from core.store import Store
from core.writing.document_notices import NOTHING_TO_DO, unplaced
from core.writing.document_paragraphs import Paragraph
from tests.core.writing.test_documents import LABELS, Desk

CLAUSE = "Le prix des travaux est fixé à 12 480,50 € HT et les travaux finissent avant le 1er mars 2027."
CELLS = ("Dépose", "5 000,00", "Pose", "7 480,50", "Article 3", "30 jours")
NEW = "Le prix des travaux est fixé à 13 900,00 € HT et les travaux finissent avant le 1er mars 2027."


def not_placed(instruction: str, new: str = NEW) -> tuple[str, ...]:
    texts = [Paragraph(f"p{place}", "h", text) for place, text in enumerate((CLAUSE, *CELLS))]
    return unplaced(instruction, texts, [Edit(id="p0", hash="h", before=CLAUSE, text=new)])


@pytest.mark.parametrize(
    ("instruction", "missing"),
    [
        # 8 900 is what 13 900 and 5 000 differ by: that does not place it.
        ("Le prix passe à 13 900,00 € et la phase Pose est portée à 8 900,00 €.", "“8 900,00 €”"),
        ("La remise est de 2 500,00 €, la réception a lieu le 15 avril 2027.", "“2 500,00 €”, “15 avril 2027”"),
        ("Le délai passe de 30 jours à 3 mois.", "“3 mois”"),
    ],
)
def test_what_of_an_instruction_stands_nowhere_is_told(instruction: str, missing: str) -> None:
    told = f"Not placed: {missing} of your instruction. Headings and table cells are left as they are."
    assert not_placed(instruction) == (told,)


@pytest.mark.parametrize(
    "instruction",
    [
        "Le prix passe de 12 480,50 € à 13.900 €.",
        "Réécris en 3 phrases, 100 mots au plus, comme dit lundi.",
        "Garde la date du 01/03/2027 et les 7 480,50 € de la pose.",
        "",
    ],
)
def test_what_stands_there_or_is_said_of_the_work_is_not_told(instruction: str) -> None:
    assert not_placed(instruction) == ()


def test_a_rewritten_document_tells_what_found_no_place(sqlite_store: Store) -> None:
    draft = Desk(sqlite_store).edit(
        "rewrite",
        {"text": CLAUSE},
        *({"text": text, "is_label": True} for text in CELLS),
        answer=f"[1] {NEW}",
        small=False,
        instruction="Le prix passe à 13 900,00 €, la phase Pose à 8 900,00 €.",
    )
    assert [edit.text for edit in draft.edits or ()] == [NEW]
    assert draft.notices[-1].startswith("Not placed: “8 900,00 €” of your instruction.")


def test_a_document_of_headings_and_tables_takes_no_call_and_says_so(sqlite_store: Store) -> None:
    desk = Desk(sqlite_store)
    draft = desk.edit("shorten", *LABELS[:-1], small=False)
    assert (draft.edits, draft.notices, desk.chat.asked) == ((), (NOTHING_TO_DO,), [])
