"""A thread of 200 messages through every recipe that needs no writer: a result, in time that grows with the text."""

import time

import pytest

from core.recipes.loader import load_recipes
from core.recipes.render import validate_inputs
from core.writing.plans import PlanResult, choose_plan
from tests.core.writing.grounded.scripted_ask import ScriptedAsk

RECIPES = load_recipes()
OFFERED = sorted(name for name, recipe in RECIPES.items() if recipe.needs != "large" and name != "fill")
# Of four times as many messages about four times as long; where each is compared with each, sixteen times.
MESSAGES, MAX_GROWTH, NOISE_SECONDS = 200, 9, 0.5
SAID = (
    "The pump in hall {n} makes a noise again, the technician has to look at it.",
    "I will order the part for hall {n} by Friday, it costs {n}40 euros.",
    "Can somebody be there at {h}:30 on Tuesday?",
    "We decided to close hall {n} until the part is in. Thanks to all of you!",
)


def thread(count: int) -> str:
    people = ("Ana Ruiz", "Bob Lee", "Carla Meyer")
    return "\n\n".join(f"{people[at % 3]}: {SAID[at % 4].format(n=at // 4 + 1, h=8 + at % 9)}" for at in range(count))


def drafted(name: str, text: str) -> PlanResult:
    recipe = RECIPES[name]
    given = {recipe.main_input: text}
    if name in {"answer", "ask"}:
        given = {"question": "What does the part for hall 7 cost?", "passages": text}
    if name == "reply":
        given = {"message": "Hi Bob, what does the part for hall 7 cost?", "thread": text, "owner_name": "Bob Lee"}
    plan = choose_plan(recipe.plan, small=True)
    return plan(recipe, validate_inputs(recipe, given), ScriptedAsk(""))


def seconds(name: str, count: int) -> float:
    """Return how much of a processor a thread of so many messages takes."""
    begun = time.thread_time()
    result = drafted(name, thread(count))
    assert result.text or result.items is not None
    return time.thread_time() - begun


@pytest.mark.parametrize("name", OFFERED)
def test_a_thread_of_200_messages_takes_time_that_grows_with_it(name: str) -> None:
    drafted(name, thread(MESSAGES // 10))  # what is read once
    few = seconds(name, MESSAGES // 4)
    assert seconds(name, MESSAGES) < MAX_GROWTH * few + NOISE_SECONDS
