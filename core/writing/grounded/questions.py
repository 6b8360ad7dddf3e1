"""A gap for each thing asked: worded from its owner's side, with ready answers to pick from."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from core.drafts import Gap
from core.text.asks import (
    asks_for_word,
    begins_as_question,
    begins_with_verb,
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
from core.writing.gaps import cut_at_word, gap

_DATA = by_language("replies")
_LONGEST_CHARS = 140
_LONGEST_CHOICE_CHARS = 120
_MOST_DATES = 4
_LEAST_WORDS = 4
_DATE_KINDS = frozenset({"date", "weekday", "day", "time"})
_DATE_GLUE = re.compile(r"(?i)\s*+(?:,|at|on|the|um|den|der|à|a las|de|le|el|\()?\s*+")
_ARTICLE = re.compile(r"(?i)(?:el|le) $")
# What is said beside the question, and marks of feeling.
_ASIDE = re.compile(r" [-\u2013\u2014]{1,3} [^?]{0,200}+(?=\?|\Z)|[,;]? ?(?:asap|a\.s\.a\.p\.)", re.I)
_FEELING = re.compile(r"[!?\uff01\uff1f]{2,}|!")


@dataclass(frozen=True)
class Asking:
    """Who asks, in which language and how formally; `is_complaint` when nothing good is to be said of it."""

    language: str
    address: Address = ""
    name: str = ""
    is_complaint: bool = False

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
    question, choices = next(filter(None, (form(line, asking) for form in _FORMS)), ("", ()))
    question = _in_register(question or _as_asked(line, asking), asking)
    later = _later(line, asking)
    kept = [one for one in (*choices, later) if len(one) <= _LONGEST_CHOICE_CHARS]
    return Gap(place=gap(question), question=question, choices=tuple(dict.fromkeys(kept)))


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


def _dates(line: str, words: Mapping[str, Any]) -> list[str]:
    """Return the dates that a line offers, each as it is written there; deadlines are none."""
    spans: list[tuple[int, int, set[str]]] = []
    for fact in (one for one in extract_facts(line).items if one.kind in _DATE_KINDS):
        end = fact.start + len(fact.text)
        if spans and fact.kind not in spans[-1][2] and _DATE_GLUE.fullmatch(line[spans[-1][1] : fact.start]):
            spans[-1] = (spans[-1][0], end, {*spans[-1][2], fact.kind})
        else:
            spans.append((fact.start, end, {fact.kind}))
    deadline = re.compile(rf"(?i){joined(words['due'])}\s+(?:the |el |dem |le )?$")
    offered = [(start, end) for start, end, _ in spans if not deadline.search(line[:start])]
    starts = [start - len(found[0]) if (found := _ARTICLE.search(line[:start])) else start for start, _ in offered]
    return list(dict.fromkeys(line[start:end] for start, (_, end) in zip(starts, offered, strict=True)))


def _by_dates(line: str, asking: Asking) -> tuple[str, tuple[str, ...]] | None:
    words = asking.words
    dates = _dates(line, words) if whole(words["suits"]).search(line) else []
    if not 0 < len(dates) <= _MOST_DATES or (len(dates) == 1 and not is_question(line)):
        return None
    yes, no, none = words["date_choices"]
    accepts = tuple(asking.said(yes, Date=_capital(one), date=one) for one in dates)
    if len(dates) == 1:
        question = asking.said(words["dates"][0], date=dates[0])
        return question, (*accepts, asking.said(no, Date=_capital(dates[0]), date=dates[0]))
    listed = f"{', '.join(dates[:-1])} {words['or']} {dates[-1]}"
    return asking.said(words["dates"][1], dates=listed), (*accepts, none)


def _by_clause(line: str, asking: Asking) -> tuple[str, tuple[str, ...]] | None:
    """Word "could you tell me whether the date stays" as "Whether the date stays?"."""
    words = asking.words
    told = re.search(rf"(?i)(?<!\w){words['telling']}[^?]{{0,40}}?\s(?P<clause>{words['clause']})", line)
    if told is None or _leaves_open(told["clause"], words):
        return None
    clause = told["clause"].rstrip(" ?.")
    # "Whether you want to come" is "do you want to come".
    you = re.match(r"(?i)(?:whether|if) you (?P<verb>\w+) ?(?P<rest>.*)", clause)
    if you and (helper := words.get("whether", {}).get(you["verb"].casefold())) is not None:
        asked = f"{helper} you {you['verb']} {you['rest']}" if helper else f"{you['verb']} you {you['rest']}"
        return _by_frame(f"{asked}?", asking) or (f"{_capital(asked)}?", tuple(words["yes_no"]))
    is_yes_no = clause.split()[0].casefold() in {"whether", "if", "ob", "si"}
    return _capital(f"{clause}{_mark(asking)}"), tuple(words["yes_no"]) if is_yes_no else ()


def _by_frame(line: str, asking: Asking) -> tuple[str, tuple[str, ...]] | None:
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
            return asking.said(question, **theirs), choices
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


def _by_question(line: str, asking: Asking) -> tuple[str, tuple[str, ...]] | None:
    """Leave a question as it is where it does not speak of its sender."""
    words = asking.words
    if not line.endswith("?") and not line.startswith("¿"):
        return None
    plain = re.sub(rf"(?i)\s{joined(words['dropped'])}(?!\w)", "", line) if "dropped" in words else line
    plain = _swap(plain, words.get("theirs", {}))
    if _leaves_open(plain, words):
        return None
    return _capital(plain), () if asks_for_word(plain) else tuple(words["yes_no"])


def _as_asked(line: str, asking: Asking) -> str:
    """Say who asks, where the words cannot be turned to the owner's side for certain."""
    forms = asking.words["asks"][0 if is_question(line) else 2 :][:2]
    return asking.said(forms[0 if asking.name else 1], name=asking.name, line=_capital(line))


def _in_register(question: str, asking: Asking) -> str:
    if asking.address != "familiar":
        return question
    for formal, familiar in asking.words.get("familiar_gaps", {}).items():
        question = question.replace(formal, familiar)
    return question


def _mark(asking: Asking) -> str:
    return " ?" if asking.language == "fr" else "?"


_FORMS = (_by_dates, _by_clause, _by_frame, _by_question)
