"""Find in the earlier messages the sentence that answers a question, or say that there is none."""

import re

from core.facts import extract_facts
from core.facts.content import content_stems
from core.facts.model import Kind
from core.facts.names import find_names
from core.facts.sentences import split_sentences, unwrap

# What an answer must hold that the question does not, by the question's word.
_WANTED: tuple[tuple[re.Pattern[str], frozenset[Kind]], ...] = (
    (re.compile(r"(?i)\b(?:when|what (?:time|day|date)|wann|quand|cuándo)\b"),
     frozenset({"date", "time", "weekday", "day"})),
    (re.compile(r"(?i)\b(?:how (?:much|many)|what (?:price|number|amount)|wie ?viele?|combien|cuánt[oa]s?)\b"),
     frozenset({"number", "money", "percent"})),
    (re.compile(r"(?i)\b(?:link|url|web ?site|web address)\b"), frozenset({"link"})),
    (re.compile(r"(?i)\b(?:e-?mail address|address of|phone number)\b"), frozenset({"address", "id"})),
    (re.compile(r"(?i)\b(?:which|what) (?:version|order|invoice|room|number|id)\b"), frozenset({"id", "number"})),
)  # fmt: skip
_WHO = re.compile(r"(?i)\b(?:who|whom|whose|wer|wem|qui|quién)\b")
_LEAST_OVERLAP = 0.5
_LONGEST_ANSWER_WORDS = 30


def find_answer(question: str, thread: str) -> str:
    """Return the sentence of the thread that answers a question, in one line, "" when none does.

    A sentence answers when it shares half of the question's content words and holds the kind of fact that the
    question asks for. Questions of other kinds, and those of yes or no, have no such test and get no answer.
    """
    wanted = next((kinds for pattern, kinds in _WANTED if pattern.search(question)), None)
    if (wanted is None and not _WHO.search(question)) or not thread.strip():
        return ""
    asked = set(content_stems(question)) - {"time", "day", "dat", "much", "many", "link", "numb"}
    best, most = "", 0.0
    for sentence in map(unwrap, split_sentences(thread)):
        if sentence.endswith("?") or len(sentence.split()) > _LONGEST_ANSWER_WORDS or sentence.startswith(">"):
            continue
        overlap = len(asked & set(content_stems(sentence))) / max(1, len(asked))
        if overlap >= max(_LEAST_OVERLAP, most) and _holds_wanted(sentence, question, wanted):
            best, most = sentence, overlap
    return best


def _holds_wanted(sentence: str, question: str, wanted: frozenset[Kind] | None) -> bool:
    if wanted is None:
        return bool(set(find_names(f"that {sentence}")) - set(find_names(f"that {question}")))
    known = extract_facts(question)
    return any(fact.kind in wanted and not known.hold(fact) for fact in extract_facts(sentence).items)
