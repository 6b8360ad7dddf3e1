"""Many mails of few threads, answered at once, out of order, twice, and over lines that break: one draft per thread."""

import random
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from integrations.mail.mailbox.triage_records import TriageRecord
from integrations.mail.message.message import parse_message
from integrations.mail.message.mime import own_message_id
from tests.integrations.mail.imap.conftest import Mailbox
from tests.integrations.mail.imap.mails import question
from tests.servers.cut_line import CutLine

THREADS = 6
MAILS = 3
WORKERS = 4


def in_thread(to: str, thread: int, mail: int) -> bytes:
    """Return a question that belongs to a thread; what began it lies before."""
    return question(to, f"References: <thread{thread}@example.com>", number=thread * 10 + mail)


def test_every_thread_ends_with_the_draft_of_its_newest_mail(mailbox: Mailbox) -> None:
    user = mailbox.account.user
    mailbox.receive(*(in_thread(user, thread, mail) for mail in range(MAILS) for thread in range(THREADS)))
    judged = mailbox.sync()
    assert len(judged) == THREADS * MAILS
    chance = random.Random(7)
    deal = threading.Lock()

    def breaks() -> bool:
        with deal:
            return chance.random() < 0.3

    def has_ended(one: TriageRecord) -> bool:
        return mailbox.store.jobs.get(one.job).has_ended

    with CutLine(mailbox.server.port, breaks) as line, ThreadPoolExecutor(WORKERS) as workers:
        mailbox.accounts.save(replace(mailbox.account, port=line.port))
        while waiting := [record for record in judged if not has_ended(record)]:
            # Each twice: `deliver` frees all leases first, so a job is often in the hands of two workers.
            # No wait between the tries, so their number says nothing.
            with mailbox.store.database.write() as connection:
                connection.exec_driver_sql("UPDATE job SET delivery_attempts = 0")
            list(workers.map(mailbox.deliver, chance.sample(waiting * 2, len(waiting) * 2)))
    assert {mailbox.store.jobs.get(record.job).state for record in judged} == {"delivered"}
    newest = {own_message_id("example.org", record.job) for record in judged[-THREADS:]}
    drafts = [parse_message(data).message_id for data in mailbox.drafts()]
    assert sorted(drafts) == sorted(newest)
