"""Grades of readers: which are grades, how they are counted, and the bar of the benchmark that reads them."""

from pathlib import Path

import pytest

from benchmarks.reading import KEYS, groups, read_sheets
from core.errors import InputError
from core.insight.evaluation.grades import LETTERS, GradeCounts, Grading, Readings, grade_of, joint_grade, load_rubric


def grading(grade: str, second: str = "", recipe: str = "reply") -> Grading:
    return Grading("1", recipe, "en", "inlaid", grade, second=second)


def test_the_rubric_tells_of_each_grade() -> None:
    rubric = load_rubric()
    assert "".join(one.letter for one in rubric.grades) == LETTERS
    assert all(one.name and one.meaning for one in rubric.grades)
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


HEAD = "id,recipe,language,lane,system,output,grade,reason\n"


def test_the_benchmark_holds_graded_sheets_against_the_bar(tmp_path: Path) -> None:
    rows = [f"{at},scan,de,grounded,inlaid,x,{'A' if at < 70 else 'H' if at > 97 else 'C'},\n" for at in range(100)]
    (tmp_path / "a.csv").write_text(HEAD + "".join(rows))
    (tmp_path / "b.csv").write_text(HEAD + "1,reply,en,grounded,inlaid,x,A,\n2,reply,en,grounded,inlaid,x,H,\n")
    (tmp_path / "c.csv").write_text(HEAD + "1,reply,en,grounded,inlaid,x,,not read yet\n")
    read = read_sheets(sorted(tmp_path.glob("*.csv")))
    found = {one.name: one for one in groups(read, KEYS["lane and recipe"])}
    assert found["grounded / scan"].misses == []
    assert found["grounded / scan"].counts.n == 100
    assert found["grounded / reply"].misses == ["A+B 50% < 70%", "H 1 > 0"]


def test_a_row_that_stands_twice_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(HEAD + 2 * "1,reply,en,grounded,inlaid,x,A,\n")
    with pytest.raises(SystemExit, match="twice"):
        read_sheets([tmp_path / "a.csv"])
