"""How often a source is read, as people write it, and what is printed of a source and of an item in it."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from core.errors import InputError
from core.text.catalogues import counted, told

if TYPE_CHECKING:
    from core.sources.items import StoredItem
    from core.sources.store import SourceStatus

ENDING_CHARS = 8
UNITS = {"m": 60, "h": 3600, "d": 86_400}


def seconds_of(every: str) -> int:
    """Return a rhythm such as 30m, 6h or 1d in seconds.

    Raises:
        InputError: it is none.
    """
    number, unit = every[:-1], UNITS.get(every[-1:])
    if every in {"0", "never"}:
        return 0
    if unit is None or not number.isdecimal():
        raise InputError(
            f"--every {every} is no time.", fix="Give minutes, hours or days: 30m, 6h, 1d, or 0 for never."
        )
    return int(number) * unit


def source_line(status: "SourceStatus") -> str:
    """Return a source in words: how to name it, what it holds, and how it stands."""
    from core.sources.management import RIGHTS, is_shared

    source = status.source
    whose = told(f"of {source.person}") if source.person else told("of its readers")
    whose = told("everybody's") if is_shared(source) else whose
    whose = told(f"for {source.options[RIGHTS]}") if source.options.get(RIGHTS) else whose
    words = [_documents(status.items), _passages(status.passages), whose]
    words += [] if source.is_sealed else [told("words readable in the index")]
    words += [told(f"{status.errors} not read")] if status.errors else []
    words += [told(source.state)] if source.state != "active" else [told("is being read")] if status.is_working else []
    words += [told(f"read {_time(status.synced_at)}")] if status.synced_at else [told("not read to its end yet")]
    line = f"{source.id[-ENDING_CHARS:]}  {source.title}  ({source.connector}: {', '.join(words)})"
    if status.error:
        line += f"\n  {told(status.error['message'])} {told(status.error['fix'])}".rstrip()
    return line


def item_line(item: "StoredItem") -> str:
    """Return an item in words: what it is called, and how much it holds or why it could not be read."""
    if item.error:
        return f"{item.change.title}: {told(item.error['message'])} {told(item.error['fix'])}".rstrip()
    return f"{item.change.title} ({_passages(item.passages)}) {told(item.remark)}".rstrip()


def _documents(count: int) -> str:
    return counted("%(shown)s document", "%(shown)s documents", count)


def _passages(count: int) -> str:
    return counted("%(shown)s passage", "%(shown)s passages", count)


def _time(seconds: float) -> str:
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M} UTC"
