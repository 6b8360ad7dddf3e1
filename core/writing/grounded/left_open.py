"""What a message asks and what its owner told leaves unanswered: those things stay gaps.

A thing counts as answered wherever that may be so: a gap for what is answered costs more than one that is missing.
"""

import math
from collections.abc import Callable, Sequence
from operator import mul, sub
from statistics import fmean

from core.embeddings import MEASURED
from core.errors import InlaidError
from core.llm.ports import Embedder
from core.logs import logger
from core.text.asks import asks_for_word, is_question
from core.text.facts import extract_facts
from core.text.forms import DIGITS
from core.text.lexicon import either_of, whole
from core.text.sentences import split_behind, split_sentences
from core.writing.grounded.answers import asks_fact, holds_kind
from core.writing.grounded.asked import Asking
from core.writing.grounded.offered import offered_dates
from core.writing.grounded.same_words import is_said, telling_words
from core.writing.grounded.told import decides, words_of

log = logger(__name__)

_MOMENTS = frozenset({"date", "weekday", "day", "time"})
_CLAUSE_ENDS = ".!?;,"
_LEADING_AND = either_of("small_words", "joins", r"\A\s*", " ")
_FEW_WORDS, _MIN_WORDS, _HALF = 9, 3, 0.5
# What three signs weigh in the log-odds that a thing is not answered: by how much it is nearer to what is told than its
# message is, which share of its words is said, and how much is told. Three people labelled 535 things of 64 mails; on
# lots that were not learnt from, 153 are hidden from here on down, of which 3 were open.
_WEIGHTS, _BIAS, _LEAST_ODDS = (-34.26, -1.812, -0.467), 2.491, -2.2


def left_open(wanted: Sequence[str], told: str, said: str, asking: Asking) -> list[str]:
    """Return the things asked that neither what the owner told nor what the reply says of it speaks of.

    Args:
        wanted: what the message asks.
        told: what its owner told, "" where that is in another language.
        said: what the reply says in the owner's words.
        asking: the language.
    """
    asked = [line for line in wanted if is_question(line) or asks_for_word(line) or asks_fact(line)]
    asks = whole(words_of(asking.language)["asks_back"])
    own = [clause for clause in _clauses(told, asking) if not (is_question(clause) or asks.match(clause))]
    # Who tells as many things as are asked has answered them in words of their own.
    if len(own) >= len(asked) or len(asked) < 2 or whole(words_of(asking.language)["settles_all"]).search(told):
        return []
    clauses = [*own, *_clauses(said, asking)]
    # A sentence that speaks of nothing that is asked may answer any of it.
    sentences = [sentence for sentence in split_sentences(f"{told}\n{said}") if _clauses(sentence, asking)]
    unclear = [sentence for sentence in sentences if not any(_speaks_of(sentence, other, asking) for other in wanted)]
    left = [line for line in asked if not any(_speaks_of(other, line, asking) for other in clauses)]
    if any(map(decides, clauses)):
        left = [line for line in left if asks_for_word(line) or asks_fact(line)]
    may_answer = {line: clauses if asks_fact(line) else unclear for line in left}
    return [line for line in left if not any(holds_kind(other, line, asking.language) for other in may_answer[line])]


def perhaps_open(
    wanted: Sequence[str],
    left: Sequence[str],
    told: str,
    message: str,
    asking: Asking,
    embedder: Callable[[], Embedder] | None,
) -> list[str]:
    """Return what else a message wants and the owner may have said nothing of.

    Args:
        wanted: what the message asks and wants.
        left: what of it stays open anyhow.
        told: what its owner told, in the language of the message.
        message: without its instructions to a model.
        asking: the language.
        embedder: gives what compares meanings; without it half of the words of a thing that is answered are said.
    """
    if len(wanted) < 2 or not told or whole(words_of(asking.language)["settles_all"]).search(told):
        return []
    others = [line for line in wanted if line not in left and not _is_chosen(line, told, asking)]
    shares = [_share_said(line, told) for line in others]
    nearer = _nearer(others, told, message, asking, embedder)
    if not nearer:
        return [line for line, share in zip(others, shares, strict=True) if share < _HALF]
    length = math.sqrt(len(told.split()))
    odds = (_BIAS + sum(map(mul, _WEIGHTS, (*signs, length))) for signs in zip(nearer, shares, strict=True))
    return [line for line, each in zip(others, odds, strict=True) if each >= _LEAST_ODDS]


def _nearer(
    lines: Sequence[str], told: str, message: str, asking: Asking, embedder: Callable[[], Embedder] | None
) -> list[float]:
    """Return by how much each line is nearer to a clause that is told than the sentences of its message mostly are.

    Nothing where meanings cannot be compared.
    """
    clauses = [*dict.fromkeys([*split_sentences(told), *_clauses(told, asking)])]
    sentences = [sentence for sentence in split_sentences(message) if len(sentence.split()) >= _MIN_WORDS]
    found = embedder() if embedder and lines and sentences else None
    if found is None or found.name not in MEASURED:
        return []
    try:
        said, asked = found.embed(clauses), found.embed([*lines, *sentences], is_query=True)
    except InlaidError as error:
        log.warning("what is still open is told by words", code=error.code)
        return []
    near = [[sum(map(mul, line, clause)) for clause in said] for line in asked]
    usual = [fmean(column) for column in zip(*near[len(lines) :], strict=True)]
    return [max(map(sub, row, usual)) for row in near[: len(lines)]]


def _is_chosen(line: str, told: str, asking: Asking) -> bool:
    """Tell whether an owner names a day or an hour, to a line that offers several."""
    moments = (fact.kind in _MOMENTS for fact in extract_facts(told, asking.language).items)
    return len(offered_dates(line, asking.words)) > 1 and any(moments)


def _share_said(line: str, told: str) -> float:
    words = telling_words(line)
    return sum(is_said(word, told) for word in words) / max(1, len(words))


def _clauses(text: str, asking: Asking) -> list[str]:
    """Return the clauses of a text, but thanks, apologies and a bare yes."""
    found = [_LEADING_AND.sub("", clause).strip() for clause in split_behind(text, _CLAUSE_ENDS)]
    courtesy = whole(words_of(asking.language)["courtesy"])
    return [
        clause
        for clause in found
        if clause.strip(" ,.!") and not (courtesy.match(clause) and len(clause.split()) <= _FEW_WORDS)
    ]


def _speaks_of(said: str, asked: str, asking: Asking) -> bool:
    common = any(is_said(word, said) for word in telling_words(asked))
    dates = offered_dates(asked, asking.words)
    moments = any(fact.kind in _MOMENTS for fact in extract_facts(said, asking.language).items)
    numbers = {*DIGITS.findall(said)} & {*DIGITS.findall(asked)}
    return bool(common or numbers) or (bool(dates) and moments)
