"""What triage looks at. Pure."""

from dataclasses import dataclass

from core.text.salutations import ANSWER_SUBJECT, FORWARD_SUBJECT
from integrations.mail.message.addresses import Address, OwnerAddresses
from integrations.mail.message.message import MailMessage
from integrations.mail.message.quotes import SplitText, is_quoted, split_text


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


def split_of(message: MailMessage) -> SplitText:
    """Return the parts of a mail's text.

    What stands behind marks in a mail that goes on with none is its message: tools show so what somebody commented.
    """
    split = split_text(message.text)
    begins = (ANSWER_SUBJECT, FORWARD_SUBJECT)
    if message.in_reply_to or message.references or any(begin.match(message.subject) for begin in begins):
        return split
    is_shown = all(is_quoted(line) for line in split.quoted.splitlines() if line.strip())
    if not (split.quoted and is_shown):
        return split
    lines = message.text.splitlines()
    return split_text(
        "\n".join(line.lstrip().removeprefix(">").lstrip() if is_quoted(line) else line for line in lines)
    )
