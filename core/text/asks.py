"""Who asks whom for what: requests, questions, suggestions and commitments, for triage and replies alike.

The words of each language stand in `data/LANGUAGE/asks.toml`.
"""

import functools
import re
from dataclasses import dataclass
from typing import Literal

from core.text.facts import extract_facts
from core.text.forms import ALPHABETIC
from core.text.lexicon import WORD_BEGINS, WORD_ENDS, by_language, either, either_of, joined, patterns_of, whole
from core.text.salutations import OPENING
from core.text.sentences import CLOSING_MARKS, split_sentences, unwrap, without_list_mark

Kind = Literal["question", "request", "suggestion", "commitment"]

_DATA = by_language("asks")["en"]
_VERBS = frozenset(_DATA["verbs"].split())
# Matched against text in lower case: much faster than patterns that ignore case.
_CLEAR = either([rf"\b{patterns_of('asks', 'clear')}", patterns_of("asks", "anywhere")], flags=0)
_DEMAND = either_of("asks", "demands", WORD_BEGINS, "(?P<rest>.+)")
_ASKS_ELSEWHERE = either_of("asks", "questions_attached", WORD_BEGINS, WORD_ENDS)
_CLEAR_QUESTION = either_of("asks", "clear_questions", r"\b", flags=0)
_BEGINS = either_of("asks", "begins", r"\A\W*")
_QUESTION_WORD = either_of("asks", "question_words", r"\A\W*", WORD_ENDS)
_UNMARKED = either_of("asks", "unmarked", r"\A")
_JOIN = either_of("small_words", "joins", r"\A\s*", " ")
_HOLLOW = either([patterns_of("asks", "hollow").replace("OFFERED", joined(_DATA["offered"]))], WORD_BEGINS)
_READER = whole([patterns_of("asks", "reader")])
_SUGGESTS = either_of("asks", "suggests", r"\b")
_COMMITS = either_of("asks", "commits", r"\b")
_AFTER_TITLE = r"(?:(?<=\b[dms]r)|(?<=\bm)|(?<=\bm[rs]s)|(?<=\bms)|(?<=\bsra)|(?<=\bmme)|(?<=\bprof))\."
_GREETING = rf"{OPENING}(?!\w)(?:[^,.!?:]|{_AFTER_TITLE}){{0,30}}[,!:]\s*"
_GREETS = joined([patterns_of("asks", "call"), _GREETING])
_CALL = either([patterns_of("asks", "leads"), f"(?P<greets>{_GREETS})"], r"\A")
_LEAD = either([patterns_of("asks", "leads")], r"\A")
_CLAUSE_BEFORE = either_of("asks", "clause_before", r"\A")
_VOCATIVE = re.compile(r"\A@?(?P<name>[A-Z][\w'-]+(?: [A-Z][\w'-]+)?)\s*(?:--|[,:\u2013\u2014-])\s+(?=\S)")
_BESIDE = re.compile(r"\A@(?P<first>[A-Z][\w'-]+(?: [A-Z][\w'-]+)?)\s|,\s(?P<last>[A-Z][\w'-]+)\W{0,4}\Z")
_BEFORE_TIME = either_of("asks", "before_time", r"\A", r"[\s,]")
_DUE_BEFORE = either_of("asks", "due", r"(?<!\w)(?:", rf"\s+){{1,4}}{patterns_of('asks', 'due_ends')}?$")
_DUE_PHRASE = whole([patterns_of("asks", "due_phrase")])
_DUE_KINDS = frozenset({"date", "time", "weekday", "day"})
# What may stand between two dates or times that are one, in small letters.
_GLUE = frozenset({"", ",", "at", "on", "the", "um", "à", "a las", "of"})
_LINK = re.compile(r"<?(?:https?://|www\.)[^\s<>]{1,2000}>?|[^\s@]{1,64}@[^\s@]{1,255}")
# Where a sentence holds more than one thing to answer.
_PART = re.compile(r"(?<=;)\s+|\s-{2,3}\s|(?<=[\uff1f\u3002])")
_NO_COMMAND = either(_DATA["no_command"], r"\A\S+ ")
_MAX_UNMARKED_WORDS = 20
_MIN_ANNOUNCED, _MAX_ANNOUNCED = 3, 60
# Of a longer text its beginning is read, and so much of its end.
_LAST_CHARS, _LAST_SENTENCES = 20_000, 100
_MAX_CHARS, _MAX_SENTENCES, _MAX_LENGTH_CHARS, _MAX_ORDER_CHARS = 100_000, 400, 600, 200


@dataclass(frozen=True)
class Wanted:
    """What a message wants of its reader, in its order, each in one line and without links.

    Attributes:
        clear: what asks the reader in so many words.
        questions: other questions.
        orders: what tells the reader to do something.
        all: these three in the order of the text.
        hollow: how many polite phrases that ask nothing there are.
        sentences: how many sentences there are.
        is_cut: whether it is so long that only its beginning and its end were read; what is asked mostly stands there.
    """

    clear: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    orders: tuple[str, ...] = ()
    all: tuple[str, ...] = ()
    hollow: int = 0
    sentences: int = 0
    is_cut: bool = False


@functools.lru_cache(maxsize=4)  # many rules and signs ask the same of one mail
def find_wanted(text: str) -> Wanted:
    """Sort the sentences of a message by how clearly they ask its reader for something."""
    found: dict[str, list[str]] = {"clear": [], "questions": [], "orders": [], "all": []}
    parts, hollow = _parts(text), 0
    is_cut = len(text) > _MAX_CHARS or len(parts) > _MAX_SENTENCES
    sentences = [*parts[: _MAX_SENTENCES - _LAST_SENTENCES], *parts[-_LAST_SENTENCES:]] if is_cut else parts
    for sentence in sentences:
        meant = _meant(sentence)
        hollow += meant != sentence
        if how := _how(meant):
            found[how].append(sentence)
            found["all"].append(sentence)
    return Wanted(
        **{name: tuple(values) for name, values in found.items()},
        hollow=hollow,
        sentences=len(sentences),
        is_cut=is_cut,
    )


def _meant(line: str) -> str:
    """Return a sentence without polite phrases that ask nothing ("if you have questions, call me")."""
    if not _HOLLOW.search(line) or asks_in_attachment(line):
        return line
    found = _HOLLOW.search(without_call(line))
    # "Which number do I call if there is a problem?"
    asks = found and found.start() > 0 and is_question(line) and asks_for_word(line)
    return line if asks else _HOLLOW.sub(" ", line)


def _parts(text: str) -> list[str]:
    if len(text) > _MAX_CHARS:
        text = f"{text[: _MAX_CHARS - _LAST_CHARS]}\n\n{text[-_LAST_CHARS:]}"
    text = _LINK.sub(" ", text)
    parts = (
        unwrap(part)
        for sentence in split_sentences(text)
        for piece in _PART.split(sentence)
        for part in _from_announcement(piece)
    )
    return [part[:_MAX_LENGTH_CHARS] for part in parts if any(map(str.isalnum, part))]


def _from_announcement(sentence: str) -> list[str]:
    """What stands before a colon announces the question behind it, unless it is the question."""
    before, _, rest = sentence.partition(":")
    announces = _MIN_ANNOUNCED <= len(before) <= _MAX_ANNOUNCED and rest[:1].isspace() and rest.strip()
    if not announces or asks_for_word(before) or _CLEAR.search(before.lower()) or _BEGINS.match(before):
        return [sentence]
    return [f"{before}:", *_from_announcement(rest.lstrip())]


def asks_for_word(line: str) -> bool:
    """Tell whether a question wants more than yes or no."""
    return bool(_QUESTION_WORD.match(without_lead_in(line)))


def is_demand(line: str) -> bool:
    """Tell whether a line says outright that its writer wants, expects or demands something of the reader."""
    return _DEMAND.search(line) is not None


def asks_in_attachment(line: str) -> bool:
    """Tell whether a line says that the questions stand in a file beside it."""
    return _ASKS_ELSEWHERE.search(line) is not None


def begins_as_question(line: str) -> bool:
    """Tell whether the first words are those of a question, with or without its mark."""
    return bool(_BEGINS.match(line))


def asks_unmarked(line: str) -> bool:
    """Tell whether a line without any mark surely is a question; with a comma it may go on ("was kommt, kommt")."""
    is_bare = line[-1:].isalnum() and not {*line} & {*",;:"} and len(line.split()) <= _MAX_UNMARKED_WORDS
    return is_bare and _UNMARKED.match(_JOIN.sub("", without_call(line))) is not None


def _how(meant: str) -> Literal["", "clear", "questions", "orders"]:
    is_asked = is_question(meant.rstrip(" )!:;-'\""))
    lowered = meant.lower()
    if _asks_plainly(meant) or _CLEAR_QUESTION.search(lowered) or _BEGINS.match(meant):
        return "clear"
    if is_asked and _READER.search(meant):
        return "clear"
    if is_asked:
        return "questions"
    return "orders" if len(meant) < _MAX_ORDER_CHARS and _is_order(meant) else ""


def _asks_plainly(meant: str) -> bool:
    return bool(_CLEAR.search(meant.lower())) or is_demand(meant) or asks_in_attachment(meant)


def _is_order(line: str) -> bool:
    body = without_lead_in(line)
    return len(body.split()) > 1 and begins_with_verb(body) and not _NO_COMMAND.match(body)


def kind_of(sentence: str) -> Kind | None:
    """Return what a sentence asks or promises, None when it only tells."""
    line = unwrap(sentence)
    if len(line) < 4 or line.startswith(">"):
        return None
    meant = _meant(line)
    if _asks_plainly(meant) or (_is_order(meant) and not meant.endswith("?")):
        return "request"
    if _SUGGESTS.search(meant):
        return "suggestion"
    if _COMMITS.search(meant):
        return "commitment"
    return "question" if is_question(meant) else None


def is_question(sentence: str) -> bool:
    """Tell whether a sentence ends as questions do."""
    said = sentence.rstrip().rstrip(CLOSING_MARKS)
    return not {"?", "\uff1f"}.isdisjoint(said[len(said.rstrip("!?\uff1f")) :])


def _vocative(line: str) -> re.Match[str] | None:
    """Return the name that a sentence calls before it speaks, with what follows it; "Also, …" calls none."""
    return None if _BEFORE_TIME.match(line) or _LEAD.match(line) else _VOCATIVE.match(line)


def begins_with_verb(line: str) -> bool:
    """Tell whether the first word is a verb as commands begin with one."""
    return line.split(maxsplit=1)[0].strip(",.:;!").casefold() in _VERBS if line.strip() else False


def without_lead_in(line: str) -> str:
    """Return a sentence without the name it calls and the clauses before its verb ("If possible, please …")."""
    return _without(line, (_CALL, _CLAUSE_BEFORE))


def without_call(line: str) -> str:
    """Return a sentence without the mark of its list, greeting, name and "please"; what it asks stays whole."""
    return _without(line, (_CALL,))


def without_greeting(line: str) -> str:
    """Return a sentence without the mark of its list and the greeting before it; "otherwise" and "please" stay."""
    match = _CALL.match(line := without_list_mark(line))
    return line[match.end() :] if match and match["greets"] and ALPHABETIC.search(line[match.end() :]) else line


def is_greeting(line: str) -> bool:
    """Tell whether a line greets, and says no more."""
    match = _CALL.match(line := without_list_mark(line))
    return bool(match and match[0].strip()) and not ALPHABETIC.search(line[match.end() :] if match else line)


def called_in(line: str) -> str:
    """Return the name that a sentence calls at its beginning or end ("Julia, can you …"), "" for none."""
    line = line.strip(" \"'\u201c\u201e\u00ab")
    found = _vocative(line) or _BESIDE.search(line)
    return next(filter(None, found.groups())) if found else ""


def _without(line: str, before: tuple[re.Pattern[str], ...]) -> str:
    line = without_list_mark(line)
    vocative = _vocative(line)
    line = line[vocative.end() :] if vocative else line
    for _ in range(4):
        match = next(filter(None, (pattern.match(line) for pattern in before)), None)
        if not match or not ALPHABETIC.search(line[match.end() :]):
            break
        line = line[match.end() :]
    return line


def find_due(sentence: str) -> str:
    """Return the words that say until when, "" when there are none."""
    facts = [fact for fact in extract_facts(sentence).items if fact.kind in _DUE_KINDS and not fact.is_weak]
    if facts:
        begin, end = facts[0].start, facts[0].start + len(facts[0].text)
        for fact in facts[1:]:
            if sentence[end : fact.start].strip().casefold() not in _GLUE:
                break
            end = fact.start + len(fact.text)
        before = _DUE_BEFORE.search(sentence[max(0, begin - 40) : begin])
        if before:
            begin -= len(before[0])
        return sentence[begin:end]
    phrase = _DUE_PHRASE.search(sentence)
    return phrase[0] if phrase else ""
