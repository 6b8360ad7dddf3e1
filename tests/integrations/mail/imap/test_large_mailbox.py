"""A mailbox with 100,000 mails is read like an empty one: what lies there is neither fetched nor held."""

import time
import tracemalloc
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from core.settings import Settings
from integrations.mail.imap.connecting import check_mailbox
from integrations.mail.mailbox.triage_records import TriageRecord
from tests.integrations.mail.imap.conftest import connected, write_finished
from tests.integrations.mail.imap.mails import question
from tests.servers.cut_line import CutLine
from tests.servers.dovecot import running_dovecot

MAILS = 100_000
# A number of each of its mails would be 700,000 bytes, and flags and dates of each 8 million.
MAX_BYTES = 100_000
MAX_MEMORY_BYTES = 4 * 2**20
# What it takes on a loaded machine; by itself a look takes well below a second.
MAX_SECONDS = 10.0


@dataclass(frozen=True)
class Cost:
    """What it took to do something."""

    answered_bytes: int
    memory_bytes: int
    seconds: float


def cost(line: CutLine, act: Callable[[], object]) -> Cost:
    """Return what the server said meanwhile, what this process held at most, and how long it took."""
    said, began = line.answered_bytes, time.monotonic()
    tracemalloc.start()
    try:
        act()
        memory_bytes = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    return Cost(line.answered_bytes - said, memory_bytes, time.monotonic() - began)


def test_a_mailbox_with_100_000_mails_is_read_like_an_empty_one(settings: Settings) -> None:
    with (
        running_dovecot(is_mbox=True) as server,
        CutLine(server.port, lambda: False) as line,
        connected(server, settings) as mailbox,
    ):
        server.fill(MAILS, mailbox.account.user, at=datetime.now(UTC) - timedelta(days=365))
        mailbox.account = replace(mailbox.account, port=line.port)
        mailbox.accounts.save(mailbox.account)
        mailbox.generate = write_finished
        found: list[TriageRecord] = []
        first = [cost(line, act) for act in (lambda: check_mailbox(mailbox.account), mailbox.sync)]
        assert found == []
        mailbox.receive(question(mailbox.account.user))
        # The first mail to decide on loads the model for it, too.
        decided = cost(line, lambda: found.extend(mailbox.sync()))
        later = [cost(line, act) for act in (lambda: mailbox.deliver(found[0]), mailbox.settle, mailbox.sync)]
        (draft,) = mailbox.drafts()
    assert b"In-Reply-To: <question1@example.com>" in draft
    for act in (*first, decided, *later):
        assert act.answered_bytes < MAX_BYTES
        assert act.seconds < MAX_SECONDS
    assert max(act.memory_bytes for act in (*first, *later)) < MAX_MEMORY_BYTES
