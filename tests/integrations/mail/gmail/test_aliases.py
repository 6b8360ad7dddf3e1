"""Addresses that the owner of a mailbox at Gmail may send from: a mail to one of them is answered from it."""

import email
from email.message import Message

import pytest

from integrations.mail.gmail import provider
from integrations.mail.gmail.client import Gmail
from tests.integrations.mail.gmail.conftest import Desk
from tests.integrations.mail.imap.mails import question

ALIAS = "sales@example.org"


def answered(desk: Desk, mail: bytes) -> Message:
    """Receive a mail, and return the draft that answers it."""
    desk.box.receive(mail)
    (job,) = desk.answer_new()
    assert desk.placed(job) == "placed"
    return email.message_from_bytes(desk.drafts[-1].data)


@pytest.mark.parametrize(("status", "sender"), [("accepted", ALIAS), ("pending", "bob@example.org")])
def test_a_mail_to_a_verified_alias_is_answered_from_it(desk: Desk, status: str, sender: str) -> None:
    desk.box.send_as = {ALIAS: status}
    account = desk.connect()
    assert account.aliases == ((ALIAS,) if status == "accepted" else ())
    draft = answered(desk, question(ALIAS))
    assert sender in str(draft["From"])
    assert ALIAS not in str(draft["To"]) + str(draft["Cc"] or "")


def test_a_mail_to_the_mailbox_itself_is_answered_from_its_own_address(desk: Desk) -> None:
    desk.box.send_as = {ALIAS: "accepted"}
    desk.connect()
    assert "bob@example.org" in str(answered(desk, question("bob@example.org"))["From"])


def test_an_alias_that_is_added_later_is_known_within_a_day(desk: Desk) -> None:
    desk.connect()
    desk.provider.catch_up(desk.account, desk.submit)
    desk.box.send_as = {ALIAS: "accepted"}
    desk.provider.catch_up(desk.account, desk.submit)
    assert not desk.account.aliases
    with desk.store.database.write() as connection:
        connection.exec_driver_sql("DELETE FROM record WHERE kind = 'once'")  # the day is over
    desk.provider.catch_up(desk.account, desk.submit)
    assert desk.account.aliases == (ALIAS,)
    assert ALIAS in str(answered(desk, question(ALIAS))["From"])


def test_a_mailbox_that_is_removed_while_its_aliases_are_asked_for_is_not_stored_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = desk.connect()

    def removed_meanwhile(_client: Gmail, _address: str) -> tuple[str, ...]:
        desk.store.records.delete(account.stored_as, account.workspace, account.name)
        return (ALIAS,)

    monkeypatch.setattr(provider, "aliases_of", removed_meanwhile)
    desk.provider.catch_up(account, desk.submit)
    assert not desk.google.accounts.list()


def test_a_permission_for_settings_is_not_asked_for(desk: Desk) -> None:
    desk.connect()
    (asked,) = desk.fake.ledger.find("GET */o/oauth2/v2/auth")
    assert "gmail.settings" not in asked.path
