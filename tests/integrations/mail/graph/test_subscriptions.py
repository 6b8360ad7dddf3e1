"""Subscriptions of many mailboxes renewed at once, and the two by which outcomes of drafts are told."""

import time
from dataclasses import replace

import pytest

from integrations.mail.graph.accounts import GraphAccount
from integrations.mail.graph.subscriptions import OUTCOMES, Subscription, Subscriptions
from integrations.mail.mailbox.preferences import Preferences, save_preferences
from tests.fakes.microsoft import Refused
from tests.integrations.mail.graph.conftest import ADDRESS, Office
from tests.integrations.mail.imap.mails import question

HOUR = 3600.0


@pytest.fixture
def firm(office: Office) -> Office:
    """Connect thirty mailboxes with the app's own permissions."""
    office.fake.app.application |= {"Mail.Read", "Mail.ReadWrite"}
    for number in range(30):
        address = f"person{number}@example.org"
        office.fake.mailbox(office.fake.person(address))
        office.microsoft.accounts.save(GraphAccount(address, address))
    office.beat()
    office.fake.ledger.clear()
    return office


def subscriptions(office: Office) -> dict[str, Subscription]:
    known = Subscriptions(office.store.records)
    return {account.name: known.of(account)[0] for account in office.microsoft.accounts.list() if known.of(account)}


def come_due(office: Office, *, later_seconds: float = HOUR) -> str:
    """Let all be due soon, and one of them now; return whose."""
    known, accounts = Subscriptions(office.store.records), office.microsoft.accounts
    first = accounts.list()[0]
    for account in accounts.list():
        renews_at = time.time() + (-1 if account == first else later_seconds)
        for one in known.of(account):
            known.save_of_app(replace(one, renews_at=renews_at))
        accounts.update_status(account, renews_at=renews_at)
    return first.name


def test_what_is_due_soon_is_renewed_with_what_is_due_twenty_at_once(firm: Office) -> None:
    come_due(firm)
    firm.beat()
    batches, renewed = (firm.fake.ledger.find(pattern) for pattern in ("POST */$batch", "PATCH */subscriptions/*"))
    assert (len(batches), len(renewed)) == (1, 20)
    late = [
        name for name, subscription in subscriptions(firm).items() if subscription.renews_at < time.time() + 24 * HOUR
    ]
    assert len(late) == 10
    accounts = firm.microsoft.accounts
    status = {account.name: accounts.status(account).renews_at for account in accounts.list()}
    assert status == {name: subscription.renews_at for name, subscription in subscriptions(firm).items()}
    assert len(firm.fake.subscriptions) == 30


def test_what_is_due_much_later_is_left(firm: Office) -> None:
    come_due(firm, later_seconds=7 * HOUR)
    firm.beat()
    assert len(firm.fake.ledger.find("PATCH */subscriptions/*")) == 1


def test_one_that_microsoft_asks_to_wait_with_waits_alone(firm: Office) -> None:
    come_due(firm)
    # The last of them is answered first.
    firm.fake.faults.add("PATCH */subscriptions/*", Refused(429, "TooManyRequests", retry_after_seconds=900))
    firm.beat()
    kept = [
        name for name, subscription in subscriptions(firm).items() if subscription.renews_at < time.time() + 24 * HOUR
    ]
    assert len(kept) == 11
    firm.fake.ledger.clear()
    come_due(firm)
    firm.beat()
    assert len(firm.fake.ledger.find("PATCH */subscriptions/*")) == 20


def test_one_that_microsoft_has_dropped_is_made_again_in_the_next_visit(firm: Office) -> None:
    first = come_due(firm)
    dropped = next(subscription for name, subscription in subscriptions(firm).items() if name != first)
    firm.fake.subscriptions[:] = [
        subscription for subscription in firm.fake.subscriptions if subscription.id != dropped.id
    ]
    firm.beat()
    firm.beat()
    now = subscriptions(firm)[dropped.account]
    assert now.id != dropped.id
    assert now.id in {subscription.id for subscription in firm.fake.subscriptions}
    assert len(firm.fake.subscriptions) == 30


def test_one_whose_mailbox_was_removed_meanwhile_is_forgotten(firm: Office) -> None:
    first = come_due(firm)
    gone = next(account for account in firm.microsoft.accounts.list() if account.name != first)
    firm.microsoft.accounts.remove(gone)
    firm.beat()
    assert Subscriptions(firm.store.records).of(gone) == []


def test_a_person_who_signed_in_renews_their_own_alone(connected: Office) -> None:
    known = Subscriptions(connected.store.records)
    (own,) = known.of(connected.account)
    known.save(replace(own, renews_at=time.time() - 1))
    other = Subscription("other:1", "x", "other@example.org", "local", "inbox", "id", time.time() + HOUR)
    known.save_of_app(other)
    connected.microsoft.accounts.update_status(connected.account, renews_at=time.time() - 1)
    connected.beat()
    assert len(connected.fake.ledger.find("PATCH */subscriptions/*")) == 1


def wait_for_a_draft(office: Office) -> None:
    """Have a draft put, and a visit that finds that it waits."""
    office.box.receive(question(ADDRESS))
    office.answer_new()
    office.beat()


def test_while_a_draft_waits_nothing_is_asked_and_its_outcome_is_told(connected: Office) -> None:
    wait_for_a_draft(connected)
    assert sorted((subscription.folder, *subscription.kinds) for subscription in connected.fake.subscriptions) == [
        ("drafts", "deleted"), ("inbox", "created"), ("sentitems", "created")
    ]  # fmt: skip
    status = connected.microsoft.accounts.status
    connected.microsoft.accounts.update_status(connected.account, settled_at=time.time() - 1800)
    connected.fake.outbox.wait()
    connected.fake.ledger.clear()
    connected.beat()
    assert connected.fake.ledger.requests == []
    (draft,) = connected.drafts
    connected.box.sends(draft)
    connected.fake.outbox.wait()
    assert status(connected.account).outcome_at > 0
    connected.take_notices()
    (job,) = connected.store.jobs.list()
    assert [act.outcome for act in connected.store.effects.outcomes.acts_of([job.id])[job.id]]


def test_a_newly_chosen_folder_is_told_of_although_a_draft_is_waited_for_first(connected: Office) -> None:
    def choose(*folders: str) -> None:
        chosen = Preferences(folders=folders)
        save_preferences(connected.store.records, "local", ADDRESS, chosen, person=connected.account.person)

    connected.beat()
    connected.box.folders["projects"] = ""
    choose("Projects")
    connected.provider.sync(connected.account, connected.submit)
    connected.provider.await_outcomes(connected.account)
    connected.beat()
    assert [
        subscription.folder for subscription in connected.fake.subscriptions if subscription.folder not in OUTCOMES
    ] == ["inbox", "projects"]
    choose()
    connected.provider.catch_up(connected.account, connected.submit)
    assert [
        subscription.folder for subscription in connected.fake.subscriptions if subscription.folder not in OUTCOMES
    ] == ["inbox"]
    assert connected.microsoft.accounts.status(connected.account).renews_at > time.time()


def test_a_draft_that_is_thrown_away_is_told(connected: Office) -> None:
    wait_for_a_draft(connected)
    (draft,) = connected.drafts
    connected.box.discards(draft)
    connected.fake.outbox.wait()
    connected.take_notices()
    (job,) = connected.store.jobs.list()
    assert [act.outcome for act in connected.store.effects.outcomes.acts_of([job.id])[job.id]] == ["rejected"]


def test_what_a_person_sends_while_no_draft_waits_is_no_reason_for_a_visit(connected: Office) -> None:
    wait_for_a_draft(connected)
    (draft,) = connected.drafts
    connected.box.sends(draft)
    connected.fake.outbox.wait()
    connected.take_notices()
    connected.wakes.clear()
    connected.fake.ledger.clear()
    other = connected.box.begins_reply(connected.box.receive(question(ADDRESS, number=7)))
    connected.fake.outbox.wait()
    connected.wakes.clear()
    connected.box.sends(other)
    connected.fake.outbox.wait()
    assert connected.wakes == []


def test_without_a_public_address_outcomes_are_looked_for_every_five_minutes(connected: Office) -> None:
    connected.settings = connected.settings.model_copy(update={"public_url": ""})
    wait_for_a_draft(connected)
    assert [subscription.folder for subscription in connected.fake.subscriptions] == ["inbox"]
    connected.microsoft.accounts.update_status(connected.account, settled_at=time.time() - 301)
    (draft,) = connected.drafts
    connected.box.sends(draft)
    connected.beat()
    (job,) = connected.store.jobs.list()
    assert connected.store.effects.outcomes.acts_of([job.id])[job.id]
