"""How a mail speaks to its reader: as sellers do, as people who are away, as friends who ask nothing. Pure.

Each is told by what several of its kind have in common, never by one word: a seller praises, names a saving and offers
to come by; who is away says until when and whom to write to instead. What each weighs is learnt (`decide`).
"""

import functools
import re
from collections.abc import Set

from core.text.asks import Wanted, asks_in_attachment, is_demand, is_question, kind_of
from core.text.catalogues import N_
from core.text.forms import LINK
from core.text.language import detect_language
from core.text.lexicon import pattern_beside
from core.text.salutations import ANSWER_SUBJECT
from core.text.sentences import split_sentences
from core.writing.grounded.occasions import condolence_for
from core.writing.grounded.signals import concerns_safety
from integrations.mail.triage.fraud import reminds_plainly
from integrations.mail.triage.triage_input import TriageInput

# Name of the sign -> what a person reads.
MANNER_SENTENCES = N_(
    {
        "courts": "it speaks as sellers do",
        "courts_stranger": "a stranger speaks as sellers do",
        "away": "its writer is away",
        "substitute": "it names somebody else to write to",
        "absent": "its writer is away and names somebody else",
        "fond": "it takes leave as friends do",
        "unasked": "its questions ask nothing",
        "at_rest": "it says that nothing is to be done",
        "audience": "it is written to readers who have subscribed",
        "no_answer_to_any": "its subject says that it answers a mail, and nothing else does",
        "choice": "it leaves its reader a choice",
        "hinges": "its writer goes on only with a word of the reader",
        "lacks": "its writer misses something or does not know",
        "reports": "it answers what was asked, or tells that it is done",
        "settled": "it says that a matter is settled, or that its sender comes back",
    }
)
# Signs, of this and other kinds, that tell a person by themselves why nobody waits for an answer.
REASONS = frozenset(
    {
        "not_in_to",
        "in_cc",
        "many",
        "group",
        "group_address",
        "greets_other",
        "calls_other",
        "information",
        "needs_none",
        "settled",
        "closes",
        "rhetorical",
        "subject_settled",
        "survey",
        "unasked",
        "at_rest",
        "audience",
        "reports",
        "sells",
        "pitch",
        "courts",
        "courts_stranger",
        "absent",
    }
)
_MAX_CHARS, _END_CHARS = 5_000, 400
# All are matched against text in lower case: much faster than patterns that ignore case.
_MOVES = tuple(
    pattern_beside(__file__, name, r"(?<!\w)", flags=0)
    for name in ("praise", "firms_alike", "saving", "in_charge", "visits", "insists", "people_offered")
)
_AWAY, _SUBSTITUTE, _FOND, _AT_REST = (
    pattern_beside(__file__, name, r"(?<!\w)", flags=0) for name in ("away", "substitute", "fond", "at_rest")
)
_SAYING = {
    name: pattern_beside(__file__, name, r"(?<!\w)", flags=0) for name in ("choice", "hinges", "lacks", "reports")
}
_CONFIRM, _AWAITS_PAYMENT, _WANTS_ANSWER, _WITHDRAWS, _SETTLED, _COMES_BACK, _ASKS_READER = (
    pattern_beside(__file__, name, r"(?<!\w)", flags=0)
    for name in ("confirm", "awaits_payment", "wants_answer", "withdraws", "settled", "comes_back", "asks_reader")
)
_UNSETTLED, _OBJECTS, _TURNS, _HARM = (
    pattern_beside(__file__, name, r"(?<!\w)", r"(?!\w)", flags=0)
    for name in ("unsettled", "objections", "turns", "harm")
)
_CLAUSE_ENDS, _MAX_CLAUSE_CHARS = ".,;:!?", 100
_TAKES_BACK = pattern_beside(
    __file__, "takes_back", r"(?:\A|[.,;:!?\n(\u2013\u2014-]|(?<!\w)(?:and|und|et|y))\W{0,3}", flags=0
)
_AUDIENCE = pattern_beside(__file__, "audience", r"(?<!\w)", flags=0)
_UNASKED = pattern_beside(__file__, "unasked", flags=0)
_MAX_READERS = 3
# Signs that both have to do with each other.
_ACQUAINTANCE = ("conversation", "colleague")
_SENTENCE = re.compile(r"[^.!?\n]*(?:[.!?]+|\n|\Z)\s*")


def manner_signs(facts: TriageInput, others: Set[str]) -> dict[str, float]:
    """Return these signs of a mail, by name, each with its strength (mostly 1).

    Args:
        facts: the mail.
        others: which other signs it has.
    """
    message, text = facts.message, facts.split.new_text[:_MAX_CHARS].lower()
    signature = facts.split.signature.lower()
    is_answer = bool(message.in_reply_to or message.references or facts.split.quoted)
    readers = {found[0] for found in _AUDIENCE.finditer(f"{text}\n{signature}")}
    whole = f"{text}\n{signature[:_END_CHARS]}\n"
    spoken = f"{message.subject.lower()}\n{text}"
    moves = sum(move.search(spoken) is not None for move in _MOVES)
    is_away, has_substitute = _AWAY.search(text) is not None, _SUBSTITUTE.search(text) is not None
    signs = {
        "courts": max(0, moves - 1),
        "courts_stranger": max(0, moves - 1) * others.isdisjoint(_ACQUAINTANCE),
        "away": is_away,
        "substitute": has_substitute,
        "absent": is_away and has_substitute,
        "fond": _FOND.search(whole[-_END_CHARS:]) is not None,
        "unasked": _asks_nothing(text),
        "at_rest": any(map(_says_rest, _SENTENCE.findall(text))),
        "settled": _is_settled(text) or _COMES_BACK.search(text) is not None,
        "audience": min(_MAX_READERS, len(readers)),
        "no_answer_to_any": not is_answer and ANSWER_SUBJECT.match(message.subject) is not None,
    }
    signs |= {name: saying.search(text) is not None for name, saying in _SAYING.items()}
    return {name: float(strength) for name, strength in signs.items() if strength}


def waits_surely(facts: TriageInput, asked: Wanted) -> bool:
    """Whether somebody waits, however a mail reads: after a death, in danger, for what is due or what is asked anew."""
    text = facts.split.new_text[:_MAX_CHARS]
    is_told = _tells_of_death(facts, asked) or concerns_safety(text, detect_language(text))
    return is_told or (bool(asked.all) and (reminds_plainly(facts) or takes_back(facts)))


def tells_of_harm(facts: TriageInput) -> bool:
    """Whether a mail tells that people came to harm, or is of a matter of safety."""
    text = facts.split.new_text[:_MAX_CHARS]
    return _HARM.search(text.lower()) is not None or concerns_safety(text, detect_language(text))


def asks_for_confirmation(asked: Wanted) -> bool:
    """Whether a mail asks in so many words to have something confirmed."""
    return any(_CONFIRM.search(said.lower()) for said in (*asked.clear, *asked.orders))


def asks_when_paid(asked: Wanted) -> bool:
    """Whether a mail asks when somebody pays."""
    return any(is_question(said) and _AWAITS_PAYMENT.search(said.lower()) for said in asked.all)


def wants_answer(facts: TriageInput) -> bool:
    """Whether a mail says outright that an answer is wanted."""
    return _WANTS_ANSWER.search(facts.split.new_text[:_MAX_CHARS].lower()) is not None


def withdraws(facts: TriageInput, asked: Wanted) -> bool:
    """Whether a mail says that what its sender asked before is settled, and asks nothing else."""
    said = split_sentences(facts.split.new_text[:_MAX_CHARS])
    return any(map(_is_withdrawal, said)) and all(map(_is_withdrawal, asked.all))


def takes_back(facts: TriageInput) -> bool:
    """Whether a mail says that the one before it is to be forgotten, whatever it asks now."""
    said = [sentence.lower() for sentence in split_sentences(facts.split.new_text[:_MAX_CHARS])]
    return any(_is_taken_back(sentence, found) for sentence in said for found in _TAKES_BACK.finditer(sentence))


def _is_taken_back(sentence: str, found: re.Match[str]) -> bool:
    """Whether nothing in its sentence before it, and nothing behind it in its clause, makes it a condition."""
    ends = [end for char in _CLAUSE_ENDS if (end := sentence.find(char, found.end())) >= 0]
    clause = sentence[found.end() : min(ends, default=len(sentence))]
    return not _UNSETTLED.search(sentence[: found.start()]) and not _UNSETTLED.search(clause)


def _is_withdrawal(sentence: str) -> bool:
    """Whether a sentence says that a matter is settled, without a question, a negation or a condition beside that."""
    beside, found = _WITHDRAWS.subn(" ", sentence.lower())
    doubts = (_UNSETTLED, _OBJECTS, _CONFIRM)
    return found > 0 and "?" not in sentence and not any(doubt.search(beside) for doubt in doubts)


def _is_settled(text: str) -> bool:
    return any(_is_said_outright(text, found.start()) for found in _SETTLED.finditer(text))


def _is_said_outright(text: str, place: int) -> bool:
    """Whether nothing before a place in its clause takes back what stands there: "until this is settled"."""
    before = text[max(0, place - _MAX_CLAUSE_CHARS) : place].rpartition("\n\n")[2]
    begins = max(map(before.rfind, _CLAUSE_ENDS)) + 1
    begins = max((turn.end() for turn in _TURNS.finditer(before, begins)), default=begins)
    return not _UNSETTLED.search(before, begins)


def demands(asked: Wanted) -> bool:
    """Whether a mail demands something, or says that its questions stand in an attachment."""
    return any(is_demand(said) or asks_in_attachment(said) for said in asked.clear)


def asks_directly(asked: Wanted) -> bool:
    """Whether a mail puts a question to its reader, or several things of which one is a question."""
    return any(map(is_question, asked.clear)) or (len(asked.all) > 1 and any(map(is_question, asked.all)))


def asks_reader(asked: Wanted) -> bool:
    """Whether a clear question of a mail turns to its reader: "Are you open on Boxing Day?"."""
    return any(is_question(said) and _ASKS_READER.search(said.lower()) for said in asked.clear)


def _tells_of_death(facts: TriageInput, asked: Wanted) -> bool:
    """Whether a person tells of a death in their family, and asks or promises something; to many it is a notice."""
    text = facts.split.new_text[:_MAX_CHARS]
    if len(facts.message.to) > 1 or not condolence_for(detect_language(text), text):
        return False
    return bool(asked.all) or any(kind_of(said) == "commitment" for said in split_sentences(text))


def reasons_against(asked: Wanted) -> frozenset[str]:
    """Return the signs that tell a person why nobody waits; who asks a question is not just away or reporting."""
    return REASONS - {"absent", "reports"} if any(map(is_question, asked.all)) else REASONS


def _asks_nothing(text: str) -> bool:
    """Whether a text has question marks, and each belongs to a figure of speech."""
    plain = LINK.sub("", text)
    return "?" in plain and "?" not in _UNASKED.sub("", plain)


@functools.lru_cache(maxsize=4)
def asking_part(text: str) -> str:
    """Return a text without the sentences that say that nothing is to be done: they sound like asks, and are none."""
    head, rest = text[:_MAX_CHARS], text[_MAX_CHARS:]
    if not _AT_REST.search(head.lower()):
        return text
    return "".join(said for said in _SENTENCE.findall(head) if not _says_rest(said.lower())) + rest


def _says_rest(sentence: str) -> bool:
    """Whether a sentence says that nothing is to be done, and neither asks nor makes a condition of it."""
    return "?" not in sentence and any(
        _is_said_outright(sentence, found.start()) for found in _AT_REST.finditer(sentence)
    )
