"""What the processes of a soak hold, and whether that grows."""

import statistics
from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress

import psutil

from benchmarks.figure import Figure

# Before it, memory still grows to what the work needs.
WARM_UP_SHARE = 0.25


def held_bytes(process: psutil.Process) -> int:
    """Return the resident memory of a process and all below it; a part that is just ending holds nothing."""
    held = 0
    for part in _family(process):
        with suppress(psutil.NoSuchProcess):
            held += int(part.memory_info().rss)
    return held


def _family(process: psutil.Process) -> list[psutil.Process]:
    with suppress(psutil.NoSuchProcess):
        return [process, *process.children(recursive=True)]
    return []


def grown_percent(samples: list[float]) -> float:
    """Return by how many percent the last third of some samples is above the first, after the warm-up."""
    warm = samples[int(len(samples) * WARM_UP_SHARE) :]
    third = max(1, len(warm) // 3)
    first, last = statistics.median(warm[:third]), statistics.median(warm[-third:])
    return 100 * (last - first) / first


def slope_per_hour(times: Sequence[float], values: Sequence[float]) -> float:
    """Return by how much values rise in an hour, by the straight line that lies closest, after the warm-up."""
    warm = int(len(values) * WARM_UP_SHARE)
    return 3600 * statistics.linear_regression(times[warm : len(values)], values[warm:]).slope


def memory_figures(samples: list[dict[str, float]], times: Sequence[float]) -> list[Figure]:
    """Return what each part held in the median, and how much all of ours have grown; the broker has a limit."""
    parts: defaultdict[str, list[float]] = defaultdict(list)
    for sample in samples:
        for name, value in sample.items():
            parts[name].append(value)
    figures = [Figure(f"memory of {name}, median MB", statistics.median(held)) for name, held in sorted(parts.items())]
    figures += [Figure("memory of valkey, most MB (its limit is 128)", max(parts.get("valkey", [0.0])))]
    ours = [sum(value for name, value in sample.items() if name != "valkey") for sample in samples]
    steady = [name for name in ("web", "second worker") if name in parts]
    figures += [Figure(f"growth of {name}, which nothing ends, percent", grown_percent(parts[name])) for name in steady]
    figures += [Figure("slope of all but the broker, MB an hour", slope_per_hour(times, ours))]
    return [*figures, Figure("growth of all but the broker, percent", grown_percent(ours), 5.0)]
