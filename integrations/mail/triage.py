"""Does this mail need an answer from its owner? Rules first, then a sum of signs that a person can read.

Drafting for mail that needs no answer is the costliest fault of such programs, so doubt means no.
"""

import re

from core.drafts import Value
from integrations.mail.addresses import Address, OwnerAddresses, parse_addresses
from integrations.mail.asking import Asked, find_asked
from integrations.mail.greeting import is_role
from integrations.mail.machine_mail import Facts, machine_verdict, personally_addressed
from integrations.mail.mass_text import mass_marks, notification_marks
from integrations.mail.message import Message
from integrations.mail.quoted import split_text

DEFAULT_THRESHOLD = 2.0
_SHORT_WORDS = 80

_FYI = re.compile(
    r"\b(?:f\.?y\.?i\b|for your (?:information|records|reference|files)|no (?:action|response|reply"
    r"|answer) (?:is )?(?:needed|required|necessary)|no need to (?:reply|respond|answer)|(?:just"
    r"|i) wanted to let you know|just to let you know|thought you (?:might|would|may|'d)|for what it's worth"
    r"|to keep you (?:informed|posted)|zur (?:info|information|kenntnis)|pour (?:info|information)|para (?:su"
    r"|tu) información)",
    re.IGNORECASE,
)
_CLOSING = re.compile(
    r"\W{0,5}(?:thanks|thank you|thx|ok(?:ay)?|got it|great|perfect|sounds (?:good|great)|will do|done|noted|agreed"
    r"|yes|no problem|cool|you're welcome|danke|vielen dank|alles klar|passt|erledigt|merci|c'est noté|parfait"
    r"|d'accord|gracias|perfecto|de acuerdo|vale|listo)\b",
    re.IGNORECASE,
)
_TO_MANY = re.compile(
    r"\W{0,5}(?:(?:hi|hello|dear|hey|good (?:morning|afternoon|evening)|howdy|greetings|hallo|liebe|bonjour"
    r"|hola)[ ,]{1,3})?(?:to )?(?:all|everyone|everybody|team|folks|guys|colleagues|friends?|ladies|gentlemen|staff"
    r"|members?|customers?|subscribers?|sir|madam|alle|zusammen|kollegen|kolleginnen|tous|toutes|todos|todas)\b",
    re.IGNORECASE,
)
_GREETING = re.compile(
    r"\W{0,5}(?:(?:hi|hello|dear|hey|good (?:morning|afternoon|evening)|hallo|liebe[r]?|sehr geehrte[r]?"
    r"|guten (?:tag|morgen)|bonjour|cher|chère|salut|hola|buenos días|estimad[oa])[ ,]{1,3})?(?:(?:mr|mrs|ms|dr|herr"
    r"|frau|m|mme|sr|sra)\.? )?([^\W\d_][\w'-]{1,25})(?=[\s,:;!.-]|$)",
    re.IGNORECASE,
)
_OPEN_DOMAIN_NAMES = (
    "gmail.com googlemail.com yahoo.com hotmail.com outlook.com live.com msn.com aol.com gmx.de gmx.net web.de"
    " t-online.de icloud.com me.com mail.com earthlink.net comcast.net orange.fr wanadoo.fr free.fr"
)
_OPEN_DOMAINS = frozenset(_OPEN_DOMAIN_NAMES.split())
_ODD_SENDER = re.compile(r"\d{4}|[a-z]\d{1,9}[a-z]{1,9}\d|^\d.*[a-z].*\d|[bcdfghjklmnpqrstvwxz]{6}")
_LINK = re.compile(r"https?://|www\.", re.IGNORECASE)
_ADVERTISING = re.compile(
    r"\${2,}|\bfree\b(?! (?:for|on|at|to|after|before|until|this|next|\w{3,6}day))|\b(?:special )?offers?\b|guarantee"
    r"|% off|\border (?:now|today)|act now|limited time|money back|click|visit (?:our|us)|winner|viagra|casino"
    r"|toll[- ]free|risk[- ]free|bulk e-?mail|subscri|amazing|!!",
    re.IGNORECASE,
)
_MONEY = re.compile(
    r"\bsave\b|discount|credit card|\bwin\b|cash|income|mortgage|\bloans?\b|investment|weight|\bdebt|prices?\b|\bbuy\b"
    r"|purchase|\bdeals?\b|million|opportunity|business proposal|confidential|beneficiary|special",
    re.IGNORECASE,
)


class Decision(Value):
    """Whether a mail needs an answer. `rule` names what decided; `signs` are the score's parts, for a person.

    `reason` may quote a sentence of the mail: show it, never log it.
    """

    needs_reply: bool
    reason: str
    rule: str
    score: float = 0.0
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
        threshold: the score from which on an answer is due; higher means fewer drafts.
    """
    facts = Facts(message, split_text(message.text), owner or assumed_owner(message), folder)
    verdict = machine_verdict(facts)
    if verdict:
        return Decision(needs_reply=False, reason=verdict.reason, rule=verdict.rule)
    text = facts.split.new_text
    if not text.strip():
        what = "it forwards a mail without a word" if facts.split.quoted else "it has no text"
        return Decision(needs_reply=False, reason=f"Nothing to answer: {what}.", rule="no_text")
    asked = find_asked(text)
    signs = [
        *_asking_signs(message, asked),
        *_addressing_signs(facts),
        *_acquaintance_signs(facts),
        *_text_signs(message, text, asked),
        *_offer_signs(message, text, stranger=not _known(facts)),
    ]
    score = round(sum(weight for weight, _ in signs), 2)
    needed = score >= threshold and bool(asked.clear or asked.questions or asked.orders)
    return Decision(
        needs_reply=needed,
        reason=_reason(needed, asked, signs),
        rule="asked" if needed else "not_asked",
        score=score,
        signs=tuple(f"{weight:+.1f} {sign}" for weight, sign in signs),
    )


def assumed_owner(message: Message) -> OwnerAddresses:
    """Return whom to take for the owner of a mail when nobody said: its first recipient."""
    delivered = parse_addresses(message.header("delivered-to"))
    first = next(iter((*message.to, *message.cc, *delivered)), Address())
    return OwnerAddresses(name=first.name, address=first.address, assumed=True)


def _asking_signs(message: Message, asked: Asked) -> list[tuple[float, str]]:
    signs = []
    if asked.clear:
        signs.append((2.0, "it asks its reader for something"))
        if len(asked.clear) > 1:
            signs.append((0.5, "it asks more than once"))
    if asked.questions:
        signs.append((1.0, "it holds a question"))
    elif asked.orders:
        signs.append((0.5, "it tells its reader to do something"))
    if message.subject.rstrip().endswith("?"):
        signs.append((0.5, "its subject is a question"))
    if asked.sentences > 15 and asked.clear and len(asked.clear) * 12 < asked.sentences:
        signs.append((-0.5, "the question is a small part of a long text"))
    return signs


def _addressing_signs(facts: Facts) -> list[tuple[float, str]]:
    message = facts.message
    recipients = max(len(message.to), message.header("x-to").count("@") + message.header("x-to").count("/CN=") // 2)
    signs = []
    if recipients == 0:
        signs.append((-1.0, "it names no recipient"))
    elif recipients == 1:
        signs.append((0.5, "it is addressed to one person"))
    elif recipients > 20:
        signs.append((-2.5, "it is addressed to many"))
    elif recipients > 6:
        signs.append((-1.0, "it is addressed to a group"))
    if message.to and not personally_addressed(facts):
        signs.append((-2.0, "it is addressed to a group address"))
    if is_role(message.sender):
        signs.append((-1.0, "it comes from a desk, not from a person"))
    if not facts.owner.assumed and not any(facts.owner.owns(one) for one in message.to):
        signs.append((-1.0, "the owner is not in To"))
    if message.cc and any(message.has_header(name) for name in ("list-id", "x-beenthere", "list-post")):
        signs.append((-1.0, "it went over a mailing list too"))
    return signs


def _acquaintance_signs(facts: Facts) -> list[tuple[float, str]]:
    """Signs that the sender knows whom they write to, and the lack of any."""
    message = facts.message
    sender = message.sender
    signs = _greeting_signs(facts)
    if _is_colleague(message):
        signs.append((0.5, "it comes from a colleague"))
    if _is_conversation(facts):
        signs.append((0.5, "it goes on with a conversation"))
    closing = f"{facts.split.signature[:300]}\n{facts.split.new_text[-60:]}".lower()
    if any(word in closing for word in _name_words(sender) if len(word) > 2):
        signs.append((0.5, "its sender signs by name"))
    if any(sender.key == one.key for one in message.to):
        signs.append((-2.0, "its sender and its recipient are the same"))
    if not any(weight > 0 for weight, _ in signs):
        signs.append((-1.0, "nothing tells that its sender knows the owner"))
    return signs


def _known(facts: Facts) -> bool:
    return _is_colleague(facts.message) or _is_conversation(facts)


def _is_colleague(message: Message) -> bool:
    domain = message.sender.domain
    return bool(domain) and domain not in _OPEN_DOMAINS and domain in {one.domain for one in message.to}


def _is_conversation(facts: Facts) -> bool:
    return bool(facts.message.in_reply_to or facts.message.references or facts.split.quoted)


def _greeting_signs(facts: Facts) -> list[tuple[float, str]]:
    text = facts.split.new_text.lstrip()[:200]
    if _TO_MANY.match(text):
        return [(-1.0, "it greets many")]
    match = _GREETING.match(text)
    if not match:
        return []
    names = {word for one in personally_addressed(facts) for word in _name_words(one)}
    if match[1].lower() in names | _name_words(facts.owner):
        return [(1.0, "it greets the owner by name")]
    return []


def _name_words(address: Address) -> set[str]:
    words = re.findall(r"[^\W\d_]{2,}", f"{address.name} {address.local_part}".lower())
    return set(words)


def _text_signs(message: Message, text: str, asked: Asked) -> list[tuple[float, str]]:
    words = len(text.split())
    signs = []
    if _FYI.search(text[:2_000]):
        signs.append((-1.0, "it is for information"))
    if words <= 25 and _CLOSING.match(text) and not asked.clear:
        signs.append((-2.0, "it closes the conversation"))
    links = len(_LINK.findall(text))
    if words <= _SHORT_WORDS and not links and not _ADVERTISING.search(text):
        signs.append((0.5, "it is short and plain"))
    if words > 500:
        signs.append((-1.0, "it is long"))
    if links > 3:
        signs.append((-1.0, f"it holds {min(links, 99)} links"))
    if mass_marks(text):
        signs.append((-1.5, "it bears a mark of mass mail"))
    if notification_marks(message.subject, text):
        signs.append((-1.0, "it reads like a notification"))
    return signs


def _offer_signs(message: Message, text: str, *, stranger: bool) -> list[tuple[float, str]]:
    """Signs of an offer that nobody asked for. Talk of prices and deals is one only when a stranger talks so."""
    signs = []
    text = text[:20_000]
    words = re.findall(r"[^\W\d_]{4,}", text)
    selling = {found.lower() for found in _ADVERTISING.findall(text)}
    if stranger:
        selling |= {found.lower() for found in _MONEY.findall(text)}
    if len(selling) >= 2:
        signs.append((-min(3.0, 0.5 * len(selling)), "it sells something"))
    if len(words) > 10 and sum(word.isupper() for word in words) > 0.15 * len(words):
        signs.append((-1.0, "it shouts"))
    if text.count("!") >= 4:
        signs.append((-0.5, "it has many exclamation marks"))
    if _ODD_SENDER.search(message.sender.local_part):
        signs.append((-1.0, "its sender's address looks made up"))
    return signs


def _reason(needed: bool, asked: Asked, signs: list[tuple[float, str]]) -> str:
    if needed:
        sentence = (asked.clear or asked.questions or asked.orders)[0]
        return f"It asks: {sentence if len(sentence) <= 160 else sentence[:157] + '...'}"
    if not (asked.clear or asked.questions or asked.orders):
        return "No answer needed: it asks nothing."
    against = [sign for weight, sign in signs if weight < 0]
    return f"No answer needed: {against[0] if against else 'it hardly asks anything'}."
