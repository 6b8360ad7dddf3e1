"""New mails for people's mailboxes, and whose mailbox each goes to."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

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


def own_mailbox(accounts: Iterable[W], owner: MailOwner, proven_address: Callable[[W], str]) -> W | None:
    """Return the mailbox of a person among those of one kind: by the names of the person, else by their mail address.

    Args:
        accounts: all mailboxes of the kind.
        owner: the person.
        proven_address: the address by which a mailbox is known to be somebody's, "" when that is only what was typed.
    """
    listed = list(accounts)
    names = {(owner.workspace, owner.person), *owner.names}
    own = [account for account in listed if (account.workspace, account.person) in names]
    address = owner.address.casefold()
    linked = [account for account in listed if address and proven_address(account).casefold() == address]
    # An address alone does not tell apart the people of two tenants.
    if len({account.workspace for account in linked} - {LOCAL_WORKSPACE}) > 1:
        linked = [account for account in linked if account.workspace == LOCAL_WORKSPACE]
    return next((account for account in (*own, *linked) if owner.mailbox in {"", account.name}), None)
