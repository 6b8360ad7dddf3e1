"""What a mail changes about earlier drafts of its thread, what they leave to be answered, and when one may follow."""

from collections.abc import Callable, Collection
from dataclasses import replace

from core.errors import InputError, NotFoundError
from core.store import EffectStore, JobStore
from core.store.records import RecordStore
from core.text.forms import BETWEEN_MAILS
from integrations.mail.mailbox.account import MailboxAccount
from integrations.mail.mailbox.pending_drafts import PendingDrafts, thread_ids
from integrations.mail.mailbox.provider import Arrival, Mailbox
from integrations.mail.mailbox.triage_records import TriageRecord, TriageRecords, unplaced
from integrations.mail.message.addresses import OwnerAddresses, parse_sender
from integrations.mail.message.message import MailMessage
from integrations.mail.message.senders import is_colleague, written_by_person
from integrations.mail.triage.weighing import TriageDecision

MESSAGE, THREAD = "message", "thread"
_USED = frozenset({"accepted", "edited"})


def note_answer(records: RecordStore, account: MailboxAccount, message: MailMessage, owner: OwnerAddresses) -> None:
    """Note with the drafts that wait that a colleague of the owner has answered their mail; outcomes look at it."""
    sender = message.sender
    if not message.in_reply_to or owner.owns(sender) or not is_colleague(sender, owner):
        return
    pending = PendingDrafts(records, account)
    before, to = thread_ids(message), {address.key for address in (*message.to, *message.cc)}
    for draft in pending.list():
        if draft.answers in before and to.issuperset(draft.recipients):
            pending.put(replace(draft, answered_by=sender.key))


def asked_before(
    records: RecordStore,
    account: MailboxAccount,
    message: MailMessage,
    decision: TriageDecision,
    is_answered: Callable[[Collection[str]], bool] | None,
) -> str:
    """Note with the drafts that wait what a mail settles, and return what its draft is to answer beside it.

    Args:
        records: where drafts are kept.
        account: whose mail it is.
        message: the mail.
        decision: what was decided about it.
        is_answered: whether a sent mail answers one of these; None: the mail gets no draft, and nothing is returned.
    """
    last = _last_of_sender(records, account, message) if decision.takes_back else None
    is_settled = decision.withdraws and not last
    before = _still_asked(records, account, message, is_answered, last) if is_answered and not is_settled else ""
    if is_settled or last:
        _note_withdrawal(records, account, message, last)
    return before


def _note_withdrawal(
    records: RecordStore, account: MailboxAccount, message: MailMessage, last: TriageRecord | None = None
) -> None:
    """Note with the drafts that wait for the sender of a mail that what they asked is settled; see `note_answer`.

    `last` is the one mail that they take back, as `_last_of_sender` gives it; None: all of the thread is settled.
    """
    pending, sender = PendingDrafts(records, account), written_by_person(message).sender.key
    before = thread_ids(message) - {message.message_id}
    for draft in pending.list():
        is_meant = draft.job == last.job if last else draft.answers in before
        if is_meant and sender in draft.recipients:
            pending.put(replace(draft, is_withdrawn=True))


def _last_of_sender(records: RecordStore, account: MailboxAccount, message: MailMessage) -> TriageRecord | None:
    """Return the last mail of a mail's sender before it: of its thread, or of all where it answers none."""
    before, sender = thread_ids(message) - {message.message_id}, written_by_person(message).sender.key
    others = (record for record in TriageRecords(records, account).newest() if record.message_id != message.message_id)
    of_thread = (record for record in others if not before or record.message_id in before)
    return next((record for record in of_thread if parse_sender(record.sender).key == sender), None)


def _still_asked(
    records: RecordStore,
    account: MailboxAccount,
    message: MailMessage,
    is_answered: Callable[[Collection[str]], bool],
    taken_back: TriageRecord | None = None,
) -> str:
    """Return what others wrote to the owner before in the thread of a mail and wait for, "" for nothing.

    Each job of the thread was written from what was open until then, so that the newest has all of it. What somebody
    else than the sender of the mail wrote stands below their name. Of a mail that is `taken_back` only what was open
    before it is.
    """
    before, sender = thread_ids(message) - {message.message_id}, written_by_person(message).sender.key
    before |= {taken_back.message_id} if taken_back else set()
    waiting = {draft.job for draft in PendingDrafts(records, account).list() if not draft.is_withdrawn}
    for record in TriageRecords(records, account).newest() if before else ():
        if not record.job or record.message_id not in before:
            continue
        is_open = record.job in waiting or bool(unplaced(records, record.job))
        if not is_open or is_answered({record.message_id}):
            return ""
        try:
            asked = str(JobStore(records.database, records.cipher).get(record.job).inputs.get(MESSAGE, ""))
        except NotFoundError:
            return ""
        others, between, last = asked.rpartition(BETWEEN_MAILS)
        if record == taken_back:
            return others
        asker = parse_sender(record.sender)
        return asked if asker.key == sender else f"{others}{between}{asker.name or asker.address}:\n{last}"
    return ""


def require_none(
    records: RecordStore,
    account: MailboxAccount,
    mailbox: Mailbox,
    record: TriageRecord,
    facts: Arrival,
    is_answered: Callable[[Collection[str]], bool],
) -> None:
    """Return when a mail may have another draft: the one that it had came to nothing, or is gone.

    Args:
        records: where drafts are kept.
        account: whose mail it is.
        mailbox: the same, open.
        record: what was decided about the mail.
        facts: what is known of the mail now.
        is_answered: whether a sent mail answers one of these; asked where a draft of it is not where it was.

    Raises:
        InputError: it was sent, waits, or is being written.
    """
    if not record.job:
        return
    acts = EffectStore(records.database, records.cipher).outcomes.acts_of([record.job]).get(record.job, ())
    mine = [draft for draft in PendingDrafts(records, account).list() if draft.job == record.job]
    mailbox.look_at(mine)
    states = [mailbox.draft_state(draft) for draft in mine]
    is_there = any(state.is_waiting or state.may_be_rewritten for state in states)
    if is_there or unplaced(records, record.job) == "running":
        raise InputError("This mail has had a draft, or one is being written.", fix="Look into the Drafts folder.")
    # How a draft ended is known only after a while; until then a mail that is answered was answered with it.
    is_used = any(act.outcome in _USED for act in acts[-1:])
    if (
        is_used
        or any(state.is_sent for state in states)
        or (mine and (facts.is_answered or is_answered({record.message_id})))
    ):
        raise InputError("This mail has been answered with its draft.", fix="Look into the folder of sent mail.")
