"""Sentences that a reader must not miss, by what they do: quoted word for word, grouped, the important ones first."""

from collections.abc import Iterable, Mapping, Sequence
from math import prod

from core.drafts import Item
from core.text.instructions import without_instructions
from core.text.language import detect_language
from core.text.lexicon import languages, lexicon
from core.text.sentences import ends_sentence
from core.text.statements import Statement, read_statements
from core.writing.result import PlanOptions, PlanResult
from core.writing.roles import RoledSentence, roles_of
from core.writing.roles.classifier import role_weights
from core.writing.roles.kinds import kind_of_signal

# What each kind of signal is known by: roles of sentences, and how much each of them counts.
_ROLES: Mapping[str, Mapping[str, float]] = {
    "risk": {"risk": 2.8, "refusal": 0.5},
    "opportunity": {"opportunity": 3.5},
    "idea": {"idea": 3.0, "proposal": 0.5},
    "complaint": {"complaint": 3.3},
    "duty": {"duty": 1.6},
    "open": {"open": 2.0},
    "": {"none": 1.5, "outcome": 1.2, "commitment": 1.0, "request": 1.5, "social": 0.5},
}
# What a question may hold too: "Could you do this for our other sites?"
_ASKABLE = frozenset({"opportunity", "idea"})
# The heading of both, and how much surer a kind must be than the opposite one.
_CHANCE, _CLEARLY = "opportunity_or_idea", 1.5
# A text binds when its sentences do so on average; elsewhere only what surely binds is called a duty.
_BINDING_TEXT, _BINDING, _GRAVE, _SAYS_NOTHING = 0.35, 0.6, 2.0, 0.5
_SAME, _SAME_MATTER, _MAX_SHOWN_WORDS, _MAX_HEADING_WORDS, _MAX_ANSWER_TURNS = 0.8, 0.6, 60, 6, 2
# What is done about it or takes it back, and says nothing else that has to be told.
_ANSWERING, _TOLD_ITSELF = ("commitment", "correction", "refusal"), ("risk", "duty", "complaint", "open")


def read_roles(source: str, options: PlanOptions) -> list[RoledSentence]:
    """Return the sentences of a text with what each does."""
    language = detect_language(source)
    statements = read_statements(without_instructions(source), language if language in languages() else "en")
    return roles_of(statements, options.embedder() if options.embedder else None)


def find_signals(
    source: str, options: PlanOptions, kinds: Sequence[str], limit: float, max_found: int, *, each_alone: bool = False
) -> PlanResult:
    """Return the sentences that are of one of the kinds, kind by kind, the gravest first; the same is told once.

    Args:
        source: the text.
        options: of the plan.
        kinds: which are wanted.
        limit: how sure a role must be.
        max_found: the most entries.
        each_alone: whether sentences count by themselves too, as messages do that stand beside those of others; in a
            single text offers and ideas stand under one heading, since a reader takes either up or does not.
    """
    sentences = read_roles(source, options)
    said = [one for one in sentences if says_something(one.statement)]
    duties = [one.scores["duty"] for one in said if len(one.statement.text.split()) >= _MAX_HEADING_WORDS]
    binds = sum(duties) >= _BINDING_TEXT * (len(duties) or 1)
    named = {
        one.place: kind
        for one in said
        if (kind := _kind(one, binds)) in kinds
        and _strength(one, kinds) >= limit
        and (kind in _ASKABLE or not one.statement.asks)
    }
    if not each_alone:
        named = _without_noise(named, sentences)
    is_told = not (each_alone or binds) and "risk" in kinds
    named |= (dangers := {one.place: "risk" for one in said if is_told and is_dangerous(one.statement)})
    if each_alone and not binds:
        alone = {one.place: kind_of_signal(one) for one in said}
        named |= {place: kind for place, kind in alone.items() if kind in kinds}
    weights = {place: _strength(sentences[place], kinds) * _weight(sentences[place]) for place in named}
    ranked = sorted(
        (sentences[place] for place in named), key=lambda one: (one.place not in dangers, -weights[one.place])
    )
    chosen = _told_once(ranked)
    shown = {one.place: _with_context(one, sentences, source) for one in chosen[:max_found]}
    # What stands beside another, or is said to it, is not told again.
    repeated = {place for at, places in shown.items() for place in places if place != at} - set(dangers)
    headings = {} if each_alone else dict.fromkeys(_ASKABLE, _CHANCE)
    items = [
        _item(one, name, [sentences[place] for place in shown[one.place]], _heading(one, name, headings))
        for name in kinds
        for one in chosen[:max_found]
        if name == named[one.place] and one.place not in repeated
    ]
    unclear = sentences[0].statement.words.wording("signals.unclear_name") if sentences else ""
    items.sort(key=lambda item: item.group == unclear)
    return PlanResult(items=tuple(items), notices=_notices(sentences, options, len(chosen) - max_found))


def _without_noise(named: Mapping[int, str], sentences: Sequence[RoledSentence]) -> dict[int, str]:
    """Return the kinds without complaints of which nothing is bad, or that praise."""
    kept = dict(named)
    for place in (place for place, kind in named.items() if kind == "complaint"):
        one = sentences[place].statement
        is_bad = not one.words.words("signals.negative") or one.words["signals.negative"].search(one.text)
        if not is_bad or one.words["signals.praise"].search(one.text):
            del kept[place]
    return kept


def is_dangerous(one: Statement) -> bool:
    """Tell whether a sentence says that something may hurt somebody, by the table of its language."""
    return not one.asks and bool(one.words["signals.danger"].search(one.text))


def _weight(one: RoledSentence) -> float:
    """Return how much a reader would miss a sentence: what is at risk counts most."""
    return one.importance * (1 + _GRAVE * one.scores["risk"])


def _notices(sentences: Sequence[RoledSentence], options: PlanOptions, left: int) -> tuple[str, ...]:
    words = sentences[0].statement.words if sentences else lexicon("en")
    by_words = sentences and not (options.embedder and options.embedder().name == role_weights("meaning").embedder)
    return (
        *([words.wording("signals.by_words")] if by_words else ()),
        *([words.wording("signals.left_out").format(left)] if left > 0 else ()),
    )


def says_something(one: Statement) -> bool:
    """Tell whether a statement is neither courtesy nor a heading."""
    is_heading = not one.speaker and len(one.raw.split()) <= _MAX_HEADING_WORDS and not ends_sentence(one.raw.strip())
    return not one.is_empty and (one.is_listed or not is_heading)


def _strength(one: RoledSentence, kinds: Iterable[str]) -> float:
    """Return how surely a sentence is of one of the kinds."""
    missed = prod(
        1 - min(1.0, one.scores[role] * weight) for kind in kinds for role, weight in _ROLES.get(kind, {}).items()
    )
    return (1 - missed) * (1 - one.scores["none"])


def _kind(one: RoledSentence, binds: bool) -> str:
    """Return what a sentence is: in a text that binds, what may go wrong is a duty, elsewhere a duty is a risk."""
    kind = max(_ROLES, key=lambda name: max(one.scores[role] * weight for role, weight in _ROLES[name].items()))
    if kind in ("risk", "duty"):
        return "duty" if binds or one.scores["duty"] >= max(_BINDING, one.scores["risk"]) else "risk"
    return kind


def _told_once(ranked: Sequence[RoledSentence]) -> list[RoledSentence]:
    chosen: list[RoledSentence] = []
    for one in ranked:
        if not any(_is_same(one, other) for other in chosen):
            chosen.append(one)
    return chosen


def _is_same(one: RoledSentence, other: RoledSentence) -> bool:
    this, that = one.statement, other.statement
    values = [{value for fact in each.details for value in fact.readings} for each in (this, that)]
    is_near = len(this.stems & that.stems) >= _SAME * len(this.stems | that.stems)
    return values[0] == values[1] and (is_near or (bool(values[0]) and one.likeness(other) >= _SAME_MATTER))


def _with_context(one: RoledSentence, sentences: Sequence[RoledSentence], source: str) -> list[int]:
    """Return the places of what is shown: before it what names its matter, after it what another says to it."""
    places = [one.place]
    before = sentences[one.place - 1].statement if one.place else None
    has_noun = before and says_something(before) and sentences[before.place].scores["none"] < _SAYS_NOTHING
    if one.statement.points_back and before and has_noun and _is_beside(before, one.statement, source):
        places.insert(0, before.place)
    answer = next((two for two in sentences[one.place + 1 :] if _answers(two, one)), None)
    if answer:
        places.append(answer.place)
    words = sum(len(sentences[place].statement.text.split()) for place in places)
    return places if words <= _MAX_SHOWN_WORDS else [one.place]


def _is_beside(before: Statement, one: Statement, source: str) -> bool:
    """Tell whether two sentences of one speaker stand in one paragraph."""
    end = source.find(before.raw) + len(before.raw)
    between = source[end : source.find(one.raw, end)]
    return before.turn == one.turn and "\n" not in between


def _answers(later: RoledSentence, one: RoledSentence) -> bool:
    is_other = later.statement.speaker != one.statement.speaker
    is_near = is_other and later.statement.turn - one.statement.turn <= _MAX_ANSWER_TURNS
    is_answer = later.does(*_ANSWERING) and not later.does(*_TOLD_ITSELF) and not later.statement.asks
    return later.about == one.place and bool(
        (later.does("correction") and later.statement.speaker) or (is_near and is_answer)
    )


def _heading(one: RoledSentence, name: str, headings: Mapping[str, str]) -> str:
    """Return what an entry stands under: where it may be a risk as well as a chance, that is for its reader to say."""
    if not headings or is_dangerous(one.statement):
        return name
    strengths: dict[str, float] = {}
    for kind, roles in _ROLES.items():
        heading = headings.get(kind, kind)
        strengths[heading] = max(strengths.get(heading, 0.0), *(one.scores[role] * roles[role] for role in roles))
    own = headings.get(name, name)
    chance = strengths[_CHANCE]
    rest = max(strengths[kind] for kind in ("risk", "complaint", "open", "duty"))
    other = rest if own == _CHANCE else chance
    return own if strengths[own] >= _CLEARLY * other else "unclear"


def _item(one: RoledSentence, name: str, shown: Sequence[RoledSentence], heading: str) -> Item:
    words, text = one.statement.words, ""
    for part in shown:
        is_answer = part.place > one.place
        text += (f" \u2192 {part.statement.speaker}: " if is_answer else " " if text else "") + part.statement.text
    return Item(
        text=text,
        quote=one.statement.raw,
        who=one.statement.speaker,
        group=words.wording(f"signals.{heading}_name"),
        why=words.wording(f"signals.{heading}_why"),
        kind=name,
    )
