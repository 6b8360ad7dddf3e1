"""Which sentences an answer from passages quotes, and which it leaves out."""

import json

import pytest

from core.text.lexicon import lexicon
from core.writing.grounded.answer_by_meaning import question_language
from core.writing.grounded.passages import passages_value
from tests.core.writing.grounded.test_answer import FERRY, run

TENANTS = (
    "Small repairs up to 80 pounds are paid by the tenant. Everything above is reported to the caretaker, Gordon Pike."
)
QUIET = "Quiet hours are from ten at night to seven in the morning. The deposit is two months' rent."


@pytest.mark.parametrize(
    ("question", "text", "answer"),
    [
        ("Who are repairs reported to?", TENANTS, f"{TENANTS} [1]"),
        ("When are the quiet hours?", QUIET, f"{QUIET} [1]"),
    ],
)
def test_an_answer_is_as_whole_as_it_needs_to_be(question: str, text: str, answer: str) -> None:
    result = run(question, passages_value([("Guide", "", text)]))
    assert (result.text, result.skeleton) == (answer, False)


def test_what_only_the_name_of_a_document_says_is_no_answer() -> None:
    result = run("How much is the gym?", passages_value([("Gym rules", "", "A towel costs 2 euros.")]))
    assert result.skeleton


def test_a_question_in_spanish_is_known_by_its_mark_and_answered_in_spanish() -> None:
    result = run("¿Existen descuentos?", passages_value([("Gym rules", "", "A towel costs 2 euros.")]))
    assert result.text.startswith(lexicon("es").wording("questions.nothing"))


def test_what_does_not_hold_the_fact_that_is_asked_for_is_no_answer() -> None:
    question = "Wie viele Wochen dauert die Überfahrt?"
    german = ("Fähre", "", "Die Überfahrt dauert 25 Minuten.")
    result = run(question, passages_value([("Ferry", "", FERRY), german]))
    assert (result.skeleton, result.reason) == (True, "No passage answers the question.")
    assert result.text.startswith(lexicon(question_language(question)).wording("questions.nothing"))


def versions(before: str, now: str) -> str:
    texts = {"2022": before, "2026": now}
    names = {year: f"Staff handbook {year}" for year in texts}
    return json.dumps(
        [{"title": names[one], "document": names[one], "date": one, "text": text} for one, text in texts.items()]
    )


def test_the_same_fact_is_quoted_once() -> None:
    both = versions("The share is £250.", "The share is £250.")
    assert len(run("What is the share?", both).sources) == 1


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("How long is the notice period after the probation?", "During the probation the notice period is one week."),
        ("How many pills do I take before breakfast?", "After breakfast take two pills."),
        ("What is the fee after the deadline?", "Before the deadline the fee is 20 pounds."),
        ("Wie hoch ist die Gebühr nach der Frist?", "Vor der Frist ist die Gebühr 20 Euro."),
    ],
)
def test_what_is_told_of_the_other_side_of_a_moment_is_no_answer(question: str, text: str) -> None:
    result = run(question, passages_value([("Guide", "", text)]))
    assert not result.text.startswith(text[:20])


def test_spans_with_one_end_in_common_contradict_each_other() -> None:
    question = "When is the core time?"
    passages = passages_value(
        [
            ("Rules", "", "The core time is between 9:00 and 15:00."),
            ("Guide", "", "The core time is between 10:00 and 15:00."),
        ]
    )
    text = run(question, passages).text
    assert "9:00" in text
    assert "10:00" in text
