"""Prometheus sees how mailboxes of every kind stand, and no address."""

import time

import pytest
from prometheus_client import CollectorRegistry, generate_latest

from core.store import Store
from integrations.mail.accounts.metrics import MailboxCollector
from integrations.mail.imap.accounts import Accounts, Cursor
from tests.integrations.mail.accounts.conftest import BOB


def test_prometheus_reads_states_and_ages_and_no_address(store: Store) -> None:
    Accounts(store.records).save_cursor(BOB, Cursor(checked_at=time.time() - 100))
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
