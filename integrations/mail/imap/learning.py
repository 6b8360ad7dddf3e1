"""Learns how a person writes from the folder of sent mail of their IMAP mailbox, when they agreed to it."""

import time
from collections.abc import Iterator

import structlog

from core.errors import CredentialError, InlaidError, InputError, LimitError, StoreOutage
from core.store.records import RecordStore
from integrations.mail.addresses import OwnerAddresses
from integrations.mail.imap.accounts import Account, Accounts
from integrations.mail.imap.opening import open_account
from integrations.mail.imap.sent import SentFolder
from integrations.mail.message import Message
from integrations.mail.preferences import load_preferences
from integrations.mail.voice import Voice, learn_voice
from integrations.mail.voices import load_voice, save_voice

log = structlog.get_logger(__name__)

MOST_MAILS = 300
LOOK_BACK_SECONDS = 2 * 365 * 24 * 3600.0
AGAIN_SECONDS = 7 * 24 * 3600.0
LOCK_SECONDS = 300.0


def learn_from_mailbox(records: RecordStore, account: Account) -> Voice:
    """Learn from the newest sent mails, store what was learnt, and return it.

    Raises:
        InputError: the person has not agreed, or there is no folder of sent mail.
        LimitError: it is being learnt right now.
        InlaidError: see `open_mailbox`.
    """
    preferences = load_preferences(records, account.workspace, account.name)
    if not preferences.learns_voice:
        fix = f"Agree with: inlaid mailbox voice {account.name} --learn"
        raise InputError("Sent mail is not learnt from: its owner has not agreed.", fix=fix)
    owner = OwnerAddresses(name=account.owner_name, address=account.address, aliases=preferences.aliases)
    with (
        records.lock(account.workspace, f"mailbox voice:{account.name}", seconds=LOCK_SECONDS),
        open_account(records, account) as client,
    ):
        voice = learn_voice(_newest(SentFolder(client)), owner, at=time.time())
    if load_preferences(records, account.workspace, account.name).learns_voice:  # and has not changed their mind since
        save_voice(records, account.workspace, account.name, voice, person=account.person)
    return voice


def learn_all(records: RecordStore) -> None:
    """Learn anew from every mailbox whose owner agreed, once a week.

    Raises:
        StoreOutage: nothing can be stored.
    """
    accounts = Accounts(records)
    for account in accounts.list():
        error = accounts.cursor(account).error
        refused = error is not None and error["code"] == CredentialError.code
        if refused or not load_preferences(records, account.workspace, account.name).learns_voice:
            continue
        voice = load_voice(records, account.workspace, account.name)
        if voice and time.time() < voice.learnt_at + AGAIN_SECONDS:
            continue
        try:
            learn_from_mailbox(records, account)
        except LimitError:
            continue
        except StoreOutage:
            raise
        except InlaidError as failure:
            log.warning("voice not learnt", code=failure.code, workspace=account.workspace)


def _newest(folder: SentFolder) -> Iterator[Message]:
    if folder.name is None:
        raise InputError("There is no folder of sent mail.", fix="Let the mail program keep what it sends.")
    sent = folder.since(time.time() - LOOK_BACK_SECONDS)[-MOST_MAILS:]
    for one in reversed(sent):
        message = folder.read(one.uid)
        if message:
            yield message
