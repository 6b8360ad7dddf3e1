"""The mail that a job is about, at providers that name a mail by an id that stays the same wherever it is moved."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from core.drafts import JsonObject
from integrations.mail.message.message import MailMessage
from integrations.mail.reply.compose import REQUESTED


@dataclass(frozen=True)
class IdTarget:
    """See `mailbox.provider.MailTarget`; each provider has a subclass of its own.

    Args:
        account: name of the mailbox.
        id: what the provider calls the mail.
        conversation: what it calls the thread.
        arrived_at: when the mail came, in Unix seconds.
        number: puts mails of the same second in an order; see `number_of`.
        is_requested: whether its owner asked for the draft.

    Attributes:
        provider: what keys begin with.
        kind: what it is called where it is stored.
        thread_field: under which name the thread is stored.
    """

    provider: ClassVar[str]
    kind: ClassVar[str]
    thread_field: ClassVar[str]

    account: str
    id: str
    conversation: str = ""
    arrived_at: float = 0.0
    number: int = 0
    is_requested: bool = False

    @property
    def key(self) -> str:
        """What names the mail: mailbox and id."""
        return f"{self.provider}:{self.account}:{self.id}"

    @property
    def uid(self) -> str:
        """The id."""
        return self.id

    @property
    def uidvalidity(self) -> None:
        """None: ids are never reused."""
        return None

    def to_json(self) -> JsonObject:
        """Return it as it is stored with a job."""
        place = {"account": self.account, "id": self.id, self.thread_field: self.conversation}
        requested = {REQUESTED: True} if self.is_requested else {}
        return {"kind": self.kind, **place, **requested, "arrived_at": self.arrived_at, "number": self.number}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Return a target as it was stored; of a new mail's job little is there."""
        return cls(
            str(data.get("account", "")),
            str(data.get("id", "")),
            str(data.get(cls.thread_field, "")),
            float(data.get("arrived_at", 0.0)),
            int(data.get("number", 0)),
            bool(data.get(REQUESTED)),
        )


def number_of(message: MailMessage, mail_id: str) -> int:
    """Return a number that puts mails of the same second in an order: by what they answer, then by id."""
    return len(message.references) << 32 | int.from_bytes(hashlib.sha256(mail_id.encode()).digest()[:4])
