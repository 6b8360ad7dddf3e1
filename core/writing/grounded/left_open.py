"""What a message asks and what its owner told leaves unanswered: those things stay gaps.

A thing counts as answered wherever that may be so: a gap for what is answered costs more than one that is missing.
"""

from collections.abc import Sequence

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

_MOMENTS = frozenset({"date", "weekday", "day", "time"})
_CLAUSE_ENDS = ".!?;,"
_LEADING_AND = either_of("small_words", "joins", r"\A\s*", " ")
_FEW_WORDS = 9


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


def perhaps_open(wanted: Sequence[str], left: Sequence[str], told: str, said: str, asking: Asking) -> list[str]:
    """Return what else a message wants and the owner says less than half of the words of: it may be answered.

    Args:
        wanted: what the message asks and wants.
        left: what of it stays open anyhow.
        told: what its owner told, "" where that is in another language.
        said: what the reply says in the owner's words.
        asking: the language.
    """
    clauses = [*_clauses(told, asking), *_clauses(said, asking)]
    if len(wanted) < 2 or whole(words_of(asking.language)["settles_all"]).search(told):
        return []
    others = (line for line in wanted if line not in left)
    return [line for line in others if not _is_spoken_of(line, clauses, asking)]


def _is_spoken_of(line: str, clauses: Sequence[str], asking: Asking) -> bool:
    """Tell whether clauses say half of the words of a thing that is wanted, or which of its dates."""
    words, said = telling_words(line), " ".join(clauses)
    dates = offered_dates(line, asking.words)
    if len(dates) > 1 and any(fact.kind in _MOMENTS for fact in extract_facts(said, asking.language).items):
        return True
    return bool(words) and sum(is_said(word, said) for word in words) >= len(words) / 2


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
