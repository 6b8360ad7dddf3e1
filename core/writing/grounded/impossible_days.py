"""Dates that cannot be right: a day that its month lacks, and a weekday that a date with its year does not fall on."""

from collections.abc import Iterator

from core.text.facts.model import Fact
from core.text.facts.moments import find_dates
from core.text.facts.weekdays import days_of, weekday_before, weekday_name, year_of
from core.text.lexicon import lexicon
from core.writing.grounded.grammar import Correction


def find_impossible_days(text: str, language: str) -> Iterator[Correction]:
    """Give a remark for each such date: with the right weekday, or without a proposal."""
    for found in find_dates(text, lexicon(language)):
        end = found.start + len(found.text)
        is_month_first = found.text[0].isalpha() and not found.text[-1].isalpha()
        if found.is_weak or (is_month_first and not year_of(found) and text[end + 1 : end + 2].islower()):
            continue  # "in November 31 people came"
        if not days_of(found) and all(reading[-2:].isdecimal() for reading in found.readings):
            why = lexicon(language).wording("rule_sets.no_such_day")
            yield Correction(found.start, end, "", why, is_sure=False, rule="no such day")
        elif year_of(found):
            yield from _weekday_remark(text, found, language)


def _weekday_remark(text: str, found: Fact, language: str) -> Iterator[Correction]:
    """Give a remark where the weekday right before a date is another than that of each day it can mean."""
    known, days = lexicon(language), days_of(found)
    dated = weekday_before(text, found, known)
    if dated and len(days) == 1 and dated.number != days[0].weekday():
        right = weekday_name(days[0].weekday(), dated.word, known)
        why = known.wording("rule_sets.weekday").format(date=found.text, right=right)
        end = dated.start + len(dated.word)
        yield Correction(dated.start, end, right, why, is_sure=False, rule="weekday")
