"""Labels of a brief with their values: at the beginning of a line, or of a clause within one.

"Customer: Contoso" on a line of its own names itself. Within a line only the names that are asked for count, where a
clause begins with one: "..., price: 300 euros". A value is what stands there up to the next label, or to the end of its
sentence.
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from core.drafts import Item, readable
from core.text.sentences import split_sentences, without_stop

NEAR, MAX_VALUE_CHARS = 85, 400
_MAX_LABEL_CHARS = 60
_LIST_MARKS, _AROUND = " \t>*•-", ".,;:!?()“”„\"'"
_LABEL = re.compile(r"(?:^|[.!?,;]\s)[\s>*•-]*(?P<label>[^\W\d][^:=.,;!?\n]{0,59}?)\s?[:=]")


class Labelled(NamedTuple):
    """A label, the value behind it, and the words that say both."""

    label: str
    value: str
    quote: str


def spoken(name: str) -> str:
    """Return a field's name as a person says it: `customer_name` is "customer name"."""
    return readable(name).replace("-", " ").lower()


def likeness(name: str, other: str) -> float:
    """Return how alike two names are, their words in any order, from 0 to 100."""
    from rapidfuzz.fuzz import token_sort_ratio

    return token_sort_ratio(name, other)


def labelled(text: str, names: Sequence[str] = ()) -> Iterator[Labelled]:
    """Yield each label with its value; within a line those of `names` only."""
    asked = [*map(spoken, names)]
    for line in text.split("\n"):
        labels = [
            found
            for found in _LABEL.finditer(line)
            if any(likeness(spoken(found["label"]), name) >= NEAR for name in asked)
        ]
        is_first = bool(labels) and not line[: labels[0].start("label")].strip(_LIST_MARKS)
        # A line that begins with its only label is its value as a whole.
        if labels and not (is_first and len(labels) == 1 and line[labels[0].end() - 1] == ":"):
            yield from _within(line, labels)
        else:
            yield from _line(line)


def _line(line: str) -> Iterator[Labelled]:
    label, colon, value = line.lstrip(_LIST_MARKS).partition(":")
    label, value = label.rstrip(), value.strip()
    is_name = 0 < len(label) <= _MAX_LABEL_CHARS and (label[0].isalpha() or label[0] == "_")
    if colon and is_name and 0 < len(value) <= MAX_VALUE_CHARS:
        yield Labelled(spoken(label), value, line.strip())


def _within(line: str, labels: Sequence[re.Match[str]]) -> Iterator[Labelled]:
    ends = [*(later.start("label") for later in labels[1:]), len(line)]
    for found, end in zip(labels, ends, strict=True):
        value = without_stop(next(iter(split_sentences(line[found.end() : end])), "").rstrip(" ,;"))
        if 0 < len(value) <= MAX_VALUE_CHARS:
            quote = line[found.start("label") : line.index(value, found.end()) + len(value)]
            yield Labelled(spoken(found["label"]), value, quote)


def chosen_option(label: str, options: Sequence[str], brief: str) -> Item | None:
    """Return the option that stands behind its label in a brief, None where none does, or several do."""
    said = [line for line in labelled(brief, [label]) if likeness(spoken(label), line.label) >= NEAR]
    found = {option: line.quote for option in options for line in said if _plain(option) == _plain(line.value)}
    return Item(text=next(iter(found)), quote=next(iter(found.values())), field=label) if len(found) == 1 else None


def _plain(text: str) -> str:
    return " ".join(word.strip(_AROUND) for word in text.casefold().split())
