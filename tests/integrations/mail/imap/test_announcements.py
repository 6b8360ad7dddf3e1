"""What became of drafts is looked for when a server tells that Drafts or Sent have changed, on a real Dovecot.

A connection that our side makes beside the line that idles is a login.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

import pytest

from core.job import Job
from integrations.mail.imap.announcements import Announcements
from integrations.mail.imap.provider import TOLD_LOOK_SECONDS, UNTOLD_LOOK_SECONDS, VISIT_SECONDS
from integrations.mail.mailbox.connection_status import StatusChanges
from integrations.mail.mailbox.housekeeping import ProviderHousekeeping
from integrations.mail.mailbox.pending_drafts import PendingDraft, PendingDrafts
from integrations.mail.mailbox.preferences import Preferences, save_preferences
from integrations.mail.mailbox.provider import MailboxNeed
from tests.integrations.mail.imap.conftest import Mailbox
from tests.integrations.mail.imap.mails import question
from tests.integrations.mail.imap.test_watching import TIMES, Watched, eventually, flag, jobs, watched
from tests.servers.cut_line import CutLine

HOUR = 3600.0


@dataclass
class Waiting:
    """A watched mailbox in which a draft waits, and the line to its server."""

    mailbox: Mailbox
    found: Watched
    line: CutLine
    job: Job

    def outcomes(self) -> list[str]:
        found = self.mailbox.store.effects.outcomes.acts_of([self.job.id])
        return [act.outcome for acts in found.values() for act in acts]

    def is_told(self) -> bool:
        """Whether something was told for which nobody has looked yet."""
        return self.found.standing.told[0] != self.found.standing.settled_for[0]

    def looked(self, *, seconds_ago: float) -> None:
        """Let the last look be so long ago."""
        self.mailbox.accounts.update_status(self.mailbox.account, settled_at=time.time() - seconds_ago)

    def need(self) -> MailboxNeed:
        return self.mailbox.provider.need(self.mailbox.account, Preferences())

    def logins_of(self, act: Callable[[], object]) -> int:
        before = self.line.accepted
        act()
        return self.line.accepted - before


@contextmanager
def waiting(mailbox: Mailbox, *, visits: bool = False, hides: bytes = b"") -> Iterator[Waiting]:
    """Let a draft wait, watch the mailbox, and look once; nothing is told that nobody has looked for."""
    mailbox.receive(question(mailbox.account.user))
    (job,) = mailbox.answer_new()
    with CutLine(mailbox.server.port, lambda: False, hides=hides) as line:
        mailbox.account = replace(mailbox.account, port=line.port)
        mailbox.accounts.save(mailbox.account)
        with watched(mailbox, replace(TIMES, folders_seconds=0.2), visits=visits) as found:
            eventually(lambda: found.standing.connected_at > 0)
            assert found.standing.tells_of_drafts
            made = Waiting(mailbox, found, line, job)

            def nothing_is_open() -> bool:
                made.looked(seconds_ago=HOUR)
                mailbox.beat()
                return found.standing.told == found.standing.settled_for

            eventually(nothing_is_open)
            made.looked(seconds_ago=HOUR)
            yield made


WAYS = pytest.mark.parametrize("hides", [b"", b" NOTIFY"], ids=["told", "asked"])


@pytest.fixture(params=[b"", b" NOTIFY"], ids=["told", "asked"])
def wait(mailbox: Mailbox, request: pytest.FixtureRequest) -> Iterator[Waiting]:
    with waiting(mailbox, hides=request.param) as made:
        yield made


def test_nobody_logs_in_while_nothing_changes(wait: Waiting) -> None:
    assert wait.logins_of(wait.mailbox.beat) == 0
    wait.looked(seconds_ago=UNTOLD_LOOK_SECONDS - 60.0)
    assert wait.logins_of(wait.mailbox.beat) == 0
    wait.looked(seconds_ago=UNTOLD_LOOK_SECONDS + 1.0)
    assert wait.logins_of(wait.mailbox.beat) == 1
    assert wait.outcomes() == []


@WAYS
def test_a_draft_that_is_sent_is_known_soon(mailbox: Mailbox, hides: bytes) -> None:
    with waiting(mailbox, visits=True, hides=hides) as made:
        (draft,) = mailbox.drafts()
        before = made.line.accepted
        mailbox.send(draft)
        mailbox.discard_drafts()
        eventually(lambda: made.outcomes() == ["edited"])
        eventually(lambda: not PendingDrafts(mailbox.store.records, mailbox.account).list())
        assert made.line.accepted == before + 1


def test_a_mail_that_is_marked_as_answered_has_outcomes_looked_for(wait: Waiting) -> None:
    """Most programs mark a mail as they send; some servers file the sent mail later, or in no folder that is known."""
    flag(wait.mailbox, b"\\Answered")
    eventually(wait.is_told)
    assert wait.need().settles


def test_a_draft_that_is_edited_elsewhere_is_looked_at_once_and_waits(wait: Waiting) -> None:
    mailbox = wait.mailbox
    (draft,) = mailbox.drafts()
    with mailbox.server.client(mailbox.account.user) as client:
        client.append(mailbox.server.drafts, draft.replace(b"Thank you", b"Many thanks"), flags=(b"\\Draft",))
    eventually(wait.is_told)
    assert wait.logins_of(mailbox.beat) == 1
    assert (wait.is_told(), wait.outcomes()) == (False, [])
    assert wait.logins_of(mailbox.beat) == 0


def delete(mailbox: Mailbox, *, expunges: bool) -> None:
    with mailbox.server.client(mailbox.account.user) as client:
        client.select_folder(mailbox.server.drafts)
        client.delete_messages(client.search())
        if expunges:
            client.expunge()


@pytest.mark.parametrize("expunges", [True, False], ids=["removed", "marked as deleted"])
def test_a_draft_that_is_deleted_elsewhere_counts_as_rejected_when_it_stays_away(wait: Waiting, expunges: bool) -> None:
    mailbox = wait.mailbox
    delete(mailbox, expunges=expunges)
    eventually(wait.is_told)
    assert wait.logins_of(mailbox.beat) == 1
    (pending,) = PendingDrafts(mailbox.store.records, mailbox.account).list()
    assert pending.missing_since > 0
    wait.looked(seconds_ago=HOUR)
    assert wait.need().settles_seconds == pytest.approx(900.0, abs=20.0)
    missing(mailbox, pending, since=time.time() - 901.0)
    assert wait.logins_of(mailbox.beat) == 1
    assert wait.outcomes() == ["rejected"]


def missing(mailbox: Mailbox, pending: PendingDraft, *, since: float) -> None:
    PendingDrafts(mailbox.store.records, mailbox.account).put(replace(pending, missing_since=since))


def test_a_mail_that_is_thrown_away_has_its_draft_looked_at_by_the_usual_visits(wait: Waiting) -> None:
    mailbox = wait.mailbox
    with mailbox.server.client(mailbox.account.user) as client:
        client.create_folder("Trash")
        client.select_folder("INBOX")
        client.move(client.search(), "Trash")
    eventually(lambda: wait.found.standing.told != wait.found.standing.settled_for)
    assert not wait.is_told()
    mailbox.beat()
    assert (wait.outcomes(), mailbox.drafts()) == (["expired"], [])


def test_a_draft_that_is_placed_is_looked_at(wait: Waiting) -> None:
    mailbox = wait.mailbox
    mailbox.receive(question(mailbox.account.user, number=2))
    mailbox.answer_new()
    assert wait.found.standing.drafted_at != wait.found.standing.settled_for[2]
    wait.looked(seconds_ago=HOUR)
    mailbox.beat()
    assert wait.found.standing.drafted_at == wait.found.standing.settled_for[2]


def test_a_line_that_falls_has_drafts_looked_at_by_the_clock_and_again_when_it_stands(wait: Waiting) -> None:
    mailbox = wait.mailbox
    wait.line.refuses = True
    wait.line.cut()
    eventually(lambda: wait.found.standing.connected_at == 0)
    assert wait.need().settles
    (draft,) = mailbox.drafts()
    mailbox.send(draft)
    mailbox.discard_drafts()
    wait.line.refuses = False
    eventually(lambda: wait.found.standing.connected_at > 0)
    assert not wait.is_told()  # nobody was there to hear of it
    assert wait.need().settles
    mailbox.beat()
    assert wait.outcomes() == ["edited"]


def test_what_is_told_while_somebody_looks_is_looked_for_again(wait: Waiting) -> None:
    mailbox, accounts = wait.mailbox, wait.mailbox.accounts

    class Teller:
        def waits(self, *_: object) -> None:
            accounts.update_status(mailbox.account, outcome_at=time.time())

        def sent_with_gaps(self, job: Job) -> None:
            raise AssertionError

        def is_over(self, job: Job, thread: str, outcome: str, why: str) -> None:
            raise AssertionError

    save_preferences(
        mailbox.store.records, "local", mailbox.account.name, Preferences(tells_in_slack=True), person="bob"
    )
    keeper = ProviderHousekeeping(mailbox.provider, mailbox.store, mailbox.submit, notices=Teller())
    keeper.look_after(mailbox.account, reads=False)
    assert wait.is_told()
    assert wait.need().settles_seconds == pytest.approx(TOLD_LOOK_SECONDS, abs=10.0)


def test_a_draft_that_its_owner_discards_where_we_show_it_is_looked_at_without_being_told_of(wait: Waiting) -> None:
    mailbox = wait.mailbox
    assert wait.need().settles_seconds == VISIT_SECONDS
    mailbox.store.outcomes.add(wait.job, "rejected", person="bob", distance=None, detail={})
    mailbox.beat()
    assert mailbox.drafts() == []


@pytest.mark.parametrize(
    ("changes", "seconds"),
    [
        (StatusChanges(), UNTOLD_LOOK_SECONDS),
        (StatusChanges(outcome_at=7.0), TOLD_LOOK_SECONDS),
        (StatusChanges(doubted_at=7.0), 720.0),
        (StatusChanges(drafted_at=7.0), 720.0),
        (StatusChanges(doubted_at=7.0, outcome_at=7.0), TOLD_LOOK_SECONDS),
        (StatusChanges(tells_of_drafts=False), 720.0),
    ],
    ids=["nothing", "told", "doubtful", "placed", "told and doubtful", "does not tell"],
)
def test_how_soon_outcomes_are_looked_for(mailbox: Mailbox, changes: StatusChanges, seconds: float) -> None:
    """A draft has waited for two hours, and somebody has just looked."""
    mailbox.receive(question(mailbox.account.user))
    mailbox.answer_new()
    pending = PendingDrafts(mailbox.store.records, mailbox.account)
    for draft in pending.list():
        pending.put(replace(draft, placed_at=time.time() - 2 * HOUR))
    now: StatusChanges = {
        "mode": "idle", "connected_at": 1.0, "renews_at": time.time() + 60, "tells_of_drafts": True,
        "settled_at": time.time(), "outcome_at": 1.0, "doubted_at": 2.0, "drafted_at": 3.0,
        "settled_for": (1.0, 2.0, 3.0),
    }  # fmt: skip
    mailbox.accounts.update_status(mailbox.account, **now)
    mailbox.accounts.update_status(mailbox.account, **changes)
    need = mailbox.provider.need(mailbox.account, Preferences())
    assert not need.settles
    assert need.settles_seconds == pytest.approx(min(seconds, VISIT_SECONDS), abs=5.0)


def test_a_change_of_drafts_brings_nobody_where_none_of_ours_waits(mailbox: Mailbox) -> None:
    with watched(mailbox) as found:
        eventually(found.idles)
        with mailbox.server.client(mailbox.account.user) as client:
            client.append(mailbox.server.drafts, b"Subject: Own draft\r\n\r\nHello")
        mailbox.receive(question(mailbox.account.user))  # said after it on the same line
        eventually(lambda: jobs(mailbox) == 1)
        assert found.standing.outcome_at == 0.0


@pytest.mark.parametrize(("labels", "is_told"), [("en", True), ("", False)])
def test_an_answer_is_worth_a_look_without_a_draft_where_its_mail_bears_a_label(
    mailbox: Mailbox, labels: str, *, is_told: bool
) -> None:
    account, records = mailbox.account, mailbox.store.records
    save_preferences(records, account.workspace, account.name, Preferences(labels=labels), person="bob")
    Announcements(mailbox.accounts, lambda: None).take(account, "answered")
    assert (mailbox.accounts.status(account).outcome_at > 0) == is_told
