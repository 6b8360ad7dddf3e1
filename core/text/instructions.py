"""Words in somebody's text that speak to a model: found, and told apart from what the text says to people."""

import functools
import re

from core.text.lexicon import either, languages, lexicon
from core.text.sentences import split_sentences

_CLOSING_QUOTES = '"\u201c\u201d\u00bb'
_MIN_REST_WORDS = 2
_OPENING_MARKS, _CLOSING_MARKS = "\"'\u2018\u201a\u201c\u201e\u00ab\u00bb", "\"'\u2018\u2019\u201c\u201d\u00ab\u00bb"
_MAX_QUOTED_CHARS = 300
# How far from a model's name stands who asks it for something.
_TELLING_CHARS = 40


@functools.cache
def _pattern(name: str) -> re.Pattern[str]:
    """Return what a list says in any language: a text may hold a sentence for a model in another than its own."""
    patterns = (lexicon(code)[f"injection.{name}"].pattern for code in sorted(languages()))
    # Within a run of marks nothing begins: "???".
    return either(patterns, r"(?![?!.,;:]{2})")


@functools.lru_cache(maxsize=32)  # one draft asks several times
def _spans(text: str) -> tuple[tuple[int, int], ...]:
    return tuple(match.span() for match in _pattern("to_model").finditer(text))


def find_instruction(text: str, *, is_talk_left_out: bool = False) -> str:
    """Return the first words that speak to a model, "" when none do.

    Args:
        text: where they are looked for.
        is_talk_left_out: whether words that a sentence only tells of, in quotation marks, are passed over.
    """
    for start, stop in _spans(text):
        if not (is_talk_left_out and _is_told_of(text, start, stop)):
            return " ".join(text[start:stop].split())
    return ""


def _is_told_of(text: str, start: int, stop: int) -> bool:
    """Whether words stand in a quotation, and it within a sentence that says more."""
    begin = max(text.rfind(mark, max(start - _MAX_QUOTED_CHARS, 0), start) for mark in _OPENING_MARKS)
    places = range(stop, min(stop + _MAX_QUOTED_CHARS, len(text)))
    closing = (place for place in places if text[place] in _CLOSING_MARKS and not text[place + 1 : place + 2].isalnum())
    end = next(closing, -1)
    if min(begin, end) < 0 or "\n\n" in text[begin:end] or text[max(begin - 1, 0) : begin].strip():
        return False
    before, behind = text[max(begin - 2, 0) : begin], text[end + 1 : end + 3]
    goes_before = before[:1].isalnum() or before[:1] in {",", ":"}
    return goes_before or (behind[:1].isspace() and behind[1:].isalnum())


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


def claims_in(text: str, language: str | None = None) -> set[str]:
    """Return the words of a text that claim a payment, a consent, an approval or the like, by their beginnings.

    They are those of any language, or of one.
    """
    pattern = _pattern("claims") if language is None else lexicon(language)["injection.claims"]
    return {match[0].casefold()[:6] for match in pattern.finditer(text)}


def without_dictating_verbs(text: str) -> str:
    """Return a text without the verbs that tell a model to write: "confirm that it is paid" claims that it is paid."""
    return _pattern("dictates").sub(lambda match: match[0].partition(" ")[2], text)


def tells_model(text: str, language: str) -> bool:
    """Tell whether a text in a language tells of what is said to a model: "a note asks AI assistants to ..."."""
    known = lexicon(language)
    return any(
        known["injection.tells"].search(text, max(0, model.start() - _TELLING_CHARS), model.end() + _TELLING_CHARS)
        for model in known["injection.models"].finditer(text)
    )


def dictates_model(text: str) -> bool:
    """Tell whether a text for a model names one, in any language, in what it wants to be written."""
    words_to_model = _pattern("to_model")
    dictated = _pattern("dictates").search(text) or words_to_model.search(text)
    rest = words_to_model.sub(" ", text[dictated.end() if dictated else 0 :])
    return bool(_pattern("models").search(rest))


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
