"""Does this mail need an answer from its owner? Rules first, then a sum of weighed signs that a person can read.

Drafting for mail that needs no answer is the costliest fault of such programs, so doubt means no.
"""

from core.drafts import Value
from core.text.asks import Wanted, find_wanted
from integrations.mail.addresses import Address, OwnerAddresses, parse_addresses
from integrations.mail.facts import Facts
from integrations.mail.machine_mail import machine_verdict
from integrations.mail.message import Message
from integrations.mail.preferences import DEFAULT_THRESHOLD
from integrations.mail.quoted import split_text
from integrations.mail.signs import SENTENCES, find_signs
from integrations.mail.weighing import load_weights, probability


class Decision(Value):
    """Whether a mail needs an answer. `rule` names what decided.

    `score` is the sum of the weights of `signs`, and `probability` (0..1) what it means. `reason` may quote a sentence
    of the mail: show it, never log it.
    """

    needs_reply: bool
    reason: str
    rule: str
    score: float = 0.0
    probability: float = 0.0
    signs: tuple[str, ...] = ()


def decide(
    message: Message,
    owner: OwnerAddresses | None = None,
    *,
    folder: str = "",
    threshold: float = DEFAULT_THRESHOLD,
) -> Decision:
    """Decide whether a mail needs an answer from its owner.

    Args:
        message: the mail.
        owner: whose mailbox it is. Without one, or with an assumed one, the people in To are taken for the owner.
        folder: where the mail lies; a spam folder decides.
        threshold: the probability (0..1) from which on an answer is due; higher means fewer drafts.
    """
    facts = Facts(message, split_text(message.text), owner or assumed_owner(message), folder)
    verdict = machine_verdict(facts)
    if verdict:
        return Decision(needs_reply=False, reason=verdict.reason, rule=verdict.rule)
    text = facts.split.new_text
    if not text.strip():
        what = "it forwards a mail without a word" if facts.split.quoted else "it has no text"
        return Decision(needs_reply=False, reason=f"Nothing to answer: {what}.", rule="no_text")
    asked = find_wanted(text)
    signs = _weighed(find_signs(facts, asked))
    score = round(sum(weight for weight, _ in signs), 2)
    likely = round(probability(score), 3)
    needed = likely >= threshold and bool(asked.clear or asked.questions or asked.orders)
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


def assumed_owner(message: Message) -> OwnerAddresses:
    """Return whom to take for the owner of a mail when nobody said: its first recipient."""
    delivered = parse_addresses(message.header("delivered-to"))
    first = next(iter((*message.to, *message.cc, *delivered)), Address())
    return OwnerAddresses(name=first.name, address=first.address, assumed=True)


def _reason(needed: bool, asked: Wanted, signs: list[tuple[float, str]]) -> str:
    if needed:
        sentence = (asked.clear or asked.questions or asked.orders)[0].lstrip("-*\u2022 ")
        return f"It asks: {sentence if len(sentence) <= 160 else sentence[:157] + '...'}"
    if not (asked.clear or asked.questions or asked.orders):
        return "No answer needed: it asks nothing."
    against = [sign for weight, sign in sorted(signs[1:]) if weight < 0]
    return f"No answer needed: {against[0] if against else 'it hardly asks anything'}."
