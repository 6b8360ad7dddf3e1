"""A digest in Slack and in a mailbox: once, however often a worker is killed, and only to who may read it."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from core.job import Job
from core.signals.board import load_board
from core.signals.model import DigestWish, Scan, ScanStatus
from core.sources.model import EVERYBODY, AccessList, Source, person_principal
from integrations.signals.digest import _NOT_ALL, _NOT_THERE, DigestSurface
from integrations.slack.delivery.digest import slack_digests
from tests.core.signals.scanned import ran
from tests.core.sources.making import fill, item_store, lease_of, source_store, written
from tests.fakes.slack.fixture import slack as slack
from tests.integrations.slack.conftest import Office
from tests.integrations.slack.conftest import make_office as make_office
from tests.integrations.slack.conftest import office as office
from tests.integrations.slack.delivery.test_answer import DyingEffects, Killed

BOILER = "RISK: The boiler in the north wing may fail soon."
COFFEE = "IDEA: We could sell coffee at the reception."


@dataclass
class Desk:
    """The office of Slack, a mailbox that takes drafts, and a scan of Ada's."""

    office: Office
    source: Source
    drafts: dict[str, tuple[str, str]] = field(default_factory=dict)
    puts: int = 0

    def is_connected(self, _workspace: str, _person: str, _address: str) -> bool:
        return True

    def put_draft(
        self,
        _workspace: str,
        _person: str,
        _address: str,
        *,
        subject: str,
        text: str,
        key: str,
        to: tuple[str, str] | None = None,
    ) -> str:
        self.puts += 1
        self.drafts[key] = (subject, text)
        return ""

    def scan(self, wish: DigestWish) -> Scan:
        board = load_board(self.office.settings, self.office.store.records, self.office.store.jobs)
        owner = self.source.workspace, self.source.person
        return board.add(Scan("", *owner, "Weekly", (self.source.id,), schedule="monday 08:00", digest=wish))

    def scans(self) -> Sequence[ScanStatus]:
        """Return the scans that the owner sees."""
        board = load_board(self.office.settings, self.office.store.records, self.office.store.jobs)
        return board.scans(self.source.workspace, self.source.person)

    def add(self, key: str, text: str, access: str = "all") -> None:
        ada, grace = (person_principal(self.source.workspace, one.id) for one in (self.office.ada, self.office.grace))
        lists = [AccessList("all", frozenset({EVERYBODY, ada, grace})), AccessList("own", frozenset({ada}))]
        fill(self.office.store, self.source, [written(key, text, access=access)], lists)

    def run(self, scan: Scan) -> list[Job]:
        """Have a run come to its end and its digest be delivered."""
        ran(self.office.store, scan)
        return self.office.work()

    def told(self, *, channel: bool = False) -> list[str]:
        """Return what Ada sees of digests, in the channel or in her messages with the app."""
        place = self.office.general if channel else self.office.ada.dm
        return [repr(message.blocks) for message in self.office.ada.sees(place) if "Weekly" in repr(message.blocks)]


@pytest.fixture
def desk(office: Office) -> Desk:
    source = source_store(office.store).add(Source("", office.acme.id, office.ada.id, "folder", "Minutes"))
    made = Desk(office, source)
    office.surface = DigestSurface(slack_digests, lambda _records, _settings: made)  # type: ignore[assignment]
    # She has used the app before.
    office.ada.writes("hello", office.ada.dm)
    office.work()
    return made


def test_the_owner_gets_what_is_new_and_what_has_grown(desk: Desk) -> None:
    desk.add("minutes", BOILER)
    desk.add("memo", COFFEE)
    scan = desk.scan(DigestWish(slack=True, mail=True))
    *_, job = desk.run(scan)
    assert job.state == "delivered"
    (told,) = desk.told()
    assert "2 new" in told
    assert "may fail soon" in told
    assert "Minutes" in told
    ((subject, text),) = desk.drafts.values()
    assert subject == "Weekly: 2 new"
    assert "“RISK: The boiler in the north wing may fail soon.”" in text
    # Nothing of the words is kept with the job.
    assert "boiler" not in repr(desk.office.store.jobs.get(job.id))

    desk.add("again", BOILER)
    desk.run(scan)
    assert "1 grown, 1 without news since" in desk.told()[-1]
    desk.run(scan)
    assert "nothing new since" in desk.told()[-1]
    assert len(desk.told()) == 3
    office = desk.office
    office.ada.click(office.last(office.ada, office.ada.dm), "stop_scan")
    assert [status.scan.is_active for status in desk.scans()] == [False]


def test_nothing_new_is_no_message_when_only_news_is_wanted(desk: Desk) -> None:
    desk.add("minutes", BOILER)
    scan = desk.scan(DigestWish(slack=True, mail=True, only_news=True))
    desk.run(scan)
    desk.run(scan)
    assert len(desk.told()) == len(desk.drafts) == 1


@pytest.mark.parametrize(
    "at",
    [
        "after intending answer:1",
        "before confirming answer:1",
        "after intending digest_mail",
        "before confirming digest_mail",
    ],
)
def test_a_worker_that_is_killed_tells_it_once(desk: Desk, at: str) -> None:
    office = desk.office
    desk.add("minutes", BOILER)
    ran(office.store, desk.scan(DigestWish(slack=True, mail=True)))
    (job_id,) = office.queued[-1:]
    office.dying = DyingEffects(office.store.effects, at)
    with pytest.raises(Killed):
        office.work()
    office.dying = None
    with office.store.database.write() as connection:
        connection.exec_driver_sql("UPDATE job SET lease_until = 0")
    office.go_on(job_id)
    office.work()
    assert office.store.jobs.get(job_id).state == "delivered"
    assert len(desk.told()) == 1
    assert len(desk.drafts) == 1


def test_a_channel_gets_what_all_of_its_members_may_read(desk: Desk) -> None:
    desk.add("minutes", BOILER)
    scan = desk.scan(DigestWish(slack=True, channel=desk.office.general.id))
    desk.run(scan)
    assert len(desk.told(channel=True)) == 1
    assert desk.told() == []
    desk.add("secret", COFFEE, access="own")
    desk.run(scan)
    assert len(desk.told(channel=True)) == 1
    assert "coffee" not in repr(desk.told(channel=True))
    (private,) = desk.told()
    assert _NOT_ALL in private
    assert "coffee" in private


def test_a_channel_that_the_owner_has_left_gets_nothing(desk: Desk) -> None:
    office = desk.office
    desk.add("minutes", BOILER)
    elsewhere = office.acme.channel("elsewhere", office.grace)
    desk.run(desk.scan(DigestWish(slack=True, channel=elsewhere.id)))
    assert _NOT_THERE in desk.told()[0]
    assert [message for message in office.grace.sees(elsewhere) if "Weekly" in repr(message.blocks)] == []


def test_a_right_that_is_withdrawn_before_it_is_told_is_withdrawn(desk: Desk) -> None:
    desk.add("minutes", BOILER, access="own")
    scan = desk.scan(DigestWish(slack=True, mail=True))
    ran(desk.office.store, scan)
    gone = AccessList("own", frozenset({person_principal(desk.source.workspace, desk.office.grace.id)}))
    item_store(desk.office.store).write(lease_of(desk.office.store, desk.source), [], [gone])
    desk.office.work()
    assert "boiler" not in repr(desk.told()).casefold()
    assert "nothing new" in desk.told()[0]
    assert "boiler" not in repr(desk.drafts).casefold()
