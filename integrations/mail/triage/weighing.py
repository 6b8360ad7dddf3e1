"""What is weighed of a mail: what rules say, its signs and how it reads, and the decision that they make. Pure."""

from collections.abc import Collection
from dataclasses import replace

from pydantic import Field

from core.cached_property import cached_property
from core.drafts import JsonObject, Value
from core.job import DANGER, IS_SURELY_DANGER
from core.text.asks import Wanted, find_wanted, is_question
from core.text.catalogues import N_
from integrations.mail.message.addresses import OwnerAddresses
from integrations.mail.message.message import MailMessage, assumed_owner
from integrations.mail.message.senders import split_to_people, written_by_person
from integrations.mail.triage.automated import Verdict, automated_verdicts
from integrations.mail.triage.classifier import (
    AND,
    MailSigns,
    Reading,
    classifier,
    probability,
    strongest_parts,
    with_pairs,
    words_of,
)
from integrations.mail.triage.delivery import DELIVERY_SENTENCES, delivery_signs
from integrations.mail.triage.features import SENTENCES as FEATURES
from integrations.mail.triage.features import find_features
from integrations.mail.triage.fraud import (
    TOPIC_SENTENCES,
    desk_answers_elsewhere,
    ends_plainly,
    gives_notice,
    instructs_program,
    reminds_plainly,
    speaks_plainly,
    suspicion,
    topics,
)
from integrations.mail.triage.manner import (
    MANNER_SENTENCES,
    asking_part,
    asks_directly,
    asks_for_confirmation,
    asks_reader,
    asks_when_paid,
    demands,
    manner_signs,
    reasons_against,
    takes_back,
    tells_of_harm,
    waits_surely,
    wants_answer,
    withdraws,
)
from integrations.mail.triage.mentions import asked_of_others, passes_on_question
from integrations.mail.triage.triage_input import TriageInput

# Signs that somebody waits for an answer although nothing is asked.
WAITS = frozenset({"complains", "reminds"})
# Mail that speaks of gift cards by right.
MASS_RULES = frozenset({"list", "mass_mail"})
RULE = "rule_"
NOT_ASKED, WANTED = "not_asked", "draft_for"
SUSPECTED = "suspected"
# So surely a program wrote a mail of which no rule says so; where a rule does, so little speaks for a person, and so
# little for a reply.
_SURELY_PROGRAM, _SURELY_PERSON, _UNSURE_REPLY = 0.9, 0.8, 0.05
_OF_TOOLS = frozenset({"generated", "machine_sender", "program_sender", "notification", "no_reply_text"})
_PROGRAM_RULES = MASS_RULES | _OF_TOOLS | {"calendar"}
# What is written to many or to others.
_TO_NOBODY_ALONE = frozenset({"many", "group", "group_address", "greets_other", "not_in_to", "audience"})
DEFAULT_THRESHOLD = 0.5
# From here on a question that a person puts to the owner alone waits for an answer.
_UNDECIDED = 0.35
_LONG = frozenset({"asks_little", "mark_late"})
# So many clear questions are no manner of speaking, nor are two things asked outright where this much speaks for them.
_MANY_QUESTIONS = 3
_UNLIKELY = 0.1
_OF_PEOPLE = frozenset({"shows_person", "signed", "signed_by_anybody"})
_SELLING = frozenset({"sells", "pitch", "courts", "courts_stranger", "survey"})
# What tells that a question is an advertisement's; or a manner of speaking, unless there are many.
_OF_SELLERS = frozenset({"sells", "pitch", "courts_stranger", "survey"})
_INFORMS = frozenset({"information", "at_rest", "notification"})
# Fields of mail that programs send, mostly to many.
_OF_MANY = ("list-unsubscribe", "list-id", "precedence", "auto-submitted")
_IN_PASSING = _OF_SELLERS | {
    *("unasked", "rhetorical", "information", "at_rest", "closes", "settled", "subject_settled", "absent"),
    *("calls_other", "notification", "mass"),
}
# What tells of a tool that it is one; a question that it passes on is a person's all the same.
_TOOL_RULES = _OF_TOOLS | {"list", "copy"}
# Talk of a bank account is no fraud where the weights find a mail this honest.
_SURELY_HONEST = 0.03
_MEANT, _NOT_MEANT = N_("it reads like mail that waits for an answer"), N_("it reads like mail that needs no answer")
_CUT = N_("It is so long that only its beginning and its end were read.")
# How a decision names the signs of all kinds.
SENTENCES = (
    FEATURES | DELIVERY_SENTENCES | MANNER_SENTENCES | TOPIC_SENTENCES | {SUSPECTED: N_("it has a sign of fraud")}
)


class TriageDecision(Value):
    """Whether a mail needs an answer. `rule` names what decided.

    `turns_on_history` says that it would be another if the owner had written to the sender before, `turns_on_danger`
    that it would be if it told what may hurt somebody, `withdraws` that it says that what was asked before is settled,
    and `takes_back` that the mail before it is to be forgotten; none of these is stored.
    `danger` is the sentence that tells what may hurt somebody, "" for none; `is_surely_danger` says that it is one.
    `score` is the sum of the weights of `signs`, and `probability` (0..1) what it means. `reason` may quote a sentence
    of the mail: show it, never log it.
    """

    needs_reply: bool
    reason: str
    rule: str
    score: float = 0.0
    probability: float = 0.0
    signs: tuple[str, ...] = ()
    danger: str = ""
    is_surely_danger: bool = False
    turns_on_history: bool = Field(default=False, exclude=True)
    turns_on_danger: bool = Field(default=False, exclude=True)
    withdraws: bool = Field(default=False, exclude=True)
    takes_back: bool = Field(default=False, exclude=True)

    @property
    def told(self) -> JsonObject:
        """The danger that the mail tells, as its job's delivery says it."""
        return {DANGER: self.danger, IS_SURELY_DANGER: self.is_surely_danger} if self.danger else {}


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


def no_draft(rule: str, reason: str) -> TriageDecision:
    """Return the decision that a mail gets none, by a rule that stands beside those of triage."""
    return TriageDecision(needs_reply=False, reason=reason, rule=rule)


def shortened(sentence: str) -> str:
    """Return a sentence of a mail as a reason quotes it."""
    return sentence if len(sentence) <= 160 else f"{sentence[:157]}..."


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
    def _asked_here(self) -> tuple[str, ...]:
        """What it wants, without what it asks of others by name."""
        others = asked_of_others(self.facts, self.asked)
        return tuple(line for line in self.asked.all if line not in others)

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
        if is_known or self._is_heard or not classifier().deceives(self.evidence):
            return ""
        first, second = [*self._strongest("fraud", 1), "", ""][:2]
        if second:
            return N_(
                f"It reads like mails that deceive: {first}, and {second}."
                " Ask the sender by phone before you do anything."
            )
        if first:
            return N_(f"It reads like mails that deceive: {first}. Ask the sender by phone before you do anything.")
        return N_("It reads like mails that deceive. Ask the sender by phone before you do anything.")

    @property
    def _is_heard(self) -> bool:
        """Whether it may read as others deceive: it reminds of an invoice, cancels something or tells of harm.

        Signs alone make much of money: where nothing else is read, so may a question in a conversation about it.
        """
        if reminds_plainly(self.facts) or ends_plainly(self.facts):
            return True
        if not self._reading and "conversation" in self.signs and self.asked.all and speaks_plainly(self.facts):
            return True
        return "complains" in self.signs and tells_of_harm(self.facts)

    @property
    def turns_on_danger(self) -> bool:
        """Whether a danger counts for more than a suspicion of it: a person wrote it, and no rule tells fraud."""
        return SUSPECTED not in self.signs and self._is_to_owner_by_person

    def is_honest_but(self, sign: str) -> bool:
        """Whether a sign of fraud is none from somebody whom the owner has written to, and there is no other."""
        other = WeighedMail(replace(self.facts, is_correspondent=True), self._reading)
        excused = {desk_answers_elsewhere(self.facts), instructs_program(self.facts)}
        return sign in excused and not other.suspicion(is_known=False)

    def decision(self, verdicts: list[Verdict], threshold: float, *, is_wanted: bool) -> TriageDecision:
        """Return what the weights say of a mail to which no certain rule applies."""
        found = classifier().parts("reply", self.evidence)
        parts = [
            (N_("most mail needs no answer") if found.bias <= 0 else N_("most such mail needs an answer"), found.bias)
        ]
        parts += [(self._sentence(name), weight) for name, weight in found.signs.items()]
        parts.append((_MEANT if found.meant > 0 else _NOT_MEANT, found.meant))
        rounded = strongest_parts(parts)
        score = round(sum(weight for _, weight in rounded), 2)
        likely = round(probability(score), 3)
        asks = bool(self.asked.all) or bool(WAITS & self.signs.keys())
        needed = likely >= threshold or (is_wanted and asks) or (not verdicts and self._waits_surely(likely, threshold))
        is_for_others = needed and bool(self.asked.all) and not self._asked_here
        if is_wanted and (is_for_others or not needed):
            rule, reason = WANTED, N_("You said that this sender's mail always gets a draft.")
        elif is_for_others:
            rule, reason = NOT_ASKED, N_("No answer needed: what it asks, it asks of somebody else by name.")
        else:
            rule, reason = ("asked", self._why()) if needed else self._why_not(verdicts, likely)
        if self.asked.is_cut and not needed:
            reason = f"{reason} {_CUT}"
        return TriageDecision(
            needs_reply=is_wanted or (needed and not is_for_others),
            reason=reason,
            rule=rule,
            score=score,
            probability=likely,
            signs=tuple(f"{weight:+.2f} {sentence}" for sentence, weight in rounded),
            turns_on_danger=rule == NOT_ASKED and self._is_to_owner_by_person,
            withdraws=withdraws(self.facts, self.asked) and not WAITS & self.signs.keys(),
            takes_back=takes_back(self.facts),
        )

    def _waits_surely(self, likely: float, threshold: float) -> bool:
        if waits_surely(self.facts, self.asked):
            return True
        if "needs_none" in self.signs or _TO_NOBODY_ALONE & self.signs.keys():
            return False
        # Too little for its reading to tell a person from a program.
        is_short = self.facts.is_said_in_subject and threshold <= DEFAULT_THRESHOLD
        if is_short and self._is_put_to_owner(likely):
            return True
        # Programs want an alarm confirmed, and a company its rules.
        if not self._is_to_owner_by_person:
            return False
        said = asks_for_confirmation(self.asked) or asks_when_paid(self.asked)
        is_wanted = wants_answer(self.facts) or demands(self.asked)
        said = said or gives_notice(self.facts) or (is_wanted and not _SELLING & self.signs.keys())
        if threshold > DEFAULT_THRESHOLD:  # the owner wants fewer drafts
            return said
        # At the end of a long text one question weighs little, and is what it was written for.
        # What is told beside a question to its reader makes no information of that.
        is_informed = bool(_INFORMS & self.signs.keys()) and not any(map(self.facts.message.has_header, _OF_MANY))
        if is_informed and asks_reader(self.asked) and self._is_put_to_owner(likely, _INFORMS):
            return True
        is_asked = likely >= _UNDECIDED or self.signs.keys() >= _LONG or self._asks_much(likely)
        return said or (is_asked and self._is_put_to_owner(likely))

    def _asks_much(self, likely: float) -> bool:
        asked = self.asked
        return sum(map(is_question, asked.all)) >= _MANY_QUESTIONS or (likely >= _UNLIKELY and len(asked.clear) > 1)

    def _is_put_to_owner(self, likely: float, excused: frozenset[str] = frozenset()) -> bool:
        """Whether a person puts a question to the owner alone, and it is no manner of speaking.

        Where a mail asks several things, a phrase within it speaks of one of them: only offers ask much in vain.
        """
        is_to_one = "one_recipient" in self.signs and bool(_OF_PEOPLE & self.signs.keys())
        against = _OF_SELLERS if self._asks_much(likely) else _IN_PASSING
        return is_to_one and asks_directly(self.asked) and not (against - excused) & self.signs.keys()

    @property
    def _is_to_owner_by_person(self) -> bool:
        return not _TO_NOBODY_ALONE & self.signs.keys() and self._program < _SURELY_PERSON

    @cached_property
    def _program(self) -> float:
        return classifier().parts("program", self.evidence).probability

    def _why(self) -> str:
        asked, here = self.asked, self._asked_here
        if here:
            ranked = (line for line in (*asked.clear, *asked.questions, *asked.orders) if line in here)
            sentence = shortened(next(ranked).lstrip("-*\u2022 "))
            return N_(f"It asks: {sentence}")
        if gives_notice(self.facts):
            return N_("It ends, cancels or withdraws something, and its sender waits for a word that you have read it.")
        if WAITS & self.signs.keys():
            return N_("It asks nothing, and its sender waits for an answer: a complaint or a reminder.")
        return N_("It asks nothing in so many words, and reads like mail whose sender waits for an answer.")

    def _why_not(self, verdicts: list[Verdict], likely: float) -> tuple[str, str]:
        program = self._program
        # Where it is unsure that a program wrote it, a person did; who speaks of themselves below a name is one.
        least = _SURELY_PROGRAM if self._speaks_as_person() else _SURELY_PERSON
        is_person = likely >= _UNSURE_REPLY or program < least
        if verdicts and not (is_person and verdicts[0].rule in _PROGRAM_RULES):
            return verdicts[0].rule, verdicts[0].reason
        if not verdicts and program >= _SURELY_PROGRAM and not is_person:
            return "notification", N_("Notification: it reads like a program's message.")
        if not self.asked.all:
            return NOT_ASKED, N_("No answer needed: it asks nothing.")
        if against := self._strongest("reply", -1, reasons_against(self.asked)):
            return NOT_ASKED, N_(f"No answer needed: {against[0]}.")
        return NOT_ASKED, N_("No answer needed: it asks something, and reads as if nobody waited for an answer.")

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
