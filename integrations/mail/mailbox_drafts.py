"""New mails as drafts in people's mailboxes, for every surface that ends in one; fills the port of the Slack app.

A provider is one kind of mailbox. The first that has one for the person gets the draft. Nothing here sends anything.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from core.errors import NotFoundError
from core.jobs import LOCAL_WORKSPACE
from core.store.records import RecordStore
from integrations.mail.addresses import Address
from integrations.mail.learning import Writer

W = TypeVar("W", bound=Writer)


@dataclass(frozen=True)
class MailOwner:
    """A person as another surface knows them.

    Attributes:
        workspace: the tenant.
        person: the key within it.
        address: the mail address that the surface vouches for, "" when it does for none.
        mailbox: which of their mailboxes, by name; "" for the first.
    """

    workspace: str
    person: str
    address: str = ""
    mailbox: str = ""


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

    def find(self, owner: MailOwner) -> Writer | None:
        """Return the person's mailbox, None when they have connected none of this kind."""

    def put(self, owner: MailOwner, mail: NewMail) -> str:
        """Put the draft there, in place of what the same key gave before, and return a link to it or "".

        Raises:
            InlaidError: it cannot be put there; an `OutageError` may pass.
        """


class MailboxDrafts:
    """All mailboxes of people, whatever their kind.

    Args:
        providers: the kinds, in the order in which they are asked.
    """

    def __init__(self, providers: Sequence[DraftProvider]) -> None:
        self._providers = providers

    def is_connected(self, workspace: str, person: str, address: str) -> bool:
        """Whether the person has connected a mailbox."""
        return self.find(MailOwner(workspace, person, address)) is not None

    def find(self, owner: MailOwner) -> Writer | None:
        """Return the mailbox that the person's drafts go to, None when they have connected none."""
        return next((found for one in self._providers if (found := one.find(owner))), None)

    def put_draft(self, workspace: str, person: str, address: str, *, subject: str, text: str, key: str) -> str:
        """Put a draft into the person's Drafts folder and return a link to it, or "".

        Raises:
            NotFoundError: the person has connected no mailbox.
            InlaidError: it cannot be put there; an `OutageError` may pass.
        """
        return self.put(MailOwner(workspace, person, address), NewMail(key, subject, text))

    def put(self, owner: MailOwner, mail: NewMail) -> str:
        """Put a draft into the person's Drafts folder; see `put_draft`."""
        provider = next((one for one in self._providers if one.find(owner)), None)
        if provider is None:
            raise NotFoundError("No mailbox is connected.", fix="Connect one with: inlaid mailbox add")
        return provider.put(owner, mail)


def own_mailbox(accounts: Iterable[W], owner: MailOwner, address_of: Callable[[W], str]) -> W | None:
    """Return the mailbox of a person among those of one kind: by workspace and person, else by their mail address."""
    listed = list(accounts)
    own = [one for one in listed if (one.workspace, one.person) == (owner.workspace, owner.person)]
    # What the administrator connected on this machine belongs to whoever has that address.
    within = (owner.workspace, LOCAL_WORKSPACE)
    address = owner.address.casefold()
    linked = [one for one in listed if address and one.workspace in within and address_of(one).casefold() == address]
    return next((one for one in (*own, *linked) if owner.mailbox in {"", one.name}), None)


def mailbox_drafts(records: RecordStore) -> MailboxDrafts:
    """Return the mailboxes that are connected here."""
    from integrations.mail.graph.new_drafts import GraphDrafts
    from integrations.mail.imap.new_drafts import ImapDrafts

    return MailboxDrafts([GraphDrafts(records), ImapDrafts(records)])
