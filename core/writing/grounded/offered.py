"""Dates that a message offers, in one sentence or in the lines of a list: its reader chooses one of them.

Only the plainest form is read: days with nothing but "or", commas and small words between them. A line that bounds,
excludes, moves or takes back a day offers none.
"""

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from core.text.asks import is_question
from core.text.dating import is_day_number
from core.text.facts import extract_facts
from core.text.lexicon import WORD_BEGINS, WORD_ENDS, either, either_of, joined, patterns_of, whole
from core.text.sentences import DATE_DOT, split_sentences, unwrap, without_list_mark
from core.writing.grounded.asked import DAYS, Asking

_MIN_LINES, _MAX_LINES, _MAX_DATE_CHARS, _MAX_OFFER_CHARS = 2, 6, 45, 400
# "Mo, 23.11.": a short form of a day may stand before what is read as one.
_MAX_BEFORE_CHARS = 5
# What may stand within one date with its time: "Tuesday, the 18th at 7:30".
_DATE_GLUE = either_of("small_words", "date_glue", r"\s*+(?:(?:,|\(|", r")\s*+){0,2}")
# A bare number behind a day and one of these is its hour.
_HOUR_GLUE = either_of("small_words", "hour_glue", r",?\s")
_CLOCK = re.compile(r"\d{1,2}(?:\.\d{2})?")
_BEFORE_DATE = either_of("small_words", "before_date", WORD_BEGINS, " $")
_BEFORE_DAY = either_of("small_words", "of_date", WORD_BEGINS, " $")
_AFTER_DAY = either([rf"{patterns_of('small_words', 'ordinal')}\b", r"\.(?=[\s,?])"])
_MONTH = either([DATE_DOT], r"[.,]?\s+(?:de |of )?", flags=0)
_SMALL = patterns_of("small_words", "before_date")
# What begins with its first day offers it.
_SHORT_QUESTION, _LEAD_CHARS, _FEW_WORDS = 8, 12, 7
_MARKS = ".,;:?!()«»“”„\"'"


class _Span(NamedTuple):
    begin: int
    end: int
    kinds: frozenset[str]


def offered_dates(line: str, words: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the dates that a line offers, each with its time; deadlines, ranges and what is usual are none."""
    line = line[:_MAX_OFFER_CHARS]
    if whole([*words["no_offer"], *words["drops"], words["never"]]).search(line) or _asks_fact(line, words):
        return ()
    deadline = either(words["due"], after=r"\s+(?:the |el |dem |le )?$")
    bounds = either(words["bounds"], r"(?<!\w)", r"\s+(?:the |el |las |dem )?$")
    spans = [span for span in _days_of(line, words) if not deadline.search(line[: span.begin])]
    ranges = either(words["range"], r"\s*", r"\s*\d")
    is_ranged = any(bounds.search(line[: span.begin]) or ranges.match(line, span.end) for span in spans)
    if is_ranged or not _are_apart(line, spans, words):
        return ()
    found = [_worded(line[span.begin : span.end], words) for span in spans]
    found = [_with_month(date, found[at + 1 :]) for at, date in enumerate(found)]
    return tuple(dict.fromkeys(found)) if len(found) < 2 or _is_offer(line, spans, words) else ()


def _asks_fact(line: str, words: Mapping[str, Any]) -> bool:
    """Tell whether a line asks when something is: "tell me whether the trip is on the 20th or the 21st"."""
    whether = whole([words["whether"]]).search(line)
    return whether is not None and not whole([*words["suits"], *words["which"]]).search(line[whether.end() :])


def _are_apart(line: str, spans: Sequence[_Span], words: Mapping[str, Any]) -> bool:
    """Tell whether days are a choice: "or" stands before the last, or all are days on which somebody is there."""
    is_available = whole(words["available"]).search(line) is not None
    joins = [_SMALL, patterns_of("small_words", "and")] if is_available else [_SMALL]
    bare, either_or = re.compile(rf"(?:[\s,/]|\b{joined(joins)}\b)*", re.IGNORECASE), whole([words["or"]])
    between = [line[first.end : second.begin] for first, second in pairwise(spans)]
    depends = whole(words["conditions"])
    few = (len(part.split()) <= _FEW_WORDS and not depends.search(part) for part in between)
    chosen = [is_few and either_or.search(part) is not None for is_few, part in zip(few, between, strict=True)]
    is_choice = not between or is_available or chosen[-1] or "/" in between[-1]
    return is_choice and all(chooses or bare.fullmatch(part) for chooses, part in zip(chosen, between, strict=True))


def _is_offer(line: str, spans: Sequence[_Span], words: Mapping[str, Any]) -> bool:
    """Tell whether days are to be chosen from: "she handed it in, on the 12th or 13th" only tells of them."""
    offers = whole([*words["offers"], *words["available"], *words["which"], *words["suits"]])
    is_short = is_question(line) and len(line.split()) <= _SHORT_QUESTION
    return spans[0].begin <= _LEAD_CHARS or is_short or offers.search(line) is not None


def drops_a_day(text: str, words: Mapping[str, Any]) -> bool:
    """Tell whether a message asks which of its days is not to be: nobody accepts one of them by a click then."""
    return any(is_question(line) and whole(words["drops"]).search(unwrap(line)) for line in split_sentences(text))


def _worded(date: str, words: Mapping[str, Any]) -> str:
    """Return a date as it stands within a sentence of its language."""
    date = f"{date[:1].lower()}{date[1:]}" if words.get("small_days") else date
    date = re.sub(r"(?<=[^\W\d])\.\Z", "", date)
    return next((before + date for pattern, before in words["date_articles"] if either([pattern]).match(date)), date)


def _with_month(date: str, later: Sequence[str]) -> str:
    """Return a bare day with the month of the date behind it: "7 or 8 December"."""
    following = re.match(r"(?P<before>\D*)\d{1,2}(?P<month>\D.*)", later[0]) if later else None
    bare = re.fullmatch(r"(?P<before>\D*)(?P<day>\d{1,2})\.?", date)
    if not (bare and following and _MONTH.match(following["month"])):
        return date
    return f"{bare['before'] or following['before']}{bare['day']}{following['month']}"


def _days_of(line: str, words: Mapping[str, Any]) -> list[_Span]:
    """Return where days stand, each with its time; not what only looks like one, as "may" and "that Friday"."""
    no_day = either([words["no_date"]], WORD_BEGINS, r"\Z")
    spans: list[_Span] = []
    for fact in extract_facts(line).items:
        end = fact.start + len(fact.text)
        is_day = is_day_number(fact.text)
        kind = "number" if is_day and (fact.is_weak or fact.kind == "number") else fact.kind
        # "Thursday 14 May at 4.30"
        is_clock = kind == "number" and _CLOCK.fullmatch(fact.text)
        is_hour = spans and is_clock and _HOUR_GLUE.fullmatch(line[spans[-1].end : fact.start].rstrip())
        kind = "time" if is_hour else kind
        if kind not in {*DAYS, "time", "number"} or (kind == "number" and not is_day) or no_day.search(line[:end]):
            continue
        suffix = _AFTER_DAY.match(line, end) if kind == "number" else None
        end = suffix.end() if suffix else end
        last = spans[-1] if spans else _Span(0, 0, frozenset({"number", "time", *DAYS}))
        is_other = kind in last.kinds or (kind in DAYS and "time" in last.kinds) or kind == "number" in last.kinds
        is_other = is_other or (kind == "number" and "date" in last.kinds)
        if not is_other and _DATE_GLUE.fullmatch(line[last.end : fact.start]):
            spans[-1] = _Span(last.begin, end, last.kinds | {kind})
        elif kind in DAYS or suffix or _is_led(line[last.end : fact.start], words):
            spans.append(_Span(fact.start, end, frozenset({kind})))
    # A month alone is no day to meet on, nor is an hour.
    days = (span for span in spans if span.kinds & {*DAYS, "number"})
    days = (span for span in days if span.kinds != {"date"} or any(map(str.isdigit, line[span.begin : span.end])))
    parts = either([words["day_parts"]], after=WORD_ENDS)
    return [span._replace(end=part.end()) if (part := parts.match(line, span.end)) else span for span in days]


def _is_led(before: str, words: Mapping[str, Any]) -> bool:
    """Tell whether a number behind these words is a day: "the 14", "or 16"."""
    return _BEFORE_DATE.search(before) is not None or either([words["or"]], r"\s", r"\s+\Z").search(before) is not None


class Listed(NamedTuple):
    """Dates that lines of a message offer, the lines, and the message with a break in their place."""

    dates: tuple[str, ...]
    lines: tuple[str, ...]
    rest: str


def offers_listed(text: str, asking: Asking) -> Listed:
    """Return the dates that lines of a message offer.

    Two or more lines in a row begin with a day, and the message says that they are to be
    chosen from; an agenda is no offer. Without such lines the message is returned as it is.
    """
    lines = text.split("\n")
    begin, end = _longest_run([_offered_in(line, asking) for line in lines])
    rest = "\n".join([*lines[:begin], "", *lines[end:]])
    is_offer = _MIN_LINES <= end - begin <= _MAX_LINES and whole(asking.words["offers"]).search(unwrap(rest))
    # An entry beside them that names a day otherwise is a day, too, of which no click may keep silent.
    beside = [line.strip() for line in [*lines[max(0, begin - 1) : begin], *lines[end : end + 1]]]
    is_part = any(without_list_mark(line) != line and any(days_in(line, asking.language)) for line in beside)
    if not is_offer or is_part or drops_a_day(text, asking.words):
        return Listed((), (), text)
    dates = {_offered_in(line, asking): without_list_mark(line.strip()).rstrip(" .,;") for line in lines[begin:end]}
    return Listed(tuple(dates), tuple(dates.values()), rest)


def _longest_run(found: Sequence[str]) -> tuple[int, int]:
    """Return where the most lines in a row that hold a date begin and end."""
    longest, begin = (0, 0), 0
    for at, date in enumerate(found):
        begin = begin if date else at + 1
        longest = max(longest, (begin, at + 1), key=lambda run: run[1] - run[0])
    return longest


def _offered_in(line: str, asking: Asking) -> str:
    """Return the date that a short line begins with, with what limits it, without what is said in brackets or behind.

    Nothing for any other line, and none where a figure stands behind: "Thursday 6 November - 20 dozen" is an order.
    """
    words = asking.words
    plain = without_list_mark(line.strip())
    excludes = whole([*words["conditions"], words["never"]]).search(plain)
    facts = extract_facts(plain, asking.language).items
    begins = any(fact.kind in DAYS and fact.start <= _MAX_BEFORE_CHARS for fact in facts)
    date, *said = either([r"\s\(", ";", r"[,:]?\s[\u2013\u2014-]\s"]).split(plain)
    is_date = begins and len(date) <= _MAX_DATE_CHARS and not (excludes or is_question(plain))
    is_ordered = any(map(str.isdigit, "".join(said)))
    return _worded(date.rstrip(" ,:;"), words) if is_date and not is_ordered else ""


def names_day_of(line: str, dates: Sequence[str], language: str) -> bool:
    """Tell whether a line names one of some dates or its day of the week, or a day before it and one after it."""
    weekdays, days = days_in(line, language)
    offered = [days_in(date, language) for date in dates]
    if days and any(numbers for _, numbers in offered):
        return any(min(days) <= day <= max(days) for _, numbers in offered for day in numbers)
    return any(weekdays & named for named, _ in offered)


def days_in(text: str, language: str) -> tuple[set[str], set[int]]:
    """Return the days of the week and of the month that a text surely names ("so" need not be Sunday, "so 3" is)."""
    facts = extract_facts(text, language).items
    weekdays = {
        reading
        for fact in facts
        if fact.kind == "weekday"
        and (not fact.is_weak or text[fact.start + len(fact.text) :].lstrip(" .,")[:1].isdigit())
        for reading in fact.readings
    }
    days = {int(end) for fact in facts if fact.kind == "date" for day in fact.readings if (end := day[-2:]).isdigit()}
    numbers = [fact for fact in facts if fact.kind == "number" and is_day_number(fact.text)]
    leads = (_BEFORE_DATE, _BEFORE_DAY)
    led = [fact for fact in numbers if any(lead.search(text[: fact.start]) for lead in leads)]
    marked = [fact for fact in numbers if _AFTER_DAY.match(text, fact.start + len(fact.text))]
    return weekdays, days | {int(fact.text) for fact in (*led, *marked)}


def are_shown(dates: Sequence[str], text: str) -> bool:
    """Tell whether a text shows all of some dates: their figures, or the words of those without."""
    text = text.casefold()
    shown = {word.strip(_MARKS) for word in text.split()}
    dates = [date.casefold() for date in dates]
    figures = [{word.strip(_MARKS) for word in date.split() if any(map(str.isdigit, word))} for date in dates]
    return all(numbers <= shown if numbers else date in text for date, numbers in zip(dates, figures, strict=True))
