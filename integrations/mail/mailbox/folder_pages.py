"""What a mailbox gives of a folder: its mails in pages, and which are gone."""

from collections.abc import Sequence
from typing import NamedTuple

from integrations.mail.message.message import MailMessage

# What people call the folder of sent mail, whatever the mailbox calls it.
SENT = "Sent"
# And that of new mail, which every mailbox has.
INBOX = "Inbox"


class FolderMail(NamedTuple):
    """A mail of a folder: what its mailbox calls it, when it came (Unix seconds, 0 when nothing says), and its text."""

    uid: str
    at: float
    message: MailMessage


class FolderPage(NamedTuple):
    """A page of a folder.

    Attributes:
        mails: new ones.
        gone: the names of those that were deleted or moved.
        position: where the next page goes on.
        is_last: whether nothing more waits now.
    """

    mails: Sequence[FolderMail]
    gone: Sequence[str]
    position: str
    is_last: bool
