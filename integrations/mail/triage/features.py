"""What speaks for and against an answer: named signs that a person can read, each with how strongly it is there.

What a sign weighs is learnt (`weighing`); here is only whether it is there.
"""

import re
from collections.abc import Iterator

from core.text.asks import Wanted
from core.text.lexicon import pattern_beside, phrases_beside
from integrations.mail.message.addresses import Address
from integrations.mail.message.message import Message
from integrations.mail.reply.greeting import is_role
from integrations.mail.triage.context import (
    TriageInput,
    is_signed,
    mass_marks,
    name_words,
    notification_marks,
    personally_addressed,
)

# Name of the sign -> what a person reads.
SENTENCES = {
    "asks": "it asks its reader for something",
    "asks_again": "it asks more than once",
    "question": "it holds a question",
    "order": "it tells its reader to do something",
    "subject_asks": "its subject is a question",
    "asks_little": "the question is a small part of a long text",
    "no_recipient": "it names no recipient",
    "one_recipient": "it is addressed to one person",
    "many": "it is addressed to many",
    "group": "it is addressed to a group",
    "group_address": "it is addressed to a group address",
    "desk": "it comes from a desk, not from a person",
    "not_in_to": "the owner is not in To",
    "list_copy": "it went over a mailing list too",
    "greets_many": "it greets many",
    "greets_owner": "it greets the owner by name",
    "greets_other": "it greets somebody else",
    "colleague": "it comes from a colleague",
    "conversation": "it goes on with a conversation",
    "signed": "its sender signs by name",
    "to_self": "its sender and its recipient are the same",
    "stranger": "nothing tells that its sender knows the owner",
    "information": "it is for information",
    "closes": "it closes the conversation",
    "plain": "it is short and plain",
    "long": "it is long",
    "links": "it holds many links",
    "mass": "it bears a mark of mass mail",
    "notification": "it reads like a notification",
    "sells": "it sells something",
    "shouts": "it shouts",
    "exclaims": "it has many exclamation marks",
    "odd_sender": "its sender's address looks made up",
}
_SHORT_WORDS = 80
_LONG_WORDS = 500
_MANY_LINKS = 3

_FYI = pattern_beside(__file__, "fyi", r"\b")
_CLOSING = pattern_beside(__file__, "closes", r"\W{0,5}", r"\b")
_CROWD_GREETING = pattern_beside(__file__, "crowd_greetings", after="[ ,]{1,3}").pattern
_TO_MANY = pattern_beside(__file__, "crowd", rf"\W{{0,5}}(?:{_CROWD_GREETING})?(?:to )?", r"\b")
_TITLE = pattern_beside(__file__, "titles", after=r"\.? ").pattern
_GREETING = pattern_beside(
    __file__, "greets", r"\W{0,5}(?:", rf"[ ,]{{1,3}})?(?:{_TITLE})?([^\W\d_][\w'-]{{1,25}})(?=[\s,:;!.-]|$)"
)
_OPEN_DOMAINS = frozenset(phrases_beside(__file__, "open_domains"))
_ODD_SENDER = pattern_beside(__file__, "odd_senders", flags=0)
_LINK_SIGNS = ("http://", "https://", "www.")
_ADVERTISING = pattern_beside(__file__, "advertising")
_MONEY = pattern_beside(__file__, "money")


def find_features(facts: TriageInput, asked: Wanted) -> dict[str, float]:
    """Return the signs of a mail, by name, each with its strength (mostly 1)."""
    found = dict.fromkeys((*_asking(facts.message, asked), *_addressing(facts), *_acquaintance(facts)), 1.0)
    if not found.keys() & _OF_ACQUAINTANCE:
        found["stranger"] = 1.0
    text = facts.split.new_text
    found |= dict.fromkeys(_text(facts.message, text, asked), 1.0)
    return found | _offer(facts.message, text, stranger=not _known(facts))


_OF_ACQUAINTANCE = frozenset({"colleague", "conversation", "signed", "greets_owner"})


def _asking(message: Message, asked: Wanted) -> Iterator[str]:
    if asked.clear:
        yield "asks"
    if len(asked.clear) > 1:
        yield "asks_again"
    if asked.questions:
        yield "question"
    elif asked.orders:
        yield "order"
    if message.subject.rstrip().endswith("?"):
        yield "subject_asks"
    if asked.sentences > 15 and asked.clear and len(asked.clear) * 12 < asked.sentences:
        yield "asks_little"


def _addressing(facts: TriageInput) -> Iterator[str]:
    message = facts.message
    crowd = set(_crowd(message))
    if message.to and not personally_addressed(facts):
        crowd = crowd - {"one_recipient"} | {"group_address"}
    yield from sorted(crowd)
    if is_role(message.sender):
        yield "desk"
    if not facts.owner.assumed and not any(facts.owner.owns(address) for address in message.to):
        yield "not_in_to"
    if message.cc and any(message.has_header(name) for name in ("list-id", "x-beenthere", "list-post")):
        yield "list_copy"


def _crowd(message: Message) -> Iterator[str]:
    recipients = max(len(message.to), message.header("x-to").count("@") + message.header("x-to").count("/CN=") // 2)
    if recipients == 0:
        yield "no_recipient"
    elif recipients == 1:
        yield "one_recipient"
    elif recipients > 20:
        yield "many"
    elif recipients > 6:
        yield "group"


def _acquaintance(facts: TriageInput) -> Iterator[str]:
    """Yield signs that the sender knows whom they write to."""
    message = facts.message
    sender = message.sender
    yield from _greeting(facts)
    if _is_colleague(message):
        yield "colleague"
    if _is_conversation(facts):
        yield "conversation"
    if is_signed(facts):
        yield "signed"
    if any(sender.key == address.key for address in message.to):
        yield "to_self"


def _known(facts: TriageInput) -> bool:
    return _is_colleague(facts.message) or _is_conversation(facts)


def _is_colleague(message: Message) -> bool:
    domain = message.sender.domain
    return bool(domain) and domain not in _OPEN_DOMAINS and domain in {address.domain for address in message.to}


def _is_conversation(facts: TriageInput) -> bool:
    return bool(facts.message.in_reply_to or facts.message.references or facts.split.quoted)


def _greeting(facts: TriageInput) -> Iterator[str]:
    text = facts.split.new_text.lstrip()[:200]
    if _TO_MANY.match(text):
        yield "greets_many"
        return
    match = _GREETING.match(text)
    if not match:
        return
    name = match[1].lower()
    # Senders know the owner by the name that they write beside the address.
    called = personally_addressed(facts) if facts.owner.assumed else _own(facts)
    if name in name_words(facts.owner) or any(name in name_words(one) for one in called):
        yield "greets_owner"
    elif any(name in name_words(address) for address in (*facts.message.to, *facts.message.cc)):
        yield "greets_other"


def _own(facts: TriageInput) -> tuple[Address, ...]:
    return tuple(address for address in (*facts.message.to, *facts.message.cc) if facts.owner.owns(address))


def _text(message: Message, text: str, asked: Wanted) -> Iterator[str]:
    words = len(text.split())
    if _FYI.search(text[:2_000]):
        yield "information"
    if words <= 25 and _CLOSING.match(text) and not asked.clear:
        yield "closes"
    lowered = text.lower()
    links = sum(lowered.count(sign) for sign in _LINK_SIGNS)
    if words <= _SHORT_WORDS and not links and not _ADVERTISING.search(text):
        yield "plain"
    if words > _LONG_WORDS:
        yield "long"
    if links > _MANY_LINKS:
        yield "links"
    if mass_marks(text):
        yield "mass"
    if notification_marks(message.subject, text):
        yield "notification"


def _offer(message: Message, text: str, *, stranger: bool) -> dict[str, float]:
    """Return signs of an offer that nobody asked for. Talk of prices is one only when a stranger talks so."""
    found = {}
    text = text[:20_000]
    words = re.findall(r"[^\W\d_]{4,}", text)
    selling = {phrase.lower() for phrase in _ADVERTISING.findall(text)}
    if stranger:
        selling |= {phrase.lower() for phrase in _MONEY.findall(text)}
    if len(selling) >= 2:
        found["sells"] = float(min(6, len(selling)))
    if len(words) > 10 and sum(word.isupper() for word in words) > 0.15 * len(words):
        found["shouts"] = 1.0
    if text.count("!") >= 4:
        found["exclaims"] = 1.0
    if _ODD_SENDER.search(message.sender.local_part):
        found["odd_sender"] = 1.0
    return found
