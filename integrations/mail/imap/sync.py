"""One round over an IMAP mailbox, by one process at a time."""

from dataclasses import replace

from core.errors import InlaidError
from core.system.deadline import is_short
from integrations.mail.imap.accounts import Account, Accounts
from integrations.mail.imap.mailbox import ImapProvider
from integrations.mail.mailbox.backoff import Backoff
from integrations.mail.mailbox.preferences import load_preferences, now
from integrations.mail.mailbox.triage_records import TriageRecord
from integrations.mail.mailbox.triage_round import Submit, TriageRound
from integrations.mail.mailbox.visits import LOCK_SECONDS


def sync_mailbox(accounts: Accounts, account: Account, submit: Submit) -> list[TriageRecord]:
    """Look for new mail and submit a job for each that needs an answer. An error is also stored with the mailbox.

    Raises:
        LimitError: the mailbox is being read right now by somebody else.
        InlaidError: it cannot be read; see `open_mailbox`.
    """
    records = accounts.records
    with records.lock(account.workspace, f"mailbox:{account.name}", seconds=LOCK_SECONDS):
        try:
            with Backoff(records).attempt(account.place), ImapProvider(records).open(account) as mailbox:
                return TriageRound(records, account, mailbox, submit).run()
        except InlaidError as error:
            accounts.save_cursor(account, replace(accounts.cursor(account), error=error.to_json()))
            raise


def catch_up(accounts: Accounts, account: Account, submit: Submit) -> None:
    """Sync a mailbox until nothing new is left or the time is over, unless its owner wants it left alone now.

    Raises:
        LimitError, InlaidError: see `sync_mailbox`.
    """
    if load_preferences(accounts.records, account.workspace, account.name).rests(now()):
        return
    while True:
        sync_mailbox(accounts, account, submit)
        if is_short() or not accounts.cursor(account).is_behind:
            return
