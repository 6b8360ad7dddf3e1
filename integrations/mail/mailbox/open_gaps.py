"""Mails whose draft went out with a question to its owner still in it: said until they know, or have written again."""

import time
from dataclasses import replace

from core.store.marks import Marks, SentWithGaps
from core.store.records import RecordStore
from integrations.mail.mailbox.account import MailboxAccount, persons_of
from integrations.mail.mailbox.sent_mail import SentMail
from integrations.mail.mailbox.triage_records import KEEP_SECONDS, TriageRecord, TriageRecords
from integrations.mail.message.addresses import parse_sender


def gaps_sent(records: RecordStore, account: MailboxAccount) -> list[TriageRecord]:
    """Return the mails of the last month that were answered with open gaps, newest first, until that is acknowledged.

    Args:
        records: where decisions are kept.
        account: the mailbox.
    """
    return [record for record, _ in _answers(records, account)]


def acknowledge_gaps(records: RecordStore, account: MailboxAccount, mail: TriageRecord) -> None:
    """Note that the owner knows that the answer to a mail went out with open gaps: it is said no more."""
    TriageRecords(records, account).replace(mail, replace(mail, are_gaps_known=True))


def note_written_again(records: RecordStore, account: MailboxAccount, sent: SentMail) -> None:
    """Acknowledge the open gaps of each answer that another mail to the same person in the same thread has followed."""
    for record, answer in _answers(records, account):
        if _is_followed(record, answer, sent):
            acknowledge_gaps(records, account, record)


def _answers(records: RecordStore, account: MailboxAccount) -> list[tuple[TriageRecord, SentWithGaps]]:
    marks, since = Marks(records.database, records.cipher), time.time() - KEEP_SECONDS
    found = marks.sent_with_gaps(account.workspace, persons_of(account), since=since)
    judged = TriageRecords(records, account).newest() if found else ()
    return [(record, found[record.job]) for record in judged if record.job in found and not record.are_gaps_known]


def _is_followed(record: TriageRecord, answer: SentWithGaps, sent: SentMail) -> bool:
    """Whether another mail was sent after the answer, which may lie among the sent mails twice, or no more."""
    thread, person = {record.message_id, *record.before}, parse_sender(record.sender).key
    own = [head for head in sent.lately if person in head.recipients and not thread.isdisjoint(head.answers)]
    known = {answer.message_id, *(head.message_id for head in own if head.at <= answer.at)}
    return any(head.at > answer.at and head.message_id not in known for head in own)
