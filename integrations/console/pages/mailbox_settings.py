"""The form of a mailbox's settings: what its fields say, and what a person filled in."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from integrations.console.ports import FormError

_NUMBER = re.compile(r"[+-]?[0-9]{1,9}")


def shown_settings(settings: Mapping[str, Any]) -> dict[str, str]:
    """Return what stands in the fields."""
    values = {name: str(value) for name, value in settings.items()}
    return values | {
        "aliases": ", ".join(settings["aliases"]),
        "reply_all": "true" if settings["reply_all"] else "false",
        "paused": "true" if settings["paused"] else "false",
        "gaps_only": "true" if settings["gaps_only"] else "false",
    }


def read_settings(form: Mapping[str, str]) -> dict[str, Any]:
    """Return the settings that a form holds.

    Raises:
        FormError: a field cannot be read.
    """
    return {name: read(name, form[name].strip()) for name, read in _FIELDS.items() if name in form}


def _number(field: str, text: str) -> int:
    if not _NUMBER.fullmatch(text):
        is_long = text.lstrip("+-").isdecimal()
        message = "This number is too large." if is_long else f"{text[:20]!r} is not a whole number."
        raise FormError(field, message, fix="For example 5; 0 switches it off.")
    return int(text)


def _share(field: str, text: str) -> float:
    try:
        return float(text.replace(",", "."))
    except ValueError:
        fix = "For example 0.6; higher means fewer drafts."
        raise FormError(field, "The threshold is not a number.", fix=fix) from None


def _text(_field: str, text: str) -> str:
    return text


def _is_on(_field: str, text: str) -> bool:
    return text == "true"


def _addresses(_field: str, text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.replace("\n", ",").split(",") if part.strip())


_FIELDS: dict[str, Callable[[str, str], Any]] = {
    "threshold": _share,
    "paused": _is_on,
    "quiet_hours": _text,
    "timezone": _text,
    "drafts_per_day": _number,
    "follow_up_days": _number,
    "on_request": _text,
    "aliases": _addresses,
    "reply_all": _is_on,
    "gaps_only": _is_on,
}
