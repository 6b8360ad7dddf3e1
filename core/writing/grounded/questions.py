"""A gap for each thing asked: worded from its owner's side, with ready answers to pick from."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from core.drafts import Gap
from core.gaps import cut_at_word, gap
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
from core.text.lexicon import by_language, joined, lexicon, whole
from core.text.noun_phrases import noun_phrases
from core.text.salutations import Address
from core.text.sentences import unwrap
from core.writing.grounded.offered_dates import offered_dates

_DATA = by_language("replies")
_LONGEST_CHARS = 140
_LONGEST_CHOICE_CHARS = 120
_MOST_DATES = 4
_LEAST_WORDS = 4
_MOST_NAMED, _LONGEST_SHORT_CHARS = 3, 60
# What is said beside the question, and marks of feeling.
_ASIDE = re.compile(r" [-\u2013\u2014]{1,3} [^?]{0,200}+(?=\?|\Z)|[,;]? ?(?:asap|a\.s\.a\.p\.)", re.I)
_FEELING = re.compile(r"[!?\uff01\uff1f]{2,}|!")

_Form = tuple[str, tuple[str, ...]] | None


@dataclass(frozen=True)
class Asking:
    """How a message asks: its language and how formal it is; `is_complaint` when nothing good is to be said of it.

    `offered` are the dates to choose from, for a question that does not repeat them.
    """

    language: str
    address: Address = ""
    is_complaint: bool = False
    offered: tuple[str, ...] = ()

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
        known = {**self.pronouns, **{name.capitalize(): word.capitalize() for name, word in self.pronouns.items()}}
        return unwrap(pattern.format(**{**known, **parts}))


def is_complaint(language: str, text: str) -> bool:
    """Tell whether a message complains, so that nobody is thanked for it."""
    return bool(whole(Asking(language).words["no_thanks"]).search(text))


def things_asked(text: str, asking: Asking) -> list[str]:
    """Return each thing that a message asks, in its order; what one sentence asks twice is two."""
    joins = re.compile(rf"(?i) ?{joined(f'(?:{one})' for one in asking.words['joins'])}")
    parts = (part for sentence in find_wanted(text).all for part in _parts_of(sentence, joins))
    return [part for part in parts if kind_of(part) != "commitment"]


def _parts_of(sentence: str, joins: re.Pattern[str]) -> Iterator[str]:
    begin = 0
    for match in joins.finditer(sentence):
        if len(sentence[begin : match.start()].split()) >= _LEAST_WORDS:
            yield _as_question(sentence[begin : match.start()], sentence)
            begin = match.end()
    yield sentence[begin:]


def _as_question(part: str, sentence: str) -> str:
    return f"{part.rstrip(' ,.')}?" if sentence.endswith("?") else part.rstrip(" ,")


def open_question(sentence: str, asking: Asking) -> Gap:
    """Return the gap for one thing asked."""
    line = _tidy(sentence, asking)
    question, choices = next(filter(None, (form(line, asking) for form in _FORMS)))
    question = _in_register(question, asking)
    later = _later(line, asking)
    kept = [one for one in (*choices, later) if len(one) <= _LONGEST_CHOICE_CHARS]
    return Gap(place=gap(question), question=question, choices=tuple(dict.fromkeys(kept)))


def open_reply(question: str, asking: Asking) -> Gap:
    """Return the gap for all that a message does not ask in so many words; a complaint may be answered as one."""
    question = _in_register(question, asking)
    choices = (asking.said(asking.words["sorry"]),) if asking.is_complaint else ()
    return Gap(place=gap(question), question=question, choices=choices)


def _tidy(sentence: str, asking: Asking) -> str:
    line = without_call(unwrap(sentence))
    line = _FEELING.sub(lambda mark: "?" if "?" in mark[0] else ".", _ASIDE.sub("", line)).strip(" ,;:.\"'”»")
    asks = not is_question(line) and (asks_for_word(line) or begins_as_question(line))
    return cut_at_word(f"{line}{_mark(asking)}" if asks else line, _LONGEST_CHARS)


def _capital(line: str) -> str:
    first = next((at for at, letter in enumerate(line) if letter.isalpha()), 0)
    return line[:first] + line[first : first + 1].upper() + line[first + 1 :]


def _later(line: str, asking: Asking) -> str:
    due = find_due(line)
    words = asking.words
    if asking.is_complaint:
        return asking.said(words["sorry"])
    is_deadline = bool(due and re.match(rf"(?i){joined(words['due'])}\s", due))
    return asking.said(words["later"][is_deadline], due=due)


def _by_dates(line: str, asking: Asking) -> _Form:
    words = asking.words
    dates = offered_dates(line, words) if whole(words["suits"]).search(line) else ()
    if not dates and whole(words["suits"]).search(line) and whole(words["which"]).search(line):
        dates = asking.offered
    if not 0 < len(dates) <= _MOST_DATES or (len(dates) == 1 and not is_question(line)):
        return None
    yes, no, none = words["date_choices"]
    accepts = tuple(asking.said(yes, Date=_capital(one), date=one) for one in dates)
    if len(dates) == 1:
        question = asking.said(words["dates"][0], date=dates[0])
        return question, (*accepts, asking.said(no, Date=_capital(dates[0]), date=dates[0]))
    listed = f"{', '.join(dates[:-1])} {words['or']} {dates[-1]}"
    return asking.said(words["dates"][1], dates=listed), (*accepts, none)


def _by_demand(line: str, asking: Asking) -> _Form:
    """Word "I want a refund, otherwise I cancel" as "Your answer to the demand: a refund"."""
    words = asking.words
    rest = _without(find_demand(line), words["short_drops"])
    if not rest:
        return None
    forms = words["answer"]
    form = forms[2] if re.match(r"(?i)(?:that|dass|que)(?!\w)|qu\W", rest) else forms[1]
    return asking.said(form, line=rest), tuple(words["do"])


def _without(line: str, words: list[str]) -> str:
    return unwrap(re.sub(rf"(?i)(?<!\w){joined(words)}(?!\w)", "", line))


def _by_clause(line: str, asking: Asking) -> _Form:
    """Word "could you tell me whether the date stays" as "Your answer: whether the date stays"."""
    words = asking.words
    told = re.search(rf"(?i)(?<!\w){words['telling']}[^?]{{0,40}}?\s(?P<clause>{words['clause']})", line)
    if told is None or _leaves_open(told["clause"], words):
        return None
    clause = told["clause"].rstrip(" ?.")
    is_yes_no = clause.split()[0].casefold() in {"whether", "if", "ob", "si"}
    return asking.said(words["answer"][0], line=clause), tuple(words["yes_no"]) if is_yes_no else ()


def _by_frame(line: str, asking: Asking) -> _Form:
    words = asking.words
    plain = line.rstrip(" ?.")
    frames: list[list[str]] = list(words["frames"])
    if "imperative" in words and begins_with_verb(plain):
        frames.append(["(?P<vp>.+)", *words["imperative"]])
    for pattern, question, *answers in frames:
        if match := re.fullmatch(rf"(?i){pattern}", plain):
            theirs = {name: _swap(part, words.get("theirs", {})) for name, part in match.groupdict().items()}
            if any(_leaves_open(part, words) for part in theirs.values()):
                return None
            choices = tuple(_answers(answers, match.groupdict(), asking)) or tuple(words["do"])
            return _capital(asking.said(question, **theirs)), choices
    return None


def _answers(answers: list[str], parts: Mapping[str, str], asking: Asking) -> Iterator[str]:
    """Yield what accepts and what declines; where a pronoun cannot be turned for certain, none."""
    words = asking.words
    mine = {name: _swap(part, words.get("mine", {})) for name, part in parts.items()}
    said = " ".join(re.sub(r"(?i)\b(?:me|us|my|our|your|mine)\b", "", part) for part in parts.values())
    is_sure = not whole(words["unsure"]).search(said)
    generic: list[str] = words["do"]
    for answer, instead in zip(answers, generic, strict=False):
        text = asking.said(answer, **mine) if answer and is_sure else instead
        yield text if len(text) <= _LONGEST_CHOICE_CHARS else instead


def _swap(part: str, table: Mapping[str, str]) -> str:
    if not table:
        return part
    keys = sorted(table, key=len, reverse=True)
    swapped = re.sub(rf"(?i)(?<![\w'\u2019]){joined(map(re.escape, keys))}(?![\w'\u2019])",
                     lambda word: table[word[0].casefold()], part)  # fmt: skip
    return swapped


def _leaves_open(part: str, words: Mapping[str, Any]) -> bool:
    """Tell whether a part still speaks as its sender."""
    return bool(whole(words["left_open"]).search(part)) if "theirs" not in words else bool(
        whole(words["left_open"]).search(_swap(part, words["theirs"]))
    )  # fmt: skip


def _by_question(line: str, asking: Asking) -> _Form:
    """Leave a question as it is where it does not speak of its sender."""
    words = asking.words
    if not line.endswith("?") and not line.startswith("¿"):
        return None
    plain = _without(line, words["dropped"]) if "dropped" in words else line
    plain = _swap(plain, words.get("theirs", {}))
    return None if _leaves_open(plain, words) else (_capital(plain), _yes_no(line, asking))


def _yes_no(line: str, asking: Asking) -> tuple[str, ...]:
    """Return what accepts and what declines; a question that wants more than yes or no, or one of two, has neither."""
    words = asking.words
    if asks_for_word(line) or whole([words["or"]]).search(line):
        return ()
    kinds = ((words["may_i"], words["allow"]), (words["will_you"], words["do"]))
    fit = (answers for patterns, answers in kinds if re.search(rf"(?i)(?<!\w){joined(patterns)}(?!\w)", line))
    return tuple(next(fit, words["yes_no"] if is_question(line) else words["do"]))


def _in_short(line: str, asking: Asking) -> _Form:
    """Name what a line speaks of, where its words cannot be turned to the owner's side for certain."""
    language = asking.language
    asked = re.match(rf"(?i)\W*{joined(asking.words['may_i'])}\s+(?P<rest>.+)", line.rstrip(" ?."))
    named = [one.text for one in noun_phrases(line, lexicon(language), language)]
    said = [fact.text for fact in extract_facts(line).items if not fact.is_weak]
    places = {one: line.casefold().find(one.casefold()) for one in (*said, *named) if not _is_within(one, said, named)}
    parts = [line[at : at + len(one)] for one, at in sorted(places.items(), key=lambda place: place[1]) if at >= 0]
    short = asked["rest"] if asked else ", ".join(parts[:_MOST_NAMED]) or line.rstrip(" ?.")
    short = _without(short, asking.words["short_drops"])
    short = cut_at_word(short, _LONGEST_SHORT_CHARS)
    return asking.said(asking.words["answer"][0], line=f"{short}{_mark(asking)}"), _yes_no(line, asking)


def _is_within(one: str, *others: list[str]) -> bool:
    return any(one != other and one.casefold() in other.casefold() for names in others for other in names)


def _in_register(question: str, asking: Asking) -> str:
    if asking.address != "familiar":
        return question
    for formal, familiar in asking.words.get("familiar_gaps", {}).items():
        question = question.replace(formal, familiar)
    return question


def _mark(asking: Asking) -> str:
    return " ?" if asking.language == "fr" else "?"


_FORMS = (_by_dates, _by_demand, _by_clause, _by_frame, _by_question, _in_short)
