"""A new mail as a draft in the person's mailbox at Microsoft, the same one for the same key."""

from functools import partial

from core.errors import NotFoundError
from core.job import LOCAL_WORKSPACE
from core.settings import Settings, load_settings
from core.store.records import RecordStore
from integrations.mail.graph.accounts import GraphAccount, GraphAccounts
from integrations.mail.graph.drafts import Drafts, Found, recipient
from integrations.mail.graph.opening import Microsoft
from integrations.mail.mailbox.deliveries import PATIENCE_SECONDS, deliveries
from integrations.mail.mailbox.owner import MailOwner, NewMail, own_mailbox
from integrations.mail.mailbox.pending_drafts import PendingDraft, PendingDrafts
from integrations.mail.mailbox.thread_lock import OwnDraft
from integrations.mail.reply.compose import bare_subject, html_body

CONTENT_KIND = "graph_new_draft"
KEEP_SECONDS = 90 * 24 * 3600.0
LOCK_SECONDS = 120.0


class GraphDrafts:
    """See `integrations.mail.mailbox.owner.DraftProvider`.

    Args:
        records: where the mailboxes are, and what was put into them.
        settings: those of the process by default.
        patience_seconds: how long the caller waits for Microsoft; see `integrations.mail.mailbox.deliveries`.
    """

    def __init__(
        self, records: RecordStore, settings: Settings | None = None, *, patience_seconds: float = PATIENCE_SECONDS
    ) -> None:
        self._records = records
        self._patience_seconds = patience_seconds
        self._settings = settings

    def find(self, owner: MailOwner) -> GraphAccount | None:
        """Return the person's mailbox, None when they have connected none of this kind."""
        return own_mailbox(GraphAccounts(self._records).list(), owner, self._proven_address)

    def _proven_address(self, account: GraphAccount) -> str:
        """Return the address that Microsoft gave: of what was connected on this machine, or by its own person."""
        tenants = (self._settings or load_settings()).own_tenants
        is_theirs = account.signed_in == f"{account.person}.{account.workspace}" and account.workspace in tenants
        return account.address if account.workspace == LOCAL_WORKSPACE or is_theirs else ""

    def put(self, owner: MailOwner, mail: NewMail) -> str:
        """Put the draft there; one of the same key that nobody has changed is replaced, a changed one stays beside it.

        Returns:
            A link that opens it, "" when Microsoft gives none.

        Raises:
            NotFoundError: the mailbox was disconnected meanwhile.
            LimitError: the same draft is being put right now, or the mailbox is full.
            InlaidError: Microsoft refuses or cannot be reached.
        """
        account = self.find(owner)
        if account is None:
            raise NotFoundError("The mailbox is not connected any more.", fix="Connect it with: inlaid mailbox add")
        act = partial(self._put, account, mail)
        return deliveries().make(self._records, account.place, mail.key, act, patience_seconds=self._patience_seconds)

    def _put(self, account: GraphAccount, mail: NewMail) -> str:
        drafts = Drafts(Microsoft(self._settings or load_settings(), self._records).open(account))
        key = f"new:{mail.key}"
        with self._records.lock(account.workspace, f"graph draft:{account.name}:{key}", seconds=LOCK_SECONDS):
            made = self._place(drafts, account, key, mail)
            self._records.put(
                CONTENT_KIND, account.workspace, f"{account.name}:{key}", made.digest, person=account.person,
                expires_in_seconds=KEEP_SECONDS,
            )  # fmt: skip
        if mail.job:
            pending = PendingDraft(
                account.name, mail.job, OwnDraft(made.id, made.digest), subject=bare_subject(mail.subject),
                recipients=tuple(one.key for one in mail.to),
            )  # fmt: skip
            PendingDrafts(self._records, account).put(pending)
            GraphAccounts(self._records).update_status(account, drafted_at=pending.placed_at)
        return made.link

    def _place(self, drafts: Drafts, account: GraphAccount, key: str, mail: NewMail) -> Found:
        folder = drafts.drafts_folder_id()
        html = f"<html><body>{html_body(mail.text)}</body></html>"
        subject = " ".join(mail.subject.split())
        earlier = self._records.get(CONTENT_KIND, account.workspace, f"{account.name}:{key}")
        found = [one for one in drafts.of_job(key) if one.is_draft and one.data.get("parentFolderId") == folder]
        people = {"toRecipients": [recipient(one) for one in mail.to]} if mail.to else {}
        wanted = {"subject": subject, "body": {"contentType": "html", "content": html}, **people}
        for one in found:
            new = Found(one.id, one.etag, one.job, {**one.data, **wanted})
            if one.digest == new.digest:
                return one
            if earlier and one.digest == earlier.data:
                return drafts.write(new, key, subject=subject, **people)
        return drafts.create(key, wanted)
