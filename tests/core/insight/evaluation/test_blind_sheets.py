"""Blind sheets: what stands in them, and what of what comes back is read and refused."""

import csv
import io
from collections.abc import Callable

import pytest

from core.errors import InputError
from core.insight.evaluation import EvalItem, ModelOutput
from core.insight.evaluation.blind_sheets import (
    SheetKey,
    blind_sheet,
    joint_readings,
    read_grades,
    read_key,
    sheet_csv,
    sheet_page,
    shown_input,
    shown_output,
    written_key,
)
from core.insight.evaluation.items import NumberedPassage, QuotedItem
from core.insight.evaluation.overview import public_evaluation
from tests.core.insight.evaluation.making import evaluation_of

OUTPUTS = {
    "bare model": [f"bare words {at}" for at in range(8)],
    "inlaid": [f"other words {at}" for at in range(7)] + ["bare words 7"],
}


def graded(key: SheetKey, grade: Callable[[int], str], **changes: Callable[[list[dict[str, str]]], object]) -> bytes:
    """Return a sheet that somebody filled, after changes to its rows."""
    rows, _ = blind_sheet(key.evaluation(), key.seed)
    table = list(csv.DictReader(io.StringIO(sheet_csv(rows).decode("utf-8-sig"), newline="")))
    for at, row in enumerate(table):
        row["grade"] = grade(at)
    for change in changes.values():
        change(table)
    written = io.StringIO()
    writer = csv.DictWriter(written, table[0].keys(), delimiter=";")
    writer.writeheader()
    writer.writerows(table)
    return written.getvalue().encode("utf-8-sig")


def a_key(seed: int = 3) -> SheetKey:
    _, key = blind_sheet(evaluation_of(OUTPUTS), seed)
    return read_key(written_key(key), "key.json")


def test_rows_are_shuffled_by_the_seed_unnamed_and_the_same_text_stands_once() -> None:
    result = evaluation_of(OUTPUTS)
    rows, key = blind_sheet(result, 3)
    again, _ = blind_sheet(result, 3)
    others, other_key = blind_sheet(result, 4)
    assert rows == again
    assert [row.output for row in rows] != [one.output for one in others]
    assert key.sheet != other_key.sheet
    assert len(rows) == 15
    assert {key.rows[row.row].systems for row in rows if row.output == "bare words 7"} == {("bare model", "inlaid")}
    firsts = {key.rows[row.row].systems[0] for at, row in enumerate(rows) if at == 0 or rows[at - 1].id != row.id}
    assert firsts == {"bare model", "inlaid"}
    assert {(row.recipe, row.language) for row in rows} == {("title", "en"), ("title", "de")}
    assert "inlaid" not in sheet_csv(rows).decode()
    assert "bare model" not in sheet_page(key.sheet, rows)


def test_yes_and_no_are_not_read() -> None:
    result = evaluation_of({"inlaid": ["x"]})
    verdict = EvalItem(id="v", task="request", source="Please call me.", label="yes")
    judged = (*result.judged, result.judged[0].__class__(verdict, "inlaid", ModelOutput(verdict="yes"), {}))
    rows, _ = blind_sheet(result.__class__(judged, (), (), (), systems=("inlaid",)), 1)
    assert [row.id for row in rows] == ["item 0"]


def test_a_graded_sheet_comes_back_into_the_evaluation_that_it_was_made_of() -> None:
    key = a_key()
    read = read_grades(graded(key, lambda at: "abC"[at % 3]), "sheet.csv", key)
    readings = joint_readings(key, [read])
    counts = readings.counts_by(lambda one: one.system)
    assert {name: count.n for name, count in counts.items()} == {"bare model": 8, "inlaid": 8}
    assert readings.by == "1 person"
    before, after = public_evaluation(evaluation_of(OUTPUTS)), public_evaluation(key.evaluation())
    assert before == after


def test_two_readers_are_joined_and_their_agreement_is_known() -> None:
    key = a_key()
    first = read_grades(graded(key, lambda _: "A"), "a.csv", key)
    second = read_grades(graded(key, lambda at: "A" if at else "H"), "b.csv", key)
    readings = joint_readings(key, [first, second])
    assert readings.by == "2 people"
    assert sorted({grading.grade for grading in readings.gradings}) == ["A", "H"]
    agreement = readings.agreement
    assert agreement.n == 16
    assert agreement.value == pytest.approx(1 - sum(grading.grade == "H" for grading in readings.gradings) / 16)


def drop_three(rows: list[dict[str, str]]) -> None:
    del rows[2:5]


def repeat_one(rows: list[dict[str, str]]) -> None:
    rows.append(dict(rows[0]))


def rename_one(rows: list[dict[str, str]]) -> None:
    rows[0]["row"] = "s00000000-001"


@pytest.mark.parametrize(
    ("change", "said"),
    [(drop_three, "lacks 3 of 15 rows"), (repeat_one, "stands there twice"), (rename_one, "not of the sheet")],
)
def test_rows_that_are_missing_twice_or_of_another_sheet_are_refused(
    change: Callable[[list[dict[str, str]]], object], said: str
) -> None:
    key = a_key()
    with pytest.raises(InputError, match=said) as told:
        read_grades(graded(key, lambda _: "A", change=change), "sheet.csv", key)
    assert told.value.fix


def test_the_sheet_of_another_key_an_unknown_grade_and_no_grades_are_refused() -> None:
    key = a_key()
    with pytest.raises(InputError, match="not of the sheet"):
        read_grades(graded(a_key(seed=4), lambda _: "A"), "sheet.csv", key)
    with pytest.raises(InputError, match=r"sheet\.csv, line 3: “D” is no grade"):
        read_grades(graded(key, lambda at: "D" if at == 1 else "A"), "sheet.csv", key)
    with pytest.raises(InputError, match="holds no grades"):
        read_grades(graded(key, lambda _: ""), "sheet.csv", key)


@pytest.mark.parametrize("data", [b"", b"{}", b"[1]", b"\xff\xfe", b'{"format": "inlaid-blind-sheet 2"}'])
def test_what_is_no_key_is_refused(data: bytes) -> None:
    with pytest.raises(InputError, match="not the key"):
        read_key(data, "key.json")


def test_half_a_character_of_a_broken_data_set_harms_no_file() -> None:
    result = evaluation_of({"inlaid": ["Half \ud800 of it.\0"]})
    rows, key = blind_sheet(result, 1)
    assert b"Half ? of it." in sheet_csv(rows)
    assert "Half ? of it." in sheet_page(key.sheet, rows)
    assert read_key(written_key(key), "key.json") == key


def test_what_was_not_read_is_counted_and_not_graded() -> None:
    key = a_key()
    readings = joint_readings(key, [read_grades(graded(key, lambda at: "A" if at < 10 else ""), "sheet.csv", key)])
    assert readings.ungraded == sum(not grading.grade for grading in readings.gradings) > 0


def test_every_form_of_input_and_output_is_shown_alike() -> None:
    question = EvalItem(
        id="q", task="qa", question="Who?", answerable=True, passages=(NumberedPassage(id="p", text="Ann.", title="T"),)
    )
    assert shown_input(question) == "Question: Who?\n\n[1] T\nAnn."
    mail = EvalItem(id="r", task="reply", source="Hello", sender="Ana", owner="Tom", subject="Desk")
    assert shown_input(mail) == "From: Ana\nTo: Tom\nSubject: Desk\n\nHello"
    work = EvalItem(id="d", task="draft", recipe="compose", inputs={"brief": "late", "owner_name": "", "to": "Ann"})
    assert shown_input(work) == "brief: late\n\nto: Ann"
    assert shown_output(ModelOutput(items=(QuotedItem("Call", "please call"),))) == "• Call\n  “please call”"
    assert shown_output(ModelOutput(items=())) == "(Nothing was found.)"
    assert shown_output(ModelOutput(text="Hi", subject="Desk")) == "Subject: Desk\n\nHi"
    assert shown_output(ModelOutput(error="It is down.")) == "(There is no result: It is down.)"
    assert shown_output(ModelOutput(text="  ")) == "(The result is empty.)"
