"""What a question means after earlier ones: "And in the second year?" asks what was asked before, of another year."""

import functools
import re
from collections.abc import Sequence

from core.text.lexicon import WORD_ENDS, by_language, either, joined, whole
from core.text.names import find_names
from core.text.same_words import content_words, telling_words
from core.text.wishes import COURTESIES, read_act

_DATA = by_language("questions")["en"]
_BEFORE = rf"(?:{joined(_DATA['prepositions'])}\s{{1,3}})?"
_ASKING = rf"{_BEFORE}{joined([*_DATA['words'], *_DATA['moment_words']])}(?!\w)"
_LEAD = either(_DATA["leads"], r"\A[\s¿]{0,3}", r"[\s,:]{1,3}")
_ASKS = either([_ASKING], r"\A[\s¿]{0,3}")
_POINTS = whole(_DATA["pronouns"])
_PREPOSITION = either(_DATA["prepositions"], r"\A", WORD_ENDS)
_MAX_SHORT_WORDS, _MAX_POINTING_WORDS = 3, 3


def read_after(question: str, earlier: Sequence[str]) -> str:
    """Return what a question means after earlier ones, the oldest first; one that stands by itself stays.

    It begins with a capital: what compares meanings would tell a question from the same one in small letters.
    """
    asked = [said for said in earlier if read_act(said) not in COURTESIES]
    return functools.reduce(_following, map(capitalized, [*asked, question]))


def capitalized(question: str) -> str:
    """Return a question with a capital at its beginning."""
    begin = next((place for place, char in enumerate(question) if char.isalpha()), 0)
    return f"{question[:begin]}{question[begin : begin + 1].upper()}{question[begin + 1 :]}"


def points_elsewhere(question: str) -> bool:
    """Tell whether a question in the middle of a message is about what was said before: "And what does that cost?".

    It points to something, with next to no other word that says what it is about.
    """
    words = telling_words(question)
    return not words or (_POINTS.search(question) is not None and len(words) <= _MAX_POINTING_WORDS)


def _following(before: str, question: str) -> str:
    lead = _LEAD.match(question)
    rest = question[lead.end() :] if lead else question
    if not (lead or len(rest.split()) <= _MAX_SHORT_WORDS or points_elsewhere(rest)):
        return question
    before, named = before.rstrip("?!. "), rest.rstrip("?!. ")
    if not _ASKS.match(rest):
        return f"{_exchanged(before, named)}?"
    says_enough = not points_elsewhere(rest) and len(telling_words(rest)) > 1
    return capitalized(rest if says_enough else f"{named} {' '.join(content_words(before))}?")


def _exchanged(before: str, named: str) -> str:
    """Return an earlier question with what a follow-up names in place of the like of it, or of its last words.

    "And in Paris?" takes the place of "in Lyon", "And Ann?" of "Bob"; what is like nothing there is added.
    """
    if preposition := _PREPOSITION.match(named):
        same = [match.start() for match in re.finditer(rf"(?i)(?<!\w){re.escape(preposition[0])}(?!\w)", before)]
        return f"{before[: same[-1]] if same and same[-1] else f'{before} '}{named}"
    names = find_names(before[:1].lower() + before[1:]) if find_names(f"that {named}") else ()
    if names:
        begin, end = before.find(names[0]), before.rfind(names[-1]) + len(names[-1])
        bare = named.removesuffix("'s").removesuffix("\u2019s")
        return f"{before[:begin]}{bare}{before[end:]}"
    words, content = before.split(" "), {*content_words(before)}
    while len(words) > 1 and words[-1] in content:
        words.pop()
    return " ".join([*words, named])
