"""Passages of a document that name a clause of what was found there, and those that hold a clause which that names.

"12.6 The fee of the second reminder (7.2) is dropped" shares few words with a question about it, and none where that is
in another language; who is shown 7.2 alone is misled.
"""

from collections.abc import Mapping, Sequence

from core.sources.model import Hit, Passage
from core.sources.sharing import numbers_of
from core.text.clause_numbers import clauses_of, named_clauses

# Of the places found the first so many, and of each of their documents so many passages.
FIRST, MAX_LOOKED = 3, 512


def items_to_look_in(rankings: Sequence[Sequence[Hit]]) -> dict[int, range]:
    """Return the passages to read of each item of the first places, by its number; of those that hold clauses alone."""
    first = (hit for hits in rankings for hit in hits[:FIRST])
    return {numbers_of(hit)[0]: range(MAX_LOOKED) for hit in first if clauses_of(hit.text)}


def linked_places(
    hits: Sequence[Hit], passages: Mapping[int, Mapping[int, Passage]], most: int
) -> list[tuple[int, int]]:
    """Return the places that name a clause of the first hits, or hold one that a hit names: item and ordinal.

    What is found anyway is left out; those that belong to the first hit come first, the last of a document before
    others, since what changes a rule stands behind it.
    """
    known, found = {numbers_of(hit) for hit in hits}, dict[tuple[int, int], None]()
    for hit in hits[:FIRST]:
        item = numbers_of(hit)[0]
        own, named = {*clauses_of(hit.text)}, {*named_clauses(hit.text)}
        for ordinal, passage in sorted(passages.get(item, {}).items(), reverse=True):
            text = passage.text
            # Numbers hold no blanks ("§12"), and most passages none of them.
            close = "".join(text.split())
            names = any(number in close for number in own) and not own.isdisjoint(named_clauses(text))
            holds = any(number in close for number in named) and not named.isdisjoint(clauses_of(text))
            if (names or holds) and (item, ordinal) not in known:
                found[item, ordinal] = None
    return [*found][:most]
