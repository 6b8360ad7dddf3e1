"""Mailboxes at the fake Microsoft and the fake Google, in a real process tree that is killed at the worst moments."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from core.connect_links import Owner
from integrations.graph.invitations import SIGNED_IN_PATH as MICROSOFT_PATH
from integrations.mail.gmail.accounts import Google
from integrations.mail.gmail.connecting import SIGNED_IN_PATH as GOOGLE_PATH
from integrations.mail.gmail.connecting import GmailConnecting
from integrations.mail.graph.accounts import GraphAccounts, Microsoft
from integrations.mail.graph.connecting import GraphConnecting, Invitation
from tests.fakes.google import FakeGoogle
from tests.fakes.microsoft import FakeMicrosoft
from tests.integrations.mail.imap.mails import newsletter
from tests.processes import commands
from tests.processes.commands import kill_part
from tests.scenarios.street import ADDRESS, OWN_WORDS, Street, open_street

pytestmark = pytest.mark.processes

KILLS = 3
# The first mails of threads, whose draft its owner changes, and of others.
EDITED, OTHERS = (30, 40), (50, 60, 70, 80)
# What comes within seconds on a quiet machine; a mailbox that a killed worker was reading is free after 75.
wait_until = partial(commands.wait_until, seconds=150.0)


@contextmanager
def at_microsoft(home: Path) -> Iterator[Street[Any]]:
    """Connect by the link, and wait until a worker has subscribed."""
    with FakeMicrosoft() as fake:
        bob = fake.person(ADDRESS, "Bob Ray")
        with open_street(home, fake, fake.mailbox(bob), "PATCH */messages/*", **fake.environment()) as street:
            fake.app.redirect_uris.add(street.settings.public_url + MICROSOFT_PATH)
            microsoft = Microsoft(street.settings, street.store.records)
            page = bob.signs_in(GraphConnecting(microsoft).invite(Invitation("bob", "Bob Ray")))
            assert "is connected" in page.text, page.text
            accounts = GraphAccounts(street.store.records)
            wait_until(lambda: accounts.status(accounts.list()[0]).checked_at > 0)
            yield street


@contextmanager
def at_gmail(home: Path) -> Iterator[Street[Any]]:
    """Connect by the link, and wait until Gmail tells of new mail and a worker pulls."""
    with FakeGoogle() as fake:
        bob = fake.person(ADDRESS, "Bob Ray")
        told = {**fake.environment(), **fake.pubsub.environment()}
        with open_street(home, fake, fake.mailbox(bob), "POST */drafts", **told) as street:
            fake.redirect_uris.add(street.settings.public_url + GOOGLE_PATH)
            google = Google(street.settings, street.store.records)
            page = bob.signs_in(GmailConnecting(google).invite(Owner("local", "bob", "Bob Ray")))
            assert "is connected" in page.text, page.text
            (account,) = google.accounts.list()
            wait_until(lambda: google.accounts.status(account).renews_at > 0 and fake.pubsub.pulls > 0)
            yield street


OPENED = {"microsoft": at_microsoft, "gmail": at_gmail}


@pytest.fixture(scope="module", params=OPENED)
def street(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Street[Any]]:
    with OPENED[request.param](tmp_path_factory.mktemp(request.param)) as made:
        yield made


def test_a_mail_arrives_and_its_draft_waits_in_the_thread(street: Street[Any]) -> None:
    before = len(street.box.drafts)
    asked = street.receive(10)
    street.box.receive(newsletter(ADDRESS))
    wait_until(lambda: asked.message_id in street.written())
    wait_until(street.has_settled)
    assert not asked.is_read
    assert len(street.box.drafts) == before + 1
    assert street.fake.ledger.sends == []


def test_a_worker_killed_before_it_hears_that_its_draft_is_there_leaves_one(street: Street[Any]) -> None:
    before, killed = len(street.box.drafts), street.killed
    street.kill_workers_that_store(1)
    asked = street.receive(20)
    wait_until(lambda: street.killed > killed and street.has_settled())
    wait_until(lambda: street.written().count(asked.message_id) == 1)
    assert len(street.box.drafts) == before + 1


def test_workers_killed_while_they_draft_leave_one_draft_a_thread_and_what_its_owner_wrote(street: Street[Any]) -> None:
    """Two drafts are changed by their owner; then workers are killed while mails come to these threads and others."""
    before, killed, jobs = street.box.drafts, street.killed, len(street.jobs())
    own = {street.receive(thread).message_id for thread in EDITED}
    wait_until(lambda: own <= {*street.written()} and street.has_settled())
    for draft in [draft for draft in street.box.drafts if draft.in_reply_to in own]:
        street.box.edits(draft, OWN_WORDS)
    edited = [draft.text for draft in street.box.drafts if OWN_WORDS in draft.text]
    street.writes.clear()
    for thread in OTHERS:
        street.receive(thread)
    for thread in EDITED:
        street.receive(thread, is_later=True)
    newest = {street.receive(thread, is_later=True).message_id for thread in OTHERS}
    wait_until(lambda: len(street.jobs()) == jobs + 2 * len(own | newest))
    street.kill_workers_that_store(KILLS)
    street.writes.set()
    wait_until(lambda: street.killed == killed + KILLS and street.has_settled())
    made = [draft for draft in street.box.drafts if draft not in before]
    assert sorted(draft.in_reply_to for draft in made) == sorted(own | newest)
    assert [draft.text for draft in street.box.drafts if OWN_WORDS in draft.text] == edited
    assert len(edited) == len(own)
    assert street.fake.ledger.sends == []


@pytest.mark.parametrize("street", ["microsoft"], indirect=True)
def test_a_notice_that_finds_nobody_is_told_again_and_makes_one_draft(street: Street[Any]) -> None:
    """The web process is killed: the notice fails, Microsoft repeats it, and one draft comes."""
    fake = street.fake
    assert isinstance(fake, FakeMicrosoft)
    kill_part(street.settings.home, "web")
    asked, told = street.receive(100).message_id, len(fake.outbox.deliveries)
    fake.outbox.wait()

    def is_told_again() -> bool:
        fake.outbox.retry()
        return not fake.outbox.failed

    wait_until(is_told_again)
    wait_until(lambda: street.written().count(asked) == 1)
    wait_until(street.has_settled)
    assert [draft.in_reply_to for draft in street.box.drafts].count(asked) == 1
    assert all(post.status == 202 and not post.is_late for post in fake.outbox.deliveries[told:] if post.status)
