"""A group of Entra whose members' mailboxes are connected: who comes, who goes, and what must not look like going."""

from collections.abc import Callable

import pytest

from core.errors import InlaidError, InputError, NotFoundError
from core.store.records import RecordStore
from integrations.graph.errors import ConsentError
from integrations.mail.accounts.groups import group_mailboxes, keep_groups_up
from integrations.mail.accounts.mailboxes import change_preferences, find_mailbox, remove_mailbox
from integrations.mail.graph.accounts import INBOX
from integrations.mail.graph.groups import EVERY_SECONDS, GroupMailboxes, MailGroup, MailGroups
from integrations.mail.imap.accounts import Accounts, ImapAccount
from integrations.mail.mailbox.preferences import load_preferences
from tests.fakes.microsoft import Person
from tests.fakes.microsoft.faults import Refused
from tests.integrations.mail.graph.conftest import Office
from tests.integrations.mail.imap.mails import question

PERMISSIONS = {"Mail.Read", "Mail.ReadWrite", "GroupMember.Read.All", "User.ReadBasic.All"}


class Sales:
    """The group Sales as the directory has it, and our side."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.people = [office.fake.person(f"{name}@example.org", name.title()) for name in ("ann", "cas", "dee")]
        self.id = office.fake.group(*self.people, name="Sales, Berlin's")
        office.fake.app.application |= PERMISSIONS

    @property
    def records(self) -> RecordStore:
        return self.office.store.records

    @property
    def mailboxes(self) -> GroupMailboxes:
        return group_mailboxes(self.office.settings, self.records)

    @property
    def group(self) -> MailGroup:
        (found,) = MailGroups(self.records).list()
        return found

    @property
    def names(self) -> set[str]:
        return {one.name.partition("@")[0] for one in self.office.microsoft.accounts.list()}

    def add(self) -> MailGroup:
        return self.mailboxes.add("Sales, Berlin's", (INBOX,))

    def members(self, *people: Person) -> None:
        self.office.fake.groups[self.id] = {person.oid for person in people}

    def later(self) -> None:
        """Let the time go by after which the members are asked for again, and keep the group up."""
        status = MailGroups(self.records).status(self.group)
        MailGroups(self.records).save_status(self.group, type(status)(**{**vars(status), "kept_up_at": 0.0}))
        with self.office.store.database.write() as connection:
            connection.exec_driver_sql("DELETE FROM record WHERE kind = 'once'")
        keep_groups_up(self.office.settings, self.records)


@pytest.fixture
def sales(office: Office) -> Sales:
    return Sales(office)


@pytest.mark.parametrize("by_id", [False, True])
def test_all_members_are_connected_and_get_their_drafts(sales: Sales, by_id: bool) -> None:
    sales.mailboxes.add(sales.id if by_id else "Sales, Berlin's", (INBOX,))
    assert sales.names == {"ann", "cas", "dee"}
    box = sales.office.fake.mailbox(sales.people[1])
    box.receive(question("cas@example.org"))
    sales.office.beat()
    (job,) = sales.office.store.jobs.list(limit=9)
    assert (job.person, sales.office.placed(sales.office.run(job.id))) == ("cas@example.org", "placed")
    assert len(box.drafts) == 1
    assert len(sales.office.fake.subscriptions) == 3


def test_who_comes_is_connected_and_who_leaves_is_forgotten(sales: Sales) -> None:
    sales.add()
    ann, cas, _ = sales.people
    eve = sales.office.fake.person("eve@example.org")
    sales.members(ann, cas, eve)
    keep_groups_up(sales.office.settings, sales.records)
    assert sales.names == {"ann", "cas", "dee"}, f"asked for before {EVERY_SECONDS} s are over"
    sales.later()
    assert sales.names == {"ann", "cas", "eve"}
    assert MailGroups(sales.records).status(sales.group).members == 3


def test_whose_mailbox_was_removed_stays_away_until_they_leave_and_come_back(sales: Sales) -> None:
    sales.add()
    remove_mailbox(sales.office.settings, sales.records, find_mailbox(sales.records, "local", "cas@example.org"))
    sales.later()
    assert sales.names == {"ann", "dee"}
    assert sales.group.left_out == ("cas@example.org",)
    ann, cas, dee = sales.people
    sales.members(ann, dee)
    sales.later()
    sales.members(ann, cas, dee)
    sales.later()
    assert sales.names == {"ann", "cas", "dee"}


def test_a_mailbox_that_somebody_connected_themselves_is_not_the_groups(sales: Sales) -> None:
    sales.members(*sales.people, sales.office.bob)
    sales.office.connect()
    sales.add()
    assert sales.names == {"ann", "bob", "cas", "dee"}
    sales.members(*sales.people)
    sales.later()
    assert "bob" in sales.names
    assert sales.mailboxes.end(sales.group) == 3
    assert (sales.names, MailGroups(sales.records).list()) == ({"bob"}, [])


def by_imap(sales: Sales, user: str) -> Accounts:
    """Connect a member's mailbox by IMAP, as they would themselves."""
    accounts = Accounts(sales.records)
    accounts.save(ImapAccount("imap.example.org", 993, user, "secret", "tls", "ann"))
    return accounts


def test_what_somebody_connected_at_another_provider_is_not_connected_by_the_group_again(sales: Sales) -> None:
    imap = by_imap(sales, sales.people[0].address.title())
    sales.add()
    assert sales.names == {"cas", "dee"}
    sales.mailboxes.end(sales.group)
    assert len(imap.list()) == 1


@pytest.mark.parametrize("ends", [False, True])
def test_leaving_or_ending_a_group_forgets_its_mailbox_and_not_another_of_the_same_name(
    sales: Sales, ends: bool
) -> None:
    sales.add()
    ann, *others = sales.people
    imap = by_imap(sales, ann.address)
    change_preferences(sales.records, find_mailbox(sales.records, "local", ann.address, "imap"), follow_up_days=3)
    if ends:
        assert sales.mailboxes.end(sales.group) == 3
    else:
        sales.members(*others)
        sales.later()
    assert "ann" not in sales.names
    assert [one.name for one in imap.list()] == [ann.address]
    assert load_preferences(sales.records, "local", ann.address).follow_up_days == 3


def test_members_without_a_mailbox_are_counted_and_left_alone(sales: Sales) -> None:
    sales.people[2].has_mailbox = False
    sales.add()
    status = MailGroups(sales.records).status(sales.group)
    assert (status.members, status.without, sales.names) == (2, 1, {"ann", "cas"})


def test_a_large_group_is_read_page_by_page(sales: Sales) -> None:
    sales.members(*(sales.office.fake.person(f"p{number}@example.org") for number in range(1010)))
    sales.add()
    assert len(sales.names) == 1010
    assert len(sales.office.fake.ledger.find("GET */transitiveMembers*")) == 2


def gone(sales: Sales) -> None:
    sales.office.fake.groups.clear()


def forbidden(sales: Sales) -> None:
    sales.office.fake.app.application -= {"GroupMember.Read.All"}


def without_names(sales: Sales) -> None:
    sales.office.fake.app.application -= {"User.ReadBasic.All"}


def down(sales: Sales) -> None:
    sales.office.fake.faults.add("GET /v1.0/groups/*", Refused(503), times=99)


@pytest.mark.parametrize("happens", [gone, forbidden, without_names, down])
def test_while_a_group_cannot_be_read_nobody_is_taken_for_having_left(
    sales: Sales, happens: Callable[[Sales], None]
) -> None:
    sales.add()
    happens(sales)
    sales.office.fake.entra.tokens.issued = 0
    sales.office.microsoft.sign_in.of_app()(True)
    sales.later()
    assert sales.names == {"ann", "cas", "dee"}
    assert MailGroups(sales.records).status(sales.group).error
    sales.office.fake.faults.clear()


@pytest.mark.parametrize(
    ("happens", "kind"), [(gone, NotFoundError), (forbidden, ConsentError), (without_names, ConsentError)]
)
def test_what_an_administrator_has_to_do_is_said_before_anything_is_saved(
    sales: Sales, happens: Callable[[Sales], None], kind: type[InlaidError]
) -> None:
    happens(sales)
    with pytest.raises(kind) as caught:
        sales.add()
    assert caught.value.fix
    assert (sales.names, MailGroups(sales.records).list()) == (set(), [])


def test_a_name_of_two_groups_needs_the_id(sales: Sales) -> None:
    second = sales.office.fake.group(name="Sales, Berlin's")
    with pytest.raises(InputError, match="2 groups") as caught:
        sales.add()
    assert sales.id in caught.value.fix
    with pytest.raises(InputError, match="Nobody"):
        sales.mailboxes.add(second, (INBOX,))
