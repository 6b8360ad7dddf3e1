"""What a person changed in a draft: how much of it, and which kinds of change. Pure.

The kinds are for the report and for learning, so each is decided by a rule that can be explained.
"""

import re
from collections.abc import Callable

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from core.drafts import Draft
from core.text.facts import extract_facts
from core.text.names import find_names, folded_words, known_name
from core.text.sentences import split_paragraphs, split_sentences

KINDS = (
    "facts", "names", "tone", "length", "structure", "deleted_sentence", "added_sentence", "wording", "punctuation",
)  # fmt: skip
MAX_CHARS = 20_000
_SAME_SENTENCE = 60
_LENGTH_CHANGE = 0.15
_LIST_LINE = re.compile(r"(?m)^[^\S\n]*+(?:[-*•]|\d{1,3}[.)])\s")
_EMOJI = re.compile("[\U0001f300-\U0001faff\u2600-\u27bf]|:[a-z_]{2,20}:")
_CONTRACTION = re.compile(r"(?i)\b\w+['\u2019](?:s|re|ve|ll|d|t|m)\b")
_COURTESY = re.compile(
    r"(?i)\b(?:please|kindly|thanks?|thank you|sorry|apologi[sz]e|appreciate|hope|happy|glad|feel free|hi|hello|hey"
    r"|dear|cheers|regards|sincerely|best|warm(?:ly)?|great|bitte|danke|gerne|hallo|liebe[rn]?|gr(?:ü|ue)(?:ß|ss)en?"
    r"|merci|bonjour|cordialement|gracias|hola|saludos)\b"
)
_MARKS = re.compile(r"[^\w\s]|\s+")


def shown_text(draft: Draft) -> str:
    """Return what the person saw: the text, or the items or changed paragraphs line by line."""
    lines = [*(item.text for item in draft.items or ()), *(edit.text for edit in draft.edits or () if edit.text)]
    return draft.text or "\n".join(lines)


def edit_distance(before: str, after: str) -> float:
    """Return how much of the text was changed: 0 nothing, 1 all."""
    return round(Levenshtein.normalized_distance(before, after), 4)


def edit_kinds(before: str, after: str) -> tuple[str, ...]:
    """Return the kinds of change between a draft and what was used, in the order of `KINDS`.

    Args:
        before: the draft.
        after: the text that was used; of both only the first `MAX_CHARS` are looked at.
    """
    before, after = before[:MAX_CHARS].strip(), after[:MAX_CHARS].strip()
    if before == after:
        return ()
    found = [kind for kind, is_so in _RULES.items() if is_so(before, after)]
    if not found:
        found = ["punctuation" if _words(before) == _words(after) else "wording"]
    return tuple(kind for kind in KINDS if kind in found)


def _words(text: str) -> str:
    return _MARKS.sub("", text).casefold()


def _changes_facts(before: str, after: str) -> bool:
    old, new = extract_facts(before), extract_facts(after)
    return bool(old.missing_from(new) or new.missing_from(old))


def _changes_names(before: str, after: str) -> bool:
    return _has_other_names(before, after) or _has_other_names(after, before)


def _has_other_names(text: str, other: str) -> bool:
    known = folded_words(other)
    return any(not known_name(name, known) for name in find_names(text))


def _changes_tone(before: str, after: str) -> bool:
    return any(_count(before) != _count(after) for _count in _TONE)


_TONE: tuple[Callable[[str], object], ...] = (
    lambda text: text.count("!"),
    lambda text: len(_EMOJI.findall(text)),
    lambda text: len(_CONTRACTION.findall(text)),
    lambda text: sorted(word.casefold() for word in _COURTESY.findall(text)),
)


def _changes_length(before: str, after: str) -> bool:
    return abs(len(after) - len(before)) >= _LENGTH_CHANGE * max(len(before), 1)


def _changes_structure(before: str, after: str) -> bool:
    if len(split_paragraphs(before)) != len(split_paragraphs(after)):
        return True
    if len(_LIST_LINE.findall(before)) != len(_LIST_LINE.findall(after)):
        return True
    old, new = split_sentences(before), split_sentences(after)
    return old != new and sorted(old) == sorted(new)


def missing_sentences(text: str, other: str) -> list[str]:
    """Return the sentences of a text that the other has neither as they are nor reworded."""
    there = split_sentences(other)
    known = set(there)
    return [
        sentence
        for sentence in split_sentences(text)
        if sentence not in known and not any(fuzz.ratio(sentence, one) >= _SAME_SENTENCE for one in there)
    ]


_RULES: dict[str, Callable[[str, str], bool]] = {
    "facts": _changes_facts,
    "names": _changes_names,
    "tone": _changes_tone,
    "length": _changes_length,
    "structure": _changes_structure,
    "deleted_sentence": lambda before, after: bool(missing_sentences(before, after)),
    "added_sentence": lambda before, after: bool(missing_sentences(after, before)),
}
