"""A mail in an IMAP mailbox as the target of a job."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from integrations.mail.reply.reply import REQUESTED

KIND = "mail"


@dataclass(frozen=True)
class ImapTarget:
    """See `mailbox.provider.MailTarget`.

    Args:
        account: name of the mailbox.
        uid: its UID.
        uidvalidity: which numbering of the inbox that is; 0 for a mail of another folder.
        arrived_at: when it came, in Unix seconds.
        is_requested: whether its owner asked for the draft.
    """

    account: str
    uid: int
    uidvalidity: int = 0
    arrived_at: float = 0.0
    is_requested: bool = False

    @property
    def key(self) -> str:
        """What names the mail: mailbox, UIDVALIDITY and UID."""
        return f"imap:{self.account}:{self.uidvalidity}:{self.uid}"

    def to_json(self) -> dict[str, Any]:
        """Return it as it is stored with a job."""
        place = {"account": self.account, "arrived_at": self.arrived_at, "uid": self.uid}
        requested = {REQUESTED: True} if self.is_requested else {}
        return {"kind": KIND, **place, "uidvalidity": self.uidvalidity, **requested}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "ImapTarget":
        """Return a target as it was stored; of a new mail's job little is there."""
        return cls(
            str(data.get("account", "")),
            int(data.get("uid", 0)),
            int(data.get("uidvalidity", 0)),
            float(data.get("arrived_at", 0.0)),
            bool(data.get(REQUESTED)),
        )
