"""Labels as keywords on a real Dovecot, and on a server that keeps none."""

import pytest

from core.errors import SettingsError
from core.settings import Settings
from integrations.mail.imap.labels import keyword_of
from integrations.mail.mailbox.labels import label_error, put_labels
from integrations.mail.mailbox.preferences import LABELS_ENDING, Preferences, save_preferences
from integrations.mail.mailbox.triage_records import LabelChange
from tests.integrations.mail.imap.conftest import Mailbox, connected
from tests.integrations.mail.imap.mails import newsletter, question
from tests.servers.pymap_server import running_pymap

TO_REPLY = "Inlaid-to-reply"


def test_a_label_is_found_in_the_folder_that_its_owner_has_moved_the_mail_to(mailbox: Mailbox) -> None:
    user = mailbox.account.user
    mailbox.receive(question(user))
    mailbox.sync()
    wish(mailbox, "en")
    with mailbox.server.client(user) as client:
        client.create_folder("Projects")
        client.select_folder("INBOX")
        client.copy(client.search(), "Projects")
        client.delete_messages(client.search())
        client.expunge()
        client.append("Projects", newsletter(user), flags=(TO_REPLY.encode(),))
    assert {TO_REPLY.encode()} == flags_in(mailbox, "Projects")[0]
    wish(mailbox, LABELS_ENDING)
    assert flags_in(mailbox, "Projects") == [set(), {TO_REPLY.encode()}]


def test_a_keyword_of_an_earlier_version_goes_with_its_label(mailbox: Mailbox) -> None:
    mailbox.receive(question(mailbox.account.user))
    (record,) = mailbox.sync()
    with mailbox.server.client(mailbox.account.user) as client:
        client.select_folder("INBOX")
        client.add_flags(client.search(), [b"Inlaid-verdachtig"])
    with mailbox.provider.open(mailbox.account) as opened:
        opened.relabel([LabelChange(record.place, "", ("Inlaid: verdächtig",))])
    assert flags_in(mailbox, "INBOX") == [set()]


def wish(mailbox: Mailbox, language: str) -> None:
    preferences = Preferences(labels=language)
    save_preferences(mailbox.store.records, "local", mailbox.account.name, preferences, person="bob")
    put_labels(mailbox.store, mailbox.provider, mailbox.account)


def flags_in(mailbox: Mailbox, folder: str) -> list[set[bytes]]:
    found = mailbox.server.messages(folder, mailbox.account.user)
    return [{flag for flag in flags if flag[:1] != b"\\"} for _, flags in found]


def test_a_server_that_keeps_no_keywords_says_so_and_loses_nothing(settings: Settings) -> None:
    with running_pymap() as server, connected(server, settings) as poor:
        poor.receive(question(poor.account.user))
        poor.sync()
        with pytest.raises(SettingsError, match="keeps no labels"):
            wish(poor, "en")
        error = label_error(poor.store.records, "local", poor.account.name)
        assert error is not None
        assert "mailbox labels NAME off" in error["fix"]
        wish(poor, LABELS_ENDING)
        assert label_error(poor.store.records, "local", poor.account.name) is None


@pytest.mark.parametrize(
    ("label", "keyword"),
    [
        ("Inlaid: draft (2 gaps)", "Inlaid-draft-2-gaps"),
        ("Inlaid: verdächtig", "Inlaid-verdaechtig"),
        ("Inlaid: \u00e0 r\u00e9pondre", "Inlaid-a-repondre"),
        ("Inlaid: Entwurf (2 L\u00fccken)", "Inlaid-Entwurf-2-Luecken"),
    ],
)
def test_a_keyword_is_an_atom(label: str, keyword: str) -> None:
    assert keyword_of(label) == keyword
