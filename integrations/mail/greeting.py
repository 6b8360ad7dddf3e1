"""How a reply begins and ends: the right person greeted, the owner's name below. From headers, never from a model."""

import re

from core.drafts import Value
from integrations.mail.addresses import Address
from integrations.mail.message import Message
from integrations.mail.quoted import split_text

# Greeting with a name, greeting without one, closing.
_FORMS = {
    "en": ("Hello {name},", "Hello,", "Best regards,"),
    "de": ("Hallo {name},", "Guten Tag,", "Viele Grüße"),
    "fr": ("Bonjour {name},", "Bonjour,", "Cordialement,"),
    "es": ("Hola {name},", "Hola,", "Saludos,"),
    "it": ("Buongiorno {name},", "Buongiorno,", "Cordiali saluti,"),
    "nl": ("Hallo {name},", "Goedendag,", "Met vriendelijke groet,"),
    "pt": ("Olá {name},", "Olá,", "Atenciosamente,"),
    "sv": ("Hej {name},", "Hej,", "Vänliga hälsningar,"),
    "pl": ("Dzień dobry,", "Dzień dobry,", "Pozdrawiam,"),
}
_FORMAL_GERMAN = ("Guten Tag {name},", "Guten Tag,", "Mit freundlichen Grüßen")
_SPEAKS_FORMALLY = re.compile(r"\b(?:Sie|Ihnen|Ihre[mnrs]?|Sehr geehrte[r]?)\b")

_TITLE_WORDS = (
    "dr prof mr mrs ms miss mx sir madam herr frau m mme mlle sr sra srta dott dra ing dipl phd md jr sr. rev"
)
_ROLE_WORDS = (
    "account accounting accounts admin administrator billing booking bookings buchhaltung care careers contact customer"
    " customerservice desk enquiries events feedback general hello help helpdesk hr info information inquiries invoices"
    " it jobs kontakt kundenservice legal mail mailbox management marketing media members news office orders"
    " payments postmaster press privacy purchasing reception recruiting registration reservations rechnung sales"
    " security service services shop staff support team tech verkauf vertrieb web webmaster welcome"
)
_COMPANY = re.compile(
    r"\b(?:inc|ltd|llc|gmbh|ag|corp|company|co|group|s\.?a|b\.?v|plc|university|department|the|and|of|&)(?:\b|\.)|\.\w|[|/\\@\d]",
    re.IGNORECASE,
)
_CLOSINGS = (
    "thanks regards cheers best kind many sincerely love yours mit viele cordialement saludos gracias merci danke"
)
_TITLES = frozenset(_TITLE_WORDS.split())
_ROLES = frozenset(_ROLE_WORDS.split())
_CLOSING_WORDS = frozenset(_CLOSINGS.split())
_SIGNED_WORD = re.compile(r"[A-Z\u00c0-\u00de][^\W\d_A-Z]+")
_WORD = re.compile(r"[^\W\d_][\w'\u2019-]*\.?")


# From here on scripts do not tell given from family name by their order.
_FIRST_IDEOGRAPH = "\u2e80"


class Frame(Value):
    """The first line of a reply and its last two; `signature` is "" when the owner's name is not known.

    `formal` says that the mail that is answered speaks formally, as German `Sie`.
    """

    greeting: str
    closing: str
    signature: str
    formal: bool = False


def reply_frame(message: Message, owner: Address, language: str) -> Frame:
    """Return greeting, closing and signature of a reply to this mail.

    Args:
        message: the mail that is answered; its sender is greeted by first name, a role address without name.
        owner: the person who answers.
        language: ISO code; languages without forms of their own get English.
    """
    formal = language == "de" and _SPEAKS_FORMALLY.search(message.text[:5_000]) is not None
    named, plain, closing = _FORMAL_GERMAN if formal else _FORMS.get(language, _FORMS["en"])
    name = full_name(message.sender) if formal else first_name(message)
    return Frame(
        greeting=named.format(name=name) if name else plain,
        closing=closing,
        signature=full_name(owner),
        formal=formal,
    )


def first_name(message: Message) -> str:
    """Return the name to greet the sender by, "" when there is none that is safe.

    It comes from the display name, else from an address like ann.lee@, else from the signature. A double
    first name (`Jo Ann`) is kept when the sender signs with it.
    """
    given, family = _person(message.sender)
    signed = _signed_name(message)
    if not given:
        return signed if signed and not is_role(message.sender) else ""
    parts = [word.lower() for word in [*given, *family]]
    if signed and signed.split()[0].lower() == parts[0] and all(word.lower() in parts for word in signed.split()):
        return " ".join(word for word in given + family if word.lower() in signed.lower().split())
    if "," in message.sender.name:
        return " ".join(given)
    return given[0] if given[0] < _FIRST_IDEOGRAPH else " ".join(given + family)


def full_name(person: Address) -> str:
    """Return a person's name, given name first, "" when there is none that is safe."""
    given, family = _person(person)
    return " ".join(given + family)


def _person(person: Address) -> tuple[list[str], list[str]]:
    """Return given and family names, both empty for a role, a company, or an address that tells nothing."""
    name = person.name.strip()
    if name and (_COMPANY.search(name) or any(word in _ROLES for word in name.lower().split())):
        return [], []
    if not name:
        words = re.split(r"[._]+", re.sub(r"\d+$", "", person.local_part.partition("+")[0]))
        words = [word for word in words if word]
        if len(words) < 2 or len(words[0]) < 2 or is_role(person) or not all(map(str.isalpha, words)):
            return [], []
        return [words[0].title()], [word.title() for word in words[1:] if len(word) > 1]
    surname, comma, rest = name.partition(",")
    given = _names(rest if comma else name)
    family = _names(surname) if comma else []
    if not given:
        return family[:1], family[1:]
    return (given, family) if comma else (given[:1], given[1:])


def _names(text: str) -> list[str]:
    """Return the names in a text, without titles and initials, each written as a name is."""
    text = re.sub(r"\([^()]*\)|\"[^\"]*\"", " ", text)
    words = [word.rstrip(".") for word in _WORD.findall(text) if word.rstrip(".").lower() not in _TITLES]
    return [_written(word) for word in [word for word in words if len(word) > 1] or words]


def _written(word: str) -> str:
    """Return a name with a capital, when it is all in small letters or all in capitals."""
    return word.title() if word.isascii() and (word.islower() or (word.isupper() and len(word) > 2)) else word


def _signed_name(message: Message) -> str:
    """Return the name that the sender signed with, one or two words, "" when none is found."""
    lines = [line.strip(" -~,.\t") for line in split_text(message.text).signature.split("\n")]
    for line in lines[:3]:
        words = line.split()
        if not words or words[0].lower() in _CLOSING_WORDS:
            continue
        if len(words) <= 2 and all(
            _WORD.fullmatch(word) and word[0].isupper() and word[1:].islower() for word in words
        ):
            return line
    return ""


def is_role(person: Address) -> bool:
    """Whether the address is that of a desk or a service (info@, support@), by any of its words."""
    return any(word in _ROLES for word in re.split(r"[._+-]+", person.local_part))
