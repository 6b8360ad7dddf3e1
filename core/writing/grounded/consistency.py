"""Find passages that may contradict each other: same subject, but different figures or opposite wording.

What is compared are clauses, since a summary says in one sentence what the text says in ten. Two clauses are of one
matter when they share a word and their vectors lie near each other, with their figures masked and with what all clauses
of the text share taken off, and when neither lies nearer to a third that has such a figure. The limits were measured
with the embedded model; without it nothing is compared. What is said without a figure: `oppositions`.
"""

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, pairwise
from operator import mul

from rapidfuzz.fuzz import token_sort_ratio

from core.cached_property import cached_property
from core.drafts import Item
from core.llm.ports import Embedder
from core.recipes.model import Recipe
from core.text.content import content_stems, stem
from core.text.facts.model import Fact, Kind
from core.text.instructions import without_instructions
from core.text.language import detect_language, stop_words
from core.text.lexicon import Lexicon, languages, lexicon
from core.text.statements import Statement, read_statements
from core.writing.grounded.oppositions import SIDES, Stand, is_exception, is_one_matter, stands_of, without_accents
from core.writing.result import DEFAULT_OPTIONS, Ask, PlanOptions, PlanResult
from core.writing.roles import RoledSentence, roles_of
from core.writing.roles.classifier import role_weights

_MAX_STATEMENTS, _MAX_FOUND, _SAME_TASK, _PER_CHARS = 400, 10, 2, 24
_NEAR, _NEAR_WITH_WORDS, _NEAR_WITH_UNIT, _NEAR_WITHOUT_WORDS, _NEAR_WITH_SWAPPED_DIGITS = 0.3, 0.22, 0.4, 0.5, 0.15
# Without a turn, what changes something says so: the classifier sees the differing day and guesses a change.
_IS_MEANT, _NO_TURN = 0.35, 0.4
_ALIKE, _FEW_CLAUSES, _MIN_SWAPPED_DIGITS = 70, 2, 3
_CLAUSE = re.compile(r"[,;:]\s+(?!\d)|\s[\u2013\u2014-]\s")
_AFTER = re.compile(r"[\s\u00a0-]{0,2}([^\W\d_]{3,})")
_YEAR = re.compile(r"(?:19|20)\d{2}")
_STEM_CHARS, _MIN_STEM_CHARS = 5, 3
_PROPOSING, _CHANGING = ("proposal", "idea"), ("correction", "decision")
_LEFT_OUT = frozenset({"id", "link", "address"})
_MOMENTS, _DAYS_OF_RANGE, _NEAR_OPPOSITION, _BESIDE = frozenset({"weekday", "date", "day"}), 2, -1.0, 1
_STATE = "opening"
_DASHES, _SPAN = ("-", "\u2013"), "span "
_RANGES, _CASES, _SWAPPED = frozenset({"time"}), ("month", "label", "which"), "digits "


@dataclass(frozen=True)
class _Claim:
    """A clause with figures, where it stands in its sentence, whether that is short, and its vector."""

    statement: Statement
    start: int
    end: int
    is_short: bool
    vector: Sequence[float] = ()

    def _facts_in(self, start: int, end: int) -> list[Fact]:
        return [fact for fact in self.statement.details if start <= fact.start < end]

    def _masked(self, start: int, end: int) -> str:
        text, at = "", start
        for fact in self._facts_in(start, end):
            text, at = f"{text}{self.statement.text[at : fact.start]}\u2026", fact.start + len(fact.text)
        return (text + self.statement.text[at:end]).strip(" ,;:")

    @cached_property
    def facts(self) -> dict[str, list[Fact]]:
        """Its figures by what they count or measure."""
        found: dict[str, list[Fact]] = {}
        facts = self._facts_in(self.start, self.end)
        if span := self._range_of(facts):
            found[f"{_SPAN}{span.kind}"] = [span]
        for fact in facts:
            digits = "".join(sorted(re.sub(r"\D", "", fact.text)))
            if fact.kind == "number" and len(digits) >= _MIN_SWAPPED_DIGITS:
                found.setdefault(f"{_SWAPPED}{digits}", []).append(fact)
            if (kind := _kind(fact, self.statement.text)) and not (span and span.kind == fact.kind):
                found.setdefault(kind, []).append(fact)
        return found

    def _range_of(self, facts: Sequence[Fact]) -> Fact | None:
        """Return the one range of numbers or weekdays that it gives: "8 to 12", "Monday to Friday"."""
        text, found = self.statement.text, list[Fact]()
        for one, two in pairwise(facts):
            between = text[one.start + len(one.text) : two.start].strip()
            is_hour = any(fact.kind == "time" and not fact.is_weak for fact in (one, two))
            if not is_hour and (between in _DASHES or self.statement.words["consistency.range"].fullmatch(between)):
                ends = " ".join("/".join(sorted(fact.readings)) for fact in (one, two))
                kind: Kind = "weekday" if {one.kind, two.kind} == {"weekday"} else "number"
                if kind == "weekday" or (one.text + two.text).isdecimal():
                    ends = ends if kind == "weekday" else f"{one.text} {two.text}"
                    words = text[one.start : two.start + len(two.text)]
                    found.append(Fact(kind, words, frozenset({ends}), one.start, has_unit=kind == "weekday"))
        return found[0] if len(found) == 1 else None

    @cached_property
    def stands(self) -> dict[str, Stand]:
        """What it says without a figure, by the question that it answers."""
        found = stands_of(self.masked, self.statement.words)
        # In a conversation a thing is open now and closed later.
        return {one.question: one for one in found if not (self.statement.speaker and one.question == _STATE)}

    def has_deadline(self, kind: str) -> bool:
        """Tell whether its day is one by which something must be done."""
        fact, text = self.facts[kind][0], self.statement.text
        return fact.kind == "date" and bool(self.statement.words["consistency.deadline"].search(text[: fact.start]))

    def holds_for(self, kind: str) -> str:
        """Return for which time its figure holds, "" where it does not say so: "two days a week"."""
        fact = self.facts[kind][0]
        end = fact.start + len(fact.text)
        found = self.statement.words["consistency.per"].search(self.statement.text[end : end + _PER_CHARS])
        return without_accents(found[0].split()[-1].casefold())[:_MIN_STEM_CHARS] if found else ""

    @cached_property
    def moments(self) -> frozenset[str]:
        """The days and dates that it speaks of; those from one to another are all that lie between."""
        facts = [fact for fact in self._facts_in(self.start, self.end) if fact.category in _MOMENTS]
        days = [int(reading) for fact in facts if fact.kind == "weekday" for reading in fact.readings]
        between = range(days[0], days[1] + 1) if len(days) == len(facts) == _DAYS_OF_RANGE else ()
        return frozenset(map(str, between)) | {reading for fact in facts for reading in fact.readings}

    def place_of(self, kind: str) -> int:
        """Return where it says something: its figure, or its words."""
        return self.facts[kind][0].start if kind in self.facts else self.start

    @cached_property
    def masked(self) -> str:
        """The clause without its figures."""
        return self._masked(self.start, self.end)

    @cached_property
    def stems(self) -> frozenset[str]:
        text = self.statement.words["oppositions.light"].sub(" ", self.masked)
        return frozenset(one for one in content_stems(text) if len(one) >= _MIN_STEM_CHARS) - stop_words()

    def words(self, key: str, *, is_masked: bool = True) -> frozenset[str]:
        """Return which words of a list stand beside its figures."""
        is_whole = self.is_short and key == "apart"
        begin, end = (0, len(self.statement.text)) if is_whole else (self.start, self.end)
        text = self._masked(begin, end) if is_masked else self.statement.text[begin:end]
        found = self.statement.words[f"consistency.{key}"].finditer(text)
        return frozenset(match[0].casefold()[:_STEM_CHARS] for match in found)


def find_inconsistencies(
    recipe: Recipe, values: Mapping[str, str], ask: Ask, options: PlanOptions = DEFAULT_OPTIONS
) -> PlanResult:
    """List the pairs of passages that may contradict each other; no model writes."""
    del ask
    source = values[recipe.main_input]
    language = detect_language(source)
    words = lexicon(language if language in languages() else "en")
    embedder = options.embedder() if options.embedder else None
    if embedder is None or embedder.name != role_weights("meaning").embedder:
        return PlanResult(items=(), notices=(words.wording("consistency.not_compared"),))
    statements = read_statements(without_instructions(source), words.language)[:_MAX_STATEMENTS]
    found = _pairs(_claims(statements, words, embedder))
    roles = roles_of(statements, embedder) if found else []
    told = [
        _item(one, two, kind)
        for one, two, kind in found
        if not _is_meant(roles[one.statement.place], roles[two.statement.place])
    ]
    return PlanResult(items=tuple(told[:_MAX_FOUND]), notices=(words.wording("consistency.scope"),))


def _is_meant(one: RoledSentence, two: RoledSentence) -> bool:
    """Tell whether the second differs on purpose: one of them only proposes, or the second sets something anew."""
    proposes = max(each.scores[role] for each in (one, two) for role in _PROPOSING)
    changes = max(two.scores[role] for role in _CHANGING) - (0.0 if two.statement.speaker else _NO_TURN)
    return max(proposes, changes) >= _IS_MEANT


def _claims(statements: Sequence[Statement], words: Lexicon, embedder: Embedder) -> list[_Claim]:
    """Return the clauses with figures, with vectors from which the common part of all is taken."""
    claims = [claim for one in statements if not one.asks for claim in _clauses(one) if claim.facts or claim.stands]
    background = [*(one.text for one in statements if not one.details), *words.words("consistency.background")]
    vectors = embedder.embed([*(one.masked for one in claims), *background], is_query=True) if len(claims) > 1 else ()
    middle = [sum(column) / len(vectors) for column in zip(*vectors, strict=True)]
    return [replace(one, vector=_apart(vector, middle)) for one, vector in zip(claims, vectors, strict=False)]


def _clauses(one: Statement) -> Iterator[_Claim]:
    """Yield the clauses of a sentence; what names nothing belongs to the one before."""
    found: list[_Claim] = []
    stops = [*(match.start() for match in _CLAUSE.finditer(one.text)), len(one.text)]
    for start, end in pairwise([0, *stops]):
        claim = _Claim(one, start, end, len(stops) <= _FEW_CLAUSES)
        if found and not claim.stems:
            claim = replace(found.pop(), end=end)
        found.append(claim)
    yield from found


def _apart(vector: Sequence[float], middle: Sequence[float]) -> list[float]:
    found = [one - two for one, two in zip(vector, middle, strict=True)]
    length = math.hypot(*found) or 1.0
    return [one / length for one in found]


def _pairs(claims: Sequence[_Claim]) -> list[tuple[_Claim, _Claim, str]]:
    """Return the clauses that differ in a figure, each with the nearest of its kind."""
    near = [
        (sum(map(mul, one.vector, two.vector)), one, two, kind)
        for one, two in combinations(claims, 2)
        if one.statement is not two.statement
        for kind in (*_differing(one, two), *_opposed(one, two))
    ]
    taken: set[tuple[int, int]] = set()
    found: list[tuple[_Claim, _Claim, str]] = []
    for nearness, one, two, kind in sorted(near, key=lambda each: -each[0]):
        figures = {(claim.statement.place, claim.place_of(kind)) for claim in (one, two)}
        is_told = kind in one.stands and any(
            {one.statement, two.statement} == {a.statement, b.statement} for a, b, _ in found
        )
        if nearness >= _least_nearness(one, two, kind) and not figures & taken and not is_told:
            found.append((one, two, kind))
            taken |= figures
    return sorted(found, key=lambda each: (each[0].statement.place, each[1].statement.place))


def _kind(fact: Fact, text: str) -> str:
    """Return what a figure counts or measures; one of _CASES when it only tells which thing or time is meant."""
    if fact.category != "number":
        is_month = fact.category == "date" and fact.is_weak
        return "month" if is_month else "" if fact.is_weak or fact.category in _LEFT_OUT else fact.category + fact.unit
    after = _AFTER.match(text, fact.start + len(fact.text))
    if fact.is_weak and after and not fact.text.isdecimal():
        return f"which {stem(after[1].casefold())[:_STEM_CHARS]}"
    if after and after[1].casefold() not in stop_words() and not _YEAR.fullmatch(fact.text):
        return f"number of {stem(after[1].casefold())[:_STEM_CHARS]}"
    return "label" if fact.text.isdecimal() else ""


def _differing(one: _Claim, two: _Claim) -> list[str]:
    """Return the kinds of the one figure in which two clauses differ, none where they differ in several."""
    found: list[str] = []
    for kind in sorted(kind for kind in one.facts.keys() & two.facts.keys() if not kind.startswith(_CASES)):
        readings = [_readings(claim, kind) for claim in (one, two)]
        # "A", "one" and "the first" count nothing.
        is_article = kind.startswith("number") and "1" in readings[0] | readings[1]
        is_list = kind not in _RANGES and max(len(one.facts[kind]), len(two.facts[kind])) > 1
        is_known = any(
            _names_both(claim, other, kind) or _begins_with(claim, kind) for claim, other in ((one, two), (two, one))
        )
        if not (readings[0] & readings[1] or is_article or is_list or is_known):
            found.append(kind)
    found = [kind for kind in found if kind.startswith((_SWAPPED, _SPAN))] or found
    return found if len({one.facts[kind][0].start for kind in found}) == 1 else []


def _opposed(one: _Claim, two: _Claim) -> list[str]:
    """Return the questions that two clauses on one matter answer differently."""
    is_beside = abs(one.statement.place - two.statement.place) <= _BESIDE
    told = [
        question
        for question in one.stands.keys() & two.stands.keys()
        if one.stands[question].answer != two.stands[question].answer
        and is_one_matter(one.stands[question], two.stands[question])
        and bool(one.moments) == bool(two.moments)
        and (not one.moments or one.moments & two.moments)
    ]
    sentences = [each.statement.text for each in (one, two)]
    words = one.statement.words
    return sorted(told) if not any(is_exception(each, words, is_beside=is_beside) for each in sentences) else []


def _names_both(one: _Claim, two: _Claim, kind: str) -> bool:
    """Tell whether a sentence gives the other's figure too: "three, not four"."""
    of_kind = two.facts[kind][0].kind
    return any(fact.kind == of_kind and fact.readings & _readings(two, kind) for fact in one.statement.details)


def _begins_with(one: _Claim, kind: str) -> bool:
    """Tell whether a clause is an entry of a list of moments."""
    fact = one.facts[kind][0]
    return fact.kind in ("date", "time") and not one.statement.text[: fact.start].strip()


def _least_nearness(one: _Claim, two: _Claim, kind: str) -> float:
    """Return how near two clauses must be to be of one matter; 1 when what stands beside says that they are not."""
    apart = one.words("apart"), two.words("apart")
    if kind in one.stands:
        return 1.0 if apart[0] != apart[1] or two.statement.has("correction") else _NEAR_OPPOSITION
    cases = any(
        not _readings(one, case) & _readings(two, case)
        for case in one.facts.keys() & two.facts.keys()
        if case.startswith(_CASES)
    )
    is_one_sided = bool(one.words("apart", is_masked=False)) != bool(two.words("apart", is_masked=False))
    # "The chairs arrive ..." and "The tables arrive ...": the same sentence of two things.
    own = one.stems - two.stems and two.stems - one.stems
    is_parallel = bool(own) and token_sort_ratio(one.masked, two.masked) >= _ALIKE
    is_other = cases or (all(apart) and apart[0] != apart[1]) or _counts_otherwise(one, two, kind)
    is_other = is_other or (one.words("parts") != two.words("parts") and not kind.startswith(_SWAPPED))
    if is_other or is_parallel or two.statement.has("correction"):
        return 1.0
    unit = kind.removeprefix("number of ") if one.facts[kind][0].has_unit else "-"
    if kind.startswith(_SWAPPED):
        return _NEAR_WITH_SWAPPED_DIGITS
    shared = [word for word in one.stems & two.stems if not word.startswith(unit)]
    deadlines = one.has_deadline(kind), two.has_deadline(kind)
    # What has to be done by a day is many a thing.
    is_one_sided = is_one_sided or deadlines[0] != deadlines[1] or (all(deadlines) and len(shared) < _SAME_TASK)
    if is_one_sided or apart[0] != apart[1] or not (shared or unit != "-"):
        return _NEAR_WITHOUT_WORDS
    return _NEAR_WITH_UNIT if not shared else _NEAR_WITH_WORDS if len(shared) > 1 else _NEAR


def _counts_otherwise(one: _Claim, two: _Claim, kind: str) -> bool:
    """Tell whether one figure holds for a week and the other for a year, or one counts up to what the other follows."""
    per = one.holds_for(kind), two.holds_for(kind)
    ahead, after = ((one.words(key), two.words(key)) for key in ("ahead", "afterwards"))
    is_turned = any(ahead[a] and not after[a] and after[b] and not ahead[b] for a, b in ((0, 1), (1, 0)))
    return (all(per) and per[0] != per[1]) or is_turned


def _readings(claim: _Claim, kind: str) -> frozenset[str]:
    return frozenset(reading for fact in claim.facts[kind] for reading in fact.readings)


def _item(one: _Claim, two: _Claim, kind: str) -> Item:
    words = two.statement.words
    said = [_said(claim, kind) for claim in (one, two)]
    figures = f"{said[0]} {words.wording('consistency.and')} {said[1]} \u2013 " if all(said) else ""
    speaker = f"{one.statement.speaker}: " if one.statement.speaker else ""
    text = f"{figures}{speaker}\u201c{one.statement.text}\u201d"
    why, group = (words.wording(f"consistency.contradiction_{name}") for name in ("why", "name"))
    return Item(text=text, quote=two.statement.raw, who=two.statement.speaker, why=why, group=group)


def _said(claim: _Claim, kind: str) -> str:
    """Return a figure with what it counts, in the words of the text."""
    if kind not in claim.facts:
        stand = claim.stands[kind]
        return "" if stand.question in SIDES else stand.words
    first, last = claim.facts[kind][0], claim.facts[kind][-1]
    text, end = claim.statement.text, last.start + len(last.text)
    after = _AFTER.match(text, end) if kind.startswith("number") else None
    return text[first.start : after.end() if after else end]
