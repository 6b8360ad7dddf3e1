"""A correction counts as right where it brings a marked fault nearer to what its writer says is right."""

import json
from pathlib import Path

import pytest

from benchmarks.proofreading import count_marked, fault_of, is_remarked, nearness
from core.writing.grounded.grammar import Correction

TEXT = "We checked them with with a tape."


@pytest.mark.parametrize(
    ("start", "end", "new", "expected"),
    [
        (16, 25, "with", "exact"),
        # A half and nothing but a deletion.
        (16, 25, "the with", ""),
        (11, 15, "", ""),
        # Another place, and the same place made worse.
        (0, 2, "They", ""),
        (16, 25, "width", ""),
    ],
)
def test_a_correction_is_compared_with_the_marked_fault(start: int, end: int, new: str, expected: str) -> None:
    fault = fault_of(TEXT, ["them with with a", "them with a"])
    assert nearness(TEXT, Correction(start, end, new, ""), fault) == expected


@pytest.mark.parametrize(("start", "end", "expected"), [(27, 32, True), (3, 8, False), (22, 26, False)])
def test_a_remark_counts_where_the_fault_stands_and_not_where_the_same_words_do(
    start: int, end: int, expected: bool
) -> None:
    text = "It brake. You must brake it brake down."
    assert is_remarked(Correction(start, end, "", ""), fault_of(text, ["it brake down", "it broke down"])) is expected


def test_words_that_stand_twice_mark_no_place_and_words_elsewhere_none() -> None:
    with pytest.raises(ValueError, match="once"):
        fault_of("a b a", ["a", "c"])
    with pytest.raises(ValueError, match="not stand there"):
        fault_of("a b a", {"wrong": "a", "offset": 2, "right": ["c"]})


def test_any_of_several_right_forms_is_right_at_its_place() -> None:
    fault = fault_of("a b a", {"wrong": "a", "offset": 4, "right": ["c", "d"]})
    assert nearness("a b a", Correction(4, 5, "d", ""), fault) == "exact"
    assert nearness("a b a", Correction(0, 1, "d", ""), fault) == ""


def test_corrections_remarks_and_faults_are_counted_and_wrong_ones_told(tmp_path: Path) -> None:
    items = [
        {"id": "a", "lang": "en", "text": "We recieve it.", "corrections": [["We recieve", "We receive"]]},
        {"id": "b", "lang": "en", "text": "Mr Recieve said: we recieve it.", "corrections": []},
    ]
    file = tmp_path / "marked.jsonl"
    file.write_text("\n".join(map(json.dumps, items)), encoding="utf-8")
    counts, wrong = count_marked([file])
    assert (counts["texts"], counts["faults"], counts["right"], counts["mended"]) == (2, 1, 1, 1)
    assert counts["corrections"] - counts["right"] == len(wrong)
    assert all(line.startswith("b ") for line in wrong)
