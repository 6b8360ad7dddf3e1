"""New mails as drafts in people's mailboxes, for every surface that ends in one; fills the port of the Slack app.

A provider is one kind of mailbox. The first that has one for the person gets the draft. Nothing here sends anything.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol, TypeVar

from core.errors import NotFoundError
from core.insight.people import People, load_people
from core.jobs import LOCAL_WORKSPACE
from core.settings import Settings, load_settings
from core.store.records import RecordStore
from integrations.mail.addresses import Address
from integrations.mail.delivering import PATIENCE_SECONDS
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
        people: who is who across surfaces.
    """

    def __init__(self, providers: Sequence[DraftProvider], people: People) -> None:
        self._providers = providers
        self._people = people

    def is_connected(self, workspace: str, person: str, address: str) -> bool:
        """Whether the person has connected a mailbox."""
        return self.find(MailOwner(workspace, person, address)) is not None

    def find(self, owner: MailOwner) -> Writer | None:
        """Return the mailbox that the person's drafts go to, None when they have connected none."""
        owner = self._known(owner)
        return next((found for one in self._providers if (found := one.find(owner))), None)

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
        provider = next((one for one in self._providers if one.find(owner)), None)
        if provider is None:
            raise NotFoundError("No mailbox is connected.", fix="Connect one with: inlaid mailbox add")
        return provider.put(owner, mail)


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


def mailbox_drafts(
    records: RecordStore, settings: Settings | None = None, *, patience_seconds: float = PATIENCE_SECONDS
) -> MailboxDrafts:
    """Return the mailboxes that are connected here.

    Args:
        records: where they are.
        settings: those of the process by default.
        patience_seconds: how long the caller waits for a mail server; see `integrations.mail.delivering`.
    """
    settings = settings or load_settings()
    from integrations.mail.graph.new_drafts import GraphDrafts
    from integrations.mail.imap.new_drafts import ImapDrafts

    providers: list[DraftProvider] = [
        GraphDrafts(records, settings, patience_seconds=patience_seconds),
        ImapDrafts(records, settings, patience_seconds=patience_seconds),
    ]
    return MailboxDrafts(providers, load_people(settings, records))
