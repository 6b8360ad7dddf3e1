"""A mail at Microsoft as the target of a job."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from integrations.mail.reply.reply import REQUESTED

KIND = "graph_mail"


@dataclass(frozen=True)
class GraphTarget:
    """See `mailbox.provider.MailTarget`.

    Args:
        account: name of the mailbox.
        id: its immutable id.
        conversation: what Exchange calls its thread.
        arrived_at: when it came, in Unix seconds.
        number: puts mails of the same second in an order.
        is_requested: whether its owner asked for the draft.
    """

    account: str
    id: str
    conversation: str = ""
    arrived_at: float = 0.0
    number: int = 0
    is_requested: bool = False

    @property
    def key(self) -> str:
        """What names the mail: mailbox and immutable id."""
        return f"graph:{self.account}:{self.id}"

    @property
    def uid(self) -> str:
        """The immutable id."""
        return self.id

    @property
    def uidvalidity(self) -> None:
        """None: immutable ids are never reused."""
        return None

    def to_json(self) -> dict[str, Any]:
        """Return it as it is stored with a job."""
        place = {"account": self.account, "id": self.id, "conversation": self.conversation}
        requested = {REQUESTED: True} if self.is_requested else {}
        return {"kind": KIND, **place, **requested, "arrived_at": self.arrived_at, "number": self.number}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "GraphTarget":
        """Return a target as it was stored; of a new mail's job little is there."""
        return cls(
            str(data.get("account", "")),
            str(data.get("id", "")),
            str(data.get("conversation", "")),
            float(data.get("arrived_at", 0.0)),
            int(data.get("number", 0)),
            bool(data.get(REQUESTED)),
        )
