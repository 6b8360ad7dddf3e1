"""Which failures concern a mailbox as a whole, and which only the one mail that was asked for."""

from core.errors import CredentialError, ForbiddenError, InlaidError, OutageError, SettingsError
from integrations.mail.mailbox.provider import Mailbox
from integrations.mail.mailbox.sent_matching import MailHead
from integrations.mail.message.message import Message


def is_lasting(error: Exception) -> bool:
    """Whether an error concerns the mailbox as a whole, and not the one mail that was asked for."""
    return isinstance(error, CredentialError | ForbiddenError | OutageError | SettingsError)


def read_if_possible(mailbox: Mailbox, head: MailHead) -> Message | None:
    """Return a mail; None when it is gone, or when this one cannot be read.

    Raises:
        InlaidError: the mailbox cannot be read at all.
    """
    try:
        return mailbox.read(head)
    except InlaidError as error:
        if is_lasting(error):
            raise
        return None
