"""How the problems of a file that a person writes are worded: the key, what is wrong, and what to do."""

import re
from typing import TYPE_CHECKING, get_args

from pydantic import BaseModel, ValidationError

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

_NEAR = 65
# Such as "^[a-z][a-z0-9_-]{0,39}$".
_NAME_PATTERN = r"\^\[(?P<first>[^]]+)]\[(?P<others>[^]]+)]\{0,(?P<most>\d+)}\$"
_RANGES = {"a-z": "small letters", "A-Z": "capital letters", "0-9": "digits"}


def did_you_mean(word: str, known: list[str]) -> str:
    """Return `did you mean NAME` for a near name, else the list of known names."""
    from rapidfuzz.process import extractOne

    near = extractOne(word, known, score_cutoff=_NEAR)
    return f"did you mean {near[0]}?" if near else f"known are {', '.join(sorted(known))}"


def key_problems(error: ValidationError, model: type[BaseModel]) -> list[str]:
    """Return pydantic's errors as `key: what; fix`, without that a list lacks what an error within it has refused."""
    entries = error.errors()
    within = {entry["loc"][:depth] for entry in entries for depth in range(len(entry["loc"]))}
    own = (entry for entry in entries if entry["type"] != "too_short" or entry["loc"] not in within)
    return [key_problem(entry, model) for entry in own]


def key_problem(entry: "ErrorDetails", model: type[BaseModel]) -> str:
    """Return one of pydantic's errors as `key: what; fix`."""
    key = ".".join(str(part) for part in entry["loc"])
    if entry["type"] == "extra_forbidden":
        owner = _owner(model, entry["loc"][:-1])
        known = [field.alias or name for name, field in owner.model_fields.items()]
        return f"{key}: unknown key; {did_you_mean(str(entry['loc'][-1]), known)}"
    if entry["type"] == "missing":
        return f"{key}: missing; add it"
    if isinstance(entry["input"], list) and entry["type"] in {"dict_type", "model_type"}:
        table = f"{key}.NAME" if entry["type"] == "dict_type" else key
        return f"{key}: write [{table}], not [[{key}]]"
    if entry["type"] in {"tuple_type", "list_type"}:
        if isinstance(entry["input"], dict) and _holds_models(model, entry["loc"]):
            return f"{key}: write [[{key}]], not [{key}]"
        return f"{key}: has to be a list; write it in square brackets"
    if entry["type"] == "string_pattern_mismatch" and (form := _form(str(entry.get("ctx", {}).get("pattern")))):
        return f"{key}: {form}, got {str(entry['input'])[:60]!r}"
    message = entry["msg"].removeprefix("Value error, ")
    return f"{key}: {message[:1].lower()}{message[1:]}, got {str(entry['input'])[:60]!r}"


def _form(pattern: str) -> str:
    """Return the pattern of a name in words, "" for a pattern of another kind."""
    found = re.fullmatch(_NAME_PATTERN, pattern)
    if found is None:
        return ""
    first, others = (_characters(found[part]) for part in ("first", "others"))
    most = int(found["most"]) + 1
    return f"has to begin with {first}, and go on with {others}; at most {most} characters"


def _characters(listed: str) -> str:
    ranges = [words for written, words in _RANGES.items() if written in listed]
    for written in _RANGES:
        listed = listed.replace(written, "")
    *words, last = [*ranges, *listed]
    return f"{', '.join(words)} or {last}" if words else last


def _owner(model: type[BaseModel], place: tuple[int | str, ...]) -> type[BaseModel]:
    """Follow a place through the models to the one that a key belongs to."""
    for part in place:
        if isinstance(part, str) and part in model.model_fields:
            inner = _models_in(model.model_fields[part].annotation)
            model = inner[0] if inner else model
    return model


def _holds_models(model: type[BaseModel], place: tuple[int | str, ...]) -> bool:
    """Tell whether what belongs at a place is made of models."""
    field = _owner(model, place[:-1]).model_fields.get(str(place[-1])) if place else None
    return field is not None and bool(_models_in(field.annotation))


def _models_in(annotation: object) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [found for part in get_args(annotation) for found in _models_in(part)]
