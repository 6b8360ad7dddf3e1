"""How grave a matter is, where it stands in a list, and what decisions teach about others of its kind."""

from collections import Counter
from collections.abc import Mapping, Sequence
from math import log2

from core.signals.merging import Matter, likeness, shared_words
from core.signals.model import TREND_WEEKS, WEEK_SECONDS
from core.text.catalogues import N_

# Cosines of the embedded model lie above it: what is nearer than this begins to be alike.
ALIKE = 0.86
GRAVE_KINDS = N_({"risk": "a risk", "complaint": "a complaint", "duty": "a duty", "deadline": "a deadline"})
OFTEN, MAX_SEVERITY = 3, 3
TREND_SECONDS = TREND_WEEKS * WEEK_SECONDS


def severity_of(kind: str, *, items: int, has_value: bool) -> tuple[int, tuple[str, ...]]:
    """Return how grave a matter is, 1 to 3, and why.

    Args:
        kind: of the signal.
        items: how many items hold it.
        has_value: whether a quote names an amount of money or a date.
    """
    reasons = [GRAVE_KINDS[kind]] if kind in GRAVE_KINDS else []
    if has_value:
        reasons.append(N_("names an amount or a date"))
    if items >= OFTEN:
        reasons.append(N_(f"said in {items} places"))
    return min(MAX_SEVERITY, 1 + len(reasons)), tuple(reasons)


def rank_of(severity: int, *, items: int, preference: float, age_seconds: float) -> float:
    """Return where a signal stands in a list, higher first: what is grave, often said, wanted and recent."""
    return severity + log2(1 + items) / 2 + preference - min(1.0, age_seconds / WEEK_SECONDS / TREND_WEEKS)


def learnt(matters: Mapping[str, Matter], states: Mapping[str, str]) -> dict[str, float]:
    """Return how much more each open signal is like a confirmed one than like a dismissed one, -1 to 1.

    What is done mattered, as what is confirmed does.

    Args:
        matters: signals of one kind, by id.
        states: of the same.
    """
    wanted = [matters[signal_id] for signal_id, state in states.items() if state not in ("open", "dismissed")]
    dismissed = [matters[signal_id] for signal_id, state in states.items() if state == "dismissed"]
    return {
        signal_id: _nearness(matters[signal_id], wanted) - _nearness(matters[signal_id], dismissed)
        for signal_id, state in states.items()
        if state == "open"
    }


def trend_of(times: Sequence[float], at: float) -> tuple[int, ...]:
    """Return how many of the times lie in each of the last weeks, the oldest week first."""
    ages = Counter(int((at - moment) // WEEK_SECONDS) for moment in times)
    return tuple(ages[week] for week in reversed(range(TREND_WEEKS)))


def _nearness(one: Matter, others: Sequence[Matter]) -> float:
    """Return how near a matter is to the nearest of others, by meaning or by words."""
    meanings = (max(0.0, (likeness(one.vector, other.vector) - ALIKE) / (1 - ALIKE)) for other in others)
    return max((*meanings, *(shared_words(one, other) for other in others)), default=0.0)
