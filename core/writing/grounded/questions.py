"""A gap for each thing asked: worded from its owner's side, with ready answers and offered dates to pick from."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from core.drafts import Gap, cut_at_word, gap
from core.text.asks import (
    asks_for_word,
    begins_as_question,
    begins_with_verb,
    find_demand,
    find_due,
    is_question,
    without_call,
)
from core.text.facts import extract_facts
from core.text.lexicon import WORD_BEGINS, either, either_of, joined, patterns_of, whole
from core.text.sentences import unwrap
from core.writing.grounded.answers import asks_fact
from core.writing.grounded.asked import Asking, capitalised, clause_of, is_relative, reminded, stated_in
from core.writing.grounded.occasions import asks_last, is_desire, is_favour, words_of

_DATE_KINDS = frozenset({"date", "weekday", "day", "time"})
# What may stand within one date with its time: "Tuesday, the 18th at 7:30".
_DATE_GLUE = either_of("small_words", "date_glue", r"\s*+(?:(?:,|\(|", r")\s*+){0,2}")
# A bare number behind a day and one of these is its hour.
_HOUR_GLUE = either_of("small_words", "hour_glue", ",? ", " $")
_BEFORE_DATE = either_of("small_words", "before_date", WORD_BEGINS, " $")
_AFTER_DAY = either([rf"{patterns_of('small_words', 'ordinal')}\b", r"\.(?=[\s,])"])
_MAX_OFFER_CHARS = 400
_MAX_CHARS = 200
_MAX_DATES = 4
_MAX_BARE_WORDS = 7
# What is said beside the question, and marks of feeling.
_ASIDE = re.compile(r" [-\u2013\u2014]{1,3} [^?]{0,200}+(?=\?|\Z)|[,;]? ?(?:asap|a\.s\.a\.p\.)", re.I)
_FEELING = re.compile(r"[!?\uff01\uff1f]{2,}|!")
# "I think that we should agree, what do you say?"
_LAST_CLAUSE = re.compile(r"[,;:¿]\s*")
_Form = tuple[str, tuple[str, ...]] | None


def offered_dates(line: str, words: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the dates that a line offers, each with its time; deadlines are none."""
    deadline = either(words["due"], after=r"\s+(?:the |el |dem |le )?$")
    found: list[str] = []
    line = line[:_MAX_OFFER_CHARS]
    for start, end, kinds in _date_spans(line):
        led = _BEFORE_DATE.search(line[:start])
        if kinds == {"number"} and not led:
            continue
        if not deadline.search(line[:start]):
            part = re.match(rf"(?i){words['day_parts']}(?!\w)", line[end:])
            date = f"{line[start:end]}{part[0] if part else ''}"
            date = f"{date[:1].lower()}{date[1:]}" if words.get("small_days") else date
            found.append(_with_article(re.sub(r"(?<=[^\W\d])\.$", "", date), words["date_articles"]))
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


def open_question(sentence: str, asking: Asking, near: str = "") -> Gap:
    """Return the gap for one thing asked; `near` is what was written before and may answer it."""
    line = _tidy(sentence, asking)
    please = asking.words.get("please")
    is_order = please and not line.endswith("?") and re.match(rf"(?i)\W*(?:\w+\W+)?{please}(?!\w)", sentence)
    told = turned(_ordered(line, asking) if is_order else line, asking)
    question, choices = _by_dates(line, asking) or _by_demand(line, asking) or _by_words(line, told, asking)
    kept = [one for one in (near, *choices, _later(line, asking)) if one]
    return _gap(question, kept, asking)


def open_reply(question: str, asking: Asking) -> Gap:
    """Return the gap for all that a message does not ask in so many words, with the reply that surely fits, if any."""
    words = asking.words
    if asking.occasion == "invitation":
        return _gap(words["invited"], words["attend"], asking)
    if asking.occasion == "reminder":
        return _gap(question, words["reminder"], asking)
    ready = words_of(asking.language)["replies"].get(asking.occasion or "other")
    return _gap(question, [asking.said(ready)] if ready else [], asking)


def _gap(question: str, choices: Iterable[str], asking: Asking) -> Gap:
    if asking.address == "familiar":
        for formal, familiar in asking.words.get("familiar_gaps", {}).items():
            question = question.replace(formal, familiar)
    question = cut_at_word(question, _MAX_CHARS)
    return Gap(place=gap(question), question=question, choices=tuple(dict.fromkeys(choices)))


def _tidy(sentence: str, asking: Asking) -> str:
    line = without_call(unwrap(sentence))
    line = _FEELING.sub(lambda mark: "?" if "?" in mark[0] else ".", _ASIDE.sub("", line)).strip(" ,;:.\"'”»")
    asks = not is_question(line) and (asks_for_word(line) or begins_as_question(line))
    is_order = begins_with_verb(line) and not begins_as_question(line)
    line = f"{line.rstrip(' ?')}{'.' if is_order else asking.words['mark']}" if asks or line.endswith("?") else line
    return _as_asked(line, asking)


def _as_asked(line: str, asking: Asking) -> str:
    """Return a question with the marks of its language."""
    return f"¿{line}" if asking.language == "es" and line.endswith("?") and "¿" not in line else line


def _later(line: str, asking: Asking) -> str:
    due = find_due(line)
    words = asking.words
    if asking.occasion == "complaint":
        return asking.said(words_of(asking.language)["replies"]["complaint"])
    is_deadline = bool(due and re.match(rf"(?i){joined(words['due'])}\s", due)) and not is_relative(due, asking)
    return asking.said(words["later"][is_deadline], due=due)


def _by_dates(line: str, asking: Asking) -> _Form:
    words = asking.words
    chooses = whole(words["which"]).search(line) is not None
    is_bare = len(line.split()) <= _MAX_BARE_WORDS and whole([words["or"]]).search(line)
    if not (is_bare or whole(words["suits"]).search(line)) or (asks_for_word(line) and not chooses):
        return None
    dates = offered_dates(line, words) or (asking.offered if chooses else ())
    has_choice = whole([words["or"]]).search(line) is not None
    is_favour_then = whole(words["will_you"]).search(line) and not whole(words_of(asking.language)["attends"]).search(
        line
    )
    is_other = len(dates) == 1 and (has_choice or asks_for_word(line) or is_favour_then or not is_question(line))
    if not 0 < len(dates) <= _MAX_DATES or is_other:
        return None
    yes, no, none = words["date_choices"]
    accepts = tuple(asking.said(yes, Date=capitalised(one), date=one) for one in dates)
    moves = any(is_relative(one, asking) for one in dates)
    if len(dates) == 1:
        question = asking.said(words["dates"][0], date=dates[0]) if _speaks_for_sender(line, asking) else line
        declines = asking.said(no, Date=capitalised(dates[0]), date=dates[0])
        is_plain = moves or whole(words["of_thing"]).search(line)
        return capitalised(question), tuple(words["yes_no"]) if is_plain else (*accepts, declines)
    listed = f"{', '.join(dates[:-1])} {words['or']} {dates[-1]}"
    return asking.said(words["dates"][1], dates=listed), (none,) if moves else (*accepts, none)


def _by_demand(line: str, asking: Asking) -> _Form:
    """Word "I want a refund, otherwise I cancel" as "Your answer to the demand: a refund"."""
    words = asking.words
    rest = unwrap(re.sub(rf"(?i)(?<!\w){joined(words['short_drops'])}(?!\w)", "", find_demand(line)))
    if not rest:
        return None
    form = words["answer"][2 if re.match(r"(?i)(?:that|dass|que)(?!\w)|qu\W", rest) else 1]
    return asking.said(form, line=rest), tuple(words["do"])


def _by_words(line: str, told: str, asking: Asking) -> tuple[str, tuple[str, ...]]:
    """Say what is asked as it is `told` to its reader; in its sender's words, and say so, where that is not sure."""
    words = asking.words
    is_whether = re.match(rf"(?i){words['whether']}\b", line) is not None
    clause = line.rstrip(" ?.") if is_whether else clause_of(line, asking)
    choices = tuple(_answers(clause or line, asking))
    if clause and (told := turned(clause, asking)):
        return asking.said(words["answer"][0], line=told.rstrip(" ?")), choices
    if is_question(told):
        return _as_asked(capitalised(told), asking), choices
    quoted = asking.said(words["quote"], quote=capitalised(line))
    form = words["answer_to"] if asking.sender else words["answer"][0]
    return asking.said(form, line=quoted, name=asking.sender), choices


def turned(line: str, asking: Asking) -> str:
    """Return what a sender asks without words that speak for them, "" where some would remain."""
    words, name = asking.words, asking.sender
    theirs = words["names"][name[-1:] in "sßxz"].format(name=name)
    for pattern, form in words["turned"]:
        if name or "NAME" not in form:
            line = re.sub(rf"(?i){pattern}", form.replace("NAMES", theirs).replace("NAME", name), line).strip()
    line = _ordered(line, asking) if begins_with_verb(line) and not is_question(line) else line
    asks = begins_as_question(line) or asks_for_word(line)
    line = f"{line.rstrip(' .')}{words['mark']}" if asks and not is_question(line) else line
    is_awkward = bool(name) and line.count(name) > 1
    plain = line.replace(theirs, "").replace(name, "") if name else line
    return "" if is_awkward or _speaks_for_sender(plain, asking) else line


def _ordered(line: str, asking: Asking) -> str:
    order: str = asking.words["order"]
    return order.format(line=f"{line[:1].lower()}{line[1:]}".rstrip(" ."))


def _answers(line: str, asking: Asking) -> list[str]:
    """Return what accepts and what declines; a question for a fact, or for one of two things, has neither."""
    words, occasions = asking.words, words_of(asking.language)
    is_clause = re.match(rf"(?i){words['whether']}\b", line) is not None
    is_statement = not clause_of(line, asking) and stated_in(line, asking)
    last = _LAST_CLAUSE.split(line)[-1]
    asks_word = any(map(asks_for_word, (line, last))) or asks_last(asking.language, line)
    tells = whole(words["tells"]).search(line) is not None or bool(reminded(line, asking))
    is_open = asks_word or asks_fact(line) or tells or bool(whole([words["or"]]).search(line))
    asks = is_clause or is_question(line)
    if asking.occasion == "invitation" and whole(occasions["asks_to_come"]).search(line):
        return list(words["attend"])
    if asking.occasion == "reminder":
        return list(words["reminder"])
    if (is_open and not is_clause) or (asking.occasion == "personal" and not asks):
        return []
    comes = whole(occasions["attends"]).search(line)
    may_do = asking.occasion != "personal" and is_favour(asking.language, line)
    found: list[list[str]] = [
        *([words["right"]] if is_statement else ()),
        *([words["confirm"]] if whole(words["confirms"]).search(line) else ()),
        *([words["allow"]] if _wants_consent(line, asking) else ()),
        *([words["do"] if may_do else words["able"]] if whole(words["will_you"]).search(line) and not comes else ()),
        *(answers for asked, *answers in words.get("short", ()) if re.match(rf"(?i)\W*{asked}\b", line)),
        words["yes_no" if asks else "do"],
    ]
    return [asking.said(one) for one in found[0]]


def _wants_consent(line: str, asking: Asking) -> bool:
    words = asking.words
    return bool(whole([*words["may_i"], *words["agrees"]]).search(line)) or is_desire(asking.language, line)


def open_dates(asking: Asking) -> Gap:
    """Return the gap for the dates that a message offers without asking which suits."""
    yes, _, none = asking.words["date_choices"]
    accepts = [asking.said(yes, Date=capitalised(one), date=one) for one in asking.offered]
    listed = f"{', '.join(asking.offered[:-1])} {asking.words['or']} {asking.offered[-1]}"
    return _gap(asking.said(asking.words["dates"][1], dates=listed), [*accepts, none], asking)


def ready_answers(wanted: Sequence[str], asking: Asking) -> tuple[str, str]:
    """Return what accepts and what declines the one thing that is asked; "" where yes or no does not answer it."""
    words, line = asking.words, " ".join(wanted)
    if len(wanted) > 1 or asks_for_word(line) or asks_fact(line) or len(offered_dates(line, words)) > 1:
        return "", ""
    if asking.occasion == "invitation" and not line:
        found = list(words["attend"])
    else:
        found = _answers(line, asking) if line else words["yes_no"]
    yes, no = (words["allow"][0], words["do"][1]) if found == words["yes_no"] else found or ("", "")
    return yes, no


def _speaks_for_sender(line: str, asking: Asking) -> bool:
    return whole(asking.words["first_person"]).search(line) is not None
