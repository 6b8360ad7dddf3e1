"""Many mails of few threads at Gmail, each job in two hands, lines cut at random: one draft per thread."""

import random
from concurrent.futures import ThreadPoolExecutor

from integrations.mail.mailbox.triage_records import TriageRecord, TriageRecords
from tests.fakes.google import AnswerLost, Reset
from tests.integrations.mail.gmail.conftest import Desk
from tests.integrations.mail.graph.conftest import ADDRESS
from tests.integrations.mail.imap.mails import newsletter, question

THREADS, MAILS, WORKERS, ROUNDS = 4, 3, 4, 30


def in_thread(thread: int, mail: int) -> bytes:
    """Return a mail of a thread; later ones answer the first."""
    first = f"<question{thread * 10}@example.com>"
    fields = (f"In-Reply-To: {first}", f"References: {first}") if mail else ()
    return question(ADDRESS, *fields, number=thread * 10 + mail).replace(b"Subject: Lunch", b"Subject: L%d" % thread)


def test_every_thread_ends_with_the_draft_of_its_newest_mail(seated: Desk) -> None:
    chance = random.Random(7)
    first = {thread: seated.box.receive(in_thread(thread, 0)) for thread in range(THREADS)}
    own = seated.box.begins_reply(first[0], "I am writing this one myself")
    later = [in_thread(thread, mail) for thread in range(THREADS) for mail in range(1, MAILS)]
    chance.shuffle(later)
    for data in later:
        seated.fake.clock.advance(2)
        seated.box.receive(data)
    seated.box.receive(newsletter(ADDRESS))
    seated.sync()
    judged = list(TriageRecords(seated.store.records, seated.account).newest())
    waiting = [record for record in judged if record.job]
    assert (len(judged), len(waiting)) == (THREADS * MAILS + 1, THREADS * MAILS)

    def is_open(record: TriageRecord) -> bool:
        return not seated.store.jobs.get(record.job).has_ended

    with ThreadPoolExecutor(WORKERS) as workers:
        for _ in range(ROUNDS):
            still = [record.job for record in waiting if is_open(record)]
            if not still:
                break
            seated.fake.faults.add("* /gmail/*", AnswerLost(), times=2, after=chance.randrange(20))
            seated.fake.faults.add("* /gmail/*", Reset(), times=1, after=chance.randrange(20))
            with seated.store.database.write() as connection:
                connection.exec_driver_sql("UPDATE job SET delivery_attempts = 0")
            list(workers.map(seated.run, chance.sample(still * 2, len(still) * 2)))
    assert {seated.store.jobs.get(record.job).state for record in waiting} == {"delivered"}
    newest = {}
    for thread in range(1, THREADS):
        in_inbox = [mail for mail in seated.box.of("INBOX") if mail.subject == f"L{thread}"]
        newest[thread] = max(in_inbox, key=lambda mail: mail.at).message_id
    written = [draft for draft in seated.drafts if draft is not own]
    assert own in seated.drafts
    assert sorted(draft.subject for draft in written) == [f"Re: L{thread}" for thread in newest]
    for draft in written:
        assert str(draft.mail["In-Reply-To"]) == newest[int(draft.subject.removeprefix("Re: L"))]
    assert seated.fake.ledger.sends == []
