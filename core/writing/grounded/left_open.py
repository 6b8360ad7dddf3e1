"""What a message asks and what its owner told leaves unanswered: those things stay gaps.

A thing counts as answered wherever that may be so: a gap for what is answered costs more than one that is missing.
"""

import math
from collections.abc import Callable, Sequence
from itertools import chain, compress, pairwise
from operator import mul, sub
from statistics import fmean

from core.embeddings import MEASURED
from core.errors import InlaidError
from core.llm.ports import Embedder
from core.logs import logger
from core.text.asks import asks_for_word, is_question, kind_of
from core.text.facts import extract_facts
from core.text.forms import DIGITS
from core.text.lexicon import either_of, whole
from core.text.sentences import split_behind, split_sentences
from core.writing.grounded.answers import asks_fact, holds_kind, kinds_asked
from core.writing.grounded.asked import Asking, letters_of
from core.writing.grounded.offered import offered_dates
from core.writing.grounded.same_words import is_said, telling_words
from core.writing.grounded.signals import tells_danger
from core.writing.grounded.told import decides
from core.writing.grounded.told_sentences import words_of

log = logger(__name__)

_MOMENTS = frozenset({"date", "weekday", "day", "time"})
_CLAUSE_ENDS = ".!?;,"
_LEADING_AND = either_of("small_words", "joins", r"\A\s*", " ")
_FEW_WORDS, _MIN_WORDS, _HALF = 9, 3, 0.5
# So short is an answer that speaks of nothing else, and one of a list.
_FEW, _FEW_LISTED = 8, 4
# Of one that begins with a yes or no more words belong to it, and so few words of a danger may be there by chance.
_FEW_DECIDED, _FEWEST_SAID = 14, 2
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
    answered = _answered(wanted, told, asking)
    others = [line for line in wanted if line not in {*left, *answered} and not _is_chosen(line, told, asking)]
    # "Would you?" cannot be looked up.
    others = [line for line in others if telling_words(line) or len(line.split()) > _MIN_WORDS]
    shares = [_share_said(line, told) for line in others]
    nearer = _nearer(others, told, message, asking, embedder)
    length = math.sqrt(len(told.split()))
    odds = (_BIAS + sum(map(mul, _WEIGHTS, (*signs, length))) for signs in zip(nearer, shares, strict=True))
    is_open = (each >= _LEAST_ODDS for each in odds) if nearer else (share < _HALF for share in shares)
    found = list(compress(others, is_open))
    settled = [line for line in wanted if is_question(line) and line not in {*left, *found}]
    return [line for line in found if not _leads_to(line, settled, message)]


def unspoken_dangers(message: str, told: str) -> list[str]:
    """Return the sentences of a message that tell of what may hurt somebody, and of which the owner told nothing."""
    dangers = filter(tells_danger, split_sentences(message))
    return [line for line in dangers if sum(is_said(word, told) for word in telling_words(line)) < _FEWEST_SAID]


def says_any(line: str, told: str) -> bool:
    """Tell whether an owner says any word of a line that tells things apart."""
    return any(is_said(word, told) for word in telling_words(line))


def _leads_to(line: str, questions: Sequence[str], message: str) -> bool:
    """Tell whether a line only leads to what follows, or stands right before one of the questions and asks nothing."""
    words, said = letters_of(line), letters_of(message)
    is_before = any(f"{words} {letters_of(question)}" in said for question in questions)
    return line.endswith(":") or (is_before and not (is_question(line) or kind_of(line) == "request"))


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


def _answered(wanted: Sequence[str], told: str, asking: Asking) -> set[str]:
    """Return the questions that short answers speak of, or that as many stand for as are asked between those.

    "Yes please, no power, three of us": the second and third answer speak of what they answer, so the first is left
    for the first question.
    """
    answers, found = _answers_in(told, asking), set[str]()
    claims = _claims(wanted, answers, asking)
    is_free = [not any(claimed) for claimed in zip(*claims, strict=True)]
    anchors = [(-1, -1), *_in_step(claims), (len(wanted), len(answers))]
    for line, claimed in zip(wanted, claims, strict=True):
        told_of = compress(answers, claimed)
        if is_question(line) and any(_is_short(answer, line, asking) for answer in told_of):
            found.add(line)
    for (place, answer), (next_place, next_answer) in pairwise(anchors):
        between = [wanted[at] for at in range(place + 1, next_place) if not any(claims[at])]
        asked = set(filter(is_question, between)) - found
        if len(asked) <= sum(is_free[answer + 1 : next_answer]):
            found |= asked
    return found


def _is_short(answer: str, line: str, asking: Asking) -> bool:
    """Tell whether an answer, or a clause of it that speaks of what is asked, says hardly more than that."""
    if len(answer.split()) <= _FEW:
        return True
    near = [clause for clause in _clauses(answer, asking) if _shares(clause, line, asking)]
    decided = any(decides(clause.split()[0]) and len(clause.split()) <= _FEW_DECIDED for clause in near)
    # "I bring them": what it speaks of stands before it.
    is_short = any(_FEW_LISTED <= len(clause.split()) <= _FEW for clause in near)
    return (
        decided or is_short or (asks_fact(line) and any(holds_kind(clause, line, asking.language) for clause in near))
    )


def _answers_in(told: str, asking: Asking) -> list[str]:
    """Return the sentences of what is told, of one that only lists short answers each of these."""
    found: list[str] = []
    for sentence in chain.from_iterable(map(split_sentences, told.splitlines())):
        clauses = _clauses(sentence, asking)
        is_list = all(len(clause.split()) <= _FEW_LISTED for clause in clauses)
        found += clauses if is_list else [sentence]
    return found


def _claims(wanted: Sequence[str], answers: Sequence[str], asking: Asking) -> list[list[bool]]:
    """Tell of each line which answers it claims: by its words, else by the kind of fact, else by a moment."""
    claims = [[False for _ in answers] for _ in wanted]
    for tells in (_shares, _holds_fact, _speaks_of):
        is_free = [not any(claimed) for claimed in zip(*claims, strict=True)]
        for line, claimed in zip(wanted, claims, strict=True):
            told = zip(answers, claimed, is_free, strict=True)
            claimed[:] = [is_claimed or (free and tells(answer, line, asking)) for answer, is_claimed, free in told]
    return claims


def _holds_fact(said: str, asked: str, asking: Asking) -> bool:
    """Tell whether an answer holds the kind of fact that is asked for; a bare number counts whatever is counted."""
    is_count = "count" in kinds_asked(asked) and len(said.split()) <= _FEW_LISTED
    counts = is_count and any(fact.kind == "number" for fact in extract_facts(said, asking.language).items)
    return counts or (asks_fact(asked) and holds_kind(said, asked, asking.language))


def _in_step(claims: Sequence[Sequence[bool]]) -> list[tuple[int, int]]:
    """Return the most places of lines and of answers that claim them, both in their order."""
    longest: list[list[tuple[int, int]]] = [[] for _ in range(len(claims[0]) + 1)]
    for line, claimed in enumerate(claims):
        before = list(longest)
        for answer, claims_it in enumerate(claimed):
            with_it = [*before[answer], (line, answer)] if claims_it else []
            longest[answer + 1] = max(before[answer + 1], longest[answer], with_it, key=len)
    return longest[-1]


def _is_chosen(line: str, told: str, asking: Asking) -> bool:
    """Tell whether an owner names a day or an hour, to a line that offers several or asks which of them."""
    moments = (fact.kind in _MOMENTS for fact in extract_facts(told, asking.language).items)
    asks_which = len(asking.offered) > 1 and whole(asking.words["which"]).search(line) is not None
    return (asks_which or len(offered_dates(line, asking.words)) > 1) and any(moments)


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
    dates = offered_dates(asked, asking.words)
    moments = any(fact.kind in _MOMENTS for fact in extract_facts(said, asking.language).items)
    return _shares(said, asked, asking) or (bool(dates) and moments)


def _shares(said: str, asked: str, _asking: Asking) -> bool:
    """Tell whether two texts share a word that tells things apart, or a number."""
    return says_any(asked, said) or bool({*DIGITS.findall(said)} & {*DIGITS.findall(asked)})
