"""What a text can be called: its first line, the noun phrases and clauses of its first sentences, and how good each is.

Which of them is a title is learnt from texts whose candidates were graded by readers (benchmarks/train_titles.py):
from what a phrase means beside the whole text, where it stands, how often its words come back, and its form.
"""

import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from operator import mul
from typing import Literal

from core.embeddings import WordEmbedder
from core.llm.ports import Embedder
from core.text.content import content_stems, is_empty_word, stem
from core.text.dictionaries import frequencies, total
from core.text.facts import extract_facts
from core.text.forms import LETTERS
from core.text.language import stop_words
from core.text.lexicon import lexicon, pattern_beside
from core.text.noun_phrases import noun_phrases
from core.text.salutations import OPENS, is_person, is_title
from core.text.statements import Statement
from core.writing.roles.classifier import role_weights
from core.writing.roles.features import Vector

MAX_CHARS = 70
# The head over vectors and the one over words; "use" is used as it is, "about" says at least what the text is about.
HEADS: Mapping[bool, str] = {True: "titles", False: "titles_by_words"}
USE, ABOUT = "use", "about"
# So many sentences give candidates, the first of them clauses too; so many of each text are compared.
_NAMING, _TELLING, _COMPARED, _MAX_CANDIDATES, _MAX_WHOLE_CHARS = 8, 3, 12, 60, 4000
_MIN_WORD_CHARS, _MAX_LINE_WORDS, _MIN_CLAUSE_WORDS, _MAX_CLAUSE_WORDS = 12, 12, 3, 10
_DASHES = (" - ", " \u2013 ", " \u2014 ")
_MARKS = " #*_=:,;.\u00bf?-\u2013\u2014\u2026\u00bb\u00ab\"'\u201e\u201c\u201d"
_MOMENTS = frozenset({"date", "weekday", "day", "time", "month"})
# Brings the inputs of all kinds to the same size, so that one penalty fits them.
_MEANING, _FLAG, _USUAL_NEARNESS, _USUAL_SPREAD, _USUAL_RARITY = 20.0, 3.0, 0.85, 0.05, 2.0
_RARE = 0.01
_COMMAS = re.compile(r"[,;] | [-\u2013\u2014] ")
# What takes back some of what was said before it.
_LIMITS = pattern_beside(__file__, "limits", r"\A", r"\b")
_SAYS_I = pattern_beside(__file__, "says_i", r"(?<!\w)", r"(?!\w)")
_ADDRESSED = pattern_beside(__file__, "addressed", r"\A", r"\b")
# What denies a thing and stands directly before it: "no" goes with it, behind "not the" it is no title.
_GOES_WITH, _DENIED = (pattern_beside(__file__, name, r"(?<!\w)", r"\s{0,3}\Z") for name in ("goes_with", "denied"))
# "Lyon, le 3 novembre": a day, and hardly a word beside it.
_BESIDE_DAY = 1
Kind = Literal["line", "clause", "phrase"]


@dataclass(frozen=True)
class Candidate:
    """Words of a text that may be its title; `sentence` counts the sentences before it.

    `denied` is the phrase with what denies it, "" where that cannot go with it, None where nothing does.
    """

    text: str
    kind: Kind
    sentence: int = 0
    is_led: bool = False
    is_linked: bool = False
    asks: bool = False
    denied: str | None = None

    @property
    def title(self) -> str:
        """What is shown of it, "No school on Friday"; "" where it may not be a title."""
        return self.text if self.denied is None else self.denied


def candidates_of(source: str, statements: Sequence[Statement]) -> list[Candidate]:
    """Return what a text can be called, in the order of its words, each once; its first line where nobody says it."""
    if not statements:
        return []
    found, language = dict[str, Candidate](), statements[0].words.language
    first, _, rest = source.strip().partition("\n")
    is_line = not statements[0].speaker and rest.strip() != ""
    # Of a line above that says to whom the text is written no word says what about.
    is_addressed = is_line and len(first.split()) <= _MAX_LINE_WORDS and _addresses(first)
    line = _of_first_line(first) if is_line and not is_addressed else ()
    begin = int(is_addressed and statements[0].raw.strip(_MARKS) == first.strip(_MARKS))
    for candidate in [*line, *_of_sentences(statements, begin=begin)]:
        text = candidate.text.strip(_MARKS)
        if len(text) <= MAX_CHARS and any(map(str.isalpha, text)) and not _heads_letter(candidate, language):
            text = text[:1].upper() + text[1:]
            known = found.setdefault(text, replace(candidate, text=text))
            if candidate.denied is None and known.denied == "":
                found[text] = replace(known, denied=None)
    return list(found.values())[:_MAX_CANDIDATES]


def _heads_letter(candidate: Candidate, language: str) -> bool:
    """Tell whether a line or a clause says to whom, or where and when, the text is written."""
    text = candidate.text.strip(_MARKS)
    days = [fact.text for fact in extract_facts(text, language).items if fact.kind in _MOMENTS]
    beside = reduce(lambda left, day: left.replace(day, ""), days, text)
    told = [word for word in map(_bare, beside.split()) if word and word not in stop_words()]
    is_dated = bool(days) and len(told) <= _BESIDE_DAY
    return candidate.kind != "phrase" and (is_dated or _addresses(text))


def _bare(word: str) -> str:
    return word.strip(_MARKS).casefold()


def _addresses(line: str) -> bool:
    """Tell whether a line greets its readers, or says who they are."""
    return line.rstrip().endswith(",") or _ADDRESSED.search(line.strip(_MARKS)) is not None


def _of_first_line(first: str) -> Iterator[Candidate]:
    # "Memo" and "Minutes" say nothing, "Reinigungsvertrag" does.
    says = " " in first.strip() or len(first.strip()) >= _MIN_WORD_CHARS
    if says and len(first.split()) <= _MAX_LINE_WORDS:
        yield Candidate(first, "line")
    yield from (Candidate(begin, "line") for begin in _heads_of(first) if begin != first)
    for dash in _DASHES:
        before, found, after = first.partition(dash)
        if found:
            yield Candidate(before, "line")
            yield Candidate(after, "line")


def _heads_of(line: str) -> Iterator[str]:
    """Yield a line up to its bracket, and that up to the last comma where it is still longer than a title."""
    head = line.partition(" (")[0]
    while len(head) > MAX_CHARS or len(head.split()) > _MAX_LINE_WORDS:
        head = head.rpartition(", ")[0]
    if len(head.split()) > 1:
        yield head


def _of_sentences(statements: Sequence[Statement], *, begin: int) -> Iterator[Candidate]:
    for at, statement in enumerate(statements[begin:_NAMING], begin):
        for phrase in noun_phrases(statement.text, statement.words, statement.words.language):
            if not is_title(phrase.text.split()[0]):
                denied = _denied(phrase.text, statement.text)
                yield Candidate(phrase.text, "phrase", at, phrase.is_led, phrase.is_linked, denied=denied)
    for at, statement in enumerate(statements[begin : begin + _TELLING], begin):
        for clause in () if statement.is_empty else _clauses(statement.text):
            if _MIN_CLAUSE_WORDS <= len(clause.split()) <= _MAX_CLAUSE_WORDS and not _SAYS_I.search(clause):
                yield Candidate(clause, "clause", at, asks=statement.asks)


def _denied(phrase: str, text: str) -> str | None:
    """Return a phrase of a text with what denies it directly before it, as `Candidate.denied` is."""
    place = re.search(rf"(?<!\w){re.escape(phrase)}", text, re.I)
    before = text[: place.start()] if place else ""
    if place and (denial := _GOES_WITH.search(before)):
        named = f"{denial[0]}{place[0]}"
        return named[:1].upper() + named[1:]
    return "" if _DENIED.search(before) else None


def _clauses(text: str) -> Iterator[str]:
    """Yield a sentence, and what stands on either side of its colon, each up to its first comma.

    What takes some of it back stays with it: "The client took plan B, but for the stairs".
    """
    for part in dict.fromkeys((text, *text.split(": "))):
        cut = _COMMAS.search(part)
        yield part[: cut.start()] if cut and not _LIMITS.search(part[cut.end() :]) else part


def odds_of(
    candidates: Sequence[Candidate], source: str, statements: Sequence[Statement], embedder: Embedder
) -> list[dict[str, float]]:
    """Return for each candidate how likely it is used as it is, and how likely it says what the text is about.

    The head over vectors knows those of one model; with any other the words are compared.
    """
    by_meaning = embedder.name == role_weights(HEADS[True]).embedder
    embedder = embedder if by_meaning else WordEmbedder()
    weights = role_weights(HEADS[by_meaning])
    rows = rows_of(candidates, source, statements, embedder, by_meaning=by_meaning)
    return [weights.scores((row, {})) for row in rows]


def rows_of(
    candidates: Sequence[Candidate],
    source: str,
    statements: Sequence[Statement],
    embedder: Embedder,
    *,
    by_meaning: bool,
) -> list[list[float]]:
    """Return the inputs of the head for each candidate."""
    compared = [statement.text for statement in statements[:_COMPARED]]
    whole = " ".join(statement.text for statement in statements)[:_MAX_WHOLE_CHARS]
    vectors = embedder.embed([whole, *compared, *(candidate.text for candidate in candidates)], is_query=True)
    said, named = vectors[: 1 + len(compared)], vectors[1 + len(compared) :]
    near = [[sum(map(mul, part, vector)) for part in said] for vector in named]
    nearest, text = max(first for first, *_ in near), _Text(source, statements)
    return [
        [
            *(_MEANING * value for value in (vector if by_meaning else ())),
            *_nearness(cosines, nearest, by_meaning=by_meaning),
            *text.flags(candidate),
        ]
        for candidate, vector, cosines in zip(candidates, named, near, strict=True)
    ]


def _nearness(cosines: Vector, nearest: float, *, by_meaning: bool) -> Iterator[float]:
    """Yield how near a candidate comes to the whole text, and to its sentences, beside the nearest candidate."""
    whole, *each = cosines
    middle, spread = (_USUAL_NEARNESS, _USUAL_SPREAD) if by_meaning else (0.3, 0.3)
    for value in (whole, each[0], max(each), sum(each) / len(each)):
        yield _FLAG * (value - middle) / spread
    yield _FLAG * (whole - nearest) / spread


class _Text:
    """What the form and the place of a candidate are measured by."""

    def __init__(self, source: str, statements: Sequence[Statement]) -> None:
        self._said = source.casefold()
        self._count = len(statements)
        self._language = statements[0].words.language
        self._is_talk = len({statement.turn for statement in statements}) > 1
        self._stems = Counter(part for each in statements for part in {*content_stems(each.text)})
        self._people = {part.casefold() for each in statements for part in each.speaker.split()}
        self._vague = {*lexicon(self._language).words("phrases.vague")}

    def flags(self, candidate: Candidate) -> Iterator[float]:
        """Yield all that is no vector, of about the same size."""
        for value in (*self._of_place(candidate), *self._of_words(candidate), *self._of_form(candidate)):
            yield _FLAG * float(value)

    def _of_place(self, candidate: Candidate) -> Iterator[float]:
        at = self._said.find(candidate.text.casefold())
        yield from (candidate.kind == kind for kind in ("line", "clause", "phrase"))
        yield from (
            candidate.is_led,
            candidate.asks,
            candidate.sentence == 0,
            candidate.sentence == 1,
            math.log1p(candidate.sentence),
        )
        yield 2 * at / len(self._said) if at >= 0 else 1.0
        yield from (self._is_talk, self._language == "de", self._language in {"fr", "es"}, math.log1p(self._count) / 2)

    def _of_words(self, candidate: Candidate) -> Iterator[float]:
        words = LETTERS.findall(candidate.text)
        told = [word for word in words if not is_empty_word(word.casefold()) and word.casefold() not in stop_words()]
        back = [self._stems[stem(word.casefold())] for word in told] or [0]
        rare = [self._rarity(word) for word in told] or [0.0]
        yield from (len(words) == 1, len(words) == 2, len(words) / 4, len(candidate.text) / 30, len(told) / 3)
        yield len(told) / (len(words) or 1)
        yield from (max(back) / 3, sum(back) / len(back) / 3, 4 * max(back) / self._count)
        yield from (max(rare), sum(rare) / len(rare), rare[-1], rare[0])
        yield 2 * sum(word.casefold() in self._people for word in words) / (len(words) or 1)
        yield sum(word[:1].isupper() for word in words) / (len(words) or 1)
        yield bool(words) and words[-1].casefold() in self._vague

    def _of_form(self, candidate: Candidate) -> Iterator[float]:
        text = candidate.text
        facts = extract_facts(text, self._language).items
        yield from (bool(facts), any(fact.kind in _MOMENTS for fact in facts), any(map(str.isdigit, text)))
        yield from ("," in text, ":" in text, bool(OPENS.match(text)), is_person(text), text.title() == text)
        yield from (text.isupper(), is_title(text.split()[0]))

    def _rarity(self, word: str) -> float:
        """Return how rare a word is, from about -1 to 1; nothing for a language whose words nobody counted."""
        counts = frequencies(self._language)
        if not counts:
            return 0.0
        millions = counts.get(word.casefold(), 0) / total(self._language) * 1e6
        return -math.log10(millions + _RARE) / _USUAL_RARITY
