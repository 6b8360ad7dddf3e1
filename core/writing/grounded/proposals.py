"""What a rule proposes: a stretch of a text, what should stand there, and why."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

Put = str | Callable[[re.Match[str]], str]


@dataclass(frozen=True)
class Proposal:
    """A stretch of the text and what should stand there. `why` is for the person."""

    start: int
    end: int
    text: str
    why: str


@dataclass(frozen=True)
class Rule:
    """A pattern and its correction: a template for `expand`, or a function that returns "" to leave the text alone."""

    find: re.Pattern[str]
    put: Put
    why: str

    def proposals(self, text: str) -> Iterator[Proposal]:
        """Give the corrections for a text, each as small as it can be."""
        for match in self.find.finditer(text):
            new = match.expand(self.put) if isinstance(self.put, str) else self.put(match)
            if new and new != match[0]:
                yield narrowed(match.start(), match[0], new, self.why)


def narrowed(start: int, old: str, new: str, why: str) -> Proposal:
    """Return the proposal for the differing words alone, so that corrections side by side do not exclude each other."""
    begin = 0
    while begin < min(len(old), len(new)) and old[begin] == new[begin]:
        begin += 1
    end = 0
    while end < min(len(old), len(new)) - begin and old[-1 - end] == new[-1 - end]:
        end += 1
    while begin and (old[begin - 1].isalnum() or old[begin - 1] in "'\u2019"):
        begin -= 1
    while end and (old[len(old) - end].isalnum() or old[len(old) - end] in "'\u2019"):
        end -= 1
    return Proposal(start + begin, start + len(old) - end, new[begin : len(new) - end], why)


def cased(new: str, old: str) -> str:
    """Return a word with the first letter in the case of the word that it replaces."""
    return new[:1].upper() + new[1:] if old[:1].isupper() else new
