"""Does this mail need an answer from its owner? A few certain rules first, then learnt weights over signs and meaning.

A draft that helps a fraud and a person taken for a machine cost most: the first is looked for at a low probability, the
second is said only where nearly nothing speaks for a person. `judge` is the one decision for every kind of mailbox.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

from core.embeddings import local_embedder
from core.errors import MessageError
from core.text.catalogues import N_
from core.text.language import detect_language
from core.text.sentences import unwrap
from core.writing.roles.mails import DANGER, ONLY_COURTEOUS, SURELY_DANGEROUS, read_mail
from integrations.mail.message.addresses import OwnerAddresses
from integrations.mail.message.message import MailMessage
from integrations.mail.message.senders import is_listed, written_by_person
from integrations.mail.reply.compose import REQUESTED, reply_inputs
from integrations.mail.reply.writing_style import WritingStyle
from integrations.mail.triage.automated import is_robot
from integrations.mail.triage.classifier import (
    Reading,
    passage,
)
from integrations.mail.triage.mentions import goes_to_subscribers, names_owner
from integrations.mail.triage.weighing import (
    DEFAULT_THRESHOLD,
    NOT_ASKED,
    TriageDecision,
    WeighedMail,
    facts_of,
    no_draft,
    shortened,
)

SUSPICIOUS, REPEATED, ROBOT = "suspicious", "repeated", "robot"
# Rules that hold by themselves, whatever the owner says of a sender, whose address others may forge.
CERTAIN_RULES = UNCORRECTED_RULES = frozenset({"own_mail", "spam", "bounce", "automatic", "encrypted"})
# Rules that hold unless the owner says otherwise. All others are signs: lists, forms and desks pass on what people ask.
FIRM_RULES = frozenset({"mass_mail", "blind_copy"})
# Rules that may hold no more for somebody whom the owner has written to.
HISTORY_RULES = frozenset({"generated", "program_sender", "notification", "not_asked"})
# A mailbox that was moved or restored may show old mail as new.
OLDEST_SECONDS = 7 * 24 * 3600.0
FOLLOW_UP = "follow_up"
ANSWERED = N_("It has been answered already.")
DANGER_TOLD, DAY_LIMIT = "danger", "day_limit"
_MAX_HEARD_CHARS = 5_000


def decide(  # noqa: PLR0913 - what is known of a mail
    message: MailMessage,
    owner: OwnerAddresses | None = None,
    *,
    folder: str = "",
    threshold: float = DEFAULT_THRESHOLD,
    is_wanted: bool = False,
    is_correspondent: bool = False,
    reading: Reading = (),
) -> TriageDecision:
    """Decide whether a mail needs an answer from its owner.

    Args:
        message: the mail.
        owner: whose mailbox it is. Without one, or with an assumed one, the people in To are taken for the owner.
        folder: where the mail lies; a spam folder decides.
        threshold: the probability (0..1) from which on an answer is due; higher means fewer drafts.
        is_wanted: whether the owner has said that mail of this sender gets drafts: then whatever it says does.
        is_correspondent: whether the owner has written to the sender before: then a person is behind the address.
        reading: how its `passage` reads; without it a mail is judged by signs and words alone, which is weaker.
    """
    mail = WeighedMail(facts_of(message, owner, folder, is_correspondent=is_correspondent), reading)
    verdicts = [verdict for verdict in mail.verdicts if not is_wanted or verdict.rule in UNCORRECTED_RULES]
    if verdicts and verdicts[0].rule in CERTAIN_RULES:
        return no_draft(verdicts[0].rule, verdicts[0].reason)
    if suspicious := _suspicion(mail, is_known=is_wanted):
        return suspicious
    has_text = bool(mail.facts.split.new_text.strip())
    firm = _firm_rules(mail)
    if verdicts and (not has_text or any(verdict.rule in firm for verdict in verdicts)):
        named = next((verdict for verdict in verdicts if verdict.rule in firm), verdicts[0])
        return no_draft(named.rule, named.reason)
    if not has_text:
        what = N_("it forwards a mail without a word") if mail.facts.split.quoted else N_("it has no text")
        return no_draft("no_text", N_(f"Nothing to answer: {what}."))
    return mail.decision(verdicts, threshold, is_wanted=is_wanted)


def _firm_rules(mail: WeighedMail) -> frozenset[str]:
    """Return the rules that hold for this mail unless the owner says otherwise."""
    rules = {verdict.rule for verdict in mail.verdicts}
    # Who the owner is decides about a list's mail; where nobody has said so, it is nobody's to answer.
    is_for_list = mail.facts.owner.assumed or goes_to_subscribers(mail.facts, mail.signs)
    # A list's mail of which the owner has a copy is for others, unless it turns to them.
    is_for_others = rules >= {"list", "copy"} and not names_owner(mail.facts)
    return FIRM_RULES | ({"list"} if is_for_list else set()) | ({"copy"} if is_for_others else set())


def passage_to_read(message: MailMessage, owner: OwnerAddresses | None = None, folder: str = "") -> str:
    """Return the passage whose reading `decide` wants, "" where a rule is certain."""
    mail = WeighedMail(facts_of(message, owner, folder))
    is_certain = bool(mail.verdicts) and mail.verdicts[0].rule in CERTAIN_RULES
    return "" if is_certain else passage(message, mail.facts.owner)


BY_REQUEST = TriageDecision(needs_reply=True, reason=N_("You marked it for a draft."), rule=REQUESTED)


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
        draft_for: senders (addresses, `@domain`) whose mail gets a draft whatever it says.
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
    message: MailMessage,
    context: MailboxContext,
    *,
    folder: str,
    is_answered: bool = False,
    is_requested: bool = False,
    reading: Reading = (),
) -> tuple[TriageDecision, dict[str, str]]:
    """Decide about a mail.

    Args:
        message: the mail.
        context: whose it is.
        folder: where it lies.
        is_answered: whether it has been answered already.
        is_requested: whether the person has marked it for a draft: then only what cannot be answered gets none.
        reading: see `decide`.

    Returns:
        The decision, and the inputs of the recipe `reply` when a draft is due, else nothing.
    """
    decision = BY_REQUEST if is_requested else _decide(message, context, folder, reading, is_answered=is_answered)
    if is_requested and is_robot(facts_of(message, context.owner)):
        decision = no_draft(ROBOT, N_("You asked for a draft, but a program sent it: nobody would read the reply."))
    elif is_requested and (sign := _sign_of_fraud(message, context, reading)):
        decision = sign
    return _with_inputs(decision, message, context)


def judge_danger(
    message: MailMessage, context: MailboxContext, before: TriageDecision, danger: str, *, is_requested: bool = False
) -> tuple[TriageDecision, dict[str, str]]:
    """Decide about a mail whose decision `turns_on_danger`, by the sentence that tells one; see `judge`."""
    decision = BY_REQUEST if is_requested else _limited(tells_danger(danger), context)
    return _with_inputs(_instead_of(before, decision), message, context)


def tells_danger(danger: str) -> TriageDecision:
    """Return the decision about a mail that asks nothing, by its sentence that tells what may hurt somebody."""
    return TriageDecision(
        needs_reply=True, reason=N_(f"It tells what may be a danger: {shortened(danger)}"), rule=DANGER_TOLD
    )


class ToldDanger(NamedTuple):
    """The sentence of a mail that tells what may hurt somebody, and whether it surely does."""

    sentence: str
    is_sure: bool


def told_danger(text: str, before: TriageDecision) -> ToldDanger:
    """Return what a mail's new text tells of a danger, without a sentence where it tells of none.

    The embedded model reads it, in this process. Nobody would see a mail again that is filed because it asks nothing
    (`before`): there a little less is sure. What may be fraud has to tell it as surely as ever.
    """
    told = text[:_MAX_HEARD_CHARS]
    found = read_mail(told, detect_language(told), local_embedder, asks_reader=False)
    alerts = found.alerts({DANGER})
    if before.rule == NOT_ASKED and found.courtesy < ONLY_COURTEOUS:
        surely = [unwrap(line.raw) for line in found.sentences if line.alerts[DANGER] >= SURELY_DANGEROUS]
    else:
        surely = found.surely_dangerous
    sentences = [*found.surely_dangerous, *surely, *alerts, ""]
    return ToldDanger(sentences[0], bool(surely))


def may_tell_danger(decision: TriageDecision) -> bool:
    """Tell whether a mail is to be read for dangers: it is answered, would be but for a limit, or is to its owner."""
    return decision.needs_reply or decision.turns_on_danger or decision.rule == DAY_LIMIT


def _with_inputs(
    decision: TriageDecision, message: MailMessage, context: MailboxContext
) -> tuple[TriageDecision, dict[str, str]]:
    if not decision.needs_reply:
        return decision, {}
    try:
        return decision, reply_inputs(message, context.owner, context.style)
    except MessageError as error:
        return _instead_of(decision, no_draft("no_text", error.message)), {}


def _instead_of(before: TriageDecision, decision: TriageDecision) -> TriageDecision:
    """Return a decision that takes the place of another: what the mail withdraws stays withdrawn."""
    return decision.model_copy(update={"withdraws": before.withdraws, "takes_back": before.takes_back})


def _sign_of_fraud(message: MailMessage, context: MailboxContext, reading: Reading) -> TriageDecision | None:
    """Return why a mail that was marked for a draft gets none after all: no draft helps a fraud."""
    mail = WeighedMail(facts_of(message, context.owner, is_correspondent=context.is_correspondent), reading)
    return _suspicion(mail, is_known=is_listed(mail.facts.message.sender, context.draft_for))


def _suspicion(mail: WeighedMail, *, is_known: bool) -> TriageDecision | None:
    """Return why a mail may be fraud, None where nothing tells so."""
    sign = mail.suspicion(is_known=is_known)
    if not sign:
        return None
    why = f"{sign[0].lower()}{sign[1:]}"
    found = no_draft(SUSPICIOUS, N_(f"Suspicious: {why}"))
    # A rule that would refuse it without the suspicion does so with it.
    holding = CERTAIN_RULES if is_known else CERTAIN_RULES | _firm_rules(mail)
    is_refused = any(verdict.rule in holding for verdict in mail.verdicts)
    turns = {"turns_on_history": mail.is_honest_but(sign), "turns_on_danger": mail.turns_on_danger and not is_refused}
    return found.model_copy(update=turns)


def _by_history(decide_so: Callable[..., TriageDecision], context: MailboxContext) -> TriageDecision:
    """Return the decision, and whether it turns on what the owner has sent: then that is worth a look."""
    decision = decide_so(is_correspondent=context.is_correspondent)
    if decision.needs_reply or context.is_correspondent or decision.rule not in HISTORY_RULES:
        return decision
    turns = decide_so(is_correspondent=True).needs_reply
    return decision.model_copy(update={"turns_on_history": turns})


def _decide(
    message: MailMessage, context: MailboxContext, folder: str, reading: Reading, *, is_answered: bool
) -> TriageDecision:
    if is_answered:
        return no_draft("answered", ANSWERED)
    # A date in the future is a wrong clock's, and says nothing.
    if message.date and message.date.timestamp() < time.time() - OLDEST_SECONDS:
        return no_draft("old", N_("It was written more than a week ago."))
    sender = written_by_person(message).sender
    if is_listed(sender, context.never_for):
        return no_draft("never_for", N_("You said that this sender's mail gets no draft."))
    is_wanted = is_listed(sender, context.draft_for)
    decision = _by_history(
        partial(
            decide,
            message,
            context.owner,
            folder=folder,
            threshold=context.threshold,
            is_wanted=is_wanted,
            reading=reading,
        ),
        context,
    )
    return _limited(decision, context)


def _limited(decision: TriageDecision, context: MailboxContext) -> TriageDecision:
    limit = context.drafts_per_day
    if decision.needs_reply and limit and context.drafts_today >= limit:
        how = "; mark the mail to get one" if context.can_mark else ""
        return _instead_of(decision, no_draft(DAY_LIMIT, N_(f"The limit of {limit} drafts a day is reached{how}.")))
    return decision
