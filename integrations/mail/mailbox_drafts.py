"""New mails as drafts in people's mailboxes, for every surface that ends in one; fills the port of the Slack app.

A provider is one kind of mailbox. The first that has one for the person gets the draft. Nothing here sends anything.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from core.errors import NotFoundError
from core.store.records import RecordStore
from integrations.mail.addresses import Address


@dataclass(frozen=True)
class MailOwner:
    """A person as another surface knows them.

    Attributes:
        workspace: the tenant.
        person: the key within it.
        address: the mail address that the surface vouches for, "" when it does for none.
    """

    workspace: str
    person: str
    address: str = ""


@dataclass(frozen=True)
class NewMail:
    """What the draft says. The same key is the same draft, however often it is put.

    Attributes:
        key: names the draft.
        subject: its subject.
        text: its text.
        to: whom it goes to; nobody yet where the person is to fill that in.
    """

    key: str
    subject: str
    text: str
    to: tuple[Address, ...] = ()


class DraftProvider(Protocol):
    """One kind of mailbox."""

    def is_connected(self, owner: MailOwner) -> bool:
        """Whether the person has such a mailbox."""

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
        return self._find(MailOwner(workspace, person, address)) is not None

    def put_draft(self, workspace: str, person: str, address: str, *, subject: str, text: str, key: str) -> str:
        """Put a draft into the person's Drafts folder and return a link to it, or "".

        Raises:
            NotFoundError: the person has connected no mailbox.
            InlaidError: it cannot be put there; an `OutageError` may pass.
        """
        return self.put(MailOwner(workspace, person, address), NewMail(key, subject, text))

    def put(self, owner: MailOwner, mail: NewMail) -> str:
        """Put a draft into the person's Drafts folder; see `put_draft`."""
        provider = self._find(owner)
        if provider is None:
            raise NotFoundError("No mailbox is connected.", fix="Connect one with: inlaid mailbox add")
        return provider.put(owner, mail)

    def _find(self, owner: MailOwner) -> DraftProvider | None:
        return next((one for one in self._providers if one.is_connected(owner)), None)


def mailbox_drafts(records: RecordStore) -> MailboxDrafts:
    """Return the mailboxes that are connected here."""
    from integrations.mail.graph.new_drafts import GraphDrafts
    from integrations.mail.imap.new_drafts import ImapDrafts

    return MailboxDrafts([GraphDrafts(records), ImapDrafts(records)])
