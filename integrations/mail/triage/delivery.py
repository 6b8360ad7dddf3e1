"""How a mail was sent and how it is built: signs of its headers, its sender and its form, in no language. Pure."""

import re
from collections.abc import Iterator

from core.text.asks import Wanted, called_in, is_greeting
from core.text.catalogues import N_
from core.text.forms import IBAN
from core.text.salutations import FORWARD_SUBJECT
from integrations.mail.message.addresses import organization
from integrations.mail.message.senders import (
    OPEN_DOMAINS,
    authentication_results,
    bears_name,
    is_accused,
    is_program,
    is_program_domain,
    is_role,
    is_unread,
    shows_person,
)
from integrations.mail.triage.features import (
    is_personal,
    is_signed_by_anybody,
)
from integrations.mail.triage.fraud import answered_elsewhere, is_of_owner, links_elsewhere
from integrations.mail.triage.mentions import calls_owner, name_words
from integrations.mail.triage.program_text import mass_marks, notification_marks, says_no_reply
from integrations.mail.triage.triage_input import TriageInput

# Name of the sign -> what a person reads.
DELIVERY_SENTENCES = N_(
    {
        "program_address": "its address is a program's",
        "unread_address": "nobody reads its address",
        "desk_address": "its address is a desk's",
        "named_address": "its address bears the name that is shown",
        "shows_person": "it shows a person's name",
        "program_domain": "its domain is one of programs",
        "open_domain": "it comes from a mailbox that anybody can have",
        "hyphens": "its domain is put together of several words",
        "signed_by_anybody": "somebody's name stands below it",
        "calls_owner": "it calls you by name",
        "calls_other": "it calls somebody else by name",
        "personal": "one person wrote it to you",
        "form": "a form sent it",
        "calendar": "it carries an entry for the calendar",
        "accused": "the mail server says that it does not come from whom it names",
        "vouched": "the mail server vouches for its sender",
        "unproven": "nothing proves where it was sent from",
        "elsewhere": "an answer would go to another organisation",
        "of_owner": "it comes from your own organisation",
        "links_elsewhere": "its links lead to another organisation",
        "linked": "it holds a link",
        "polite": "it ends with a polite phrase that asks nothing",
        "iban": "it holds a bank account",
        "money": "it names an amount of money",
        "mark": "it holds a question mark",
        "mark_last": "it ends with a question mark",
        "mark_late": "there is a question mark near its end",
        "says_unread": "its text says that nobody answers replies",
        "mass_marks": "it bears marks of mass mail",
        "program_marks": "it bears marks of a program's message",
        "in_cc": "you are in Cc",
        "has_cc": "others are in Cc",
        "answers": "it answers a mail",
        "quotes": "it quotes a mail",
        "forwards": "it forwards a mail",
        "attached": "it has an attachment",
        "tiny": "it is very short",
        "short": "it is short",
        "wordy": "it is rather long",
    }
)
_CURRENCY = r"(?:[\u20ac$\u00a3]|\b(?:EUR|USD|GBP|CHF|[Ee]uros?)\b)"
_MONEY = re.compile(rf"{_CURRENCY} ?\d|\d ?{_CURRENCY}")
_UNPROVEN = frozenset({("spf", "fail"), ("spf", "softfail"), ("dkim", "fail"), ("dkim", "none")})
_TINY, _SHORT, _WORDY = 20, 60, 200
_LATE_CHARS, _MAX_CHARS, _MAX_MARKS = 200, 20_000, 4


def delivery_signs(facts: TriageInput, asked: Wanted) -> dict[str, float]:
    """Return these signs of a mail, by name, each with its strength (mostly 1)."""
    found = dict.fromkeys((*_of_sender(facts), *_of_headers(facts), *_of_form(facts, asked)), 1.0)
    text = facts.split.new_text
    found["mass_marks"] = float(min(_MAX_MARKS, mass_marks(text)))
    found["program_marks"] = float(min(_MAX_MARKS, notification_marks(facts.message.subject, text)))
    return {name: strength for name, strength in found.items() if strength}


def _of_sender(facts: TriageInput) -> Iterator[str]:
    sender = facts.message.sender
    signs = {
        "program_address": is_program(sender),
        "unread_address": is_unread(sender),
        "desk_address": is_role(sender),
        "named_address": bears_name(sender),
        "shows_person": shows_person(sender),
        "program_domain": is_program_domain(sender.domain),
        "open_domain": sender.domain in OPEN_DOMAINS,
        "hyphens": organization(sender.domain).partition(".")[0].count("-") > 1,  # one is usual
        "of_owner": is_of_owner(facts),
        "elsewhere": bool(answered_elsewhere(facts)),
    }
    yield from (name for name, holds in signs.items() if holds)


def _of_headers(facts: TriageInput) -> Iterator[str]:
    message, results = facts.message, authentication_results(facts.message)
    signs = {
        "form": facts.is_form,
        "calendar": bool(message.calendar_method),
        "accused": is_accused(message),
        "vouched": ("dmarc", "pass") in results,
        "unproven": not _UNPROVEN.isdisjoint(results),
        "in_cc": any(facts.owner.owns(address) for address in message.cc),
        "has_cc": bool(message.cc),
        "answers": bool(message.in_reply_to or message.references),
        "quotes": bool(facts.split.quoted),
        "forwards": FORWARD_SUBJECT.match(message.subject) is not None,
        "attached": bool(message.attachments),
    }
    yield from (name for name, holds in signs.items() if holds)


def _of_form(facts: TriageInput, asked: Wanted) -> Iterator[str]:
    whole = facts.split.new_text
    text = whole[:_MAX_CHARS]
    words = len(text.split())
    signs = {
        "signed_by_anybody": is_signed_by_anybody(facts),
        "calls_owner": calls_owner(facts, asked),
        "calls_other": _calls_other(facts, asked),
        "personal": is_personal(facts),
        "links_elsewhere": links_elsewhere(facts),
        "linked": any(start in text.casefold() for start in ("http://", "https://")),
        "polite": asked.hollow > 0 and not asked.all,
        "iban": IBAN.search(text) is not None,
        "money": _MONEY.search(text) is not None,
        "mark": "?" in text,
        "mark_last": whole.rstrip().endswith("?"),
        "mark_late": "?" in whole[-_LATE_CHARS:],
        "says_unread": says_no_reply(text),
        "tiny": words < _TINY,
        "short": words < _SHORT,
        "wordy": words > _WORDY,
    }
    yield from (name for name, holds in signs.items() if holds)


def _calls_other(facts: TriageInput, asked: Wanted) -> bool:
    """Whether somebody is called by name in what is asked, and never the owner."""
    names = {called_in(sentence).casefold() for sentence in asked.all}
    called = {name for name in names if name and not is_greeting(f"{name},")}
    own = name_words(facts.owner)
    return bool(called) and not any(set(name.split()) & own for name in called)
