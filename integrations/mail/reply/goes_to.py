"""Whom a mail goes to, as the writing of its draft is told it: what they may not read is remarked beside the draft."""

from collections.abc import Iterable

from core.drafts import JsonObject
from core.sources.recipients import GOES_TO, Recipient
from integrations.mail.message.addresses import Address
from integrations.mail.message.senders import is_colleague


def recipients_of(people: Iterable[Address], sender: Address) -> list[Recipient]:
    """Return those who get a mail, each once, without its sender. Pure."""
    others = {person.key: person for person in people if person.address and not sender.owns(person)}
    return [Recipient(person.address, person.name, is_colleague(person, sender)) for person in others.values()]


def named_recipients(sender: tuple[str, str], people: Iterable[tuple[str, str]]) -> list[Recipient]:
    """Return the same of people who are told by name and address. Pure."""
    told = (Address(name=name, address=address) for name, address in people)
    return recipients_of(told, Address(name=sender[0], address=sender[1]))


def goes_to(people: Iterable[Address], sender: Address) -> JsonObject:
    """Return it as a surface gives it, nothing where nobody is known to get the mail. Pure."""
    found = recipients_of(people, sender)
    return {GOES_TO: found} if found else {}
