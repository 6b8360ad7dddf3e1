"""Signals as values.

A **scan** looks through sources, again and again, with a recipe whose items are findings (`scan`, or one of your own).
A **signal** is one matter that it found: several quotes of the same matter are one signal. What somebody sees of a
signal are the quotes of items that they may read now; a signal of which they may read nothing does not exist for them.
"""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Literal, get_args

from core.drafts import JsonObject
from core.errors import InputError
from core.text.catalogues import N_, gettext, told

SignalState = Literal["open", "confirmed", "dismissed", "done"]
STATES: tuple[SignalState, ...] = get_args(SignalState)
STATE_WORDS: Mapping[SignalState, str] = {
    "open": N_("open"),
    "confirmed": N_("confirmed"),
    "dismissed": N_("dismissed"),
    "done": N_("done"),
}
SEVERITIES: Mapping[int, str] = {1: N_("low"), 2: N_("medium"), 3: N_("high")}
DEFAULT_RECIPE = "scan"
WEEK_SECONDS = 7 * 86_400
TREND_WEEKS = 8


@dataclass(frozen=True)
class DigestWish:
    """Where the digest of a scheduled run goes; it is on the page of signals in any case.

    Attributes:
        slack: a message of the app to its owner, or into `channel` when all of its members may read what it tells.
        mail: a draft in the owner's mailbox.
        channel: the id of a Slack channel, "" for none; as somebody asks for it, maybe its name.
        channel_name: what it was called when somebody named it ("#support"), "" where they gave its id.
        only_news: whether nothing comes when there is nothing new, else a line that says so.
    """

    slack: bool = False
    mail: bool = False
    channel: str = ""
    only_news: bool = False
    channel_name: str = ""

    @property
    def is_wanted(self) -> bool:
        """Whether it goes anywhere."""
        return self.slack or self.mail

    def to_json(self) -> JsonObject:
        """Return the public form."""
        return asdict(self)


NO_DIGEST = DigestWish()


@dataclass(frozen=True)
class Scan:
    """What is looked through, for what and when.

    Attributes:
        id: of the scan.
        workspace: of its owner; with `person` whose rights it reads with.
        person: its owner.
        title: what people call it.
        source_ids: the sources.
        recipe: whose items are the findings.
        focus: what to look for, "" for what the recipe says.
        schedule: "" for when somebody asks, else as `core.signals.schedule` reads it: "monday 08:00".
        zone: in whose time that is, as "Europe/Berlin"; "" for the server's.
        is_shared: whether others see its signals too, each within what they may read.
        is_active: whether the schedule holds.
        digest: where what a run came to is told.
    """

    id: str
    workspace: str
    person: str
    title: str
    source_ids: tuple[str, ...]
    recipe: str = DEFAULT_RECIPE
    focus: str = ""
    schedule: str = ""
    is_shared: bool = False
    is_active: bool = True
    zone: str = ""
    digest: DigestWish = NO_DIGEST


@dataclass(frozen=True)
class ScanStatus:
    """A scan as it stands. Times are Unix seconds.

    Attributes:
        scan: itself.
        parts: how many parts of items it has looked through.
        ran_at: when it was last begun, None for never.
        due_at: when it begins next, None for when somebody asks.
        digest_error: why its last digest was not delivered, None where it was.
    """

    scan: Scan
    parts: int = 0
    ran_at: float | None = None
    due_at: float | None = None
    digest_error: Mapping[str, str] | None = None

    def to_json(self) -> JsonObject:
        """Return the public form."""
        scan = self.scan
        return {
            "id": scan.id,
            "title": scan.title,
            "sources": list(scan.source_ids),
            "recipe": scan.recipe,
            "focus": scan.focus,
            "schedule": scan.schedule,
            "zone": scan.zone,
            "shared": scan.is_shared,
            "active": scan.is_active,
            "digest": scan.digest.to_json(),
            "parts": self.parts,
            "ran_at": self.ran_at,
            "due_at": self.due_at,
            "digest_error": dict(self.digest_error) if self.digest_error else None,
        }


@dataclass(frozen=True)
class ScanFinding:
    """What a scan found in a part of an item.

    Attributes:
        kind: "risk", "opportunity", or whatever the recipe says.
        text: what to show.
        quote: the words it rests on, as they stand in the item.
        item_id: the item.
        part: which part of the item.
        said_at: when the item was written, Unix seconds.
        who: who says it, "" when nothing tells.
        due: until when, in the words of the text.
        why: why it matters and to whom.
        judgement: what a model said of how grave it is, None for none.
        place: where the words stand in the item, as its passage tells.
        later: what was said to it later that settles or changes it, shown behind the text; not what it is about.
    """

    kind: str
    text: str
    quote: str
    item_id: int
    part: int
    said_at: float
    who: str = ""
    due: str = ""
    why: str = ""
    judgement: "Judgement | None" = None
    place: str = ""
    later: str = ""

    @property
    def quote_hash(self) -> str:
        """Names its quote within the item."""
        return quote_hash(self.quote)


def quote_hash(quote: str) -> str:
    """Return what names a quote within its item."""
    return hashlib.sha256(quote.encode("utf-8", "surrogatepass")).hexdigest()[:32]


@dataclass(frozen=True)
class Judgement:
    """What a model said of how grave a matter is, 1 to 3, with its reason and its name."""

    severity: int
    why: str
    by: str

    def to_json(self) -> JsonObject:
        """Return the public form."""
        return {"severity": SEVERITIES[self.severity], "why": self.why, "by": self.by}


@dataclass(frozen=True)
class SignalQuote:
    """A place that a signal rests on; `link` opens it where the item has one.

    `item_id` and `part` say where it stands, see `ScanFinding`.
    """

    quote: str
    title: str
    link: str
    who: str
    due: str
    said_at: float
    item_id: int = 0
    part: int = 0

    @property
    def key(self) -> str:
        """Names it among the quotes of a signal."""
        return f"{self.item_id}-{quote_hash(self.quote)[:16]}"

    def to_json(self) -> JsonObject:
        """Return the public form."""
        shown = {
            "quote": self.quote,
            "title": self.title,
            "link": self.link,
            "who": self.who,
            "due": self.due,
            "said_at": self.said_at,
        }
        return {name: value for name, value in shown.items() if value}


@dataclass(frozen=True)
class Signal:
    """A matter, as one reader sees it: counts, times and trend are of the quotes that they may read.

    Attributes:
        id: of the signal.
        scan_id: what found it.
        kind: "risk", "opportunity", ...
        text: the matter, in the words of a quote that the reader may read.
        state: what somebody decided.
        severity: 1 to 3: what a model said of it, where one did, else by rule.
        reasons: why it is as severe by rule.
        why: why it matters and to whom.
        owner: who takes care of it, "" for nobody.
        count: how many quotes.
        items: how many items they stand in.
        first_at: when it was first said, Unix seconds.
        last_at: when it was last said.
        rank: for the order of a list: higher comes first.
        trend: how many quotes in each of the last weeks, the oldest first.
        quotes: the quotes, the newest first; empty in a list.
        by_rule: the severity by rule.
        judgement: what a model said of it, None for none.
    """

    id: str
    scan_id: str
    kind: str
    text: str
    state: SignalState
    severity: int
    reasons: tuple[str, ...]
    why: str
    owner: str
    count: int
    items: int
    first_at: float
    last_at: float
    rank: float
    trend: tuple[int, ...] = ()
    quotes: Sequence[SignalQuote] = field(default_factory=tuple)
    by_rule: int = 0
    judgement: Judgement | None = None

    @property
    def grounds(self) -> str:
        """Why it is as severe, and who says so, in words."""
        rules = ", ".join(map(told, self.reasons))
        if self.judgement is None:
            return rules
        severity = told(SEVERITIES[self.by_rule or self.severity])
        by_rule = gettext("by rule %(severity)s") % {"severity": severity} + (f": {rules}" if rules else "")
        return f"{self.judgement.why.rstrip('.')} ({self.judgement.by}); {by_rule}"

    def to_json(self) -> JsonObject:
        """Return the public form."""
        shown: JsonObject = {
            "id": self.id,
            "scan": self.scan_id,
            "kind": self.kind,
            "text": self.text,
            "state": self.state,
            "severity": SEVERITIES[self.severity],
            "reasons": list(self.reasons),
            "by_rule": SEVERITIES[self.by_rule or self.severity],
            "why": self.why,
            "owner": self.owner,
            "count": self.count,
            "items": self.items,
            "first_at": self.first_at,
            "last_at": self.last_at,
            "trend": list(self.trend),
        }
        if self.judgement:
            shown["judgement"] = self.judgement.to_json()
        if self.quotes:
            shown["quotes"] = [quote.to_json() for quote in self.quotes]
        return shown


@dataclass(frozen=True)
class SignalFilter:
    """Which signals are wanted; what is empty lets everything through.

    Attributes:
        kinds: of these kinds.
        states: in these states.
        scan_ids: of these scans.
        since: last said after it, Unix seconds.
        source_ids: said in these sources: what else is said of a matter is not counted, shown or judged then.
        least_severity: at least as severe, 1 to 3.
        owner: a part of who takes care of it, in whatever case, of the same.
    """

    kinds: Collection[str] = ()
    states: Collection[str] = ()
    scan_ids: Collection[str] = ()
    since: float = 0.0
    source_ids: Collection[str] = ()
    least_severity: int = 1
    owner: str = ""


def day_begins(day: str) -> float:
    """Return when a day like 2026-11-23 begins by this machine's clock, Unix seconds; 0 for no day.

    Raises:
        InputError: it is none.
    """
    if not day.strip():
        return 0.0
    try:
        return datetime.combine(date.fromisoformat(day.strip()), datetime.min.time()).astimezone().timestamp()
    except (ValueError, OverflowError):
        raise InputError(f"{day[:20]!r} is no day.", fix="Write it like 2026-11-23.") from None
