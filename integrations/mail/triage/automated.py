"""Mail to which nobody expects an answer: the rules of RFC 3834 and of practice, each with its reason.

Sources: RFC 3834 (Auto-Submitted, Precedence), RFC 2919 and 2369 (lists), RFC 3464 and 8098 (reports),
RFC 5546 (calendar). `X-Auto-Response-Suppress` is no sign: people's Outlook sets it too.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from core.text.asks import find_wanted
from core.text.catalogues import N_
from core.text.lexicon import pattern_beside, phrases_beside
from integrations.mail.message.addresses import parse_addresses
from integrations.mail.message.bodies import ENCRYPTED
from integrations.mail.message.senders import (
    bears_name,
    is_accused,
    is_program,
    is_program_domain,
    is_role,
    is_unread,
    shows_person,
)
from integrations.mail.triage.features import (
    is_letter,
    is_personal,
    is_signed,
    is_signed_report,
)
from integrations.mail.triage.mentions import calls_owner, names_owner
from integrations.mail.triage.program_text import (
    CERTAIN_MARKS,
    has_unsubscribe_line,
    is_receipt,
    mass_marks,
    notification_marks,
    says_absence,
    says_no_reply,
)
from integrations.mail.triage.triage_input import TriageInput

# Where a mail was delivered, by what servers add.
_DELIVERED_FIELDS = frozenset({"delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "x-delivered-to"})
_SPAM_FOLDERS = frozenset(phrases_beside(__file__, "spam_folders"))
_LIST_FIELDS = phrases_beside(__file__, "list_fields")
_CAMPAIGN_FIELDS = phrases_beside(__file__, "campaign_fields")
_AUTOMATIC_FIELDS, _GENERATED_FIELDS = (
    phrases_beside(__file__, name) for name in ("automatic_fields", "generated_fields")
)
_BEHIND = r"(?:[._+=-].*)?"
_BOUNCE_SENDER = pattern_beside(__file__, "bounce_senders", after=rf"{_BEHIND}|.*-bounces", flags=0)
_BOUNCE_SUBJECT = pattern_beside(__file__, "bounce_subjects")
_ABSENCE_SUBJECT = pattern_beside(__file__, "absence_subjects")
_ABSENT_SUBJECT = pattern_beside(__file__, "absent", after=r"\s*(?::|-|re:|aw:|$)")
_CALENDAR_SUBJECT = pattern_beside(__file__, "calendar_subjects", r"\s*", r"\s?:")
# Nobody waits for a personal answer of each of so many.
_MASS_ADDRESSES = 25
_EVENT_TIME, _EVENT_PLACE = (
    pattern_beside(__file__, name, r"^[ \t>*]{0,4}", r"\s?:", flags=re.I | re.M)
    for name in ("event_time", "event_place")
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """A rule that holds, and the sentence that says so."""

    rule: str
    reason: str


def automated_verdict(facts: TriageInput) -> Verdict | None:
    """Return the first rule that speaks against an answer, or None."""
    return next(automated_verdicts(facts), None)


def automated_verdicts(facts: TriageInput) -> Iterator[Verdict]:
    """Yield the rules that speak against an answer, the surest first."""
    for rule, sentence in _RULES:
        if found := sentence(facts):
            yield Verdict(rule, found)


def is_robot(facts: TriageInput) -> bool:
    """Whether a program surely sent it, so that a reply reaches nobody, not even where its owner asks for one.

    Of absences in words alone a person may write.
    """
    return bool(_bounce(facts) or _sent_automatically(facts))


def _own_mail(facts: TriageInput) -> str:
    if facts.owner.assumed or not facts.owner.owns(facts.message.sender):
        return ""
    # Whoever threatens people likes to write in their own name. What a list sends on is accused too.
    is_forged = is_accused(facts.message) and not any(facts.message.has_header(name) for name in _LIST_FIELDS)
    return "" if is_forged else N_("Own mail: you wrote it.")


def _spam(facts: TriageInput) -> str:
    folder = re.split(r"[/.\\]", facts.folder.lower())[-1].strip().replace(" ", "-")
    if folder in _SPAM_FOLDERS:
        return N_(f"Spam: it lies in the folder {facts.folder}.")
    message = facts.message
    marked = message.header("x-spam-flag").lower().startswith("yes") or message.header(
        "x-spam-status"
    ).lower().startswith("yes")
    return N_("Spam: the mail server marked it so.") if marked else ""


def _bounce(facts: TriageInput) -> str:
    message = facts.message
    if message.content_type == "multipart/report" or message.content_type.startswith("message/d"):
        return N_("Report of a mail system: it tells about the delivery of another mail.")
    # People write from postmaster@ too, about an address or a list.
    if _BOUNCE_SENDER.fullmatch(message.sender.local_part) and not _is_from_postmaster(facts):
        return N_(f"Report of a mail system: it comes from {message.sender.local_part}.")
    if _BOUNCE_SUBJECT.match(message.subject):
        return N_("Report of a mail system: its subject says so.")
    if is_receipt(message.subject, facts.split.new_text):
        return N_("Report of a mail system: it tells that another mail was read or delivered.")
    return (
        N_("Automatic mail: it was sent with an empty return address.") if message.header("return-path") == "<>" else ""
    )


def _is_from_postmaster(facts: TriageInput) -> bool:
    return facts.message.sender.local_part == "postmaster" and is_letter(facts, find_wanted(facts.split.new_text))


def _automatic(facts: TriageInput) -> str:
    is_away = says_absence(facts.split.new_text)
    return _sent_automatically(facts) or (N_("Automatic reply: its writer is away.") if is_away else "")


def _sent_automatically(facts: TriageInput) -> str:
    message = facts.message
    if message.header("auto-submitted").lower().startswith("auto-replied"):
        return N_("Automatic reply: its Auto-Submitted header says so.")
    if field := next((name for name in _AUTOMATIC_FIELDS if message.has_header(name)), ""):
        return N_(f"Automatic mail: it has the header {field.title()}.")
    if message.header("precedence").lower() in {"auto_reply", "auto-reply"}:
        return N_("Automatic mail: its Precedence header says so.")
    subject = _bare(message.subject)
    if _ABSENCE_SUBJECT.match(subject) or _ABSENT_SUBJECT.match(subject):
        return N_("Automatic reply: its subject says so.")
    return ""


def _generated(facts: TriageInput) -> str:
    """What a program sent, perhaps for a person: help desks and forms mark what people write so."""
    message = facts.message
    submitted = message.header("auto-submitted").lower()
    if submitted and not submitted.startswith("no"):
        return N_("Automatic mail: its Auto-Submitted header says so.")
    field = next((name for name in _GENERATED_FIELDS if message.has_header(name)), "")
    return N_(f"Automatic mail: it has the header {field.title()}.") if field else ""


def _calendar(facts: TriageInput) -> str:
    message = facts.message
    # A published calendar (RFC 5546, 3.2.1) invites nobody.
    if message.calendar_method not in {"", "publish"} and not (
        is_personal(facts) and find_wanted(facts.split.new_text).clear
    ):
        return N_("Calendar: it is an invitation or an answer to one; answer it in the calendar.")
    if is_personal(facts):
        return ""
    if _CALENDAR_SUBJECT.match(message.subject):
        return N_("Calendar: its subject is that of an invitation or of an answer to one.")
    text = facts.split.new_text[:20_000]
    is_event = _EVENT_PLACE.search(text) and _EVENT_TIME.search(text)
    # "Date: … Place: …" stand in reports of damage too.
    if is_event and is_signed_report(facts, find_wanted(facts.split.new_text)):
        return ""
    return N_("Calendar: it announces an event with its time and place.") if is_event else ""


def _unread_sender(facts: TriageInput) -> str:
    sender = facts.message.sender
    if not is_unread(sender) or _is_person(facts):
        return ""
    return N_(f"Automatic mail: nobody reads the address {sender.local_part}@.")


def _program_sender(facts: TriageInput) -> str:
    sender = facts.message.sender
    if facts.is_correspondent or is_unread(sender):
        return ""
    if is_program(sender) and not _is_person(facts):
        return N_(f"Automatic mail: nobody reads the address {sender.local_part}@.")
    is_theirs = is_program_domain(sender.domain) and not is_personal(facts)
    return N_(f"Automatic mail: programs write from {sender.domain}.") if is_theirs else ""


def _is_person(facts: TriageInput) -> bool:
    """Whether a person bears the name that looks like a program's: sarah.jenkins@, by Sarah Jenkins."""
    sender = facts.message.sender
    if not is_unread(sender) and shows_person(sender) and is_signed(facts):
        return True
    if is_role(sender):
        return bears_name(sender) and is_signed(facts)
    has_words = re.search(r"[a-z][._-]+[a-z]", sender.local_part) is not None
    return has_words and (bears_name(sender) or is_signed(facts))


def _list_or_campaign(facts: TriageInput) -> str:
    message = facts.message
    by_list = next((name for name in _LIST_FIELDS if message.has_header(name)), "")
    bulk = (
        message.header("precedence").lower() if message.header("precedence").lower() in {"bulk", "junk", "list"} else ""
    )
    campaign = next((name for name in _CAMPAIGN_FIELDS if message.has_header(name)), "")
    if not by_list and not bulk:
        if campaign and not _is_letter(facts):
            return N_(f"Newsletter: it has the header {campaign.title()}.")
        return N_("Mailing list: its subject and its footer or recipients say so.") if _unmarked_list(facts) else ""
    if by_list and (_is_also_to_owner(facts) or _calls_owner_in_list(facts)):
        return ""  # judged like any other
    return (
        N_(f"Mailing list: it has the header {by_list.title()}.")
        if by_list
        else N_(f"Mass mail: its Precedence is {bulk}.")
    )


def _calls_owner_in_list(facts: TriageInput) -> bool:
    """Whether somebody asks the owner by name before all; newsletters greet each reader so, and name nobody later."""
    text = f"{facts.split.new_text}\n{facts.split.signature}"
    if mass_marks(text) or has_unsubscribe_line(text):
        return False
    return calls_owner(facts, find_wanted(facts.split.new_text))


def _is_letter(facts: TriageInput) -> bool:
    """Whether a person wrote it to the owner alone; help desks and mail services mark such mails as campaigns."""
    text = f"{facts.split.new_text}\n{facts.split.signature}"
    return is_personal(facts) and len(facts.message.to) == 1 and not (mass_marks(text) or has_unsubscribe_line(text))


def _is_also_to_owner(facts: TriageInput) -> bool:
    """Whether a mail went to the owner beside the list. One to the owner alone is a newsletter's copy."""
    message, owner = facts.message, facts.owner
    to_owner = not owner.assumed and any(owner.owns(address) for address in message.to)
    return to_owner and any(not owner.owns(address) for address in (*message.to, *message.cc))


def _asks_for_no_reply(facts: TriageInput) -> str:
    text = f"{facts.split.new_text}\n{facts.split.signature}"
    return N_("Automatic mail: its text says that nobody answers replies.") if says_no_reply(text) else ""


def _mass(facts: TriageInput) -> str:
    message = facts.message
    text = f"{facts.split.new_text}\n{facts.split.signature}"
    if mass_marks(text) >= 2:
        return N_("Mass mail: its text bears the marks of a newsletter or an offer.")
    if message.has_html and has_unsubscribe_line(text):
        return N_("Newsletter: it offers to end the subscription.")
    if not (message.to or message.cc) and message.header("to"):
        return N_("Mass mail: it names nobody whom it is for.")
    count = len(message.to) + len(message.cc) + message.header("resent-to").count("@")
    return N_(f"Mass mail: it went to {count} addresses.") if count >= _MASS_ADDRESSES else ""


def _notification(facts: TriageInput) -> str:
    marks = notification_marks(facts.message.subject, f"{facts.split.new_text}\n{facts.split.signature}")
    # A desk's mail needs one fewer, what somebody has signed two more.
    least = CERTAIN_MARKS - is_role(facts.message.sender) + 2 * (facts.is_correspondent or is_signed(facts))
    if marks >= least and marks < 2 * CERTAIN_MARKS and is_letter(facts, find_wanted(facts.split.new_text)):
        return ""
    return N_("Notification: subject and text are those of a program.") if marks >= least else ""


def _unreadable(facts: TriageInput) -> str:
    return (
        N_("Encrypted: only your mail program can open it. Answer it there.")
        if ENCRYPTED in facts.message.warnings
        else ""
    )


def _only_copied(facts: TriageInput) -> str:
    message, owner = facts.message, facts.owner
    if facts.owner.assumed or any(owner.owns(address) for address in message.to):
        return ""
    if any(owner.owns(address) for address in message.cc):
        return "" if calls_owner(facts, find_wanted(facts.split.new_text)) else N_("Copy: you are only in Cc.")
    return ""


def _blind_copy(facts: TriageInput) -> str:
    message, owner = facts.message, facts.owner
    if owner.assumed or any(owner.owns(address) for address in (*message.to, *message.cc)):
        return ""
    # Both would name an alias that is not set here; the owner's own address alone means a blind copy.
    delivered = parse_addresses(", ".join(value for name, value in message.headers if name in _DELIVERED_FIELDS))
    is_blind = bool(delivered) and all(owner.owns(address) for address in delivered)
    if not is_blind or not (message.to or message.cc):
        return ""
    # Mail to a shared address reaches its readers so, and turns to one of them.
    asked = find_wanted(facts.split.new_text)
    turns_to_owner = calls_owner(facts, asked) or names_owner(facts) or is_letter(facts, asked)
    return "" if turns_to_owner else N_("Copy: you are neither in To nor in Cc.")


def _unmarked_list(facts: TriageInput) -> bool:
    """Whether a mail came over a list whose headers were lost: its footer, or a subject tag that is a recipient."""
    message = facts.message
    if not facts.owner.assumed and any(facts.owner.owns(address) for address in message.to):
        return False
    below = f"{facts.split.signature}\n{facts.split.new_text[-1_000:]}\n{facts.split.quoted[-500:]}"
    if "mailman/listinfo/" in below or "To unsubscribe from this" in below:
        return True
    tag = re.search(r"\[([\w-]{2,30})\]", message.subject[:200])
    recipients = {address.local_part for address in (*message.to, *message.cc)}
    return tag is not None and (
        not recipients
        or any(tag[1].lower() in address or address in tag[1].lower() for address in recipients if address)
    )


def _bare(subject: str) -> str:
    return re.sub(r"^\s*(?:re|fwd?|aw|wg)\s?:\s*", "", subject, flags=re.IGNORECASE)


# In order: the first that holds is the reason that a person reads.
_RULES: tuple[tuple[str, Callable[[TriageInput], str]], ...] = (
    ("own_mail", _own_mail),
    ("spam", _spam),
    ("bounce", _bounce),
    ("automatic", _automatic),
    ("generated", _generated),
    ("calendar", _calendar),
    ("list", _list_or_campaign),
    ("machine_sender", _unread_sender),
    ("program_sender", _program_sender),
    ("no_reply_text", _asks_for_no_reply),
    ("mass_mail", _mass),
    ("notification", _notification),
    ("encrypted", _unreadable),
    ("copy", _only_copied),
    ("blind_copy", _blind_copy),
)
