"""Unseen questions: what became of them is told by their passages, and each kept grade has its question."""

import pytest

from benchmarks.answers_unseen import became, claims_told, holds, print_grades, read_grades, read_set, sets
from core.drafts import Draft, DraftSource

RULE = "First class is allowed on journeys of more than three hours."


def draft(*quotes: str, skeleton: bool = False) -> Draft:
    sources = tuple(DraftSource(number=at, title="x", quote=quote) for at, quote in enumerate(quotes, 1))
    return Draft(recipe="ask", text="x", sources=sources, skeleton=skeleton)


def test_each_passage_stands_in_a_document_of_its_set() -> None:
    for path in sets():
        documents, asked = read_set(path.stem.rpartition("_")[2])
        for one in asked:
            texts = [documents[name] for name in one["document"]]
            assert all(any(passage in text for text in texts) for passage in one["passage"]), one["id"]


@pytest.mark.parametrize(
    ("quote", "passage", "is_held"),
    [
        (RULE, RULE, True),
        ("Zone: C … Price: 295 €", "| C | 121 to 250 km | 295 € |", True),
        ("Zone: B … Price: 195 €", "| C | 121 to 250 km | 295 € |", False),
        ("Business class is never paid.", RULE, False),
    ],
)
def test_a_quote_holds_a_passage_or_cells_of_its_row(quote: str, passage: str, *, is_held: bool) -> None:
    assert holds(quote, passage) is is_held


def test_what_became_of_a_question_is_told_by_its_passages() -> None:
    wrong = "We meet on Tuesday in the hall."
    assert became([RULE], draft(RULE)) == "sure and right"
    assert became([RULE], draft(RULE, wrong)) == "sure, partly right"
    assert became([RULE], draft(wrong)) == "sure and wrong"
    assert became([RULE], draft(RULE, wrong, skeleton=True)) == "unsure, right"
    assert became([RULE], draft(wrong, RULE, skeleton=True)) == "unsure, right below"
    assert became([RULE], draft(skeleton=True)) == "missed"
    assert became([], draft(skeleton=True)) == "rightly silent"
    assert became([], draft(wrong, skeleton=True)) == "none, shown as unsure"
    assert became([], draft(wrong)) == "none, said as sure"


def test_of_claims_it_is_told_how_many_are_right_and_what_they_cover() -> None:
    outcomes = {
        "sure and right": 8,
        "sure, partly right": 1,
        "none, said as sure": 1,
        "missed": 11,
        "rightly silent": 9,
    }
    assert claims_told(outcomes).splitlines() == [
        "said to be the answer: 10, right 90%",
        "answered so: 9 of 20 with an answer",
        "not said to be answered: 9 of 10 without one (bar 90%)",
    ]
    assert "said to be the answer" not in claims_told({"missed": 1})


def test_the_kept_grades_are_printed_beside_the_bars(capsys: pytest.CaptureFixture[str]) -> None:
    graded = read_grades()
    assert len([one for one in graded if one.run == "first"]) == 60
    assert not print_grades(graded)
    told = capsys.readouterr().out
    assert "set 1, first: 60 questions, A 19, B 11, C 29, H 1" in told
    assert "usable 50%" in told
