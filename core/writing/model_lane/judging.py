"""What the checks' findings mean where a model writes: a few block, the others inform, and a repair is told plainly."""

import functools
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from importlib.resources import files

from core.drafts import Finding
from core.writing.checks import Grounds, check_draft

# What no person may get: everything else is for them to judge.
BLOCKING = frozenset({
    "placeholders", "thoughts", "prompt", "language", "links", "accounts", "obedience", "injection",
})  # fmt: skip
_THOUGHT_MARK = re.compile(
    r"(?i)</?(?:think|thinking|thought|reasoning|reflection|analysis)\b[^<>\n]{0,40}>?|<\|channel\|>"
)


def judged(grounds: Grounds, body: str) -> tuple[Finding, ...]:
    """Return what the checks say of a body, with the severities of this lane."""
    found = [*_thoughts(grounds, body), *check_draft(grounds, body)]
    return tuple(
        one if one.severity == "warn" else one.model_copy(update={"severity": _severity(one)}) for one in found
    )


def _severity(finding: Finding) -> str:
    return "block" if finding.check in BLOCKING else "repair"


def _thoughts(grounds: Grounds, body: str) -> Iterator[Finding]:
    for match in _THOUGHT_MARK.finditer(body):
        if match[0] not in grounds.everything:
            sentence = f"“{match[0]}” belongs to what the model thought."
            yield Finding(check="thoughts", severity="block", place=match[0], sentence=sentence)


def remarks(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Return the findings of a text that a person gets, as remarks, each once."""
    told = dict.fromkeys(one.model_copy(update={"severity": "warn"}) for one in findings)
    return tuple(told)


def blocked(findings: Sequence[Finding]) -> Finding | None:
    """Return the first finding that keeps a text from a person."""
    return next((one for one in findings if one.severity == "block"), None)


def cost(findings: Sequence[Finding]) -> tuple[int, int]:
    """Return how bad a text is: what blocks it, then what speaks against it."""
    severities = [one.severity for one in findings]
    return severities.count("block"), severities.count("repair")


def problems_for_model(findings: Sequence[Finding]) -> str:
    """Return what a model is told to mend: each fault with its words and with what to do about it."""
    lines = [
        f"- {one.sentence} {_what_to_do().get(one.check, '')}".rstrip() for one in findings if one.severity != "warn"
    ]
    return "\n".join(dict.fromkeys(lines))


@functools.cache
def _what_to_do() -> Mapping[str, str]:
    text = files("core.writing.model_lane").joinpath("repairs.toml").read_text(encoding="utf-8")
    return {key: str(value) for key, value in tomllib.loads(text).items()}
