"""Opens a connected mailbox with the login that is stored for it."""

from contextlib import AbstractContextManager

from imapclient import IMAPClient

from core.store.records import RecordStore
from integrations.mail.imap.accounts import Account
from integrations.mail.imap.connection import open_mailbox
from integrations.mail.imap.tokens import StoredTokens


def open_account(records: RecordStore, account: Account) -> AbstractContextManager[IMAPClient]:
    """Return what logs in for as long as a block lasts; see `open_mailbox` for what it raises."""
    return open_mailbox(account, StoredTokens(records, account) if account.login == "oauth" else None)
