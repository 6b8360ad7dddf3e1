"""The passages of a text: its sentences, and each line of a table or summary by itself."""

import re
from collections.abc import Iterator

from core.text.sentences import split_sentences

# A line break that ends a line of a table or summary; one in a wrapped sentence stands further right.
_LINE_END = re.compile(r"(?m)(?:(?<=\|)|^(?=[^\n]{0,55}$)(?:[^\n]*))\n|\n(?=[^\n.:|]{2,40}(?:[:|]|\t))")


def split_passages(text: str) -> Iterator[str]:
    """Yield the sentences of a text, and each line of a table or summary by itself."""
    for sentence in split_sentences(text):
        begin = 0
        for end in (*(match.end() for match in _LINE_END.finditer(sentence)), len(sentence)):
            if passage := sentence[begin:end].strip():
                yield passage
            begin = end
