"""One figure beside its bar, as measurements print it."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One figure and its bar: the most it may be, or with `is_least` the least."""

    name: str
    value: float
    bar: float | None = None
    is_least: bool = False

    @property
    def is_met(self) -> bool:
        """Whether it is within its bar."""
        if self.bar is None:
            return True
        return self.value >= self.bar if self.is_least else self.value <= self.bar

    def line(self) -> str:
        """Return it for people."""
        if self.bar is None:
            return f"{self.name:58} {self.value:10.3f}"
        sign = ">=" if self.is_least else "<="
        return f"{self.name:58} {self.value:10.3f}  {sign} {self.bar:g}  {'met' if self.is_met else 'NOT met'}"


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value that a share of all are not above."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
