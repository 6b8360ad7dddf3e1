"""Values of earlier messages that a later one corrects."""

import pytest

from core.recipes.loader import load_recipes
from core.writing.checks import Grounds, check_draft
from tests.core.writing.checks.test_checks import reply_findings

PRICES = "Lars: A block of ten is 520 euros if paid in advance.\n\nMia: Thanks!\n\n"


@pytest.mark.parametrize(
    ("later", "draft", "values", "count"),
    [
        ("Lars: Sorry, a block of ten is 545 euros now, not 520.", "A block of ten is 520 euros.", {}, 1),
        ("Lars: One correction: the block of ten costs 545 euros.", "A block of ten is 520 euros.", {}, 1),
        ("Lars: Sorry, a block of ten is 545 euros now, not 520.", "A block of ten is 545 euros.", {}, 0),
        ("Lars: Sorry, a block of ten is 545 euros now.", "A block of ten was 520 euros and is 545 now.", {}, 0),
        # Another price, one that nothing corrects, and what its owner tells.
        ("Lars: Sorry, the towel is 5 euros now.", "A block of ten is 520 euros.", {}, 0),
        ("Lars: A single session is 58 euros.", "A block of ten is 520 euros.", {}, 0),
        ("Lars: Sorry, a block of ten is 545 euros now.", "It is 520 euros.", {"instruction": "say 520 euros"}, 0),
    ],
)
def test_what_a_later_message_corrects_is_remarked_on(
    later: str, draft: str, values: dict[str, str], count: int
) -> None:
    told = {"message": "What was the price for a block of ten?", "thread": f"{PRICES}{later}", **values}
    assert len(reply_findings("outdated", draft, **told)) == count


def test_a_summary_is_held_against_corrections_within_the_talk() -> None:
    talk = "Ana: La multa es de 350 € por hora.\nBo: Vale.\nAna: Corrección: la multa es de 300 € por hora.\n"
    summarize = load_recipes()["summarize"]
    found = check_draft(Grounds(summarize, {"text": talk}, talk), "La multa es de 350 € por hora.")
    assert [one.sentence for one in found if one.check == "outdated"] == [
        "“350 €” was corrected later: “Ana: Corrección: la multa es de 300 € por hora.”."
    ]
