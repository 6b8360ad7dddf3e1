"""The surface of mail in a worker: a draft goes into the thread in the Drafts folder of the mailbox it came from."""

from typing import Any

from core.job import Job
from core.ports import SurfaceContext
from integrations.mail.imap.accounts import Accounts
from integrations.mail.imap.connection import open_account
from integrations.mail.imap.drafts import DraftsFolder, content_hash
from integrations.mail.imap.placing import Placing
from integrations.mail.isolated import reply_file
from integrations.mail.mailbox.deliveries import PATIENCE_SECONDS, deliveries
from integrations.mail.mailbox.pending_drafts import PendingDraft, PendingDrafts
from integrations.mail.mailbox.preferences import load_preferences, owner_of_account
from integrations.mail.mailbox.thread_lock import OwnDraft, Thread, Turn, thread_ids
from integrations.mail.message.message import Message
from integrations.mail.reply.compose import bare_subject, reply_recipients
from integrations.mail.reply.reply import ONLY_GAPS, SOURCE_FILE, draft_id, is_left_to_person

EFFECT = "draft"


class MailSurface:
    """See `core.ports.Surface`.

    Args:
        patience_seconds: how long a job waits for the mail server; see `integrations.mail.mailbox.deliveries`.
    """

    def __init__(self, *, patience_seconds: float = PATIENCE_SECONDS) -> None:
        self._patience_seconds = patience_seconds

    def prepare(self, job: Job, context: SurfaceContext) -> dict[str, Any]:
        """Return nothing: the mail was read when it was noticed."""
        del job, context
        return {}

    def deliver(self, job: Job, context: SurfaceContext) -> None:
        """Put the draft into the Drafts folder; the error of a failed job is shown by `inlaid mailbox list`.

        Raises:
            NotFoundError: the mailbox is no longer connected.
            InlaidError: see `open_mailbox`.
        """
        if job.draft is None:
            return
        records, effects = context.records, context.effects
        account = Accounts(records).get(job.workspace, str(job.delivery["account"]))
        source = Message.model_validate_json(effects.get_file(job, SOURCE_FILE))
        preferences = load_preferences(records, account.workspace, account.name)
        if is_left_to_person(job, gaps_only=preferences.gaps_only):
            effects.intend(job, EFFECT, {"message_id": ""})
            effects.confirm(job, EFFECT, {"placed": ONLY_GAPS})
            return
        owner = owner_of_account(source, account, preferences)
        data = reply_file(source, owner, job, reply_all=preferences.reply_all)
        draft = OwnDraft(draft_id(owner, job), content_hash(data))
        state, _ = effects.intend(job, EFFECT, {"message_id": draft.message_id})
        if state == "confirmed":
            return
        thread = Thread(records, account, source)
        to, cc = reply_recipients(source, owner, reply_all=preferences.reply_all)
        recipients = tuple(one.key for one in (*to, *cc))

        def place() -> None:
            with open_account(records, account) as client:
                folder = DraftsFolder(client)
                turn = Turn(job.id, (float(job.delivery["arrived_at"]), int(job.delivery["uid"])), draft)
                placed = Placing(folder, thread, turn, data, thread_ids(source)).run()
            if placed == "placed":
                pending = PendingDraft(
                    account.name, job.id, draft, answers=source.message_id, thread=thread.key,
                    subject=bare_subject(source.subject), recipients=recipients,
                )  # fmt: skip
                PendingDrafts(records, account).put(pending)
                Accounts(records).update_status(account, drafted_at=pending.placed_at)
            effects.confirm(job, EFFECT, {"message_id": draft.message_id, "folder": folder.name, "placed": placed})

        deliveries().make(records, account.place, job.id, place, patience_seconds=self._patience_seconds)
