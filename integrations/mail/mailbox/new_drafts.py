"""New mails as drafts in people's mailboxes: the same key is always the same draft."""

from functools import partial
from typing import Generic

from core.errors import NotFoundError
from core.store.records import RecordStore
from integrations.mail.mailbox.account import A
from integrations.mail.mailbox.deliveries import PATIENCE_SECONDS, deliveries
from integrations.mail.mailbox.owner import MailOwner, NewMail, own_mailbox
from integrations.mail.mailbox.pending_drafts import PendingDraft, PendingDrafts
from integrations.mail.mailbox.provider import Provider
from integrations.mail.reply.compose import bare_subject

KEEP_SECONDS = 90 * 24 * 3600.0
LOCK_SECONDS = 120.0


class NewDrafts(Generic[A]):
    """New mails as drafts in the mailboxes of one provider.

    Args:
        records: where it is kept what was put into mailboxes.
        provider: one kind of mailbox.
        patience_seconds: how long the caller waits for the mail server; see `integrations.mail.mailbox.deliveries`.
    """

    def __init__(
        self, records: RecordStore, provider: Provider[A], *, patience_seconds: float = PATIENCE_SECONDS
    ) -> None:
        self._records = records
        self._provider = provider
        self._patience_seconds = patience_seconds

    def find(self, owner: MailOwner) -> A | None:
        """Return the person's mailbox, None when they have connected none of this kind."""
        return own_mailbox(self._provider.accounts.list(), owner, self._provider.proven_address)

    def put(self, owner: MailOwner, mail: NewMail) -> str:
        """Put the draft there; one of the same key that nobody has changed is replaced, a changed one stays beside it.

        Returns:
            A link that opens it, "" where there is none.

        Raises:
            NotFoundError: the mailbox was disconnected meanwhile.
            LimitError: the same draft is being stored right now, or the mailbox is full.
            InlaidError: it cannot be put there; an `OutageError` may pass.
        """
        account = self.find(owner)
        if account is None:
            raise NotFoundError("The mailbox is not connected any more.", fix="Connect it with: inlaid mailbox add")
        act = partial(self._put, account, mail)
        return deliveries().make(self._records, account.place, mail.key, act, patience_seconds=self._patience_seconds)

    def _put(self, account: A, mail: NewMail) -> str:
        records, kind = self._records, f"{account.namespace}_new_draft"
        lock = records.lock(account.workspace, f"draft:{account.name}:{mail.key}", seconds=LOCK_SECONDS)
        with lock, self._provider.open(account) as mailbox:
            name = mailbox.name_of_new(mail)
            earlier = records.get(kind, account.workspace, name)
            placed = mailbox.place_new(mail, earlier=str(earlier.data) if earlier else "")
            digest, person = placed.draft.content, account.person
            records.put(kind, account.workspace, name, digest, person=person, expires_in_seconds=KEEP_SECONDS)
        if mail.job:
            pending = PendingDraft(
                account.name,
                mail.job,
                placed.draft,
                subject=bare_subject(mail.subject),
                recipients=tuple(address.key for address in mail.to),
            )
            PendingDrafts(records, account).put(pending)
            self._provider.accounts.update_status(account, drafted_at=pending.placed_at)
        return placed.link
