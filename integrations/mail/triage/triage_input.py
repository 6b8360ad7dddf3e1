"""What triage looks at. Pure."""

from dataclasses import dataclass

from integrations.mail.message.addresses import Address, OwnerAddresses
from integrations.mail.message.message import MailMessage
from integrations.mail.message.quotes import SplitText


@dataclass(frozen=True, slots=True)
class TriageInput:
    """What the rules look at: the mail, its parts, whose mailbox it is, and the folder.

    `relay` is the address of the form or the desk that sent it for its sender, `is_correspondent` says that the owner
    has written to the sender.
    """

    message: MailMessage
    split: SplitText
    owner: OwnerAddresses
    folder: str = ""
    relay: Address | None = None
    is_correspondent: bool = False

    @property
    def is_form(self) -> bool:
        """Whether a form, or what looks like one, sent it for its sender."""
        return self.relay is not None

    @property
    def is_said_in_subject(self) -> bool:
        """Whether its subject is all it says: no text, no picture."""
        return not self.message.text.strip() and "<img" not in self.message.html.lower()
