"""What triage looks at: a mail, its parts, whose mailbox it is, and phrases that programs and bulk mail use. Pure.

Whole phrases only, so that a person can read why a mail counts as such.
"""

import re
from dataclasses import dataclass

from core.text.lexicon import pattern_beside
from integrations.mail.message.addresses import Address, OwnerAddresses
from integrations.mail.message.message import Message
from integrations.mail.message.quotes import SplitText

# Addresses behind which many people stand: all.staff@, dl-sales@.
_GROUP_ADDRESS = pattern_beside(__file__, "group_addresses", "(?:^|[._-])", "(?:[._-]|$)", flags=0)


_LIST_DOMAINS = frozenset({"googlegroups.com", "yahoogroups.com", "egroups.com", "topica.com"})


@dataclass(frozen=True, slots=True)
class TriageInput:
    """What the rules look at: the mail, its parts, whose mailbox it is, and the folder."""

    message: Message
    split: SplitText
    owner: OwnerAddresses
    folder: str = ""


def personally_addressed(facts: TriageInput) -> tuple[Address, ...]:
    """Return the people in To, without the addresses of lists that the mail came by."""
    lists = _list_addresses(facts.message)
    return tuple(address for address in facts.message.to if address.key not in lists and not _looks_like_list(address))


def is_signed(facts: TriageInput) -> bool:
    """Whether the sender's name stands below the text, in a line of little else."""
    names = name_words(facts.message.sender)
    below = [*facts.split.new_text[-300:].split("\n")[-3:], *facts.split.signature[:300].split("\n")[:4]]
    lines = (re.findall(r"[^\W\d_]{2,}", line.lower()) for line in below)
    return any(line and 2 * len(names.intersection(line)) >= len(line) for line in lines)


def name_words(address: Address) -> set[str]:
    """Return the words of a person's name and address, in lower case."""
    return set(re.findall(r"[^\W\d_]{2,}", f"{address.name} {address.local_part}".lower()))


def _list_addresses(message: Message) -> frozenset[str]:
    text = " ".join(
        value
        for name, value in message.headers
        if name in {"list-post", "x-beenthere", "x-mailing-list", "mailing-list"}
    )
    return frozenset(re.findall(r"[\w.+-]{1,64}@[\w.-]{1,255}", text.lower()[:5_000]))


def _looks_like_list(address: Address) -> bool:
    if _GROUP_ADDRESS.search(address.local_part):
        return True
    return address.domain.startswith(("lists.", "list.", "listserv.", "groups.")) or address.domain in _LIST_DOMAINS


_MAX_TEXT_CHARS = 200_000

# Matched against text in lower case: much faster than patterns that ignore case.
_MASS_TEXT = pattern_beside(__file__, "mass", flags=0)
_UNSUBSCRIBE_LINE = pattern_beside(__file__, "unsubscribe_lines", r"\W{0,5}", r"\W{0,5}", flags=0)


def has_unsubscribe_line(text: str) -> bool:
    """Whether a line, or a piece of one between bars, says nothing but how to end a subscription."""
    return any(_UNSUBSCRIBE_LINE.fullmatch(line.strip()) for line in re.split(r"[\n|·•]", text[-20_000:].lower()))


def mass_marks(text: str) -> int:
    """Return how many different marks of mass mail a text bears (unsubscribe, view online, dear customer)."""
    return len({match[0][:12] for match in _MASS_TEXT.finditer(unwrapped(text))})


def unwrapped(text: str) -> str:
    """Return the text in lower case and without its line ends, which may fall within a phrase."""
    return " ".join(text[:_MAX_TEXT_CHARS].lower().split())


# Matched against text in lower case: much faster than patterns that ignore case.
_NO_REPLY_TEXT = pattern_beside(__file__, "no_reply", flags=0)
_NOTIFICATION_TEXT = pattern_beside(__file__, "notifications", flags=0)
_NOTIFICATION_SUBJECT = pattern_beside(__file__, "notification_subjects", r"\b", r"\b")
_NOTIFICATION_SIGN = pattern_beside(__file__, "notification_signs")
# Subjects that only programs write.
_PROGRAM_SUBJECT = pattern_beside(__file__, "program_subjects", r"\s*")
# An absence, and what only a standing answer adds to it. People who are away ask too, so both are needed.
_AWAY = pattern_beside(__file__, "away", flags=0)
_STANDING_ANSWER = pattern_beside(__file__, "standing_answers", flags=0)
_RECEIPT_SUBJECT = pattern_beside(__file__, "receipt_subjects", r"\s*", r"\s?:")
_RECEIPT_TEXT = pattern_beside(
    __file__, "receipt_texts", after=r"[^.]{0,200}?" + pattern_beside(__file__, "receipts").pattern, flags=0
)
_MAX_ABSENCE_WORDS = 150
# So many marks tell that a program wrote a mail, whoever it comes from.
CERTAIN_MARKS = 3


def says_no_reply(text: str) -> bool:
    """Whether the text says that nobody reads what is sent back, or that a program wrote it."""
    return _NO_REPLY_TEXT.search(unwrapped(text)) is not None


def notification_marks(subject: str, text: str) -> int:
    """Return how many marks of a program's message the subject and the text bear."""
    if _PROGRAM_SUBJECT.match(subject):
        return 2 * CERTAIN_MARKS
    found = {match[0] for match in _NOTIFICATION_TEXT.finditer(unwrapped(text))}
    return len(found) + 2 * _is_of_program(subject)


def _is_of_program(subject: str) -> bool:
    return (_NOTIFICATION_SUBJECT.search(subject) or _NOTIFICATION_SIGN.search(subject)) is not None


def says_absence(text: str) -> bool:
    """Whether the text is what a mail program answers while its owner is away."""
    plain = unwrapped(text)
    if not _AWAY.search(plain[:400]) or len(plain.split()) > _MAX_ABSENCE_WORDS:
        return False
    return _STANDING_ANSWER.search(plain) is not None


def is_receipt(subject: str, text: str) -> bool:
    """Whether the mail only tells that another was read or delivered."""
    return _RECEIPT_SUBJECT.match(subject) is not None and _RECEIPT_TEXT.search(unwrapped(text)) is not None
