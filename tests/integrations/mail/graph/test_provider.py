"""Reading the folders: what is new, where it goes on, what Microsoft has forgotten, and mails of every kind."""

import pytest

from core.errors import CredentialError, ForbiddenError, InlaidError, NotFoundError
from integrations.graph.client import segment
from integrations.mail.graph.accounts import GraphAccount
from integrations.mail.mailbox.preferences import Preferences, save_preferences
from tests.fakes.microsoft import Refused, Reset
from tests.integrations.mail.graph.conftest import ADDRESS, Office
from tests.integrations.mail.imap.mails import bounce, newsletter, question


def test_of_three_mails_one_needs_an_answer_and_each_has_its_reason(connected: Office) -> None:
    connected.box.receive(question(ADDRESS))
    connected.box.receive(newsletter(ADDRESS))
    connected.box.receive(bounce(ADDRESS))
    judged = connected.sync()
    assert [record.decision["needs_reply"] for record in judged] == [True, False, False]
    assert all(record.decision["reason"] for record in judged)
    assert connected.sync() == []


def test_mail_from_before_is_left_alone_when_a_mailbox_is_connected(office: Office) -> None:
    office.box.receive(question(ADDRESS, number=1))
    office.fake.clock.advance(2 * 24 * 3600)
    office.box.receive(question(ADDRESS, number=2))
    office.fake.clock.advance(-2 * 24 * 3600)
    office.box.messages[1].created_at -= 2 * 24 * 3600
    office.connect()
    assert [record.message_id for record in office.sync()] == ["<question2@example.com>"]


def test_a_round_that_broke_off_goes_on_where_it_was(connected: Office) -> None:
    for number in range(1, 61):
        connected.box.receive(newsletter(ADDRESS).replace(b"question90", b"news%d" % number))
    connected.fake.faults.add("GET */delta", Reset(), times=4, after=1)
    with pytest.raises(InlaidError):
        connected.sync()
    assert connected.microsoft.accounts.status(connected.account).error
    done = len(connected.decided())
    assert 0 < done < 60
    assert len(connected.sync()) == 60 - done


def test_without_a_public_address_the_folders_are_read_each_minute(office: Office) -> None:
    office.connect()
    office.settings = office.settings.model_copy(update={"public_url": ""})
    office.beat()
    office.box.receive(question(ADDRESS))
    office.beat()
    assert office.fake.subscriptions == []
    assert len(office.decided()) == 1


def test_a_mail_that_has_been_answered_gets_no_draft(connected: Office) -> None:
    source = connected.box.receive(question(ADDRESS))
    connected.box.has_answered(source)
    (judged,) = connected.sync()
    assert judged.decision["rule"] == "answered"


@pytest.mark.parametrize("mark", ["flagged", "Inlaid"])
def test_a_mail_that_its_owner_marks_gets_a_draft_whatever_it_is(connected: Office, mark: str) -> None:
    save_preferences(connected.store.records, "local", ADDRESS, Preferences(on_request=mark), person="bob")
    source = connected.box.receive(newsletter(ADDRESS))
    (first,) = connected.sync()
    assert not first.job
    source.is_flagged = True
    source.categories = ["Inlaid"]
    connected.beat()
    (judged,) = connected.decided()
    assert connected.run(judged.job).state == "delivered"
    connected.box.discards(connected.drafts[0])
    connected.beat()
    assert (connected.decided(), connected.drafts) == ([judged], [])


def test_no_more_drafts_in_a_day_than_its_owner_wants(connected: Office) -> None:
    save_preferences(connected.store.records, "local", ADDRESS, Preferences(drafts_per_day=2), person="bob")
    for number in range(1, 5):
        connected.box.receive(question(ADDRESS, number=number))
    assert [bool(record.job) for record in connected.sync()] == [True, True, False, False]


def test_a_draft_in_the_folder_is_no_mail(connected: Office) -> None:
    source = connected.box.receive(newsletter(ADDRESS))
    connected.sync()
    connected.box.move(connected.box.begins_reply(source), "inbox")
    assert connected.sync() == []


def test_a_mail_that_cannot_be_read_does_not_hold_up_the_next(connected: Office) -> None:
    broken = connected.box.receive(newsletter(ADDRESS))
    broken.mime = b"\xd0\xcf\x11\xe0 no mail"
    connected.box.receive(question(ADDRESS))
    assert "unreadable" in [record.decision["rule"] for record in connected.sync()]
    assert len(connected.decided()) == 2


def test_a_mail_that_graph_refuses_is_noted_and_does_not_hold_up_the_next(connected: Office) -> None:
    refused = connected.box.receive(question(ADDRESS, number=1))
    connected.box.receive(question(ADDRESS, number=2))
    fault = Refused(400, "ErrorInternalServerError")
    connected.fake.faults.add(f"GET */messages/{segment(refused.immutable_id)}", fault, times=9)
    by_job = {bool(record.job): record.decision["rule"] for record in connected.sync()}
    assert set(by_job) == {False, True}
    assert by_job[False] == "unreadable"


def test_access_that_was_taken_away_is_shown_and_no_mail_is_given_up(office: Office) -> None:
    office.fake.app.application |= {"Mail.Read", "Mail.ReadWrite"}
    office.microsoft.accounts.save(GraphAccount(address=ADDRESS, person="bob"))
    office.box.receive(question(ADDRESS))
    office.fake.reach = set()
    with pytest.raises(ForbiddenError):
        office.sync()
    assert office.microsoft.accounts.status(office.account).error
    office.fake.reach = None
    assert len(office.sync()) == 1


def test_withdrawn_consent_is_shown_and_not_tried_again(connected: Office) -> None:
    connected.bob.withdraws_consent()
    with pytest.raises(CredentialError):
        connected.sync()
    error = connected.microsoft.accounts.status(connected.account).error
    assert error
    assert "withdrawn" in error["message"]
    connected.fake.ledger.clear()
    connected.beat()
    assert connected.fake.ledger.requests == []


def test_a_folder_that_was_deleted_is_named(office: Office) -> None:
    office.box.folders["projects"] = ""
    office.connect(folders=("inbox", "projects"))
    office.sync()
    del office.box.folders["projects"]
    with pytest.raises(NotFoundError, match="projects"):
        office.sync()


def test_several_folders_are_looked_after(office: Office) -> None:
    office.box.folders["projects"] = ""
    office.connect(folders=("inbox", "projects"))
    office.beat()
    assert sorted(subscription.folder for subscription in office.fake.subscriptions) == ["inbox", "projects"]
    office.box.receive(question(ADDRESS), "projects")
    office.fake.outbox.wait()
    office.take_notices()
    assert len(office.decided()) == 1


def test_throttling_in_the_middle_loses_nothing(connected: Office) -> None:
    for number in range(1, 6):
        connected.box.receive(question(ADDRESS, number=number))
    connected.fake.faults.add("GET *", Refused(429, "TooManyRequests", retry_after_seconds=2), times=2, after=3)
    assert len(connected.sync()) == 5
    assert connected.waits == [2.0, 2.0]


def test_forgetting_a_mailbox_ends_its_subscription_and_its_tokens(connected: Office) -> None:
    connected.box.receive(question(ADDRESS))
    connected.sync()
    connected.provider.forget(connected.account)
    assert connected.fake.subscriptions == []
    assert connected.microsoft.accounts.list() == []
    kinds = ("graph_decision", "graph_cursor", "graph_tokens", "graph_notice", "graph_subscription")
    assert [len(connected.store.records.list(kind)) for kind in kinds] == [0, 0, 0, 0, 0]
