"""What a mail shows: whom it addresses, and the signs for and against an answer. Pure.

A sign is named so that a person can read it, with how strongly it is there; what it weighs is learnt (`decide`).
Phrases are whole ones, so that a person can read why a mail counts as such.
"""

import re
from collections.abc import Iterator

from core.text.asks import Wanted, find_wanted
from core.text.catalogues import N_
from core.text.forms import DIGITS
from core.text.language import detect_language
from core.text.lexicon import WORD_BEGINS, either, joined, pattern_beside, phrases_beside
from core.text.salutations import ANSWER_SUBJECT, FORWARD_SUBJECT, ROLES
from core.writing.grounded.occasions import is_complaint
from integrations.mail.message.addresses import Address, organization
from integrations.mail.message.message import MailMessage
from integrations.mail.message.senders import (
    OPEN_DOMAINS,
    is_list_domain,
    is_role,
    list_addresses,
    shows_person,
)
from integrations.mail.message.signature import is_closing
from integrations.mail.triage.manner import asking_part
from integrations.mail.triage.mentions import (
    calls_owner,
    is_mentioned,
    is_relayed,
    name_words,
    names_owner,
    own_addresses,
)
from integrations.mail.triage.program_text import mass_marks, notification_marks
from integrations.mail.triage.triage_input import TriageInput

# Addresses behind which many people stand: all.staff@, dl-sales@.
_GROUP_ADDRESS = pattern_beside(__file__, "group_addresses", "(?:^|[._-])", "(?:[._-]|$)", flags=0)


# Name of the sign -> what a person reads.
SENTENCES = N_(
    {
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
        "not_in_to": "you are not in To",
        "list_copy": "it went over a mailing list too",
        "greets_many": "it greets many",
        "greets_owner": "it greets you by name",
        "greets_other": "it greets somebody else",
        "colleague": "it comes from a colleague",
        "conversation": "it goes on with a conversation",
        "signed": "its sender signs by name",
        "to_self": "its sender and its recipient are the same",
        "stranger": "nothing tells that its sender knows you",
        "information": "it is for information",
        "needs_none": "it says that no answer is needed",
        "wants_word": "it wants a word back",
        "thanks": "it thanks",
        "pitch": "it begins as offers of strangers do",
        "names_owner": "it turns to you by name within its text",
        "complains": "it is a complaint",
        "reminds": "it reminds of an answer that is due",
        "closes": "it closes the conversation",
        "plain": "it is short and plain",
        "long": "it is long",
        "links": "it holds many links",
        "mass": "it bears a mark of mass mail",
        "notification": "it reads like a notification",
        "buys": "its sender wants to buy",
        "sells": "it sells something",
        "shouts": "it shouts",
        "exclaims": "it has many exclamation marks",
        "odd_sender": "its sender's address looks made up",
        "first_person": "its writer speaks of themselves",
        "subject_wants": "its subject wants a word back",
        "deadline": "it says until when",
        "mentioned": "its tool says that you were mentioned or asked",
        "patience": "it thanks for patience ahead",
        "rhetorical": "it holds a question that wants no answer",
        "subject_settled": "its subject says that something is over",
        "bare_question": "it is a question of a few words without a mark",
        "survey": "it wants to be rated, or a click",
        "relayed": "a site passes on what somebody wrote",
    }
)
_SHORT_WORDS = 80
_LONG_WORDS = 500
_MANY_LINKS = 3
# These are matched against text in lower case: much faster than patterns that ignore case.
_FYI = pattern_beside(__file__, "fyi", r"\b", flags=0)
_NO_ANSWER = pattern_beside(__file__, "no_answer", r"(?<!\w)", flags=0)
_CLOSING = pattern_beside(__file__, "closes", r"\W{0,5}", r"\b", flags=0)
_ADVERTISING = either(
    [WORD_BEGINS + joined(phrases_beside(__file__, "advertising")), *phrases_beside(__file__, "advertising_anywhere")],
    flags=0,
)
_MONEY = pattern_beside(__file__, "money", flags=0)
_BUYING = pattern_beside(__file__, "buying", r"(?<!\w)", flags=0)
# A sign -> its phrases, wherever they stand.
_PHRASES = {
    name: pattern_beside(__file__, name, r"(?<!\w)", flags=0)
    for name in (
        *("wants_word", "thanks", "pitch", "first_person"),
        *("deadline", "survey", "patience", "rhetorical"),
    )
}
# As in "RESOLVED: the pump" and in "[REQ-12] Closed: the pump".
_SETTLED_SUBJECT = pattern_beside(__file__, "settled_subjects", r"\s*(?:\[[^\]]{1,30}\]\s*)?", r"\s?:")
_BARE_QUESTION = pattern_beside(__file__, "bare_questions", r"\W{0,3}(?:[^\W\d_]{2,12},? )?", r"\b")
_BARE_WORDS = 14
_CROWD_GREETING = pattern_beside(__file__, "crowd_greetings", after="[ ,]{1,3}").pattern
_TO_MANY = pattern_beside(__file__, "crowd", rf"\W{{0,5}}(?:{_CROWD_GREETING})?(?:to )?", r"\b")
_TITLE = pattern_beside(__file__, "titles", after=r"\.? ").pattern
_GREETING = pattern_beside(
    __file__, "greets", r"\W{0,5}(?:", rf"[ ,]{{1,3}})?(?:{_TITLE})?([^\W\d_][\w'-]{{1,25}})(?=[\s,:;!.-]|$)"
)
_ODD_SENDER = pattern_beside(__file__, "odd_senders", flags=0)
_LINK_SIGNS = ("http://", "https://", "www.")
_FRAMED_LINE = re.compile(r"\A[#*=_-]{2,10} {0,3}[^\n]{5,150}[#*=_-]{2,10} *(?:\n|\Z)")
_NAME_LINE = re.compile(r"[A-Z\u00c0-\u00de][\w'-]+ (?:[A-Z]\. )?[A-Z\u00c0-\u00de][\w'-]+")
_REMINDS = pattern_beside(__file__, "reminds", r"(?<!\w)")
_MAX_COMPLAINT_CHARS = 5_000
_OF_FORMS = frozenset({"stranger", "notification", "desk"})
_OF_STRANGERS = frozenset({"stranger", "desk"})
_OF_ACQUAINTANCE = frozenset({"colleague", "conversation", "signed", "greets_owner"})


def personally_addressed(facts: TriageInput) -> tuple[Address, ...]:
    """Return the people in To, without the addresses of lists that the mail came by."""
    lists = list_addresses(facts.message)
    return tuple(address for address in facts.message.to if address.key not in lists and not _looks_like_list(address))


def is_personal(facts: TriageInput) -> bool:
    """Whether one person wrote it to the owner: it is signed, and greets them or goes on with a conversation."""
    sender = facts.message.sender
    if not is_signed(facts) or (is_role(sender) and not shows_person(sender)):
        return False
    return _is_conversation(facts) or "greets_owner" in set(_greeting(facts))


def is_letter(facts: TriageInput, asked: Wanted) -> bool:
    """Whether it asks something below a greeting or a call to the owner, and somebody's name stands below it."""
    is_named = is_signed(facts) or is_signed_by_anybody(facts)
    return bool(asked.clear) and is_named and ("greets_owner" in set(_greeting(facts)) or calls_owner(facts, asked))


def is_signed_report(facts: TriageInput, asked: Wanted) -> bool:
    """Whether it asks something, and the sender's name, or that of anybody, stands below it."""
    return bool(asked.clear) and (is_signed(facts) or is_signed_by_anybody(facts))


def is_signed(facts: TriageInput) -> bool:
    """Whether the sender's name stands below the text, in a line of little else."""
    names = name_words(facts.message.sender)
    below = [*facts.split.new_text[-300:].split("\n")[-3:], *facts.split.signature[:300].split("\n")[:4]]
    lines = (re.findall(r"[^\W\d_]{2,}", line.lower()) for line in below)
    return any(line and 2 * len(names.intersection(line)) >= len(line) for line in lines)


def _looks_like_list(address: Address) -> bool:
    if _GROUP_ADDRESS.search(address.local_part):
        return True
    return is_list_domain(address.domain)


def find_features(facts: TriageInput, asked: Wanted) -> dict[str, float]:
    """Return the signs of a mail, by name, each with its strength (mostly 1)."""
    found = dict.fromkeys(
        (*_asking(facts.message, asked), *_addressing(facts, asked), *_acquaintance(facts, asked)), 1.0
    )
    if not found.keys() & (_OF_ACQUAINTANCE | {"desk"}):
        found["stranger"] = 1.0
    text = facts.split.new_text
    found |= dict.fromkeys(_text(facts.message, text, asked), 1.0)
    if facts.is_form:  # strangers fill in forms, and a program's words stand around theirs
        found = {name: strength for name, strength in found.items() if name not in _OF_FORMS}
    if facts.is_correspondent:
        found = {name: strength for name, strength in found.items() if name not in _OF_STRANGERS}
    if names_owner(facts):
        found["names_owner"] = 1.0
    if is_mentioned(facts):
        found["mentioned"] = 1.0
    if is_relayed(facts):
        found["relayed"] = 1.0
    if complains(facts):
        found["complains"] = 1.0
    if _is_conversation(facts) and _REMINDS.search(text[:_MAX_COMPLAINT_CHARS]):
        found["reminds"] = 1.0
    return found | _offer(facts, asked)


def complains(facts: TriageInput) -> bool:
    """Whether somebody from outside complains: they wait for an answer, even where they ask for none."""
    if not facts.owner.assumed and _is_colleague(facts.message):
        return False
    text = facts.split.new_text[:_MAX_COMPLAINT_CHARS]
    return is_complaint(detect_language(text), facts.message.subject, text)


def _asking(message: MailMessage, asked: Wanted) -> Iterator[str]:
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
    if _wants_by_subject(message.subject):
        yield "subject_wants"
    if _SETTLED_SUBJECT.match(message.subject):
        yield "subject_settled"
    if asked.sentences > 15 and asked.clear and len(asked.clear) * 12 < asked.sentences:
        yield "asks_little"


def _is_bare_question(text: str) -> bool:
    """Whether a text of a few words begins as questions do and bears no mark of one."""
    words = text.split()
    return 0 < len(words) <= _BARE_WORDS and "?" not in text and _BARE_QUESTION.match(text) is not None


def _wants_by_subject(subject: str) -> bool:
    """Whether a new subject asks; one that goes on did when it was new."""
    if ANSWER_SUBJECT.match(subject) or FORWARD_SUBJECT.match(subject):
        return False
    return _PHRASES["wants_word"].search(subject.lower()) is not None or bool(find_wanted(subject).clear)


def _addressing(facts: TriageInput, asked: Wanted) -> Iterator[str]:
    message = facts.message
    crowd = set(_crowd(message))
    if message.to and not personally_addressed(facts):
        crowd = crowd - {"one_recipient"} | {"group_address"}
    yield from sorted(crowd)
    if is_role(message.sender) and not shows_person(message.sender) and not is_signed_by_anybody(facts):
        yield "desk"
    is_addressed = facts.owner.assumed or any(facts.owner.owns(address) for address in message.to)
    if not is_addressed and not calls_owner(facts, asked):
        yield "not_in_to"
    if message.cc and any(message.has_header(name) for name in ("list-id", "x-beenthere", "list-post")):
        yield "list_copy"


def _crowd(message: MailMessage) -> Iterator[str]:
    recipients = max(len(message.to), message.header("x-to").count("@") + message.header("x-to").count("/CN=") // 2)
    if recipients == 0:
        yield "no_recipient"
    elif recipients == 1:
        yield "one_recipient"
    elif recipients > 20:
        yield "many"
    elif recipients > 6:
        yield "group"


def is_signed_by_anybody(facts: TriageInput) -> bool:
    """Whether a name of two words stands below the text, alone on its line."""
    below = [*facts.split.new_text[-300:].split("\n")[-4:], *facts.split.signature[:300].split("\n")[:4]]
    return any(_NAME_LINE.fullmatch(line.strip()) and not is_closing(line) and _is_no_desk(line) for line in below)


def _is_no_desk(line: str) -> bool:
    return not any(word in ROLES for word in line.casefold().split())


def _acquaintance(facts: TriageInput, asked: Wanted) -> Iterator[str]:
    """Yield signs that the sender knows whom they write to."""
    message = facts.message
    sender = message.sender
    yield from ("greets_owner",) if calls_owner(facts, asked) else _greeting(facts)
    if _is_colleague(message) and (shows_person(sender) or is_signed(facts) or is_signed_by_anybody(facts)):
        yield "colleague"  # and no program of the organisation
    if _is_conversation(facts):
        yield "conversation"
    if is_signed(facts):
        yield "signed"
    if any(sender.key == address.key for address in message.to):
        yield "to_self"


def _known(facts: TriageInput) -> bool:
    return facts.is_correspondent or _is_colleague(facts.message) or _is_conversation(facts)


def _is_colleague(message: MailMessage) -> bool:
    domain = message.sender.domain
    return bool(domain) and domain not in OPEN_DOMAINS and domain in {address.domain for address in message.to}


def _is_conversation(facts: TriageInput) -> bool:
    """Whether it goes on with a conversation; who answers nobody but themselves has none."""
    message = facts.message
    if facts.split.quoted:
        return True
    own = organization(message.sender.domain)
    ids = [before for before in (message.in_reply_to, *message.references) if before]
    is_of_others = (organization(before.strip("<>").rpartition("@")[2]) != own for before in ids)
    return bool(ids) and (_is_colleague(message) or own in OPEN_DOMAINS or any(is_of_others))


def _greeting(facts: TriageInput) -> Iterator[str]:
    # Help desks set a line above what they send: "##- Please type your reply above this line -##".
    text = _FRAMED_LINE.sub("", facts.split.new_text.lstrip()[:400]).lstrip()[:200]
    if _TO_MANY.match(text):
        yield "greets_many"
        return
    match = _GREETING.match(text)
    if not match:
        return
    name = match[1].lower()
    # Senders know the owner by the name that they write beside the address.
    called = personally_addressed(facts) if facts.owner.assumed else own_addresses(facts)
    if name in name_words(facts.owner) or any(name in name_words(way) for way in called):
        yield "greets_owner"
    elif any(name in name_words(address) for address in (*facts.message.to, *facts.message.cc)):
        yield "greets_other"


def _text(message: MailMessage, text: str, asked: Wanted) -> Iterator[str]:
    words, lowered = len(text.split()), text.lower()
    if _FYI.search(lowered[:2_000]):
        yield "information"
    if _NO_ANSWER.search(lowered[:_MAX_COMPLAINT_CHARS]):
        yield "needs_none"
    said = {"wants_word": asking_part(text).lower()}
    yield from (
        name for name, phrases in _PHRASES.items() if phrases.search(said.get(name, lowered)[:_MAX_COMPLAINT_CHARS])
    )
    if _is_bare_question(text):
        yield "bare_question"
    if words <= 25 and _CLOSING.match(lowered) and not (asked.clear or asked.questions):
        yield "closes"
    links = sum(lowered.count(sign) for sign in _LINK_SIGNS)
    if words <= _SHORT_WORDS and not links and not _ADVERTISING.search(lowered):
        yield "plain"
    if words > _LONG_WORDS:
        yield "long"
    if links > _MANY_LINKS:
        yield "links"
    if mass_marks(text):
        yield "mass"
    if notification_marks(message.subject, text):
        yield "notification"


def _offer(facts: TriageInput, asked: Wanted) -> dict[str, float]:
    """Return signs of an offer that nobody asked for.

    Talk of money is one only when a stranger talks so, outside of what they ask; who says that they buy sells nothing.
    """
    found = {}
    message, text = facts.message, facts.split.new_text[:20_000]
    words = re.findall(r"[^\W\d_]{4,}", text)
    lowered = text.lower()
    # Ten percent and twenty are one kind of phrase; somebody's measurements hold many.
    selling = {DIGITS.sub("#", phrase) for phrase in _ADVERTISING.findall(lowered)}
    if _BUYING.search(lowered):
        found["buys"] = 1.0
    elif not _known(facts):
        selling |= set(_MONEY.findall(_without_asked(text, asked).lower()))
    if len(selling) >= 2:
        found["sells"] = float(min(6, len(selling)))
    if len(words) > 10 and sum(word.isupper() for word in words) > 0.15 * len(words):
        found["shouts"] = 1.0
    if text.count("!") >= 4:
        found["exclaims"] = 1.0
    if _ODD_SENDER.search(message.sender.local_part) and not (facts.is_correspondent or is_signed(facts)):
        found["odd_sender"] = 1.0
    return found


def _without_asked(text: str, asked: Wanted) -> str:
    """Return a text on one line without the sentences that ask something."""
    plain = " ".join(text.split())
    for sentence in asked.all:
        plain = plain.replace(sentence, " ")
    return plain
