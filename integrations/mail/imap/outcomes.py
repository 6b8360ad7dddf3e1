"""What became of a draft: sent as it was, sent changed, deleted, or left. Read from the folders of the mailbox.

An act is stored before the draft is forgotten, and the same act a second time is no news: each draft counts once,
whatever is killed.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

from imapclient import IMAPClient

from core.errors import NotFoundError
from core.job import Job, Outcome
from core.store import Store
from integrations.mail.imap.accounts import Account
from integrations.mail.imap.connection import open_account
from integrations.mail.imap.drafts import DraftsFolder, Waiting
from integrations.mail.imap.folders import trash_folder
from integrations.mail.imap.inbox import gone_from_inbox
from integrations.mail.imap.sent import SentFolder, headers_since
from integrations.mail.mailbox.backoff import Backoff
from integrations.mail.mailbox.pending_drafts import PendingDraft, PendingDrafts
from integrations.mail.mailbox.sent_matching import CLOCK_SECONDS, SOURCE_DELETED, Sent, became, candidates
from integrations.mail.mailbox.thread_lock import was_replaced
from integrations.mail.mailbox.visits import LOCK_SECONDS
from integrations.mail.reply.edit_distance import EXPIRES_SECONDS

# A sent mail may appear in its folder a while after the draft has gone.
MISSING_SECONDS = 900.0


def settle_mailbox(store: Store, account: Account) -> int:
    """Find out what became of the drafts that wait in a mailbox, store it, and return of how many that is known now.

    Raises:
        LimitError: somebody else is doing it.
        InlaidError: see `open_mailbox`.
    """
    waiting = PendingDrafts(store.records, account).list()
    if not waiting:
        return 0
    with (
        store.records.lock(account.workspace, f"mailbox drafts:{account.name}", seconds=LOCK_SECONDS),
        Backoff(store.records).attempt(account.place),
        open_account(store.records, account) as client,
    ):
        return _Settling(store, account, client, DraftsFolder(client), SentFolder(client)).run(waiting)


@dataclass(frozen=True)
class _Settling:
    store: Store
    account: Account
    client: IMAPClient
    drafts: DraftsFolder
    sent: SentFolder

    def run(self, waiting: Sequence[PendingDraft]) -> int:
        # The drafts first: one that is sent in between is then found in both places, and not in neither.
        there = self.drafts.waiting()
        sent = self.sent.since(min(one.placed_at for one in waiting) - CLOCK_SECONDS)
        used: dict[str, bool] = {one.job: self._was_sent(one, sent) for one in waiting}
        for one in waiting:
            if used[one.job]:
                self._clear_away(one)
        left = [one for one in waiting if not used[one.job]]
        thrown_away = self._thrown_away(left)
        for one in left:
            used[one.job] = (one.job in thrown_away and self._is_not_wanted(one)) or self._was_left(one, there)
        return sum(used.values())

    def _thrown_away(self, waiting: Sequence[PendingDraft]) -> set[str]:
        """Return the jobs whose mail its owner has thrown away; one that was filed elsewhere is not."""
        jobs = {one.job: job for one in waiting if (job := self._job(one)) is not None}
        sources = {
            name: (int(job.delivery.get("uidvalidity", 0)), int(job.delivery.get("uid", 0)))
            for name, job in jobs.items()
        }
        missing = gone_from_inbox(self.client, set(sources.values()))
        gone = {name for name, source in sources.items() if source in missing}
        folder = trash_folder(self.client) if gone else None
        if folder is None:
            return set()
        since = min(float(jobs[name].delivery["arrived_at"]) for name in gone) - CLOCK_SECONDS
        thrown = {one.message_id for one in headers_since(self.client, folder, since)}
        return {one.job for one in waiting if one.job in gone and one.answers in thrown}

    def _is_not_wanted(self, one: PendingDraft) -> bool:
        """Take back the draft for a mail that was thrown away, unless its owner has changed it."""
        mine = self._untouched(one)
        job = self._job(one)
        if not mine or job is None:
            return False
        # Stored first: what we remove must never count as thrown away by its owner.
        self._store(one, job, "expired", None, {"why": SOURCE_DELETED})
        self.drafts.remove(mine)
        return True

    def _was_sent(self, one: PendingDraft, sent: Sequence[Sent]) -> bool:
        for mail in candidates(one, one.draft.message_id, sent):
            found = self.sent.read(mail)
            job = self._job(one)
            if found is None or job is None or job.draft is None:
                continue
            is_sure = mail.message_id == one.draft.message_id
            if known := became(one, mail, found, job.draft.text, is_sure=is_sure):
                return self._store(one, job, *known)
        return False

    def _was_left(self, one: PendingDraft, there: Sequence[Waiting]) -> bool:
        job = self._job(one)
        if job is None:
            return True
        now = time.time()
        is_replaced = was_replaced(self.store, self.account, one.thread, job)
        is_there = any(
            draft.message_id == one.draft.message_id
            or (not is_replaced and one.answers and one.answers in draft.answers)
            for draft in there
        )
        if is_replaced and not is_there:
            return self._store(one, job, "expired", None, {"why": "replaced"})
        if is_there or not one.missing_since:
            missing_since = 0.0 if is_there else now
            if missing_since != one.missing_since:
                PendingDrafts(self.store.records, self.account).put(replace(one, missing_since=missing_since))
        elif now > one.missing_since + MISSING_SECONDS:
            return self._store(one, job, "rejected", None, {"why": "deleted", "at": one.missing_since})
        if now > one.placed_at + EXPIRES_SECONDS:
            return self._store(one, job, "expired", None, {"at": one.placed_at + EXPIRES_SECONDS})
        return False

    def _clear_away(self, one: PendingDraft) -> None:
        """Remove a draft as we wrote it from a thread that has its answer: nobody needs it any more."""
        self.drafts.remove(self._untouched(one))

    def _untouched(self, one: PendingDraft) -> list[Waiting]:
        """Return the draft when it waits as we wrote it."""
        mine = [draft for draft in self.drafts.waiting() if draft.message_id == one.draft.message_id]
        return [draft for draft in mine if self.drafts.compare(draft, one.draft.content) == "unchanged"]

    def _store(
        self, one: PendingDraft, job: Job, outcome: Outcome, distance: float | None, detail: dict[str, object]
    ) -> bool:
        self.store.effects.add_outcome(job, outcome, person=job.person, distance=distance, detail=detail)
        PendingDrafts(self.store.records, self.account).remove(one)
        return True

    def _job(self, one: PendingDraft) -> Job | None:
        """Return the job of a draft; None when it was deleted, and then nobody waits for the draft any more."""
        try:
            return self.store.jobs.get(one.job)
        except NotFoundError:
            PendingDrafts(self.store.records, self.account).remove(one)
            return None
