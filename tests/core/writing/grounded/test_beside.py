"""A model is shown what stands beside a passage, in whole sentences and as far as there is room."""

import json

import pytest

from core.recipes.loader import load_recipes
from core.recipes.render import validate_inputs
from core.writing.grounded.beside import MAX_BESIDE_CHARS, MAX_PASSAGES, beginning_of, end_of, with_beside
from core.writing.grounded.passages import GroundPassage, changed, passages_value, read_passages
from core.writing.model_lane.answering import answer_in_words
from core.writing.result import PlanOptions
from tests.core.writing.grounded.scripted_ask import ScriptedAsk

LONG = "The depot closes at noon. " * 20
BEFORE, TEXT, AFTER = "This holds for the night shift.", "They get 12 percent more.", "From June it is 14 percent."
ROWS = "Shift: night; Extra: 12 percent\nShift: day; Extra: 0 percent"


def passage(number: int = 1, text: str = TEXT, before: str = BEFORE, after: str = AFTER) -> GroundPassage:
    return GroundPassage(number, "Pay", "", text, before=before, after=after)


def test_of_a_long_neighbour_the_sentences_next_to_the_passage_are_taken_whole() -> None:
    end, beginning = end_of(f"First. {LONG}Last."), beginning_of(f"First. {LONG}Last.")
    assert (end[:9], end[-11:]) == ("The depot", "noon. Last.")
    assert (beginning[:16], beginning[-5:]) == ("First. The depot", "noon.")
    assert MAX_BESIDE_CHARS - 30 < len(end) <= MAX_BESIDE_CHARS
    assert MAX_BESIDE_CHARS - 30 < len(beginning) <= MAX_BESIDE_CHARS
    assert end_of(BEFORE) == beginning_of(BEFORE) == BEFORE
    assert end_of("") == beginning_of("x" * 400) == ""
    # Half a table tells no columns.
    assert end_of(ROWS) == beginning_of("| Shift | Extra |\n|---|---|\n| night | 12 |") == ""


def test_what_stands_beside_is_a_part_of_the_text_in_its_order() -> None:
    (found,) = with_beside([passage()], 1_000)
    assert found.text == f"{BEFORE}\n{TEXT}\n{AFTER}"
    assert (found.before, found.after) == ("", "")


@pytest.mark.parametrize(("room", "text"), [(10, TEXT), (len(BEFORE) + 2, f"{BEFORE}\n{TEXT}")])
def test_only_what_there_is_room_for_is_shown(room: int, text: str) -> None:
    assert with_beside([passage()], room)[0].text == text


def test_nothing_is_shown_twice_and_only_the_best_passages_get_more() -> None:
    first, second = with_beside([passage(), passage(2, AFTER, TEXT, "")], 1_000)
    assert (first.text, second.text) == (f"{BEFORE}\n{TEXT}", AFTER)
    many = [passage(place, f"Text {place}.", f"Before {place}.", "") for place in range(6)]
    assert [passage.text.count("\n") for passage in with_beside(many, 1_000)] == [1] * MAX_PASSAGES + [0] * (
        6 - MAX_PASSAGES
    )


def test_a_value_keeps_it_and_what_changes_texts_changes_it_too() -> None:
    value = changed(passages_value([passage()]), str.upper)
    (found,) = read_passages(value)
    assert (found.before, found.text, found.after) == (BEFORE.upper(), TEXT.upper(), AFTER.upper())


def test_an_answer_may_rest_on_what_stands_beside_and_cites_the_passage() -> None:
    recipe = load_recipes()["answer"]
    asked = {"question": "What will it be from June?", "passages": passages_value([passage()])}
    values = validate_inputs(recipe, asked)
    said = {"text": "From June it is 14 percent.", "passage": 1, "quote": AFTER}
    ask = ScriptedAsk(json.dumps({"answer": [said]}))
    result = answer_in_words(recipe, values, ask)
    assert f"{BEFORE}\n{TEXT}\n{AFTER}" in ask.asked[0][-1].content
    assert (result.text, result.sources[0].quote) == ("From June it is 14 percent. [1]", AFTER)
    ask = ScriptedAsk(json.dumps({"answer": [{**said, "text": TEXT, "quote": TEXT}]}))
    answer_in_words(recipe, values, ask, PlanOptions(budget_chars=60))
    assert AFTER not in ask.asked[0][-1].content
