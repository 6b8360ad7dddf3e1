"""Who says what: a transcript or chat as turns, with the noise of speech taken out."""

import re
from dataclasses import dataclass

# "Ana: …", "Hefin David AM: …"; at most a few capitalised or numbered words before the colon.
_SPEAKER = re.compile(r"(?m)^[ \t]*(?P<name>[A-Z][\w.'-]*(?: [A-Z0-9(][\w.')-]*){0,4})(?: \[[^\]\n]{1,20}\])?:[ \t]+")
_NOT_SPEAKERS = frozenset(
    {"subject", "re", "fwd", "from", "to", "cc", "date", "sent", "note", "ps", "http", "https", "links", "example"}
)
_LEAST_TURNS = 2
_MARKS = re.compile(r"\{[^{}\n]{0,40}\}|\[(?:inaudible|laughter|crosstalk|noise|music|pause)\]", re.I)
_FILLERS = re.compile(
    r"(?i)(?<![\w'])(?:u[hm]+|e[rh]m?|mm+(?:\s?-\s?hmm?)?|hmm+|you know|i mean|sort of|kind of|you see)(?![\w'])[ ,]*"
)
# A word begun and broken off before it is said ("w want", "th the", "c count"), and a lone consonant.
_BROKEN_WORD = re.compile(
    r"(?<![\w'])([b-hj-z]|[b-z]{1,3}(?= ))\s+(?=\1[a-z]+)|(?<![\w'.])[b-hj-z](?=\s+[a-z])(?![\w'.])\s+"
)
_STUTTER = re.compile(r"(?i)(?<![\w'])((?:[\w']++ ?){1,3}?)(?:[ ,]++\1)+(?![\w'])")
_SPACED_MARK = re.compile(r"(?<!\s)\s++([.,;:!?])(?=\s|$)")
_SPACED_ELISION = re.compile(r"(?i)(\w)\s+'\s?(s|re|ll|ve|d|m|t)(?!\w)")


@dataclass(frozen=True)
class Turn:
    """What one person says without a break; `speaker` is "" in a text that is no transcript."""

    speaker: str
    text: str


def split_turns(text: str) -> list[Turn]:
    """Return the turns of a transcript, or the whole text as one turn without a speaker."""
    marks = [mark for mark in _SPEAKER.finditer(text) if mark["name"].casefold() not in _NOT_SPEAKERS]
    if len(marks) < _LEAST_TURNS:
        return [Turn("", text)]
    turns = [Turn("", text[: marks[0].start()])] if text[: marks[0].start()].strip() else []
    ends = [mark.start() for mark in marks[1:]] + [len(text)]
    return turns + [Turn(mark["name"], text[mark.end() : end].strip()) for mark, end in zip(marks, ends, strict=True)]


def tidy(sentence: str) -> str:
    """Return a spoken sentence without marks, fillers and stutters, its punctuation set as in writing."""
    text = _MARKS.sub(" ", sentence)
    text = _SPACED_ELISION.sub(r"\1'\2", text)
    text = _SPACED_MARK.sub(r"\1", " ".join(text.split()))
    text = _FILLERS.sub("", text)
    text = _BROKEN_WORD.sub("", text)
    text = _STUTTER.sub(r"\1", text)
    text = re.sub(r"([,;:]\s*)+(?=[.?!,;:])", "", text)
    text = " ".join(text.split()).strip(" ,;-")
    return text[:1].upper() + text[1:]
