"""The owner of the mailbox that a mail came to: the person of the settings, else its first recipient. Pure."""

from integrations.mail.message.addresses import Address, OwnerAddresses, parse_addresses
from integrations.mail.message.message import Message


def owner_of(message: Message, *, name: str, address: str, aliases: tuple[str, ...] = ()) -> OwnerAddresses:
    """Return who answers: the person of the settings, else the one whom the mail is addressed to.

    Where nobody said the person's name, they are called as the mail calls them.
    """
    if address:
        owner = OwnerAddresses(name=name, address=address, aliases=aliases)
        people = (*message.to, *message.cc, message.sender)
        named = next((person.name for person in people if person.name and owner.owns(person)), "")
        return owner if name else owner.model_copy(update={"name": named})
    assumed = assumed_owner(message)
    return assumed.model_copy(update={"name": name}) if name else assumed


def assumed_owner(message: Message) -> OwnerAddresses:
    """Return whom to take for the owner of a mail when nobody said: its first recipient."""
    delivered = parse_addresses(message.header("delivered-to"))
    first = next(iter((*message.to, *message.cc, *delivered)), Address())
    return OwnerAddresses(name=first.name, address=first.address, assumed=True)
