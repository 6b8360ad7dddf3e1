"""The surface of mail in a worker: a draft goes into the thread in the Drafts folder of the mailbox it came from."""

from abc import ABC, abstractmethod
from functools import partial
from typing import Any

from core.job import Job
from core.ports import SurfaceContext
from core.store.records import RecordStore
from integrations.mail.mailbox.account import A
from integrations.mail.mailbox.deliveries import PATIENCE_SECONDS, deliveries
from integrations.mail.mailbox.pending_drafts import PendingDraft, PendingDrafts
from integrations.mail.mailbox.preferences import load_preferences, owner_of_account
from integrations.mail.mailbox.provider import Provider, Reply
from integrations.mail.mailbox.thread_lock import Thread
from integrations.mail.message.message import Message
from integrations.mail.reply.compose import bare_subject, reply_recipients
from integrations.mail.reply.reply import ONLY_GAPS, SOURCE_FILE, is_left_to_person

EFFECT = "draft"


class ReplySurface(ABC):
    """See `core.ports.Surface`; each provider has a class of its own that says where its mailboxes are.

    Args:
        patience_seconds: how long a job waits for the mail server; see `integrations.mail.mailbox.deliveries`.
    """

    def __init__(self, *, patience_seconds: float = PATIENCE_SECONDS) -> None:
        self._patience_seconds = patience_seconds

    @abstractmethod
    def provider(self, context: SurfaceContext) -> Provider[Any]:
        """Return the provider of the mailboxes."""

    def prepare(self, job: Job, context: SurfaceContext) -> dict[str, Any]:
        """Return nothing: the mail was read when it was noticed."""
        del job, context
        return {}

    def deliver(self, job: Job, context: SurfaceContext) -> None:
        """Put the draft into the thread; the error of a failed job is shown by `inlaid mailbox list`.

        Raises:
            NotFoundError: the mailbox is no longer connected.
            InlaidError: it cannot be put there; an `OutageError` may pass.
        """
        effects, records = context.effects, context.records
        if job.draft is None or effects.intend(job, EFFECT, {})[0] == "confirmed":
            return
        provider = self.provider(context)
        target = provider.target(job.delivery)
        account = provider.accounts.get(job.workspace, target.account)
        preferences = load_preferences(records, account.workspace, account.name)
        if is_left_to_person(job, gaps_only=preferences.gaps_only or target.is_requested):
            effects.confirm(job, EFFECT, {"placed": ONLY_GAPS})
            return
        source = Message.model_validate_json(effects.get_file(job, SOURCE_FILE))
        owner = owner_of_account(source, account, preferences)
        reply = Reply(job, source, owner, preferences.reply_all, Thread(records, account, source), effects)
        act = partial(_place, records, provider, account, reply)
        deliveries().make(records, account.place, job.id, act, patience_seconds=self._patience_seconds)


def _place(records: RecordStore, provider: Provider[A], account: A, reply: Reply) -> None:
    job, source = reply.job, reply.source
    with provider.open(account) as mailbox:
        done = mailbox.place_reply(reply)
    if done.placed == "placed":
        to, cc = reply_recipients(source, reply.owner, reply_all=reply.reply_all)
        pending = PendingDraft(
            account.name,
            job.id,
            done.draft,
            answers=source.message_id,
            thread=reply.thread.key,
            subject=bare_subject(source.subject),
            recipients=tuple(address.key for address in (*to, *cc)),
        )
        PendingDrafts(records, account).put(pending)
    reply.effects.confirm(job, EFFECT, {**done.detail, "placed": done.placed})
    if done.placed == "placed":
        provider.accounts.update_status(account, drafted_at=pending.placed_at)
