"""Signals as a Word document: what was found in which time, how grave, how it went, and the words it all rests on."""

import io
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from core.signals.digest import shortened
from core.signals.model import SEVERITIES, TREND_WEEKS, Signal, SignalQuote

if TYPE_CHECKING:
    from docx.document import Document
    from docx.table import Table, _Cell
    from docx.text.paragraph import Paragraph

AUTHOR = "Inlaid"
MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
MAX_QUOTES = 10
_TABLE_STYLE = "Light Grid Accent 1"
_BAR, _MAX_BARS = "█", 20
# Widths of columns in centimetres.
_KIND_CM, _COUNT_CM, _WEEK_CM, _QUOTES_CM, _BARS_CM = 3.6, 2.5, 4.8, 2.0, 8.7
_LINK_COLOUR = "0563C1"
_MAX_HEADING_CHARS = 110
# What XML 1.0 has no place for.
_UNFIT = dict.fromkeys([*range(9), 11, 12, *range(14, 32), *range(0xD800, 0xE000), 0xFFFE, 0xFFFF])


def report_document(found: Sequence[Signal], title: str, made_at: float) -> bytes:
    """Return a report as a .docx file.

    Args:
        found: the signals that its reader may read, the most important first, with their quotes.
        title: of the report.
        made_at: Unix seconds.
    """
    from docx import Document

    document = Document()
    heading = _fit(title)[:250]
    document.core_properties.title = heading
    document.core_properties.author = AUTHOR
    document.core_properties.comments = ""
    document.add_heading(heading, level=0)
    document.add_paragraph(_summary(found, made_at))
    if found:
        document.add_heading("At a glance", level=1)
        _add_counts(document, found)
        document.add_heading("Week by week", level=1)
        _add_weeks(document, found, made_at)
        for kind, _ in Counter(signal.kind for signal in found).most_common():
            document.add_heading(_fit(kind.capitalize()), level=1)
            for signal in found:
                if signal.kind == kind:
                    _add_signal(document, signal)
    data = io.BytesIO()
    document.save(data)
    return data.getvalue()


def _summary(found: Sequence[Signal], made_at: float) -> str:
    if not found:
        return f"Made on {_day(made_at)}. Nothing was found."
    first, last = min(signal.first_at for signal in found), max(signal.last_at for signal in found)
    quotes, grave = sum(signal.count for signal in found), sum(signal.severity == max(SEVERITIES) for signal in found)
    matters = f"{len(found)} {'matter' if len(found) == 1 else 'matters'}"
    said = f"{quotes} {'quote' if quotes == 1 else 'quotes'}"
    period = f"said from {_day(first)} to {_day(last)}" if _day(first) != _day(last) else f"said on {_day(first)}"
    return f"{matters} from {said}, {period}; {grave} of high severity. Made on {_day(made_at)}."


def _add_counts(document: "Document", found: Sequence[Signal]) -> None:
    levels = sorted(SEVERITIES, reverse=True)
    table = _table(
        document,
        [_KIND_CM, *[_COUNT_CM] * (len(levels) + 2)],
        "Kind",
        *(SEVERITIES[level].capitalize() for level in levels),
        "All",
        "Confirmed",
    )
    for kind, count in Counter(signal.kind for signal in found).most_common():
        some = [signal for signal in found if signal.kind == kind]
        graded = Counter(signal.severity for signal in some)
        confirmed = sum(signal.state == "confirmed" for signal in some)
        _add_row(table, kind.capitalize(), *(str(graded[level] or "") for level in levels), str(count), str(confirmed))


def _add_weeks(document: "Document", found: Sequence[Signal], made_at: float) -> None:
    """Show how many quotes were said in each of the last weeks, as bars."""
    weeks = [sum(signal.trend[week] for signal in found if signal.trend) for week in range(TREND_WEEKS)]
    table = _table(document, [_WEEK_CM, _QUOTES_CM, _BARS_CM], "Week to", "Quotes", "")
    for week, count in enumerate(weeks):
        end = datetime.fromtimestamp(made_at, UTC) - timedelta(weeks=TREND_WEEKS - 1 - week)
        bars = _BAR * (-(-count * _MAX_BARS // max(max(weeks), 1)))
        _add_row(table, _day(end.timestamp()), str(count), bars)


def _add_signal(document: "Document", signal: Signal) -> None:
    document.add_heading(shortened(_fit(signal.text), _MAX_HEADING_CHARS), level=2)
    facts = [f"{SEVERITIES[signal.severity].capitalize()} severity", signal.state]
    facts += [f"{signal.owner} takes care of it"] if signal.owner else []
    places = f"{signal.items} {'document' if signal.items == 1 else 'documents'}"
    facts += [f"{signal.count} {'quote' if signal.count == 1 else 'quotes'} in {places}"]
    line = document.add_paragraph()
    line.add_run(_fit(f"{'; '.join(facts)}.")).bold = True
    reasons = f" Why: {signal.grounds}." if signal.grounds else ""
    line.add_run(_fit(f"{reasons} {signal.why}".rstrip()))
    line.paragraph_format.keep_with_next = True
    for quote in signal.quotes[:MAX_QUOTES]:
        # A matter of one quote has it as its heading already.
        _add_quote(document, quote, is_told=signal.count == 1 and len(quote.quote) < _MAX_HEADING_CHARS)
    if (more := signal.count - len(signal.quotes[:MAX_QUOTES])) > 0:
        document.add_paragraph(f"And {more} more {'quote' if more == 1 else 'quotes'}.")


def _add_quote(document: "Document", quote: SignalQuote, *, is_told: bool) -> None:
    if not is_told or quote.quote not in document.paragraphs[-2].text:
        paragraph = document.add_paragraph(style="Quote")
        paragraph.add_run(f"“{_fit(' '.join(quote.quote.split()))}”")
        paragraph.paragraph_format.keep_with_next = True
    where = document.add_paragraph()
    said = [part for part in (quote.who, _day(quote.said_at), quote.due and f"until {quote.due}") if part]
    where.add_run(_fit(f"{', '.join(said)}, "))
    title = _fit(quote.title)
    if quote.link.startswith(("http://", "https://")):
        _add_link(where, title, quote.link)
    else:
        where.add_run(title)


def _add_link(paragraph: "Paragraph", text: str, address: str) -> None:
    from docx.opc.constants import RELATIONSHIP_TYPE
    from docx.oxml.ns import qn
    from docx.oxml.parser import OxmlElement
    from docx.shared import RGBColor

    link = OxmlElement("w:hyperlink")
    link.set(qn("r:id"), paragraph.part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
    run = paragraph.add_run(text)
    run.font.color.rgb, run.font.underline = RGBColor.from_string(_LINK_COLOUR), True
    link.append(run._r)
    paragraph._p.append(link)


def _table(document: "Document", widths_cm: Sequence[float], *headings: str) -> "Table":
    from docx.shared import Cm

    table: Table = document.add_table(rows=1, cols=len(headings))
    table.style = _TABLE_STYLE
    table.autofit = False
    for column, width_cm in zip(table.columns, widths_cm, strict=True):
        column.width = Cm(width_cm)
    _fill(table.rows[0].cells, widths_cm, headings)
    return table


def _add_row(table: "Table", *values: str) -> None:
    widths_cm = [column.width.cm for column in table.columns if column.width]
    _fill(table.add_row().cells, widths_cm, values)  # type: ignore[no-untyped-call]


def _fill(cells: "Sequence[_Cell]", widths_cm: Sequence[float], values: Sequence[str]) -> None:
    from docx.shared import Cm

    for cell, width_cm, value in zip(cells, widths_cm, values, strict=True):
        cell.text, cell.width = _fit(value), Cm(width_cm)  # LibreOffice and Word look at the cells' own width


def _day(moment: float) -> str:
    day = datetime.fromtimestamp(moment, UTC).astimezone()
    return f"{day.day} {day:%B %Y}"


def _fit(text: str) -> str:
    return text.translate(_UNFIT)
