"""The dates that a message offers to choose from: a date and its time are one."""

import re
from collections.abc import Mapping
from typing import Any

from core.text.facts import extract_facts
from core.text.lexicon import joined

_DATE_KINDS = frozenset({"date", "weekday", "day", "time"})
# What may stand within one date with its time: "Tuesday, the 18th at 7:30".
_DATE_GLUE = re.compile(r"(?i)\s*+(?:(?:,|at|on|the|um|den|der|à|a las|de|le|el|\()\s*+){0,2}")
# A bare number behind a day and one of these is its hour.
_HOUR_GLUE = re.compile(r"(?i),? (?:at|um|à|a las?) $")
_BEFORE_DATE = re.compile(r"(?i)(?<!\w)(?:el|le|the|der|den|dem|am|on) $")
_AFTER_DAY = re.compile(r"(?i)(?:st|nd|rd|th|er)\b|\.(?=\s)")
_MAX_OFFER_CHARS = 400


def offered_dates(line: str, words: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the dates that a line offers, each with its time; deadlines are none."""
    deadline = re.compile(rf"(?i){joined(words['due'])}\s+(?:the |el |dem |le )?$")
    found: list[str] = []
    line = line[:_MAX_OFFER_CHARS]
    for start, end, kinds in _date_spans(line):
        led = _BEFORE_DATE.search(line[:start])
        if kinds == {"number"} and not led:
            continue
        if not deadline.search(line[:start]):
            found.append(_with_article(line[start:end], words["date_articles"]))
    is_choice = len(found) < 2 or re.search(rf"(?i)(?<!\w){words['or']}(?!\w)|/", line)
    return tuple(dict.fromkeys(found)) if is_choice else ()


def _date_spans(line: str) -> list[tuple[int, int, set[str]]]:
    spans: list[tuple[int, int, set[str]]] = []
    for fact in extract_facts(line).items:
        glue = _HOUR_GLUE.search(line[: fact.start])
        if spans and "time" not in spans[-1][2] and fact.text.isdigit() and glue and spans[-1][1] == glue.start():
            spans[-1] = (spans[-1][0], fact.start + len(fact.text), {*spans[-1][2], "time"})
            continue
        is_day = re.fullmatch(r"[12]?\d|3[01]", fact.text) is not None
        kind = "number" if is_day and (fact.is_weak or fact.kind == "number") else fact.kind
        if kind not in _DATE_KINDS | {"number"} or (kind == "number" and not is_day):
            continue
        end = fact.start + len(fact.text)
        if kind == "number" and (suffix := _AFTER_DAY.match(line, end)):
            end = suffix.end()
        if spans and kind not in spans[-1][2] and _DATE_GLUE.fullmatch(line[spans[-1][1] : fact.start]):
            spans[-1] = (spans[-1][0], end, {*spans[-1][2], kind})
        else:
            spans.append((fact.start, end, {kind}))
    return spans


def _with_article(date: str, articles: list[list[str]]) -> str:
    return next((before + date for pattern, before in articles if re.match(rf"(?i){pattern}", date)), date)
