"""How mailboxes of every kind stand, as listings, the console and Prometheus see it."""

import time
from collections.abc import Iterator
from dataclasses import replace

import pytest
from prometheus_client import CollectorRegistry, generate_latest

from core.errors import CredentialError, NotFoundError
from core.settings import Settings
from core.store import Store, open_store
from integrations.mail.accounts.mailboxes import (
    change_preferences,
    find_mailbox,
    mailbox_views,
    remove_mailbox,
    shown_style,
    style_of,
)
from integrations.mail.accounts.metrics import MailboxCollector
from integrations.mail.graph.accounts import GraphAccount, GraphAccounts
from integrations.mail.imap.accounts import Account, Accounts, Cursor
from integrations.mail.imap.watching import Lease
from integrations.mail.mailbox.style_learning import save_style
from integrations.mail.reply.writing_style import ReplyExample, WritingStyle

BOB = Account("imap.example.org", 993, "bob@example.org", "secret", "tls", "bob", address="bob@example.org")
KIM = GraphAccount("kim@example.org", "kim")


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    opened = open_store(settings)
    Accounts(opened.records).save(BOB)
    GraphAccounts(opened.records).save(KIM)
    yield opened
    opened.close()


def states(store: Store) -> dict[str, str]:
    return {one.name: one.state for one in mailbox_views(store.records)}


def test_both_kinds_are_listed_without_their_secrets(store: Store) -> None:
    shown = [one.to_json() for one in mailbox_views(store.records)]
    assert [(one["name"], one["kind"], one["state"]) for one in shown] == [
        ("bob@example.org", "imap", "new"),
        ("kim@example.org", "graph", "new"),
    ]
    assert "secret" not in str(shown)
    assert mailbox_views(store.records, workspace="other") == []
    with pytest.raises(NotFoundError):
        find_mailbox(store.records, "other", BOB.name)


def test_a_state_says_what_matters_most(store: Store) -> None:
    accounts = Accounts(store.records)
    accounts.save_cursor(BOB, Cursor(checked_at=time.time()))
    assert states(store)[BOB.name] == "ok"
    accounts.save_cursor(BOB, Cursor(checked_at=time.time() - 3_600))
    assert states(store)[BOB.name] == "late"
    change_preferences(store.records, find_mailbox(store.records, "local", BOB.name), paused=True)
    assert states(store)[BOB.name] == "paused"
    refused = CredentialError("refused", fix="Enter a new one.").to_json()
    accounts.save_cursor(BOB, replace(accounts.cursor(BOB), error=refused))
    view = find_mailbox(store.records, "local", BOB.name)
    assert (view.state, view.error) == ("error", refused)


def test_a_changed_setting_has_the_mailbox_watched_and_read_anew(store: Store) -> None:
    lease = Lease(Accounts(store.records), BOB, seconds=30)
    assert lease.take()
    change_preferences(store.records, find_mailbox(store.records, "local", BOB.name), on_request="flagged")
    assert Lease(Accounts(store.records), BOB, seconds=30).take()


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


def test_withdrawn_consent_and_a_removed_mailbox_leave_nothing_that_was_learnt(
    store: Store, settings: Settings
) -> None:
    for view in mailbox_views(store.records):
        change_preferences(store.records, view, learns_voice=True, threshold=0.9)
        exchange = ReplyExample(given="Can we meet?", used="Yes.")
        save_style(store.records, "local", view.name, WritingStyle(learnt_from=9), [exchange], person=view.person)
        assert shown_style(store.records, view)["examples"] == [exchange.model_dump()]
        assert style_of(store.records, "local", view.address.upper()) == WritingStyle(learnt_from=9)
    bob = find_mailbox(store.records, "local", BOB.name)
    change_preferences(store.records, bob, learns_voice=False)
    shown = shown_style(store.records, find_mailbox(store.records, "local", BOB.name))
    assert (shown["voice"], shown["examples"]) == (None, [])
    for view in mailbox_views(store.records):
        remove_mailbox(settings, store.records, view)
    with store.database.read() as connection:
        assert connection.exec_driver_sql("SELECT kind, key FROM record").all() == []


def test_nobody_without_an_address_has_a_voice(store: Store) -> None:
    assert style_of(store.records, "local", "") is None
