"""What a few words to the app mean."""

import pytest

from core.recipes.loader import load_recipes
from integrations.slack.intents import Wish, read_wish, slack_recipes

RECIPES = slack_recipes(load_recipes())


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("draft a note to the team", Wish("compose", "a note to the team")),
        ("Please summarize: the text", Wish("summarize", "the text")),
        ("email the landlord about the heating", Wish("compose", "the landlord about the heating", mail=True)),
        ("rewrite: send it", Wish("rewrite", "send it")),
        ("shorten this text here", Wish("shorten", "this text here")),
        ("tell everybody that lunch is at noon", Wish("compose", "tell everybody that lunch is at noon")),
        ("where is the printer?", Wish("ask", "where is the printer?")),
        ("help", Wish("")),
        ("?", Wish("")),
        ("", Wish("")),
    ],
)
def test_words_choose_a_recipe(text: str, wish: Wish) -> None:
    assert read_wish(text, RECIPES) == wish


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("summarize this thread please", Wish("summarize")),
        ("reply yes, but on Friday", Wish("reply", "yes, but on Friday")),
        ("action items", Wish("actions")),
        ("", Wish("summarize")),
        ("what did we decide?", Wish("summarize", "what did we decide?")),
    ],
)
def test_in_a_thread_bare_words_are_about_the_thread(text: str, wish: Wish) -> None:
    assert read_wish(text, RECIPES, in_thread=True) == wish
