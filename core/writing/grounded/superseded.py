"""Whether one line of a thread replaces another: by another value of the same kind, or by saying that it is not so."""

import re
from collections.abc import Callable, Iterable, Sequence
from itertools import accumulate

from core.text.facts import Fact, extract_facts
from core.text.forms import IBAN, digits_of
from core.text.lexicon import either, either_of, lexicon, whole
from core.text.same_words import is_said, is_time_unit, telling_words
from core.writing.checks.injection import bare
from core.writing.grounded.asked import Asking
from core.writing.grounded.lines import Line
from core.writing.grounded.offered import days_in

MIN_WORD_CHARS = 3
# Of what corrects an answer so many characters stand beside it: more would leave the answer itself no room in its gap.
_MAX_BESIDE_CHARS = 330
# "The 18th, not the 20th": so many words may stand between.
_NOT_SO = either_of("replies", "not_so", r"(?<!\w)", r"\W+(?:[^\W\d]+\W+){0,2}\Z")
# A bare number may count anything.
_VALUES = frozenset({"money", "percent", "time", "id", "address", "link"})
_DIGITS = re.compile(r"\d+")
_AMOUNT_DIGITS = 3
_CUES = ("corrections.changes", "corrections.called_off", "conversation.correction", "conversation.change")
_CLOCK = either([r"(?:1?\d|2[0-3])[.h][0-5][05]"])


def settling(asking: Asking) -> Callable[[str], bool]:
    """Return what tells whether a sentence may put right, settle or call off what was written before it."""
    words = lexicon(asking.language)
    patterns = (whole(asking.words["settles"]), *(words[cue] for cue in _CUES))
    return lambda sentence: any(pattern.search(sentence) for pattern in patterns)


def corrects(line: Line, earlier: Line) -> bool:
    """Tell whether a line may correct an earlier one: by another value, or where one has none by a word of it."""
    facts = (extract_facts(said.meant, said.language).items for said in (line, earlier))
    # "Une rectification" counts nothing.
    both_count = all(any(not fact.is_weak for fact in found) for found in facts)
    return says_other(line, earlier) or (not both_count and said_of(line, earlier) > 0)


def says_other(line: Line, earlier: Line) -> bool:
    """Tell whether a line says something else than an earlier one, of the same kind."""
    new, old = extract_facts(line.meant, line.language), extract_facts(earlier.sentence, earlier.language)
    return bool({fact.category for fact in new.missing_from(old)} & {fact.category for fact in old.missing_from(new)})


def renews(line: Line, earlier: Line) -> bool:
    """Tell whether a line says a value of a kind that an earlier one says, and that one does not say it."""
    new, old = extract_facts(line.meant, line.language), extract_facts(earlier.sentence, earlier.language)
    return bool({fact.category for fact in new.missing_from(old)} & {fact.category for fact in old.items})


def says_other_value(line: Line, shown: Sequence[Line]) -> bool:
    """Tell whether a line says another amount, account, time or day than all lines that are shown, of a kind of theirs.

    A bare number may count anything.
    """
    facts, days = extract_facts(line.meant, line.language), days_in(line.meant, line.language)[1]
    others = [(extract_facts(old.whole, old.language), days_in(old.whole, old.language)[1]) for old in shown]
    # "Start 9.30pm", and later "make it a 9.45 start"; "1,800 pesos", and later "2,000 from November".
    bare_ones = [fact.text for fact in facts.items if fact.category == "number"]
    meant = {"time" for text in bare_ones if _CLOCK.fullmatch(text)}
    meant |= {"money" for text in bare_ones if len(digits_of(text)) >= _AMOUNT_DIGITS}
    kinds = [
        {*(fact.category for fact in facts.missing_from(old)), *meant} & {fact.category for fact in old.items}
        for old, _ in others
    ]
    is_other_day = bool(days) and any(known for _, known in others) and not any(days & known for _, known in others)
    return is_other_day or any(kind - {"number", "date"} for kind in kinds)


def takes_back(line: Line, earlier: Line) -> bool:
    """Tell whether a line says that a value of an earlier one is not so: "the 18th, not the 20th"."""
    said = _all_values(earlier)
    facts = extract_facts(line.sentence, line.language).items
    return any(said & {*_value_of(fact)} and _NOT_SO.search(line.sentence[: fact.start]) for fact in facts)


def denies(line: Line, earlier: Line) -> bool:
    """Tell whether a line says of a value of an earlier one, in one clause, that it is not: "Monday no good"."""
    never = whole([lexicon(line.language).wording("replies.never")])
    said = _all_values(earlier)
    clauses = (clause for clause in re.split(r"[,;:.!?](?=\s|\Z)", line.sentence) if never.search(clause))
    facts = (fact for clause in clauses for fact in extract_facts(clause, line.language).items)
    return any(said & {*_value_of(fact)} for fact in facts)


def fitting_beside(corrections: Iterable[Line], shown: Sequence[Line]) -> list[Line]:
    """Return the newest corrections, each once: one, and as many more as leave room for what they may correct."""
    newest = sorted({line.sentence: line for line in corrections}.values(), key=lambda line: -line.at[0])
    chars = accumulate((len(line.whole) for line in newest), initial=sum(len(line.whole) for line in shown))
    count = sum(size <= _MAX_BESIDE_CHARS for size in [*chars][1:])
    return newest[: max(1, count)]


def has_values(line: Line) -> bool:
    """Tell whether a line says an amount, account, time or day."""
    return bool(_values_in(line))


def repeats(line: Line, earlier: Line) -> bool:
    """Tell whether a line says an amount, account, time or day of an earlier one."""
    return bool(_values_in(line) & _values_in(earlier))


def says_anew(line: Line, earlier: Line, repeated: Line) -> bool:
    """Tell whether a line says another amount, account, time or day than an earlier one which `repeated` says again."""
    said, new = _values_in(repeated), _values_in(line)
    kinds = {kind for kind, _ in said & _values_in(earlier)}
    anew = kinds & {kind for kind, _ in new} - {kind for kind, _ in new & said}
    return bool(anew)


def _values_in(line: Line) -> set[tuple[str, str]]:
    """Return the amounts, accounts, times and days of a line, each behind its kind."""
    facts = extract_facts(line.meant, line.language).items
    weekdays, days = days_in(line.meant, line.language)
    values: set[tuple[str, str]] = {
        (fact.category, reading) for fact in facts if fact.category in _VALUES for reading in fact.readings
    }
    values |= {("id", bare(account[0])) for account in IBAN.finditer(line.sentence)}
    return values | {("weekday", day) for day in weekdays} | {("date", str(day)) for day in days}


def _all_values(line: Line) -> set[str]:
    return {word for fact in extract_facts(line.whole, line.language).items for word in _value_of(fact)}


def _value_of(fact: Fact) -> list[str]:
    """Return the numbers of a fact, or the day of the week that it names."""
    return [fact.text.casefold()] if fact.kind == "weekday" else _DIGITS.findall(fact.text)


def said_of(line: Line, earlier: Line) -> int:
    """Return how many words a line says of an earlier one that tell what that is about; "Monday" tells nothing."""
    words = [word for word in telling_words(earlier.sentence) if len(word) >= MIN_WORD_CHARS and word.isalpha()]
    return sum(is_said(word, line.meant) for word in words if not is_time_unit(word.casefold()))
