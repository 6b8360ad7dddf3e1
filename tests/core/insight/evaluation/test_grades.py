"""Grades of readers: which are grades, how they are counted, and the bar of the benchmark that reads them."""

import pytest

from core.errors import InputError
from core.insight.evaluation.grades import LETTERS, GradeCounts, Grading, Readings, grade_of, joint_grade, load_rubric


def grading(grade: str, second: str = "", recipe: str = "reply") -> Grading:
    return Grading("1", recipe, "en", "inlaid", grade, second=second)


def test_the_rubric_tells_of_each_grade() -> None:
    rubric = load_rubric()
    assert "".join(grade.letter for grade in rubric.grades) == LETTERS
    assert all(grade.name and grade.meaning for grade in rubric.grades)
    assert rubric.question
    assert rubric.notes


@pytest.mark.parametrize(("written", "letter"), [("A", "A"), (" h ", "H"), ("", ""), ("  ", "")])
def test_a_grade_is_read_as_it_was_written(written: str, letter: str) -> None:
    assert grade_of(written, "sheet.csv:2") == letter


@pytest.mark.parametrize("written", ["D", "AB", "1", "good", "ABCH"])
def test_what_is_no_grade_is_named_with_its_place(written: str) -> None:
    with pytest.raises(InputError, match=r"sheet\.csv:2") as told:
        grade_of(written, "sheet.csv:2")
    assert "A, B, C and H" in told.value.fix


def test_shares_have_wilsons_interval() -> None:
    counts = GradeCounts.of("A" * 40 + "B" * 22 + "C" * 37 + "H")
    assert (counts.n, counts.used.value, counts.harmful.value) == (100, 0.62, 0.01)
    low, high = counts.used.low, counts.used.high
    assert low == pytest.approx(0.5221, abs=1e-3)
    assert high == pytest.approx(0.7090, abs=1e-3)
    assert GradeCounts().used.value is None


def test_readers_are_joined_by_their_majority_and_by_the_worse_of_a_draw() -> None:
    assert joint_grade(["A", "A", "H"]) == "A"
    assert joint_grade(["A", "C"]) == "C"
    assert joint_grade(["", "B"]) == "B"
    assert joint_grade(["", ""]) == ""


def test_what_was_not_graded_counts_apart_and_a_second_reading_tells_the_agreement() -> None:
    found = Readings("1 person", (grading("A", "A"), grading("C", "A"), grading(""), grading("B", recipe="title")))
    assert found.ungraded == 1
    assert (found.agreement.value, found.agreement.n) == (0.5, 2)
    assert {name: counts.n for name, counts in found.counts_by(lambda one: one.recipe).items()} == {
        "reply": 2,
        "title": 1,
    }
