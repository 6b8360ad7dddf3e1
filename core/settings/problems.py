"""What is wrong with a value of a setting, in one sentence: what is allowed, and where the value was read."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic.fields import FieldInfo

from core.errors import SettingsError
from core.settings.env_file import sets
from core.text.catalogues import N_

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails


def setting_problem(entry: "ErrorDetails", fields: Mapping[str, FieldInfo], files: Sequence[Path]) -> SettingsError:
    """Return one of pydantic's errors as an error of ours; the value is not shown, since it may be a secret."""
    field = str(entry["loc"][0])
    name = f"INLAID_{field.upper()}"
    return SettingsError(_what(entry, name, fields.get(field)), fix=_where(name, files))


def _what(entry: "ErrorDetails", name: str, field: FieldInfo | None) -> str:
    kind = entry["type"]
    words = _words(entry)
    if words:
        known = ", ".join(words)
        return N_(f"{name} has to be one of {known}.")
    if kind.startswith("bool"):
        return N_(f"{name} has to be true or false.")
    if field and kind.startswith(("int", "float", "less_than", "greater_than")):
        return _number(name, field)
    why = str(entry["msg"]).removeprefix("Value error, ")
    return N_(f"{name} cannot be used: {why}") if why.endswith("?") else N_(f"{name} cannot be used: {why}.")


def _words(entry: "ErrorDetails") -> list[str]:
    """Return the words of which the value has to be one, where it has to be one of some."""
    told = entry.get("ctx", {})
    if entry["type"] == "literal_error":
        return [word.strip("'") for word in str(told["expected"]).replace(" or ", ", ").split(", ")]
    words = str(told.get("pattern", "")).removeprefix("^(").removesuffix(")$").split("|")
    return [word for word in words if word] if all(word.isalpha() or not word for word in words) else []


def _number(name: str, field: FieldInfo) -> str:
    limits = {key: getattr(limit, key) for limit in field.metadata for key in ("ge", "gt", "le") if hasattr(limit, key)}
    least, most, above = (limits.get(key) for key in ("ge", "le", "gt"))
    if field.annotation is int and most is not None:
        return N_(f"{name} has to be a whole number from {least} to {most}.")
    if field.annotation is int:
        return N_(f"{name} has to be a whole number, {least} or more.")
    if above is not None and most is not None:
        return N_(f"{name} has to be a number above {above} and up to {most}.")
    if above is not None:
        return N_(f"{name} has to be a number above {above}.")
    if most is not None:
        return N_(f"{name} has to be a number from {least} to {most}.")
    return N_(f"{name} has to be a number, {least} or more.")


def _where(name: str, files: Sequence[Path]) -> str:
    """Say where to change a setting; the later of the files counts."""
    file = next((file for file in reversed(files) if sets(file, name)), None)
    if file is None or name in {variable.upper() for variable in os.environ}:
        return N_(f"It is an environment variable: change {name} there.")
    return N_(f"Change it in {file}, where it was read.")
