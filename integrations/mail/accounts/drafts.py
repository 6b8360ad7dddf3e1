"""New mails as drafts in people's mailboxes, for every surface; implements the port of the Slack app.

A provider is one kind of mailbox. The first that has one for the person gets the draft. Nothing here sends anything.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from core.errors import NotFoundError
from core.job import LOCAL_WORKSPACE
from core.people import People, load_people
from core.settings import Settings, load_settings
from core.store.records import RecordStore
from integrations.mail.accounts.providers import mail_providers
from integrations.mail.mailbox.account import Account
from integrations.mail.mailbox.deliveries import PATIENCE_SECONDS
from integrations.mail.mailbox.new_drafts import NewDrafts
from integrations.mail.mailbox.owner import MailOwner, NewMail


class MailboxDrafts:
    """All mailboxes of people, whatever their kind.

    Args:
        providers: the kinds, in the order in which they are asked.
        people: who is who across surfaces.
    """

    def __init__(self, providers: Sequence[NewDrafts[Any]], people: People) -> None:
        self._providers = providers
        self._people = people

    def is_connected(self, workspace: str, person: str, address: str) -> bool:
        """Whether the person has connected a mailbox."""
        return self.find(MailOwner(workspace, person, address)) is not None

    def find(self, owner: MailOwner) -> Account | None:
        """Return the mailbox that the person's drafts go to, None when they have connected none."""
        owner = self._known(owner)
        return next((found for provider in self._providers if (found := provider.find(owner))), None)

    def _known(self, owner: MailOwner) -> MailOwner:
        """Return the person with every name, and with the address that is vouched for on any surface."""
        who = self._people.identity(owner.workspace, owner.person)
        address = owner.address or (who.person if who.workspace == LOCAL_WORKSPACE and "@" in who.person else "")
        return replace(owner, address=address, names=tuple(self._people.names(owner.workspace, owner.person)))

    def put_draft(self, workspace: str, person: str, address: str, *, subject: str, text: str, key: str) -> str:
        """Put a draft into the person's Drafts folder and return a link to it, or "".

        Raises:
            NotFoundError: the person has connected no mailbox.
            InlaidError: it cannot be put there; an `OutageError` may pass.
        """
        return self.put(MailOwner(workspace, person, address), NewMail(key, subject, text))

    def put(self, owner: MailOwner, mail: NewMail) -> str:
        """Put a draft into the person's Drafts folder; see `put_draft`."""
        owner = self._known(owner)
        provider = next((provider for provider in self._providers if provider.find(owner)), None)
        if provider is None:
            raise NotFoundError("No mailbox is connected.", fix="Connect one with: inlaid mailbox add")
        return provider.put(owner, mail)


def mailbox_drafts(
    records: RecordStore, settings: Settings | None = None, *, patience_seconds: float = PATIENCE_SECONDS
) -> MailboxDrafts:
    """Return the mailboxes that are connected here.

    Args:
        records: where they are.
        settings: those of the process by default.
        patience_seconds: how long the caller waits for a mail server; see `integrations.mail.mailbox.deliveries`.
    """
    settings = settings or load_settings()
    # Microsoft's mailboxes first: their addresses are known to be the person's.
    providers = reversed(mail_providers(records, settings))
    drafts = [NewDrafts(records, provider, patience_seconds=patience_seconds) for provider in providers]
    return MailboxDrafts(drafts, load_people(settings, records))
