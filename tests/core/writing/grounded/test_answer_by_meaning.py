"""Answers by meaning, with the embedded model: other words, other languages, and silence where nothing answers."""

import json
from pathlib import Path

import pytest

from core.embeddings import WordEmbedder, load_embedder
from core.recipes.loader import load_recipes
from core.recipes.render import validate_inputs
from core.settings import Settings
from core.writing.grounded.passages import passages_value
from core.writing.plans import PLANS, PlanResult
from core.writing.result import PlanOptions
from tests.core.writing.grounded.scripted_ask import ScriptedAsk

DATA = json.loads(Path("benchmarks/data/questions.json").read_text(encoding="utf-8"))
RECIPE = load_recipes()["answer"]


def answer(question: str) -> PlanResult:
    passages = passages_value([(one["title"], "", one["text"]) for one in DATA["passages"]])
    values = validate_inputs(RECIPE, {"question": question, "passages": passages})
    options = PlanOptions(embedder=lambda: load_embedder(Settings()))
    return PLANS[RECIPE.plan](RECIPE, values, ScriptedAsk(""), options)


@pytest.fixture(scope="module")
def answers() -> dict[str, PlanResult]:
    if isinstance(load_embedder(Settings()), WordEmbedder):
        pytest.skip("the embedded model is not on this platform")
    return {one["question"]: answer(one["question"]) for one in DATA["questions"]}


def test_most_questions_are_answered_and_none_is_answered_wrongly(answers: dict[str, PlanResult]) -> None:
    wanted = {one["question"]: one["answer"] for one in DATA["questions"]}
    right = [question for question, words in wanted.items() if words and words in answers[question].text]
    wrong = [question for question, result in answers.items() if result.sources and question not in right]
    assert wrong == []
    assert len(right) >= 14  # of 20


def test_other_words_and_other_languages_are_understood(answers: dict[str, PlanResult]) -> None:
    assert "bring it to the IT desk" in answers["My notebook is broken, what do I do?"].text
    assert "16:00 on Fridays" in answers["Wann schließt das Büro am Freitag?"].text
    assert answers["Wann schließt das Büro am Freitag?"].sources[0].title == "Office hours"
    assert answers["What is the wifi password?"].sources == ()
