"""Labels on mail say what is to be done, follow what happens, and go without a trace: at every provider."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from core.errors import InlaidError, LimitError, OutageError
from core.settings import Settings
from core.store import open_store
from core.store.tables import records
from core.system.connections import SHORT_SECONDS, deadline
from integrations.graph.errors import GraphOutage
from integrations.mail.mailbox.labels import (
    EVERY_SECONDS,
    LABELS_KIND,
    MAX_AT_ONCE,
    label_error,
    label_when_due,
    put_labels,
)
from integrations.mail.mailbox.preferences import (
    LABELS_ENDING,
    Preferences,
    changed,
    load_preferences,
    save_preferences,
)
from integrations.mail.mailbox.triage_records import LabelChange, MailPlace
from tests.fakes.memory_mail import MemoryAccount, MemoryMailbox, MemoryProvider
from tests.fakes.microsoft.faults import Refused, Reset
from tests.integrations.mail.graph.conftest import Office
from tests.integrations.mail.imap.mails import follow_up, newsletter, question
from tests.integrations.mail.mailbox.conftest import MemoryRig, Rig, answer_new, outcomes, sync, want

TO_REPLY = "Inlaid-to-reply"
DRAFT = "Inlaid-draft"
WAITING = "Inlaid-waiting-for-answer"
INFO = "Inlaid-for-information"


def on(rig: Rig, language: str = "en") -> None:
    want(rig, Preferences(labels=language))
    relabel(rig)


def off(rig: Rig) -> None:
    records, account = rig.store.records, rig.account
    want(rig, changed(load_preferences(records, account.workspace, account.name), labels="off"))
    relabel(rig)


def relabel(rig: Rig) -> None:
    put_labels(rig.store, rig.provider, rig.account)


@pytest.mark.parametrize(("said", "sent"), [("Which table do you want?", {WAITING}), ("Gladly.", set())])
def test_labels_follow_what_becomes_of_a_mail(rig: Rig, said: str, sent: set[str]) -> None:
    rig.receive(question(rig.address))
    rig.receive(newsletter(rig.address))
    jobs = [record.job for record in sync(rig) if record.job]
    assert rig.labels() == [set(), set()]
    on(rig)
    assert rig.labels() == [{TO_REPLY}, {INFO}]
    rig.run(jobs[0])
    relabel(rig)
    assert rig.labels() == [{DRAFT}, {INFO}]
    rig.edit_draft(said)
    rig.send_draft()
    assert outcomes(rig) == ["edited"]
    relabel(rig)
    assert rig.labels() == [sent, {INFO}]
    rig.receive(follow_up(rig.address))
    sync(rig)
    relabel(rig)
    assert rig.labels() == [set(), {INFO}, {TO_REPLY}]


def test_labels_in_another_language_take_the_place_of_the_former(rig: Rig) -> None:
    rig.receive(question(rig.address))
    sync(rig)
    on(rig)
    on(rig, "fr")
    assert rig.labels() == [{"Inlaid-a-repondre"}]


def test_off_takes_away_what_is_ours_and_nothing_else(rig: Rig) -> None:
    rig.receive(newsletter(rig.address))
    rig.label_all("Inlaid: for information")
    rig.receive(question(rig.address))
    rig.label_all("Family")
    sync(rig)
    on(rig)
    assert rig.labels() == [{INFO, "Family"}, {TO_REPLY, "Family"}]
    off(rig)
    assert rig.labels() == [{INFO, "Family"}, {"Family"}]
    assert load_preferences(rig.store.records, rig.account.workspace, rig.account.name).labels == ""
    assert rig.store.records.list(LABELS_KIND) == []
    off(rig)
    assert rig.labels() == [{INFO, "Family"}, {"Family"}]


def test_what_the_owner_takes_away_stays_away_until_something_happens(rig: Rig) -> None:
    rig.receive(question(rig.address))
    sync(rig)
    on(rig)
    with rig.provider.open(rig.account) as mailbox:
        (record,) = rig.store.records.list(LABELS_KIND)
        (mail,) = record.data["mails"].values()
        place = MailPlace(mail["uid"], mail["uidvalidity"], mail["message_id"])
        mailbox.relabel([LabelChange(place, "", ("Inlaid: to reply",))])
    relabel(rig)
    assert rig.labels() == [set()]


@pytest.mark.parametrize(("said", "sent"), [("Which table do you want?", {WAITING}), ("My own words", set())])
def test_a_mail_that_its_owner_has_answered_by_hand_waits_where_that_asks(rig: Rig, said: str, sent: set[str]) -> None:
    rig.receive(question(rig.address))
    answer_new(rig)
    rig.edit_draft(said)
    rig.send_draft()
    on(rig)
    assert rig.labels() == [sent]


def test_a_mail_that_its_owner_answers_without_a_draft_loses_its_label_once_its_server_tells(rig: Rig) -> None:
    rig.receive(question(rig.address))
    sync(rig)
    on(rig)
    head = f"From: Bob Ray <{rig.address}>\r\nTo: Ann Lee <ann.lee@example.com>\r\nSubject: Re: Lunch\r\n"
    ids = "Message-ID: <own@example.org>\r\nIn-Reply-To: <question1@example.com>\r\n"
    rig.file_sent(f"{head}{ids}\r\nOn Wednesday.\r\n".encode(), datetime.now(UTC))
    relabel(rig)
    assert rig.labels() == [{TO_REPLY}]
    rig.provider.accounts.update_status(rig.account, outcome_at=time.time())
    relabel(rig)
    assert rig.labels() == [set()]


def test_a_mail_that_is_gone_is_no_error(rig: Rig) -> None:
    rig.receive(question(rig.address))
    sync(rig)
    on(rig)
    rig.discard_source()
    off(rig)
    assert rig.labels() == []
    assert label_error(rig.store.records, rig.account.workspace, rig.account.name) is None


class Killed(BaseException):
    """The worker ends here."""


@dataclass
class TroubledProvider(MemoryProvider):
    """Mailboxes in which `trouble` comes before or after labels are changed."""

    before: Callable[[], None] = lambda: None
    after: Callable[[], None] = lambda: None

    @contextmanager
    def open(self, account: MemoryAccount) -> Iterator[MemoryMailbox]:
        with super().open(account) as mailbox:
            yield _Troubled(account, mailbox.server, self)


class _Troubled(MemoryMailbox):
    def __init__(self, account: MemoryAccount, server: object, provider: TroubledProvider) -> None:
        super().__init__(account, server)  # type: ignore[arg-type] # as the other has it
        self._provider = provider

    def relabel(self, changes: Sequence[LabelChange]) -> None:
        self._provider.before()
        super().relabel(changes)
        self._provider.after()


@pytest.fixture
def labelled(settings: Settings) -> Iterator[MemoryRig]:
    """A mailbox in memory with a mail to reply to and one for information."""
    store = open_store(settings)
    made = MemoryRig(store)
    made.provider.accounts.save(made.account)
    made.receive(question(made.address))
    made.receive(newsletter(made.address))
    sync(made)
    want(made, Preferences(labels="en"))
    yield made
    store.close()


def nothing() -> None:
    """Let it happen."""


def troubled(
    rig: MemoryRig, *, before: Callable[[], None] = nothing, after: Callable[[], None] = nothing
) -> TroubledProvider:
    return TroubledProvider(rig.store.records, {rig.address: rig.server}, before=before, after=after)


def kill() -> None:
    raise Killed


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_worker_that_is_killed_leaves_nothing_that_the_next_does_not_finish(labelled: MemoryRig, moment: str) -> None:
    provider = troubled(labelled, before=kill) if moment == "before" else troubled(labelled, after=kill)
    for _ in range(2):
        with pytest.raises(Killed):
            put_labels(labelled.store, provider, labelled.account)
    relabel(labelled)
    assert labelled.labels() == [{TO_REPLY}, {INFO}]
    want(labelled, Preferences(labels=LABELS_ENDING))
    with pytest.raises(Killed):
        put_labels(labelled.store, provider, labelled.account)
    relabel(labelled)
    assert labelled.labels() == [set(), set()]


def test_labels_that_a_killed_worker_has_put_go_with_the_others(labelled: MemoryRig) -> None:
    with pytest.raises(Killed):
        put_labels(labelled.store, troubled(labelled, after=kill), labelled.account)
    assert labelled.labels() == [{TO_REPLY}, {INFO}]
    off(labelled)
    assert labelled.labels() == [set(), set()]


def test_where_nothing_has_changed_nothing_is_asked(labelled: MemoryRig) -> None:
    relabel(labelled)
    opened: list[str] = []

    @dataclass
    class Counting(MemoryProvider):
        @contextmanager
        def open(self, account: MemoryAccount) -> Iterator[MemoryMailbox]:
            opened.append(account.name)
            with super().open(account) as mailbox:
                yield mailbox

    put_labels(labelled.store, Counting(labelled.store.records, {labelled.address: labelled.server}), labelled.account)
    assert opened == []


def test_a_mailbox_at_its_limit_says_so_and_is_finished_later(labelled: MemoryRig) -> None:
    def refuse() -> None:
        raise LimitError("The mailbox bob@example.org is full.", fix="Delete mail there.")

    with pytest.raises(LimitError):
        put_labels(labelled.store, troubled(labelled, before=refuse), labelled.account)
    error = label_error(labelled.store.records, "local", labelled.address)
    assert error is not None
    assert error["message"] == "The mailbox bob@example.org is full."
    relabel(labelled)
    assert labelled.labels() == [{TO_REPLY}, {INFO}]
    assert label_error(labelled.store.records, "local", labelled.address) is None


@pytest.mark.parametrize(
    ("error", "tries"),
    [(OutageError("Nobody answers."), 3), (GraphOutage("It is slow."), 3), (LimitError("It is full."), 2)],
)
def test_labels_are_put_a_minute_after_an_error_is_over(labelled: MemoryRig, error: InlaidError, tries: int) -> None:
    wanted, tried = Preferences(labels="en"), list[str]()

    def look(provider: MemoryProvider) -> None:
        with labelled.store.database.write() as connection:  # a minute passes
            connection.execute(sa.update(records).values(expires_at=records.c.expires_at - EVERY_SECONDS - 1))
        with suppress(InlaidError):
            label_when_due(labelled.store, provider, labelled.account, wanted)

    def refuse() -> None:
        tried.append(error.code)
        raise error

    for _ in range(3):
        look(troubled(labelled, before=refuse))
    assert len(tried) == tries
    relabel(labelled)
    labelled.receive(question(labelled.address, number=9))
    sync(labelled)
    look(labelled.provider)
    assert labelled.labels()[2] == {TO_REPLY}


def test_labels_that_nobody_wants_are_not_put(labelled: MemoryRig) -> None:
    for wanted, labels in (
        (Preferences(), [set(), set()]),
        (Preferences(labels="en", paused=True), [set(), set()]),
        (Preferences(labels="en"), [{TO_REPLY}, {INFO}]),
    ):
        want(labelled, wanted)
        label_when_due(labelled.store, labelled.provider, labelled.account, wanted)
        assert labelled.labels() == labels


def test_more_mails_than_fit_into_one_batch_are_all_labelled_and_all_freed(labelled: MemoryRig) -> None:
    for number in range(100, 145):
        labelled.receive(question(labelled.address, number=number))
    sync(labelled)
    relabel(labelled)
    assert labelled.labels() == [{TO_REPLY}, {INFO}, *([{TO_REPLY}] * 45)]
    batches: list[int] = []
    provider = troubled(labelled, after=lambda: batches.append(1))
    want(labelled, Preferences(labels=LABELS_ENDING))
    put_labels(labelled.store, provider, labelled.account)
    assert (labelled.labels(), len(batches)) == ([set()] * 47, -(-47 // MAX_AT_ONCE))


def test_what_there_is_no_time_for_is_done_in_the_next_round(labelled: MemoryRig) -> None:
    with deadline(SHORT_SECONDS / 2):
        relabel(labelled)
    assert labelled.labels() == [set(), set()]
    relabel(labelled)
    assert labelled.labels() == [{TO_REPLY}, {INFO}]
    want(labelled, Preferences(labels=LABELS_ENDING))
    with deadline(SHORT_SECONDS / 2):
        relabel(labelled)
    assert labelled.labels() == [{TO_REPLY}, {INFO}]
    relabel(labelled)
    assert labelled.labels() == [set(), set()]


def test_answers_that_there_is_no_time_to_read_are_read_in_the_next_round(
    labelled: MemoryRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    labelled.receive(question(labelled.address, number=9))
    sync(labelled)
    for number, named in enumerate((b"question1", b"question9")):
        data = question(
            "ann@example.com", "In-Reply-To: <question1@example.com>", body="Which table?", number=number + 70
        )
        labelled.file_sent(data.replace(b"<question1@", b"<" + named + b"@"), datetime.now(UTC))
    times = iter([False])
    with monkeypatch.context() as patch:
        patch.setattr("integrations.mail.mailbox.labels.is_short", lambda: next(times, True))
        relabel(labelled)
    (record,) = labelled.store.records.list(LABELS_KIND)
    assert len(record.data["answered"]) == len(record.data["asked_back"]) == 1
    relabel(labelled)
    assert labelled.labels() == [{WAITING}, {INFO}, {WAITING}]


def test_at_microsoft_what_its_owner_changes_meanwhile_stays(connected: Office) -> None:
    connected.box.receive(question("bob@example.org"))
    connected.sync()
    (mail,) = connected.box.in_folder("inbox")
    mail.categories = ["Family"]
    connected.fake.faults.add("PATCH */messages/*", Refused(412, "ErrorIrresolvableConflict"))
    connected.fake.faults.add("PATCH */messages/*", Reset())
    on_at_microsoft(connected)
    assert sorted(mail.categories) == ["Family", "Inlaid: to reply"]
    mail.categories = ["Friends", "INLAID: to reply"]
    connected.box.touch(mail)
    save_preferences(connected.store.records, "local", connected.account.name, Preferences(labels="ending"), person="")
    put_labels(connected.store, connected.provider, connected.account)
    assert mail.categories == ["Friends"]


def on_at_microsoft(office: Office) -> None:
    save_preferences(office.store.records, "local", office.account.name, Preferences(labels="en"), person="bob")
    put_labels(office.store, office.provider, office.account)
