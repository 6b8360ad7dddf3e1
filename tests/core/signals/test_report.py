"""Signals as a Word document: what stands in it, and what may not break it."""

import io

from docx import Document

from core.signals.model import Signal, SignalQuote
from core.signals.report import report_document

DAY = 86_400.0
NOW = 1_795_000_000.0


def signal(number: int, text: str, *, kind: str = "risk", link: str = "", severity: int = 2, count: int = 1) -> Signal:
    quote = SignalQuote(text, f"Minutes {number}", link, "Kim", "Friday", NOW - number * DAY)
    return Signal(
        id=f"s{number}", scan_id="scan", kind=kind, text=text, state="open", severity=severity,
        reasons=(f"a {kind}",), why="It may cost money.", owner="Ben" if number == 1 else "", count=count, items=count,
        first_at=NOW - 9 * DAY, last_at=NOW - number * DAY, rank=1.0, quotes=(quote,),
        trend=(0, 0, 0, 0, 0, 0, 1, count),
    )  # fmt: skip


def read(data: bytes) -> tuple[str, list[list[str]]]:
    document = Document(io.BytesIO(data))
    tables = [[cell.text for cell in row.cells] for table in document.tables for row in table.rows]
    return "\n".join(paragraph.text for paragraph in document.paragraphs), tables


def test_a_report_has_summary_trend_and_each_signal_with_its_words() -> None:
    found = [
        signal(1, "The boiler may fail soon.", link="https://example.com/minutes", severity=3, count=3),
        signal(2, "A school asked for a licence.", kind="opportunity", link="file:///notes.txt"),
    ]
    data = report_document(found, "Signals of November", NOW)
    text, tables = read(data)
    assert "Signals of November" in text
    assert "2 matters from 4 quotes" in text
    assert "1 of high severity" in text
    assert "“The boiler may fail soon.”" in text
    assert text.count("A school asked for a licence.") == 1  # one quote, which is its heading
    assert "And 2 more quotes." in text
    assert "Ben takes care of it" in text
    assert ["Risk", "1", "", "", "1", "0"] in tables
    assert tables[-1][1] == "4"
    assert len(tables[-1][2]) == 20
    part = Document(io.BytesIO(data)).part
    assert [rel.target_ref for rel in part.rels.values() if rel.is_external] == ["https://example.com/minutes"]


def test_what_xml_has_no_place_for_breaks_no_report() -> None:
    text, _ = read(report_document([signal(1, "The \x00boiler \ud800may\x0b fail <b>soon</b>.")], "\x01Weekly", NOW))
    assert "The boiler may fail <b>soon</b>." in text


def test_an_empty_report_says_so() -> None:
    text, tables = read(report_document([], "Signals", NOW))
    assert "Nothing was found." in text
    assert tables == []
