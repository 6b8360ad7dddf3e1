"""What is not given to a small model: everything that takes a writer."""

import pytest

from core.asking import ModelDesk, TokenDisplay
from core.errors import ModelTooSmall
from core.llm.scripted import ScriptedChat
from core.recipes.loader import load_recipes
from core.writing.lanes import lane_of
from core.writing.writer import Writer, write_text
from tests.core.routing import Diary

RECIPES = load_recipes()
NEED_A_WRITER = ("plain", "rewrite", "shorten", "translate", "variants")


def test_the_size_of_the_model_decides() -> None:
    assert (lane_of(is_small=True), lane_of(is_small=False)) == ("grounded", "model")


def test_the_recipes_that_need_a_writer_say_so() -> None:
    assert tuple(sorted(name for name, one in RECIPES.items() if one.needs == "large")) == NEED_A_WRITER


@pytest.mark.parametrize("name", NEED_A_WRITER)
def test_a_small_model_is_not_asked_and_the_person_is_told_what_would_help(name: str) -> None:
    recipe = RECIPES[name]
    chat = ScriptedChat(["Words."])
    writer = Writer([ModelDesk(chat, TokenDisplay(Diary()), seed=1)])
    inputs = {one.name: (one.choices or ("The meeting is on Tuesday.",))[0] for one in recipe.inputs if one.required}
    with pytest.raises(ModelTooSmall) as caught:
        write_text(recipe, inputs, writer)
    assert "larger model" in caught.value.message
    assert "inlaid model list" in caught.value.fix
    assert writer.usage.calls == 0
