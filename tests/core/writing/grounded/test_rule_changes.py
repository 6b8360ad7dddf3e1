"""No rule is quoted without what changes it: what names its number, and later notices of the same thing."""

import pytest

from core.recipes.loader import load_recipes
from core.recipes.render import validate_inputs
from core.writing.grounded.passages import GroundPassage, passages_value
from core.writing.grounded.rule_changes import changes_of
from core.writing.plans import PLANS, PlanResult
from tests.core.writing.grounded.scripted_ask import ScriptedAsk

CHANGED = "One place changes or adds to the other. It stands first:"
RULES = (
    "7.2 First reminder: 7 days after the due date. Second reminder: 14 days later, a fee of 5 euros.\n"
    "7.3 The big van may only be driven by Jonas, Tomasz and Ines.\n"
    "7.4 The office is open until 17:00.\n"
    "7.5 Home office: 2 days a week for office staff."
)
NOTICES = (
    "12.5 Notice of 20 October 2026: The notice of 19 August about home office is suspended; 2 days a week hold.\n"
    "12.3 Notice of 19 August 2026: Home office (7.5) is possible on 3 days a week.\n"
    "12.6 Notice of 16 November 2026: The fee of the second reminder (7.2) is dropped.\n"
    "12.7 Notice of 16 November 2026: Tomasz no longer drives the big van.\n"
    "12.8 Notice of 17 November 2026: The fee of the gym is dropped."
)
VAN = "The big van may only be driven by Jonas, Tomasz and Ines."
OLD, NEW = (f"Notice of 3 June {year}: Tomasz no longer drives the big van." for year in (2019, 2024))
HANDBOOK = [
    GroundPassage(0, "Handbook, 7. Rules", "", RULES, document="Handbook"),
    GroundPassage(0, "Handbook, 12. Changes", "", NOTICES, document="Handbook"),
]


def ask(question: str, passages: list[GroundPassage]) -> PlanResult:
    recipe = load_recipes()["answer"]
    values = validate_inputs(recipe, {"question": question, "passages": passages_value(passages)})
    return PLANS["answer"](recipe, values, ScriptedAsk())


def places(result: PlanResult) -> list[str]:
    """Return the number with which each quoted place begins."""
    return [line.split("“")[1].split()[0] for line in result.text.splitlines() if "“" in line]


def test_what_names_the_clause_that_answers_stands_before_it() -> None:
    result = ask("What is the fee of the second reminder?", HANDBOOK)
    assert result.text.startswith(CHANGED)
    assert places(result) == ["12.6", "7.2"]


def test_a_notice_that_says_most_of_what_is_asked_stands_first_without_a_number() -> None:
    assert places(ask("Who may drive the big van?", HANDBOOK)) == ["12.7", "7.3"]


def test_of_two_notices_the_later_one_stands_first() -> None:
    assert places(ask("How many days a week is home office?", HANDBOOK))[:3] == ["12.5", "12.3", "7.5"]


def test_a_rule_that_nothing_changes_stays_an_answer_by_itself() -> None:
    result = ask("Until when is the office open?", HANDBOOK)
    assert result.text == "7.4 The office is open until 17:00. [1]"


def test_a_notice_of_a_document_of_its_own_counts_and_another_document_does_not() -> None:
    notice, other = (
        GroundPassage(0, title, "", "Tomasz no longer drives the big van.", document=title)
        for title in ("Update of 16 November", "Minutes")
    )
    assert ask("Who may drive the big van?", [HANDBOOK[0], notice]).text.startswith(CHANGED)
    assert not ask("Who may drive the big van?", [HANDBOOK[0], other]).text.startswith(CHANGED)


@pytest.mark.parametrize(
    ("rule", "rule_of", "notice", "notice_of", "is_change"),
    [
        (VAN, ("Handbook", "2024-05-01"), OLD, ("Update", ""), False),
        (VAN, ("Handbook", "2024-05-01"), NEW, ("Update", ""), True),
        (VAN, ("Handbook", "2024"), NEW, ("Update", ""), True),
        (VAN, ("Handbook", ""), OLD, ("Update", ""), True),
        (f"From 1 May 2024: {VAN}", ("Handbook", ""), OLD, ("Handbook", ""), False),
        (f"From 1 May 2024: {VAN}", ("Handbook", ""), NEW, ("Handbook", ""), True),
        # The day of a handbook is that of the last notice it lists.
        (VAN, ("Handbook", "2024-05-01"), OLD, ("Handbook", "2024-05-01"), True),
        # A year may be of what a notice is about.
        (VAN, ("Handbook", "2024-05-01"), OLD.replace("3 June ", ""), ("Update", "2025-01-02"), True),
        (VAN, ("Handbook", "2024-05-01"), OLD.replace("3 June ", ""), ("Update", ""), False),
    ],
)
def test_a_notice_of_before_the_rule_is_no_change_of_it(
    rule: str, rule_of: tuple[str, str], notice: str, notice_of: tuple[str, str], is_change: bool
) -> None:
    passages = [
        GroundPassage(0, document, "", text, document=document, date=date)
        for text, (document, date) in ((rule, rule_of), (notice, notice_of))
    ]
    changes = changes_of("Who may drive the big van?", 0, VAN, passages)
    assert [entry.text for entry in changes.later] == [notice] * is_change


def test_a_long_rule_has_its_changes() -> None:
    more = (
        " It is sent by post to the address that the customer gave, and a copy of it is kept for as long as needed." * 8
    )
    rule = f"7.2 The fee of the second reminder is 5 euros.{more}"
    notice = "12.6 Notice of 16 November 2026: The fee of the second reminder (7.2) is dropped."
    passages = [GroundPassage(0, "Handbook", "", text, document="Handbook") for text in (rule, notice)]
    assert len(rule) > 800
    assert places(ask("What is the fee of the second reminder?", passages))[0] == "12.6"
