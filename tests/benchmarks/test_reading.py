"""Graded sheets against the bar."""

from pathlib import Path

import pytest

from benchmarks.reading import KEYS, SHEETS, groups, read_sheets

HEAD = "id,recipe,language,lane,system,output,grade,reason\n"


def test_the_benchmark_holds_graded_sheets_against_the_bar(tmp_path: Path) -> None:
    rows = [f"{at},scan,de,grounded,inlaid,x,{'A' if at < 70 else 'H' if at > 97 else 'C'},\n" for at in range(100)]
    (tmp_path / "a.csv").write_text(HEAD + "".join(rows))
    (tmp_path / "b.csv").write_text(HEAD + "1,reply,en,grounded,inlaid,x,A,\n2,reply,en,grounded,inlaid,x,H,\n")
    (tmp_path / "c.csv").write_text(HEAD + "1,reply,en,grounded,inlaid,x,,not read yet\n")
    read = read_sheets(sorted(tmp_path.glob("*.csv")))
    found = {group.name: group for group in groups(read, KEYS["lane and recipe"])}
    assert found["grounded / scan"].misses == []
    assert found["grounded / scan"].counts.n == 100
    assert found["grounded / reply"].misses == ["A+B 50% < 70%", "H 1 > 0"]


def test_a_row_that_stands_twice_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(HEAD + 2 * "1,reply,en,grounded,inlaid,x,A,\n")
    with pytest.raises(SystemExit, match="twice"):
        read_sheets([tmp_path / "a.csv"])


def test_rows_that_were_open_while_rules_were_made_stand_apart(tmp_path: Path) -> None:
    rows = ("en-mail-04,A", "en-mail-05,C", "u-en-mail-1,C", "u-en-mail-04,H")
    (tmp_path / "a.csv").write_text(
        HEAD + "".join(row.replace(",", ",reply,en,grounded,inlaid,x,") + ",\n" for row in rows)
    )
    found = groups(read_sheets([tmp_path / "a.csv"]), KEYS["recipe, development or unread"])
    assert {one.name: (one.counts.a, one.counts.n) for one in found} == {
        "reply / development": (1, 1), "reply / unread": (0, 3),
    }  # fmt: skip


def test_the_unread_rows_are_read_with_the_others() -> None:
    assert {row.id[:2] for row in read_sheets([SHEETS / "before-lot-k" / "unread.csv"])} == {"u-"}
