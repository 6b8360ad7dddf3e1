"""The check of the meaning: a short call that compares a draft with its source.

No word of the verifier itself reaches a person: only the words of the draft and of the source that it points to, and
only where they stand there.
"""

import functools
import json
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from core.drafts import ChatMessage, Finding
from core.errors import AnswerCut, InputError, LimitError, ModelAnswerError, OutageError
from core.llm.sizes import chars_per_token
from core.recipes.templates import as_data, fenced
from core.writing.checks import Grounds
from core.writing.model_lane.cut_answers import whole_entries
from core.writing.model_lane.quoting import words_in
from core.writing.result import Verify

MAX_TOKENS = 700
MAX_FINDINGS = 8
# A source that fills the window is not compared as a whole: what is left out of it would be reported as not said.
MIN_SPARE_TOKENS = 1500
NONSENSE = "The check of the meaning gave no answer that could be used; the draft was not compared with its source."
NOT_MADE = "The check of the meaning could not be made: {why}"
TOO_LONG = "The text is too long for the check of the meaning; the draft was not compared with its source."
_KINDS = ("unsupported", "contradicted", "unanswered")
_SCHEMA: dict[str, object] = {
    "type": "object",
    "properties": {
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "kind": {"type": "string", "enum": list(_KINDS)},
                    "draft": {"type": "string"},
                    "source": {"type": "string"},
                },
                "required": ["kind", "draft", "source"],
                "additionalProperties": False,
            },
        }
    },
    "required": ["errors"],
    "additionalProperties": False,
}


@dataclass(frozen=True)
class Meaning:
    """What a comparison found, and what to say about how it went."""

    findings: tuple[Finding, ...] = ()
    notices: tuple[str, ...] = ()


def verified(grounds: Grounds, draft: str, verify: Verify) -> Meaning:
    """Compare a draft with its source; what the verifier says that makes no sense is ignored, with a notice."""
    messages = _messages(grounds, draft)
    told_chars = sum(len(one.content) for one in messages)
    if told_chars / chars_per_token(messages[-1].content) + MIN_SPARE_TOKENS > verify.window_tokens:
        return Meaning(notices=(TOO_LONG,))
    try:
        written = verify(messages, max_tokens=MAX_TOKENS, json_schema=_SCHEMA)
    except AnswerCut as error:
        written = error.text
    except (OutageError, ModelAnswerError, LimitError, InputError) as error:
        return Meaning(notices=(NOT_MADE.format(why=error.message),))
    errors = _errors(written)
    if errors is None:
        return Meaning(notices=(NONSENSE,))
    found = tuple(dict.fromkeys(_findings(errors, grounds, draft)))[:MAX_FINDINGS]
    return Meaning(found, (NONSENSE,) if errors and not found else ())


def _messages(grounds: Grounds, draft: str) -> list[ChatMessage]:
    recipe = grounds.recipe
    told = [
        f"{'Material' if one.foreign or one.name == recipe.main_input else 'The owner'} — {one.title}:"
        f"\n{fenced(as_data(value))}"
        for one in recipe.inputs
        if (value := grounds.values.get(one.name, "")) and one.type in {"text", "line", "person", "choice", "date"}
    ]
    prompt = _prompt()
    user = prompt["user"].format(
        work=f"{recipe.title}. {recipe.description}", told="\n".join(told), draft=fenced(as_data(draft))
    )
    return [
        ChatMessage(role="system", content=prompt["system"].strip()),
        ChatMessage(role="user", content=user.strip()),
    ]


@functools.cache
def _prompt() -> Mapping[str, str]:
    text = files("core.writing.model_lane").joinpath("verifier.toml").read_text(encoding="utf-8")
    return {key: str(value) for key, value in tomllib.loads(text).items()}


def _errors(written: str) -> Sequence[Any] | None:
    """Return the list of an answer, as far as it is whole; None when there is none."""
    begin, end = written.find("{"), written.rfind("}")
    try:
        found = json.loads(written[begin : end + 1])
        errors = found.get("errors") if isinstance(found, dict) else None
        return errors if isinstance(errors, list) else None
    except (ValueError, RecursionError):
        return whole_entries(written, "errors") or None


def _findings(errors: Sequence[Any], grounds: Grounds, draft: str) -> Iterator[Finding]:
    """Yield what points to words that are there; a statement that a draft makes verbatim from its source is none."""
    for error in errors:
        if not isinstance(error, dict) or error.get("kind") not in _KINDS:
            continue
        kind = str(error["kind"])
        place = words_in(str(error.get("draft") or ""), draft)
        source = words_in(str(error.get("source") or ""), grounds.everything)
        is_there = bool(source) if kind == "unanswered" else bool(place)
        is_there = is_there and (kind != "contradicted" or bool(source))
        if not is_there or (kind == "unsupported" and grounds.stands(place)):
            continue
        sentence = _prompt()[kind].format(draft=place, source=source)
        check = "unanswered" if kind == "unanswered" else "meaning"
        yield Finding(check=check, severity="repair", place="" if kind == "unanswered" else place, sentence=sentence)
