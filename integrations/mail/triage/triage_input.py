"""What triage looks at. Pure."""

from dataclasses import dataclass

from integrations.mail.message.addresses import OwnerAddresses
from integrations.mail.message.message import MailMessage
from integrations.mail.message.quotes import SplitText


@dataclass(frozen=True, slots=True)
class TriageInput:
    """What the rules look at: the mail, its parts, whose mailbox it is, and the folder.

    `is_form` says that a form sent it for its sender, `is_correspondent` that the owner has written to the sender.
    """

    message: MailMessage
    split: SplitText
    owner: OwnerAddresses
    folder: str = ""
    is_form: bool = False
    is_correspondent: bool = False
