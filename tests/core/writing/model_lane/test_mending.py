"""One sentence that cannot stand is asked for anew, once; what stands around it stays."""

import pytest

from core.errors import ModelOutage
from core.recipes.loader import load_recipes
from core.recipes.render import validate_inputs
from core.writing.model_lane.direct import write_directly
from core.writing.result import PlanResult
from tests.core.writing.grounded.scripted_ask import ScriptedAsk

RECIPES = load_recipes()
BEFORE, AFTER = "Thank you for asking about the list.", "I will come back to that."
WRONG = "The list of the guests has 12 names."


def reply(ask: ScriptedAsk) -> PlanResult:
    recipe = RECIPES["reply"]
    values = {"message": "Can you send the list of the guests by Friday? Are names on it?", "sender_name": "Ana Lima",
              "instruction": "Say that I will come back to that."}  # fmt: skip
    return write_directly(recipe, validate_inputs(recipe, values), ask)


def test_the_sentence_is_replaced_and_nothing_around_it_changes() -> None:
    ask = ScriptedAsk(f"{BEFORE}  {WRONG}\n\n{AFTER}", "The list of the guests has names.")
    result = reply(ask)
    assert f"{BEFORE}  The list of the guests has names.\n\n{AFTER}" in result.text
    assert result.notices == ("One sentence was written anew: The number “12” does not stand in the source.",)
    assert (len(ask.asked), result.skeleton, result.findings) == (2, False, ())


def test_the_model_sees_the_sentence_its_fault_and_the_grounds_alone() -> None:
    ask = ScriptedAsk(f"{BEFORE} {WRONG} {AFTER}", "The list of the guests has names.")
    reply(ask)
    asked = ask.asked[1][-1].content
    assert WRONG in asked
    assert "“12”" in asked
    assert "Can you send the list" in asked
    assert BEFORE not in asked


@pytest.mark.parametrize(
    "again",
    ["The list of the guests has 13 names.", WRONG, "", "On Friday there is rain in all of the land.",
     "The list of the guests has no names.", "The list of the guests has names. So be it."],
    ids=["wrong again", "unchanged", "nothing", "another matter", "turned round", "two sentences"],
)  # fmt: skip
def test_a_sentence_that_is_still_wrong_is_left_out_and_both_steps_are_told(again: str) -> None:
    written = f"{BEFORE} {WRONG} {AFTER}"
    ask = ScriptedAsk(written, again, written)
    result = reply(ask)
    assert f"\n\n{BEFORE} {AFTER}\n\n" in f"\n\n{result.text}\n\n"
    assert result.notices == (
        "One sentence was asked for anew, and its new words did not hold.",
        "What could not stand was left out: The number “12” does not stand in the source.",
    )
    assert sum("Corrected sentence:" in messages[-1].content for messages in ask.asked) == 1
    assert len(ask.asked) <= RECIPES["reply"].decoding.candidates + 2


def test_faults_in_two_sentences_are_the_whole_texts() -> None:
    ask = ScriptedAsk(f"{BEFORE} {WRONG} It is 13 pages long.", f"{BEFORE} {AFTER}")
    result = reply(ask)
    assert f"{BEFORE} {AFTER}" in result.text
    assert not any("Corrected sentence:" in messages[-1].content for messages in ask.asked)


def test_a_rewritten_text_loses_no_sentence_and_has_its_fault_mended() -> None:
    recipe = RECIPES["rewrite"]
    source = "The meeting is on Tuesday in the big room. Bring the keys of the big room."
    ask = ScriptedAsk(
        "The meeting is on Tuesday in the big room. Please bring the 4 keys of the big room.",
        "Please bring the keys of the big room.",
    )
    result = write_directly(recipe, validate_inputs(recipe, {"text": source}), ask)
    assert result.text == "The meeting is on Tuesday in the big room. Please bring the keys of the big room."


def test_an_error_of_the_model_while_mending_goes_through() -> None:
    class Failing(ScriptedAsk):
        def __call__(self, *given: object, **options: object) -> str:
            if self.asked:
                raise ModelOutage("The model server is down.")
            return super().__call__(*given, **options)  # type: ignore[arg-type]

    with pytest.raises(ModelOutage):
        reply(Failing(f"{BEFORE} {WRONG} {AFTER}"))
