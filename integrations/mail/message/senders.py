"""Who stands behind an address: a person, a desk or a program; and the person for whom a program sent a mail. Pure."""

import re

from core.text.asks import find_wanted
from core.text.forms import ALPHABETIC
from core.text.instructions import without_instructions
from core.text.lexicon import pattern_beside, phrases_beside
from core.text.salutations import ANSWER_SUBJECT, FORWARD_SUBJECT, ROLES
from integrations.mail.message.addresses import ADDRESS, Address, organization
from integrations.mail.message.message import MailMessage
from integrations.mail.message.quotes import SplitText, is_quoted, quoted_mails, split_text

_BEHIND = r"(?:[._+=-].*)?"
_UNREAD = pattern_beside(__file__, "unread_senders", r"(?:.*[._+-])?", _BEHIND, flags=0)
_OF_PROGRAMS = pattern_beside(
    __file__, "machine_senders", r"(?:.*[._+-])?", rf"{_BEHIND}|.*-(?:admin|owner|request|bounces|announce)", flags=0
)
_OF_FORMS = pattern_beside(__file__, "form_senders", r"(?:.*[._+-])?", _BEHIND, flags=0)
_OF_SHOPS = pattern_beside(__file__, "shop_senders", r"(?:.*[._+-])?", _BEHIND, flags=0)
# Domains that only programs write from, below the one that is registered: news.example.com, em.example.com.
_MACHINE_DOMAIN = pattern_beside(__file__, "machine_domains", after=r"\..+\..+", flags=0)
# Domains that anybody can have an address of.
OPEN_DOMAINS = frozenset(phrases_beside(__file__, "open_domains"))
_LIST_ADDRESS_FIELDS = frozenset({"list-post", "x-beenthere", "x-mailing-list", "mailing-list"})
_LIST_DOMAINS = frozenset({"googlegroups.com", "yahoogroups.com", "egroups.com", "topica.com"})
_FORM_SERVICE_FIELDS = frozenset(
    {"list-unsubscribe", "list-unsubscribe-post", "feedback-id", "x-mailgun-sid", "x-sg-eid"}
)
# Addresses by which a program finds the matter again: reply+8a7f@, ticket-118@reply.example.com.
_TOKEN = pattern_beside(__file__, "matters", after=r"s?[+=_-].{1,64}|[0-9a-f]{16,64}")
_RESULT = re.compile(r"\b(spf|dkim|dmarc|compauth)\s*=\s*(pass|softfail|fail|none)")
_ACCUSED = frozenset({("dmarc", "fail"), ("compauth", "fail")})
_TOKEN_DOMAIN = pattern_beside(__file__, "matter_domains", after=r"\d{0,3}\.", flags=0)


def is_role(sender: Address) -> bool:
    """Whether the address is that of a desk or a service (info@, support@), by any of its words."""
    return any(word in ROLES for word in re.split(r"[._+-]+", sender.local_part))


def is_program(sender: Address) -> bool:
    """Whether programs write from the address, by its own words: no-reply@, notifications@."""
    return _is_machine(sender.local_part)


def is_unread(sender: Address) -> bool:
    """Whether nobody reads the address, whoever signs what comes from it: no-reply@."""
    return _UNREAD.fullmatch(sender.local_part) is not None


def is_form_sender(sender: Address) -> bool:
    """Whether sites send from the address what visitors have filled in: wordpress@, kontaktformular@."""
    return _OF_FORMS.fullmatch(sender.local_part) is not None


def _is_machine(word: str) -> bool:
    return (_UNREAD.fullmatch(word) or _OF_PROGRAMS.fullmatch(word)) is not None


def is_program_domain(domain: str) -> bool:
    """Whether only programs write from a domain: `news.example.com`; `news.co.uk` is somebody's own."""
    return _MACHINE_DOMAIN.fullmatch(domain) is not None and organization(domain) != domain


def list_addresses(message: MailMessage) -> frozenset[str]:
    """Return the addresses, in lower case, that a mailing list says are its own (RFC 2369 and practice)."""
    text = " ".join(value for name, value in message.headers if name in _LIST_ADDRESS_FIELDS)
    return frozenset(found[0] for found in ADDRESS.finditer(text.lower()[:5_000]))


def is_list_domain(domain: str) -> bool:
    """Whether a domain holds lists alone."""
    return domain.startswith(("lists.", "list.", "listserv.", "groups.")) or domain in _LIST_DOMAINS


def is_colleague(sender: Address, owner: Address) -> bool:
    """Whether both have addresses of one organisation, and not merely of one provider for everybody."""
    return (
        bool(sender.domain)
        and sender.domain not in OPEN_DOMAINS
        and organization(sender.domain) == organization(owner.domain)
    )


def is_listed(sender: Address, listed: tuple[str, ...]) -> bool:
    """Whether somebody is among these senders, each an address or `@domain`."""
    return bool(sender.key) and (sender.key in listed or f"@{sender.domain}" in listed)


def bears_name(sender: Address) -> bool:
    """Whether the name that is shown is a person's who has that address: Sarah Jenkins of sarah.jenkins@."""
    words = ALPHABETIC.findall(sender.local_part)
    shown = set(ALPHABETIC.findall(sender.name.casefold()))
    own = {word for word in words if not _is_machine(word) and word not in ROLES and len(word) > 1}
    return len(words) > 1 and len(shown) > 1 and bool(own & shown)


def shows_person(sender: Address) -> bool:
    """Whether the name that is shown may be a person's: two words or more, none of them a desk's or a program's."""
    words = ALPHABETIC.findall(sender.name.casefold())
    return len(words) > 1 and not any(word in ROLES or _is_machine(word) for word in words)


def written_by_person(message: MailMessage) -> MailMessage:
    """Return a mail that a program sent for a person (a web form, a shop) as if the person had sent it themselves.

    The person is the one whom the answer would go to. Any other mail is returned as it is.
    """
    sender = message.sender
    if len(message.reply_to) != 1:
        return message
    person = message.reply_to[0]
    is_other = person.key != sender.key and "@" in person.key and not is_program(person)
    if not is_other or _TOKEN.fullmatch(person.local_part) or _TOKEN_DOMAIN.match(person.domain):
        return message
    is_form = is_program(sender) and not bears_name(sender)
    is_desk = is_role(sender) or is_form_sender(sender) or _OF_SHOPS.fullmatch(sender.local_part) is not None
    is_form = is_form or (is_desk and organization(sender.domain) != organization(person.domain))
    if not is_form:
        return message
    # A service for forms marks them as a campaign, and a newsletter does not hold the address of its reader's customer.
    headers = tuple(field for field in message.headers if field[0] not in _FORM_SERVICE_FIELDS)
    is_filled_in = person.key in message.text.casefold()
    kept = {"headers": headers} if is_filled_in else {}
    return message.model_copy(update={"sender": person, "reply_to": (), **kept})


def split_of(message: MailMessage) -> SplitText:
    """Return the parts of a mail's text, as it came: who wrote it by a program is looked up before.

    What stands behind marks in a mail that goes on with none is its message: tools show so what somebody commented. So
    is what a program shows below the line that says who wrote it, unless that is one of those it goes to.
    """
    split = split_text(message.text)
    begins = (ANSWER_SUBJECT, FORWARD_SUBJECT)
    if message.in_reply_to or message.references or any(begin.match(message.subject) for begin in begins):
        return split
    if not split.quoted:
        return split if split.new_text.strip() else _said_in_subject(split, message.subject)
    if not all(is_quoted(line) for line in split.quoted.splitlines() if line.strip()):
        return _with_shown(split, message) if is_tool(message) else split
    lines = message.text.splitlines()
    return split_text(
        "\n".join(line.lstrip().removeprefix(">").lstrip() if is_quoted(line) else line for line in lines)
    )


def _said_in_subject(split: SplitText, subject: str) -> SplitText:
    """Return the parts of a mail without text; what its new subject asks is its text."""
    asked = find_wanted(subject)
    return split.model_copy(update={"new_text": subject}) if asked.clear or asked.questions else split


def split_to_people(message: MailMessage) -> SplitText:
    """Return the parts of a mail's text, the new one without what orders a model; one of nothing else as it came."""
    split = split_of(message)
    said = without_instructions(split.new_text)
    return split if said == split.new_text or not said.strip() else split.model_copy(update={"new_text": said})


def is_tool(message: MailMessage) -> bool:
    """Whether a program sent a mail, by its address or its header."""
    return is_program(message.sender) or message.header("auto-submitted").lower() == "auto-generated"


def _with_shown(split: SplitText, message: MailMessage) -> SplitText:
    """Return the parts with the newest quote as new text; a quote of what its reader wrote is left one."""
    shown, *older = quoted_mails(split.quoted) or [("", "")]
    named = [word for person in message.to for word in (person.name.casefold(), person.key) if word]
    if not all(shown) or any(word in shown[0].casefold() for word in named):
        return split
    return SplitText(
        new_text="\n\n".join(filter(None, (split.new_text, "\n".join(shown)))),
        quoted="\n\n".join("\n".join(lines).strip() for lines in older),
        signature=split.signature,
    )


def authentication_results(message: MailMessage) -> frozenset[tuple[str, str]]:
    """Return what the receiving server says of who sent the mail, by method (RFC 8601)."""
    return frozenset(_RESULT.findall(message.authentication))


def is_accused(message: MailMessage) -> bool:
    """Whether the receiving server says that a mail does not come from whom it names."""
    return not _ACCUSED.isdisjoint(authentication_results(message))
