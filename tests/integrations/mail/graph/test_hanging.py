"""Microsoft takes connections and says nothing: a visit ends in time, the mailbox rests, and is well by itself."""

import time
from collections.abc import Iterator
from dataclasses import replace

import pytest

from core.deadline import deadline
from integrations.mail.backoff import Backoff
from tests.integrations.mail.graph.conftest import ADDRESS, Office
from tests.integrations.mail.imap.mails import question
from tests.servers.hanging_imap import HangingImap

LIMIT_SECONDS = 1.0
# What a loaded machine adds.
SLACK_SECONDS = 4.0


@pytest.fixture(params=[False, True], ids=["silent", "drips"])
def hanging(connected: Office, request: pytest.FixtureRequest) -> Iterator[Office]:
    """Let Graph, not the sign-in, be a server that hangs."""
    with HangingImap(drips=request.param) as server:
        url = f"http://127.0.0.1:{server.port}/v1.0"
        yield replace(connected, settings=connected.settings.model_copy(update={"microsoft_graph_url": url}))


def test_a_visit_ends_in_time_and_the_mailbox_rests_until_it_is_well(hanging: Office, connected: Office) -> None:
    connected.box.receive(question(ADDRESS))
    connected.fake.outbox.wait()
    begun = time.monotonic()
    with deadline(LIMIT_SECONDS):
        hanging.beat()
    assert time.monotonic() - begun < LIMIT_SECONDS + SLACK_SECONDS
    rests = Backoff(connected.store.records).all()
    rest = rests.of(connected.account.place)
    assert rest is not None
    assert (rest.failures, rest.error["code"]) == (1, "graph_outage")
    assert "in time" in rest.error["message"] or "reached" in rest.error["message"]
    assert not list(connected.housekeeping.due(rests))
    Backoff(connected.store.records).forget(connected.account.place)
    connected.beat()
    assert [bool(one.job) for one in connected.decided()] == [True]
    assert not Backoff(connected.store.records).all().servers


def test_an_idle_mailbox_is_not_even_locked(connected: Office) -> None:
    rests = Backoff(connected.store.records).all()
    assert not list(connected.housekeeping.due(rests))
    connected.microsoft.accounts.note(connected.account, is_behind=True)
    assert len(list(connected.housekeeping.due(rests))) == 1
