"""The outcome of each draft: sent as it was, sent changed, answered otherwise, deleted, replaced, or left.

An outcome is stored before the draft is forgotten, and the same one a second time is no news: each draft counts once,
whatever is killed.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from core.drafts import GAP, has_gap
from core.errors import InlaidError, NotFoundError
from core.job import Job
from core.logs import logger
from core.outcomes import OPEN_GAPS, effective_outcome, shown_text
from core.ports import OwnerNotices
from core.store import Store
from integrations.mail.mailbox.account import A, MailboxAccount
from integrations.mail.mailbox.pending_drafts import (
    ANSWERED_BY_COLLEAGUE,
    CLOCK_SECONDS,
    EXPIRES_SECONDS,
    OWN_REPLY,
    SOURCE_DELETED,
    WITHDRAWN,
    DraftOutcome,
    MailHead,
    OwnDraft,
    PendingDraft,
    PendingDrafts,
    candidates,
    outcome_of,
    was_replaced,
)
from integrations.mail.mailbox.preferences import load_preferences, now
from integrations.mail.mailbox.provider import Arrival, DraftState, Mailbox, Provider, is_lasting
from integrations.mail.mailbox.triage_records import TriageRecord, TriageRecords, note_gaps_left
from integrations.mail.mailbox.visits import LOCK_SECONDS, Backoff
from integrations.mail.message.message import MailMessage
from integrations.mail.message.quotes import split_text
from integrations.mail.reply.in_mailbox import as_in_mailbox
from integrations.mail.triage.decide import REPEATED

log = logger(__name__)

# Under this effect the digest of a draft at Microsoft stands; earlier versions kept it nowhere else.
WRITTEN_EFFECT = "text"
MAX_SENT = 500
# Who asks waits no longer for a draft that is gone: it may have been sent, and appear among the sent mails only now.
ASKED_MISSING_SECONDS = 60.0
# The owner is told of a draft that was put there within this time, and of none that lay there before.
TOLD_WITHIN_SECONDS = 24 * 3600.0
# Why a draft is over that its owner has thrown away where we show it.
DISCARDED = "discarded"


def settle_drafts(
    store: Store, provider: Provider[A], account: A, notices: OwnerNotices | None = None, *, is_asked: bool = False
) -> int:
    """Find the outcomes of the drafts that wait in a mailbox, store them, and return how many are known now.

    Args:
        store: where they are stored.
        provider: of the mailbox.
        account: the mailbox.
        notices: tells the owner; None: nobody is told.
        is_asked: whether somebody asked for it: then a draft that is gone is waited for only a short time. One that
            its owner was told of is left to who can tell them what became of it.

    Raises:
        LimitError: somebody else is doing it.
        InlaidError: the mailbox cannot be read.
    """
    waiting = [
        draft for draft in PendingDrafts(store.records, account).list() if notices or not (is_asked and draft.is_told)
    ]
    if not waiting:
        return 0
    with (
        store.records.lock(account.workspace, f"{account.namespace} drafts:{account.name}", seconds=LOCK_SECONDS),
        Backoff(store.records).attempt(account.place),
        provider.open(account) as mailbox,
    ):
        scan = OutcomeScan(store, account, mailbox, notices, is_asked=is_asked)
        known = scan.run(waiting)
        if scan.leaves_open:
            provider.accounts.update_status(account, doubted_at=time.time())
        return known


def take_back(store: Store, account: MailboxAccount, mailbox: Mailbox, draft: PendingDraft, *, why: str) -> None:
    """Remove a draft that is not needed any more, unless its owner has changed, sent or deleted it."""
    job = store.jobs.get(draft.job)
    draft = _with_digest(store, draft, job)
    if not mailbox.is_untouched(draft):
        return
    # Stored first: what we remove must never count as thrown away by its owner.
    store.effects.add_outcome(job, "expired", person=job.person, distance=None, detail={"why": why})
    mailbox.remove_draft(draft)
    PendingDrafts(store.records, account).remove(draft)


@dataclass
class OutcomeScan:
    """Looks once for the outcomes of drafts.

    Args:
        store: where they are stored.
        account: the mailbox.
        mailbox: the same, open.
        notices: see `settle_drafts`.
        is_asked: see `settle_drafts`.

    Attributes:
        leaves_open: whether a draft could not be read, or its owner could not be told of one, so that a later look may.
    """

    store: Store
    account: MailboxAccount
    mailbox: Mailbox
    notices: OwnerNotices | None = None
    is_asked: bool = False
    leaves_open: bool = False
    _sent: list[MailHead] = field(default_factory=list)
    _discarded: frozenset[str] = frozenset()

    @property
    def _pending(self) -> PendingDrafts:
        return PendingDrafts(self.store.records, self.account)

    def run(self, waiting: Sequence[PendingDraft]) -> int:
        """Store the outcomes of these drafts, and return how many are known."""
        found = [(_with_digest(self.store, draft, job), job) for draft in waiting if (job := self._job(draft))]
        if not found:
            return 0
        # The drafts first: one that is sent in between is then found in both places, and not in neither.
        states: dict[str, DraftState] = {}
        self.mailbox.look_at([draft for draft, _ in found])
        for draft, _ in found:
            with self._one_at_a_time():
                states[draft.job] = self.mailbox.draft_state(draft)
        self._sent = self.mailbox.sent_since(min(draft.placed_at for draft, _ in found) - CLOCK_SECONDS, limit=MAX_SENT)
        self._discarded = self.mailbox.discarded(found)
        known = 0
        for draft, job in found:
            if draft.job in states:
                with self._one_at_a_time():
                    known += self._settle(draft, job, states[draft.job])
        return known

    @contextmanager
    def _one_at_a_time(self) -> Iterator[None]:
        """Let a draft that cannot be read now be looked at later, and not hold up the others."""
        try:
            yield
        except InlaidError as error:
            if is_lasting(error):
                raise
            self.leaves_open = True
            log.warning("draft not looked at", code=error.code)

    def _settle(self, draft: PendingDraft, job: Job, state: DraftState) -> bool:
        if state.is_waiting and self._is_discarded(job) and self.mailbox.is_untouched(draft):
            self.mailbox.remove_draft(draft)
            self.store.effects.note_withdrawn(job)
            self._tell(lambda told: told.is_over(job, draft.thread, "rejected", DISCARDED))
            self._pending.remove(draft)
            return True
        known = self._known(draft, job, state)
        if known is None:
            self._tell_of(draft, job, state)
            if state.is_waiting or state.may_be_rewritten:
                self._note_gaps(draft, job)
            return False
        # Stored first: what we remove must never count as thrown away by its owner.
        self.store.effects.add_outcome(
            job, known.outcome, person=job.person, distance=known.distance, detail=known.detail
        )
        if not state.is_sent and _is_over(known):
            self.mailbox.remove_draft(draft)
        if known.outcome in {"accepted", "edited"}:
            self._warn(job)
        why = str(known.detail.get("why", ""))
        self._tell(lambda told: told.is_over(job, draft.thread, known.outcome, why))
        self._pending.remove(draft)
        return True

    def _note_gaps(self, draft: PendingDraft, job: Job) -> None:
        """Note how many gaps a draft has by now; its owner fills them in."""
        if job.draft is None or not has_gap(as_in_mailbox(job.draft).text):
            return
        if mail := self.mailbox.read_draft(draft):
            gaps = len(GAP.findall(split_text(mail.text).new_text))
            note_gaps_left(self.store.records, self.account, job, gaps)

    def _is_discarded(self, job: Job) -> bool:
        """Whether the person has thrown the draft away, in the console or where they were told of it."""
        acts = self.store.effects.outcomes.acts_of([job.id]).get(job.id, ())
        return effective_outcome(acts).outcome == "rejected"

    def _warn(self, job: Job) -> None:
        """Tell the person where the mail went out with questions to them; lists show it in any case."""
        acts = self.store.effects.outcomes.acts_of([job.id]).get(job.id, ())
        if acts and OPEN_GAPS in acts[-1].labels:
            self._tell(lambda told: told.sent_with_gaps(job))

    def _tell_of(self, draft: PendingDraft, job: Job, state: DraftState) -> None:
        """Tell the owner of a draft that waits, if they want to be told and it is not their quiet time."""
        is_new = time.time() < draft.placed_at + TOLD_WITHIN_SECONDS
        if not (self.notices and state.is_waiting and is_new and draft.thread) or draft.is_told:
            return
        preferences = load_preferences(self.store.records, self.account.workspace, self.account.name)
        if not preferences.tells_in_slack:
            return
        is_told = not preferences.is_suspended(now()) and self._tell(
            lambda told: told.waits(job, draft.thread, state.link, lambda: self.mailbox.is_untouched(draft))
        )
        if is_told:
            self._pending.put(replace(draft, is_told=True, missing_since=0.0))
        self.leaves_open |= not is_told

    def _tell(self, say: Callable[[OwnerNotices], object]) -> bool:
        """Tell the owner something, and return whether that worked; where it did not, nothing else is held up."""
        if self.notices is None:
            return True
        try:
            say(self.notices)
        except InlaidError as error:
            log.warning("the owner was not told of a draft", code=error.code)
            return False
        return True

    def _known(self, draft: PendingDraft, job: Job, state: DraftState) -> DraftOutcome | None:
        if state.is_sent:
            return self._was_sent(draft, job)
        if own := self._own_answer(draft, job):
            return own
        if self._has_no_mail(draft, job) and self.mailbox.is_untouched(draft):
            return DraftOutcome("expired", None, {"why": SOURCE_DELETED})
        if draft.answered_by and self.mailbox.is_untouched(draft):
            return DraftOutcome("expired", None, {"why": ANSWERED_BY_COLLEAGUE})
        if draft.is_withdrawn and self.mailbox.is_untouched(draft):
            return DraftOutcome("expired", None, {"why": WITHDRAWN})
        is_replaced = was_replaced(self.store, self.account, draft.thread, job)
        is_there = state.is_waiting or (state.may_be_rewritten and not is_replaced)
        if is_replaced and not is_there:
            return DraftOutcome("expired", None, {"why": "replaced"})
        if not is_there and (missing_since := self._missing_since(draft)):
            return DraftOutcome("rejected", None, {"why": "deleted", "at": missing_since})
        if is_there and draft.missing_since:
            self._pending.put(replace(draft, missing_since=0.0))
        if time.time() > draft.placed_at + EXPIRES_SECONDS:
            return DraftOutcome("expired", None, {"at": draft.placed_at + EXPIRES_SECONDS})
        return None

    def _has_no_mail(self, draft: PendingDraft, job: Job) -> bool:
        """Whether the mail was thrown away, and each repeat of it that the draft answers, too."""
        if draft.job not in self._discarded:
            return False
        known = TriageRecords(self.store.records, self.account).newest()
        content = next((mail.content for mail in known if mail.job == draft.job), "")
        repeats = [mail for mail in known if content and mail.content == content and mail.decision["rule"] == REPEATED]
        return all(self.mailbox.discarded([self._as_waiting(mail, draft, job)]) for mail in repeats)

    def _as_waiting(self, mail: TriageRecord, draft: PendingDraft, job: Job) -> tuple[PendingDraft, Job]:
        """Return a draft and its job as they would be for a repeat of its mail, which came after that."""
        at = float(job.delivery.get("arrived_at") or job.created_at)
        arrival = Arrival("", mail.uid, mail.uidvalidity, at, folder=mail.folder or "", message_id=mail.message_id)
        target = self.mailbox.target_of_new(arrival, MailMessage(message_id=mail.message_id), is_requested=False)
        return replace(draft, answers=mail.message_id), replace(job, delivery=target.to_json())

    def _missing_since(self, draft: PendingDraft) -> float:
        """Return since when a draft is missing, once that is long enough; 0 before."""
        since, wait = draft.missing_since or time.time(), self.mailbox.missing_seconds
        if time.time() >= since + (min(wait, ASKED_MISSING_SECONDS) if self.is_asked else wait):
            return since
        if not draft.missing_since:
            self._pending.put(replace(draft, missing_since=since))
        return 0.0

    def _was_sent(self, draft: PendingDraft, job: Job) -> DraftOutcome:
        mail, at = self.mailbox.read_draft(draft), time.time()
        known = outcome_of(draft, None, mail, shown_text(job.draft), at=at) if mail and job.draft else None
        return known or DraftOutcome("edited", None, {"at": at})  # it was sent; in which words cannot be read

    def _own_answer(self, draft: PendingDraft, job: Job) -> DraftOutcome | None:
        """Return what a sent mail makes of the draft: it is the draft, or the person's own answer."""
        for head in candidates(draft, self._sent):
            mail = self.mailbox.read(head)
            if mail is None or job.draft is None:
                continue
            known = outcome_of(draft, head, mail, shown_text(job.draft), at=head.at)
            if known and known.outcome == "edited" and self._still_waits(draft, head):
                is_answer = draft.answers in head.answers
                known = DraftOutcome("rejected", None, {"why": OWN_REPLY, "at": head.at}) if is_answer else None
            if known:
                return known
        return None

    def _still_waits(self, draft: PendingDraft, head: MailHead) -> bool:
        """Whether a sent mail cannot be the draft, which lies in its folder as we wrote it."""
        return draft.draft.message_id not in {head.message_id, head.ref} and self.mailbox.is_untouched(draft)

    def _job(self, draft: PendingDraft) -> Job | None:
        """Return the job of a draft; None when it was deleted, and then nobody waits for the draft any more."""
        try:
            return self.store.jobs.get(draft.job)
        except NotFoundError:
            self._pending.remove(draft)
            return None


def _is_over(known: DraftOutcome) -> bool:
    """Whether a draft as we wrote it is of no use: its thread has its answer, or its mail was thrown away."""
    return known.outcome != "expired" or known.detail.get("why") in (SOURCE_DELETED, ANSWERED_BY_COLLEAGUE, WITHDRAWN)


def _with_digest(store: Store, draft: PendingDraft, job: Job) -> PendingDraft:
    if draft.draft.content:
        return draft
    digest = str(store.effects.get_detail(job, WRITTEN_EFFECT).get("digest", ""))
    return replace(draft, draft=OwnDraft(draft.draft.message_id, digest))
