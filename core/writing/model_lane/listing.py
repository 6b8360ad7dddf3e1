"""Lists: JSON forced by a schema, each entry resting on a quote that stands word for word in the source."""

import json
from collections.abc import Mapping

from core.drafts import Finding, Item
from core.errors import ModelAnswerError
from core.recipes.model import Recipe
from core.recipes.render import render_messages
from core.writing.checks import Grounds
from core.writing.checks.residue import find_prompt_words
from core.writing.fitting import split_to_fit
from core.writing.result import Ask, PlanOptions, PlanResult


def items_schema(recipe: Recipe) -> dict[str, object]:
    """Return the form of the list that a recipe asks for: entries with its fields, all of them texts."""
    fields = list(recipe.output.fields)
    entry = {
        "type": "object", "properties": {name: {"type": "string"} for name in fields}, "required": fields,
        "additionalProperties": False,
    }  # fmt: skip
    entries = {"items": {"type": "array", "items": entry}}
    return {"type": "object", "properties": entries, "required": ["items"], "additionalProperties": False}


def list_items(recipe: Recipe, values: Mapping[str, str], ask: Ask, options: PlanOptions) -> PlanResult:
    """Ask for the list, in parts when the input is long; entries without a true quote are dropped and counted.

    Raises:
        ModelAnswerError: no part was answered with a list.
    """
    items: list[Item] = []
    source = values[recipe.main_input]
    dropped = 0
    for piece in split_to_fit(source, options.budget_chars):
        messages = render_messages(recipe, {**values, recipe.main_input: piece}, variant=options.variant)
        decoding = recipe.decoding
        written = ask(
            messages, max_tokens=decoding.max_tokens, temperature=decoding.temperature, stop=decoding.stop,
            json_schema=items_schema(recipe), on_token=options.on_token,
        )  # fmt: skip
        found = parse_items(written)
        grounds = Grounds(recipe, values, piece)
        sound = [item for item in found if item.quote.strip() and grounds.stands(item.quote)]
        dropped += len(found) - len(sound)
        sound = [item for item in sound if not any(find_prompt_words(grounds, item.text))]
        items.extend(item for item in sound if item.text not in {one.text for one in items})
    findings = (_dropped(dropped),) if dropped else ()
    return PlanResult(items=tuple(items), findings=findings)


def parse_items(written: str) -> list[Item]:
    """Return the entries of a JSON answer.

    Raises:
        ModelAnswerError: it is not the list that was asked for.
    """
    begin, end = written.find("{"), written.rfind("}")
    try:
        entries = json.loads(written[begin : end + 1])["items"]
        return [Item.model_validate(entry) for entry in entries]
    except (ValueError, KeyError, TypeError) as error:
        message = "The model did not answer with the list that was asked for."
        raise ModelAnswerError(message, fix="Try again, or use a larger model.") from error


def _dropped(count: int) -> Finding:
    entries = "1 entry was" if count == 1 else f"{count} entries were"
    sentence = f"{entries} left out because the quote does not stand in the source."
    return Finding(check="quotes", severity="warn", sentence=sentence)
