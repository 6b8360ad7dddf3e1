"""What speaks against a model's draft: the checks, and a short call that compares its meaning with its source.

No word of the verifier itself reaches a person: only the words of the draft and of the source that it points to, and
only where they stand there.
"""

import functools
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from core.drafts import ChatMessage, Finding, Gap
from core.errors import AnswerCut, InputError, LimitError, ModelAnswerError, OutageError
from core.llm.answer import THOUGHT_NAMES
from core.llm.sizes import chars_per_token
from core.recipes.templates import as_data, fenced
from core.text.catalogues import N_
from core.text.lexicon import either
from core.writing.checks import Grounds, check_draft
from core.writing.checks.house_style import CHECK as HOUSE_STYLE
from core.writing.model_lane.cleaning import entries_of, words_in
from core.writing.result import Verify

MAX_TOKENS = 700
MAX_FINDINGS = 8
# A source that fills the window is not compared as a whole: what is left out of it would be reported as not said.
MIN_SPARE_TOKENS = 1500
NONSENSE = N_("The check of the meaning gave no answer that could be used; the draft was not compared with its source.")
NOT_MADE = N_("The check of the meaning could not be made: {why}")
TOO_LONG = N_("The text is too long for the check of the meaning; the draft was not compared with its source.")
_SAID = {
    "unsupported": N_("“{draft}”: the source does not say this."),
    "contradicted": N_("“{draft}”: the source says otherwise: “{source}”."),
    "unanswered": N_("“{source}” is neither answered nor left open."),
}
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
# What no person may get: everything else is for them to judge.
BLOCKING = frozenset(
    {
        "placeholders",
        "thoughts",
        "prompt",
        "language",
        "links",
        "accounts",
        "obedience",
        "injection",
    }
)
_THOUGHT_MARK = either([*THOUGHT_NAMES, "analysis"], "</?", r"\b[^<>\n]{0,40}>?|<\|channel\|>")


@dataclass(frozen=True)
class Meaning:
    """What a comparison found, and what to say about how it went."""

    findings: tuple[Finding, ...] = ()
    notices: tuple[str, ...] = ()


def verified(grounds: Grounds, draft: str, verify: Verify) -> Meaning:
    """Compare a draft with its source; what the verifier says that makes no sense is ignored, with a notice."""
    messages = _messages(grounds, draft)
    told_chars = sum(len(message.content) for message in messages)
    if told_chars / chars_per_token(messages[-1].content) + MIN_SPARE_TOKENS > verify.window_tokens:
        return Meaning(notices=(TOO_LONG,))
    try:
        written = verify(messages, max_tokens=MAX_TOKENS, json_schema=_SCHEMA)
    except AnswerCut as error:
        written = error.text
    except (OutageError, ModelAnswerError, LimitError, InputError) as error:
        return Meaning(notices=(NOT_MADE.format(why=error.message),))
    errors = entries_of(written, "errors")
    if errors is None:
        return Meaning(notices=(NONSENSE,))
    found = tuple(dict.fromkeys(_findings(errors, grounds, draft)))[:MAX_FINDINGS]
    return Meaning(found, (NONSENSE,) if errors and not found else ())


def _messages(grounds: Grounds, draft: str) -> list[ChatMessage]:
    recipe = grounds.recipe
    told = [
        f"{'Material' if field.foreign or field.name == recipe.main_input else 'The owner'} — {field.title}:"
        f"\n{fenced(as_data(value))}"
        for field in recipe.inputs
        if (value := grounds.values.get(field.name, "")) and field.type in {"text", "line", "person", "choice", "date"}
    ]
    prompt = texts_for_model("verifier")
    user = prompt["user"].format(
        work=f"{recipe.title}. {recipe.description}", told="\n".join(told), draft=fenced(as_data(draft))
    )
    return [
        ChatMessage(role="system", content=prompt["system"].strip()),
        ChatMessage(role="user", content=user.strip()),
    ]


@functools.cache
def texts_for_model(name: str) -> Mapping[str, str]:
    """Return what a model is told in one of the files of this folder."""
    text = files("core.writing.model_lane").joinpath(f"{name}.toml").read_text(encoding="utf-8")
    return {key: str(value) for key, value in tomllib.loads(text).items()}


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
        sentence = _SAID[kind].format(draft=place, source=source)
        check = "unanswered" if kind == "unanswered" else "meaning"
        yield Finding(check=check, severity="repair", place="" if kind == "unanswered" else place, sentence=sentence)


def judged(grounds: Grounds, body: str, gaps: Iterable[Gap] = ()) -> tuple[Finding, ...]:
    """Return what the checks say of a body and of the ready answers to its gaps, with the severities of this lane."""
    offered = [choice for gap in gaps for choice in gap.choices]
    found = [*_thoughts(grounds, body), *check_draft(grounds, body, offered)]
    return tuple(
        finding if _is_remark(finding) else finding.model_copy(update={"severity": _severity(finding)})
        for finding in found
    )


def _is_remark(finding: Finding) -> bool:
    """Tell whether no other text is asked for; to find a word of the house style a model is asked once."""
    return finding.severity == "warn" and finding.check != HOUSE_STYLE


def _severity(finding: Finding) -> str:
    return "block" if finding.check in BLOCKING else "repair"


def _thoughts(grounds: Grounds, body: str) -> Iterator[Finding]:
    for match in _THOUGHT_MARK.finditer(body):
        if match[0] not in grounds.everything:
            sentence = f"“{match[0]}” belongs to what the model thought."
            yield Finding(check="thoughts", severity="block", place=match[0], sentence=sentence)


def remarks(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Return the findings of a text that a person gets, as remarks, each once."""
    told = dict.fromkeys(finding.model_copy(update={"severity": "warn"}) for finding in findings)
    return tuple(told)


def blocked(findings: Sequence[Finding]) -> Finding | None:
    """Return the first finding that keeps a text from a person."""
    return next((finding for finding in findings if finding.severity == "block"), None)


def cost(findings: Sequence[Finding]) -> tuple[int, int]:
    """Return how bad a text is: what blocks it, then what speaks against it."""
    severities = [finding.severity for finding in findings]
    return severities.count("block"), severities.count("repair")


def problems_for_model(findings: Sequence[Finding]) -> str:
    """Return what a model is told to mend: each fault with its words and with what to do about it."""
    what_to_do = texts_for_model("repairs")
    lines = [
        f"- {finding.sentence} {what_to_do.get(finding.check, '')}".rstrip()
        for finding in findings
        if finding.severity != "warn"
    ]
    return "\n".join(dict.fromkeys(lines))
