"""One round over a mailbox: what is new is judged, noted with the reason, and becomes a job when it needs an answer.

Order makes it safe to be killed anywhere: the job first (its key makes a repeat the same job), then the decision, then
the position.
"""

import hashlib
import time
from collections.abc import Callable
from dataclasses import replace

import structlog

from core.errors import ConflictError, InlaidError, MessageError, OutageError
from core.job import Job, JobRequest
from core.system.deadline import is_short
from integrations.mail.imap.accounts import Account, Accounts, Cursor, mail_key
from integrations.mail.imap.connection import open_account
from integrations.mail.imap.inbox import INBOX, Arrival, Inbox
from integrations.mail.imap.surface import KIND
from integrations.mail.isolated import judge, parse_message
from integrations.mail.mailbox.backoff import Backoff
from integrations.mail.mailbox.preferences import load_preferences, now, reader_of
from integrations.mail.mailbox.style_store import load_voice
from integrations.mail.mailbox.triage_records import TriageRecord, TriageRecords
from integrations.mail.mailbox.visits import LOCK_SECONDS
from integrations.mail.message.message import Message
from integrations.mail.message.owner import owner_of
from integrations.mail.reply.reply import RECIPE, REQUESTED, SOURCE_FILE
from integrations.mail.triage.decide import Decision
from integrations.mail.triage.policy import Reader, no_draft

log = structlog.get_logger(__name__)

FIRST_LOOK_SECONDS = 24 * 3600.0
OVERLAP_SECONDS = 24 * 3600.0
MOST_MAILS = 200
# What a mark cannot help.
_LASTING = frozenset({"too_large", "unreadable", "no_text", "fault"})

Submit = Callable[[JobRequest], Job]


def sync_mailbox(accounts: Accounts, account: Account, submit: Submit) -> list[TriageRecord]:
    """Look for new mail and submit a job for each that needs an answer. An error is also stored with the mailbox.

    Raises:
        LimitError: the mailbox is being read right now by somebody else.
        InlaidError: it cannot be read; see `open_mailbox`.
    """
    with accounts.records.lock(account.workspace, f"mailbox:{account.name}", seconds=LOCK_SECONDS):
        try:
            with Backoff(accounts.records).attempt(account.place), open_account(accounts.records, account) as client:
                return _Round(accounts, account, submit).run(Inbox(client))
        except InlaidError as error:
            accounts.save_cursor(account, replace(accounts.cursor(account), error=error.to_json()))
            raise


def catch_up(accounts: Accounts, account: Account, submit: Submit) -> None:
    """Sync a mailbox until nothing new is left or the time is over, unless its owner wants it left alone now.

    Raises:
        LimitError, InlaidError: see `sync_mailbox`.
    """
    if load_preferences(accounts.records, account.workspace, account.name).rests(now()):
        return
    while True:
        sync_mailbox(accounts, account, submit)
        if is_short() or not accounts.cursor(account).is_behind:
            return


class _Round:
    def __init__(self, accounts: Accounts, account: Account, submit: Submit) -> None:
        self._accounts = accounts
        self._account = account
        self._submit = submit
        self._known: frozenset[str] = frozenset()
        self._preferences = load_preferences(accounts.records, account.workspace, account.name)
        self._triaged = TriageRecords(accounts.records, account)
        self._voice = load_voice(accounts.records, account.workspace, account.name)
        self._drafts_today = self._count_today() if self._preferences.drafts_per_day else 0

    def run(self, inbox: Inbox) -> list[TriageRecord]:
        """Judge what is new, then what the person has marked for a draft."""
        cursor = self._start(inbox)
        uids = inbox.new_uids(cursor)
        judged, cursor = self._judge_new(inbox, uids[:MOST_MAILS], cursor)
        if cursor.is_behind:
            return judged
        judged += self._judge_marked(inbox, cursor)
        is_behind = len(uids) > MOST_MAILS
        cursor = replace(cursor, modseq=inbox.modseq, checked_at=time.time(), is_behind=is_behind, error=None)
        if not is_behind:
            cursor = replace(cursor, last_uid=max(cursor.last_uid, inbox.next_uid - 1), is_renumbered=False)
        self._accounts.save_cursor(self._account, cursor)
        return judged

    def _judge_new(self, inbox: Inbox, uids: list[int], cursor: Cursor) -> tuple[list[TriageRecord], Cursor]:
        """Judge these mails while there is time, one at least; the position is kept after each."""
        judged: list[TriageRecord] = []
        missing: list[int] = []
        cursor = replace(cursor, is_behind=False)
        for number, arrival in enumerate(inbox.arrivals(uids)):
            uid = arrival if isinstance(arrival, int) else arrival.uid
            if number and is_short():
                again = (*missing, *(one for one in cursor.again if one >= uid))
                cursor = replace(cursor, again=again, is_behind=True, error=None)
                self._accounts.save_cursor(self._account, cursor)
                return judged, cursor
            if isinstance(arrival, int):
                missing.append(uid)
            else:
                judged += self._judge(inbox, arrival, cursor)
            cursor = replace(cursor, last_uid=max(cursor.last_uid, uid))
            self._accounts.save_cursor(self._account, cursor)
        return judged, replace(cursor, again=tuple(uid for uid in missing if uid not in cursor.again))

    def _start(self, inbox: Inbox) -> Cursor:
        """Return where to go on; at the beginning, or after the server renumbered its mails, that is a date."""
        cursor = self._accounts.cursor(self._account)
        if cursor.uidvalidity != inbox.uidvalidity:
            first = time.time() - FIRST_LOOK_SECONDS
            cursor = replace(
                cursor,
                uidvalidity=inbox.uidvalidity,
                last_uid=0,
                since_seconds=cursor.checked_at - OVERLAP_SECONDS if cursor.checked_at else first,
                is_renumbered=bool(cursor.uidvalidity),
                modseq=0,
                again=(),
            )
        if cursor.is_renumbered:
            self._known = frozenset(record.message_id for record in self._triaged.newest())
        return cursor

    def _judge_marked(self, inbox: Inbox, cursor: Cursor) -> list[TriageRecord]:
        """Judge the mails with the person's mark that have no draft yet."""
        mark = self._preferences.on_request
        uids = inbox.marked(mark, since_modseq=cursor.modseq) if mark else []
        due = [uid for uid in uids[-MOST_MAILS:] if not self._was_answered(uid, cursor)]
        judged: list[TriageRecord] = []
        for arrival in inbox.arrivals(due):
            if isinstance(arrival, Arrival):
                judged += self._judge(inbox, arrival, cursor, is_requested=True)
        return judged

    def _was_answered(self, uid: int, cursor: Cursor) -> bool:
        key = mail_key(self._account.name, cursor.uidvalidity, uid)
        record = self._triaged.get(key)
        return record is not None and bool(record.job or record.decision["rule"] in _LASTING)

    def _judge(
        self, inbox: Inbox, arrival: Arrival, cursor: Cursor, *, is_requested: bool = False
    ) -> list[TriageRecord]:
        """Decide about one mail; nothing when it is no news."""
        if arrival.arrived_at < cursor.since_seconds and not is_requested:
            return []
        if arrival.is_too_large:
            size = arrival.size_bytes // 2**20
            return self._note(arrival, cursor, no_draft("too_large", f"Not read: it has {size} MB."))
        data = inbox.read(arrival.uid)
        if data is None:
            return self._note(arrival, cursor, no_draft("gone", "It was gone before it could be read."))
        try:
            message = parse_message(data)
        except MessageError as error:
            return self._note(arrival, cursor, no_draft("unreadable", error.message))
        message_id = message.message_id or f"sha256:{hashlib.sha256(data).hexdigest()}"
        if message_id in self._known and not is_requested:
            return []
        try:
            decision, inputs = judge(
                message,
                self._reader(message),
                folder=INBOX,
                is_answered=arrival.is_answered,
                is_requested=is_requested,
            )
        except OutageError:
            raise
        except Exception as error:  # Whatever a fault in our code is, one mail must not stop all that come after it.
            log.exception("mail not judged", code=type(error).__name__)
            decision, inputs = no_draft("fault", "It could not be judged; the fault is on our side."), {}
        job = self._ask(message, arrival, cursor, inputs, is_requested=is_requested) if inputs else ""
        self._drafts_today += bool(job) and not is_requested
        return self._note(arrival, cursor, decision, message=message, message_id=message_id, job=job)

    def _reader(self, message: Message) -> Reader:
        account, preferences = self._account, self._preferences
        owner = owner_of(message, name=account.owner_name, address=account.address, aliases=preferences.aliases)
        return reader_of(owner, preferences, self._voice, drafts_today=self._drafts_today)

    def _count_today(self) -> int:
        return self._triaged.count_drafts(since=self._preferences.day_start(now()))

    def _ask(
        self, message: Message, arrival: Arrival, cursor: Cursor, inputs: dict[str, str], *, is_requested: bool
    ) -> str:
        """Submit the job that writes the answer, and return its id; "" when it was handled before."""
        account = self._account
        request = JobRequest(
            RECIPE,
            dict(inputs),
            surface=KIND,
            person=account.person,
            workspace=account.workspace,
            dedupe_key=mail_key(account.name, cursor.uidvalidity, arrival.uid),
            queue="background",
            delivery={
                "kind": KIND,
                "account": account.name,
                "arrived_at": arrival.arrived_at,
                "uid": arrival.uid,
                "uidvalidity": cursor.uidvalidity,
                **({REQUESTED: True} if is_requested else {}),
            },
            blobs={SOURCE_FILE: message.model_dump_json().encode()},
        )
        try:
            return self._submit(request).id
        except ConflictError:  # the mailbox was connected before, with other settings
            return ""

    def _note(
        self,
        arrival: Arrival,
        cursor: Cursor,
        decision: Decision,
        *,
        message: Message | None = None,
        message_id: str = "",
        job: str = "",
    ) -> list[TriageRecord]:
        account = self._account
        record = TriageRecord(
            account.name,
            arrival.uid,
            decision.model_dump(mode="json"),
            subject=message.subject if message else "",
            sender=str(message.sender) if message else "",
            message_id=message_id,
            job=job,
            uidvalidity=cursor.uidvalidity,
        )
        self._triaged.put(mail_key(account.name, cursor.uidvalidity, arrival.uid), record)
        return [record]
