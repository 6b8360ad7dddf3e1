"""The settings of a mailbox as the fields of its page show and give them."""

from collections.abc import Callable, Mapping
from typing import Any

from core.drafts import JsonObject
from integrations.console.context import FormError

MAX_DIGITS = 9
# The languages in which the page takes a signature, and `any` for all others.
SIGNED = ("any", "en", "de", "fr", "es")


def shown_settings(settings: Mapping[str, Any]) -> dict[str, str]:
    """Return the values of the fields."""
    values = {name: str(value) for name, value in settings.items()}
    return values | {
        **{name: ", ".join(settings[name]) for name in ("aliases", "draft_for", "never_for")},
        **{f"signature_{language}": settings["signatures"].get(language, "") for language in SIGNED},
        "folders": "\n".join(settings["folders"]),
        "paused": "true" if settings["paused"] else "false",
        "gaps_only": "true" if settings["gaps_only"] else "false",
        "tells_in_slack": "true" if settings["tells_in_slack"] else "false",
        "labels": "off" if settings["labels"] in {"", "ending"} else settings["labels"],
    }


def read_settings(form: Mapping[str, str]) -> JsonObject:
    """Return the settings that a form holds.

    Raises:
        FormError: a field cannot be read.
    """
    found = {name: read(name, form[name].strip()) for name, read in _FIELDS.items() if name in form}
    typed = {language: form[f"signature_{language}"] for language in SIGNED if f"signature_{language}" in form}
    return found | ({"signatures": typed} if typed else {})


def _number(field: str, text: str) -> int:
    digits = text[1:] if text.startswith(("+", "-")) else text
    if not (digits.isascii() and digits.isdecimal()) or len(digits) > MAX_DIGITS:
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


def _lines(_field: str, text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def _correction(_field: str, text: str) -> tuple[str, str]:
    wish, _, sender = text.partition(" ")
    return wish, sender


_FIELDS: dict[str, Callable[[str, str], Any]] = {
    "threshold": _share,
    "paused": _is_on,
    "quiet_hours": _text,
    "timezone": _text,
    "drafts_per_day": _number,
    "follow_up_days": _number,
    "on_request": _text,
    "aliases": _addresses,
    "draft_for": _addresses,
    "folders": _lines,
    "never_for": _addresses,
    "correction": _correction,
    "reply_all": _text,
    "gaps_only": _is_on,
    "tells_in_slack": _is_on,
    "labels": _text,
}
