"""Follow-up drafts for questions in sent mail that nobody answered for as many days as their owner has set.

When an answer comes after all, the draft is taken back, unless its owner has changed it.
"""

from dataclasses import dataclass

from imapclient import IMAPClient

from core.store import Store
from integrations.mail.imap.accounts import Account, mail_key
from integrations.mail.imap.connection import open_account
from integrations.mail.imap.drafts import DraftsFolder
from integrations.mail.imap.folders import folders_of_received
from integrations.mail.imap.sent import SentFolder, headers_since
from integrations.mail.imap.surface import KIND
from integrations.mail.imap.sync import Submit
from integrations.mail.mailbox.backoff import Backoff
from integrations.mail.mailbox.follow_ups import RECIPE, Asking, span_of
from integrations.mail.mailbox.pending_drafts import PendingDrafts
from integrations.mail.mailbox.sent_matching import Sent
from integrations.mail.mailbox.triage_records import TriageRecord, TriageRecords


def follow_up(store: Store, account: Account, submit: Submit) -> int:
    """Submit a follow-up for each question that is open for long enough, and return how many that are.

    Raises:
        InlaidError: see `open_mailbox`.
    """
    span = span_of(store.records, account)
    with Backoff(store.records).attempt(account.place), open_account(store.records, account) as client:
        return _Round(store, account, submit, client).run(span.since, until=span.until)


@dataclass(frozen=True)
class _Round:
    store: Store
    account: Account
    submit: Submit
    client: IMAPClient

    def run(self, since: float, *, until: float) -> int:
        received = [
            one for folder in folders_of_received(self.client) for one in headers_since(self.client, folder, since)
        ]
        folder = SentFolder(self.client)
        sent = folder.since(since)
        # An own mail that goes on with the thread has asked again, or settled it.
        settled = frozenset(message_id for one in (*received, *sent) for message_id in one.answers)
        due = [one for one in sent if one.at <= until and one.message_id and one.message_id not in settled]
        made = sum(self._ask(folder, one) for one in due)
        self._take_back(settled)
        return made

    def _ask(self, folder: SentFolder, mail: Sent) -> bool:
        message = folder.read(mail)
        if message is None:
            return False
        delivery = {"kind": KIND, "account": self.account.name, "arrived_at": mail.at, "uid": int(mail.ref)}
        made = Asking(self.store.records, self.account, self.submit).ask(message, mail.message_id, delivery)
        if made is None:
            return False
        # Sent mail has UIDs of its own; 0 stands where the numbering of the inbox stands.
        key, triaged = mail_key(self.account.name, 0, int(mail.ref)), TriageRecords(self.store.records, self.account)
        if triaged.get(key) is None:
            shown = TriageRecord(
                self.account.name, int(mail.ref), made.decision.model_dump(mode="json"), subject=made.subject,
                sender=made.asked, message_id=mail.message_id, job=made.job, uidvalidity=0,
            )  # fmt: skip
            triaged.put(key, shown)
        return True

    def _take_back(self, settled: frozenset[str]) -> None:
        """Remove follow-ups to questions that have their answer, unless their owner has changed them."""
        answered = [one for one in PendingDrafts(self.store.records, self.account).list() if one.answers in settled]
        follow_ups = [one for one in answered if self.store.jobs.get(one.job).recipe == RECIPE]
        if not follow_ups:
            return
        folder = DraftsFolder(self.client)
        waiting = folder.waiting()
        for one in follow_ups:
            mine = [draft for draft in waiting if draft.message_id == one.draft.message_id]
            untouched = [draft for draft in mine if folder.compare(draft, one.draft.content) == "unchanged"]
            if untouched:
                # Stored first: what we remove must never count as thrown away by its owner.
                job = self.store.jobs.get(one.job)
                self.store.effects.add_outcome(
                    job, "expired", person=job.person, distance=None, detail={"why": "answered"}
                )
                folder.remove(untouched)
                PendingDrafts(self.store.records, self.account).remove(one)
