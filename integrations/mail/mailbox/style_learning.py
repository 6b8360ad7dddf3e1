"""Learns how a person writes from the mail that they sent, if they agreed to it, and keeps it sealed.

The command line and the console show and delete it. Past replies are kept where every surface finds them as examples
(`core.insight.learning.examples`).
"""

import time
from collections.abc import Callable, Iterator, Sequence

from core.errors import InputError
from core.insight.learning.examples import PAST_WORK_KIND
from core.store.records import RecordStore
from core.system.connections import is_short
from integrations.mail.mailbox.account import A, MailboxAccount
from integrations.mail.mailbox.pending_drafts import Thread, holder_of
from integrations.mail.mailbox.preferences import load_preferences
from integrations.mail.mailbox.provider import Provider, read_if_possible
from integrations.mail.mailbox.visits import Backoff
from integrations.mail.message.addresses import OwnerAddresses
from integrations.mail.message.message import MailMessage
from integrations.mail.reply.writing_style import ReplyExample, WritingStyle, find_examples, learn_from_mails

STYLE_KIND = "mailbox_voice"
# The recipe that past replies are examples for.
RECIPE = "reply"
MAX_MAILS = 300
LOOK_BACK_SECONDS = 2 * 365 * 24 * 3600.0
AGAIN_SECONDS = 7 * 24 * 3600.0
LOCK_SECONDS = 300.0


def load_style(records: RecordStore, workspace: str, mailbox: str) -> WritingStyle | None:
    """Return what was learnt from a mailbox; None when nothing was, or it was forgotten."""
    record = records.get(STYLE_KIND, workspace, mailbox)
    return WritingStyle.model_validate(record.data) if record else None


def load_examples(records: RecordStore, workspace: str, mailbox: str) -> Sequence[ReplyExample]:
    """Return the past replies that serve as examples."""
    record = records.get(PAST_WORK_KIND, workspace, _key(mailbox))
    return [ReplyExample.model_validate(work) for work in record.data["works"]] if record else []


def save_style(
    records: RecordStore,
    workspace: str,
    mailbox: str,
    style: WritingStyle,
    exchanges: Sequence[ReplyExample],
    *,
    person: str,
) -> None:
    """Store what was learnt, in place of what was before."""
    records.put(STYLE_KIND, workspace, mailbox, style.model_dump(mode="json"), person=person)
    works = [example.model_dump(mode="json") for example in exchanges]
    past = {"recipe": RECIPE, "usual_words": style.typical_words, "works": works}
    records.put(PAST_WORK_KIND, workspace, _key(mailbox), past, person=person)


def forget_style(records: RecordStore, workspace: str, mailbox: str) -> bool:
    """Delete what was learnt, and return whether there was anything."""
    records.delete(PAST_WORK_KIND, workspace, _key(mailbox))
    return records.delete(STYLE_KIND, workspace, mailbox) > 0


def _key(mailbox: str) -> str:
    return f"mail:{mailbox}"


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
        sent = [*_newest_sent(records, provider, account)]
        mails = [mail for mail in sent if not _is_ours(records, account, mail)]
        style = learn_from_mails(mails, owner, at=time.time()).model_copy(update={"looked_at": len(sent)})
    if load_preferences(records, account.workspace, account.name).learns_voice:  # and has not changed their mind since
        examples = find_examples(mails, owner)
        save_style(records, account.workspace, account.name, style, examples, person=account.person)
    return style


def _newest_sent(records: RecordStore, provider: Provider[A], account: A) -> Iterator[MailMessage]:
    with Backoff(records).attempt(account.place), provider.open(account) as mailbox:
        if not mailbox.has_sent_folder:
            raise InputError("There is no folder of sent mail.", fix="Let the mail program keep what it sends.")
        for head in reversed(mailbox.sent_since(time.time() - LOOK_BACK_SECONDS, limit=MAX_MAILS)):
            if is_short():
                return  # what there was time for is the newest
            message = read_if_possible(mailbox, head)
            if message:
                yield message


def _is_ours(records: RecordStore, account: MailboxAccount, mail: MailMessage) -> bool:
    """Whether we have drafted in the thread of a sent mail: what came of a draft may bear any id when it is sent."""
    return bool(holder_of(records, account, Thread(records, account, mail).key))


def learn_when_due(records: RecordStore, account: MailboxAccount, learn: Callable[[], WritingStyle]) -> None:
    """Learn again, once a week, from a mailbox whose owner agreed.

    Raises:
        StoreOutage: nothing can be stored.
        InlaidError: what `learn` raises.
    """
    style = load_style(records, account.workspace, account.name)
    if style is None or time.time() > style.learnt_at + AGAIN_SECONDS:
        learn()
