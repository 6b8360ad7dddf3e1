"""Being told of new mail: the handshake, who is believed, what is lost or doubled, and subscriptions that end."""

import time
from dataclasses import replace
from typing import Any

import httpx
import pytest

from integrations.mail.graph.subscriptions import LIFECYCLE_PATH, NOTIFICATIONS_PATH, Subscriptions
from integrations.mail.mailbox.preferences import Preferences, save_preferences
from integrations.mail.mailbox.visits import Backoff
from tests.fakes.microsoft import Refused, tell_lifecycle
from tests.integrations.mail.graph.conftest import ADDRESS, Office
from tests.integrations.mail.imap.mails import newsletter, question

HOUR = 3600.0


def told(office: Office) -> dict[str, Any]:
    """Return the last notice that Microsoft sent."""
    office.fake.outbox.wait()
    return office.fake.outbox.deliveries[-1].body


def post(office: Office, body: Any, path: str = NOTIFICATIONS_PATH) -> httpx.Response:
    return httpx.post(office.url + path, json=body)


def test_a_mail_is_told_stored_before_the_answer_and_read_by_a_worker(connected: Office) -> None:
    connected.box.receive(question(ADDRESS))
    connected.fake.outbox.wait()
    (delivery,) = connected.fake.outbox.deliveries
    assert (delivery.status, delivery.is_late) == (202, False)
    assert connected.waiting_notices() == 1
    assert connected.wakes
    connected.take_notices()
    assert connected.waiting_notices() == 0
    (judged,) = connected.decided()
    assert judged.decision["needs_reply"]
    assert connected.run(judged.job).state == "delivered"
    assert connected.microsoft.accounts.status(connected.account).drafted_at > 0


def test_one_subscription_is_made_with_a_handshake_for_each_address(connected: Office) -> None:
    connected.beat()
    (one,) = connected.fake.subscriptions
    assert (one.kinds, one.folder, one.is_immutable) == (frozenset({"created"}), "inbox", True)
    assert one.lifecycle_url == connected.url + LIFECYCLE_PATH
    assert len(one.state) <= 128


@pytest.mark.parametrize(
    "forge",
    [
        lambda state: {"clientState": "guess"},
        lambda state: {"clientState": state[:-1] + ("A" if state[-1] != "A" else "B")},
        lambda state: {"clientState": state.partition(".")[0] + "."},
        lambda state: {"clientState": None},
        lambda state: {"clientState": ["x"]},
        lambda state: {"subscriptionId": "another"},
        lambda state: {"resourceData": {"id": "../../users/somebody/messages"}},
        lambda state: {"resourceData": "x"},
        lambda state: {"changeType": "updated"},
    ],
)
def test_a_forged_notice_is_taken_without_a_word_and_not_believed(connected: Office, forge: Any) -> None:
    connected.box.receive(newsletter(ADDRESS))
    item = told(connected)["value"][0]
    connected.take_notices()
    connected.wakes.clear()
    forged = {**item, **forge(item["clientState"])}
    assert post(connected, {"value": [forged]}).status_code == 202
    assert connected.waiting_notices() == 0
    assert connected.wakes == []


def test_a_replayed_notice_makes_nothing(connected: Office) -> None:
    connected.box.receive(question(ADDRESS))
    body = told(connected)
    connected.take_notices()
    (judged,) = connected.decided()
    connected.run(judged.job)
    for _ in range(3):
        assert post(connected, body).status_code == 202
        connected.take_notices()
    assert connected.decided() == [judged]
    assert len(connected.drafts) == 1
    assert len(connected.store.jobs.list(person="bob")) == 1


def test_a_restored_or_imported_mail_is_known(connected: Office) -> None:
    source = connected.box.receive(question(ADDRESS))
    connected.sync()
    connected.box.discards(source)
    connected.box.move(source, "inbox")
    connected.box.receive(question(ADDRESS))
    connected.take_notices()
    assert connected.sync() == []
    assert len(connected.decided()) == 1


def test_lost_notices_are_made_good_by_the_next_round(connected: Office) -> None:
    connected.fake.outbox.storm.lost = 1.0
    connected.box.receive(question(ADDRESS))
    connected.take_notices()
    assert connected.decided() == []
    accounts = connected.microsoft.accounts
    accounts.update_status(connected.account, checked_at=time.time() - HOUR)
    connected.beat()
    assert len(connected.decided()) == 1


def test_while_microsoft_tells_of_mail_the_folders_are_not_read_each_minute(connected: Office) -> None:
    connected.fake.ledger.clear()
    connected.beat()
    connected.beat()
    assert connected.fake.ledger.requests == []


def test_a_subscription_is_renewed_at_half_of_its_life(connected: Office) -> None:
    (before,) = Subscriptions(connected.store.records).of(connected.account)
    left_seconds = before.renews_at - time.time()
    assert 24 * HOUR < left_seconds < 0.6 * 70 * HOUR
    Subscriptions(connected.store.records).save(replace(before, renews_at=time.time() - 1))
    connected.microsoft.accounts.update_status(connected.account, renews_at=time.time() - 1)
    connected.beat()
    (after,) = Subscriptions(connected.store.records).of(connected.account)
    assert after.id == before.id
    assert after.renews_at > time.time() + 24 * HOUR
    assert connected.microsoft.accounts.status(connected.account).renews_at == after.renews_at


def test_a_subscription_that_microsoft_has_dropped_is_made_again_and_the_gap_read(connected: Office) -> None:
    (before,) = Subscriptions(connected.store.records).of(connected.account)
    connected.fake.subscriptions.clear()
    connected.box.receive(question(ADDRESS))
    Subscriptions(connected.store.records).save(replace(before, renews_at=0.0))
    connected.microsoft.accounts.update_status(connected.account, renews_at=0.0)
    connected.beat()
    assert len(connected.fake.subscriptions) == 1
    assert len(connected.decided()) == 1


@pytest.mark.parametrize("event", ["reauthorizationRequired", "subscriptionRemoved", "missed"])
def test_each_event_of_a_subscription_ends_with_one_that_works_and_nothing_missed(
    connected: Office, event: str
) -> None:
    (old,) = connected.fake.subscriptions
    connected.fake.outbox.storm.lost = 1.0
    connected.box.receive(question(ADDRESS))
    connected.fake.outbox.storm.lost = 0.0
    connected.fake.clock.advance(HOUR)
    tell_lifecycle(old, event)
    connected.fake.outbox.wait()
    assert connected.fake.outbox.deliveries[-1].status == 202
    connected.take_notices()
    connected.beat()
    (now,) = connected.fake.subscriptions
    assert (now is old) == (event != "subscriptionRemoved")
    assert now.expires_at > connected.fake.clock.now() + 24 * HOUR
    if event != "reauthorizationRequired":
        assert len(connected.decided()) == 1
    connected.box.receive(question(ADDRESS, number=5))
    connected.fake.outbox.wait()
    connected.take_notices()
    assert any(one.message_id == "<question5@example.com>" for one in connected.decided())


def test_a_forged_event_changes_nothing(connected: Office) -> None:
    event = {"subscriptionId": connected.fake.subscriptions[0].id, "clientState": "x", "lifecycleEvent": "missed"}
    assert post(connected, {"value": [event]}, LIFECYCLE_PATH).status_code == 202
    connected.fake.ledger.clear()
    connected.take_notices()
    assert connected.fake.ledger.requests == []


def test_a_clock_that_is_hours_off_still_gets_a_subscription_that_is_renewed_in_time(office: Office) -> None:
    office.connect()
    office.fake.clock.advance(3 * HOUR)
    office.beat()
    (one,) = Subscriptions(office.store.records).of(office.account)
    life_ends_at = office.fake.subscriptions[0].expires_at - 3 * HOUR
    assert one.renews_at < life_ends_at - 12 * HOUR


def test_what_cannot_be_stored_is_told_again(connected: Office) -> None:
    with connected.store.database.write() as connection:
        connection.exec_driver_sql("ALTER TABLE record RENAME TO hidden")
    connected.box.receive(question(ADDRESS))
    connected.fake.outbox.wait()
    statuses = [delivery.status for delivery in connected.fake.outbox.deliveries]
    with connected.store.database.write() as connection:
        connection.exec_driver_sql("ALTER TABLE hidden RENAME TO record")
    assert all(status >= 500 for status in statuses)
    connected.fake.outbox.retry()
    assert connected.waiting_notices() == 1


def test_a_mailbox_that_rests_is_read_afterwards(connected: Office) -> None:
    save_preferences(connected.store.records, "local", ADDRESS, Preferences(paused=True), person="bob")
    connected.box.receive(question(ADDRESS))
    connected.fake.outbox.wait()
    connected.take_notices()
    connected.beat()
    assert (connected.decided(), connected.waiting_notices()) == ([], 0)
    save_preferences(connected.store.records, "local", ADDRESS, Preferences(), person="bob")
    connected.beat()
    assert len(connected.decided()) == 1


def test_an_outage_keeps_the_notices_for_later(connected: Office) -> None:
    connected.box.receive(question(ADDRESS))
    connected.fake.outbox.wait()
    connected.fake.faults.add("GET *", Refused(503), times=99)
    connected.take_notices()
    assert connected.waiting_notices() == 1
    connected.fake.faults.clear()
    connected.take_notices()
    assert connected.waiting_notices() == 1  # it cooldowns
    Backoff(connected.store.records).forget(connected.account.place)
    connected.provider.accounts.bring(connected.account)
    connected.take_notices()
    assert connected.waiting_notices() == 0
    assert len(connected.decided()) == 1
    assert connected.microsoft.accounts.status(connected.account).error is None
