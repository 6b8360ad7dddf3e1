"""Whoever takes a mailbox out takes the stored mails with it, and what is on a legal hold stays."""

import pytest

from core.job import Job
from core.people import load_people
from core.settings import Settings
from core.store import Store
from core.store.retention import Holds
from integrations.mail.accounts.mailboxes import find_mailbox, remove_mailbox
from integrations.mail.accounts.removal import Removed, mails_deleted
from integrations.mail.imap.placing import ImapTarget
from integrations.mail.mailbox.account import MailboxAccount
from integrations.mail.mailbox.triage_round import writing_request
from integrations.mail.message.message import parse_message
from tests.core.insight.making import finished_job
from tests.integrations.mail.accounts.conftest import BOB, KIM
from tests.integrations.mail.imap.mails import question


def reply_job(store: Store, account: MailboxAccount, uid: int) -> Job:
    target = ImapTarget(account.name, uid)
    message = parse_message(question(account.name))
    return store.jobs.add(writing_request(account, "reply", {}, message, (target.key, target), spoken="en"))[0]


def take_out(store: Store, settings: Settings) -> Removed:
    with mails_deleted(store.records, load_people(settings, store.records)) as removed:
        remove_mailbox(settings, store.records, find_mailbox(store.records, "local", BOB.name))
    return removed


def test_a_mailbox_that_is_taken_out_takes_its_mails_and_jobs_and_no_other(store: Store, settings: Settings) -> None:
    theirs = [reply_job(store, BOB, uid).id for uid in (1, 2)]
    others = [reply_job(store, KIM, 1).id, finished_job(store, person=BOB.person).id]
    removed = take_out(store, settings)
    assert sorted(removed.job_ids) == sorted(theirs)
    assert sorted(job.id for job in store.jobs.list()) == sorted(others)
    with store.database.read() as connection:
        kept = connection.exec_driver_sql("SELECT job_id FROM blob").scalars().all()
    assert set(kept) <= {*others}


def test_what_is_on_a_legal_hold_stays_and_is_named(store: Store, settings: Settings) -> None:
    job = reply_job(store, BOB, 1)
    home = load_people(settings, store.records).identity(BOB.workspace, BOB.person)
    Holds(store.records).put(home, reason="case 4711", by="root")
    removed = take_out(store, settings)
    assert (removed.job_ids, removed.held) == ((), [BOB.name])
    assert store.jobs.get(job.id)


def test_a_removal_that_fails_deletes_no_mail(store: Store, settings: Settings) -> None:
    job = reply_job(store, BOB, 1)
    with pytest.raises(ValueError, match="broken"), mails_deleted(store.records, load_people(settings, store.records)):
        raise ValueError("broken")
    assert store.jobs.get(job.id)
