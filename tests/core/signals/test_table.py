"""Signals for a spreadsheet."""

import csv
import io
from dataclasses import replace

from core.signals.model import Signal
from core.signals.table import COLUMNS, to_csv

SIGNAL = Signal(
    id="s1", scan_id="scan", kind="risk", text="The boiler, \"old\",\nmay fail.", state="open", severity=2, reasons=(),
    why="It may cost money.", owner="", count=3, items=2, first_at=0.0, last_at=86_400.0 * 9, rank=1.0, quotes=(),
    trend=(0, 0, 0, 0, 0, 0, 1, 2),
)  # fmt: skip


def rows(*signals: Signal) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(to_csv(signals))))


def test_each_signal_is_a_row_whatever_its_text_holds() -> None:
    (row,) = rows(SIGNAL)
    assert tuple(row) == COLUMNS
    assert row["text"] == SIGNAL.text
    assert row["count"] == "3"
    assert row["last_at"].startswith("1970-01-")


def test_a_cell_that_would_be_a_formula_is_text() -> None:
    for text in ("=HYPERLINK(1)", "+1", "-1", "@SUM(1)", "\tx", "\rx"):
        (row,) = rows(replace(SIGNAL, text=text))
        assert row["text"].startswith("'")


def test_no_signals_are_a_table_without_rows() -> None:
    assert to_csv([]) == ",".join(COLUMNS) + "\n"
