"""What a person has set for one mailbox, of whatever kind: when drafts are made, how many, and for which mail."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import UTC, datetime, time
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from core.drafts import JsonObject, has_gap
from core.errors import InputError
from core.people import People
from core.store.language_choice import chosen_language
from core.store.records import RecordStore
from core.text.catalogues import ENGLISH, N_
from core.text.forms import consists_of
from core.text.language import is_language_code
from integrations.mail.mailbox.account import MailboxAccount
from integrations.mail.message.addresses import Address, OwnerAddresses, parse_addresses
from integrations.mail.message.message import MailMessage, owner_of
from integrations.mail.reply.compose import is_answered_to_all
from integrations.mail.reply.writing_style import WritingStyle
from integrations.mail.triage.decide import MailboxContext
from integrations.mail.triage.weighing import DEFAULT_THRESHOLD

PREFERENCES_KIND = "mailbox_preferences"
FLAGGED = "flagged"
NOBODY = "off"
MAX_DRAFTS_PER_DAY = 1000
MAX_FOLLOW_UP_DAYS = 365
MAX_SENDERS = 500
# The languages of labels, and what stands there while those that were put are being taken away.
LABEL_LANGUAGES = ("en", "de", "fr", "es")
LABELS_ENDING = "ending"

# An IMAP keyword is an atom (RFC 9051 section 9); those that begin with a backslash are the server's.
_MAX_KEYWORD_CHARS = 41
_MAX_LABELS, _MAX_LABEL_CHARS = 9, 63
BY_THREAD, ALWAYS, NEVER = "thread", "always", "never"
REPLY_ALL = (BY_THREAD, ALWAYS, NEVER)
CORRECTIONS = ("draft", "never", "forget")
_LISTS = ("aliases", "draft_for", "never_for", "folders")
# The language of a signature that stands below mail in every other one.
ANY_LANGUAGE = "any"
MAX_SIGNATURE_LINES, MAX_SIGNATURE_CHARS, MAX_FOLDERS = 12, 1_000, 20


class FieldError(InputError):
    """A setting of a mailbox cannot be; `field` names it, as `Preferences` or `imap.accounts.Account` does."""

    def __init__(self, field: str, message: str, *, fix: str) -> None:
        super().__init__(message, fix=fix)
        self.field = field


@dataclass(frozen=True)
class Preferences:
    """The settings of a mailbox; `inlaid mailbox set` changes them.

    Args:
        threshold: how probable (0..1) it must be that a mail needs an answer; higher means fewer drafts.
        paused: whether mail is left alone until the owner resumes.
        quiet_hours: `22:00-07:00`: mail that comes then is looked at afterwards; "" never.
        timezone: of the quiet hours, and of the day that `drafts_per_day` means (IANA name).
        drafts_per_day: most drafts in a day (0..1000), those asked for not counted; 0: any number.
        follow_up_days: after so many days (0..365) a sent question without an answer gets a follow-up draft; 0: never.
        on_request: a mail with this mark gets a draft whatever else holds: `flagged`, a keyword, or "" for none.
        aliases: further addresses that reach the person.
        reply_all: whether drafts go to everybody who got the mail: `always`, `never`, or `thread`, as its people do.
        gaps_only: whether a draft is also placed when nothing but questions to the person would stand in it.
        tells_in_slack: whether the person is told in Slack of a draft that waits.
        labels: the language of the labels that mails get in the mailbox; "" for none, and `ending` while those that
            were put are being taken away.
        learns_voice: whether the person agreed that their sent mail is learnt from.
        draft_for: senders whose mail gets a draft whatever it and the rules say: addresses, or
            `@example.com` for all of a domain.
        never_for: senders whose mail never gets one, unless it is marked for it.
        signatures: what stands below drafts, typed by the person, by language (`en`, `de` …, or `any` for the others).
        folders: further folders than the inbox whose new mail is treated alike, as the mailbox names them.
    """

    threshold: float = DEFAULT_THRESHOLD
    paused: bool = False
    quiet_hours: str = ""
    timezone: str = "UTC"
    drafts_per_day: int = 0
    follow_up_days: int = 0
    on_request: str = ""
    aliases: tuple[str, ...] = ()
    reply_all: str = BY_THREAD
    gaps_only: bool = False
    tells_in_slack: bool = False
    labels: str = ""
    learns_voice: bool = False
    draft_for: tuple[str, ...] = ()
    never_for: tuple[str, ...] = ()
    signatures: Mapping[str, str] = field(default_factory=dict)
    folders: tuple[str, ...] = ()

    def is_quiet(self, at: datetime) -> bool:
        """Whether nothing is to be drafted at that moment."""
        span = _span(self.quiet_hours)
        if span is None:
            return False
        start, end = span
        clock = at.astimezone(ZoneInfo(self.timezone)).time()
        return start <= clock < end if start <= end else clock >= start or clock < end

    def is_suspended(self, at: datetime) -> bool:
        """Whether the mailbox is left alone at that moment."""
        return self.paused or self.is_quiet(at)

    def day_start(self, at: datetime) -> float:
        """Return when the person's day began, in Unix seconds."""
        here = at.astimezone(ZoneInfo(self.timezone))
        return here.replace(hour=0, minute=0, second=0, microsecond=0).timestamp()

    def to_json(self) -> JsonObject:
        """Return all settings by name."""
        return asdict(self) | {name: list(getattr(self, name)) for name in _LISTS}


def load_preferences(records: RecordStore, workspace: str, mailbox: str) -> Preferences:
    """Return what is set for a mailbox, else the defaults."""
    record = records.get(PREFERENCES_KIND, workspace, mailbox)
    return _preferences(record.data) if record else Preferences()


def _preferences(data: JsonObject) -> Preferences:
    known = {field.name for field in fields(Preferences)}
    found = {name: value for name, value in data.items() if name in known}
    # Earlier versions knew no habit of a thread: False was what nobody had set.
    earlier = {True: ALWAYS, False: BY_THREAD}
    found["reply_all"] = earlier.get(found.get("reply_all", False), found.get("reply_all"))
    return Preferences(**found | {name: tuple(found.get(name, ())) for name in _LISTS})


def save_preferences(records: RecordStore, workspace: str, mailbox: str, value: Preferences, *, person: str) -> None:
    """Store the settings of a mailbox.

    Raises:
        InputError: one of them cannot be; the text names it.
    """
    records.put(PREFERENCES_KIND, workspace, mailbox, checked(value).to_json(), person=person)


def changed(
    before: Preferences,
    *,
    correction: tuple[str, str] | None = None,
    signatures: Mapping[str, str] | None = None,
    **changes: Any,
) -> Preferences:
    """Return the settings with those changes that are not None.

    Args:
        before: the settings as they are.
        correction: what a person says once about a decision: `draft`, `never` or `forget`, and the sender whose mail it
            holds for; see `Preferences.draft_for`.
        signatures: those that change, by language, "" for none any more.
        changes: settings by name.

    Raises:
        InputError: one of them cannot be; the text names it.
    """
    if correction:
        before = _corrected(before, *correction)
    if signatures:
        named = {language.strip().casefold(): block for language, block in signatures.items()}
        before = replace(before, signatures={**before.signatures, **named})
    wanted = replace(before, **{name: value for name, value in changes.items() if value is not None})
    if wanted.labels.strip().casefold() in {"", NOBODY}:
        wanted = replace(wanted, labels=LABELS_ENDING if before.labels else "")
    return checked(wanted)


def _corrected(before: Preferences, wish: str, sender: str) -> Preferences:
    if wish not in CORRECTIONS:
        raise FieldError("correction", f"{wish[:40]!r} is no correction.", fix=f"Say {', '.join(CORRECTIONS)}.")
    sender = _sender("correction", sender)
    draft_for, never_for = (
        tuple(entry for entry in listed if entry != sender) for listed in (before.draft_for, before.never_for)
    )
    return replace(
        before,
        draft_for=(*draft_for, sender) if wish == "draft" else draft_for,
        never_for=(*never_for, sender) if wish == "never" else never_for,
    )


def checked(value: Preferences) -> Preferences:
    """Return the settings in their one form.

    Raises:
        InputError: one of them cannot be; the text names it.
    """
    if not 0.0 <= value.threshold <= 1.0:
        fix = "For example 0.6; higher means fewer drafts."
        raise FieldError("threshold", "The threshold is not between 0 and 1.", fix=fix)
    _require_count("drafts_per_day", N_("Drafts in a day"), value.drafts_per_day, MAX_DRAFTS_PER_DAY, "any number")
    _require_count("follow_up_days", N_("Days until a follow-up"), value.follow_up_days, MAX_FOLLOW_UP_DAYS, "never")
    if value.reply_all not in REPLY_ALL:
        fix = f"Say {', '.join(REPLY_ALL)}."
        raise FieldError("reply_all", f"{value.reply_all[:40]!r} does not say whom drafts go to.", fix=fix)
    return replace(
        value,
        quiet_hours=_hours(value.quiet_hours.strip()),
        timezone=_zone(value.timezone.strip()),
        on_request=_mark(value.on_request.strip()),
        labels=_label_language(value.labels.strip().casefold()),
        aliases=tuple(_alias(alias) for alias in value.aliases),
        draft_for=_senders("draft_for", value.draft_for),
        never_for=_senders("never_for", value.never_for),
        signatures=_signatures(value.signatures),
        folders=_folders(value.folders),
    )


def goes_to_all(message: MailMessage, owner: OwnerAddresses, preferences: Preferences) -> bool:
    """Return whether the draft that answers a mail goes to everybody who got it."""
    if preferences.reply_all == BY_THREAD:
        return is_answered_to_all(message, owner)
    return preferences.reply_all == ALWAYS


def owner_of_account(
    message: MailMessage, account: MailboxAccount, preferences: Preferences, style: WritingStyle | None = None
) -> OwnerAddresses:
    """Return who answers a mail: the owner of the mailbox that it came to.

    Where the mailbox has no name, theirs is that of their sent mail (`style`), else that by which the mail calls them.
    """
    # What a provider knows itself stands with the account; what the person adds, with the preferences.
    aliases = (*preferences.aliases, *getattr(account, "aliases", ()))
    name = account.owner_name or (style.owner_name if style else "")
    owner = owner_of(message, name=name, address=account.address, aliases=aliases)
    return owner.model_copy(update={"role": account.owner_role}) if account.owner_role else owner


def context_of(
    owner: OwnerAddresses, preferences: Preferences, style: WritingStyle | None, *, drafts_today: int
) -> MailboxContext:
    """Return what triage needs to know: the owner of a mailbox, and their preferences."""
    return MailboxContext(
        owner,
        threshold=preferences.threshold,
        drafts_per_day=preferences.drafts_per_day,
        can_mark=bool(preferences.on_request),
        style=style,
        drafts_today=drafts_today,
        draft_for=preferences.draft_for,
        never_for=preferences.never_for,
    )


def now() -> datetime:
    """Return the time, with its zone."""
    return datetime.now(UTC)


def _span(text: str) -> tuple[time, time] | None:
    """Return when quiet hours begin and end ("22:00-7:00"), None where the text does not say it."""
    clocks = [part if part[:1] == ":" else part.rjust(5, "0") for part in map(str.strip, text.split("-"))]
    if len(clocks) != 2 or any(len(clock) != 5 or clock[2] != ":" for clock in clocks):
        return None
    try:
        return time.fromisoformat(clocks[0]), time.fromisoformat(clocks[1])
    except ValueError:
        return None


def _hours(text: str) -> str:
    if text.casefold() in {"", NOBODY}:
        return ""
    span, fix = _span(text), "Write them as 22:00-07:00, or off."
    if span is None:
        raise FieldError("quiet_hours", f"Quiet hours {text!r} cannot be read as a span of time.", fix=fix)
    if span[0] == span[1]:
        raise FieldError("quiet_hours", f"Quiet hours {text!r} end when they begin.", fix=fix)
    return text


def _zone(text: str) -> str:
    """Return the one spelling of a time zone, whatever the case of its letters."""
    found = next((zone for zone in available_timezones() if zone.casefold() == text.casefold()), "")
    if not found:
        raise FieldError("timezone", f"There is no time zone {text!r}.", fix="For example Europe/Berlin.")
    return found


def _mark(text: str) -> str:
    if text.casefold() in {"", NOBODY}:
        return ""
    if text.casefold() == FLAGGED:
        return FLAGGED
    if not _is_keyword(text):
        fix = "Give flagged, a keyword such as Inlaid, or off."
        raise FieldError("on_request", f"{text!r} cannot mark a mail.", fix=fix)
    return text


def _is_keyword(text: str) -> bool:
    has_form = text.isascii() and consists_of(text, "$_.-", _MAX_KEYWORD_CHARS)
    return has_form and (text[:1].isalpha() or text.startswith("$"))


def language_of_account(records: RecordStore, account: MailboxAccount, preferences: Preferences) -> str:
    """Return the language in which the person of a mailbox is spoken to: the one they chose, else that of its labels.

    No request of theirs is there to say it: a worker reads the mailbox.
    """
    chosen = chosen_language(records, People(records).identity(account.workspace, account.person))
    labels = preferences.labels if preferences.labels in LABEL_LANGUAGES else ""
    return chosen or labels or ENGLISH


def _label_language(text: str) -> str:
    if text and text not in (*LABEL_LANGUAGES, LABELS_ENDING):
        fix = f"Choose from: {', '.join(LABEL_LANGUAGES)}, off."
        raise FieldError("labels", f"There are no labels in {text[:20]!r}.", fix=fix)
    return text


def _signatures(found: Mapping[str, str]) -> dict[str, str]:
    """Return the signatures by language, without those that are empty."""
    kept = {}
    for language, text in found.items():
        if language != ANY_LANGUAGE and not is_language_code(language):
            fix = f"Give its two letters, such as en or de, or {ANY_LANGUAGE} for every other language."
            raise FieldError("signatures", f"{language[:20]!r} is no language.", fix=fix)
        lines = [line.rstrip() for line in text.replace("\r\n", "\n").strip("\n").split("\n")]
        block = "".join(char for char in "\n".join(lines) if char == "\n" or char.isprintable()).strip("\n")
        if block.count("\n") >= MAX_SIGNATURE_LINES or len(block) > MAX_SIGNATURE_CHARS:
            fix = f"Keep it to {MAX_SIGNATURE_LINES} lines and {MAX_SIGNATURE_CHARS} characters."
            raise FieldError(f"signature_{language}", "The signature is too long.", fix=fix)
        if has_gap(block):
            words = "The signature has a gap in double brackets."
            raise FieldError(f"signature_{language}", words, fix="Fill it in.")
        if block.strip():
            kept[language] = block
    return kept


def _folders(names: tuple[str, ...]) -> tuple[str, ...]:
    found = tuple(dict.fromkeys(name.strip() for name in names if name.strip()))
    if len(found) > MAX_FOLDERS:
        fix = "Choose fewer, or have rules file less."
        raise FieldError("folders", f"There are more than {MAX_FOLDERS} further folders.", fix=fix)
    return found


def _require_count(field: str, words: str, count: int, most: int, meaning_of_zero: str) -> None:
    if not 0 <= count <= most:
        fix = f"0 means {meaning_of_zero}."
        raise FieldError(field, f"{words} must be a whole number from 0 to {most}.", fix=fix)


def _alias(text: str) -> str:
    found: tuple[Address, ...] = parse_addresses(text)
    if len(found) != 1:
        raise FieldError("aliases", f"{text!r} is not an email address.", fix="Write it as name@example.com.")
    return found[0].address


def _senders(field: str, entries: tuple[str, ...]) -> tuple[str, ...]:
    found = tuple(dict.fromkeys(_sender(field, entry) for entry in entries))
    if len(found) > MAX_SENDERS:
        fix = "Take some away, or write @example.com for everybody of a domain."
        raise FieldError(field, f"There are more than {MAX_SENDERS} senders.", fix=fix)
    return found


def _is_domain(name: str) -> bool:
    labels = name.split(".")
    return 2 <= len(labels) <= _MAX_LABELS and all(
        label and consists_of(label, "-_", _MAX_LABEL_CHARS) for label in labels
    )


def _sender(field: str, text: str) -> str:
    """Return an address, or `@` with a domain, in lower case."""
    name = text.strip().casefold()
    if name.startswith("@") and _is_domain(name[1:]):
        return name
    found: tuple[Address, ...] = parse_addresses(name)
    if len(found) != 1:
        fix = "Write it as name@example.com, or as @example.com for everybody there."
        raise FieldError(field, f"{text[:100]!r} is not an email address.", fix=fix)
    return found[0].key
