"""A mailbox of each provider in one database, and a mailbox on a real Dovecot."""

from collections.abc import Iterator

import pytest

from core.settings import Settings
from core.store import Store
from integrations.mail.graph.accounts import GraphAccount, GraphAccounts
from integrations.mail.imap.accounts import Accounts, ImapAccount
from tests.integrations.mail.imap.conftest import mailbox
from tests.stores import new_store

__all__ = ["mailbox"]

BOB = ImapAccount("imap.example.org", 993, "bob@example.org", "secret", "tls", "bob", address="bob@example.org")
KIM = GraphAccount("kim@example.org", "kim")


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    opened = new_store(settings)
    Accounts(opened.records).save(BOB)
    GraphAccounts(opened.records).save(KIM)
    yield opened
    opened.close()
