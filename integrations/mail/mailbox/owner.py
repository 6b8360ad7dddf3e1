"""Whose mailbox a new mail goes to, and the port that a provider fills to put it there."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol, TypeVar

from core.job import LOCAL_WORKSPACE
from integrations.mail.mailbox.account import Account
from integrations.mail.message.addresses import Address

W = TypeVar("W", bound=Account)


@dataclass(frozen=True)
class MailOwner:
    """A person as another surface knows them.

    Attributes:
        workspace: the tenant.
        person: the key within it.
        address: the mail address that the surface vouches for, "" when it does for none.
        mailbox: which of their mailboxes, by name; "" for the first.
        names: each (workspace, person) that is the same person; filled in by `MailboxDrafts`.
    """

    workspace: str
    person: str
    address: str = ""
    mailbox: str = ""
    names: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class NewMail:
    """What the draft says. The same key is the same draft, however often it is put.

    Attributes:
        key: names the draft.
        subject: its subject.
        text: its text.
        to: whom it goes to; nobody yet where the person is to fill that in.
        job: the job that wrote it, to be told what becomes of the draft; "" when nobody asks.
    """

    key: str
    subject: str
    text: str
    to: tuple[Address, ...] = ()
    job: str = ""


class DraftProvider(Protocol):
    """One kind of mailbox."""

    def find(self, owner: MailOwner) -> Account | None:
        """Return the person's mailbox, None when they have connected none of this kind."""

    def put(self, owner: MailOwner, mail: NewMail) -> str:
        """Put the draft there, in place of what the same key gave before, and return a link to it or "".

        Raises:
            InlaidError: it cannot be put there; an `OutageError` may pass.
        """


def own_mailbox(accounts: Iterable[W], owner: MailOwner, proven_address: Callable[[W], str]) -> W | None:
    """Return the mailbox of a person among those of one kind: by the names of the person, else by their mail address.

    Args:
        accounts: all mailboxes of the kind.
        owner: the person.
        proven_address: the address by which a mailbox is known to be somebody's, "" when that is only what was typed.
    """
    listed = list(accounts)
    names = {(owner.workspace, owner.person), *owner.names}
    own = [one for one in listed if (one.workspace, one.person) in names]
    address = owner.address.casefold()
    linked = [one for one in listed if address and proven_address(one).casefold() == address]
    # By the address alone nobody of two tenants is told apart.
    if len({one.workspace for one in linked} - {LOCAL_WORKSPACE}) > 1:
        linked = [one for one in linked if one.workspace == LOCAL_WORKSPACE]
    return next((one for one in (*own, *linked) if owner.mailbox in {"", one.name}), None)
