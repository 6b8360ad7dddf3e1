"""Signs that a mail wants to deceive its reader: the sender is not who they seem to be, or wants money or a password.

A mail with such a sign gets no draft, and its reader reads the sign. Pure. Sources: RFC 8601 (Authentication-Results),
Unicode TR 39 (skeletons of confusable names), the schemes that the FBI and the BSI describe as business email
compromise.
"""

import contextlib
import functools
import re
from collections.abc import Callable, Iterator, Set

from rapidfuzz.distance import OSA

from core.text.catalogues import N_
from core.text.facts import Fact, extract_facts
from core.text.forms import ALPHABETIC, IBAN, digits_of, without_accents
from core.text.instructions import find_instruction
from core.text.lexicon import WORD_BEGINS, either_of, pattern_beside, phrases_beside
from integrations.mail.message.addresses import ADDRESS, Address, organization, parse_addresses
from integrations.mail.message.senders import (
    OPEN_DOMAINS,
    is_accused,
    is_colleague,
    is_form_sender,
    is_program,
    is_role,
    split_of,
)
from integrations.mail.triage.program_text import unwrapped
from integrations.mail.triage.triage_input import TriageInput

_MAX_TEXT_CHARS, _MAX_QUOTED_CHARS, _MAX_NOTICE_CHARS = 20_000, 20_000, 5_000
# Shorter names are alike by chance.
_MIN_NAME_CHARS, _MIN_TYPO_CHARS = 5, 7
_MAX_KNOWN, _MIN_PHONE_DIGITS = 30, 7
_LINK = re.compile(r"https?://([^\s/<>\"')]{1,253})", re.I)
_CONFUSABLE = str.maketrans(dict(pair.split("=") for pair in phrases_beside(__file__, "confusables")))
_CONFUSABLE_PAIRS = (("rn", "m"), ("vv", "w"), ("cl", "d"))


def suspicion(facts: TriageInput, *, is_known: bool = False, is_honest: bool = False, is_mass: bool = False) -> str:
    """Return the first sign, as a sentence that says what to do; "" when there is none.

    Args:
        facts: the mail.
        is_known: whether the owner has said that they know the sender: then only what it wants can be a sign, and a
            forged sender, whoever is known.
        is_honest: whether it reads like honest mail: then a bank account that it speaks of is no sign.
        is_mass: whether it went to many: shops speak of gift cards by right.
    """
    excused = ({_changed_account} if is_honest else set()) | ({_wants_cards} if is_mass else set())
    rules = _RULES if is_known else (*_STRANGERS, *_RULES)
    return next(filter(None, (rule(facts) for rule in rules if rule not in excused)), "")


def topics(facts: TriageInput) -> dict[str, float]:
    """Return of which topics of `TOPIC_SENTENCES` a mail speaks, as signs."""
    return {name: 1.0 for name in TOPIC_SENTENCES if _speaks_of(facts, name)}


def reminds_plainly(facts: TriageInput) -> bool:
    """Whether a firm reminds of a payment and of nothing else, and allows that it may have been made already.

    It gives no link, no file and no account that money could go to.
    """
    return _gives_no_way(facts) and _OF_REMINDERS >= _topics_of(facts) >= {"already_paid", "money"}


def gives_notice(facts: TriageInput) -> bool:
    """Whether a mail ends, cancels or takes back something that binds: its sender wants to know that it was read."""
    return _GIVES_NOTICE.search(facts.split.new_text[:_MAX_NOTICE_CHARS].lower()) is not None


def ends_plainly(facts: TriageInput) -> bool:
    """Whether a mail ends something, names no sum, and wants nothing that frauds want but not to be called."""
    if not gives_notice(facts) or not speaks_plainly(facts, {"money", "payments", "secrecy"}):
        return False
    return not any(fact.category == "money" for fact in extract_facts(_said(facts)).items)


def speaks_plainly(facts: TriageInput, of: Set[str] = frozenset({"money", "payments"})) -> bool:
    """Whether a mail gives nothing that money or data could go to, and speaks of these topics of frauds alone.

    It names no address and no number that may be a phone's or an account's, and no money that goes back or on.
    """
    said = _said(facts)
    if not _gives_no_way(facts) or not _topics_of(facts) <= of or _MOVES_MONEY.search(unwrapped(said)):
        return False
    return not any(map(_is_way, extract_facts(said).items))


def _is_way(fact: Fact) -> bool:
    is_number = fact.kind == "id" and len(digits_of(fact.text)) >= _MIN_PHONE_DIGITS
    return fact.kind == "address" or (is_number and not ALPHABETIC.search(fact.text))


def _gives_no_way(facts: TriageInput) -> bool:
    text = facts.split.new_text[:_MAX_TEXT_CHARS]
    if facts.message.attachments or _LINK.search(text) or IBAN.search(text):
        return False
    is_firm = facts.message.sender.domain not in OPEN_DOMAINS and not is_accused(facts.message)
    return is_firm and not answered_elsewhere(facts)


def _look_alike(facts: TriageInput) -> str:
    sender = organization(facts.message.sender.domain)
    known = next((domain for domain in _known_domains(facts) if _is_look_alike(sender, domain)), "")
    return (
        N_(f"The sender's {sender} looks like {known} and is not. Do not answer before you have asked them.")
        if known
        else ""
    )


def _known_domains(facts: TriageInput) -> Iterator[str]:
    """Yield the domains that this mail may pretend to come from: the owner's, and those of the people in the thread."""
    message = facts.message
    quoted = (Address(address=found[0]) for found in ADDRESS.finditer(facts.split.quoted[:_MAX_QUOTED_CHARS]))
    people = (facts.owner, *message.to[:_MAX_KNOWN], *message.cc[:_MAX_KNOWN], *quoted)
    yield from dict.fromkeys(organization(person.domain) for person in people if person.domain)


def _is_look_alike(domain: str, known: str) -> bool:
    name, _, suffix = domain.partition(".")
    known_name, _, known_suffix = known.partition(".")
    if domain == known or min(len(name), len(known_name)) < _MIN_NAME_CHARS:
        return False
    looks, known_looks = _skeleton(name), _skeleton(known_name)
    # Written otherwise and read alike; also as a part of a longer name.
    if known_name not in name and known_looks in looks:
        return True
    is_typo = min(len(name), len(known_name)) >= _MIN_TYPO_CHARS and OSA.distance(name, known_name) == 1
    return is_typo and suffix == known_suffix and not _differ_by_number(name, known_name)


def _differ_by_number(name: str, other: str) -> bool:
    """Whether both are one of a row, as `region1` and `region2`."""
    return re.sub(r"\d", "", name) == re.sub(r"\d", "", other) and name[-1].isdigit() and other[-1].isdigit()


def _skeleton(name: str) -> str:
    """Return a name as it looks, whatever its letters are."""
    if name.startswith("xn--"):
        with contextlib.suppress(UnicodeError):
            name = name.removeprefix("xn--").encode().decode("punycode")
    plain = without_accents(name).casefold().translate(_CONFUSABLE)
    for pair, letter in _CONFUSABLE_PAIRS:
        plain = plain.replace(pair, letter)
    return plain


def _borrowed_name(facts: TriageInput) -> str:
    """The name that is shown is an address of the owner's organisation, the address behind it is not."""
    sender = facts.message.sender
    shown = next(iter(parse_addresses(sender.name)), Address())
    own = organization(facts.owner.domain)
    if not shown.domain or facts.owner.assumed or organization(shown.domain) != own:
        return ""
    if organization(sender.domain) == own:
        return ""
    return N_(f"It shows the address {shown.address} and comes from {sender.address}. Do not answer it.")


def _accused(facts: TriageInput) -> str:
    sender = facts.message.sender
    if not is_accused(facts.message):
        return ""
    if not (is_of_owner(facts) or _speaks_of(facts, "money") or _speaks_of(facts, "passwords")):
        return ""
    return N_(
        f"The mail server says that it does not come from {sender.domain}. Ask the sender by phone before you answer."
    )


def _answer_goes_elsewhere(facts: TriageInput) -> str:
    sender, others = facts.message.sender, answered_elsewhere(facts)
    is_desk = is_program(sender) or is_role(sender)
    if not others or facts.is_form or is_desk or facts.owner.owns(others[0]) or not _speaks_of(facts, "money"):
        return ""
    return _elsewhere(others[0], sender)


def desk_answers_elsewhere(facts: TriageInput) -> str:
    """A desk or a shop of another organisation speaks of money, and wants the answer sent to somebody unknown.

    Forms of the owner's site and of services look the same otherwise: they send what a customer has filled in.
    """
    others = answered_elsewhere(facts)
    if not others or facts.relay is None or not _speaks_of(facts, "money"):
        return ""
    return _elsewhere(others[0], facts.relay)


def _elsewhere(other: Address, sender: Address) -> str:
    return N_(
        f"It speaks of money, and an answer would go to {other.address}, not to {sender.domain}."
        " Ask the sender by phone before you answer."
    )


def answered_elsewhere(facts: TriageInput) -> list[Address]:
    """Return those whom an answer would go to who are not of the organisation that sent it.

    Whoever filled in a form of the own site or of a service, and whom the owner has written to, is none of them.
    """
    if facts.relay is not None:
        relay, own = organization(facts.relay.domain), organization(facts.owner.domain)
        is_service = is_program(facts.relay) or is_form_sender(facts.relay)
        is_known = relay == own or is_service or facts.is_correspondent
        others = [] if is_known else [facts.message.sender]
    else:
        relay, others = organization(facts.message.sender.domain), list(facts.message.reply_to)
    return [other for other in others if other.domain and organization(other.domain) != relay]


def _near_name(facts: TriageInput) -> str:
    """The sender's domain holds the name of one that is known, and more, and wants money or a password."""
    sender = organization(facts.message.sender.domain)
    known = next((domain for domain in _known_domains(facts) if _holds_name(sender, domain)), "")
    if not known or not (_speaks_of(facts, "money") or _speaks_of(facts, "passwords")):
        return ""
    return N_(f"The sender's {sender} is not {known}. Ask the person by phone before you answer.")


def _holds_name(domain: str, known: str) -> bool:
    name, inner = (_skeleton(host.partition(".")[0]).replace("-", "") for host in (domain, known))
    return domain != known and len(inner) >= _MIN_TYPO_CHARS and inner in name and inner != name


def _extorts(facts: TriageInput) -> str:
    if not (_speaks_of(facts, "coins") and _speaks_of(facts, "recordings")):
        return ""
    return N_("It threatens, and asks for a payment in coins. Do not answer it, tell your IT.")


def _changed_account(facts: TriageInput) -> str:
    if is_of_owner(facts) or not (_speaks_of(facts, "new_accounts") and _speaks_of(facts, "money")):
        return ""
    return N_("It gives a new bank account. Call the sender on a number that you know before you pay or answer.")


def _wants_password(facts: TriageInput) -> str:
    if not _speaks_of(facts, "passwords") or (is_of_owner(facts) and not links_elsewhere(facts)):
        return ""
    has_way = _LINK.search(facts.split.new_text) or _speaks_of(facts, "sends_back")
    return (
        N_("It asks for a password. Nobody who may have it asks by mail: do not answer, tell your IT.")
        if has_way
        else ""
    )


def _wants_cards(facts: TriageInput) -> str:
    if is_of_owner(facts) or not (_speaks_of(facts, "gift_cards") and _speaks_of(facts, "card_codes")):
        return ""
    return N_("It asks for gift cards, a common fraud. Ask the person by phone before you do anything.")


def _secret_payment(facts: TriageInput) -> str:
    if is_of_owner(facts) or ends_plainly(facts):
        return ""
    is_secret = _speaks_of(facts, "secret_payments") or _topics_of(facts) >= {"secrecy", "payments"}
    return (
        N_("It asks for a payment in secret or in haste. Ask the person by phone before you do anything.")
        if is_secret
        else ""
    )


def _wants_card(facts: TriageInput) -> str:
    if is_of_owner(facts) or not (_speaks_of(facts, "card_data") and _speaks_of(facts, "haste")):
        return ""
    if not _LINK.search(facts.split.new_text):
        return ""
    return N_("It wants card or bank details behind a link, in haste. Do not open it; go to the site that you know.")


def _promises_windfall(facts: TriageInput) -> str:
    if not (_speaks_of(facts, "windfalls") and _speaks_of(facts, "personal_papers")):
        return ""
    return N_("It promises money that nobody knew of, for personal papers or a fee. Do not answer it.")


def instructs_program(facts: TriageInput) -> str:
    """It speaks to a program that reads or answers the owner's mail, and not to the owner.

    Whom the owner works or writes with gives such orders to people; none is followed, whoever gives it.
    """
    is_of_house = is_of_owner(facts) and is_colleague(facts.message.sender, facts.owner)
    if is_of_house or facts.is_correspondent:
        return ""
    words = find_instruction(split_of(facts.message).new_text[:_MAX_TEXT_CHARS], is_talk_left_out=True)
    return (
        N_(f"It gives orders to a program that reads your mail: “{words}”. Do not do what it says; ask the sender.")
        if words
        else ""
    )


def is_of_owner(facts: TriageInput) -> bool:
    """Whether it comes from the owner's own organisation, as far as the sender's address says."""
    own = organization(facts.owner.domain)
    if facts.owner.assumed or not own or answered_elsewhere(facts):
        return False
    return organization(facts.message.sender.domain) == own


def links_elsewhere(facts: TriageInput) -> bool:
    """Whether a link leads to another organisation than the sender's."""
    own = organization(facts.message.sender.domain)
    return any(organization(found[1].partition(":")[0]) != own for found in _LINK.finditer(facts.split.new_text))


def _speaks_of(facts: TriageInput, topic: str) -> bool:
    return topic in _topics_of(facts)


def _topics_of(facts: TriageInput) -> frozenset[str]:
    return _topics_in(_said(facts))


def _said(facts: TriageInput) -> str:
    return f"{facts.message.subject}\n{facts.split.new_text[:_MAX_TEXT_CHARS]}"


@functools.lru_cache(maxsize=4)  # many rules ask about one mail
def _topics_in(text: str) -> frozenset[str]:
    plain = unwrapped(text)
    return frozenset(name for name, pattern in _PATTERNS.items() if pattern.search(plain))


# Name of the topic -> what a person reads.
TOPIC_SENTENCES = N_(
    {
        "money": "it speaks of money",
        "new_accounts": "it speaks of a new bank account",
        "passwords": "it speaks of a password or of a mailbox that is to be confirmed",
        "sends_back": "it wants something sent back",
        "gift_cards": "it speaks of gift cards",
        "card_codes": "it speaks of codes or of buying",
        "secret_payments": "it speaks of a payment in secret or in haste",
        "secrecy": "it asks for silence",
        "payments": "it speaks of a payment",
        "coins": "it speaks of coins",
        "recordings": "it speaks of something that was filmed or stolen",
        "card_data": "it speaks of card details or of a fee",
        "haste": "it sets a short term",
        "windfalls": "it promises money that nobody knew of",
        "personal_papers": "it wants personal papers or data",
    }
)
_BESIDE = ({*TOPIC_SENTENCES} - {"new_accounts"}) | {"already_paid"}
_PATTERNS = {name: pattern_beside(__file__, name, WORD_BEGINS, flags=0) for name in sorted(_BESIDE)}
_PATTERNS["new_accounts"] = either_of("occasions", "new_account", WORD_BEGINS, flags=0)
_MOVES_MONEY = pattern_beside(__file__, "moves_money", WORD_BEGINS, flags=0)
_GIVES_NOTICE = pattern_beside(__file__, "gives_notice", r"(?<!\w)", flags=0)
_OF_REMINDERS = frozenset({"money", "payments", "sends_back", "already_paid"})
# What is surest first: its sentence is the one that is read.
_STRANGERS: tuple[Callable[[TriageInput], str], ...] = (_look_alike, _borrowed_name, _near_name)
_RULES: tuple[Callable[[TriageInput], str], ...] = (
    _accused,
    instructs_program,
    _wants_password,
    _changed_account,
    _wants_cards,
    _secret_payment,
    _extorts,
    _wants_card,
    _promises_windfall,
    _answer_goes_elsewhere,
    desk_answers_elsewhere,
)
