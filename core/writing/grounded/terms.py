"""The terms of an agreement, an offer or rules: what one gets, pays and has to do, word for word, in order.

Read blind, 27 of 30 such lists were usable and none did harm, since a term is one wherever it stands (DECISIONS 426).
"""

from collections.abc import Sequence
from statistics import fmean

from core.text.statements import Statement
from core.writing.grounded.signals import (
    in_context,
    item_of,
    kept_quiet,
    left_out,
    read_roles,
    says_something,
    told_once,
)
from core.writing.result import PlanOptions, PlanResult
from core.writing.roles import RoledSentence
from core.writing.roles.marks import is_dangerous, is_grave

# Where sentences bind so much on the whole, a text sets terms, and so much where its first lines call it a contract,
# an offer or rules. What binds less than the last only tells of something. Of readers' documents contracts, offers and
# terms came to the first; notices and procedures to .27 at most.
_SETS_TERMS, _CALLED_TERMS, _ONLY_TELLS = 0.25, 0.12, 0.05
_FIRST_LINES, _MAX_TITLE_CHARS = 3, 200
# Fewer sentences do not say on the whole what a text is; fewer words are the name of a clause.
_MIN_SENTENCES, _MIN_WORDS, _MAX_TERMS = 10, 4, 24
_KIND = "term"


def list_terms(source: str, options: PlanOptions) -> PlanResult | None:
    """Return the terms of a text that sets some, the weightiest of many; None for any other text."""
    sentences = read_roles(source, options)
    if len(sentences) < _MIN_SENTENCES or not sentences[0].reading or _binds(sentences) < _least(source, sentences):
        return None
    first = kept_quiet(sentences) | {sentence.place for sentence in filter(_comes_first, sentences)}
    binding = (sentence for sentence in sentences if sentence.read_scores["duty"] >= _ONLY_TELLS)
    places = first | {sentence.place for sentence in binding}
    terms = (sentences[place] for place in places if _tells(sentences[place].statement))
    ranked = sorted(terms, key=lambda one: (one.place not in first, -_weight(one), one.place))
    told = told_once(ranked)
    chosen = {sentence.place: _KIND for sentence in told[:_MAX_TERMS]}
    shown = in_context(sentences, chosen, source)
    items = (item_of([sentences[at] for at in shown[place]], sentences[place], _KIND) for place in sorted(shown))
    notices = (sentences[0].statement.words.wording("signals.partial"), *left_out(sentences, len(told) - _MAX_TERMS))
    return PlanResult(items=tuple(items), notices=notices)


def _binds(sentences: Sequence[RoledSentence]) -> float:
    """Return how much the sentences of a text bind on the whole."""
    return fmean(sentence.read_scores["duty"] for sentence in sentences)


def _least(source: str, sentences: Sequence[RoledSentence]) -> float:
    """Return from where on a text sets terms, less where its title says so."""
    title = " ".join(filter(None, source.splitlines()[:_FIRST_LINES]))[:_MAX_TITLE_CHARS]
    is_called = sentences[0].statement.words["signals.sets_terms"].search(title)
    return _CALLED_TERMS if is_called else _SETS_TERMS


def _comes_first(one: RoledSentence) -> bool:
    """Tell whether a sentence names a price, binds most, or tells of what may hurt somebody."""
    return "money" in one.statement.values or is_grave(one.statement) or is_dangerous(one)


def _tells(one: Statement) -> bool:
    return says_something(one) and len(one.text.split()) >= _MIN_WORDS and not _is_object(one)


def _weight(one: RoledSentence) -> float:
    return (one.read_scores["duty"] + one.read_scores["risk"]) * one.importance


def _is_object(one: Statement) -> bool:
    """Tell whether a sentence says what a contract is about, and no price."""
    return bool(one.words["signals.object"].search(one.text)) and "money" not in one.values and not is_grave(one)
