"""What a colleague connected is scanned "every Monday, #support and the shared inbox", and told to its members alone.

Slack, the mailbox at Microsoft, both connectors and the digest are real; what a model finds is written by the test.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from fastapi import FastAPI

from core.settings import load_settings
from core.signals.board import SignalBoard, load_board
from core.signals.model import Scan, SignalFilter
from core.sources.management import SourceManager
from core.sources.model import Source
from core.sources.sync import Sync
from integrations.graph.invitations import SIGNED_IN_PATH
from integrations.mail.accounts.folder_source import MailboxConnector
from integrations.mail.graph.routes import graph_mail_router
from integrations.registry import read_file
from integrations.signals.digest import DigestSurface
from integrations.slack.delivery.digest import slack_digests
from integrations.slack.mailbox import NO_MAILBOX
from tests.core.signals.scanned import ran
from tests.fakes.microsoft import FakeMicrosoft
from tests.fakes.microsoft.fixture import microsoft as microsoft
from tests.fakes.slack.fixture import slack as slack
from tests.fakes.slack.person import Person
from tests.integrations.mail.graph.conftest import Door
from tests.integrations.mail.graph.conftest import Office as MailOffice
from tests.integrations.mail.graph.conftest import door as door
from tests.integrations.mail.graph.test_shared import INFO, Team
from tests.integrations.mail.imap.mails import question
from tests.integrations.slack.conftest import Office
from tests.integrations.slack.conftest import make_office as make_office
from tests.integrations.slack.sources.library import Library

PUMP = "COMPLAINT: The pump leaks again after two days."
BOILER = "RISK: The boiler in the north wing may fail soon."
SHARED = f"Mail of {INFO}"


@dataclass
class House:
    """Ada is in #support and shares the inbox; Grace is in #support alone, Bob shares the inbox alone, Eve is new."""

    office: Office
    library: Library
    team: Team
    ada: Person
    grace: Person
    bob: Person
    eve: Person

    @property
    def board(self) -> SignalBoard:
        return load_board(self.office.settings, self.office.store.records, self.office.store.jobs)

    def connect(self) -> None:
        """Have Grace give the channel and Bob the mailbox, and read both."""
        support = self.office.acme.channel("support", self.ada, self.grace, kind="private")
        self.ada.writes(f"This came in today:\n{PUMP}", support)
        self.library.read(self.library.add(support, self.grace))
        self.team.connect()
        self.team.box.receive(question(INFO, body=BOILER))
        mailboxes = MailboxConnector(self.office.store.records, self.office.settings)
        sources = self.library.sources
        options: dict[str, Any] = {"mailbox": INFO, "folders": "Inbox"}
        asked = Source("", "local", "bob@example.org", "mailbox", "", options, every_seconds=3600)
        source = SourceManager(sources, lambda _name: mailboxes).add(asked)[0].source
        sync = Sync(sources.store, sources.items, sources.indexer, lambda _name: mailboxes, read_file)
        while (done := sync.work(source.id)) and done.more:
            pass
        assert done
        assert done.error is None

    def says(self, person: Person, text: str) -> str:
        person.slash("/inlaid", text)
        return self.office.last(person, person.dm).text

    def runs(self, scan: Scan) -> None:
        """Let Monday come: the scan goes through its sources, and its digest is told."""
        ran(self.office.store, scan, self.board)
        self.office.surface = DigestSurface(slack_digests, lambda _records, _settings: NO_MAILBOX)  # type: ignore[assignment]
        self.office.work()

    def sees(self, person: Person) -> list[str]:
        """Return the quotes that somebody sees among signals."""
        return sorted(
            quote.quote
            for one in self.board.find(self.office.acme.id, person.id, SignalFilter())
            for quote in one.quotes
        )

    def told(self, person: Person) -> str:
        """Return all that the app told somebody in messages of blocks."""
        return "\n".join(repr(message.blocks) for message in person.sees(person.dm))


@pytest.fixture
def house(
    make_office: Callable[..., Office], microsoft: FakeMicrosoft, door: Door, monkeypatch: pytest.MonkeyPatch
) -> House:
    monkeypatch.setenv("INLAID_PUBLIC_URL", door.url)
    office = make_office(**load_settings().model_dump(exclude_unset=True, exclude={"home"}))
    mail = MailOffice(microsoft, microsoft.person("bob@example.org"), office.store, office.settings, door.url)
    microsoft.app.redirect_uris.add(door.url + SIGNED_IN_PATH)
    door.app = FastAPI()
    door.app.include_router(graph_mail_router(mail.microsoft, lambda: None, mail.browsers))
    team = Team(mail)
    names = {"Ada": "ann@example.org", "Grace": "grace@example.org", "Bob": "bob@example.org", "Eve": "eve@example.org"}
    people = [office.acme.person(name, email=address) for name, address in names.items()]
    return House(office, Library(office), team, *people)


def test_whoever_is_in_both_has_both_scanned_and_is_told_what_was_found(house: House) -> None:
    house.connect()
    assert "#support" in house.says(house.ada, f"scan #support and {SHARED} every monday")
    (status,) = house.board.scans(house.office.acme.id, house.ada.id)
    assert (status.scan.title, status.scan.schedule) == (f"#support, {SHARED}", "monday 08:00")
    house.runs(status.scan)
    assert house.sees(house.ada) == [PUMP, BOILER]
    told = house.told(house.ada)
    assert "2 new" in told
    assert "pump leaks" in told
    assert "boiler" in told
    for other in (house.grace, house.bob, house.eve):
        assert house.sees(other) == []
        assert "pump" not in house.told(other)
        assert "boiler" not in house.told(other)


def test_of_a_scan_that_is_shared_everybody_sees_what_they_may_read(house: House) -> None:
    house.connect()
    house.bob.opens_home()  # so the app learns his address, by which he shares the mailbox
    house.says(house.ada, f"scan #support and {SHARED} every monday")
    (status,) = house.board.scans(house.office.acme.id, house.ada.id)
    with house.office.store.database.write() as connection:
        connection.exec_driver_sql("UPDATE signal_scan SET is_shared = 1")
    house.runs(house.board.scanner.scans.get(status.scan.id).scan)
    found = [house.sees(one) for one in (house.ada, house.grace, house.bob, house.eve)]
    assert found == [[PUMP, BOILER], [PUMP], [BOILER], []]


@pytest.mark.parametrize("name", ["grace", "bob", "eve"])
def test_nobody_has_scanned_what_they_are_no_member_of(house: House, name: str) -> None:
    house.connect()
    person = {"grace": house.grace, "bob": house.bob, "eve": house.eve}[name]
    said = house.says(person, f"scan #support and {SHARED} every monday")
    missing = SHARED if name == "grace" else "#support"
    assert f"no source called {missing}" in said
    offered = {"grace": "#support.", "bob": f"{SHARED}.", "eve": "none yet."}[name]
    assert f"Choose from these: {offered}" in said


def test_whom_slack_calls_a_guest_adds_no_scan(house: House) -> None:
    house.connect()
    guest = house.office.acme.person("Gil Guest", email="ann@example.org", is_restricted=True)
    assert "full members" in house.says(guest, "scan every monday")
    assert house.board.scans(house.office.acme.id, guest.id) == []
