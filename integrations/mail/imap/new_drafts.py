"""A new mail as a draft in the person's IMAP mailbox, the same one for the same key."""

from datetime import UTC, datetime
from functools import partial

from core.errors import NotFoundError
from core.job import LOCAL_WORKSPACE
from core.settings import Settings, load_settings
from core.store.records import RecordStore
from integrations.mail.imap.accounts import Account, Accounts
from integrations.mail.imap.connection import open_account
from integrations.mail.imap.drafts import DraftsFolder, content_hash
from integrations.mail.mailbox.deliveries import PATIENCE_SECONDS, deliveries
from integrations.mail.mailbox.owner import MailOwner, NewMail, own_mailbox
from integrations.mail.mailbox.pending_drafts import PendingDraft, PendingDrafts
from integrations.mail.mailbox.thread_lock import OwnDraft
from integrations.mail.message.addresses import Address
from integrations.mail.reply.compose import bare_subject, compose_new
from integrations.mail.reply.reply import FALLBACK_DOMAIN

CONTENT_KIND = "mailbox_new_draft"
KEEP_SECONDS = 90 * 24 * 3600.0
LOCK_SECONDS = 120.0


class ImapDrafts:
    """See `integrations.mail.mailbox.owner.DraftProvider`.

    Args:
        records: where the mailboxes are, and what was put into them.
        settings: those of the process by default.
        patience_seconds: how long the caller waits for the mail server; see `integrations.mail.mailbox.deliveries`.
    """

    def __init__(
        self, records: RecordStore, settings: Settings | None = None, *, patience_seconds: float = PATIENCE_SECONDS
    ) -> None:
        self._records = records
        self._settings = settings
        self._patience_seconds = patience_seconds

    def find(self, owner: MailOwner) -> Account | None:
        """Return the person's mailbox, None when they have connected none of this kind."""
        return own_mailbox(Accounts(self._records).list(), owner, self._proven_address)

    def _proven_address(self, account: Account) -> str:
        """Return the address where the administrator gave it, or who has it; anybody else only typed one."""
        address = _address(account)
        givers = {(self._settings or load_settings()).local_person, address.casefold()}
        is_given = account.person in givers or account.person.casefold() in givers
        return address if account.workspace == LOCAL_WORKSPACE and is_given else ""

    def put(self, owner: MailOwner, mail: NewMail) -> str:
        """Put the draft there; one of the same key that nobody has changed is replaced, a changed one stays beside it.

        Raises:
            NotFoundError: the mailbox was disconnected meanwhile.
            LimitError: the same draft is being put right now, or the mailbox is full.
            InlaidError: see `open_account`.
        """
        account = self.find(owner)
        if account is None:
            raise NotFoundError("The mailbox is not connected any more.", fix="Connect it with: inlaid mailbox add")
        act = partial(self._put, account, mail)
        return deliveries().make(self._records, account.place, mail.key, act, patience_seconds=self._patience_seconds)

    def _put(self, account: Account, mail: NewMail) -> str:
        sender = Address(name=account.owner_name, address=_address(account))
        message_id = f"<inlaid.{mail.key}@{sender.domain or FALLBACK_DOMAIN}>"
        now = datetime.now(UTC)
        data = compose_new(mail.to, mail.subject, mail.text, owner=sender, message_id=message_id, date=now)
        with (
            self._records.lock(account.workspace, f"draft:{message_id}", seconds=LOCK_SECONDS),
            open_account(self._records, account) as client,
        ):
            self._place(DraftsFolder(client), account, message_id, data)
        if mail.job:
            pending = PendingDraft(
                account.name, mail.job, OwnDraft(message_id, content_hash(data)), answers="", thread="",
                subject=bare_subject(mail.subject), recipients=tuple(one.key for one in mail.to),
            )  # fmt: skip
            PendingDrafts(self._records, account).put(pending)
            Accounts(self._records).update_status(account, drafted_at=pending.placed_at)
        return ""

    def _place(self, folder: DraftsFolder, account: Account, message_id: str, data: bytes) -> None:
        content = content_hash(data)
        earlier = self._records.get(CONTENT_KIND, account.workspace, message_id)
        mine = [one for one in folder.waiting() if one.message_id == message_id]
        if not any(folder.compare(one, content) == "unchanged" for one in mine):
            folder.append(data)
        if earlier and earlier.data != content:
            folder.remove([one for one in mine if folder.compare(one, earlier.data) == "unchanged"])
        self._records.put(
            CONTENT_KIND, account.workspace, message_id, content, person=account.person, expires_in_seconds=KEEP_SECONDS
        )


def _address(account: Account) -> str:
    return account.address or (account.user if "@" in account.user else "")
