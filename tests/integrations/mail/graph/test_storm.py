"""Many mails of few threads: notices lost, doubled and out of order, workers cut off: one draft per thread."""

import random
from concurrent.futures import ThreadPoolExecutor

from integrations.mail.mailbox.triage_records import TriageRecord
from tests.fakes.microsoft import AnswerLost, Reset, Storm
from tests.fakes.microsoft.messages import Stored
from tests.integrations.mail.graph.conftest import ADDRESS, Office
from tests.integrations.mail.imap.mails import newsletter, question

THREADS = 5
MAILS = 3
WORKERS = 4


def in_thread(thread: int, mail: int) -> bytes:
    """Return a question that belongs to a thread; what began it lies before."""
    before = " ".join(f"<thread{thread}.{number}@example.com>" for number in range(mail + 1))
    data = question(ADDRESS, f"References: {before}", number=thread * 10 + mail)
    return data.replace(b"Subject: Lunch", b"Subject: Lunch %d" % thread)


def arrive(office: Office, chance: random.Random) -> Stored:
    """Let all mails come in some order, with newsletters between; return a draft that its owner has begun."""
    arriving = [in_thread(thread, mail) for thread in range(THREADS) for mail in range(MAILS)]
    arriving += [newsletter(ADDRESS).replace(b"question90", b"news%d" % number) for number in range(5)]
    chance.shuffle(arriving)
    for data in arriving:
        office.box.receive(data)
    first = next(one for one in office.box.in_folder("inbox") if one.subject == "Lunch 0")
    return office.box.begins_reply(first, "I am writing this one myself")


def last_of(office: Office, waiting: list[TriageRecord], thread: int) -> str:
    """Return the job of the mail of a thread that arrived last; within one second, of the later reply."""
    ids = {f"<question{thread * 10 + mail}@example.com>" for mail in range(MAILS)}
    of_thread = [office.store.jobs.get(record.job) for record in waiting if record.message_id in ids]
    return max(of_thread, key=lambda job: (job.delivery["arrived_at"], job.delivery["number"])).id


def test_every_thread_ends_with_the_draft_of_its_newest_mail(connected: Office) -> None:
    chance = random.Random(11)
    connected.fake.outbox.storm = Storm(lost=0.3, doubled=0.4, is_shuffled=True, chance=chance)
    connected.fake.outbox.hold()
    own = arrive(connected, chance)
    connected.fake.outbox.release()
    connected.take_notices()
    connected.microsoft.accounts.update_status(connected.account, is_behind=True)
    connected.beat()
    judged = connected.decided()
    waiting = [one for one in judged if one.job]
    assert (len(judged), len(waiting)) == (THREADS * MAILS + 5, THREADS * MAILS)

    def is_open(one: TriageRecord) -> bool:
        return not connected.store.jobs.get(one.job).has_ended

    with ThreadPoolExecutor(WORKERS) as workers:
        for _ in range(30):
            still = [one.job for one in waiting if is_open(one)]
            if not still:
                break
            connected.fake.faults.add("* /v1.0/me/*", AnswerLost(), times=2, after=chance.randrange(20))
            connected.fake.faults.add("* /v1.0/me/*", Reset(), times=1, after=chance.randrange(20))
            # Each twice: `run` frees all leases first, so a job is often in the hands of two workers.
            # No wait between the tries, so their number says nothing.
            with connected.store.database.write() as connection:
                connection.exec_driver_sql("UPDATE job SET delivery_attempts = 0")
            list(workers.map(connected.run, chance.sample(still * 2, len(still) * 2)))
    assert {connected.store.jobs.get(one.job).state for one in waiting} == {"delivered"}
    written: dict[str, list[str]] = {}
    for draft in connected.drafts:
        written.setdefault(draft.subject, []).extend(draft.extended.values())
    newest = {f"RE: Lunch {thread}": [last_of(connected, waiting, thread)] for thread in range(1, THREADS)}
    assert written == {"RE: Lunch 0": [], **newest}
    assert own in connected.drafts
    assert own.text.startswith("I am writing this one myself")
    assert connected.fake.ledger.sends == []
