"""Whom a mail goes to, as the writing of its draft is told it: what they may not read is remarked beside the draft."""

from collections.abc import Iterable

from core.drafts import JsonObject
from core.sources.recipients import GOES_TO, Recipient
from integrations.mail.message.addresses import Address
from integrations.mail.message.senders import is_colleague


def recipients_of(people: Iterable[Address], sender: Address) -> list[Recipient]:
    """Return those who get a mail, each once, without its sender. Pure."""
    others = {one.key: one for one in people if one.address and not sender.owns(one)}
    return [Recipient(one.address, one.name, is_colleague(one, sender)) for one in others.values()]


def named_recipients(sender: tuple[str, str], people: Iterable[tuple[str, str]]) -> list[Recipient]:
    """Return the same of people who are told by name and address. Pure."""
    told = (Address(name=name, address=address) for name, address in people)
    return recipients_of(told, Address(name=sender[0], address=sender[1]))


def goes_to(people: Iterable[Address], sender: Address) -> JsonObject:
    """Return it as a surface gives it, nothing where nobody is known to get the mail. Pure."""
    found = recipients_of(people, sender)
    return {GOES_TO: found} if found else {}
