"""What the classifier of sentence roles reads off a text: vectors, hashed words, and flags of place and facts."""

import math
import re
import zlib
from collections.abc import Iterator, Sequence
from itertools import pairwise
from operator import mul

from core.text.statements import Statement, Values

BUCKETS = 4096
# So far back a sentence of the same matter is looked for, and how near two sentences are in general.
_LOOKED_BACK, _USUAL_NEARNESS, _USUAL_SPREAD = 25, 0.85, 0.05
# Brings the inputs of all kinds to the same size, so that one penalty fits them.
_SENTENCE, _NEIGHBOUR, _FLAG, _WORDS = 20.0, 10.0, 3.0, 20.0
_TOKEN = re.compile(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)?|\d+|[?!:%\u20ac$\u00a3]")
# Lists of phrases in `conversation.toml`; what each is worth for which role is learnt.
_CUES = (
    "promise", "short_promise", "no_promise", "offer", "assigned", "request", "tell", "permission", "who_asked",
    "assent", "settled", "decision", "proposal", "change", "cancel", "correction", "refusal", "dispute", "open",
    "done", "outcome", "pointing", "courtesy",
)  # fmt: skip
_CHARS, _MIN_WORD_CHARS = 4, 5
_FEW_WORDS, _SOME_WORDS, _MANY_WORDS, _PAIR = 3, 6, 25, 2

Vector = Sequence[float]
Row = tuple[list[float], dict[int, float]]


def rows_of(statements: Sequence[Statement], vectors: Sequence[Vector]) -> Iterator[Row]:
    """Yield the inputs of each sentence: what all have, and those hashed words that it holds, by their place.

    With vectors there are those of the sentence and of its neighbours, and how near it is to what stands before it.
    """
    nothing = [0.0] * (len(vectors[0]) if vectors else 0)
    for at, flags in enumerate(flags_of(statements)):
        dense = [_FLAG * value for value in flags]
        if vectors:
            before = vectors[at - 1] if at else nothing
            after = vectors[at + 1] if at + 1 < len(vectors) else nothing
            dense += [
                *(_SENTENCE * value for value in vectors[at]),
                *(_NEIGHBOUR * value for value in before),
                *(_NEIGHBOUR * value for value in after),
                *_nearness(at, statements, vectors),
            ]
        buckets = buckets_of(statements[at].raw, statements[at - 1].raw if at else "")
        share = _WORDS / math.sqrt(len(buckets) or 1)
        yield dense, dict.fromkeys(buckets, share)


def _nearness(at: int, statements: Sequence[Statement], vectors: Sequence[Vector]) -> tuple[float, float, float]:
    """Return how near the nearest earlier sentence is, and the nearest with another value of the same kind."""
    first = max(0, at - _LOOKED_BACK)
    near = [sum(map(mul, vectors[at], vectors[place])) for place in range(first, at)]
    values = statements[at].values
    differing = (
        [near[place - first] for place in range(first, at) if differs(values, statements[place].values)]
        if values
        else []
    )
    spread = _FLAG / _USUAL_SPREAD
    return (
        spread * (max(near, default=_USUAL_NEARNESS) - _USUAL_NEARNESS),
        _FLAG * bool(differing),
        spread * (max(differing, default=_USUAL_NEARNESS) - _USUAL_NEARNESS),
    )


def differs(values: Values, others: Values) -> bool:
    """Tell whether two sentences give different values of one kind."""
    return any(not values[kind] & others[kind] for kind in values.keys() & others.keys())


def tokens_of(text: str) -> list[str]:
    """Return the words of a text in small letters; each number is one sign."""
    return ["0" if token.isdigit() else token for token in _TOKEN.findall(text.casefold().replace("\u2019", "'"))]


def buckets_of(text: str, before: str) -> list[int]:
    """Return the places of a sentence's words, pairs and beginnings of words, and of those around the last break."""
    tokens, last = tokens_of(text), tokens_of(before)
    found = {*tokens, *(f"{token} {following}" for token, following in pairwise(["^", *tokens, "$"]))}
    found |= {f"#{token[:_CHARS]}" for token in tokens if len(token) >= _MIN_WORD_CHARS}
    found |= {f"#{token[-_CHARS:]}$" for token in tokens if len(token) >= _MIN_WORD_CHARS}
    found |= {f"<{token}" for token in (*last[:2], *last[-2:])}
    return sorted({zlib.crc32(feature.encode("utf-8", "replace")) % BUCKETS for feature in found})


def flags_of(statements: Sequence[Statement]) -> list[list[float]]:
    """Return for each sentence what its place, its speaker and its facts say."""
    speakers = {statement.speaker for statement in statements if statement.speaker}
    names = {word.casefold(): speaker for speaker in speakers for word in speaker.split() if len(word) > _PAIR}
    known: dict[str, set[str]] = {}
    found: list[list[float]] = []
    for at, statement in enumerate(statements):
        before = statements[at - 1] if at else None
        after = statements[at + 1] if at + 1 < len(statements) else None
        values = statement.values
        changes = any(group in known and not readings & known[group] for group, readings in values.items())
        repeats = any(group in known and bool(readings & known[group]) for group, readings in values.items())
        for group, readings in values.items():
            known.setdefault(group, set()).update(readings)
        words = tokens_of(statement.raw)
        called = [names[word] for word in words if word in names and names[word] != statement.speaker]
        cues = [float(statement.has(cue)) for cue in _CUES]
        found.append([float(flag) for flag in (
            statement.asks, statement.text.endswith("!"), statement.text.endswith(":"),
            statement.raw[:1].islower(), statement.is_listed,
            not before or before.turn != statement.turn, not after or after.turn != statement.turn,
            statement.turn == 0, statement.turn == statements[-1].turn, at == 0, after is None,
            bool(before and before.asks), bool(before and before.asks and before.turn != statement.turn),
            bool(before and before.turn == statement.turn), bool(after and after.asks),
            bool(after and after.turn == statement.turn),
            len(words) <= _FEW_WORDS, len(words) <= _SOME_WORDS, len(words) >= _MANY_WORDS,
            bool(statement.speaker), len(speakers) == _PAIR, len(speakers) > _PAIR,
            "money" in values, "number" in values, "percent" in values, "day" in values, "time" in values,
            changes, repeats, bool(called), bool(words and words[0] in names and called),
        )] + cues + [at / len(statements), math.log1p(len(words)) / 3])  # fmt: skip
    return found
