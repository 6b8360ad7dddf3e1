"""Sentences that a reader must not miss, by what they do: quoted word for word, grouped, the important ones first."""

import re
from collections.abc import Iterable, Mapping, Sequence
from math import prod

from core.drafts import Item
from core.text.instructions import without_instructions
from core.text.language import detect_language
from core.text.lexicon import languages, lexicon
from core.text.statements import Statement, read_statements
from core.writing.result import PlanOptions, PlanResult
from core.writing.roles import RoledSentence, roles_of
from core.writing.roles.classifier import role_weights

# What each kind of signal is known by: roles of sentences, and how much each of them counts.
Kinds = Mapping[str, Mapping[str, float]]
_ENDED = re.compile(r"[.!?\u2026][\"'\u201c\u201d\u2019\u00bb)\]]*\Z")
_SAME, _MAX_SHOWN_WORDS, _MAX_HEADING_WORDS, _MAX_ANSWER_TURNS = 0.8, 60, 6, 2
# What is done about it or takes it back, and says nothing else that has to be told.
_ANSWERING, _TOLD_ITSELF = ("commitment", "correction", "refusal"), ("risk", "duty", "complaint", "open")


def read_roles(source: str, options: PlanOptions) -> list[RoledSentence]:
    """Return the sentences of a text with what each does."""
    language = detect_language(source)
    statements = read_statements(without_instructions(source), language if language in languages() else "en")
    return roles_of(statements, options.embedder() if options.embedder else None)


def find_signals(source: str, options: PlanOptions, kinds: Kinds, limit: float, max_found: int) -> PlanResult:
    """Return the sentences that are of one of the kinds, kind by kind; the same is told once, the weakest left out."""
    sentences = read_roles(source, options)
    strengths = {one.place: _strength(one, kinds.values()) for one in sentences if _is_told(one, kinds)}
    ranked = sorted((one for one in sentences if strengths.get(one.place, 0.0) >= limit),
                    key=lambda one: -strengths[one.place])  # fmt: skip
    chosen = _told_once(ranked)
    shown = {one.place: _with_context(one, sentences) for one in chosen[:max_found]}
    named = {one.place: _kind(one, kinds) for one in chosen[:max_found]}
    # What stands beside another of its kind, or is said to it, is not told again.
    repeated = {place for at, places in shown.items() for place in places
                if place > at or (place < at and named.get(place) == named[at])}  # fmt: skip
    items = [
        _item(one, name, [sentences[place] for place in shown[one.place]])
        for name in kinds
        for one in chosen[:max_found]
        if name == named[one.place] and one.place not in repeated
    ]
    return PlanResult(items=tuple(items), notices=_notices(sentences, options, len(chosen) - max_found))


def _notices(sentences: Sequence[RoledSentence], options: PlanOptions, left: int) -> tuple[str, ...]:
    words = sentences[0].statement.words if sentences else lexicon("en")
    by_words = sentences and not (options.embedder and options.embedder().name == role_weights("meaning").embedder)
    return (
        *([words.wording("signals.by_words")] if by_words else ()),
        *([words.wording("signals.left_out").format(left)] if left > 0 else ()),
    )


def _is_told(one: RoledSentence, kinds: Kinds) -> bool:
    """Tell whether a sentence says something; a question does only where it holds an idea."""
    return _says_something(one.statement) and (not one.statement.asks or _kind(one, kinds) == "idea")


def _says_something(one: Statement) -> bool:
    """Tell whether a statement is neither courtesy nor a heading."""
    is_heading = not one.speaker and len(one.raw.split()) <= _MAX_HEADING_WORDS and not _ENDED.search(one.raw.strip())
    return not one.is_empty and (one.is_listed or not is_heading)


def _strength(one: RoledSentence, roles: Iterable[Mapping[str, float]]) -> float:
    """Return how surely a sentence has one of the roles."""
    return 1 - prod(1 - min(1.0, one.scores[role] * weight) for each in roles for role, weight in each.items())


def _kind(one: RoledSentence, kinds: Kinds) -> str:
    return max(kinds, key=lambda name: _strength(one, [kinds[name]]))


def _told_once(ranked: Sequence[RoledSentence]) -> list[RoledSentence]:
    chosen: list[RoledSentence] = []
    for one in ranked:
        if not any(_is_same(one.statement, other.statement) for other in chosen):
            chosen.append(one)
    return chosen


def _is_same(one: Statement, other: Statement) -> bool:
    values = [{value for fact in each.details for value in fact.readings} for each in (one, other)]
    return values[0] == values[1] and len(one.stems & other.stems) >= _SAME * len(one.stems | other.stems)


def _with_context(one: RoledSentence, sentences: Sequence[RoledSentence]) -> list[int]:
    """Return the places of what is shown: before it what names its matter, after it what another says to it."""
    places = [one.place]
    before = sentences[one.place - 1].statement if one.place else None
    if one.statement.points_back and before and before.turn == one.statement.turn and _says_something(before):
        places.insert(0, before.place)
    answer = next((two for two in sentences[one.place + 1 :] if _answers(two, one)), None)
    if answer:
        places.append(answer.place)
    words = sum(len(sentences[place].statement.text.split()) for place in places)
    return places if words <= _MAX_SHOWN_WORDS else [one.place]


def _answers(later: RoledSentence, one: RoledSentence) -> bool:
    is_other = later.statement.speaker != one.statement.speaker
    is_near = later.statement.turn - one.statement.turn <= _MAX_ANSWER_TURNS
    is_answer = later.does(*_ANSWERING) and not later.does(*_TOLD_ITSELF) and not later.statement.asks
    return later.about == one.place and is_other and is_near and is_answer


def _item(one: RoledSentence, name: str, shown: Sequence[RoledSentence]) -> Item:
    words, text = one.statement.words, ""
    for part in shown:
        is_answer = part.place > one.place
        text += (f" \u2192 {part.statement.speaker}: " if is_answer else " " if text else "") + part.statement.text
    return Item(
        text=text, quote=one.statement.raw, who=one.statement.speaker,
        group=words.wording(f"signals.{name}_name"), why=words.wording(f"signals.{name}_why"),
    )  # fmt: skip
