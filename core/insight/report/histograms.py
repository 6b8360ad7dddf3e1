"""Histograms: what is added up by bucket, and the percentiles that are read from it. Pure.

A percentile is exact to the bucket it falls in and linear within it.
"""

import math
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

# Upper ends. The first bucket of distances holds only drafts that were used without any change.
DISTANCE_ENDS = (0.0, 0.02, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.65, 0.8, 1.0)
SECONDS_ENDS = (
    0.25, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0, 16.0, 24.0, 40.0, 60.0, 120.0, 300.0, 900.0, 3600.0, 86400.0,
)  # fmt: skip
Z = 1.959964


@dataclass(frozen=True)
class Estimate:
    """A figure with the number of cases behind it and its 95 % interval; `value` None without cases."""

    value: float | None
    n: int
    low: float | None = None
    high: float | None = None


NOTHING = Estimate(None, 0)


def bucket_name(prefix: str, ends: Sequence[float], value: float) -> str:
    """Return the name under which a value is counted. What is above the last end counts in the last bucket."""
    return f"{prefix}{min(bisect_left(ends, value), len(ends) - 1)}"


def histogram(counts: Mapping[str, float], prefix: str, ends: Sequence[float]) -> list[int]:
    """Return the number of values in each bucket."""
    return [round(counts.get(f"{prefix}{place}", 0)) for place in range(len(ends))]


def share(part: float, whole: float) -> Estimate:
    """Return a ratio with Wilson's interval, which holds for few cases and near 0 and 1 (Wilson, 1927)."""
    n = round(whole)
    if n <= 0:
        return NOTHING
    p = min(max(part / n, 0.0), 1.0)
    middle = (p + Z * Z / (2 * n)) / (1 + Z * Z / n)
    half = Z / (1 + Z * Z / n) * math.sqrt(p * (1 - p) / n + Z * Z / (4 * n * n))
    return Estimate(p, n, max(0.0, min(middle - half, p)), min(1.0, max(middle + half, p)))


def percentile(buckets: Sequence[int], ends: Sequence[float], part: float) -> Estimate:
    """Return a percentile (0.5 is the median) with the interval from the ranks that chance allows.

    The interval takes the normal approximation of the binomial distribution of ranks (Conover, 1999, section 3.2).
    """
    n = sum(buckets)
    if n == 0:
        return NOTHING
    half = Z * math.sqrt(n * part * (1 - part))
    low, high = (_at_rank(buckets, ends, min(max(n * part + side, 0.0), float(n))) for side in (-half, half))
    return Estimate(_at_rank(buckets, ends, n * part), n, low, high)


def _at_rank(buckets: Sequence[int], ends: Sequence[float], rank: float) -> float:
    seen = 0.0
    for place, count in enumerate(buckets):
        if count and seen + count >= rank:
            start = ends[place - 1] if place else 0.0
            return start + (ends[place] - start) * max(0.0, rank - seen) / count
        seen += count
    return ends[-1]
