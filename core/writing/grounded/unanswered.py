"""What is said below an answer of what was left out of it, and of what may be done where there is none."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from core.recipes.model import Recipe
from core.text.catalogues import ENGLISH, current_locale
from core.text.lexicon import Lexicon, by_language, lexicon
from core.writing.grounded.answer_by_meaning import question_language
from core.writing.result import PlanResult

WITHHELD, SOURCES = "withheld", "sources"


def words_of(question: str, found: str = "") -> Lexicon:
    """Return what is known of a question's language.

    One that shows none is answered as its person is spoken to; English may only stand for a language that nobody knows,
    before which `found` goes, the language of what was found for the question.
    """
    spoken = current_locale()
    found = question_language(question) or (spoken if spoken != ENGLISH else found)
    return lexicon(found if found in by_language("questions") else "en")


def with_remarks(recipe: Recipe, result: PlanResult, values: Mapping[str, str]) -> PlanResult:
    """Return an answer with a word on what was left out and, where nothing answers for certain, on what may be done.

    They are in the language of the question, as the answer is.

    Args:
        recipe: whose answer it is; one that looks in no sources was asked about one text.
        result: the answer.
        values: of the recipe's inputs.
    """
    words, count = words_of(values.get(recipe.main_input, "")), values.get(WITHHELD, "")
    left_out = [words.wording("questions.left_out").format(count=count)] if count else []
    steps = [words.wording(f"questions.{step}") for step in _steps(recipe, values)] if result.skeleton else []
    return replace(result, notices=(*result.notices, *left_out, *steps))


def _steps(recipe: Recipe, values: Mapping[str, str]) -> Iterator[str]:
    if not recipe.retrieve:
        yield "one_text"
        return
    if values.get(WITHHELD):
        yield "by_oneself"
    if values.get(SOURCES):
        yield "chosen"
    yield "further"
