"""The surface of Microsoft 365 mail in a worker: a draft goes into the mailbox and thread of its mail."""

import time
from collections.abc import Callable
from typing import Any

from core.job import Job
from core.ports import SurfaceContext
from integrations.mail.graph.drafts import Drafts
from integrations.mail.graph.opening import Microsoft
from integrations.mail.graph.placing import Placing
from integrations.mail.graph.turns import turn
from integrations.mail.mailbox.deliveries import PATIENCE_SECONDS, deliveries
from integrations.mail.mailbox.pending_drafts import PendingDraft, PendingDrafts
from integrations.mail.mailbox.preferences import load_preferences, owner_of_account
from integrations.mail.mailbox.thread_lock import OwnDraft, Thread, thread_ids
from integrations.mail.message.message import Message
from integrations.mail.reply.compose import bare_subject, reply_recipients
from integrations.mail.reply.reply import ONLY_GAPS, SOURCE_FILE, is_left_to_person

EFFECT = "draft"


class GraphMailSurface:
    """See `core.ports.Surface`.

    Args:
        wait: called with the seconds to wait when Microsoft asks for it.
        patience_seconds: how long a job waits for Microsoft; see `integrations.mail.mailbox.deliveries`.
    """

    def __init__(
        self,
        *,
        wait: Callable[[float], None] = time.sleep,
        patience_seconds: float = PATIENCE_SECONDS,
    ) -> None:
        self._patience_seconds = patience_seconds
        self._wait = wait

    def prepare(self, job: Job, context: SurfaceContext) -> dict[str, Any]:
        """Return nothing: the mail was read when it was noticed."""
        del job, context
        return {}

    def deliver(self, job: Job, context: SurfaceContext) -> None:
        """Put the draft into the thread; the error of a failed job is shown by `inlaid mailbox list`.

        Raises:
            NotFoundError: the mailbox is no longer connected, or the mail is gone.
            InlaidError: Microsoft refuses or cannot be reached.
        """
        effects = context.effects
        if job.draft is None or effects.intend(job, EFFECT, {"id": ""})[0] == "confirmed":
            return
        microsoft = Microsoft(context.settings, context.records, self._wait)
        account = microsoft.accounts.get(job.workspace, str(job.delivery["account"]))
        source = Message.model_validate_json(effects.get_file(job, SOURCE_FILE))
        preferences = load_preferences(microsoft.records, account.workspace, account.name)
        if is_left_to_person(job, gaps_only=preferences.gaps_only):
            effects.confirm(job, EFFECT, {"placed": ONLY_GAPS})
            return
        owner = owner_of_account(source, account, preferences)
        thread = Thread(microsoft.records, account, source)
        placing = Placing(
            drafts=Drafts(microsoft.open(account)),
            thread=thread,
            job=job,
            effects=effects,
            order=(float(job.delivery["arrived_at"]), int(job.delivery["number"])),
            ids=thread_ids(source),
            to_all=preferences.reply_all,
            own_addresses=frozenset(one.casefold() for one in (owner.address, *owner.aliases)),
            recipients=reply_recipients(source, owner, reply_all=True) if owner.owns(source.sender) else None,
        )
        people = reply_recipients(source, owner, reply_all=preferences.reply_all)

        def place() -> None:
            with turn(microsoft.records, account.workspace, thread.key, job.id):
                placed, draft_id = placing.run()
            if placed == "placed":
                pending = PendingDraft(
                    account.name, job.id, OwnDraft(draft_id, ""), thread=thread.key, answers=source.message_id,
                    subject=bare_subject(source.subject), recipients=tuple(one.key for one in (*people[0], *people[1])),
                )  # fmt: skip
                PendingDrafts(microsoft.records, account).put(pending)
            effects.confirm(job, EFFECT, {"id": draft_id, "placed": placed})
            if placed == "placed":
                microsoft.accounts.update_status(account, drafted_at=context.clock())

        deliveries().make(microsoft.records, account.place, job.id, place, patience_seconds=self._patience_seconds)
