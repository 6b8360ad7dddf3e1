"""Mail in folders that a person has chosen is noticed beside that of the inbox, on one line, on a real Dovecot."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace

import pytest

from integrations.mail.imap.connection import open_line
from integrations.mail.imap.idle_lines import IdleLines
from integrations.mail.imap.idle_talk import Event, Fallen, IdleTalk, ServerTold, Stands, Watched
from integrations.mail.mailbox.labels import mail_states
from integrations.mail.mailbox.preferences import Preferences, save_preferences
from integrations.mail.mailbox.triage_records import TriageRecords
from tests.integrations.mail.imap.conftest import Mailbox
from tests.integrations.mail.imap.mails import question
from tests.integrations.mail.imap.test_watching import TIMES, eventually, jobs, watched

PLAIN = "Projects"
FOLDER, OTHER = 'Projekte/Würzburg & "Co"', "Lists"
NAME = ("local", "bob@example.org")


@pytest.fixture
def filed(mailbox: Mailbox) -> Mailbox:
    with mailbox.server.client(mailbox.account.user) as client:
        for name in (PLAIN, FOLDER, OTHER):
            client.create_folder(name)
    return mailbox


def choose(mailbox: Mailbox, *folders: str) -> None:
    value = Preferences(folders=folders)
    save_preferences(mailbox.store.records, "local", mailbox.account.name, value, person="bob")


def file(mailbox: Mailbox, folder: str, number: int) -> None:
    with mailbox.server.client(mailbox.account.user) as client:
        client.append(folder, question(mailbox.account.user, number=number))


@pytest.mark.parametrize(("name", "seconds"), [(PLAIN, 600.0), (FOLDER, 0.3)], ids=["told", "asked"])
def test_mail_in_a_chosen_folder_is_noticed(filed: Mailbox, name: str, seconds: float) -> None:
    """Dovecot tells of names in ASCII alone; of others it is asked."""
    choose(filed, name)
    with watched(filed, replace(TIMES, folders_seconds=seconds)) as found:
        eventually(found.idles)
        file(filed, OTHER, 1)
        file(filed, name, 2)
        eventually(lambda: jobs(filed) == 1)
        filed.receive(question(filed.account.user, number=3))
        eventually(lambda: jobs(filed) == 2)
        file(filed, name, 4)
        eventually(lambda: jobs(filed) == 3)


def test_a_folder_that_is_chosen_later_is_watched_from_then_on(filed: Mailbox) -> None:
    with watched(filed, replace(TIMES, folders_seconds=600.0)) as found:
        eventually(found.idles)
        choose(filed, PLAIN)
        filed.provider.take_preferences(filed.account)
        file(filed, PLAIN, 1)
        eventually(lambda: jobs(filed) == 1)
        file(filed, PLAIN, 2)
        eventually(lambda: jobs(filed) == 2)


def test_a_folder_that_is_gone_is_told_of_and_the_inbox_is_read_on(filed: Mailbox) -> None:
    choose(filed, FOLDER, OTHER)
    filed.sync()
    with filed.server.client(filed.account.user) as client:
        client.delete_folder(FOLDER)
    filed.receive(question(filed.account.user))
    file(filed, OTHER, 2)
    assert len(filed.sync()) == 2
    error = filed.provider.connection(filed.account).error
    assert error is not None
    assert FOLDER in error["message"]
    assert "inlaid mailbox folders" in error["fix"]
    choose(filed, OTHER)
    filed.sync()
    assert filed.provider.connection(filed.account).error is None


def test_a_mail_of_a_message_id_that_was_seen_gets_no_draft_and_does_not_vanish(filed: Mailbox) -> None:
    """It was moved; or a system that numbers tickets has sent another one under the same Message-ID."""
    choose(filed, FOLDER)
    file(filed, "INBOX", 1)
    assert len(filed.sync()) == 1
    file(filed, FOLDER, 1)
    assert filed.sync() == []
    assert filed.sync() == []
    again, first = TriageRecords(filed.store.records, filed.account).newest()
    assert (first.job != "", again.job, again.decision["rule"]) == (True, "", "repeated")
    assert "same Message-ID" in again.decision["reason"]
    assert (again.folder, again.subject) == (FOLDER, first.subject)
    assert [mail.label for mail in mail_states(filed.store, filed.account, [again])] == [""]


def test_a_folder_that_is_numbered_anew_gives_nothing_twice(filed: Mailbox) -> None:
    choose(filed, FOLDER)
    file(filed, FOLDER, 1)
    assert len(filed.sync()) == 1
    with filed.server.client(filed.account.user) as client:
        client.delete_folder(FOLDER)
        client.create_folder(FOLDER)
    file(filed, FOLDER, 1)
    file(filed, FOLDER, 2)
    assert len(filed.sync()) == 1


@dataclass
class Line:
    """A line that is held, and what it told."""

    told: list[Event] = field(default_factory=list)

    def mails(self) -> int:
        return sum(isinstance(event, ServerTold) and event.kind == "mail" for event in self.told)


@contextmanager
def held(mailbox: Mailbox, watched: Watched) -> Iterator[Line]:
    found = Line()
    lines = IdleLines(found.told.append, reissue_seconds=600.0, answer_seconds=20.0, folders_seconds=0.2)
    thread = threading.Thread(target=lines.run)
    thread.start()
    try:
        line = open_line(mailbox.store.records, mailbox.account)
        assert line is not None
        lines.add(NAME, line.socket, watched)
        yield found
    finally:
        lines.stop()
        thread.join(10.0)


@pytest.mark.parametrize("is_notified", [True, False])
def test_a_server_that_does_not_tell_of_every_folder_is_asked(filed: Mailbox, is_notified: bool) -> None:
    with held(filed, Watched((FOLDER, "Nowhere"), is_notified)) as line:
        eventually(lambda: any(isinstance(event, Stands) for event in line.told))
        eventually(lambda: line.mails() == 1)  # nobody knows what came before
        file(filed, FOLDER, 1)
        eventually(lambda: line.mails() == 2)
        filed.receive(question(filed.account.user))
        eventually(lambda: line.mails() >= 3)
        file(filed, OTHER, 2)
        file(filed, FOLDER, 3)
        eventually(lambda: line.mails() >= 4)
        assert sum(isinstance(event, Stands) for event in line.told) == 1
        assert not [event for event in line.told if isinstance(event, Fallen)]


def said(talk: IdleTalk) -> bytes:
    out, talk.out = talk.out, b""
    return out.partition(b" ")[2].strip()


def test_a_server_that_refuses_to_tell_is_asked_and_names_may_come_as_literals() -> None:
    talk = IdleTalk(NAME, reissue_seconds=600.0, answer_seconds=20.0, watched=Watched(("Jobs",), True))
    told: list[Event] = []

    def answers(lines: bytes) -> bytes:
        told.extend(talk.take(lines))
        return said(talk)

    assert said(talk) == b"EXAMINE INBOX"
    assert answers(b"* 3 EXISTS\r\nI1 OK done\r\n").startswith(b"NOTIFY SET STATUS")
    assert answers(b"I2 NO [BADEVENT] no\r\n") == b'STATUS "Jobs" (UIDNEXT UIDVALIDITY MESSAGES)'
    assert answers(b"* STATUS {4}\r\nJobs (UIDNEXT 5 UIDVALIDITY 2)\r\nI3 OK done\r\n") == b"IDLE"
    assert answers(b"+ idling\r\n") == b""
    assert [type(event) for event in told] == [ServerTold, Stands]
    talk.tick()
    talk.out = b""
    assert answers(b"I4 OK done\r\n") == b'STATUS "Jobs" (UIDNEXT UIDVALIDITY MESSAGES)'
    assert answers(b"* STATUS {4}\r\nJobs (UIDNEXT 6 UIDVALIDITY 2)\r\nI5 NO [NONEXISTENT] gone\r\n") == b"IDLE"
    with suppress(StopIteration):
        answers(b"+ idling\r\n")
    assert [type(event) for event in told] == [ServerTold, Stands, ServerTold]


class Talk:
    """A line on which the test says what a server says."""

    def __init__(self, watched: Watched, *, reissue_seconds: float = 6000.0) -> None:
        self.talk = IdleTalk(
            NAME, reissue_seconds=reissue_seconds, answer_seconds=20.0, watched=watched, folders_seconds=60.0
        )
        self.told: list[Event] = []
        self.asked = [said(self.talk)]

    def says(self, lines: bytes = b"") -> bytes:
        """Let the server say something and that the last command is done; return what it is asked next."""
        done = b"" if self.asked[-1] in {b"", b"IDLE"} else b"I%d OK done\r\n" % len(self.asked)
        self.told.extend(self.talk.take(lines + done))
        if next_one := said(self.talk):
            self.asked.append(next_one)
        return next_one

    def begins(self) -> None:
        self.told.extend(self.talk.take(b"+ idling\r\n"))

    def turns(self) -> None:
        """End IDLE, as when its time is over."""
        self.talk.tick()
        self.talk.out = b""
        self.told.extend(self.talk.take(b"I%d OK idled\r\n" % len(self.asked)))
        self.asked.append(said(self.talk))

    @property
    def kinds(self) -> list[str]:
        return [event.kind for event in self.told if isinstance(event, ServerTold)]

    @property
    def tells_of_drafts(self) -> bool:
        return [event.tells_of_drafts for event in self.told if isinstance(event, Stands)][-1]

    def turn_seconds(self) -> float:
        return self.talk.acts_at - time.monotonic()


ASKED_OF_DRAFTS = b'STATUS "Drafts" (UIDNEXT UIDVALIDITY MESSAGES HIGHESTMODSEQ)'
ASKED_OF_SENT = b'STATUS "Sent" (UIDNEXT UIDVALIDITY MESSAGES HIGHESTMODSEQ)'
DRAFTS = b"* STATUS Drafts (MESSAGES 1 UIDNEXT 2 UIDVALIDITY 7 HIGHESTMODSEQ %d)\r\n"
SENT = b'* STATUS "Sent" (MESSAGES 4 UIDNEXT 5 UIDVALIDITY 8 HIGHESTMODSEQ 3)\r\n'


def begun(*, reissue_seconds: float = 6000.0) -> Talk:
    """Begin on a server without NOTIFY: how the folders of drafts and of sent mail stand is no news."""
    line = Talk(Watched(drafts=("Drafts", "Sent"), has_modseq=True), reissue_seconds=reissue_seconds)
    assert line.says(b"* 3 EXISTS\r\n") == ASKED_OF_SENT
    assert line.says(SENT) == ASKED_OF_DRAFTS
    assert line.says(DRAFTS % 9) == b"IDLE"
    line.begins()
    assert (line.kinds, line.tells_of_drafts) == ([], True)
    return line


def test_drafts_and_sent_mail_are_asked_for_each_minute_only_while_drafts_wait() -> None:
    asked = begun()
    assert asked.turn_seconds() > 60.0
    asked.talk.expect_drafts(True)
    assert asked.turn_seconds() <= 60.0
    asked.turns()
    assert asked.asked[-1] == ASKED_OF_SENT
    assert asked.says(SENT) == ASKED_OF_DRAFTS
    assert asked.says(DRAFTS % 9) == b"IDLE"
    asked.begins()
    assert (asked.kinds, asked.turn_seconds() <= 60.0) == ([], True)
    asked.talk.expect_drafts(False)
    asked.turns()
    assert asked.asked[-1] == b"IDLE"
    asked.begins()
    assert asked.turn_seconds() > 60.0


def test_a_renewal_asks_for_all_folders_and_finds_what_was_never_told() -> None:
    asked = begun(reissue_seconds=0.0)
    asked.turns()
    assert asked.asked[-1] == b"EXAMINE INBOX"
    assert asked.says(b"* 3 EXISTS\r\n") == ASKED_OF_SENT
    assert asked.says(SENT) == ASKED_OF_DRAFTS
    asked.says(DRAFTS % 10)
    assert asked.kinds == ["drafts"]


def test_a_folder_that_is_gone_is_not_told_of() -> None:
    asked = begun(reissue_seconds=0.0)
    asked.turns()
    asked.says()
    asked.says(SENT)
    asked.told.extend(asked.talk.take(b"I%d NO [NONEXISTENT] gone\r\n" % len(asked.asked)))
    assert said(asked.talk) == b"IDLE"
    asked.begins()
    assert not asked.tells_of_drafts


def test_a_server_that_gives_up_telling_is_asked() -> None:
    line = Talk(Watched(("Jobs",), True, drafts=("Drafts",)))
    asked = line.says(b"* 3 EXISTS\r\n")
    assert b'(mailboxes ("Jobs") (MessageNew MessageExpunge))' in asked
    assert b'(mailboxes ("Drafts") (MessageNew MessageExpunge FlagChange))' in asked
    assert line.says(DRAFTS % 9 + b"* STATUS Jobs (MESSAGES 2 UIDNEXT 5 UIDVALIDITY 2)\r\n") == b"IDLE"
    line.begins()
    line.talk.expect_drafts(True)
    assert line.turn_seconds() > 60.0
    line.says(b"* STATUS Jobs (MESSAGES 1 UIDNEXT 5)\r\n")
    assert line.kinds == ["mail", "removed"]
    line.says(b"* OK [NOTIFICATIONOVERFLOW] too much\r\n")
    assert line.turn_seconds() <= 60.0
    line.turns()
    assert line.asked[-1] == b'STATUS "Jobs" (UIDNEXT UIDVALIDITY MESSAGES)'
