"""What says nothing is neither a question nor a follow-up."""

import pytest

from core.writing.grounded.known_words import says_something
from core.writing.grounded.passages import passages_value, read_passages
from core.writing.plans import PLANS, PlanResult
from tests.core.writing.grounded.scripted_ask import ScriptedAsk
from tests.core.writing.grounded.test_answer import FERRY, RECIPE

TEXTS = read_passages(passages_value([("Ferry", "", FERRY)]))


@pytest.mark.parametrize("question", ["hjkl", "zxcvb nmqw", "Dfgh jklö", "sdf sdf sdf?", "QWOP"])
def test_letters_without_a_word_say_nothing(question: str) -> None:
    assert not says_something(question, TEXTS)


@pytest.mark.parametrize(
    "question",
    ["ferry", "Norrvik?", "norrvik", "Reisekosten", "vacaciones", "congés", "how?", "Где паром?", "und qwop?"],
)
def test_a_word_that_somebody_knows_says_something(question: str) -> None:
    assert says_something(question, TEXTS)


def ask(question: str, earlier: str) -> PlanResult:
    values = {"question": question, "passages": passages_value([("Ferry", "", FERRY)]), "earlier": earlier}
    return PLANS["answer"](RECIPE, values, ScriptedAsk())


def test_what_says_nothing_is_not_joined_to_the_question_before() -> None:
    before = "How long does the crossing take?"
    assert "25 minutes" in ask("And how long does the crossing by ferry take?", before).text
    result = ask("zxcvb nmqw", before)
    assert result.text.startswith("Nothing was found for these words.")
    assert result.reason == result.text  # so each surface tells it in the language of its reader
    assert result.skeleton
    assert not result.sources
