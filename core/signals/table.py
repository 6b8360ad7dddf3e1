"""Signals as a table for a spreadsheet."""

import csv
import io
from collections.abc import Sequence
from datetime import UTC, datetime

from core.signals.model import Signal

_OF_SIGNAL = ("id", "severity", "kind", "state", "count", "first_at", "last_at", "owner", "text", "why", "scan")
# Of the newest quote that its reader may read, by the name of the column.
_OF_QUOTE = {"quote": "quote", "document": "title", "link": "link"}
COLUMNS = (*_OF_SIGNAL, *_OF_QUOTE)
# What a spreadsheet would take for a formula; see https://owasp.org/www-community/attacks/CSV_Injection
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def to_csv(found: Sequence[Signal]) -> str:
    """Return signals as CSV; a cell that would be a formula begins with an apostrophe."""
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(COLUMNS)
    for signal in found:
        shown = signal.to_json()
        cells = [_day(shown[name]) if name.endswith("_at") else str(shown[name]) for name in _OF_SIGNAL]
        newest = signal.quotes[0].to_json() if signal.quotes else {}
        cells += [str(newest.get(name, "")) for name in _OF_QUOTE.values()]
        cells = [f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in cells]
        # The writer puts no quotes around a bare carriage return.
        writer.writerow([cell.replace("\r\n", "\n").replace("\r", "\n") for cell in cells])
    return written.getvalue()


def _day(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).astimezone().strftime("%Y-%m-%d")
