"""What became of a draft is found once, whoever provides the mailbox."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import pytest

from core.errors import LimitError, OutageError
from core.job import Job
from core.settings import Settings
from core.store import open_store
from integrations.mail.mailbox.mail_state import mail_state
from integrations.mail.mailbox.outcomes import ASKED_MISSING_SECONDS, DISCARDED, TOLD_WITHIN_SECONDS, settle_drafts
from integrations.mail.mailbox.pending_drafts import PendingDraft, PendingDrafts
from integrations.mail.mailbox.preferences import Preferences, save_preferences
from integrations.mail.mailbox.style_learning import save_style
from integrations.mail.mailbox.triage_records import TriageRecords, draft_statuses
from integrations.mail.mailbox.triage_round import TriageRound
from integrations.mail.reply.writing_style import WritingStyle
from tests.fakes.memory_mail import MemoryMailbox
from tests.integrations.mail.imap.mails import answer_of_colleague, question
from tests.integrations.mail.mailbox.conftest import (
    MemoryRig,
    Rig,
    answer_new,
    outcomes,
    submit,
    sync,
)


@dataclass
class Heard:
    """What an owner is told; `fails`: they cannot be reached."""

    fails: bool = False
    heard: list[tuple[str, str]] = field(default_factory=list)

    def sent_with_gaps(self, job: Job) -> None:
        self._hear("gaps", job.id)

    def waits(self, job: Job, thread: str, link: str, is_untouched: Callable[[], bool]) -> None:
        assert thread
        self._hear("waits" if is_untouched() else "changed", job.id)

    def is_over(self, job: Job, thread: str, outcome: str, why: str) -> None:
        assert thread
        self._hear(outcome, why)

    def _hear(self, what: str, which: str) -> None:
        self.heard.append((what, which))
        if self.fails:
            raise OutageError("Slack is down.")


@pytest.fixture
def memory(settings: Settings) -> Iterator[MemoryRig]:
    """A mailbox in memory."""
    store = open_store(settings)
    made = MemoryRig(store)
    made.provider.accounts.save(made.account)
    yield made
    store.close()


@pytest.mark.parametrize(("changed", "outcome"), [("", "accepted"), ("Many thanks indeed, Ann.", "edited")])
def test_a_draft_that_was_sent_is_known_as_it_was_sent(rig: Rig, changed: str, outcome: str) -> None:
    rig.receive(question(rig.address))
    answer_new(rig)
    if changed:
        rig.edit_draft(changed)
    rig.send_draft()
    assert outcomes(rig) == [outcome]
    assert outcomes(rig) == [outcome]
    assert PendingDrafts(rig.store.records, rig.account).list() == []


def test_an_answer_beside_the_draft_is_the_owners_own(rig: Rig) -> None:
    rig.receive(question(rig.address))
    answer_new(rig)
    body = "Thank you for your message.\n\nOn Wednesday I am free from noon to one."
    data = question("x@example.org", "In-Reply-To: <question1@example.com>", body=body, number=7)
    data = data.replace(b"From: Ann Lee <ann.lee@example.com>", f"From: Bob Ray <{rig.address}>".encode())
    rig.file_sent(data.replace(b"To: Bob Ray <x@example.org>", b"To: Ann Lee <ann.lee@example.com>"), datetime.now(UTC))
    assert outcomes(rig) == ["rejected"]
    assert rig.drafts() == []


def test_a_deleted_draft_is_missing_and_counts_when_it_stays_away(rig: Rig) -> None:
    rig.receive(question(rig.address))
    answer_new(rig)
    rig.discard_draft()
    with rig.provider.open(rig.account) as mailbox:
        (pending,) = PendingDrafts(rig.store.records, rig.account).list()
        assert not mailbox.draft_state(pending).is_waiting
        is_waited_for = mailbox.missing_seconds > 0
    assert outcomes(rig) == ([] if is_waited_for else ["rejected"])


def test_a_deleted_draft_is_known_soon_when_somebody_asks(rig: Rig) -> None:
    """Not at once where a draft that is sent leaves its folder before it is among the sent mails."""
    rig.receive(question(rig.address))
    answer_new(rig)
    rig.discard_draft()
    with rig.provider.open(rig.account) as mailbox:
        is_waited_for = mailbox.missing_seconds > 0
    settle_drafts(rig.store, rig.provider, rig.account, is_asked=True)
    pending = PendingDrafts(rig.store.records, rig.account)
    missing = pending.list()
    assert len(missing) == is_waited_for
    for draft in missing:
        pending.put(replace(draft, missing_since=draft.missing_since - ASKED_MISSING_SECONDS))
    settle_drafts(rig.store, rig.provider, rig.account, is_asked=True)
    assert outcomes(rig) == ["rejected"]


def test_a_draft_that_its_owner_was_told_of_is_left_to_who_can_tell_them_more(rig: Rig) -> None:
    rig.receive(question(rig.address))
    answer_new(rig)
    assert len(settle(rig, tells_in_slack=True)) == 1
    rig.send_draft()
    assert settle_drafts(rig.store, rig.provider, rig.account, is_asked=True) == 0
    assert settle(rig, tells_in_slack=True) == [("accepted", "")]


def test_gaps_that_its_owner_has_filled_in_are_none_any_more(rig: Rig) -> None:
    rig.receive(question(rig.address, body="Hi Bob,\n\nwhen are you free?\n\nAlso, how many are you?\n\nAnn"))
    (job,) = answer_new(rig)
    (record,) = TriageRecords(rig.store.records, rig.account).newest()

    def label() -> str:
        assert outcomes(rig) == []
        return mail_state(record, draft_statuses(rig.store, [record])[job.id]).words()

    assert label() == "draft (1 gap)"
    rig.fill_draft("Four of us.")
    assert label() == "draft"


def test_the_draft_for_a_mail_that_is_thrown_away_is_taken_back(rig: Rig) -> None:
    rig.receive(question(rig.address))
    answer_new(rig)
    rig.discard_source()
    assert outcomes(rig) == ["expired"]
    assert rig.drafts() == []


def test_the_draft_for_a_mail_that_is_thrown_away_stays_while_a_repeat_of_it_that_it_answers_is_there(rig: Rig) -> None:
    rig.receive(question(rig.address))
    answer_new(rig)
    rig.discard_source()
    rig.receive(question(rig.address).replace(b"<question1@", b"<again1@"))
    assert [record.decision["rule"] for record in sync(rig)] == ["repeated"]
    assert (outcomes(rig), len(rig.drafts())) == ([], 1)
    rig.discard_source()
    assert (outcomes(rig), rig.drafts()) == (["expired"], [])


def test_the_draft_for_a_mail_that_a_colleague_has_answered_is_taken_back(rig: Rig) -> None:
    rig.receive(question(rig.address))
    answer_new(rig)
    rig.receive(answer_of_colleague(rig.address, to="Carl Ott <carl@example.net>", number=2))
    sync(rig)
    assert (outcomes(rig), len(rig.drafts())) == ([], 1)
    rig.receive(answer_of_colleague(rig.address, to="Ann Lee <ann.lee@example.com>", number=3))
    sync(rig)
    assert (outcomes(rig), rig.drafts()) == (["expired"], [])


def test_a_draft_that_its_owner_goes_on_with_stays_whoever_answers(rig: Rig) -> None:
    rig.receive(question(rig.address))
    answer_new(rig)
    rig.edit_draft("Tuesday at noon, Ann.")
    rig.receive(answer_of_colleague(rig.address, to="Ann Lee <ann.lee@example.com>", number=3))
    sync(rig)
    assert (outcomes(rig), len(rig.drafts())) == ([], 1)


def test_the_owners_signature_stands_below_a_draft_and_is_no_change_of_it(rig: Rig) -> None:
    style = WritingStyle(signatures={"en": "Bob Ray\nHead of Plans, Tel. +44 20 7946 0000"})
    save_style(rig.store.records, rig.account.workspace, rig.account.name, style, (), person="bob")
    rig.receive(question(rig.address))
    answer_new(rig)
    assert "7946 0000" in rig.drafts()[0]
    rig.send_draft()
    assert outcomes(rig) == ["accepted"]


def test_a_draft_that_went_out_with_open_gaps_is_told_of_once(rig: Rig) -> None:
    rig.receive(question(rig.address, body="Bob, are you at your desk? I need a payment to a new supplier today."))
    (record,) = sync(rig)
    with rig.provider.open(rig.account) as mailbox:
        after = TriageRound(rig.store.records, rig.account, mailbox, submit(rig)).draft_anyway(record)
    rig.run(after.job)
    rig.send_draft()
    notices = Heard(fails=True)  # what is stored stays stored
    for _ in range(2):
        settle_drafts(rig.store, rig.provider, rig.account, notices)
    assert notices.heard == [("gaps", after.job), ("accepted", "")]
    rig.store.outcomes.add_event(rig.store.jobs.get(after.job), "click", 1.0)
    assert draft_statuses(rig.store, [after])[after.job].has_open_gaps


def settle(rig: Rig, **settings: Any) -> list[tuple[str, str]]:
    """Look once for outcomes, as somebody has set their mailbox, and return what they heard."""
    preferences = Preferences(**settings)
    save_preferences(rig.store.records, rig.account.workspace, rig.account.name, preferences, person="bob")
    notices = Heard()
    settle_drafts(rig.store, rig.provider, rig.account, notices)
    return notices.heard


def test_who_wants_it_is_told_of_a_draft_that_waits_outside_quiet_hours(rig: Rig) -> None:
    rig.receive(question(rig.address))
    answer_new(rig)
    (pending,) = PendingDrafts(rig.store.records, rig.account).list()
    assert settle(rig) == []
    assert settle(rig, tells_in_slack=True, quiet_hours="00:00-23:59") == []
    assert settle(rig, tells_in_slack=True, paused=True) == []
    assert settle(rig, tells_in_slack=True) == [("waits", pending.job)]
    assert settle(rig, tells_in_slack=True) == []


def test_the_owner_is_told_of_a_draft_that_cannot_be_read(memory: MemoryRig, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_mailbox: MemoryMailbox, _draft: PendingDraft) -> None:
        raise LimitError("It is too large.")

    memory.receive(question(memory.address, body="Hi Bob,\n\nwhen are you free?\n\nAlso, how many are you?\n\nAnn"))
    (job,) = answer_new(memory)
    monkeypatch.setattr(MemoryMailbox, "read_draft", fail)
    assert settle(memory, tells_in_slack=True) == [("waits", job.id)]
    doubted_at = memory.provider.accounts.status(memory.account).doubted_at
    memory.discard_draft()
    monkeypatch.setattr(MemoryMailbox, "missing_seconds", 60.0)
    settle(memory)
    assert memory.provider.accounts.status(memory.account).doubted_at == doubted_at


def test_who_has_begun_with_a_draft_need_not_be_told_of_it(rig: Rig) -> None:
    rig.receive(question(rig.address))
    answer_new(rig)
    rig.edit_draft("Tuesday at noon, Ann.")
    (pending,) = PendingDrafts(rig.store.records, rig.account).list()
    assert settle(rig, tells_in_slack=True) == [("changed", pending.job)]
    assert settle(rig, tells_in_slack=True) == []


def test_a_look_that_leaves_something_open_says_so(rig: Rig) -> None:
    """Until its owner was told of a draft, another look is due."""
    rig.receive(question(rig.address))
    answer_new(rig)

    def doubted_at() -> float:
        return rig.provider.accounts.status(rig.account).doubted_at

    settle(rig)
    assert doubted_at() == 0.0
    settle(rig, tells_in_slack=True, quiet_hours="00:00-23:59")
    quiet = doubted_at()
    assert quiet > 0.0
    settle_drafts(rig.store, rig.provider, rig.account, Heard(fails=True))
    assert doubted_at() > quiet
    (pending,) = PendingDrafts(rig.store.records, rig.account).list()
    failed = doubted_at()
    assert settle(rig, tells_in_slack=True) == [("waits", pending.job)]
    assert doubted_at() == failed


def test_nobody_is_told_of_drafts_that_lay_there_before(rig: Rig) -> None:
    rig.receive(question(rig.address))
    answer_new(rig)
    waiting = PendingDrafts(rig.store.records, rig.account)
    (pending,) = waiting.list()
    waiting.put(replace(pending, placed_at=pending.placed_at - TOLD_WITHIN_SECONDS))
    assert settle(rig, tells_in_slack=True) == []


def test_a_draft_that_its_owner_discards_where_we_show_it_is_taken_out_of_the_mailbox(rig: Rig) -> None:
    rig.receive(question(rig.address))
    answer_new(rig)
    (pending,) = PendingDrafts(rig.store.records, rig.account).list()
    discard(rig, pending.job)
    assert settle(rig) == [("rejected", DISCARDED)]
    assert (rig.drafts(), PendingDrafts(rig.store.records, rig.account).list()) == ([], [])
    assert outcomes(rig) == ["rejected"]


def test_a_discarded_draft_that_its_owner_has_changed_stays(rig: Rig) -> None:
    rig.receive(question(rig.address))
    answer_new(rig)
    (pending,) = PendingDrafts(rig.store.records, rig.account).list()
    rig.edit_draft("Tuesday at noon, Ann.")
    discard(rig, pending.job)
    assert settle(rig) == []
    assert len(rig.drafts()) == 1


def discard(rig: Rig, job_id: str) -> None:
    """Throw a draft away as the console does."""
    job = rig.store.jobs.get(job_id)
    rig.store.outcomes.add(job, "rejected", person=job.person, distance=None, detail={})
