"""A scripted model, bare and within Inlaid."""

from collections.abc import Sequence

from core.drafts import ChatMessage, Draft
from core.insight.evaluation.drafting import Write
from core.llm.ports import ChatOptions
from core.recipes.loader import load_recipes
from core.recipes.render import validate_inputs
from core.writing.plans import choose_plan
from tests.in_memory import ScriptedChat

RECIPES = load_recipes()


def chat(answer: str = "Sure! Here is the text: I am a language model.") -> ScriptedChat:
    return ScriptedChat([answer], repeat_last=True)


def drafts(model: ScriptedChat) -> Write:
    """Write drafts by the plans for small models alone: no routes, budgets or store."""

    def ask(messages: Sequence[ChatMessage], *, max_tokens: int, prefill: str = "", **_: object) -> str:
        return model.complete(messages, options=ChatOptions(max_tokens=max_tokens, prefill=prefill)).text

    def write(recipe_name: str, inputs: dict[str, str]) -> Draft:
        recipe = RECIPES[recipe_name]
        result = choose_plan(recipe.plan, small=True)(recipe, validate_inputs(recipe, inputs), ask)
        return Draft(
            recipe=recipe_name, text=result.text, items=result.items, sources=result.sources, skeleton=result.skeleton
        )

    return write
