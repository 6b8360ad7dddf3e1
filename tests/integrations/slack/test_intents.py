"""What a few words to the app mean."""

import pytest

from core.recipes.loader import load_recipes
from integrations.slack.intents import Intent, parse_intent, slack_recipes

RECIPES = slack_recipes(load_recipes())


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("draft a note to the team", Intent("compose", "a note to the team")),
        ("Please summarize: the text", Intent("summarize", "the text")),
        ("email the landlord about the heating", Intent("compose", "the landlord about the heating", mail=True)),
        ("rewrite: send it", Intent("rewrite", "send it")),
        ("shorten this text here", Intent("shorten", "this text here")),
        ("tell everybody that lunch is at noon", Intent("compose", "tell everybody that lunch is at noon")),
        ("where is the printer?", Intent("ask", "where is the printer?")),
        ("help", Intent("")),
        ("?", Intent("")),
        ("", Intent("")),
    ],
)
def test_words_choose_a_recipe(text: str, intent: Intent) -> None:
    assert parse_intent(text, RECIPES) == intent


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("summarize this thread please", Intent("summarize")),
        ("reply yes, but on Friday", Intent("reply", "yes, but on Friday")),
        ("action items", Intent("actions")),
        ("", Intent("summarize")),
        ("what did we decide?", Intent("summarize", "what did we decide?")),
    ],
)
def test_in_a_thread_bare_words_are_about_the_thread(text: str, intent: Intent) -> None:
    assert parse_intent(text, RECIPES, in_thread=True) == intent
