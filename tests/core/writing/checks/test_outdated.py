"""Values of earlier messages that a later one corrects."""

import time

import pytest

from core.recipes.loader import load_recipes
from core.writing.checks import Grounds, check_draft
from core.writing.checks.outdated import find_outdated_facts
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


def _seconds(corrections: int) -> float:
    listed = ", ".join(f"the towel of room {number} is {number} euros" for number in range(30, 60))
    lines = (f"{'Ana' if at % 2 else 'Bo'}: Correction {at}: {listed}.\n" for at in range(corrections))
    talk = "".join(lines)
    begin = time.thread_time()
    assert [
        *find_outdated_facts(Grounds(load_recipes()["summarize"], {"text": talk}, talk), "The block is 77 euros.")
    ] == []
    return time.thread_time() - begin


def test_many_long_corrections_take_time_in_proportion() -> None:
    _seconds(2)  # what is read once for all
    few, many = _seconds(15), _seconds(90)
    assert many < 12 * few + 0.2
    assert many < 2.5


def test_a_correction_far_behind_what_it_corrects_counts() -> None:
    between = "Bo: Correction: the towel is 5 euros.\n" * 40
    talk = f"Ana: A block of ten is 520 euros.\n{between}Ana: Sorry, the block of ten is 545 euros.\n"
    grounds = Grounds(load_recipes()["summarize"], {"text": talk}, talk)
    assert len([*find_outdated_facts(grounds, "A block of ten is 520 euros.")]) == 1
