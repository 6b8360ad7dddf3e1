"""Prometheus sees how mailboxes of every kind stand, and no address."""

import time
from dataclasses import replace

import pytest
from prometheus_client import CollectorRegistry, generate_latest

from core.errors import OutageError
from core.store import Store
from integrations.mail.accounts.metrics import MailboxCollector
from integrations.mail.imap.accounts import Accounts, ImapCursor
from integrations.mail.mailbox.visits import Backoff, ServerOutage
from tests.integrations.mail.accounts.conftest import BOB


def test_prometheus_reads_states_and_ages_and_no_address(store: Store) -> None:
    Accounts(store.records).save_cursor(BOB, ImapCursor(checked_at=time.time() - 100))
    Accounts(store.records).update_status(BOB, noticed_at=time.time() - 50, mode="idle")
    registry = CollectorRegistry()
    registry.register(MailboxCollector(store.records))
    text = generate_latest(registry).decode()
    assert 'inlaid_mailboxes{kind="imap",state="ok"} 1.0' in text
    assert 'inlaid_mailboxes{kind="graph",state="new"} 1.0' in text
    ages = {line.split("{")[0]: float(line.split()[1]) for line in text.splitlines() if "age_seconds{" in line}
    assert ages["inlaid_mailbox_check_age_seconds"] == pytest.approx(100, abs=20)
    assert ages["inlaid_mailbox_notice_age_seconds"] == pytest.approx(50, abs=20)
    assert "inlaid_mailbox_draft_age_seconds" not in ages
    assert "example.org" not in text


def test_prometheus_sees_a_server_that_hangs_and_mailboxes_that_wait(store: Store) -> None:
    registry = CollectorRegistry()
    registry.register(MailboxCollector(store.records))
    text = generate_latest(registry).decode()
    assert "inlaid_mail_servers_resting 0.0" in text
    assert "inlaid_mailbox_visits_due 2.0" in text
    for number in range(2):
        with pytest.raises(OutageError), Backoff(store.records).attempt(replace(BOB.place, name=f"box{number}")):
            raise ServerOutage("It did not answer in time.", fix="Wait.")
    Accounts(store.records).bring(BOB, in_seconds=-500.0)
    text = generate_latest(registry).decode()
    assert "inlaid_mail_servers_resting 1.0" in text
    (late,) = [line for line in text.splitlines() if line.startswith("inlaid_mailbox_visit_late_seconds ")]
    assert float(late.split()[1]) >= 499
    assert BOB.host not in text
