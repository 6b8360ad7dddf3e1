"""Copying: a reply that repeats the mail it answers, a rewrite that changes nothing."""

import re
from collections.abc import Iterator

from core.drafts import Finding
from core.writing.checks.gaps import without_gaps
from core.writing.checks.grounds import Grounds

_WORD = re.compile(r"[\w'\u2019]++")
# A run this long is not a reference to what was said any more.
_ECHO_WORDS = 9
_OPENING_WORDS, _OPENING_SHARE = 12, 0.9


def longest_shared_run(text: str, source: str, least_words: int) -> str:
    """Return the first run of at least `least_words` words of `text` that stands in `source`, at its full length."""
    ours = [word.casefold() for word in _WORD.findall(text)]
    theirs = [word.casefold() for word in _WORD.findall(source)]
    runs = {tuple(theirs[at : at + least_words]) for at in range(len(theirs) - least_words + 1)}
    for at in range(len(ours) - least_words + 1):
        if tuple(ours[at : at + least_words]) in runs:
            end = at + least_words
            while end < len(ours) and tuple(ours[end - least_words + 1 : end + 1]) in runs:
                end += 1
            return " ".join(ours[at:end])
    return ""


def find_echo(grounds: Grounds, text: str) -> Iterator[Finding]:
    """Yield a finding when the draft repeats a long run of what somebody else wrote."""
    answered = grounds.source if grounds.foreign_words else ""
    run = longest_shared_run(without_gaps(text), answered, _ECHO_WORDS)
    if run:
        sentence = f"The draft repeats the text that it answers: “{run[:120]}”."
        yield Finding(check="echo", severity="repair", place=run, sentence=sentence)


def find_unchanged(grounds: Grounds, text: str) -> Iterator[Finding]:
    """Yield a finding when the draft is its source, word for word."""
    if _WORD.findall(text.casefold()) == _WORD.findall(grounds.source.casefold()):
        yield Finding(check="unchanged", severity="repair", sentence="The draft says the same words as its source.")


def find_mere_opening(grounds: Grounds, text: str) -> Iterator[Finding]:
    """Yield a finding when the draft is only the first words of its source, passed off as its sum."""
    ours = [word.casefold() for word in _WORD.findall(text)]
    opening = [word.casefold() for word in _WORD.findall(grounds.source[: 4 * len(text) + 200])][: len(ours)]
    same = sum(1 for one, other in zip(ours, opening, strict=False) if one == other)
    if len(ours) >= _OPENING_WORDS and same >= _OPENING_SHARE * len(ours):
        yield Finding(check="opening", severity="repair", sentence="The draft only repeats how its source begins.")
