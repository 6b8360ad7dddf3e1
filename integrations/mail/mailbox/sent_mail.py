"""What the owner of an open mailbox has sent: to whom, what it answers, and what of it belongs to a conversation."""

import time
from collections.abc import Iterable

from core.cached_property import cached_property
from core.errors import InlaidError
from integrations.mail.mailbox.pending_drafts import MailHead, thread_ids
from integrations.mail.mailbox.provider import Mailbox, is_lasting, read_if_possible
from integrations.mail.message.message import MAX_MESSAGE_BYTES, MailMessage
from integrations.mail.message.senders import written_by_person
from integrations.mail.triage.decide import OLDEST_SECONDS

# How far back, and how much, of the sent mail is looked at for whom the owner knows, and for a conversation.
HISTORY_SECONDS, LATELY_SECONDS = 365 * 24 * 3600.0, 30 * 24 * 3600.0
MAX_SENT, _MAX_LATELY = 500, 200
# So many mails of a conversation are read, the newest.
_MAX_READ = 4


class SentMail:
    """The heads of what the owner of an open mailbox has sent, each kind read where something turns on it, once."""

    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox

    @cached_property
    def answered(self) -> frozenset[str]:
        """The Message-IDs of the mails that were answered lately."""
        return frozenset(before for head in self._since(OLDEST_SECONDS) for before in head.answers)

    @cached_property
    def correspondents(self) -> frozenset[str]:
        """Whom the owner has written to, by address."""
        return frozenset(address for head in self._since(HISTORY_SECONDS) for address in head.recipients)

    @cached_property
    def lately(self) -> list[MailHead]:
        """What was sent in the last weeks, oldest first; nothing where it cannot be read: drafts do without."""
        try:
            return self._since(LATELY_SECONDS, _MAX_LATELY)
        except InlaidError:
            return []

    def _since(self, seconds: float, limit: int = MAX_SENT) -> list[MailHead]:
        """Return what was sent within that time; nothing where it cannot be read."""
        try:
            since = time.time() - seconds
            return self._mailbox.sent_since(since, limit=limit) if self._mailbox.has_sent_folder else []
        except InlaidError as error:
            if is_lasting(error):
                raise
            return []


def own_mails(
    mailbox: Mailbox, message: MailMessage, sent: Iterable[MailHead], conversation: str = ""
) -> list[MailMessage]:
    """Return the owner's mails to the sender of a mail in its conversation, oldest first.

    What went to others alone is not told to the sender. What cannot be read is left out: a draft is made all the same.

    Args:
        mailbox: open.
        message: the mail that is answered.
        sent: heads of sent mail, oldest first.
        conversation: what the provider calls the thread of the mail, "" where it has no name for it.
    """
    before, person = thread_ids(message), written_by_person(message)
    people = {address.key for address in (person.sender, *person.reply_to)}
    found = [
        head
        for head in sent
        if (before & {head.message_id, *head.answers} or (conversation and head.conversation == conversation))
        and people & head.recipients
        and head.size_bytes <= MAX_MESSAGE_BYTES
    ]
    try:
        mails = [read_if_possible(mailbox, head) for head in found[-_MAX_READ:]]
    except InlaidError:
        return []
    return [mail for mail in mails if mail]
