"""A new mail as a draft in the person's mailbox at Microsoft, the same one for the same key."""

from core.errors import NotFoundError
from core.jobs import LOCAL_WORKSPACE
from core.settings import Settings, load_settings
from core.store.records import RecordStore
from integrations.mail.compose import html_body
from integrations.mail.graph.accounts import GraphAccount, GraphAccounts
from integrations.mail.graph.drafts import Drafts, Found
from integrations.mail.graph.opening import Microsoft
from integrations.mail.mailbox_drafts import MailOwner, NewMail

CONTENT_KIND = "graph_new_draft"
KEEP_SECONDS = 90 * 24 * 3600.0
LOCK_SECONDS = 120.0


class GraphDrafts:
    """See `integrations.mail.mailbox_drafts.DraftProvider`.

    Args:
        records: where the mailboxes are, and what was put into them.
        settings: those of the process by default.
    """

    def __init__(self, records: RecordStore, settings: Settings | None = None) -> None:
        self._records = records
        self._settings = settings

    def is_connected(self, owner: MailOwner) -> bool:
        """Whether a mailbox is the person's: by workspace and person, or by the mail address."""
        return self._find(owner) is not None

    def put(self, owner: MailOwner, mail: NewMail) -> str:
        """Put the draft there; one of the same key that nobody has changed is replaced, a changed one stays beside it.

        Returns:
            A link that opens it, "" when Microsoft gives none.

        Raises:
            NotFoundError: the mailbox was disconnected meanwhile.
            LimitError: the same draft is being put right now, or the mailbox is full.
            InlaidError: Microsoft refuses or cannot be reached.
        """
        account = self._find(owner)
        if account is None:
            raise NotFoundError("The mailbox is not connected any more.", fix="Connect it with: inlaid mailbox add")
        drafts = Drafts(Microsoft(self._settings or load_settings(), self._records).open(account))
        key = f"new:{mail.key}"
        with self._records.lock(account.workspace, f"graph draft:{account.name}:{key}", seconds=LOCK_SECONDS):
            made = self._place(drafts, account, key, mail)
            self._records.put(
                CONTENT_KIND, account.workspace, f"{account.name}:{key}", made.digest, person=account.person,
                expires_in_seconds=KEEP_SECONDS,
            )  # fmt: skip
        return made.link

    def _place(self, drafts: Drafts, account: GraphAccount, key: str, mail: NewMail) -> Found:
        folder = drafts.drafts_folder_id()
        html = f"<html><body>{html_body(mail.text)}</body></html>"
        subject = " ".join(mail.subject.split())
        earlier = self._records.get(CONTENT_KIND, account.workspace, f"{account.name}:{key}")
        found = [one for one in drafts.of_job(key) if one.is_draft and one.data.get("parentFolderId") == folder]
        wanted = {"subject": subject, "body": {"contentType": "html", "content": html}}
        for one in found:
            new = Found(one.id, one.etag, one.job, {**one.data, **wanted})
            if one.digest == new.digest:
                return one
            if earlier and one.digest == earlier.data:
                return drafts.write(new, key, subject=subject)
        return drafts.create(key, subject=subject, html=html)

    def _find(self, owner: MailOwner) -> GraphAccount | None:
        accounts = GraphAccounts(self._records).list()
        own = [one for one in accounts if (one.workspace, one.person) == (owner.workspace, owner.person)]
        # What the administrator connected on this machine belongs to whoever has that address.
        within = (owner.workspace, LOCAL_WORKSPACE)
        address = owner.address.casefold()
        linked = [one for one in accounts if one.workspace in within and address and one.address.casefold() == address]
        return next(iter([*own, *linked]), None)
