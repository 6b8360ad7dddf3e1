"""Gaps: `[[question]]` in a draft, for what only the person knows. What stands in one is no part of what they say."""

import re

from core.drafts import Gap

_GAP = re.compile(r"\[\[([^\[\]\n]{1,300}+)\]\]")
# A person may have written more into one.
_ANY_GAP = re.compile(r"\[\[[^\[\]]*+\]\]")
_MAX_QUESTION_CHARS = 200


def gap(question: str) -> str:
    """Return the mark for a question, in one line and without brackets of its own; a long one is cut at a word."""
    line = " ".join(question.translate({ord("["): " ", ord("]"): " "}).split())
    return f"[[{cut_at_word(line, _MAX_QUESTION_CHARS)}]]"


def cut_at_word(line: str, most_chars: int) -> str:
    """Return a line of at most that many characters, with an ellipsis in place of the words that do not fit."""
    if len(line) <= most_chars:
        return line
    cut = line[: most_chars - 2]
    return (cut.rpartition(" ")[0] or cut).rstrip(" ,;:(") + " …"


def find_gaps(text: str, source: str = "") -> tuple[Gap, ...]:
    """Return the gaps of a draft in order; brackets that the source itself holds are none."""
    found = (Gap(place=match[0], question=match[1].strip()) for match in _GAP.finditer(text))
    return tuple(one for one in found if one.place not in source)


def has_gap(text: str) -> bool:
    """Whether something is still asked of the person."""
    return _ANY_GAP.search(text) is not None


def without_gaps(text: str) -> str:
    """Return the text with a blank in place of each gap."""
    return _ANY_GAP.sub(" ", text)
