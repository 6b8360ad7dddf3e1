"""From a mail to a decision, and to the inputs of a reply when one is due, for every kind of mailbox. Pure."""

import time
from dataclasses import dataclass

from core.errors import MessageError
from integrations.mail.message.addresses import OwnerAddresses
from integrations.mail.message.message import Message
from integrations.mail.reply.reply import REQUESTED, reply_inputs
from integrations.mail.reply.writing_style import WritingStyle
from integrations.mail.triage.decide import DEFAULT_THRESHOLD, Decision, decide

# A mailbox that was moved or restored may show old mail as new.
OLDEST_SECONDS = 7 * 24 * 3600.0
FOLLOW_UP = "follow_up"
_BY_REQUEST = Decision(needs_reply=True, reason="You marked it for a draft.", rule=REQUESTED)


@dataclass(frozen=True)
class MailboxContext:
    """Whose mail it is, and what they have set.

    Args:
        owner: who answers.
        threshold: how probable (0..1) it must be that a mail needs an answer.
        drafts_per_day: most drafts in a day that nobody asked for; 0: any number.
        can_mark: whether they can mark a mail for a draft.
        style: how they write, when they agreed that it is learnt.
        drafts_today: how many drafts the mailbox had today that nobody asked for.
    """

    owner: OwnerAddresses
    threshold: float = DEFAULT_THRESHOLD
    drafts_per_day: int = 0
    can_mark: bool = False
    style: WritingStyle | None = None
    drafts_today: int = 0


def judge(
    message: Message, context: MailboxContext, *, folder: str, is_answered: bool = False, is_requested: bool = False
) -> tuple[Decision, dict[str, str]]:
    """Decide about a mail.

    Args:
        message: the mail.
        context: whose it is.
        folder: where it lies.
        is_answered: whether it has been answered already.
        is_requested: whether the person has marked it for a draft: then only what cannot be answered gets none.

    Returns:
        The decision, and the inputs of the recipe `reply` when a draft is due, else nothing.
    """
    decision = _BY_REQUEST if is_requested else _decide(message, context, folder, is_answered=is_answered)
    if not decision.needs_reply:
        return decision, {}
    try:
        return decision, reply_inputs(message, context.owner, context.style)
    except MessageError as error:
        return no_draft("no_text", error.message), {}


def no_draft(rule: str, reason: str) -> Decision:
    """Return the decision that a mail gets none, by a rule that stands beside those of triage."""
    return Decision(needs_reply=False, reason=reason, rule=rule)


def _decide(message: Message, context: MailboxContext, folder: str, *, is_answered: bool) -> Decision:
    if is_answered:
        return no_draft("answered", "It has been answered already.")
    # A date in the future is a wrong clock's, and says nothing.
    if message.date and message.date.timestamp() < time.time() - OLDEST_SECONDS:
        return no_draft("old", "It was written more than a week ago.")
    decision = decide(message, context.owner, folder=folder, threshold=context.threshold)
    limit = context.drafts_per_day
    if decision.needs_reply and limit and context.drafts_today >= limit:
        how = "; mark the mail to get one" if context.can_mark else ""
        return no_draft("day_limit", f"The limit of {limit} drafts a day is reached{how}.")
    return decision
