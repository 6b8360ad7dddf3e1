"""Corrections that rules propose: Harper's offline checker and a few sure patterns. No model takes part."""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import accumulate
from threading import Lock
from typing import TYPE_CHECKING

from core.writing.grounded.agreement import find_disagreements
from core.writing.grounded.confusions import find_confusions
from core.writing.grounded.proposals import Proposal, Rule
from core.writing.grounded.spelling import corrections, day_or_month, is_sure_slip, is_word

if TYPE_CHECKING:
    from harper import Lint, Linter

# Kinds that are faults; the others (style, wordiness, word choice) are matters of taste.
_FAULTS = frozenset({"Agreement", "BoundaryError", "Eggcorn", "Grammar", "Malapropism", "Nonstandard", "Repetition",
                     "Spelling", "Typo"})  # fmt: skip
_FAULT_MESSAGES = ("Incorrect indefinite article",)
# What its messages begin or go on with where it was wrong about sound texts by others: "dictionary unpackings", "You
# means" in a licence, "what is there", "it's fast" after a comma, names in -s, "that that".
_DOUBTFUL = re.compile(
    r"looks like a prefix|mass noun|agree in grammatical number|second `that`|that which|Did you mean `their`"
    r"|possessive pronoun `its`|past participle|irregular form|repeated verb form|(?i:\n(?:that that|had had)$)"
)
# Never touched: code, links, addresses, quotations in backticks or angle marks, `[[gaps]]`.
_UNTOUCHED = re.compile(
    r"```.*?(?:```|\Z)|`[^`\n]{0,300}`|(?m:^[ \t]*(?:>>>|\$ ).*$)|<[^<>\n]{1,80}>|\[\[[^\]\n]{0,300}\]\]"
    r"|\|[^|\n]{1,30}\||#\w{1,80}|\b\w{1,80}\([^()\n]{0,80}\)|::\s*\w{1,80}|:\w{1,80}:|--\w{1,80}",
    re.S,
)
# A word with one of these marks in it is a link, an address, a path or a piece of code.
_TOKEN, _MARKED = re.compile(r"\S++"), re.compile(r"[@\\/_=$]|\w\.\w")
_LONGEST_WORD_CHARS = 60
_PART_CHARS = 4000
_PART_END = re.compile(r"\n\s*\n|(?<=[.!?])\s|\n|\s")
_BEFORE_WORD = re.compile(r"\s+[a-z][a-z]+\b|\s+[A-Z][a-z]+\b")
# Abbreviations that begin with the same kind of sound whether they are spelt out or read as a word.
_AN, _A = re.compile(r"(?<!\s)\s++[AEIO][A-Z]+\b"), re.compile(r"(?<!\s)\s++[BCDGJKPQTVWYZ][A-Z]+\b")
_LAST_WORD, _NEXT_WORD = re.compile(r"(?<![a-z])[a-z]++(?= *+\Z)", re.I), re.compile(r"\A +([a-z]+)", re.I)
_ANY_WORD = re.compile(r"[^\W\d_]{2,60}")
_SMALL_WORD = re.compile(r"(?<![\w'\u2019.@/-])[a-z]{2,60}(?![\w'\u2019@/-])")
# A text with so many words that no list holds is in another language, or in none.
_MOST_UNKNOWN_SHARE, _LEAST_UNKNOWN = 0.4, 3
_PLAIN_WORD = re.compile(r"[A-Za-z][a-z]+(?:['\u2019][a-z]+)?")


_RULES = (
    Rule(re.compile(r"(?i)\b(rather|other) that (?=the|a|an|its|their)\b"),
             r"\1 than ", "a comparison takes “than”"),
    Rule(re.compile(r"(?i)\b(the (?!(?:inter|requ|gu|for|cont|prot|harv)est)\w{3,}est \w+) than (?=\w+s\b)"),
             r"\1 that ", "a superlative takes “that”"),
    Rule(re.compile(r"(?i)\b(is|are|was|were|be|been) an? (\w+[^\We]ed (?:as|by)) (?=\w)"), r"\1 \2 ",
             "one word too many"),
    Rule(re.compile(r"(?i)\b(either an? (?:\w+ )?(\w+) )of (?=an? \w+ \2\b)"), r"\1or ", "“either” takes “or”"),
    Rule(re.compile(r"(?i)\b((?:after|if|once|until|when) all (?:of )?(?:the|these|those) \w+[^\Wisu]s"
                        r"(?: in the \w+)?) is (?=\w)"), r"\1 are ", "several things take “are”"),
    Rule(re.compile(r"(?i)\b(could|should|would|must|might) of (?!course\b)(?=\w)"),
             r"\1 have ", "a verb takes “have”"),
    Rule(re.compile(r"\b([Ff]or example,? |[Nn]ow |[Ss]o |^)lets (?=[a-z]+ (?:the|an?|at|us|it|this|about)\b)"),
             r"\1let's ", "“let us” takes an apostrophe"),
    Rule(re.compile(r"\b([Aa]n?|[Tt]he|[Tt]his|[Ee]ach|[Ee]very) (\1) (?=\w)"), r"\1 ", "a word stands twice"),
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
    if _is_foreign(text):
        return []
    spans = sorted(_untouched(text))
    reach = list(accumulate((end for _, end in spans), max))
    begins = [begin for begin, _ in spans]
    counts = Counter(word.casefold() for word in _ANY_WORD.findall(text))
    sound: list[Proposal] = []
    for start, part in _parts(text):
        found = sorted(
            [*_from_rules(part), *_from_checker(part, counts)], key=lambda one: (one.start, one.end - one.start)
        )
        for one in (
            replace(found_here, start=found_here.start + start, end=found_here.end + start) for found_here in found
        ):
            before = bisect_left(begins, one.end)
            free = not before or reach[before - 1] <= one.start
            if free and (not sound or one.start >= sound[-1].end) and text[one.start : one.end] != one.text:
                sound.append(one)
    return sound


def _is_foreign(text: str) -> bool:
    words = _SMALL_WORD.findall(text[:_PART_CHARS])
    unknown = sum(1 for word in words if not is_word(word))
    return unknown >= _LEAST_UNKNOWN and unknown > _MOST_UNKNOWN_SHARE * len(words)


def _untouched(text: str) -> Iterator[tuple[int, int]]:
    for match in _UNTOUCHED.finditer(text):
        yield match.span()
    for match in _TOKEN.finditer(text):
        if len(match[0]) > _LONGEST_WORD_CHARS or _MARKED.search(match[0].strip("().,;:!?\"'")):
            yield match.span()


def _parts(text: str) -> Iterator[tuple[int, str]]:
    """Give a long text in parts that end where a paragraph, a sentence or at least a word ends."""
    start = 0
    while start < len(text):
        stop = start + _PART_CHARS
        if stop < len(text):
            ends = [match.end() for match in _PART_END.finditer(text, start + _PART_CHARS // 2, stop)]
            stop = ends[-1] if ends else stop
        part = text[start:stop]
        if any(len(word) <= _LONGEST_WORD_CHARS for word in part.split()):
            yield start, part
        start = stop


def apply(text: str, proposals: list[Proposal]) -> str:
    """Return the text with the corrections made."""
    pieces, at = [], 0
    for one in proposals:
        pieces += [text[at : one.start], one.text]
        at = one.end
    return "".join([*pieces, text[at:]])


def _from_rules(text: str) -> Iterator[Proposal]:
    for rule in _RULES:
        yield from rule.proposals(text)
    yield from find_confusions(text)
    yield from find_disagreements(text)


def _from_checker(text: str, counts: Mapping[str, int]) -> Iterator[Proposal]:
    for lint in _CHECKER.lint(text):
        fault = lint.lint_kind in _FAULTS or lint.message.startswith(_FAULT_MESSAGES)
        if not fault or not lint.suggestions or _DOUBTFUL.search(f"{lint.message}\n{lint.problem_text}"):
            continue
        start, end = lint.span.start, lint.span.end
        if lint.message.startswith(_FAULT_MESSAGES) and not _is_sure_article(text, start, end):
            continue
        word = lint.problem_text
        if lint.lint_kind in {"Spelling", "Typo"} and " " not in word:
            yield from _spelling(text, lint, counts)
        elif lint.suggestion_count == 1:
            yield Proposal(start, end, _replacement(lint, text), lint.message.rstrip("."))


def _is_sure_article(text: str, start: int, end: int) -> bool:
    """Tell whether "a" or "an" stands before a plain word: before code, a link or a letter its sound is not known."""
    begins = start == 0 or text[:start].rstrip()[-1:] in {".", "!", "?", ""}
    before_word = _BEFORE_WORD.match(text, end) or (_AN if text[start:end].casefold() == "a" else _A).match(text, end)
    return bool(before_word) and (begins or text[start].islower())


def _spelling(text: str, lint: "Lint", counts: Mapping[str, int]) -> Iterator[Proposal]:
    """Propose for plain small-letter words only: a capital inside a text is a name until the opposite is known."""
    word, start, end = lint.problem_text, lint.span.start, lint.span.end
    before = text[:start].rstrip()
    begins = not before or before[-1] in ".!?\n"
    joined = text[start - 1 : start] in {"-", "'", "\u2019"} or text[end : end + 1] in {"-", "'", "\u2019"}
    known = is_word(word) or (counts.get(word.casefold(), 0) > 1 and not is_sure_slip(word))
    if not _PLAIN_WORD.fullmatch(word) or joined or known:
        return
    apostrophe = [one for one in _suggested(lint) if one.replace("'", "") == word]
    if apostrophe:
        near = apostrophe
    elif word[0].isupper() and not begins:
        near = day_or_month(word)
    else:
        near = corrections(
            word, before=_LAST_WORD.findall(before[-30:])[-1:], after=_NEXT_WORD.findall(text[end : end + 30])
        )
    if near:
        yield Proposal(start, end, near[0], f"“{word}” is misspelt")


def _suggested(lint: "Lint") -> list[str]:
    return [one.replacement_text or "" for one in lint.suggestions]


def _replacement(lint: "Lint", text: str) -> str:
    suggestion = lint.suggestions[0]
    old = text[lint.span.start : lint.span.end]
    if suggestion.kind == 2:  # insert after
        return old + suggestion.replacement_text
    new = "" if suggestion.kind == 1 else suggestion.replacement_text
    # Harper copies the case of the faulty word, so that "A" becomes "AN".
    return new.capitalize() if new.isupper() and len(old) == 1 and len(new) > 1 else new
