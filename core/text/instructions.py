"""Words in somebody's text that speak to a model: found, and told apart from what the text says to people."""

import functools
import re

from core.text.lexicon import either, languages, lexicon
from core.text.sentences import split_sentences

_CLOSING_QUOTES = '"\u201c\u201d\u00bb'
_MIN_REST_WORDS = 2
_QUOTATION = re.compile(
    r"""(?<!\w)(?:"[^"]{1,300}"|[\u201c\u201e\u00ab\u00bb][^\u201c-\u201e\u00ab\u00bb]{1,300}[\u201c\u201d\u00ab\u00bb]"""
    r"""|['\u2018\u201a][^'\u2018-\u201a]{1,300}['\u2018\u2019])(?!\w)"""
)
# What stands before and behind a quotation in a sentence, with a zero in its place.
_GOES_ON = re.compile(r"[\w,:]\s\0.*|.*\0\s\w", re.S)


@functools.cache
def _pattern(name: str) -> re.Pattern[str]:
    """Return what a list says in any language: a text may hold a sentence for a model in another than its own."""
    return either(lexicon(code)[f"injection.{name}"].pattern for code in sorted(languages()))


@functools.lru_cache(maxsize=32)  # one draft asks several times
def _spans(text: str) -> tuple[tuple[int, int], ...]:
    return tuple(match.span() for match in _pattern("to_model").finditer(text))


def find_instruction(text: str, *, is_talk_left_out: bool = False) -> str:
    """Return the first words that speak to a model, "" when none do.

    Args:
        text: where they are looked for.
        is_talk_left_out: whether words that a sentence only tells of, in quotation marks, are passed over.
    """
    told = _told_of(text) if is_talk_left_out else ()
    for start, stop in _spans(text):
        if not any(begin < start and stop < end for begin, end in told):
            return " ".join(text[start:stop].split())
    return ""


def _told_of(text: str) -> list[tuple[int, int]]:
    """Return where quotations are that stand within a sentence."""
    spans = (match.span() for match in _QUOTATION.finditer(text))
    return [
        (begin, end)
        for begin, end in spans
        if _GOES_ON.fullmatch(f"{text[max(begin - 2, 0) : begin]}\0{text[end : end + 2]}")
    ]


def without_instructions(text: str) -> str:
    """Return a text without the sentences that instruct a model, and without what those tell it to write.

    A text without any comes back as it is. What follows in the same line is taken for more of it, but for questions
    and what stands behind a dictated quotation.
    """
    return parted(text)[0]


def parted(text: str) -> tuple[str, str]:
    """Return what a text says to people, and what it says to a model."""
    spans = _spans(text)
    if not spans:
        return text, ""
    kept: list[str] = []
    taken: list[str] = []
    end, quoted, was_told = 0, False, False
    for sentence in split_sentences(text):
        start = text.index(sentence, end)
        between, end = text[end:start], start + len(sentence)
        quoted = quoted and between.count("\n") < 2
        goes_on = was_told and "\n" not in between and not sentence.endswith("?")
        is_addressed = any(begin < end and start < stop for begin, stop in spans)
        told = quoted or goes_on or is_addressed or bool(_pattern("dictates").search(sentence))
        was_told = told
        quoted = told and _quotation_open(sentence, quoted)
        rest = ("" if quoted else _after_quotation(sentence)) if told else sentence
        kept += [between, rest]
        if told:
            taken.append(sentence.removesuffix(rest) if rest else sentence)
    return "".join(kept) + text[end:], "\n".join(taken)


def claims_in(text: str) -> set[str]:
    """Return the words of a text that claim a payment, a consent, an approval or the like, by their beginnings."""
    return {match[0].casefold()[:6] for match in _pattern("claims").finditer(text)}


def _quotation_open(sentence: str, is_open: bool) -> bool:
    """Tell whether a quotation is open behind a sentence, given whether one is before it."""
    for mark in sentence:
        if mark in '"\u201c':
            is_open = not is_open
        elif mark in "\u201e\u00ab\u201d\u00bb":
            is_open = mark in "\u201e\u00ab"
    return is_open


def _after_quotation(sentence: str) -> str:
    """Return what follows the last quotation of a sentence that tells a model what to write, "" when little does."""
    last = max(map(sentence.rfind, _CLOSING_QUOTES))
    rest = sentence[last + 1 :].lstrip(" .,;:-\u2013") if last >= 0 else ""
    told = _pattern("to_model").search(rest) or _pattern("dictates").search(rest)
    return "" if told or len(rest.split()) < _MIN_REST_WORDS else rest
