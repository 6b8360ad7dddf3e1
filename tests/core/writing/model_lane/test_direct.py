import json

import pytest

from core.errors import ModelAnswerError, ModelOutage
from core.recipes.loader import load_recipes
from core.recipes.render import validate_inputs
from core.writing.fitting import fit_values, split_to_fit
from core.writing.gaps import find_gaps, gap
from core.writing.model_lane.cleaning import clean, cut_loop
from core.writing.model_lane.direct import write_directly
from core.writing.plans import PLANS, PlanOptions, choose_plan
from core.writing.subject import subject_line
from tests.core.writing.grounded.scripted_ask import ScriptedAsk

RECIPES = load_recipes()
REPLY = RECIPES["reply"]
VALUES = validate_inputs(
    REPLY, {"message": "Can you send the list by Friday?", "sender_name": "Ana Lima", "owner_name": "Tom Fox"}
)


SOUND = "Dear Ana,\n\nThank you for asking about the list. [[Can you send it?]]\n\nBest regards,\nTom Fox"


def test_a_sound_first_text_is_taken_as_the_model_wrote_it() -> None:
    ask = ScriptedAsk(SOUND)
    result = write_directly(REPLY, VALUES, ask)
    assert result.text == SOUND
    assert [one.question for one in result.gaps] == ["Can you send it?"]
    assert (result.skeleton, len(ask.asked)) == (False, 1)


def test_greeting_and_closing_that_the_person_set_replace_the_models() -> None:
    result = write_directly(REPLY, {**VALUES, "greeting": "Moin Ana!"}, ScriptedAsk(SOUND))
    assert result.text == SOUND.replace("Dear Ana,", "Moin Ana!")
    closing = "Best wishes\nTom"
    result = write_directly(REPLY, {**VALUES, "closing": closing}, ScriptedAsk(SOUND))
    assert result.text == SOUND.replace("Best regards,\nTom Fox", closing)


def test_a_failing_text_gets_one_repair_round_that_names_the_fault() -> None:
    ask = ScriptedAsk("The list has 12 entries.", "Thank you for asking about the list.")
    result = write_directly(REPLY, VALUES, ask)
    assert "Thank you" in result.text
    assert len(ask.asked) == 2
    assert "“12”" in ask.asked[1][-1].content


def test_when_nothing_passes_the_skeleton_answers_with_its_reason() -> None:
    ask = ScriptedAsk("I have attached the list.")
    result = write_directly(REPLY, VALUES, ask)
    assert result.skeleton
    assert "attachment" in result.reason
    assert result.gaps
    assert len(ask.asked) == REPLY.decoding.candidates + 1


def test_a_sentence_that_cannot_stand_is_left_out_and_the_person_is_told() -> None:
    ask = ScriptedAsk("Thank you for asking about the list. I will come back to that. The list has 12 entries.")
    values = {**VALUES, "instruction": "Say that I will come back to that."}
    result = write_directly(REPLY, values, ask)
    assert "Thank you for asking about the list. I will come back to that." in result.text
    assert "12" not in result.text
    assert not result.skeleton
    assert "“12”" in result.notices[-1]


def test_a_recital_of_the_faults_is_no_draft() -> None:
    ask = ScriptedAsk("The list has 12 entries.", "The number “12” does not stand in the source. So be it.")
    assert write_directly(REPLY, VALUES, ask).skeleton


def test_an_answer_of_nothing_is_no_draft() -> None:
    assert write_directly(REPLY, VALUES, ScriptedAsk("   ")).skeleton


def test_errors_of_the_model_go_through() -> None:
    def down(*_: object, **__: object) -> str:
        raise ModelOutage("The model server is down.")

    with pytest.raises(ModelOutage):
        write_directly(REPLY, VALUES, down)


def test_a_long_message_is_cut_at_a_sentence_and_says_so() -> None:
    values = {**VALUES, "message": "The list is long. " * 400}
    ask = ScriptedAsk("Thank you for the list.")
    result = write_directly(REPLY, values, ask, PlanOptions(budget_chars=1000))
    assert len(ask.asked[0][-1].content) < 1600
    assert "the model read its beginning" in result.notices[0]


def test_a_long_text_for_paragraphs_is_written_in_pieces_and_none_is_lost() -> None:
    recipe = RECIPES["rewrite"]
    source = "\n\n".join(f"Paragraph {number} says a few plain words." for number in range(30, 60))
    result = write_directly(recipe, validate_inputs(recipe, {"text": source}), ScriptedAsk("Junk 999."),
                            PlanOptions(budget_chars=300))  # fmt: skip
    assert result.text == source
    assert result.skeleton


def test_items_need_a_quote_that_stands_in_the_source() -> None:
    recipe = RECIPES["actions"]
    values = validate_inputs(recipe, {"text": "Ben, send the list by Friday. Nice day."})
    true = {"text": "Send the list", "quote": "Ben, send the list\nby Friday.", "who": "Ben", "due": "Friday"}
    false = {"text": "Pay", "quote": "Pay the bill.", "who": "", "due": ""}
    ask = ScriptedAsk(json.dumps({"items": [true, false]}))
    result = write_directly(recipe, values, ask)
    assert [item.text for item in result.items or ()] == ["Send the list"]
    assert "left out" in result.findings[0].sentence
    assert ask.schemas[0] is not None


def test_a_list_that_is_no_json_is_an_answer_that_cannot_be_used() -> None:
    recipe = RECIPES["actions"]
    with pytest.raises(ModelAnswerError):
        write_directly(recipe, validate_inputs(recipe, {"text": "Hello you."}), ScriptedAsk("Sure! Here you go"))


def test_small_models_get_the_recipes_plan_and_larger_ones_the_direct_way() -> None:
    assert choose_plan("reply", small=True) is PLANS["reply"]
    assert choose_plan("reply", small=False) is write_directly


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        ("Here is the corrected text: All is well.", "All is well."),
        ("```\nAll is well.\n```", "All is well."),
        ('"All is well."', "All is well."),
        ("Sure, all is well.", "All is well."),
        ("Dear Ana,\n\nAll is well.\n\nBest regards,\nTom", "All is well."),
    ],
)
def test_wrapping_is_taken_off(written: str, wanted: str) -> None:
    assert clean(written, opens=True, closes=True) == wanted


def test_what_the_source_begins_with_stays() -> None:
    source = "Summary: all is well."
    assert clean(source, source=source) == source


def test_a_loop_is_cut_before_its_third_round() -> None:
    assert cut_loop("All is well. I am very very glad, I am very very glad, I am very very glad") == "All is well."


def test_pieces_keep_every_word_and_fit() -> None:
    text = "\n\n".join("word " * 50 for _ in range(20)) + "\n\n" + "x" * 2500
    pieces = split_to_fit(text, 600)
    assert all(len(piece) <= 600 for piece in pieces)
    assert "".join("".join(pieces).split()) == "".join(text.split())


def test_a_value_that_fits_is_not_touched() -> None:
    assert fit_values(REPLY, VALUES, 5000) == (VALUES, ())


def test_a_short_value_leaves_its_room_to_the_longer_ones() -> None:
    long = "A sentence of the thread. " * 30
    values = {
        **VALUES,
        "thread": long,
        "instruction": "Agree, but say that it can only be after Thursday noon, please.",
    }
    fitted, notices = fit_values(REPLY, values, 300)
    assert {name: fitted[name] for name in values if name != "thread"} == {
        name: value for name, value in values.items() if name != "thread"
    }
    assert 100 < len(fitted["thread"]) < 300
    assert [notice.split(" is long")[0] for notice in notices] == ["Earlier messages"]


def test_gaps_are_one_line_and_brackets_of_the_source_are_none() -> None:
    assert gap("When [date]\ncan we meet?") == "[[When date can we meet?]]"
    assert find_gaps("[[Page]] [[When?]]", "see [[Page]]")[0].question == "When?"
    assert len(find_gaps("[[Page]] [[When?]]", "see [[Page]]")) == 1


@pytest.mark.parametrize(
    ("brief", "subject"),
    [
        ("tell Anna that the meeting moves to Thursday", "The meeting moves to Thursday"),
        ("Please write an email to Tom about the parking rules.", "The parking rules"),
        ("", ""),
    ],
)
def test_a_subject_is_made_from_the_brief(brief: str, subject: str) -> None:
    assert subject_line(brief) == subject
    assert len(subject_line("many words " * 40)) <= 70
