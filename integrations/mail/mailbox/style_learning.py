"""Learns how a person writes from the mail that they sent, if they agreed to it."""

import time
from collections.abc import Callable, Iterator

from core.errors import InputError
from core.store.records import RecordStore
from core.system.deadline import is_short
from integrations.mail.mailbox.account import A, Account
from integrations.mail.mailbox.backoff import Backoff
from integrations.mail.mailbox.preferences import load_preferences
from integrations.mail.mailbox.provider import Provider, read_if_possible
from integrations.mail.mailbox.style_store import load_style, save_style
from integrations.mail.mailbox.thread_lock import Thread, holder_of
from integrations.mail.message.addresses import OwnerAddresses
from integrations.mail.message.message import Message
from integrations.mail.reply.examples import find_examples
from integrations.mail.reply.writing_style import WritingStyle, learn_from_mails

MAX_MAILS = 300
LOOK_BACK_SECONDS = 2 * 365 * 24 * 3600.0
AGAIN_SECONDS = 7 * 24 * 3600.0
LOCK_SECONDS = 300.0


def learn_style(records: RecordStore, provider: Provider[A], account: A) -> WritingStyle:
    """Learn from the newest sent mails of a mailbox, store what was learnt, and return it.

    Raises:
        InputError: the person has not agreed, or there is no folder of sent mail.
        LimitError: it is being learnt right now.
        InlaidError: the mailbox cannot be read.
    """
    preferences = load_preferences(records, account.workspace, account.name)
    if not preferences.learns_voice:
        fix = f"Agree with: inlaid mailbox voice {account.name} --learn"
        raise InputError("Sent mail is not learnt from: its owner has not agreed.", fix=fix)
    owner = OwnerAddresses(name=account.owner_name, address=account.address, aliases=preferences.aliases)
    with records.lock(account.workspace, f"mailbox voice:{account.name}", seconds=LOCK_SECONDS):
        sent = _newest_sent(records, provider, account)
        mails = [mail for mail in sent if not _is_ours(records, account, mail)]
        style = learn_from_mails(mails, owner, at=time.time())
    if load_preferences(records, account.workspace, account.name).learns_voice:  # and has not changed their mind since
        examples = find_examples(mails, owner)
        save_style(records, account.workspace, account.name, style, examples, person=account.person)
    return style


def _newest_sent(records: RecordStore, provider: Provider[A], account: A) -> Iterator[Message]:
    with Backoff(records).attempt(account.place), provider.open(account) as mailbox:
        if not mailbox.has_sent_folder:
            raise InputError("There is no folder of sent mail.", fix="Let the mail program keep what it sends.")
        for head in reversed(mailbox.sent_since(time.time() - LOOK_BACK_SECONDS, limit=MAX_MAILS)):
            if is_short():
                return  # what there was time for is the newest
            message = read_if_possible(mailbox, head)
            if message:
                yield message


def _is_ours(records: RecordStore, account: Account, mail: Message) -> bool:
    """Whether we have drafted in the thread of a sent mail: what came of a draft may bear any id when it is sent."""
    return bool(holder_of(records, account, Thread(records, account, mail).key))


def learn_when_due(records: RecordStore, account: Account, learn: Callable[[], WritingStyle]) -> None:
    """Learn again, once a week, from a mailbox whose owner agreed.

    Raises:
        StoreOutage: nothing can be stored.
        InlaidError: what `learn` raises.
    """
    if not load_preferences(records, account.workspace, account.name).learns_voice:
        return
    style = load_style(records, account.workspace, account.name)
    if style is None or time.time() > style.learnt_at + AGAIN_SECONDS:
        learn()
