"""Opens a connected mailbox with the login that is stored for it."""

from contextlib import AbstractContextManager

from imapclient import IMAPClient

from core.store.records import RecordStore
from integrations.mail.imap.accounts import Account
from integrations.mail.imap.connection import VISIT_SECONDS, open_mailbox
from integrations.mail.imap.tokens import StoredTokens


def open_account(
    records: RecordStore, account: Account, *, seconds: float = VISIT_SECONDS
) -> AbstractContextManager[IMAPClient]:
    """Return what logs in for as long as a block lasts; see `open_mailbox` for the rest."""
    tokens = StoredTokens(records, account) if account.login == "oauth" else None
    return open_mailbox(account, tokens, seconds=seconds)
