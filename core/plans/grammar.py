"""Corrections that rules propose: Harper's offline checker and a few sure patterns. No model takes part."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING

from core.plans.spelling import corrections, is_word

if TYPE_CHECKING:
    from harper import Lint, Linter

# Kinds that are faults; the others (style, wordiness, word choice) are matters of taste.
_FAULTS = frozenset({"Agreement", "BoundaryError", "Eggcorn", "Grammar", "Malapropism", "Nonstandard", "Repetition",
                     "Spelling", "Typo"})  # fmt: skip
_FAULT_MESSAGES = ("Incorrect indefinite article",)
# Right for "inter face", wrong for every name and unit that looks like a prefix.
_DOUBTFUL = "looks like a prefix"
# Never touched: code, links, addresses, quotations in backticks or angle marks, `[[gaps]]`.
_UNTOUCHED = re.compile(
    r"`[^`\n]*`|\S*(?:://|@|\\|/)\S*|<[^<>\n]{1,80}>|\[\[[^\]\n]*\]\]|\S*_\S*|#\w+|\w+\.\w+\S*|\w+\([^()\n]*\)"
)
_PLAIN_WORD = re.compile(r"[A-Za-z][a-z]+(?:['\u2019][a-z]+)?")


@dataclass(frozen=True)
class Proposal:
    """A stretch of the text and what should stand there. `why` is for the person."""

    start: int
    end: int
    text: str
    why: str


@dataclass(frozen=True)
class _Pattern:
    find: re.Pattern[str]
    put: str
    why: str


_PATTERNS = (
    _Pattern(re.compile(r"(?i)\b(rather|other|more|less|better|worse|sooner|later) that (?=the|a|an|its|their)\b"),
             r"\1 than ", "a comparison takes “than”"),
    _Pattern(re.compile(r"(?i)\b(\w{3,}est \w+) than (?=\w+s\b)"), r"\1 that ", "a superlative takes “that”"),
    _Pattern(re.compile(r"(?i)\b(is|are|was|were|be|been) an? ((?:\w+ed|known|given|written|shown|seen|made|done)"
                        r" (?:as|by|in|to|with|from)) (?=\w)"), r"\1 \2 ", "one word too many"),
    _Pattern(re.compile(r"(?i)\b(either an? (?:\w+ ){1,3}?)of (?=an?\b)"), r"\1or ", "“either” takes “or”"),
    _Pattern(re.compile(r"(?i)\b(could|should|would|must|might) of (?=\w)"), r"\1 have ", "a verb takes “have”"),
    _Pattern(re.compile(r"(?i)\b(all (?:of )?(?:the|these|those) (?:\w+ )?\w+s(?: in the \w+)?) is (?=\w)"),
             r"\1 are ", "several things take “are”"),
    _Pattern(re.compile(r"\b([Ff]or example,? |[Nn]ow |[Ss]o |^)lets (?=[a-z]+ (?:the|an?|at|us|it|this|about)\b)"),
             r"\1let's ", "“let us” takes an apostrophe"),
    _Pattern(re.compile(r"(?i)\b(an?|the|this|that|each|every) (\1) (?=\w)"), r"\1 ", "a word stands twice"),
)  # fmt: skip


class _Checker:
    """Harper's linter. It is built at its first use (a second), and serves one thread at a time."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._linter: Linter | None = None

    def lint(self, text: str) -> list["Lint"]:
        with self._lock:
            if self._linter is None:
                from harper import Linter

                self._linter = Linter()
            return self._linter.lint(text, language="plaintext", dedup=False)


_CHECKER = _Checker()


def propose(text: str) -> list[Proposal]:
    """Return the corrections for an English text, from its start to its end, none over another."""
    untouched = [match.span() for match in _UNTOUCHED.finditer(text)]
    found = sorted([*_from_patterns(text), *_from_checker(text)], key=lambda one: (one.start, one.end - one.start))
    sound: list[Proposal] = []
    for one in found:
        free = all(one.end <= start or one.start >= end for start, end in untouched)
        if free and (not sound or one.start >= sound[-1].end) and text[one.start : one.end] != one.text:
            sound.append(one)
    return sound


def apply(text: str, proposals: list[Proposal]) -> str:
    """Return the text with the corrections made."""
    for one in reversed(proposals):
        text = text[: one.start] + one.text + text[one.end :]
    return text


def _from_patterns(text: str) -> Iterator[Proposal]:
    for pattern in _PATTERNS:
        for match in pattern.find.finditer(text):
            yield Proposal(match.start(), match.end(), match.expand(pattern.put), pattern.why)


def _from_checker(text: str) -> Iterator[Proposal]:
    for lint in _CHECKER.lint(text):
        fault = lint.lint_kind in _FAULTS or lint.message.startswith(_FAULT_MESSAGES)
        if not fault or not lint.suggestions or _DOUBTFUL in lint.message:
            continue
        start, end = lint.span.start, lint.span.end
        word = lint.problem_text
        if lint.lint_kind in {"Spelling", "Typo"} and " " not in word:
            yield from _spelling(text, word, start, end)
        elif lint.suggestion_count == 1:
            yield Proposal(start, end, _replacement(lint, text), lint.message.rstrip("."))


def _spelling(text: str, word: str, start: int, end: int) -> Iterator[Proposal]:
    """Propose for plain small-letter words only: a capital inside a text is a name until the opposite is known."""
    before = text[:start].rstrip()
    begins = not before or before[-1] in ".!?\n"
    joined = text[start - 1 : start] in {"-", "'", "\u2019"} or text[end : end + 1] in {"-", "'", "\u2019"}
    known = is_word(word) or text.casefold().count(word.casefold()) > 1
    if not _PLAIN_WORD.fullmatch(word) or joined or known or (word[0].isupper() and not begins):
        return
    if near := corrections(word):
        yield Proposal(start, end, near[0], f"“{word}” is misspelt")


def _replacement(lint: "Lint", text: str) -> str:
    suggestion = lint.suggestions[0]
    old = text[lint.span.start : lint.span.end]
    if suggestion.kind == 2:  # insert after
        return old + suggestion.replacement_text
    new = "" if suggestion.kind == 1 else suggestion.replacement_text
    # Harper copies the case of the faulty word, so that "A" becomes "AN".
    return new.capitalize() if new.isupper() and len(old) == 1 and len(new) > 1 else new
