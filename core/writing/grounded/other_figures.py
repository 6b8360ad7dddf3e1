"""What a text says otherwise elsewhere: another figure for the same matter, as an amount, hour, date or measure."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

from core.text.content import content_stems, stem
from core.text.facts import Fact
from core.text.forms import LETTERS
from core.text.language import stop_words
from core.text.statements import Statement

_KINDS = frozenset({"money", "percent", "time", "date"})
# Numbers that count nothing. Where they differ as well, sentences are rows of one list.
_NUMBER = "number"
# So many words that few sentences hold are the same matter; dates of two meetings share short ones.
_SHARED, _FEW_SENTENCES, _MIN_CHARS_BY_DATE = 2, 3, 5
_UNIT_WORDS, _MARKS = 2, ".,;:!?()'\u2019\u201d\""
_Figures = Mapping[str, frozenset[str]]


def other_figures(statements: Sequence[Statement]) -> dict[int, list[Statement]]:
    """Return by place the sentences that give another figure for the matter of a sentence.

    Neighbours are compared on purpose, so that they are no contradiction.

    Args:
        statements: of the text, in their order.
    """
    counts = Counter(stem for statement in statements for stem in statement.stems)
    holding: dict[str, list[Statement]] = defaultdict(list)
    for statement in statements:
        for matter in _matters(statement) if statement.details else ():
            if counts[matter] <= _FEW_SENTENCES:
                holding[matter].append(statement)
    shared: dict[tuple[int, int], set[str]] = defaultdict(set)
    for matter, holders in holding.items():
        for earlier, later in combinations(holders, 2):
            shared[earlier.place, later.place].add(matter)
    by_place = {statement.place: statement for statement in statements}
    figures = {place: _figures(by_place[place]) for pair in shared for place in pair}
    found: dict[int, list[Statement]] = defaultdict(list)
    for (first, second), matters in sorted(shared.items()):
        if second > first + 1 and _contradict(figures[first], figures[second], matters):
            found[first].append(by_place[second])
            found[second].append(by_place[first])
    return dict(found)


def _contradict(one: _Figures, other: _Figures, matters: set[str]) -> bool:
    """Tell whether exactly one figure differs, and what they share is more than what is counted."""
    kinds = [kind for kind in one.keys() & other.keys() if not one[kind] & other[kind]]
    if not kinds or _NUMBER in kinds or len({one[kind] for kind in kinds}) > 1:
        return False
    least = _MIN_CHARS_BY_DATE if "date" in kinds else 1
    same = {matter for matter in matters if len(matter) >= least}
    return len(same) >= _SHARED and bool(same.difference(kinds))


def _figures(one: Statement) -> _Figures:
    """Return the figures of a sentence by what they are of; those of measures by each word that may be the unit."""
    found: dict[str, frozenset[str]] = defaultdict(frozenset)
    for fact in one.details:
        if not fact.is_weak:
            kinds = [fact.category] if fact.category in _KINDS else _units(fact, one) if fact.kind == _NUMBER else ()
            for kind in kinds:
                found[kind] |= fact.readings
    return found


def _units(fact: Fact, one: Statement) -> list[str]:
    """Return the stems of the words behind a number: "six months' notice"."""
    behind, found = one.text[fact.start + len(fact.text) :], list[str]()
    for word in behind.split()[:_UNIT_WORDS] if behind[:1].isspace() else ():
        letters = word.strip(_MARKS).casefold()
        if not letters.isalpha() or letters in stop_words():
            break
        found.append(stem(letters))
        if word[-1] in _MARKS:
            break
    return found or [_NUMBER]


def _matters(one: Statement) -> Iterator[str]:
    """Yield the stems that say of what a sentence is: not its figures, nor the words that lead to them."""
    figures = {stem for fact in one.details for stem in content_stems(fact.text)}
    lead = one.words["conversation.due_lead"]
    leading = {stem(word) for word in LETTERS.findall(one.text.casefold()) if lead.fullmatch(word)}
    for matter in one.stems - figures - leading:
        if not any(map(str.isdigit, matter)):
            yield matter
