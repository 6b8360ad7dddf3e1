"""A mailbox that several people read by their own sign-ins: connected once, one draft a thread, and who sees it."""

import random
from concurrent.futures import ThreadPoolExecutor

import pytest

from core.errors import ConflictError, CredentialError, InputError
from core.people import load_people
from core.policies.enforcement import load_policies
from core.sources.facts import StandingFact, StandingFacts
from core.sources.readers import reader_of
from integrations.graph.tokens import KIND as TOKENS
from integrations.mail.accounts.mailboxes import mailbox_views
from integrations.mail.accounts.new_mail import mailbox_drafts
from integrations.mail.graph.accounts import ACCOUNT_KIND, GraphAccount
from integrations.mail.graph.connecting import GraphConnecting, Invitation
from integrations.mail.graph.shared import SharedMailboxes
from integrations.mail.mailbox.account import MailOwner
from integrations.mail.mailbox.pending_drafts import PendingDrafts
from integrations.mail.mailbox.triage_records import TriageRecords
from integrations.web.connections import leave_mailboxes
from tests.fakes.microsoft import AnswerLost, Person, Reset
from tests.fakes.microsoft.mailboxes import Mailbox
from tests.integrations.mail.graph.conftest import Office
from tests.integrations.mail.imap.mails import question

INFO = "info@example.org"


class Team:
    """The shared mailbox as its members have it."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.info = office.fake.person(INFO, "Info")
        self.people = [office.fake.person(f"{name}@example.org") for name in ("ann", "bob", "cas")]
        office.fake.share(self.info, *self.people)

    @property
    def box(self) -> Mailbox:
        return self.office.fake.mailbox(self.info)

    @property
    def account(self) -> GraphAccount:
        return self.office.microsoft.accounts.get("local", INFO)

    def joins(self, person: Person, address: str = INFO) -> str:
        """Connect the mailbox as one of them, and return what the page says."""
        invitation = Invitation(person.address, person.name)
        return person.signs_in(GraphConnecting(self.office.microsoft).invite_to_shared(invitation, address)).text

    def connect(self) -> None:
        for person in self.people:
            assert "is connected for" in self.joins(person)

    def answer_new(self) -> list[str]:
        """Read the mailbox as a worker does, write the drafts, and say what became of each."""
        self.office.beat()
        found = [self.office.run(job.id) for job in self.office.store.jobs.list(limit=50) if not job.has_ended]
        return [self.office.placed(job) for job in found]


@pytest.fixture
def team(office: Office) -> Team:
    return Team(office)


def test_a_mailbox_that_three_people_connect_is_one_with_one_draft_a_thread(team: Team) -> None:
    team.connect()
    assert [one.name for one in team.office.microsoft.accounts.list()] == [INFO]
    assert [member.person for member in team.account.members] == [person.address for person in team.people]
    team.box.receive(question(INFO))
    assert team.answer_new() == ["placed"]
    assert len(team.box.drafts) == 1
    assert all(not team.office.fake.mailbox(person).drafts for person in team.people)
    assert team.answer_new() == []


def test_only_what_shared_mail_needs_is_asked_for_and_nothing_is_subscribed(team: Team) -> None:
    team.connect()
    team.office.beat()
    assert team.people[0].consented == {"Mail.Read.Shared", "Mail.ReadWrite.Shared", "User.Read"}
    assert team.office.fake.subscriptions == []
    assert not team.office.fake.ledger.find("POST /v1.0/subscriptions")


def test_the_page_says_who_reads_it_too(team: Team) -> None:
    assert "read it too" not in team.joins(team.people[0])
    assert "1 more read it too" in team.joins(team.people[1])
    assert "1 more read it too" in team.joins(team.people[0])  # the same person once more
    assert len(team.account.members) == 2


def test_whoever_may_not_open_it_connects_nothing(team: Team) -> None:
    eve = team.office.fake.person("eve@example.org")
    page = team.joins(eve)
    assert "full access to it in Exchange" in page
    assert team.office.microsoft.accounts.list() == []
    team.connect()
    assert "full access to it in Exchange" in team.joins(eve)
    assert eve.address not in [member.person for member in team.account.members]


def test_when_one_sign_in_ends_the_mailbox_is_read_by_the_next(team: Team) -> None:
    team.connect()
    team.people[0].changes_password()
    team.office.fake.clock.advance(7200)
    team.box.receive(question(INFO))
    assert team.answer_new() == ["placed"]
    assert team.office.microsoft.accounts.status(team.account).error is None


def test_a_member_who_may_not_open_it_any_more_is_let_out_and_sees_nothing_of_it(team: Team) -> None:
    team.connect()
    ann, bob, cas = team.people
    team.office.fake.share(team.info, bob, cas)
    team.box.receive(question(INFO))
    assert team.answer_new() == ["placed"]
    assert [member.person for member in team.account.members] == [bob.address, cas.address]
    (view,) = mailbox_views(team.office.store.records)
    assert ("local", ann.address) not in view.readers


def test_one_who_is_refused_between_two_hours_is_let_out_at_the_first_refusal(team: Team) -> None:
    team.connect()
    team.office.beat()
    ann, bob, cas = team.people
    team.office.fake.share(team.info, bob, cas)
    team.box.receive(question(INFO))
    assert team.answer_new() == []
    assert [member.person for member in team.account.members] == [bob.address, cas.address]
    assert ann.address not in str(mailbox_views(team.office.store.records))
    assert team.answer_new() == ["placed"]


def test_a_draft_on_its_way_while_a_member_is_let_out_is_put_there_by_the_next_ones_sign_in(team: Team) -> None:
    team.connect()
    team.box.receive(question(INFO))
    team.office.beat()
    _, bob, cas = team.people
    team.office.fake.share(team.info, bob, cas)
    (job,) = team.office.store.jobs.list(limit=9)
    assert not team.office.run(job.id).has_ended
    assert [member.person for member in team.account.members] == [bob.address, cas.address]
    assert team.office.placed(team.office.run(job.id)) == "placed"
    assert len(team.box.drafts) == 1


def test_through_lost_answers_and_members_who_leave_each_thread_has_one_draft(team: Team) -> None:
    team.connect()
    for number in range(4):
        team.box.receive(question(INFO, number=number).replace(b": Lunch", b": Lunch %d" % number))
    team.office.beat()
    team.office.fake.share(team.info, *team.people[1:])
    chance, office = random.Random(5), team.office
    with ThreadPoolExecutor(4) as workers:
        for _ in range(30):
            still = [job.id for job in office.store.jobs.list(limit=50) if not job.has_ended]
            if not still:
                break
            office.fake.faults.add("* /v1.0/users/*", AnswerLost(), times=2, after=chance.randrange(20))
            office.fake.faults.add("* /v1.0/users/*", Reset(), times=1, after=chance.randrange(20))
            with office.store.database.write() as connection:
                connection.exec_driver_sql("UPDATE job SET delivery_attempts = 0")
                connection.exec_driver_sql("DELETE FROM record WHERE kind LIKE 'mail%rest'")
            list(workers.map(office.run, chance.sample(still * 2, len(still) * 2)))
    written = sorted(draft.subject for draft in team.box.drafts)
    assert written == [f"RE: Lunch {number}" for number in range(4)]
    assert all(not office.fake.mailbox(person).drafts for person in team.people)
    assert office.fake.ledger.sends == []


def test_one_whose_sign_in_is_not_the_one_in_use_is_let_out_within_the_hour(team: Team) -> None:
    team.connect()
    ann, bob, _ = team.people
    team.office.beat()
    team.office.fake.share(team.info, ann, bob)
    with team.office.store.database.write() as connection:
        connection.exec_driver_sql("DELETE FROM record WHERE kind = 'once'")  # the hour is over
    team.office.beat()
    assert [member.person for member in team.account.members] == [ann.address, bob.address]


def test_the_last_member_is_not_let_out_and_the_trouble_is_said(team: Team) -> None:
    team.joins(team.people[0])
    team.office.fake.share(team.info)
    team.office.beat()
    (view,) = mailbox_views(team.office.store.records)
    assert view.state == "error"
    assert len(team.account.members) == 1


def test_leaving_takes_one_member_out_and_the_mailbox_with_the_last(team: Team) -> None:
    team.connect()
    records = team.office.store.records
    for left, person in zip((2, 1), team.people, strict=False):
        assert leave_mailboxes(team.office.settings, records, [("local", person.address)]) == 1
        assert len(team.account.members) == left
        assert len(records.list(TOKENS)) == left
    leave_mailboxes(team.office.settings, records, [("local", team.people[2].address)])
    assert team.office.microsoft.accounts.list() == []
    assert records.list(TOKENS) == []


def test_sign_ins_are_kept_as_long_as_another_shared_mailbox_is_read_with_them(team: Team) -> None:
    sales = team.office.fake.person("sales@example.org")
    ann = team.people[0]
    team.office.fake.share(sales, ann)
    team.joins(ann)
    connecting = GraphConnecting(team.office.microsoft)
    assert "is connected" in ann.signs_in(connecting.invite_to_shared(Invitation(ann.address), sales.address)).text
    SharedMailboxes(team.office.microsoft).forget_tokens(team.account)
    assert len(team.office.store.records.list(TOKENS)) == 1


def test_a_mailbox_that_the_app_reads_already_is_not_connected_a_second_time(team: Team) -> None:
    team.office.fake.app.application |= {"Mail.Read", "Mail.ReadWrite"}
    connecting = GraphConnecting(team.office.microsoft)
    connecting.save(connecting.test(GraphAccount(INFO, INFO)))
    assert "is connected" in team.joins(team.people[0])
    assert team.office.microsoft.accounts.get("local", INFO).members == ()


def test_the_same_mailbox_is_not_connected_twice_in_two_ways(office: Office) -> None:
    office.connect()
    office.fake.app.application |= {"Mail.Read", "Mail.ReadWrite"}
    for other in ("local", "another"):
        with pytest.raises(ConflictError, match="is connected"):
            GraphConnecting(office.microsoft).test(GraphAccount("BOB@example.org", "bob@example.org", workspace=other))


def test_a_member_who_joins_while_folders_are_looked_up_stays(team: Team) -> None:
    ann, bob, _ = team.people
    team.joins(ann)
    before = team.account
    team.joins(bob)
    chosen = SharedMailboxes(team.office.microsoft).choose(before, ("inbox", "projects"), ("Projects",))
    assert chosen == team.account
    assert [member.person for member in team.account.members] == [ann.address, bob.address]
    assert team.account.chosen == ("Projects",)


def test_what_several_people_write_is_not_learnt_from(team: Team) -> None:
    team.connect()
    (view,) = mailbox_views(team.office.store.records)
    from integrations.mail.accounts.mailboxes import change_preferences

    with pytest.raises(InputError, match="several people"):
        change_preferences(team.office.store.records, view, learns_voice=True)


def test_what_is_no_address_is_refused(team: Team) -> None:
    for wrong in ("", "info", "a@x.example, b@x.example"):
        with pytest.raises(InputError, match="no address"):
            GraphConnecting(team.office.microsoft).invite_to_shared(Invitation("ann"), wrong)


def test_the_tokens_of_a_whole_tenant_that_end_are_said_once_for_each_and_asked_for_no_more(office: Office) -> None:
    people = [office.fake.person(f"p{number}@example.org") for number in range(12)]
    connecting = GraphConnecting(office.microsoft)
    for person in people:
        assert "is connected" in person.signs_in(connecting.invite(Invitation(person.address))).text
    for person in people:
        person.changes_password()
    office.fake.clock.advance(7200)
    office.beat()
    views = mailbox_views(office.store.records)
    assert {view.state for view in views} == {"error"}
    assert {view.error and view.error["code"] for view in views} == {CredentialError.code}
    office.fake.ledger.clear()
    office.beat()
    assert office.fake.ledger.find("*") == []
    people[0].trouble = None
    assert "is connected" in people[0].signs_in(connecting.invite(Invitation(people[0].address))).text
    office.fake.mailbox(people[0]).receive(question(people[0].address))
    office.beat()
    states = [view.state for view in mailbox_views(office.store.records)]
    assert (states.count("ok"), states.count("error")) == (1, 11)


def test_a_shared_mailbox_takes_on_nothing_of_a_person_of_its_address(team: Team) -> None:
    records, settings = team.office.store.records, team.office.settings
    people = load_people(settings, records)
    facts = StandingFacts(records, people, load_policies(settings, records, people))
    facts.put(facts.identity("local", INFO), StandingFact("lunch", "Lunch with Bob is on Friday."))
    team.connect()
    team.box.receive(question(INFO))
    assert team.answer_new() == ["placed"]
    (job,) = team.office.store.jobs.list(limit=9)
    assert (job.workspace, job.person) == ("local", f"shared:{INFO}")
    assert len(facts.known_to("local", INFO)) == 1
    assert list(facts.known_to(job.workspace, job.person)) == []
    assert people.addresses(job.workspace, job.person) == []
    assert not people.is_same(("local", INFO), (job.workspace, job.person))
    principals = reader_of(people, records, job.workspace, job.person).principals
    assert [principal for principal in principals if INFO in principal] == [f"person:local/shared:{INFO}"]
    assert not load_policies(settings, records, people).may_learn(job.workspace, job.person)
    assert mailbox_drafts(records, settings).find(MailOwner("local", INFO)) is None


def test_what_an_earlier_version_stored_of_a_shared_mailbox_is_read_and_forgotten(team: Team) -> None:
    team.connect()
    team.box.receive(question(INFO))
    assert team.answer_new() == ["placed"]
    records = team.office.store.records
    earlier = {**records.list(ACCOUNT_KIND)[0].data, "person": INFO}
    records.put(ACCOUNT_KIND, "local", INFO, earlier, person=INFO)
    with team.office.store.database.write() as connection:
        connection.exec_driver_sql("UPDATE record SET person = substr(person, 8) WHERE person LIKE 'shared:%'")
    assert team.account.person == f"shared:{INFO}"
    assert len(TriageRecords(records, team.account).newest()) == len(PendingDrafts(records, team.account).list()) == 1
    assert team.answer_new() == []
    team.office.microsoft.accounts.remove(team.account)
    with team.office.store.database.read() as connection:
        left = connection.exec_driver_sql("SELECT kind FROM record WHERE person LIKE '%info@example.org'").all()
    assert {kind for (kind,) in left} <= {"mailbox_rest"}


@pytest.mark.parametrize("first", [INFO, "office@example.org"])
def test_a_mailbox_that_is_entered_by_an_alias_is_connected_once(team: Team, first: str) -> None:
    alias = "office@example.org"
    team.info.proxy_addresses = (f"SMTP:{INFO}", f"smtp:{alias}")
    ann, bob, _ = team.people
    for person, address in ((ann, first), (bob, ({INFO, alias} - {first}).pop())):
        person.consented.add("User.ReadBasic.All")
        assert f"{INFO} is connected" in team.joins(person, address)
    assert [one.name for one in team.office.microsoft.accounts.list()] == [INFO]
    assert (team.account.person, team.account.aliases) == (f"shared:{INFO}", (alias,))
    assert [member.person for member in team.account.members] == [ann.address, bob.address]


def test_the_alias_of_a_mailbox_that_somebody_has_connected_as_theirs_is_not_free(team: Team) -> None:
    office, alias = team.office, "robert@example.org"
    office.bob.proxy_addresses = (f"SMTP:{office.bob.address}", f"smtp:{alias}")
    office.connect()
    office.fake.share(office.bob, team.people[0])
    assert "is connected by somebody else" in team.joins(team.people[0], alias)
    assert [one.name for one in office.microsoft.accounts.list()] == [office.bob.address]
