"""Which earlier sentence another answers, accepts, refuses or corrects: what speaks for each."""

import math
from collections.abc import Iterator, Mapping, Sequence
from operator import mul

from core.text.statements import Statement
from core.writing.roles.features import Vector, differs, tokens_of

# So far back the earlier sentence is looked for.
FARTHEST = 25
_PAIRS = (
    ("answer", "question"), ("assent", "request"), ("assent", "proposal"), ("assent", "decision"),
    ("refusal", "request"), ("refusal", "proposal"), ("refusal", "decision"), ("correction", "decision"),
    ("correction", "commitment"), ("correction", "outcome"), ("correction", "proposal"), ("answer", "open"),
    ("assent", "question"), ("refusal", "question"),
)  # fmt: skip
_DISTANCES = (1, 2, 3, 5, 8)


def link_rows(
    place: int, statements: Sequence[Statement], scores: Sequence[Mapping[str, float]], vectors: Sequence[Vector]
) -> Iterator[list[float]]:
    """Yield for each earlier sentence that is near enough the inputs of the link head, the farthest first."""
    one, score = statements[place], scores[place]
    values, names = one.values, {word.casefold() for word in tokens_of(one.raw)}
    for at in range(max(0, place - FARTHEST), place):
        two, other = statements[at], scores[at]
        theirs, common = two.values, len(one.stems & two.stems)
        shared = theirs.keys() & values.keys()
        is_other = one.speaker != two.speaker
        is_last_asked = two.asks and is_other and not any(three.asks for three in statements[at + 1 : place])
        yield [
            10 * sum(map(mul, vectors[place], vectors[at])) if vectors else 0.0,
            min(common, 3), common / (len(one.stems) or 1), math.log(place - at),
            *(float(place - at <= limit) for limit in _DISTANCES),
            *map(float, (
                one.turn == two.turn, one.turn == two.turn + 1, is_other, two.asks, is_last_asked,
                differs(theirs, values),
                any(theirs[kind] & values[kind] for kind in shared),
                any(word.casefold() in names for word in two.speaker.split()),
            )),
            other["key_1"] + other["key_2"] + other["key_3"], other["social"], other["none"],
            *(3 * score[this] * other[that] for this, that in _PAIRS),
            score["correction"] * bool(shared),
        ]  # fmt: skip
