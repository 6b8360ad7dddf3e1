"""What is told when not all fits: the message before the thread, the newest of the thread before the oldest."""

import pytest

from core.llm.sizes import chars_per_token, token_count
from core.recipes.loader import load_recipes
from core.recipes.render import validate_inputs
from core.writing.fitting import answer_tokens, budget_chars, fit_values

RECIPES = load_recipes()
REPLY = RECIPES["reply"]
MESSAGE = "Question 1 is about the plan. Question 2 is about the price. " * 20 + "Thank you."
THREAD = "\n".join(f"Ann: this is message {number} of the thread." for number in range(400))
INSTRUCTION = "Agree to the price, and ask for the plan by Thursday."


def fitted(budget: int) -> tuple[dict[str, str], tuple[str, ...]]:
    values = validate_inputs(REPLY, {"message": MESSAGE, "thread": THREAD, "instruction": INSTRUCTION})
    return fit_values(REPLY, values, budget)


def test_the_message_is_whole_while_the_thread_loses_its_oldest() -> None:
    values, notices = fitted(5000)
    assert (values["message"], values["instruction"]) == (MESSAGE, INSTRUCTION)
    assert values["thread"].endswith("message 399 of the thread.")
    assert "message 0 of" not in values["thread"]
    assert notices == (next(notice for notice in notices if "Earlier messages" in notice and "first" in notice),)


def test_a_thread_without_room_is_left_out_and_told() -> None:
    values, notices = fitted(len(MESSAGE) + len(INSTRUCTION))
    assert (values["message"], values["thread"]) == (MESSAGE, "")
    assert [notice for notice in notices if "did not read it" in notice]


def test_only_a_message_that_is_itself_too_long_is_cut() -> None:
    values, notices = fitted(700)
    assert MESSAGE.startswith(values["message"])
    assert len(values["message"]) > 500
    assert values["instruction"] == INSTRUCTION
    assert len(notices) == 2


def test_a_long_thread_leaves_the_message_whole_in_the_usual_window() -> None:
    thread = "Ann: we talked about the plan for the new house. " * 450
    values = validate_inputs(REPLY, {"message": MESSAGE, "thread": thread})
    for window in (8192, 32_768):
        told, _notices = fit_values(REPLY, values, budget_chars(REPLY, values, window))
        assert told["message"] == MESSAGE
    assert told["thread"] == thread


@pytest.mark.parametrize(
    ("text", "least", "most"),
    [
        ("The meeting is on Tuesday at three, and everybody who can should come. " * 9, 3.0, 4.5),
        ("Die Besprechung ist am Dienstag um drei, und alle, die können, sollten kommen. " * 9, 3.0, 4.5),
        ("Встреча состоится во вторник в три часа. " * 9, 1.5, 3.0),
        ("会議は火曜日の三時からです。よろしくお願いします。" * 9, 0.8, 1.2),
        ("الاجتماع يوم الثلاثاء في الساعة الثالثة. " * 9, 1.0, 2.2),
        ("🙂🙃🙂" * 40, 0.2, 0.6),
    ],
)
def test_a_token_is_as_many_characters_as_its_script_has(text: str, least: float, most: float) -> None:
    assert least <= chars_per_token(text) <= most
    assert token_count(text, is_small=True) >= token_count(text)


@pytest.mark.parametrize("name", ["proofread", "translate", "rewrite", "plain"])
def test_a_text_that_is_written_anew_has_the_room_for_it(name: str) -> None:
    text = "This clause binds the two parties and nobody else. " * 1000
    recipe = RECIPES[name]
    assert answer_tokens(recipe, text) >= 1.2 * token_count(text)
    values = validate_inputs(recipe, {"text": text})
    window = 32_768
    room = budget_chars(recipe, values, window)
    assert token_count("a" * room) + answer_tokens(recipe, "a" * room) < window
