"""Does this mail need an answer from its owner? Rules first, then a sum of weighed signs that a person can read.

Drafting for mail that needs no answer is the costliest fault of such programs, so doubt means no. `judge` is the one
decision for every kind of mailbox.
"""

import functools
import json
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from pydantic import Field

from core.drafts import Value
from core.errors import MessageError
from core.text.asks import Wanted, find_wanted
from integrations.mail.message.addresses import Address, OwnerAddresses
from integrations.mail.message.message import Message, assumed_owner
from integrations.mail.message.quotes import split_text
from integrations.mail.message.senders import written_by_person
from integrations.mail.reply.compose import REQUESTED, reply_inputs
from integrations.mail.reply.writing_style import WritingStyle
from integrations.mail.triage.automated import automated_verdict
from integrations.mail.triage.features import SENTENCES, TriageInput, find_features
from integrations.mail.triage.fraud import suspicion

DEFAULT_THRESHOLD = 0.5
SUSPICIOUS = "suspicious"
# Signs that somebody waits for an answer although nothing is asked.
WAITS = frozenset({"complains", "reminds"})
# Rules beside which nothing is said of fraud: own mail, spam, and mass mail, which sells gift cards by right.
CERTAIN_RULES = frozenset({"own_mail", "spam", "bounce", "automatic", "list", "mass_mail", "encrypted"})
# Rules that hold whatever the owner says of a sender, whose address others may forge: spam, and what nobody waits for.
UNCORRECTED_RULES = frozenset({"own_mail", "spam", "bounce", "automatic", "encrypted"})
# Rules that may hold no more for somebody whom the owner has written to.
HISTORY_RULES = frozenset({"machine_sender", "notification", "not_asked"})
WEIGHTS_FILE = Path(__file__).with_name("needs_answer.json")
# A mailbox that was moved or restored may show old mail as new.
OLDEST_SECONDS = 7 * 24 * 3600.0
FOLLOW_UP = "follow_up"


@dataclass(frozen=True)
class Weights:
    """Log-odds: what counts against every mail, and what each sign adds by its strength."""

    doubt: float
    by_sign: dict[str, float]


@functools.cache
def load_weights() -> Weights:
    """Return the weights that are in force."""
    found = json.loads(WEIGHTS_FILE.read_text(encoding="utf-8"))
    return Weights(float(found["doubt"]), {name: float(weight) for name, weight in found["signs"].items()})


def probability(score: float) -> float:
    """Return how probable it is that a mail of that score needs an answer."""
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, score))))


class Decision(Value):
    """Whether a mail needs an answer. `rule` names what decided.

    `turns_on_history` says that it would be another if the owner had written to the sender before; it is not stored.
    `score` is the sum of the weights of `signs`, and `probability` (0..1) what it means. `reason` may quote a sentence
    of the mail: show it, never log it.
    """

    needs_reply: bool
    reason: str
    rule: str
    score: float = 0.0
    probability: float = 0.0
    signs: tuple[str, ...] = ()
    turns_on_history: bool = Field(default=False, exclude=True)


def decide(
    message: Message,
    owner: OwnerAddresses | None = None,
    *,
    folder: str = "",
    threshold: float = DEFAULT_THRESHOLD,
    is_wanted: bool = False,
    is_correspondent: bool = False,
) -> Decision:
    """Decide whether a mail needs an answer from its owner.

    Args:
        message: the mail.
        owner: whose mailbox it is. Without one, or with an assumed one, the people in To are taken for the owner.
        folder: where the mail lies; a spam folder decides.
        threshold: the probability (0..1) from which on an answer is due; higher means fewer drafts.
        is_wanted: whether the owner has said that mail of this sender gets drafts: then anything that is asked counts.
        is_correspondent: whether the owner has written to the sender before: then a person is behind the address.
    """
    sent, message = message, written_by_person(message)
    facts = TriageInput(
        message,
        split_text(message.text),
        owner or assumed_owner(message),
        folder,
        is_form=message is not sent,
        is_correspondent=is_correspondent,
    )
    verdict = automated_verdict(facts)
    if verdict and is_wanted and verdict.rule not in UNCORRECTED_RULES:
        verdict = None
    if verdict and verdict.rule in CERTAIN_RULES:
        return no_draft(verdict.rule, verdict.reason)
    if sign := suspicion(facts, is_known=is_wanted):
        return _suspicious(sign)
    if verdict:
        return no_draft(verdict.rule, verdict.reason)
    return _by_signs(facts, threshold, is_wanted=is_wanted)


def _by_signs(facts: TriageInput, threshold: float, *, is_wanted: bool) -> Decision:
    """Return what the signs of a mail say, to which no rule applies."""
    text = facts.split.new_text
    if not text.strip():
        what = "it forwards a mail without a word" if facts.split.quoted else "it has no text"
        return Decision(needs_reply=False, reason=f"Nothing to answer: {what}.", rule="no_text")
    asked = find_wanted(text)
    found = find_features(facts, asked)
    signs = _weighed(found)
    score = round(sum(weight for weight, _ in signs), 2)
    likely = 1.0 if is_wanted else round(probability(score), 3)
    needed = likely >= threshold and (bool(asked.all) or bool(WAITS & found.keys()))
    return Decision(
        needs_reply=needed,
        reason=_reason(needed, asked, signs),
        rule="asked" if needed else "not_asked",
        score=score,
        probability=likely,
        signs=tuple(f"{weight:+.2f} {sign}" for weight, sign in signs),
    )


def _weighed(signs: dict[str, float]) -> list[tuple[float, str]]:
    """Return weight and sentence of each sign; the first is what counts against every mail."""
    weights = load_weights()
    found = [(round(weights.by_sign[name] * strength, 2), SENTENCES[name]) for name, strength in signs.items()]
    return [(round(weights.doubt, 2), "most mail needs no answer"), *found]


def _reason(needed: bool, asked: Wanted, signs: list[tuple[float, str]]) -> str:
    if needed and not asked.all:
        return "It asks nothing, and its sender waits for an answer: a complaint or a reminder."
    if needed:
        sentence = (asked.clear or asked.questions or asked.orders)[0].lstrip("-*\u2022 ")
        return f"It asks: {sentence if len(sentence) <= 160 else sentence[:157] + '...'}"
    if not asked.all:
        return "No answer needed: it asks nothing."
    against = [sign for weight, sign in sorted(signs[1:]) if weight < 0]
    return f"No answer needed: {against[0] if against else 'it hardly asks anything'}."


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
        draft_for: senders (addresses, `@domain`) whose mail gets a draft when it asks anything.
        never_for: senders whose mail gets none.
        is_correspondent: whether they have written to the sender of this mail before.
    """

    owner: OwnerAddresses
    threshold: float = DEFAULT_THRESHOLD
    drafts_per_day: int = 0
    can_mark: bool = False
    style: WritingStyle | None = None
    drafts_today: int = 0
    draft_for: tuple[str, ...] = ()
    never_for: tuple[str, ...] = ()
    is_correspondent: bool = False


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
    if is_requested and (sign := _sign_of_fraud(message, context)):
        decision = sign
    if not decision.needs_reply:
        return decision, {}
    try:
        return decision, reply_inputs(message, context.owner, context.style)
    except MessageError as error:
        return no_draft("no_text", error.message), {}


def is_listed(sender: Address, listed: tuple[str, ...]) -> bool:
    """Whether somebody is among these senders, each an address or `@domain`."""
    return bool(sender.key) and (sender.key in listed or f"@{sender.domain}" in listed)


def _sign_of_fraud(message: Message, context: MailboxContext) -> Decision | None:
    """Return why a mail that was marked for a draft gets none after all: no draft helps a fraud."""
    facts = TriageInput(written_by_person(message), split_text(message.text), context.owner)
    sign = suspicion(facts, is_known=is_listed(facts.message.sender, context.draft_for))
    return _suspicious(sign) if sign else None


def _suspicious(sign: str) -> Decision:
    return no_draft(SUSPICIOUS, f"Suspicious: {sign[0].lower()}{sign[1:]}")


def no_draft(rule: str, reason: str) -> Decision:
    """Return the decision that a mail gets none, by a rule that stands beside those of triage."""
    return Decision(needs_reply=False, reason=reason, rule=rule)


def _by_history(decide_so: Callable[..., Decision], context: MailboxContext) -> Decision:
    """Return the decision, and whether it turns on what the owner has sent: then that is worth a look."""
    decision = decide_so(is_correspondent=context.is_correspondent)
    if decision.needs_reply or context.is_correspondent or decision.rule not in HISTORY_RULES:
        return decision
    turns = decide_so(is_correspondent=True).needs_reply
    return decision.model_copy(update={"turns_on_history": turns})


def _decide(message: Message, context: MailboxContext, folder: str, *, is_answered: bool) -> Decision:
    if is_answered:
        return no_draft("answered", "It has been answered already.")
    # A date in the future is a wrong clock's, and says nothing.
    if message.date and message.date.timestamp() < time.time() - OLDEST_SECONDS:
        return no_draft("old", "It was written more than a week ago.")
    sender = written_by_person(message).sender
    if is_listed(sender, context.never_for):
        return no_draft("never_for", "You said that this sender's mail gets no draft.")
    is_wanted = is_listed(sender, context.draft_for)
    decision = _by_history(
        partial(decide, message, context.owner, folder=folder, threshold=context.threshold, is_wanted=is_wanted),
        context,
    )
    limit = context.drafts_per_day
    if decision.needs_reply and limit and context.drafts_today >= limit:
        how = "; mark the mail to get one" if context.can_mark else ""
        return no_draft("day_limit", f"The limit of {limit} drafts a day is reached{how}.")
    return decision
