"""Dates that a message offers, in one sentence or in the lines of a list: its reader chooses one of them."""

import re
from collections.abc import Collection, Mapping, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from core.text.asks import asks_for_word, is_question
from core.text.dating import is_day_number
from core.text.facts import extract_facts
from core.text.lexicon import WORD_BEGINS, WORD_ENDS, either, either_of, patterns_of, whole
from core.text.sentences import DATE_DOT, split_sentences, unwrap, without_list_mark
from core.writing.grounded.asked import DAYS, Asking

_MIN_LINES, _MAX_LINES, _MAX_LINE_CHARS = 2, 6, 120
# "Mo, 23.11.": a short form of a day may stand before what is read as one.
_MAX_BEFORE_CHARS = 5
_DATE_KINDS = frozenset({"date", "weekday", "day", "time"})
# What may stand within one date with its time: "Tuesday, the 18th at 7:30".
_DATE_GLUE = either_of("small_words", "date_glue", r"\s*+(?:(?:,|\(|", r")\s*+){0,2}")
# A bare number behind a day and one of these is its hour.
_HOUR_GLUE = either_of("small_words", "hour_glue", ",? ", " $")
_BEFORE_DATE = either_of("small_words", "before_date", WORD_BEGINS, " $")
_BEFORE_DAY = either_of("small_words", "of_date", WORD_BEGINS, " $")
_AFTER_DAY = either([rf"{patterns_of('small_words', 'ordinal')}\b", r"\.(?=[\s,?])"])
_MONTH = either([DATE_DOT], r"[.,]?\s+(?:de |of )?", flags=0)
_PAIRED = either_of("small_words", "and", r"\d\w{0,2}\.?\s+", r"\s+(?:the |den |dem |le |el )?\d")
_WEEK = either_of("small_words", "numbered_weeks", WORD_BEGINS, r"\.? $")
# With two "or" so many days are one choice.
_MAX_OFFER_CHARS, _ONE_CHOICE = 400, 3
# What begins with its first day offers it.
_SHORT_QUESTION, _LEAD_CHARS = 8, 12


def offered_dates(line: str, words: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the dates that a line offers, each with its time; deadlines, ranges and what is usual are none."""
    line = _offering_part(line, words)
    deadline = either(words["due"], after=r"\s+(?:the |el |dem |le )?$")
    bounds = either(words["bounds"], r"(?<!\w)", r"\s+(?:the |el |las |dem )?$")
    behind_or = either([words["or"]], r"\s", r"\s+\Z")
    ranged = either(words["range"], r"\d\.?\s*", r"\s*(?:the |den |le |el )?\Z")
    bounded = either([*words["bounds"], *words["due"]], r"[.,]?\s+", r"\s+(?:the |las? |les |dem )?")
    found, places = list[str](), list[tuple[int, int]]()
    line, last, is_parted = either([words["reason"]]).split(line[:_MAX_OFFER_CHARS])[0], 0, False
    spans = _without_hours(line, _date_spans(line, words["range"]), words["range"])
    has_days = any(kinds & DAYS for _, _, kinds in spans)
    for start, end, kinds in spans:
        between = line[last:start].strip()
        is_until = between in words["range"] or bounded.fullmatch(line[last:start])
        if found and kinds == {"time"} and is_until:
            found[-1], last = f"{found[-1]}{line[last:end]}", end  # "Wednesday from 14:00 to 15:00"
            continue
        if found and kinds != {"time"} and between in words["range"]:
            return ()  # "Monday to Friday"
        is_parted = is_parted or (bool(found) and between == "/")
        if kinds == {"time"} and has_days and (not found or _is_beside(between, words)):
            continue  # "on the 3rd or 5th, each at 13:30", "school ends at 14:30, so Friday or Saturday"
        led = _BEFORE_DATE.search(line[:start]) or (found and behind_or.search(line[:start]))
        if (kinds == {"number"} and not led) or _is_ruled_out(line, start, end, words):
            continue
        if bounds.search(line[:start]) or (kinds & DAYS and ranged.search(line[:start])):
            return ()  # "Wednesday after 14:00" and "3-5 June" are no date to accept.
        if not deadline.search(line[:start]):
            part = either([words["day_parts"]], after=WORD_ENDS).match(line[end:])
            date = f"{line[start:end]}{part[0] if part else ''}"
            date = f"{date[:1].lower()}{date[1:]}" if words.get("small_days") else date
            found.append(with_article(re.sub(r"(?<=[^\W\d])\.$", "", date), words["date_articles"]))
            last = end + len(part[0] if part else "")
            places.append((start, last))
    found = [_with_month(date, found[at + 1 :]) for at, date in enumerate(found)]
    is_choice = is_parted or _is_choice(line, places, words)
    is_offer = len(found) < 2 or (is_choice and (spans[0][0] <= _LEAD_CHARS or _is_offer(line, words)))
    is_plain = not (_are_pairs(line, len(found), words) or _goes_on(line, places, words))
    return _each_once(found) if is_offer and is_plain else ()


def _is_choice(line: str, places: Sequence[tuple[int, int]], words: Mapping[str, Any]) -> bool:
    """Tell whether "or" stands among some dates, and not only behind: "on the 12th, no, on the 21st, or is it?"."""
    among = line[places[0][1] : places[-1][0]] if places else ""
    return bool(whole([words["or"]]).search(among) or whole(words["available"]).search(line))


def _offering_part(line: str, words: Mapping[str, Any]) -> str:
    """Return what of a line may offer dates, "": none ("we said Friday is no good, so could we meet on Monday?")."""
    told = whole(words["no_offer"])
    part = either([words["asks_on"]]).split(line)[-1] if told.search(line) else line
    return "" if told.search(part) or whole(words["drops"]).search(part) else part


def _is_offer(line: str, words: Mapping[str, Any]) -> bool:
    """Tell whether days are to be chosen from: "she handed it in, on the 12th or 13th" only tells of them."""
    offers = whole([*words["offers"], *words["available"], *words["which"], *words["suits"]])
    return offers.search(line) is not None or (is_question(line) and len(line.split()) <= _SHORT_QUESTION)


def drops_a_day(text: str, words: Mapping[str, Any]) -> bool:
    """Tell whether a message asks which of its days is not to be: nobody accepts one of them by a click then."""
    drops, either_or = whole(words["drops"]), whole([words["or"]])
    lines = filter(drops.search, map(unwrap, split_sentences(text)))
    return any(asks_for_word(line) or (is_question(line) and either_or.search(line)) for line in lines)


def _is_ruled_out(line: str, start: int, end: int, words: Mapping[str, Any]) -> bool:
    """Tell whether what looks like a date is none, or one that its clause excludes: "Tuesday, never on Mondays"."""
    never = whole([words["never"]])
    clause = f"{line[:start].rpartition(',')[2]} {line[end:].partition(',')[0]}"
    is_none = "no_date" in words and either([words["no_date"]], WORD_BEGINS, r"\Z").search(line[:end])
    return bool(is_none or never.search(clause))


def _are_pairs(line: str, count: int, words: Mapping[str, Any]) -> bool:
    """Tell whether a line offers days in pairs, which nobody accepts one by one.

    "6 and 7 October, or 13 and 14"; "fetch it on the 1st or 3rd and bring it on the 2nd or 4th".
    """
    choices = len(whole([words["or"]]).findall(line))
    return bool(choices) and (_PAIRED.search(line) is not None or (choices > 1 and count > _ONE_CHOICE))


def _goes_on(line: str, places: Sequence[tuple[int, int]], words: Mapping[str, Any]) -> bool:
    """Tell whether behind a choice of days another one is named: "the 5th or the 19th, on the 12th I am away"."""
    chooses = whole([words["or"]])
    return any(
        chooses.search(line[:end]) is not None and _is_beside(line[end:start], words)
        for (_, end), (start, _) in pairwise(places)
    )


def _is_beside(between: str, words: Mapping[str, Any]) -> bool:
    """Tell whether what stands behind a date goes on with words, and not with another one."""
    return any(map(str.isalpha, between)) and not whole([words["or"]]).search(between)


def _each_once(dates: Sequence[str]) -> tuple[str, ...]:
    """Return dates without weekdays that others name with their day: "Sat 9 November (Saturday is dearer)"."""
    named = {weekday for date in dates if any(map(str.isdigit, date)) for weekday in _weekdays_in(date)}
    return tuple(dict.fromkeys(date for date in dates if any(map(str.isdigit, date)) or not named & _weekdays_in(date)))


def _weekdays_in(text: str) -> set[str]:
    facts = extract_facts(text).items
    return {reading for fact in facts if fact.kind == "weekday" for reading in fact.readings}


def _with_month(date: str, later: Sequence[str]) -> str:
    """Return a bare day with the month of the date behind it: "7 or 8 December"."""
    following = re.match(r"(?P<before>\D*)\d{1,2}(?P<month>\D.*)", later[0]) if later else None
    bare = re.fullmatch(r"(?P<before>\D*)(?P<day>\d{1,2})\.?", date)
    if not (bare and following and _MONTH.match(following["month"])):
        return date
    return f"{bare['before'] or following['before']}{bare['day']}{following['month']}"


def _without_hours(
    line: str, spans: Sequence[tuple[int, int, set[str]]], ranges: Collection[str]
) -> list[tuple[int, int, set[str]]]:
    """Return spans without the hours that last from one to another ("10 a 13 horas"): they are no day."""
    hours = {
        at
        for at, (begin, end) in enumerate(pairwise(spans))
        if begin[2] | end[2] <= {"number", "time"} and line[begin[1] : end[0]].strip() in ranges
    }
    return [span for at, span in enumerate(spans) if not {at, at - 1} & hours]


def _date_spans(line: str, ranges: Collection[str] = ()) -> list[tuple[int, int, set[str]]]:
    spans: list[tuple[int, int, set[str]]] = []
    for fact in extract_facts(line).items:
        glue = _HOUR_GLUE.search(line[: fact.start])
        # "Tuesday, 14" names an hour, "7 October, 13 and 14 October" another day.
        takes_hour = bool(spans) and not {"time", "date"} & spans[-1][2]
        if takes_hour and fact.text.isdigit() and glue and spans[-1][1] == glue.start():
            spans[-1] = (spans[-1][0], fact.start + len(fact.text), {*spans[-1][2], "time"})
            continue
        is_day = is_day_number(fact.text)
        kind = "number" if is_day and (fact.is_weak or fact.kind == "number") else fact.kind
        is_week = kind == "number" and _WEEK.search(line[: fact.start])
        if kind not in _DATE_KINDS | {"number"} or (kind == "number" and not is_day) or is_week:
            continue
        end = fact.start + len(fact.text)
        if kind == "number" and (suffix := _AFTER_DAY.match(line, end)):
            end = suffix.end()
        between = line[spans[-1][1] : fact.start] if spans else ""
        lasts = bool(spans) and spans[-1][2] <= {"number", "time"} and between.strip() in ranges
        # "at high water at 10:50, Saturday the 13th" is another day.
        of_last = spans[-1][2] if spans else set[str]()
        is_next = (kind in DAYS and of_last == {"time"} and "," in between) or (kind == "number" and "date" in of_last)
        if spans and kind not in spans[-1][2] and not (lasts or is_next) and _DATE_GLUE.fullmatch(between):
            spans[-1] = (spans[-1][0], end, {*spans[-1][2], kind})
        else:
            spans.append((fact.start, end, {kind}))
    # A month alone is no day to meet on.
    return [span for span in spans if span[2] != {"date"} or any(map(str.isdigit, line[span[0] : span[1]]))]


def with_article(date: str, articles: list[list[str]]) -> str:
    """Return a date with the article that its language puts before it."""
    return next((before + date for pattern, before in articles if either([pattern]).match(date)), date)


class Listed(NamedTuple):
    """Dates that lines of a message offer, the lines, the message with a break in their place, and what is behind."""

    dates: tuple[str, ...]
    lines: tuple[str, ...]
    rest: str
    behind: str = ""


def offers_listed(text: str, asking: Asking) -> Listed:
    """Return the dates that lines of a message offer.

    Two or more lines in a row begin with a day, and the message says that they are to be chosen from; an agenda is
    no offer. Without such lines the message is returned as it is.
    """
    lines = text.split("\n")
    begin, end = _longest_run([_offered_in(line, asking) for line in lines])
    rest = [*lines[:begin], "", *lines[end:]]
    is_few = _MIN_LINES <= end - begin <= _MAX_LINES
    is_offer = is_few and whole(asking.words["offers"]).search(unwrap("\n".join(rest)))
    # "- Wed 9 from 7:15. That only works if …" beside them is a day, too, of which no click may keep silent.
    beside = [*lines[max(0, begin - 1) : begin], *lines[end : end + 1]]
    is_part = any(_is_entry_of_day(line, asking.language) for line in beside)
    if not is_offer or is_part or drops_a_day(text, asking.words):
        return Listed((), (), text)
    dates = {_offered_in(line, asking): without_list_mark(line.strip()).rstrip(" .,;") for line in lines[begin:end]}
    return Listed(tuple(dates), tuple(dates.values()), "\n".join(rest), "\n".join(lines[end:]))


def _is_entry_of_day(line: str, language: str) -> bool:
    is_entry = without_list_mark(line.strip()) != line.strip()
    return is_entry and any(days_in(line, language))


def _longest_run(found: Sequence[str]) -> tuple[int, int]:
    """Return where the most lines in a row that hold a date begin and end."""
    longest, begin = (0, 0), 0
    for at, date in enumerate(found):
        begin = begin if date else at + 1
        longest = max(longest, (begin, at + 1), key=lambda run: run[1] - run[0])
    return longest


def _offered_in(line: str, asking: Asking) -> str:
    """Return the date that a short line begins with, without what is said about it; "" for any other line."""
    words = asking.words
    plain = either([words["or_else"]], r"\A", r"\s+").sub("", without_list_mark(line.strip()))
    if not 0 < len(plain) <= _MAX_LINE_CHARS or is_question(plain):
        return ""
    facts = extract_facts(plain, asking.language).items
    if not any(fact.kind in DAYS and fact.start <= _MAX_BEFORE_CHARS for fact in facts):
        return ""
    said = either([r"\s\(", ";", r"[,:]?\s[\u2013\u2014-]\s", words["but"]]).split(plain, maxsplit=1)[0]
    if any(map(str.isdigit, plain[len(said) :].partition("(")[0])):
        return ""  # "Thursday 6 November, then 20 dozen behind a dash": an order
    first, *more = said.split(", ")
    kept = [first]
    for part in more:
        if not re.search(r"\d", part):
            break
        kept.append(part)
    date = ", ".join(kept).rstrip(" ,:;")
    date = re.sub(r"(?<=[^\W\d])\.\Z", "", date)
    date = f"{date[:1].lower()}{date[1:]}" if words.get("small_days") else date
    return with_article(date, words["date_articles"])


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
