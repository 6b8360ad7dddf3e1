"""What a run of a scan came to for one reader: what is new, what has grown, and what nobody spoke of again.

It is made when it is read, from what its readers may read at that moment; nothing of its words is stored.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from core.drafts import JsonObject
from core.errors import InputError
from core.signals.model import SEVERITIES, DigestWish, Scan, Signal
from core.signals.schedule import zone_named
from core.text.catalogues import N_, gettext, long_day, ngettext
from core.text.catalogues import told as translated

Movement = Literal["new", "grown"]
# So many are told, in Slack and by mail; a page has the rest.
MAX_TOLD = 5
_MAX_TEXT_CHARS, _MAX_QUIET, _MAX_QUIET_CHARS = 240, 3, 80
_MOVEMENTS = {"new": N_("new"), "grown": N_("grown")}
_CHANNEL_FIRST = ("C", "G")
_MAX_NAME_CHARS = 80
_FIX = "Take slack, mail, or a Slack channel: its name (#support), or its id (C0123ABCD)."


@dataclass(frozen=True)
class DigestSignal:
    """A signal of a digest; `fresh` is how many of its items came since the last one."""

    signal: Signal
    movement: Movement
    fresh: int

    def to_json(self) -> JsonObject:
        """Return the public form."""
        return {**self.signal.to_json(), "movement": self.movement, "fresh": self.fresh}

    @property
    def moved(self) -> str:
        """Whether it is new or has grown, in words."""
        return translated(_MOVEMENTS[self.movement])

    @property
    def counted(self) -> str:
        """How often it was said, in words: "5 places, 2 of them new"."""
        items = self.signal.items
        words = ngettext("%(num)s place", "%(num)s places", items) % {"num": items}
        new = gettext("%(count)s of them new") % {"count": self.fresh}
        return words if self.movement == "new" else f"{words}, {new}"


@dataclass(frozen=True)
class SignalDigest:
    """What a run came to.

    Attributes:
        scan: itself.
        made_at: when the run began, Unix seconds; None before the first.
        since: when the run before it began, None for the first.
        told: what is new or has grown, the most important first.
        quiet: what is open, and was not said again.
    """

    scan: Scan
    made_at: float | None
    since: float | None
    told: Sequence[DigestSignal]
    quiet: Sequence[Signal]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing new."""
        return not self.told

    @property
    def headline(self) -> str:
        """The whole in a line."""
        new = sum(told.movement == "new" for told in self.told)
        grown = len(self.told) - new
        numbers = ((new, gettext("%(count)s new")), (grown, gettext("%(count)s grown")))
        counted = [words % {"count": count} for count, words in numbers if count]
        counted += [gettext("%(count)s without news") % {"count": len(self.quiet)}] if self.quiet and counted else []
        since = " " + gettext("since %(day)s") % {"day": self.day(self.since)} if self.since else ""
        return f"{self.scan.title}: {', '.join(counted) or gettext('nothing new')}{since}."

    def day(self, moment: float) -> str:
        """Return a day in the time of the scan's owner: "19 November 2026"."""
        return long_day(datetime.fromtimestamp(moment, zone_named(self.scan.zone)))

    @property
    def quiet_line(self) -> str:
        """What nobody spoke of again, in a line below what is told; "" where nothing is."""
        if not (self.quiet and self.told):
            return ""
        named = "; ".join(shortened(signal.text, _MAX_QUIET_CHARS).rstrip(".") for signal in self.quiet[:_MAX_QUIET])
        more = len(self.quiet) - _MAX_QUIET
        rest = "; " + gettext("and %(count)s more") % {"count": more} if more > 0 else ""
        return f"{gettext('Without news')}: {named}{rest}."

    def rest_line(self, *, has_page: bool) -> str:
        """How many are not told, and without a page how they are seen; "" for none."""
        more = len(self.told) - MAX_TOLD
        words = gettext("And %(count)s more.") if has_page else gettext("And %(count)s more: inlaid signals list")
        return words % {"count": more} if more > 0 else ""

    def to_json(self) -> JsonObject:
        """Return the public form."""
        return {
            "scan": self.scan.id,
            "headline": self.headline,
            "made_at": self.made_at,
            "since": self.since,
            "told": [told.to_json() for told in self.told],
            "quiet": [signal.to_json() for signal in self.quiet],
        }

    def to_text(self, address: str = "") -> str:
        """Return it as a mail has it.

        Args:
            address: of the page of signals, "" for none.
        """
        lines = [self.headline]
        for movement, heading in (("new", gettext("New")), ("grown", gettext("Grown"))):
            some = [told for told in self.told[:MAX_TOLD] if told.movement == movement]
            lines += ["", f"{heading}:"] if some else []
            for told in some:
                lines += ["", *self._lines(told)]
        lines += ["", self.rest_line(has_page=bool(address))] if len(self.told) > MAX_TOLD else []
        lines += ["", self.quiet_line] if self.quiet_line else []
        return "\n".join([*lines, *(["", gettext("All of it: %(address)s") % {"address": address}] if address else [])])

    def _lines(self, told: DigestSignal) -> Sequence[str]:
        signal = told.signal
        first = f"- {translated(SEVERITIES[signal.severity]).capitalize()} {translated(signal.kind)} ({told.counted}): "
        quote = signal.quotes[0] if signal.quotes else None
        if quote is None:
            return [f"{first}{shortened(signal.text)}"]
        where = ", ".join(part for part in (quote.who, self.day(quote.said_at), quote.title) if part)
        link = f"  {quote.link}" if quote.link.startswith("http") else ""
        said = signal.text if quote.quote in signal.text else quote.quote
        return [f"{first}“{shortened(said)}”", f"  {where}", *([link] if link else [])]


def shortened(text: str, limit_chars: int = _MAX_TEXT_CHARS) -> str:
    """Return a text in one line, cut at a word where it is longer."""
    line = " ".join(text.split())
    if len(line) <= limit_chars:
        return line
    return line[: limit_chars - 1].rpartition(" ")[0].rstrip(" ,;:") + "…"


def read_wish(places: Sequence[str], *, only_news: bool) -> DigestWish:
    """Return where a digest goes: "slack", "mail", or a channel by its id or its name.

    Raises:
        InputError: a place is none of these.
    """
    wish: dict[str, Any] = {"only_news": only_news}
    for place in filter(None, (text.strip() for text in places)):
        if place in ("slack", "mail"):
            wish[place] = True
        elif _is_channel(place):
            wish |= {"slack": True, "channel": place}
        else:
            raise InputError(f"A digest cannot go to {place[:40]!r}.", fix=_FIX)
    return DigestWish(**wish)


def _is_channel(place: str) -> bool:
    """Tell whether a word is the id of a Slack channel, or a name behind a #."""
    if place[0] == "#":
        return 1 < len(place) <= _MAX_NAME_CHARS + 1
    return place[0] in _CHANNEL_FIRST and place.isalnum() and place.isascii() and place.isupper()
