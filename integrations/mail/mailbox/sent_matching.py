"""Finds out which sent mail was a draft of ours, and how far its text is from the draft. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from core.job import Outcome
from core.outcomes.edits import edit_distance
from integrations.mail.mailbox.pending_drafts import PendingDraft
from integrations.mail.message.message import Message
from integrations.mail.message.quotes import split_text

# Server and database may disagree about the time.
CLOCK_SECONDS = 300.0
# A mail further from the draft than this is the person's own.
OTHER_DISTANCE = 0.75
# Why a draft is taken back whose mail its owner has thrown away.
SOURCE_DELETED = "source_deleted"


@dataclass(frozen=True)
class MailHead:
    """The head of a mail, before its text is fetched.

    Args:
        ref: what the provider calls the mail: its UID or id.
        message_id: its Message-ID.
        answers: the ids of the mails before it in its thread.
        subject: its subject, without `Re:`.
        recipients: addresses that it went to, in lower case.
        at: when it came or was sent, in Unix seconds.
        folder: in which folder it lies.
        conversation: what the provider calls its thread, where it has a name for it.
        is_sent: whether it lies in the folder of sent mail.
        is_draft: whether it was not sent.
    """

    ref: str
    message_id: str
    answers: frozenset[str]
    subject: str
    recipients: frozenset[str]
    at: float
    folder: str = ""
    conversation: str = ""
    is_sent: bool = False
    is_draft: bool = False


class DraftOutcome(NamedTuple):
    """What became of a draft: the outcome, how far it is from what was sent, and what else is stored with it."""

    outcome: Outcome
    distance: float | None
    detail: dict[str, Any]


def candidates(draft: PendingDraft, sent: Sequence[MailHead]) -> list[MailHead]:
    """Return the sent mails that may be the draft, the surest first: by its id, by what it answers, by its look."""

    def is_alike(head: MailHead) -> bool:
        # Some programs and servers drop what ties an answer to its mail.
        return not head.answers and head.subject == draft.subject and bool(head.recipients & set(draft.recipients))

    after = [head for head in sent if head.at >= draft.placed_at - CLOCK_SECONDS]
    by_id = [head for head in after if _is_same(draft, head)]
    by_answer = [head for head in after if draft.answers and draft.answers in head.answers]
    by_look = [head for head in after if is_alike(head)]
    return list(dict.fromkeys([*by_id, *by_answer, *by_look]))


def outcome_of(
    draft: PendingDraft, head: MailHead | None, mail: Message, text: str, *, at: float
) -> DraftOutcome | None:
    """Return what a sent mail makes of a draft; None when the two have nothing to do with each other.

    Args:
        draft: the draft that waits.
        head: the head of the sent mail; None when the mailbox itself says that it is the draft.
        mail: the sent mail.
        text: the text of the draft.
        at: when it was sent, in Unix seconds.
    """
    used, distance = used_text(mail, text)
    if distance <= OTHER_DISTANCE or head is None or _is_same(draft, head):
        outcome: Outcome = "accepted" if distance <= SAME_DISTANCE else "edited"
        return DraftOutcome(outcome, distance, {"text": used, "at": at})
    return DraftOutcome("rejected", None, {"why": "own_reply", "at": at}) if draft.answers in head.answers else None


def _is_same(draft: PendingDraft, head: MailHead) -> bool:
    """Whether a sent mail bears the id of the draft, however much was changed in it."""
    return draft.draft.message_id in {head.message_id, head.ref}


# After so long a draft that still waits counts as not wanted.
EXPIRES_SECONDS = 7 * 24 * 3600.0
# Below this a sent mail is the draft as it was; what mail programs do to a text is no edit.
SAME_DISTANCE = 0.02


def used_text(mail: Message, draft: str) -> tuple[str, float]:
    """Return what the person wrote, and how far it is from the draft.

    The signature is compared when it is ours, and left out when the mail program has added one.
    """
    parts = split_text(mail.text)
    whole = f"{parts.new_text}\n{parts.signature}".strip()
    found = {text: edit_distance(_flowed(draft), _flowed(text)) for text in (whole, parts.new_text)}
    text = min(found, key=lambda text: found[text])
    return text, found[text]


def _flowed(text: str) -> str:
    """Return the text without the line breaks that mail programs put."""
    return " ".join(text.split())
