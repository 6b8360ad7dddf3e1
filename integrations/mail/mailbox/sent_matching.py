"""Which sent mail is a draft of ours, and what that makes of the draft: the same for every kind of mailbox. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from core.job import Outcome
from integrations.mail.message.message import Message
from integrations.mail.reply.edit_distance import SAME_DISTANCE, used_text

# Server and database may disagree about the time.
CLOCK_SECONDS = 300.0
# A mail further from the draft than this is the person's own.
OTHER_DISTANCE = 0.75
# Why a draft is taken back whose mail its owner has thrown away.
SOURCE_DELETED = "source_deleted"


class Awaited(Protocol):
    """A draft that waits, whatever the kind of its mailbox."""

    @property
    def answers(self) -> str:
        """Message-ID of the mail that it answers; "" for a new mail."""

    @property
    def subject(self) -> str:
        """Its subject, without `Re:`."""

    @property
    def recipients(self) -> tuple[str, ...]:
        """Addresses that it goes to, in lower case."""

    @property
    def placed_at(self) -> float:
        """When it was put there, in Unix seconds."""


@dataclass(frozen=True)
class Sent:
    """The head of a mail, before its text is fetched. `ref` is its UID or id; times are Unix seconds."""

    ref: str
    message_id: str
    answers: frozenset[str]
    subject: str
    recipients: frozenset[str]
    at: float


class Became(NamedTuple):
    """What became of a draft: the outcome, how far it is from what was sent, and what else is stored with it."""

    outcome: Outcome
    distance: float | None
    detail: dict[str, Any]


def candidates(one: Awaited, own_id: str, sent: Sequence[Sent]) -> list[Sent]:
    """Return the sent mails that may be the draft, the surest first: by its id, by what it answers, by its look."""

    def is_alike(mail: Sent) -> bool:
        # Some programs and servers drop what ties an answer to its mail.
        return not mail.answers and mail.subject == one.subject and bool(mail.recipients & set(one.recipients))

    after = [mail for mail in sent if mail.at >= one.placed_at - CLOCK_SECONDS]
    by_id = [mail for mail in after if own_id and mail.message_id == own_id]
    by_answer = [mail for mail in after if one.answers and one.answers in mail.answers]
    by_look = [mail for mail in after if is_alike(mail)]
    return list(dict.fromkeys([*by_id, *by_answer, *by_look]))


def became(one: Awaited, head: Sent, mail: Message, draft: str, *, is_sure: bool) -> Became | None:
    """Return what a sent mail makes of a draft; None when the two have nothing to do with each other.

    Args:
        one: the draft that waits.
        head: the head of the sent mail.
        mail: the sent mail.
        draft: the text of the draft.
        is_sure: whether its id says that it is the draft, however much was changed.
    """
    text, distance = used_text(mail, draft)
    if distance <= OTHER_DISTANCE or is_sure:
        outcome: Outcome = "accepted" if distance <= SAME_DISTANCE else "edited"
        return Became(outcome, distance, {"text": text, "at": head.at})
    return Became("rejected", None, {"why": "own_reply", "at": head.at}) if one.answers in head.answers else None
