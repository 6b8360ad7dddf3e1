"""Does this mail need an answer from its owner? A few certain rules first, then learnt weights over signs and meaning.

A draft that helps a fraud and a person taken for a machine cost most: the first is looked for at a low probability, the
second is said only where nearly nothing speaks for a person. `judge` is the one decision for every kind of mailbox.
"""

import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from functools import partial

from pydantic import Field

from core.cached_property import cached_property
from core.drafts import Value
from core.errors import MessageError
from core.text.asks import Wanted, find_wanted
from core.text.catalogues import N_
from integrations.mail.message.addresses import OwnerAddresses
from integrations.mail.message.message import MailMessage, assumed_owner
from integrations.mail.message.senders import is_listed, split_to_people, written_by_person
from integrations.mail.reply.compose import REQUESTED, reply_inputs
from integrations.mail.reply.writing_style import WritingStyle
from integrations.mail.triage.automated import Verdict, automated_verdicts
from integrations.mail.triage.classifier import (
    AND,
    MailSigns,
    Reading,
    classifier,
    passage,
    probability,
    strongest_parts,
    with_pairs,
    words_of,
)
from integrations.mail.triage.delivery import DELIVERY_SENTENCES, delivery_signs
from integrations.mail.triage.features import SENTENCES as FEATURES
from integrations.mail.triage.features import find_features
from integrations.mail.triage.fraud import TOPIC_SENTENCES, desk_answers_elsewhere, reminds_plainly, suspicion, topics
from integrations.mail.triage.manner import MANNER_SENTENCES, asking_part, manner_signs, reasons_against, waits_surely
from integrations.mail.triage.mentions import goes_to_subscribers, names_owner, passes_on_question
from integrations.mail.triage.triage_input import TriageInput

DEFAULT_THRESHOLD = 0.5
SUSPICIOUS, REPEATED = "suspicious", "repeated"
# Signs that somebody waits for an answer although nothing is asked.
WAITS = frozenset({"complains", "reminds"})
# Rules that hold by themselves, whatever the owner says of a sender, whose address others may forge.
CERTAIN_RULES = UNCORRECTED_RULES = frozenset({"own_mail", "spam", "bounce", "automatic", "encrypted"})
# Mail that speaks of gift cards by right.
MASS_RULES = frozenset({"list", "mass_mail"})
# Rules that hold unless the owner says otherwise. All others are signs: lists, forms and desks pass on what people ask.
FIRM_RULES = frozenset({"mass_mail", "blind_copy"})
RULE = "rule_"
SUSPECTED = "suspected"
# Rules that may hold no more for somebody whom the owner has written to.
HISTORY_RULES = frozenset({"generated", "program_sender", "notification", "not_asked"})
# A mailbox that was moved or restored may show old mail as new.
OLDEST_SECONDS = 7 * 24 * 3600.0
FOLLOW_UP = "follow_up"
# So surely a program wrote a mail of which no rule says so; where a rule does, so little speaks for a person, and so
# little for a reply.
_SURELY_PROGRAM, _SURELY_PERSON, _UNSURE_REPLY = 0.9, 0.8, 0.05
_OF_TOOLS = frozenset({"generated", "machine_sender", "program_sender", "notification", "no_reply_text"})
_PROGRAM_RULES = MASS_RULES | _OF_TOOLS | {"calendar"}
# What tells of a tool that it is one; a question that it passes on is a person's all the same.
_TOOL_RULES = _OF_TOOLS | {"list", "copy"}
# Talk of a bank account is no fraud where the weights find a mail this honest.
_SURELY_HONEST = 0.03
_MEANT, _NOT_MEANT = N_("it reads like mail that waits for an answer"), N_("it reads like mail that needs no answer")
# How a decision names the signs of all kinds.
SENTENCES = FEATURES | DELIVERY_SENTENCES | MANNER_SENTENCES | TOPIC_SENTENCES | {SUSPECTED: "it has a sign of fraud"}


class TriageDecision(Value):
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
        is_wanted: whether the owner has said that mail of this sender gets drafts: then anything that is asked counts.
        is_correspondent: whether the owner has written to the sender before: then a person is behind the address.
        reading: how its `passage` reads; without it a mail is judged by signs and words alone, which is weaker.
    """
    mail = WeighedMail(facts_of(message, owner, folder, is_correspondent=is_correspondent), reading)
    verdicts = [verdict for verdict in mail.verdicts if not is_wanted or verdict.rule in UNCORRECTED_RULES]
    if verdicts and verdicts[0].rule in CERTAIN_RULES:
        return no_draft(verdicts[0].rule, verdicts[0].reason)
    if sign := mail.suspicion(is_known=is_wanted):
        return _suspicious(sign, turns_on_history=mail.is_honest_but(sign))
    has_text = bool(mail.facts.split.new_text.strip())
    # Who the owner is decides about a list's mail; where nobody has said so, it is nobody's to answer.
    firm = FIRM_RULES | ({"list"} if mail.facts.owner.assumed else set())
    rules = {verdict.rule for verdict in verdicts}
    # A list's mail of which the owner has a copy is for others, unless it turns to them.
    is_for_others = rules >= {"list", "copy"} and not names_owner(mail.facts)
    firm |= {"copy"} if is_for_others else set()
    firm |= {"list"} if goes_to_subscribers(mail.facts, mail.signs) else set()
    if verdicts and (not has_text or rules & firm):
        named = next((verdict for verdict in verdicts if verdict.rule in firm), verdicts[0])
        return no_draft(named.rule, named.reason)
    if not has_text:
        what = "it forwards a mail without a word" if mail.facts.split.quoted else "it has no text"
        return no_draft("no_text", N_(f"Nothing to answer: {what}."))
    return mail.decision(verdicts, threshold, is_wanted=is_wanted)


def facts_of(
    sent: MailMessage, owner: OwnerAddresses | None, folder: str = "", *, is_correspondent: bool = False
) -> TriageInput:
    """Return what is looked at: the mail as its writer sent it, its parts, and whose it is; see `decide`."""
    message = written_by_person(sent)
    return TriageInput(
        message,
        split_to_people(sent),
        owner or assumed_owner(message),
        folder,
        relay=None if message is sent else sent.sender,
        is_correspondent=is_correspondent,
    )


def passage_to_read(message: MailMessage, owner: OwnerAddresses | None = None, folder: str = "") -> str:
    """Return the passage whose reading `decide` wants, "" where a rule is certain."""
    mail = WeighedMail(facts_of(message, owner, folder))
    is_certain = bool(mail.verdicts) and mail.verdicts[0].rule in CERTAIN_RULES
    return "" if is_certain else passage(message, mail.facts.owner)


class WeighedMail:
    """A mail as it is weighed: what rules say, its signs, and how it reads."""

    def __init__(self, facts: TriageInput, reading: Reading = ()) -> None:
        self.facts = facts
        self._reading = reading

    @cached_property
    def verdicts(self) -> list[Verdict]:
        """The rules that speak against an answer, the surest first."""
        found = automated_verdicts(self.facts)
        if self.facts.owner.assumed or not passes_on_question(self.facts, self.asked):
            return list(found)
        return [verdict for verdict in found if verdict.rule not in _TOOL_RULES]

    @cached_property
    def asked(self) -> Wanted:
        """What its new text wants of its reader."""
        return find_wanted(asking_part(self.facts.split.new_text))

    @cached_property
    def evidence(self) -> MailSigns:
        """What the weights look at."""
        message, text = self.facts.message, self.facts.split.new_text
        return MailSigns(self.signs, words_of(message.subject, text), self._reading)

    @cached_property
    def signs(self) -> dict[str, float]:
        """All signs of a mail that the weights know, by name, each with its strength."""
        rules = {RULE + verdict.rule: 1.0 for verdict in self.verdicts}
        found = find_features(self.facts, self.asked) | delivery_signs(self.facts, self.asked)
        found |= topics(self.facts) | rules | manner_signs(self.facts, found.keys())
        if suspicion(self.facts):
            found[SUSPECTED] = 1.0
        return with_pairs(found)

    def suspicion(self, *, is_known: bool) -> str:
        """Return why it may be fraud, as a sentence that says what to do; "" when nothing tells so."""
        # The owner reads what a known sender writes as a letter, whatever its headers say.
        is_mass = not is_known and any(verdict.rule in MASS_RULES for verdict in self.verdicts)
        is_honest = classifier().parts("fraud", self.evidence).probability < _SURELY_HONEST
        # Where no rule speaks of fraud, none of fewer does.
        is_told = SUSPECTED in self.signs
        if is_told and (sign := suspicion(self.facts, is_known=is_known, is_honest=is_honest, is_mass=is_mass)):
            return sign
        # Who is known to the owner may write as others deceive, and so does who reminds of an invoice.
        if is_known or not classifier().deceives(self.evidence) or reminds_plainly(self.facts):
            return ""
        shown = " and ".join(self._strongest("fraud", 1)[:2])
        why = f": {shown}" if shown else ""
        return N_(f"It reads like mails that deceive{why}. Ask the sender by phone before you do anything.")

    def is_honest_but(self, sign: str) -> bool:
        """Whether a sign of fraud is none from somebody whom the owner has written to, and there is no other."""
        other = WeighedMail(replace(self.facts, is_correspondent=True), self._reading)
        return sign == desk_answers_elsewhere(self.facts) and not other.suspicion(is_known=False)

    def decision(self, verdicts: list[Verdict], threshold: float, *, is_wanted: bool) -> TriageDecision:
        """Return what the weights say of a mail to which no certain rule applies."""
        found = classifier().parts("reply", self.evidence)
        parts = [("most mail needs no answer" if found.bias <= 0 else "most such mail needs an answer", found.bias)]
        parts += [(self._sentence(name), weight) for name, weight in found.signs.items()]
        parts.append((_MEANT if found.meant > 0 else _NOT_MEANT, found.meant))
        rounded = strongest_parts(parts)
        score = round(sum(weight for _, weight in rounded), 2)
        likely = round(probability(score), 3)
        asks = bool(self.asked.all) or bool(WAITS & self.signs.keys())
        needed = likely >= threshold or (is_wanted and asks) or (not verdicts and waits_surely(self.facts, self.asked))
        rule, reason = ("asked", self._why()) if needed else self._why_not(verdicts, likely)
        return TriageDecision(
            needs_reply=needed,
            reason=reason,
            rule=rule,
            score=score,
            probability=likely,
            signs=tuple(f"{weight:+.2f} {sentence}" for sentence, weight in rounded),
        )

    def _why(self) -> str:
        asked = self.asked
        if asked.all:
            sentence = (asked.clear or asked.questions or asked.orders)[0].lstrip("-*\u2022 ")
            return N_(f"It asks: {sentence if len(sentence) <= 160 else sentence[:157] + '...'}")
        if WAITS & self.signs.keys():
            return N_("It asks nothing, and its sender waits for an answer: a complaint or a reminder.")
        return N_("It asks nothing in so many words, and reads like mail whose sender waits for an answer.")

    def _why_not(self, verdicts: list[Verdict], likely: float) -> tuple[str, str]:
        program = classifier().parts("program", self.evidence).probability
        # Where it is unsure that a program wrote it, a person did; who speaks of themselves below a name is one.
        least = _SURELY_PROGRAM if self._speaks_as_person() else _SURELY_PERSON
        is_person = likely >= _UNSURE_REPLY or program < least
        if verdicts and not (is_person and verdicts[0].rule in _PROGRAM_RULES):
            return verdicts[0].rule, verdicts[0].reason
        if not verdicts and program >= _SURELY_PROGRAM and not is_person:
            return "notification", N_("Notification: it reads like a program's message.")
        if not self.asked.all:
            return "not_asked", N_("No answer needed: it asks nothing.")
        if against := self._strongest("reply", -1, reasons_against(self.asked)):
            return "not_asked", N_(f"No answer needed: {against[0]}.")
        return "not_asked", N_("No answer needed: it asks something, and reads as if nobody waited for an answer.")

    def _speaks_as_person(self) -> bool:
        named = {"shows_person", "named_address", "signed", "signed_by_anybody"}
        return "first_person" in self.signs and bool(named & self.signs.keys())

    def _strongest(self, head: str, direction: int, among: Collection[str] = ()) -> list[str]:
        """Return the signs that speak most for (1) or against (-1) a yes, as sentences, the strongest first."""
        signs = classifier().parts(head, self.evidence).signs
        named = {sign: direction * signs[sign] for sign in signs if (sign in among if among else AND not in sign)}
        ordered = sorted(named, key=lambda one: -named[one])
        return [self._sentence(sign) for sign in ordered if named[sign] > 0.1]

    def _sentence(self, name: str) -> str:
        if AND in name:
            return " and ".join(map(self._sentence, name.split(AND)))
        if not name.startswith(RULE):
            return SENTENCES[name]
        reason = next(verdict.reason for verdict in self.verdicts if verdict.rule == name.removeprefix(RULE))
        return reason[0].lower() + reason[1:].rstrip(".")


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
    if is_requested and (sign := _sign_of_fraud(message, context, reading)):
        decision = sign
    if not decision.needs_reply:
        return decision, {}
    try:
        return decision, reply_inputs(message, context.owner, context.style)
    except MessageError as error:
        return no_draft("no_text", error.message), {}


def _sign_of_fraud(message: MailMessage, context: MailboxContext, reading: Reading) -> TriageDecision | None:
    """Return why a mail that was marked for a draft gets none after all: no draft helps a fraud."""
    mail = WeighedMail(facts_of(message, context.owner), reading)
    sign = mail.suspicion(is_known=is_listed(mail.facts.message.sender, context.draft_for))
    return _suspicious(sign) if sign else None


def _suspicious(sign: str, *, turns_on_history: bool = False) -> TriageDecision:
    why = f"{sign[0].lower()}{sign[1:]}"
    found = no_draft(SUSPICIOUS, N_(f"Suspicious: {why}"))
    return found.model_copy(update={"turns_on_history": turns_on_history})


def no_draft(rule: str, reason: str) -> TriageDecision:
    """Return the decision that a mail gets none, by a rule that stands beside those of triage."""
    return TriageDecision(needs_reply=False, reason=reason, rule=rule)


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
        return no_draft("answered", N_("It has been answered already."))
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
    limit = context.drafts_per_day
    if decision.needs_reply and limit and context.drafts_today >= limit:
        how = "; mark the mail to get one" if context.can_mark else ""
        return no_draft("day_limit", N_(f"The limit of {limit} drafts a day is reached{how}."))
    return decision
