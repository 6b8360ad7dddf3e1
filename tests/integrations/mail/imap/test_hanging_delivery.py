"""A mail server that hangs while a draft is stored: the job's thread is given back, and the draft comes later, once."""

import time
from dataclasses import replace

import pytest

from core.errors import OutageError
from integrations.mail.imap.provider import MailSurface
from integrations.mail.mailbox.deliveries import Deliveries, deliveries
from integrations.mail.mailbox.visits import Backoff
from tests.integrations.mail.imap.conftest import LONG_SECONDS, Mailbox
from tests.integrations.mail.imap.mails import question
from tests.integrations.mail.imap.test_watching import eventually
from tests.servers.hanging_imap import HangingImap

PATIENCE_SECONDS = 0.3


def test_the_job_comes_back_while_the_server_hangs_and_the_draft_is_put_once(mailbox: Mailbox) -> None:
    mailbox.receive(question(mailbox.account.user))
    (judged,) = mailbox.sync()
    with HangingImap(mailbox.server.port, b"APPEND") as server:
        mailbox.account = replace(mailbox.account, port=server.port)
        mailbox.accounts.save(mailbox.account)
        begun = time.monotonic()
        job = mailbox.run(judged.job, surface=lambda _job: MailSurface(patience_seconds=PATIENCE_SECONDS))
        assert time.monotonic() - begun < 10.0
        assert (job.state, mailbox.drafts()) == ("ready", [])
        eventually(lambda: server.hung == 1)
        again = mailbox.run(judged.job, surface=lambda _job: MailSurface(patience_seconds=PATIENCE_SECONDS))
        assert again.state == "ready"
        assert server.hung == 1  # it was not begun a second time
        server.heals = True
    # The line is cut, so what hung has failed.
    eventually(lambda: Backoff(mailbox.store.records).near(mailbox.account.place).of(mailbox.account.place) is not None)
    mailbox.account = replace(mailbox.account, port=mailbox.server.port)
    mailbox.accounts.save(mailbox.account)
    assert mailbox.deliver(judged).state == "delivered"
    assert len(mailbox.drafts()) == 1


def test_a_delivery_that_ends_after_its_job_went_is_not_made_again(mailbox: Mailbox) -> None:
    mailbox.receive(question(mailbox.account.user))
    (judged,) = mailbox.sync()
    job = mailbox.run(judged.job, surface=lambda _job: MailSurface(patience_seconds=0.0))
    assert job.state == "ready"
    eventually(lambda: "placed" in mailbox.store.effects.get_detail(job, "draft"))
    with HangingImap() as nowhere:
        mailbox.account = replace(mailbox.account, port=nowhere.port)
        mailbox.accounts.save(mailbox.account)
        assert mailbox.deliver(judged).state == "delivered"
        assert nowhere.hung == 0
    assert len(mailbox.server.messages(mailbox.server.drafts, mailbox.account.user)) == 1


def test_a_mailbox_that_failed_several_times_is_not_tried_before_its_rest_is_over(mailbox: Mailbox) -> None:
    records, place = mailbox.store.records, mailbox.account.place
    backoff = Backoff(records)

    def fail() -> str:
        raise OutageError("It is down.")

    def over() -> None:
        one = records.get("mailbox_rest", "local", place.key)
        assert one is not None
        records.put("mailbox_rest", "local", place.key, {**one.data, "until": 0.0})

    made = Deliveries(4)
    for _ in range(2):
        with pytest.raises(OutageError, match="It is down"):
            made.make(records, place, "one", fail, patience_seconds=LONG_SECONDS)
        over()
        backoff.require_ready(place)
    with pytest.raises(OutageError, match="It is down"):
        made.make(records, place, "one", fail, patience_seconds=LONG_SECONDS)
    with pytest.raises(OutageError, match="leaves it alone") as refused:
        made.make(records, place, "one", lambda: "done", patience_seconds=LONG_SECONDS)
    assert 100 < refused.value.retry_after_seconds < 310
    over()
    assert made.make(records, place, "one", lambda: "done", patience_seconds=LONG_SECONDS) == "done"
    assert backoff.near(place).of(place) is None
    assert deliveries() is deliveries()
