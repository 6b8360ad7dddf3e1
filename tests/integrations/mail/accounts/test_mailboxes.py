"""How mailboxes of every kind stand, as listings, the console and Prometheus see it."""

import time
from dataclasses import replace

import pytest

from core.errors import CredentialError, InputError, NotFoundError, OutageError, PolicyRefused
from core.settings import Settings
from core.store import Store
from integrations.mail.accounts.draft_anyway import draft_anyway
from integrations.mail.accounts.mailboxes import (
    change_preferences,
    find_mailbox,
    mailbox_views,
    remove_mailbox,
    resting_servers,
    settle_mailbox,
    shown_style,
    style_of,
)
from integrations.mail.graph.accounts import GraphAccounts
from integrations.mail.imap.accounts import Accounts, ImapCursor
from integrations.mail.imap.provider import ImapProvider
from integrations.mail.mailbox.preferences import Preferences
from integrations.mail.mailbox.style_learning import save_style
from integrations.mail.mailbox.triage_records import TriageRecord, TriageRecords
from integrations.mail.mailbox.visits import MAX_SERVER_FAILURES, Backoff, ServerOutage
from integrations.mail.reply.writing_style import ReplyExample, WritingStyle
from tests.integrations.mail.accounts.conftest import BOB, KIM
from tests.policies import FOR_ALL, policies_of


def states(store: Store) -> dict[str, str]:
    return {view.name: view.state for view in mailbox_views(store.records)}


def test_both_kinds_are_listed_without_their_secrets(store: Store) -> None:
    shown = [view.to_json() for view in mailbox_views(store.records)]
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
    accounts.save_cursor(BOB, ImapCursor(checked_at=time.time()))
    assert states(store)[BOB.name] == "ok"
    accounts.save_cursor(BOB, ImapCursor(checked_at=time.time() - 3_600))
    assert states(store)[BOB.name] == "late"
    change_preferences(store.records, find_mailbox(store.records, "local", BOB.name), paused=True)
    assert states(store)[BOB.name] == "paused"
    refused = CredentialError("refused", fix="Enter a new one.").to_json()
    accounts.save_cursor(BOB, replace(accounts.cursor(BOB), error=refused))
    view = find_mailbox(store.records, "local", BOB.name)
    assert (view.state, view.error) == ("error", refused)


def test_a_mailbox_with_a_subscription_is_late_after_its_round_of_half_an_hour(store: Store) -> None:
    accounts, at = GraphAccounts(store.records), time.time()
    accounts.update_status(KIM, checked_at=at - 1_900, renews_at=at + 3_600)
    assert states(store)[KIM.name] == "ok"
    accounts.update_status(KIM, checked_at=at - 2_500)
    assert states(store)[KIM.name] == "late"
    accounts.update_status(KIM, checked_at=at - 1_900, renews_at=0.0)
    assert states(store)[KIM.name] == "late"


def test_a_watched_mailbox_is_late_only_when_what_was_told_is_not_read(store: Store) -> None:
    """Its folder is read once an hour; that nothing has come, each renewal of its line knows."""
    accounts, at = Accounts(store.records), time.time()
    accounts.save_cursor(BOB, ImapCursor(checked_at=at - 3000))
    accounts.update_status(BOB, mode="idle", connected_at=at - 9000, renews_at=at + 60)
    assert states(store)[BOB.name] == "ok"
    accounts.update_status(BOB, noticed_at=at - 5)
    assert states(store)[BOB.name] == "ok"
    accounts.update_status(BOB, noticed_at=at - 1300)
    assert states(store)[BOB.name] == "late"
    accounts.update_status(BOB, answered_at=at - 1300)
    assert states(store)[BOB.name] == "ok"
    accounts.update_status(BOB, connected_at=0.0)
    assert states(store)[BOB.name] == "late"


def test_a_changed_setting_has_the_mailbox_read_anew(store: Store) -> None:
    accounts, provider = Accounts(store.records), ImapProvider(store.records)
    accounts.save_cursor(BOB, ImapCursor(checked_at=time.time()))
    accounts.update_status(BOB, mode="idle", connected_at=1.0, renews_at=time.time() + 60)
    assert not provider.need(BOB, Preferences()).reads
    change_preferences(store.records, find_mailbox(store.records, "local", BOB.name), on_request="flagged")
    assert provider.need(BOB, Preferences()).reads


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


def test_a_mailbox_that_the_policies_forbid_is_not_looked_into_for_outcomes(store: Store, settings: Settings) -> None:
    view = find_mailbox(store.records, "local", BOB.name)
    settle_mailbox(settings, store, view)
    policies_of(store, f'{FOR_ALL}mailboxes = {{ deny = ["imap"] }}\n', settings)
    with pytest.raises(PolicyRefused):
        settle_mailbox(settings, store, view)


def test_nobody_without_an_address_has_a_voice(store: Store) -> None:
    assert style_of(store.records, "local", "") is None


def test_a_server_that_hangs_is_named_with_its_error_and_the_next_try(store: Store) -> None:
    assert resting_servers(store.records) == []
    for number in range(MAX_SERVER_FAILURES):
        with pytest.raises(OutageError), Backoff(store.records).attempt(replace(BOB.place, name=f"box{number}")):
            raise ServerOutage("It did not answer in time.", fix="Wait.")
    (server,) = resting_servers(store.records)
    assert (server.name, server.failures) == (BOB.place.server, 2)
    assert server.trouble.startswith("It did not answer in time. It failed 2 times since 20")
    assert "mailboxes elsewhere go on" in server.trouble
    view = find_mailbox(store.records, "local", BOB.name)
    assert view.trouble.startswith("Its server did not answer in other mailboxes.")
    assert view == next(view for view in mailbox_views(store.records) if view.name == BOB.name)


def test_a_number_that_mails_of_two_folders_have_names_neither(store: Store, settings: Settings) -> None:
    """At IMAP each folder numbers its mails from 1; whoever got a draft for the wrong one would not notice."""
    Accounts(store.records).save(BOB)
    rule = {"rule": "suspicious", "reason": "It looks like fraud.", "needs_reply": False}
    for key, folder in (("a", None), ("b", "Projects")):
        one = TriageRecord(BOB.name, 7, rule, message_id=f"<{key}@example.com>", uidvalidity=1, folder=folder)
        TriageRecords(store.records, BOB).put(key, one)
    view = find_mailbox(store.records, "local", BOB.name)

    def ask(mail: str) -> None:
        draft_anyway(settings, store.records, view, mail, lambda request: store.jobs.add(request)[0])

    with pytest.raises(InputError, match="2 mails of this mailbox have the number 7") as refused:
        ask("7")
    assert "Message-ID" in refused.value.fix
    with pytest.raises(NotFoundError, match="is known"):
        ask("8")
    with pytest.raises(OutageError):  # it is found, and the server of this test is not there
        ask("<b@example.com>")
