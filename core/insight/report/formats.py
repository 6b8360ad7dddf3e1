"""The report as JSON, as CSV and in words, and tables that go through a spreadsheet program and come back. Pure.

What Excel and others make of a CSV file is read as it is: a byte order mark, semicolons or tabs in place of commas,
UTF-16. An older code page is refused, because it cannot be told from another one.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence

from core.errors import InputError
from core.insight.report.figures import (
    DISTANCE_ENDS,
    OUTCOMES,
    SAVED_NOTE,
    Estimate,
    GroupFigures,
    JobFigures,
    NamedCount,
    Report,
    Span,
)
from core.text.catalogues import N_, gettext, number, short_day, short_month

_BOM_16 = (b"\xff\xfe", b"\xfe\xff")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_MAX_BYTES = 64_000_000
_MAX_CELL_CHARS = 2_000_000
_MOST_OF_A_MONTH = 20
NOTHING_YET = N_("No drafts yet.")
FIRST_STEPS = N_(
    "Make one where you work: /inlaid in Slack, a mailbox (inlaid mailbox add), the Word pane, or here:"
    " inlaid reply MESSAGE.eml."
)
SHARES_NOTE = N_("Shares are shown from ten decisions on, counts before that.")
HIDDEN_ADVICE = N_("Choose a longer time or fewer filters.")
TRY_DEMO = N_("To see a filled report at once: inlaid demo.")
_AMOUNTS = ("distance_median", "edited_distance_median", "seconds_p50", "seconds_p95")
_ENDS = ("", "_low", "_high", "_n")
_COLUMNS = (
    "jobs",
    "done",
    "failed",
    "drafts",
    "decided",
    "people",
    *(f"{name}_share{end}" for name in (*OUTCOMES, "used") for end in ("", "_low", "_high")),
    *(f"{name}{end}" for name in _AMOUNTS for end in _ENDS),
    "usd",
    "saved_usd",
    "small_share",
    "escalated_share",
    "skeleton_share",
)


def write_table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """Return a CSV file in UTF-8 with a byte order mark, by which spreadsheet programs know the encoding."""
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([harmless_cell(str(cell)) for cell in row] for row in rows)
    return written.getvalue().encode("utf-8-sig", "replace")


def harmless_cell(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula (OWASP, CSV injection)."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def read_table(data: bytes, name: str, needed: Sequence[str]) -> list[Mapping[str, str]]:
    """Return the rows of a CSV file by column name.

    Args:
        data: the file.
        name: how messages call it.
        needed: columns that have to be there.

    Raises:
        InputError: it cannot be read as text or as a table, or a column is missing.
    """
    text = _decoded(data, name)
    head = text.partition("\n")[0]
    delimiter = max(",;\t", key=head.count)
    before = csv.field_size_limit(_MAX_CELL_CHARS)
    try:
        rows = list(csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise InputError(f"{name} is not a CSV table ({error}).", fix="Save it as CSV UTF-8 and try again.") from None
    finally:
        csv.field_size_limit(before)
    known = {column.strip().casefold(): column for column in (rows[0] if rows else {}) if column}
    if rows and (missing := [column for column in needed if column not in known]):
        raise InputError(
            f"{name} has no column {', '.join(missing)}.", fix=f"Keep the first line of the sheet: {', '.join(needed)}."
        )
    return [{column: str(row[original] or "") for column, original in known.items()} for row in rows]


def _decoded(data: bytes, name: str) -> str:
    if len(data) > _MAX_BYTES:
        raise InputError(f"{name} is too large for a sheet.", fix="Send the sheet that was graded.")
    try:
        return data.decode("utf-16" if data.startswith(_BOM_16) else "utf-8-sig")
    except UnicodeDecodeError:
        raise InputError(
            f"{name} is not in UTF-8.", fix="In Excel: Save as, “CSV UTF-8 (comma delimited)”, and try again."
        ) from None


def hidden_words(report: Report) -> str:
    """Return what is said in place of figures of too few people."""
    return N_(f"Fewer than {report.min_people} people are behind these figures, so they are not shown.")


def percent(value: Estimate) -> str:
    """Return a share as a person reads it: "62 % (58 to 66 %, n 512)", of few cases "1 of 2"."""
    if value.value is None:
        return "-"
    if not value.has_enough:
        return gettext("%(part)s of %(whole)s") % {"part": number(value.part), "whole": number(value.n)}
    ends = {"low": _points(value.low), "high": _points(value.high), "n": number(value.n)}
    return f"{_points(value.value)} % ({gettext('%(low)s to %(high)s %%, n %(n)s') % ends})"


def changed(value: Estimate) -> str:
    """Return how much was changed, as a person reads it; nothing of few drafts, of which no part is any share."""
    return percent(value) if value.has_enough else "-"


def seconds(value: Estimate) -> str:
    """Return a median or percentile with its interval and number of cases: "2.1 s (1.9 to 2.4, n 512)"."""
    if value.value is None:
        return "-"
    low, high = (number(bound or 0.0, 1) for bound in (value.low, value.high))
    interval = gettext("%(low)s to %(high)s, n %(n)s") % {"low": low, "high": high, "n": number(value.n)}
    return f"{number(value.value, 1)} s ({interval})"


def span_words(span: Span) -> str:
    """Return the days of a span as briefly as can be: a day, a month, or from when to when."""
    if span.first == span.last:
        return short_day(span.first)
    if span.first.month == span.last.month and (span.last - span.first).days > _MOST_OF_A_MONTH:
        return short_month(span.first)
    return gettext("%(first)s to %(last)s") % {"first": short_day(span.first), "last": short_day(span.last)}


def dollars(usd: float) -> str:
    """Return an amount of money, small ones with enough digits to be seen."""
    return gettext("$%(amount)s") % {"amount": number(usd, 2 if usd >= 0.1 or usd == 0 else 4)}


def distance_rows(report: Report) -> list[tuple[str, int]]:
    """Return how many used drafts were changed by how much: "unchanged", "to 2 %" and so on."""
    names = [
        gettext("unchanged"),
        *(gettext("to %(end)s %%") % {"end": f"{100 * end:.0f}"} for end in DISTANCE_ENDS[1:]),
    ]
    return list(zip(names, report.distances, strict=True))


def report_json(report: Report) -> dict[str, object]:
    """Return the public form of the report."""
    return {
        **report.query.to_json(),
        "least_people": report.min_people,
        "empty": report.is_empty,
        "hidden": report.is_hidden,
        "total": _figures(report.total) if report.total else None,
        "trend": [
            {"from": span.first.isoformat(), "to": span.last.isoformat(), **_figures(span.figures)}
            for span in report.trend
        ],
        "by": {name: [_group(group) for group in groups] for name, groups in report.groups.items()},
        **{name: [_named(entry) for entry in entries] for name, entries in report.lists.items()},
        "notes": [SAVED_NOTE],
    }


def report_csv(report: Report) -> str:
    """Return the report as one table: a line for the total, each stretch of days and each group."""
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(["part", "name", "from", "to", *_COLUMNS])
    query = report.query.to_json()
    if report.total:
        writer.writerow(["total", "", query["from"], query["to"], *_line(report.total)])
    for span in report.trend:
        writer.writerow(["trend", "", span.first, span.last, *_line(span.figures)])
    for name, group in _each_group(report):
        writer.writerow([name, harmless_cell(group.name), query["from"], query["to"], *_line(group.figures)])
    return written.getvalue()


def _each_group(report: Report) -> Iterator[tuple[str, GroupFigures]]:
    for name, groups in report.groups.items():
        for group in groups:
            yield name, group


def _bounds(estimate: Estimate) -> tuple[float | None, float | None, float | None]:
    return _rounded(estimate.value), _rounded(estimate.low), _rounded(estimate.high)


def _line(figures: JobFigures) -> list[object]:
    shares = [*(figures.shares[name] for name in OUTCOMES), figures.used]
    amounts = (figures.distance, figures.edited_distance, figures.seconds_p50, figures.seconds_p95)
    values: list[object] = [
        figures.jobs,
        figures.done,
        figures.failed,
        figures.drafts,
        figures.decided,
        figures.people,
        *(bound for estimate in shares for bound in _bounds(estimate)),
        *(bound for estimate in amounts for bound in (*_bounds(estimate), estimate.n)),
        round(figures.usd, 6),
        round(figures.saved_usd, 6),
        *(_rounded(estimate.value) for estimate in (figures.small, figures.escalated, figures.skeleton)),
    ]
    return ["" if value is None else value for value in values]


def _figures(figures: JobFigures) -> dict[str, object]:
    plain = {
        name: getattr(figures, name) for name in ("jobs", "done", "failed", "cancelled", "drafts", "decided", "people")
    }
    estimates = (
        "used",
        "distance",
        "edited_distance",
        "seconds_p50",
        "seconds_p95",
        "small",
        "skeleton",
        "escalated",
        "changes_taken",
        "open_gaps",
    )
    return {
        **plain,
        "shares": {name: _estimate(estimate) for name, estimate in figures.shares.items()},
        **{name: _estimate(getattr(figures, name)) for name in estimates},
        "usd": round(figures.usd, 6),
        "saved_usd": round(figures.saved_usd, 6),
    }


def _group(group: GroupFigures) -> dict[str, object]:
    return {"name": group.name, "joined": group.joined, **_figures(group.figures)}


def _named(entry: NamedCount) -> dict[str, object]:
    value = {"value": round(entry.value, 6)} if entry.value else {}
    return {"name": entry.name, "count": entry.count, "share": _estimate(entry.share), **value}


def _estimate(estimate: Estimate) -> dict[str, object]:
    return {
        "value": _rounded(estimate.value),
        "n": estimate.n,
        "low": _rounded(estimate.low),
        "high": _rounded(estimate.high),
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def _points(value: float | None) -> str:
    return f"{100 * (value or 0.0):.0f}"
