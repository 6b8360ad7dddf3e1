"""Sent mail of an IMAP mailbox, for learning how its owner writes."""

import time
from collections.abc import Iterator

from core.errors import InputError
from core.store.records import RecordStore
from core.system.deadline import is_short
from integrations.mail.imap.accounts import Account
from integrations.mail.imap.connection import open_account
from integrations.mail.imap.sent import SentFolder
from integrations.mail.mailbox.backoff import Backoff
from integrations.mail.mailbox.style_learning import LOOK_BACK_SECONDS, MOST_MAILS, learn_from
from integrations.mail.message.message import Message
from integrations.mail.reply.writing_style import Voice


def learn_from_mailbox(records: RecordStore, account: Account) -> Voice:
    """Learn from the newest sent mails, store what was learnt, and return it.

    Raises:
        InputError: the person has not agreed, or there is no folder of sent mail.
        LimitError: it is being learnt right now.
        InlaidError: see `open_mailbox`.
    """
    return learn_from(records, account, _newest(records, account))


def _newest(records: RecordStore, account: Account) -> Iterator[Message]:
    with Backoff(records).attempt(account.place), open_account(records, account) as client:
        folder = SentFolder(client)
        if folder.name is None:
            raise InputError("There is no folder of sent mail.", fix="Let the mail program keep what it sends.")
        sent = folder.since(time.time() - LOOK_BACK_SECONDS)[-MOST_MAILS:]
        for one in reversed(sent):
            if is_short():
                return  # what there was time for is the newest
            message = folder.read(one)
            if message:
                yield message
