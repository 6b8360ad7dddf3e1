"""Grades that a reader gives: what they mean, how often each was given, and how sure that is. Pure.

The words are those of `rubric.toml`, which people and judging models read alike.
"""

import functools
import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from core.errors import InputError
from core.insight.report.figures import Estimate, share

LETTERS = "ABCH"
# Below so many readings an interval is too wide to conclude from.
FEW = 30
_RUBRIC = Path(__file__).with_name("rubric.toml")


@dataclass(frozen=True)
class Grade:
    """One grade: its letter, what it is called, and when it is given."""

    letter: str
    name: str
    meaning: str


@dataclass(frozen=True)
class Rubric:
    """What a reader is told."""

    question: str
    grades: tuple[Grade, ...]
    notes: tuple[str, ...]


@functools.cache
def load_rubric() -> Rubric:
    """Return the rubric."""
    data = tomllib.loads(_RUBRIC.read_text(encoding="utf-8"))
    return Rubric(data["question"], tuple(Grade(**grade) for grade in data["grades"]), tuple(data["notes"]))


def grade_of(written: str, place: str) -> str:
    """Return the letter of a grade as a reader wrote it, "" for none.

    Args:
        written: a letter, in small or large.
        place: where it stands, for the message.

    Raises:
        InputError: it is no grade.
    """
    letter = written.strip().upper()
    if letter and (len(letter) > 1 or letter not in LETTERS):
        raise InputError(f"{place}: “{written.strip()[:20]}” is no grade.", fix="Grades are A, B, C and H.")
    return letter


@dataclass(frozen=True)
class Grading:
    """What was made of one output. `grade` is "" for one that nobody graded; `second` that of another reading."""

    item: str
    recipe: str
    language: str
    system: str
    grade: str
    reason: str = ""
    second: str = ""


@dataclass(frozen=True)
class Readings:
    """All grades of an evaluation; `by` says whose they are, such as "1 person"."""

    by: str
    gradings: tuple[Grading, ...]

    @property
    def ungraded(self) -> int:
        """How many outputs nobody graded, or a model without an answer that can be read."""
        return sum(not grading.grade for grading in self.gradings)

    @property
    def agreement(self) -> Estimate:
        """How often a second reading gave the same grade."""
        twice = [grading for grading in self.gradings if grading.grade and grading.second]
        return share(sum(grading.grade == grading.second for grading in twice), len(twice))

    def counts_by(self, key: Callable[[Grading], str]) -> dict[str, "GradeCounts"]:
        """Return the counts by what `key` says of each grading, in the order in which that comes first."""
        groups: dict[str, list[str]] = {}
        for grading in self.gradings:
            if grading.grade:
                groups.setdefault(key(grading), []).append(grading.grade)
        return {name: GradeCounts.of(letters) for name, letters in groups.items()}


@dataclass(frozen=True)
class GradeCounts:
    """How often each grade was given."""

    a: int = 0
    b: int = 0
    c: int = 0
    h: int = 0

    @classmethod
    def of(cls, letters: Iterable[str]) -> "GradeCounts":
        """Count letters; what is no grade does not count."""
        found = Counter(letters)
        return cls(*(found[letter] for letter in LETTERS))

    @property
    def n(self) -> int:
        """How many were graded."""
        return self.a + self.b + self.c + self.h

    @property
    def used(self) -> Estimate:
        """The share that is used as is or after light edits (A and B), with Wilson's interval."""
        return share(self.a + self.b, self.n)

    @property
    def harmful(self) -> Estimate:
        """The share that is harmful, with Wilson's interval."""
        return share(self.h, self.n)


def joint_grade(letters: Sequence[str]) -> str:
    """Return the grade that most readers gave; of equally many the worse one."""
    found = Counter(letter for letter in letters if letter)
    return max(found, key=lambda letter: (found[letter], LETTERS.index(letter)), default="")
