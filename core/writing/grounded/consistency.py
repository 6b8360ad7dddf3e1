"""Find passages that may contradict each other: one matter, two figures. Doubtful pairs are not told.

Two sentences are of one matter when their vectors lie near each other, with their figures masked and with what all
sentences of the text share taken off. The limits were measured with the embedded model; without it nothing is compared.
"""

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from operator import mul

from rapidfuzz.fuzz import token_sort_ratio

from core.cached_property import cached_property
from core.drafts import Item
from core.llm.ports import Embedder
from core.recipes.model import Recipe
from core.text.content import stem
from core.text.facts.model import Fact
from core.text.instructions import without_instructions
from core.text.language import detect_language, stop_words
from core.text.lexicon import Lexicon, languages, lexicon
from core.text.statements import Statement, read_statements
from core.writing.result import DEFAULT_OPTIONS, Ask, PlanOptions, PlanResult
from core.writing.roles import RoledSentence, roles_of
from core.writing.roles.classifier import role_weights

_MAX_STATEMENTS, _MAX_FOUND, _MAX_PARTNERS = 400, 10, 2
_NEAR, _NEAR_WITHOUT_WORDS, _NEAR_BESIDE, _ALIKE = 0.3, 0.5, 0.5, 80
_AFTER = re.compile(r"[\s\u00a0-]{0,2}([^\W\d_]{3,})")
_YEAR = re.compile(r"(?:19|20)\d{2}")
_STEM_CHARS = 5
_PROPOSING, _CHANGING = ("proposal", "idea"), ("correction", "decision")
_LEFT_OUT = frozenset({"id", "link", "address"})
_RANGES, _CASES = frozenset({"time"}), frozenset({"month", "label"})


@dataclass(frozen=True)
class _Claim:
    """A sentence with figures, and its vector."""

    statement: Statement
    vector: Sequence[float] = ()

    @cached_property
    def facts(self) -> dict[str, list[Fact]]:
        """Its figures by what they count or measure."""
        found: dict[str, list[Fact]] = {}
        for fact in self.statement.details:
            if kind := _kind(fact, self.statement.text):
                found.setdefault(kind, []).append(fact)
        return found

    @cached_property
    def masked(self) -> str:
        """The sentence without its figures."""
        text = self.statement.text
        for fact in sorted(self.statement.details, key=lambda fact: -fact.start):
            text = f"{text[: fact.start]}\u2026{text[fact.start + len(fact.text) :]}"
        return text

    @cached_property
    def stems(self) -> frozenset[str]:
        return self.statement.stems - self.statement.fact_stems

    def words(self, key: str) -> frozenset[str]:
        """Return which words of a list stand beside its figures."""
        found = self.statement.words[f"consistency.{key}"].finditer(self.masked)
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
    claims = _claims(statements, words, embedder)
    found = [(one, two, kind) for one, two in combinations(claims, 2) if (kind := _differing(one, two))]
    # What differs from several others is one of a list.
    partners = Counter(claim.statement.place for one, two, _ in found for claim in (one, two))
    roles = roles_of(statements, embedder) if found else []
    told = [_item(one, two, kind) for one, two, kind in found
            if max(partners[one.statement.place], partners[two.statement.place]) <= _MAX_PARTNERS
            and not _is_meant(roles[one.statement.place], roles[two.statement.place])]  # fmt: skip
    return PlanResult(items=tuple(told[:_MAX_FOUND]), notices=(words.wording("consistency.scope"),))


def _is_meant(one: RoledSentence, two: RoledSentence) -> bool:
    """Tell whether the second differs on purpose: one of them only proposes, or the second sets something anew."""
    return one.does(*_PROPOSING) or two.does(*_PROPOSING, *_CHANGING)


def _claims(statements: Sequence[Statement], words: Lexicon, embedder: Embedder) -> list[_Claim]:
    """Return the sentences with figures, with vectors from which the common part of all is taken."""
    claims = [claim for claim in map(_Claim, statements) if claim.facts and not claim.statement.asks]
    background = [one.masked for one in map(_Claim, statements) if not one.facts] + list(
        words.words("consistency.background")
    )
    vectors = embedder.embed([*(one.masked for one in claims), *background], is_query=True) if len(claims) > 1 else ()
    middle = [sum(column) / len(vectors) for column in zip(*vectors, strict=True)]
    return [replace(one, vector=_apart(vector, middle)) for one, vector in zip(claims, vectors, strict=False)]


def _apart(vector: Sequence[float], middle: Sequence[float]) -> list[float]:
    found = [one - two for one, two in zip(vector, middle, strict=True)]
    length = math.hypot(*found) or 1.0
    return [one / length for one in found]


def _kind(fact: Fact, text: str) -> str:
    """Return what a figure counts or measures; one of _CASES when it only tells which thing or time is meant."""
    if fact.category != "number":
        is_month = fact.category == "date" and fact.is_weak
        return "month" if is_month else "" if fact.is_weak or fact.category in _LEFT_OUT else fact.category + fact.unit
    after = _AFTER.match(text, fact.start + len(fact.text))
    if after and after[1].casefold() not in stop_words() and not _YEAR.fullmatch(fact.text):
        return f"number of {stem(after[1].casefold())[:_STEM_CHARS]}"
    return "label" if fact.text.isdecimal() else ""


def _differing(one: _Claim, two: _Claim) -> str:
    """Return the kind of figure in which two sentences of one matter differ, "" for none."""
    differing = [
        kind for kind in one.facts.keys() & two.facts.keys() if not _readings(one, kind) & _readings(two, kind)
    ]
    if len(differing) != 1 or differing[0] in _CASES or two.statement.has("correction"):
        return ""
    (kind,) = differing
    # "A", "one" and "the first" count nothing.
    is_article = kind.startswith("number") and "1" in _readings(one, kind) | _readings(two, kind)
    is_list = kind not in _RANGES and max(len(one.facts[kind]), len(two.facts[kind])) > 1
    is_other = one.words("apart") != two.words("apart") or one.words("parts") or two.words("parts")
    return "" if is_article or is_list or is_other or not _are_of_one_matter(one, two) else kind


def _are_of_one_matter(one: _Claim, two: _Claim) -> bool:
    near = sum(map(mul, one.vector, two.vector))
    is_beside = two.statement.place == one.statement.place + 1
    limit = _NEAR_BESIDE if is_beside else _NEAR if one.stems & two.stems else _NEAR_WITHOUT_WORDS
    # "The chairs arrive …" and "The tables arrive …": the same sentence of two things.
    is_parallel = (
        bool(one.stems - two.stems and two.stems - one.stems) and token_sort_ratio(one.masked, two.masked) >= _ALIKE
    )
    return near >= limit and not is_parallel


def _readings(claim: _Claim, kind: str) -> frozenset[str]:
    return frozenset(reading for fact in claim.facts[kind] for reading in fact.readings)


def _item(one: _Claim, two: _Claim, kind: str) -> Item:
    words = two.statement.words
    said = f" {words.wording('consistency.and')} ".join(_said(claim, kind) for claim in (one, two))
    speaker = f"{one.statement.speaker}: " if one.statement.speaker else ""
    text = f"{said} \u2013 {speaker}\u201c{one.statement.text}\u201d"
    why, group = (words.wording(f"consistency.contradiction_{name}") for name in ("why", "name"))
    return Item(text=text, quote=two.statement.raw, who=two.statement.speaker, why=why, group=group)


def _said(claim: _Claim, kind: str) -> str:
    """Return a figure with what it counts, in the words of the text."""
    first, last = claim.facts[kind][0], claim.facts[kind][-1]
    text, end = claim.statement.text, last.start + len(last.text)
    after = _AFTER.match(text, end) if kind.startswith("number") else None
    return text[first.start : after.end() if after else end]
