"""Tests a mailbox before it is saved: encryption, login, inbox, and a folder for drafts."""

from integrations.mail.imap.accounts import Account
from integrations.mail.imap.connection import open_mailbox, settle_security
from integrations.mail.imap.folders import drafts_folder
from integrations.mail.imap.inbox import Inbox
from integrations.mail.imap.tokens import TokenSource


def check_mailbox(account: Account, tokens: TokenSource | None = None) -> tuple[Account, str]:
    """Return the account as it works, with the encryption that its server offers, and its Drafts folder.

    Raises:
        CredentialError: user, password or access token were refused.
        OutageError: the server cannot be reached.
        InputError: it cannot be talked to safely, or refuses what a mailbox must allow.
    """
    account = settle_security(account)
    with open_mailbox(account, tokens) as client:
        Inbox(client)
        return account, drafts_folder(client)
