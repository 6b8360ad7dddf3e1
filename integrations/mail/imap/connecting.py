"""Connects a mailbox: encryption, login, inbox and a folder for drafts are tested before anything is saved."""

from core.store.records import RecordStore
from integrations.mail.imap.accounts import Account, Accounts
from integrations.mail.imap.connection import open_mailbox, settle_security
from integrations.mail.imap.folders import drafts_folder
from integrations.mail.imap.inbox import Inbox
from integrations.mail.imap.tokens import GrantTokens, StoredTokens, TokenGrant, TokenSource


def connect_mailbox(records: RecordStore, account: Account, grant: TokenGrant | None = None) -> tuple[Account, str]:
    """Test a mailbox and save it; return it as it works, and its Drafts folder.

    Args:
        records: where it is kept.
        account: the mailbox.
        grant: its access token, when it logs in by one.

    Raises:
        InlaidError: see `check_mailbox`; nothing was saved.
    """
    tokens = GrantTokens(grant) if grant else None
    account, folder = check_mailbox(account, tokens)
    if tokens:
        StoredTokens(records, account).save(tokens.grant)
    Accounts(records).save(account)
    return account, folder


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
