"""Check what a person gave against a recipe's inputs, with messages that stand beside a form's field."""

from collections.abc import Mapping
from datetime import date

from core.errors import InputError
from core.recipes.model import InputType, Recipe, RecipeInput

_USUAL_LIMIT_CHARS: dict[InputType, int] = {
    "text": 2_000_000,
    "line": 500,
    "choice": 200,
    "flag": 10,
    "number": 40,
    "person": 320,
    "channel": 200,
    "date": 10,
}
_TRUE = frozenset({"yes", "true", "on", "1", "y"})
_FALSE = frozenset({"no", "false", "off", "0", "n", ""})
_MAX_DIGITS = 15
_CONTROL = dict.fromkeys({*range(0x20), 0x7F} - {*map(ord, "\t\n\r")})


class _Refused(Exception):
    """Carries the sentence for the field."""


def input_errors(recipe: Recipe, raw: Mapping[str, object]) -> dict[str, str]:
    """Return a message for each field that cannot be used; empty when all can. Unknown names are errors too."""
    return _check(recipe, raw)[1]


def validate_inputs(recipe: Recipe, raw: Mapping[str, object]) -> dict[str, str]:
    """Return all inputs of a recipe as text, defaults filled in; a flag is "yes" or "".

    Args:
        recipe: whose inputs they are.
        raw: what a person, a form or a file gave.

    Raises:
        InputError: names the first field that cannot be used, and why.
    """
    values, errors = _check(recipe, raw)
    for name, message in errors.items():
        raise InputError(f"{name}: {message}", fix=f"See the inputs of the recipe {recipe.name}.")
    return values


def _check(recipe: Recipe, raw: Mapping[str, object]) -> tuple[dict[str, str], dict[str, str]]:
    values: dict[str, str] = {}
    errors = {name: _unknown(recipe, name) for name in raw if recipe.input_named(name) is None}
    for wanted in recipe.inputs:
        try:
            values[wanted.name] = _value(wanted, raw.get(wanted.name))
        except _Refused as refusal:
            errors[wanted.name] = str(refusal)
    return values, errors


def _unknown(recipe: Recipe, name: str) -> str:
    from rapidfuzz.process import extractOne

    names = [field.name for field in recipe.inputs]
    near = extractOne(name, names, score_cutoff=70)
    hint = f" Did you mean {near[0]}?" if near else f" It has {', '.join(names)}."
    return f"The recipe has no such input.{hint}"


def most_chars(wanted: RecipeInput) -> int:
    """Return how long what is given for an input may be."""
    return wanted.max_chars or _USUAL_LIMIT_CHARS[wanted.type]


def _value(wanted: RecipeInput, given: object) -> str:
    text = _as_text(wanted, given)
    if wanted.type != "text":
        text = text.strip()
    if not text.strip():
        text = wanted.default
    if not text.strip():
        if wanted.required:
            raise _Refused("Please fill this in.")
        return ""
    limit = most_chars(wanted)
    if len(text) > limit:
        raise _Refused(f"Please shorten this to {limit:,} characters; it has {len(text):,}.")
    return _typed(wanted, text)


def _as_text(wanted: RecipeInput, given: object) -> str:
    if given is None:
        return ""
    if isinstance(given, bool):
        given = "yes" if given else "no"
    if not isinstance(given, str | int | float):
        raise _Refused("Please give text here.")
    text = str(given).replace("\r\n", "\n").replace("\r", "\n")
    return text.encode("utf-8", "replace").decode("utf-8").translate(_CONTROL)


def _typed(wanted: RecipeInput, text: str) -> str:
    if wanted.type == "text":
        return text
    line = " ".join(text.split())
    if wanted.type == "choice":
        return _choice(wanted, line)
    if wanted.type == "flag":
        return _flag(line)
    if wanted.type == "number" and not _is_number(line):
        raise _Refused("Please give a number, such as 3 or 2.5.")
    if wanted.type == "date":
        return _date(line)
    return line


def _is_number(line: str) -> bool:
    """Tell whether a line is a number such as "3", "-3" or "2.5"."""
    parts = (line[1:] if line[:1] in {"+", "-"} else line).split(".")
    return len(parts) <= 2 and all(part.isdecimal() and len(part) <= _MAX_DIGITS for part in parts)


def _choice(wanted: RecipeInput, line: str) -> str:
    for choice in wanted.choices:
        if choice.casefold() == line.casefold():
            return choice
    raise _Refused(f"Please choose one of {', '.join(wanted.choices)}.")


def _flag(line: str) -> str:
    if line.casefold() in _TRUE:
        return "yes"
    if line.casefold() in _FALSE:
        return ""
    raise _Refused("Please say yes or no.")


def _date(line: str) -> str:
    try:
        return date.fromisoformat(line).isoformat()
    except ValueError:
        raise _Refused("Please give a date as year-month-day, such as 2026-03-31.") from None
