"""A shared mailbox as a source: those who share it find what stands there, from joining it to leaving it."""

from dataclasses import dataclass
from typing import Any

import pytest

from core.errors import NotFoundError, OutageError
from core.signals.model import SignalFilter
from core.sources.management import SourceManager, SourceUser
from core.sources.model import ItemChange, Source
from core.sources.readers import reader_of
from core.sources.search import Sources
from core.sources.sync import Sync
from integrations.mail.accounts.folder_source import MailboxConnector
from integrations.mail.accounts.mailboxes import mailbox_views, remove_mailbox
from integrations.mail.graph.shared import SharedMailboxes
from integrations.mail.mailbox.source_readers import tell_members
from integrations.registry import read_file
from tests.core.signals.scanned import add_scan, board_of, scanned
from tests.core.sources.killing import read_killed
from tests.fakes.microsoft import Person
from tests.integrations.mail.accounts.test_folder_source import sources_of
from tests.integrations.mail.graph.conftest import Office
from tests.integrations.mail.graph.test_shared import INFO, Team
from tests.integrations.mail.imap.mails import question

ASKED = "RISK: The boiler in the north wing may fail soon."


@dataclass
class Desk:
    """The shared mailbox of a team, and the sources of the installation."""

    team: Team
    sources: Sources
    connector: MailboxConnector

    @property
    def manager(self) -> SourceManager:
        return SourceManager(self.sources, lambda _name: self.connector)

    def add(self, person: str, name: str = INFO) -> Source:
        options: dict[str, Any] = {"mailbox": name, "folders": "Inbox"}
        return self.manager.add(Source("", "local", person, "mailbox", "", options, every_seconds=3600))[0].source

    def read(self, source: Source) -> None:
        sync = Sync(
            self.sources.store, self.sources.items, self.sources.indexer, lambda _name: self.connector, read_file
        )
        while (done := sync.work(source.id)) and done.more:
            pass
        assert done
        assert done.error is None

    def finds(self, person: Person | str) -> bool:
        name = person if isinstance(person, str) else person.address
        return bool(self.sources.find([self.sources.reader_of("local", name)], "boiler north wing"))

    def lets_out(self, person: Person) -> None:
        """Have somebody leave the mailbox by themselves."""
        assert SharedMailboxes(self.team.office.microsoft).leave(self.team.account, [("local", person.address)])


@pytest.fixture
def desk(office: Office) -> Desk:
    team = Team(office)
    team.connect()
    team.box.receive(question(INFO, body=ASKED))
    return Desk(team, sources_of(office.store), MailboxConnector(office.store.records, office.settings))


def test_all_who_share_a_mailbox_find_what_stands_there_and_nobody_else(desk: Desk) -> None:
    ann, bob, cas = desk.team.people
    source = desk.add(ann.address)
    desk.read(source)
    assert (source.title, source.options["rights"]) == (f"Mail of {INFO}", "the members of the mailbox")
    assert source.person == f"shared:{INFO}"
    assert [desk.finds(one) for one in (ann, bob, cas)] == [True] * 3
    assert [desk.finds(name) for name in ("eve@example.org", INFO, "", "shared:other@example.org")] == [False] * 4


def test_only_those_who_share_it_add_it_and_it_is_one_source(desk: Desk) -> None:
    ann, bob, _ = desk.team.people
    with pytest.raises(NotFoundError, match="no mailbox"):
        desk.add("eve@example.org")
    assert desk.add(ann.address).id == desk.add(bob.address).id
    assert len(desk.manager.listed()) == 1


def test_whoever_has_it_added_on_the_server_does_not_read_it_for_that(desk: Desk) -> None:
    operator = desk.team.office.settings.local_person
    desk.read(desk.add(operator))
    assert desk.finds(desk.team.people[0])
    assert not desk.finds(operator)


def test_one_who_is_let_out_finds_nothing_from_that_moment_on(desk: Desk) -> None:
    ann, bob, cas = desk.team.people
    source = desk.add(ann.address)
    desk.read(source)
    desk.lets_out(bob)
    assert [desk.finds(one) for one in (ann, bob, cas)] == [True, False, True]
    desk.read(source)
    assert [desk.finds(one) for one in (ann, bob, cas)] == [True, False, True]


def test_whom_exchange_refuses_finds_nothing_once_that_is_seen(desk: Desk) -> None:
    ann, bob, cas = desk.team.people
    desk.read(desk.add(ann.address))
    desk.team.office.fake.share(desk.team.info, bob, cas)
    desk.team.office.beat()
    assert [desk.finds(one) for one in (ann, bob, cas)] == [False, True, True]


def test_one_who_joins_later_finds_it_at_once(desk: Desk) -> None:
    dan = desk.team.office.fake.person("dan@example.org")
    desk.read(desk.add(desk.team.people[0].address))
    assert not desk.finds(dan)
    desk.team.office.fake.share(desk.team.info, *desk.team.people, dan)
    desk.team.joins(dan)
    assert desk.finds(dan)


def test_a_reading_tells_who_shares_it_again_whatever_was_stored(desk: Desk) -> None:
    ann, bob, _ = desk.team.people
    source = desk.add(ann.address)
    desk.read(source)
    before = desk.team.account
    desk.lets_out(bob)
    # What a reading that had begun before stores at its end, too late.
    tell_members(desk.team.office.store.records, before, 86_400.0)
    assert desk.finds(bob)
    desk.read(source)
    assert not desk.finds(bob)


def test_its_own_drafts_may_rest_on_it_and_those_of_another_shared_mailbox_not(desk: Desk) -> None:
    desk.read(desk.add(desk.team.people[0].address))
    assert desk.finds(f"shared:{INFO}")
    office = desk.team.office
    found = reader_of(desk.sources.people, office.store.records, "local", f"shared:{INFO}").principals
    assert [one for one in found if INFO in one] == [f"person:local/shared:{INFO}"]


def test_who_shares_a_mailbox_that_cannot_be_asked_any_more_finds_nothing_after_a_day(desk: Desk) -> None:
    ann, store = desk.team.people[0], desk.team.office.store
    source = desk.add(ann.address)
    desk.read(source)
    assert desk.finds(ann)
    with store.database.write() as connection:
        connection.exec_driver_sql("UPDATE access_list SET believed_until = believed_until - 86400")
    assert not desk.finds(ann)
    desk.read(source)
    assert desk.finds(ann)


def test_it_is_read_so_often_that_rights_do_not_run_out(desk: Desk) -> None:
    options: dict[str, Any] = {"mailbox": INFO, "folders": "Inbox"}
    wanted = Source("", "local", desk.team.people[0].address, "mailbox", "", options, every_seconds=0)
    assert desk.manager.add(wanted)[0].source.every_seconds == 43_200


def test_a_member_has_it_scanned_and_sees_nothing_of_that_once_let_out(desk: Desk) -> None:
    _, bob, cas = desk.team.people
    source, store = desk.add(cas.address), desk.team.office.store
    desk.read(source)
    scan = add_scan(store, source, person=bob.address, is_shared=True)
    assert scanned(store, scan) == 1
    board = board_of(store)
    for member in (bob, cas):
        assert [signal.count for signal in board.find("local", member.address, SignalFilter())] == [1]
    assert board.find("local", "eve@example.org", SignalFilter()) == []
    desk.lets_out(bob)
    assert board.find("local", bob.address, SignalFilter()) == []
    assert len(board.find("local", cas.address, SignalFilter())) == 1
    with pytest.raises(NotFoundError):
        add_scan(store, source, person=bob.address)


def test_a_mailbox_that_is_disconnected_is_no_source_any_more(desk: Desk) -> None:
    source = desk.add(desk.team.people[0].address)
    desk.read(source)
    (view,) = mailbox_views(desk.team.office.store.records)
    remove_mailbox(desk.team.office.settings, desk.team.office.store.records, view)
    assert not any(desk.finds(person) for person in desk.team.people)


def test_who_is_let_out_while_a_page_is_read_does_not_come_back_with_it(desk: Desk) -> None:
    ann, bob, _ = desk.team.people
    source = desk.add(ann.address)

    class Slow(MailboxConnector):
        """Somebody leaves once the page is there."""

        def _changes(self, *told: Any) -> list[ItemChange]:
            if bob.address in str(desk.team.account.members):
                desk.lets_out(bob)
            return super()._changes(*told)

    desk.connector = Slow(desk.team.office.store.records, desk.team.office.settings)
    desk.read(source)
    assert [desk.finds(one) for one in (ann, bob)] == [True, False]


def user_of(person: Person | str) -> SourceUser:
    name = person if isinstance(person, str) else person.address
    return SourceUser("local", name, frozenset({("local", name)}))


def test_members_look_after_it_before_it_was_read_and_when_it_was_not_for_long(desk: Desk) -> None:
    _, bob, cas = desk.team.people
    source, store = desk.add(bob.address), desk.team.office.store
    assert desk.manager.managed(user_of(cas), source.id)
    assert [one.source.id for one in desk.manager.seen(user_of(cas))] == [source.id]
    desk.read(source)
    with store.database.write() as connection:
        connection.exec_driver_sql("UPDATE access_list SET believed_until = believed_until - 86400")
    assert not desk.finds(cas)
    assert [one.source.id for one in desk.manager.seen(user_of(cas))] == [source.id]
    desk.manager.pause(desk.manager.managed(user_of(cas), source.id))
    assert desk.manager.seen(user_of("eve@example.org")) == []


def test_members_see_how_much_it_holds_and_what_is_wrong_with_it(desk: Desk) -> None:
    source = desk.add(desk.team.people[0].address)
    desk.read(source)
    lease = desk.sources.store.claim(source.id, lease_seconds=60)
    assert lease
    desk.sources.store.release(lease, wait_seconds=60, error=OutageError("It does not answer.", fix="Wait."))
    (shown,) = desk.manager.seen(user_of(desk.team.people[1]))
    assert (shown.items, shown.error and shown.error["message"]) == (1, "It does not answer.")


def test_members_look_after_it_as_long_as_they_share_it(desk: Desk) -> None:
    ann, bob, _ = desk.team.people
    source = desk.add(ann.address)
    desk.read(source)

    desk.manager.pause(desk.manager.managed(user_of(bob.address), source.id))
    assert desk.manager.managed(user_of(ann.address), source.id).source.state == "paused"
    desk.lets_out(bob)
    for other in (bob.address, "eve@example.org"):
        with pytest.raises(NotFoundError):
            desk.manager.managed(user_of(other), source.id)


def test_a_reading_of_a_mailbox_that_is_killed_anywhere_comes_to_the_same_end(desk: Desk) -> None:
    asked = [f"Is room {number} free on Monday?" for number in range(12)]
    for number, text in enumerate(asked):
        desk.team.box.receive(question(INFO, body=text, number=number + 2))
    source = desk.add(desk.team.people[0].address)
    done = read_killed(desk.sources, desk.connector, source, kills=10)
    assert done.error is None
    assert not desk.sources.store.get(source.id).errors
    items = desk.sources.items.page(source, limit=100)
    told = [passage.text for item in items for passage in desk.sources.reader.all_of(source.workspace, item.id)]
    assert len(items) == len(told) == len(asked) + 1
    assert [sum(text in one for one in told) for text in [*asked, ASKED]] == [1] * len(items)
