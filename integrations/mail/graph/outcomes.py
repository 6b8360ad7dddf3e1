"""What became of a draft at Microsoft: sent as it was, sent changed, answered otherwise, deleted, replaced, or left.

A draft keeps its immutable id when it is sent or deleted, so each is asked for by its id. Who answered in a mail of
their own is found among the sent mails, by what those answer or by their look.
"""

import time
from collections.abc import Sequence

import structlog

from core.errors import InlaidError, LimitError, MessageError, NotFoundError
from core.job import Job
from core.store import Store
from integrations.mail.graph.accounts import GraphAccount
from integrations.mail.graph.drafts import Drafts, Found
from integrations.mail.graph.heads import Head, heads_since
from integrations.mail.graph.judging import is_lasting
from integrations.mail.graph.learning import SENT
from integrations.mail.graph.opening import Box, Microsoft
from integrations.mail.graph.placing import WRITTEN_EFFECT
from integrations.mail.graph.reading import read_content
from integrations.mail.mailbox.backoff import Backoff
from integrations.mail.mailbox.pending_drafts import PendingDraft, PendingDrafts
from integrations.mail.mailbox.sent_matching import CLOCK_SECONDS, SOURCE_DELETED, Became, became, candidates
from integrations.mail.mailbox.thread_lock import was_replaced
from integrations.mail.mailbox.visits import LOCK_SECONDS
from integrations.mail.message.message import Message
from integrations.mail.reply.edit_distance import EXPIRES_SECONDS, SAME_DISTANCE, used_text

log = structlog.get_logger(__name__)

# Drafts wait for hours, and each costs a request.
LOOK_SECONDS = 300.0
DELETED = "deleteditems"


def take_back(store: Store, drafts: Drafts, account: GraphAccount, one: PendingDraft) -> None:
    """Remove a draft that is not needed any more, unless its owner has changed, sent or deleted it."""
    job = store.jobs.get(one.job)
    found = drafts.get(one.draft.message_id)
    if found is None or not _is_untouched(store, drafts, job, found):
        return
    # Stored first: what we remove must never count as thrown away by its owner.
    store.effects.add_outcome(job, "expired", person=job.person, distance=None, detail={"why": "answered"})
    drafts.remove(found)
    PendingDrafts(store.records, account).remove(one)


def _is_untouched(store: Store, drafts: Drafts, job: Job, found: Found) -> bool:
    """Whether a draft waits as we wrote it."""
    is_there = found.is_draft and found.data.get("parentFolderId") == drafts.drafts_folder_id()
    return is_there and found.digest == store.effects.get_detail(job, WRITTEN_EFFECT).get("digest")


def settle_mailbox(microsoft: Microsoft, store: Store, account: GraphAccount) -> int:
    """Find out what became of the drafts that wait in a mailbox, store it, and return of how many that is known now.

    Raises:
        LimitError: somebody else is doing it.
        InlaidError: the mailbox cannot be read.
    """
    waiting = PendingDrafts(store.records, account).list()
    with (
        store.records.lock(account.workspace, f"graph drafts:{account.name}", seconds=LOCK_SECONDS),
        Backoff(store.records).attempt(account.place),
    ):
        count = _Settling(store, microsoft.open(account)).run(waiting) if waiting else 0
        microsoft.accounts.update_status(account, settled_at=time.time())
    return count


class _Settling:
    def __init__(self, store: Store, box: Box) -> None:
        self._store = store
        self._box = box
        self._drafts = Drafts(box)
        self._folder = self._drafts.drafts_folder_id()
        self._sent: list[Head] = []
        self._thrown_away: frozenset[str] = frozenset()

    def run(self, waiting: Sequence[PendingDraft]) -> int:
        """Store what became of these drafts, and return of how many that is known."""
        jobs = [(one, job) for one in waiting if (job := self._job(one)) is not None]
        if not jobs:
            return 0
        self._sent = heads_since(self._box, min(one.placed_at for one, _ in jobs) - CLOCK_SECONDS, folder=SENT)
        arrived_at = min(float(job.delivery.get("arrived_at", job.created_at)) for _, job in jobs)
        deleted = heads_since(self._box, arrived_at - CLOCK_SECONDS, folder=DELETED)
        self._thrown_away = frozenset(one.message_id for one in deleted if one.message_id and not one.is_draft)
        return sum(self._settle(one, job) for one, job in jobs)

    def _job(self, one: PendingDraft) -> Job | None:
        """Return the job of a draft; None when it was deleted, and then nobody waits for the draft any more."""
        try:
            return self._store.jobs.get(one.job)
        except NotFoundError:
            self._forget(one)
            return None

    def _settle(self, one: PendingDraft, job: Job) -> bool:
        """Store what became of a draft, if that is known; one that cannot be read now is looked at later."""
        try:
            found = self._drafts.get(one.draft.message_id)
            known = self._known(one, job, found)
            if known is None:
                return False
            self._store.effects.add_outcome(
                job, known.outcome, person=job.person, distance=known.distance, detail=known.detail
            )
            if found and self._is_over(known) and _is_untouched(self._store, self._drafts, job, found):
                self._drafts.remove(found)
        except InlaidError as error:
            if is_lasting(error):
                raise
            log.warning("draft not looked at", code=error.code)
            return False
        self._forget(one)
        return True

    def _known(self, one: PendingDraft, job: Job, found: Found | None) -> Became | None:
        if found and not found.is_draft:
            return self._was_sent(one, job)
        if own := self._own_answer(one, job):
            return own
        if found and one.answers in self._thrown_away and _is_untouched(self._store, self._drafts, job, found):
            return Became("expired", None, {"why": SOURCE_DELETED})
        is_there = found is not None and found.data.get("parentFolderId") == self._folder
        if not is_there and was_replaced(self._store, self._box.account, one.thread, job):
            return Became("expired", None, {"why": "replaced"})
        if not is_there:
            return Became("rejected", None, {"why": "deleted", "at": time.time()})
        if time.time() > one.placed_at + EXPIRES_SECONDS:
            return Became("expired", None, {"at": one.placed_at + EXPIRES_SECONDS})
        return None

    @staticmethod
    def _is_over(known: Became) -> bool:
        """Whether a draft as we wrote it is of no use: its thread has its answer, or its mail was thrown away."""
        return known.outcome != "expired" or known.detail.get("why") == SOURCE_DELETED

    def _was_sent(self, one: PendingDraft, job: Job) -> Became:
        mail = self._read(one.draft.message_id)
        if mail is None or job.draft is None:
            return Became("edited", None, {"at": time.time()})  # it was sent; in which words cannot be read
        text, distance = used_text(mail, job.draft.text)
        return Became(
            "accepted" if distance <= SAME_DISTANCE else "edited", distance, {"text": text, "at": time.time()}
        )

    def _own_answer(self, one: PendingDraft, job: Job) -> Became | None:
        """Return what a mail of the person's own makes of the draft."""
        for head in candidates(one, "", self._sent):
            mail = self._read(head.ref)
            if mail is None or job.draft is None:
                continue
            if known := became(one, head, mail, job.draft.text, is_sure=False):
                return known
        return None

    def _read(self, mail_id: str) -> Message | None:
        try:
            return read_content(self._box, mail_id)
        except (LimitError, MessageError):
            return None

    def _forget(self, one: PendingDraft) -> None:
        PendingDrafts(self._store.records, self._box.account).remove(one)
