"""Mails whose draft went out with a question to its owner still in it: said until they know, or have written again."""

import time
from dataclasses import replace

from core.outcomes import OPEN_GAPS
from core.store import EffectStore
from core.store.records import RecordStore
from integrations.mail.mailbox.account import MailboxAccount
from integrations.mail.mailbox.sent_mail import SentMail
from integrations.mail.mailbox.triage_records import KEEP_SECONDS, TriageRecord, TriageRecords
from integrations.mail.message.addresses import parse_sender


def gaps_sent(records: RecordStore, account: MailboxAccount) -> list[TriageRecord]:
    """Return the mails of the last month that were answered with open gaps, newest first, until that is acknowledged.

    Args:
        records: where decisions are kept.
        account: the mailbox.
    """
    outcomes = EffectStore(records.database, records.cipher).outcomes
    since = time.time() - KEEP_SECONDS
    jobs = outcomes.jobs_with_open_gaps(account.workspace, account.person, since=since)
    acts = outcomes.acts_of(jobs) if jobs else {}
    last = {job for job, known in acts.items() if OPEN_GAPS in known[-1].labels}
    judged = TriageRecords(records, account).newest() if last else ()
    return [record for record in judged if record.job in last and not record.are_gaps_known]


def acknowledge_gaps(records: RecordStore, account: MailboxAccount, mail: TriageRecord) -> None:
    """Note that the owner knows that the answer to a mail went out with open gaps: it is said no more."""
    TriageRecords(records, account).replace(mail, replace(mail, are_gaps_known=True))


def note_written_again(records: RecordStore, account: MailboxAccount, sent: SentMail) -> None:
    """Acknowledge the open gaps of each answer that another mail to the same person in the same thread has followed.

    Of the mails that the owner has sent since, one is the answer itself.
    """
    for record in gaps_sent(records, account):
        thread, person = {record.message_id, *record.before}, parse_sender(record.sender).key
        own = [head for head in sent.lately if head.at > record.at and person in head.recipients]
        if sum(not thread.isdisjoint(head.answers) for head in own) > 1:
            acknowledge_gaps(records, account, record)
