"""A gap for each thing asked: worded from its owner's side, with ready answers and offered dates to pick from."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.drafts import Gap, cut_at_word, gap
from core.text.asks import (
    asks_for_word,
    begins_as_question,
    begins_with_verb,
    find_demand,
    find_due,
    find_wanted,
    is_question,
    kind_of,
    without_call,
)
from core.text.facts import extract_facts
from core.text.lexicon import by_language, joined, whole
from core.text.salutations import Address
from core.text.sentences import unwrap
from core.writing.grounded.answers import asks_fact
from core.writing.grounded.occasions import (
    Occasion,
    asks_last,
    find_desires,
    find_requests,
    is_desire,
    is_favour,
    only_introduces,
    says_relative_day,
    words_of,
)

_DATE_KINDS = frozenset({"date", "weekday", "day", "time"})
# What may stand within one date with its time: "Tuesday, the 18th at 7:30".
_DATE_GLUE = re.compile(r"(?i)\s*+(?:(?:,|at|on|the|um|den|der|à|a las|de|le|el|\()\s*+){0,2}")
# A bare number behind a day and one of these is its hour.
_HOUR_GLUE = re.compile(r"(?i),? (?:at|um|à|a las?) $")
_BEFORE_DATE = re.compile(r"(?i)(?<!\w)(?:el|le|the|der|den|dem|am|on) $")
_AFTER_DAY = re.compile(r"(?i)(?:st|nd|rd|th|er)\b|\.(?=\s)")
_MAX_OFFER_CHARS = 400
_DATA = by_language("replies")
_MAX_CHARS = 140
_MAX_DATES = 4
_MIN_WORDS, _MAX_BARE_WORDS = 4, 7
# What is said beside the question, and marks of feeling.
_ASIDE = re.compile(r" [-\u2013\u2014]{1,3} [^?]{0,200}+(?=\?|\Z)|[,;]? ?(?:asap|a\.s\.a\.p\.)", re.I)
_FEELING = re.compile(r"[!?\uff01\uff1f]{2,}|!")
# "I think that we should agree, what do you say?"
_LAST_CLAUSE = re.compile(r"[,;:¿]\s*")
_Form = tuple[str, tuple[str, ...]] | None


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


@dataclass(frozen=True)
class Asking:
    """How a message asks: its language, how formal it is and what it is for its reader.

    `offered` are the dates to choose from, for a question that does not repeat them; `sender` is who asks.
    """

    language: str
    address: Address = ""
    occasion: Occasion = ""
    offered: tuple[str, ...] = ()
    sender: str = ""

    @property
    def words(self) -> dict[str, Any]:
        """The table of the language, the English one for languages without."""
        return _DATA.get(self.language, _DATA["en"])

    @property
    def pronouns(self) -> Mapping[str, str]:
        """What the reader is called, by register; who shows none is answered formally."""
        forms: dict[str, dict[str, str]] = self.words.get("address", {})
        return forms.get(self.address or "formal", {})

    def said(self, pattern: str, **parts: str) -> str:
        """Return a phrase of the table with its places filled."""
        known = {**self.pronouns, **{name.capitalize(): capitalised(word) for name, word in self.pronouns.items()}}
        return unwrap(pattern.format(**{**known, **parts}))


def greets_familiarly(text: str, given: str, asking: Asking) -> bool:
    """Tell whether a message greets its reader by the given name as friends do."""
    words = asking.words.get("familiar_greeting")
    return bool(words and given and re.match(rf"(?i)\W*{words} {re.escape(given)}[ \t]*[,:!.\n]", text))


def things_asked(text: str, asking: Asking, questions: Sequence[str] = (), requests: Sequence[str] = ()) -> list[str]:
    """Return each thing that a message asks, in its order; what one sentence asks twice is two.

    `questions` and `requests` are sentences that ask in other ways than the tables know; these requests count where
    nothing else is asked, as does what the sender would like to do.
    """
    joins = re.compile(rf"(?i) ?{joined(f'(?:{one})' for one in asking.words['joins'])}")
    wanted = find_wanted(text).all
    more = [one for one in find_requests(asking.language, text) if not any(one in two or two in one for two in wanted)]
    in_order = _in_order(text, wanted, questions, more)
    parts = (part for sentence in in_order for one in _things_told(sentence, asking) for part in _parts_of(one, joins))
    asked = [part for part in parts if kind_of(part) != "commitment"]
    asked = [part for part in asked if not only_introduces(asking.language, without_call(part))] or asked
    only_reply = re.compile(rf"(?i)\W{{0,8}}{asking.words['asks_reply']}\W{{0,8}}")
    told = [part for part in asked if clause_of(part, asking) or not only_reply.fullmatch(unwrap(part))]
    if told or asking.occasion == "personal":
        return told or asked
    return [*requests] or find_desires(asking.language, text) or asked


def _in_order(text: str, wanted: Sequence[str], questions: Sequence[str], requests: Sequence[str]) -> list[str]:
    """Return what is wanted and the questions that are no part of it, as the text has them, each with its mark."""
    wanted = [*wanted, *requests]
    more = [one for one in questions if not any(one in other or other in one for other in wanted)]
    asked = [one for one in more if not find_wanted(one).hollow]
    plain = unwrap(text)
    found = sorted([*wanted, *asked], key=plain.find) if asked or requests else wanted
    unmarked = {*asked, *(one for one in wanted if begins_as_question(without_call(one)))}
    return [f"{one.rstrip(' .,;')}?" if one in unmarked and not is_question(one) else one for one in found]


def _parts_of(sentence: str, joins: re.Pattern[str]) -> Iterator[str]:
    begin = 0
    for match in joins.finditer(sentence):
        if len(sentence[begin : match.start()].split()) >= _MIN_WORDS:
            yield _as_question(sentence[begin : match.start()], sentence)
            begin = match.end()
    yield sentence[begin:]


def _reminded(sentence: str, asking: Asking) -> re.Match[str] | None:
    """Return what leads to a thing that somebody wants to be told ("remind me of"), None where it is a whole clause."""
    leads = re.search(rf"(?i)(?<!\w){joined(asking.words['reminding'])}", sentence)
    return None if clause_of(sentence, asking) or _confirms(sentence, asking) else leads


def _things_told(sentence: str, asking: Asking) -> list[str]:
    """Return a question for each of the things that one asks to be told: "remind me of the price and the date"."""
    lead, told_last = _reminded(sentence, asking), re.search(rf"(?i){asking.words['told_last']}", sentence)
    if not lead:
        return [sentence]
    end = told_last.start() if told_last else len(sentence)
    things = re.split(rf"(?i){asking.words['listed']}", sentence[lead.end() : end])
    verb = told_last[0] if told_last else ""
    return [_as_question(f"{sentence[: lead.end()]}{thing.rstrip(' ?.,')}{verb}", sentence) for thing in things]


def _as_question(part: str, sentence: str) -> str:
    return f"{part.rstrip(' ,.')}?" if sentence.endswith("?") else part.rstrip(" ,")


def clause_of(sentence: str, asking: Asking) -> str:
    """Return what somebody wants to be told ("whether it stays" of "could you tell me whether …"), "" for nothing."""
    words = asking.words
    told = re.search(rf"(?i)(?<!\w){words['telling']}[^?]{{0,40}}?\s(?P<clause>{words['clause']})", unwrap(sentence))
    return told["clause"].rstrip(" ?.") if told else ""


def _confirms(sentence: str, asking: Asking) -> str:
    """Return what is to be confirmed ("the order has left" of "could you confirm that …"), "" for nothing."""
    words = asking.words
    stated = re.search(
        rf"(?i)(?<!\w){words['telling']}[^?]{{0,20}}?\s{words['that']}\s(?P<clause>.+)", unwrap(sentence)
    )
    return stated["clause"] if stated else ""


def asked_in(sentence: str, asking: Asking) -> str:
    """Return what is asked, without what only leads to it ("can you tell me whether", "could you confirm that")."""
    words = asking.words
    sentence = unwrap(sentence)
    lead = _reminded(sentence, asking)
    thing = f"{words['which_is']} {sentence[lead.end() :].rstrip(' ?.')}?" if lead else ""
    return clause_of(sentence, asking) or _confirms(sentence, asking) or thing or without_call(sentence)


def open_question(sentence: str, asking: Asking, near: str = "") -> Gap:
    """Return the gap for one thing asked; `near` is what was written before and may answer it."""
    line = _tidy(sentence, asking)
    question, choices = _by_dates(line, asking) or _by_demand(line, asking) or _by_words(line, asking)
    kept = [one for one in (near, *choices, _later(line, asking)) if one]
    return _gap(question, kept, asking)


def open_reply(question: str, asking: Asking) -> Gap:
    """Return the gap for all that a message does not ask in so many words, with the reply that surely fits, if any."""
    ready = words_of(asking.language)["replies"].get(asking.occasion)
    return _gap(question, [asking.said(ready)] if ready else [], asking)


def _gap(question: str, choices: Iterable[str], asking: Asking) -> Gap:
    if asking.address == "familiar":
        for formal, familiar in asking.words.get("familiar_gaps", {}).items():
            question = question.replace(formal, familiar)
    return Gap(place=gap(question), question=question, choices=tuple(dict.fromkeys(choices)))


def _tidy(sentence: str, asking: Asking) -> str:
    line = without_call(unwrap(sentence))
    line = _FEELING.sub(lambda mark: "?" if "?" in mark[0] else ".", _ASIDE.sub("", line)).strip(" ,;:.\"'”»")
    asks = not is_question(line) and (asks_for_word(line) or begins_as_question(line))
    is_order = begins_with_verb(line) and not begins_as_question(line)
    line = f"{line.rstrip(' ?')}{'.' if is_order else asking.words['mark']}" if asks or line.endswith("?") else line
    line = f"¿{line}" if asking.language == "es" and line.endswith("?") and "¿" not in line else line
    return cut_at_word(line, _MAX_CHARS)


def capitalised(line: str) -> str:
    """Return a line with its first letter large."""
    first = next((at for at, letter in enumerate(line) if letter.isalnum()), 0)
    return line[:first] + line[first : first + 1].upper() + line[first + 1 :]


def _later(line: str, asking: Asking) -> str:
    due = find_due(line)
    words = asking.words
    if asking.occasion == "complaint":
        return asking.said(words_of(asking.language)["replies"]["complaint"])
    is_deadline = bool(due and re.match(rf"(?i){joined(words['due'])}\s", due)) and not is_relative(due, asking)
    return asking.said(words["later"][is_deadline], due=due)


def is_relative(line: str, asking: Asking) -> bool:
    """Tell whether a line says a day as "tomorrow" does: it is another one for who reads it later."""
    days = (fact.kind == "day" for fact in extract_facts(line, asking.language).items)
    return any(days) or says_relative_day(asking.language, line)


def _by_dates(line: str, asking: Asking) -> _Form:
    words = asking.words
    chooses = whole(words["which"]).search(line) is not None
    is_bare = len(line.split()) <= _MAX_BARE_WORDS and whole([words["or"]]).search(line)
    if not (is_bare or whole(words["suits"]).search(line)) or (asks_for_word(line) and not chooses):
        return None
    dates = offered_dates(line, words) or (asking.offered if chooses else ())
    has_choice = whole([words["or"]]).search(line) is not None
    if not 0 < len(dates) <= _MAX_DATES or (len(dates) == 1 and (has_choice or not is_question(line))):
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


def _by_words(line: str, asking: Asking) -> tuple[str, tuple[str, ...]]:
    """Leave what is asked in its sender's words, and say so where they speak for their sender."""
    words = asking.words
    is_whether = re.match(rf"(?i){words['whether']}\b", line) is not None
    clause = line.rstrip(" ?.") if is_whether else clause_of(line, asking)
    choices = tuple(_answers(clause or line, asking))
    if clause and not _speaks_for_sender(clause, asking):
        return asking.said(words["answer"][0], line=clause), choices
    if is_question(line) and not _speaks_for_sender(line, asking):
        return capitalised(line), choices
    quoted = asking.said(words["quote"], quote=capitalised(line))
    form = words["answer_to"] if asking.sender else words["answer"][0]
    return asking.said(form, line=quoted, name=asking.sender), choices


def _answers(line: str, asking: Asking) -> list[str]:
    """Return what accepts and what declines; a question for a fact, or for one of two things, has neither."""
    words = asking.words
    is_clause = re.match(rf"(?i){words['whether']}\b", line) is not None
    is_statement = not clause_of(line, asking) and _confirms(line, asking)
    last = _LAST_CLAUSE.split(line)[-1]
    asks_word = any(map(asks_for_word, (line, last))) or asks_last(asking.language, line)
    is_open = asks_word or asks_fact(line) or bool(_reminded(line, asking)) or bool(whole([words["or"]]).search(line))
    asks = is_clause or is_question(line)
    if (is_open and not is_clause) or (asking.occasion == "personal" and not asks):
        return []
    may_do = asking.occasion != "personal" and is_favour(asking.language, line)
    found: list[list[str]] = [
        *([words["right"]] if is_statement else ()),
        *([words["allow"]] if whole(words["may_i"]).search(line) or is_desire(asking.language, line) else ()),
        *([words["do"]] if may_do and whole(words["will_you"]).search(line) else ()),
        *(answers for asked, *answers in words.get("short", ()) if re.match(rf"(?i)\W*{asked}\b", line)),
        words["yes_no" if asks else "do"],
    ]
    return found[0]


def ready_answers(wanted: Sequence[str], asking: Asking) -> tuple[str, str]:
    """Return what accepts and what declines the one thing that is asked; "" where yes or no does not answer it."""
    words, line = asking.words, " ".join(wanted)
    is_open = asks_for_word(line) or asks_fact(line) or len(offered_dates(line, words)) > 1
    yes: str = words["do" if asking.occasion == "complaint" else "allow"][0]
    return ("", "") if len(wanted) > 1 or is_open else (yes, words["do"][1])


def _speaks_for_sender(line: str, asking: Asking) -> bool:
    return whole(asking.words["first_person"]).search(line) is not None
