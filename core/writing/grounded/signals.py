"""Sentences that a reader must not miss, by what they do: quoted word for word, grouped, the important ones first."""

from collections.abc import Mapping, Sequence

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

# From this probability on a sentence is of a kind where the tuned layers read it: chosen on 40 texts that they did not
# learn from, whose writer had said what is to be marked (three in four marked rightly, four in five found).
_SURE: Mapping[str, float] = {
    "risk": 0.33,
    "opportunity": 0.4,
    "idea": 0.3,
    "complaint": 0.6,
    "duty": 0.43,
    "open": 0.3,
    "commitment": 0.48,
}
# Where they do not run, so many times the probability at which a role is found best by the head over vectors.
_BY_HEAD = 1.4
# From here on a sentence is surely none of these.
_SURELY_NONE = 0.5
# What a question may hold too: "Could you do this for our other sites?"
_ASKABLE = frozenset({"opportunity", "idea", "open"})
# The heading of both where they stand in one text: a reader takes either up or does not.
_CHANCE = "opportunity_or_idea"
_GRAVE, _SAYS_NOTHING, _MIN_WORDS = 2.0, 0.5, 4
_SAME, _SAME_MATTER, _MAX_SHOWN_WORDS, _MAX_HEADING_WORDS, _MAX_ANSWER_TURNS = 0.8, 0.6, 60, 6, 2
# What is done about it or takes it back, and says nothing else that has to be told.
_ANSWERING, _TOLD_ITSELF = ("commitment", "correction", "refusal"), ("risk", "duty", "complaint", "open")


def read_text(source: str) -> list[Statement]:
    """Return the sentences of a text, without what would instruct a program."""
    language = detect_language(source)
    return read_statements(without_instructions(source), language if language in languages() else "en")


def read_roles(source: str, options: PlanOptions) -> list[RoledSentence]:
    """Return the sentences of a text with what each does, read by the tuned layers too."""
    return roles_of(read_text(source), options.embedder() if options.embedder else None, is_read=True)


def find_signals(
    source: str, options: PlanOptions, kinds: Sequence[str], max_found: int, *, each_alone: bool = False
) -> PlanResult:
    """Return the sentences that are of one of the kinds, kind by kind, the gravest first; the same is told once.

    Args:
        source: the text.
        options: of the plan.
        kinds: which are wanted.
        max_found: the most entries.
        each_alone: whether sentences count by themselves too, as messages do that stand beside those of others; in a
            single text offers and ideas stand under one heading, since a reader takes either up or does not.
    """
    sentences = read_roles(source, options)
    said = [one for one in sentences if says_something(one.statement)]
    named = {one.place: kind for one in said if (kind := _kind(one)) in kinds}
    if each_alone:
        alone = {one.place: kind_of_signal(one) for one in said}
        named |= {place: kind for place, kind in alone.items() if kind in kinds}
    ranked = sorted((sentences[place] for place in named), key=lambda one: _rank(one, named[one.place]))
    chosen = _told_once(ranked)
    shown = {one.place: _with_context(one, sentences, source) for one in chosen[:max_found]}
    # What stands beside another, or is said to it, is not told again.
    repeated = {place for at, places in shown.items() for place in places if place != at}
    headings = {} if each_alone else dict.fromkeys(("opportunity", "idea"), _CHANCE)
    items = [
        _item(one, name, [sentences[place] for place in shown[one.place]], headings.get(name, name))
        for name in kinds
        for one in chosen[:max_found]
        if name == named[one.place] and one.place not in repeated
    ]
    return PlanResult(items=tuple(items), notices=_notices(sentences, options, len(chosen) - max_found))


def _kind(one: RoledSentence) -> str:
    """Return what a sentence surely is, "" when it is nothing of all that."""
    # A table knows what may hurt somebody, however calmly that is told; a rule that binds somebody stays a duty.
    if is_dangerous(one.statement):
        return "duty" if _clearness(one, "duty") >= 1 else "risk"
    says_little = one.read_scores["none"] + one.read_scores["social"] >= _SURELY_NONE
    if says_little or len(one.statement.text.split()) < _MIN_WORDS:
        return ""
    kind = max(_SURE, key=lambda name: _clearness(one, name))
    if kind == "complaint" and one.statement.words["signals.praise"].search(one.statement.text):
        return ""
    return kind if _clearness(one, kind) >= 1 and (kind in _ASKABLE or not one.statement.asks) else ""


def is_dangerous(one: Statement) -> bool:
    """Tell whether a sentence says that something may hurt somebody, by the table of its language."""
    return not one.asks and bool(one.words["signals.danger"].search(one.text))


def _clearness(one: RoledSentence, kind: str) -> float:
    """Return how surely a sentence is of a kind; from 1 on it is."""
    if kind not in _SURE:
        return 1.0
    if one.reading:
        return one.read_scores[kind] / _SURE[kind]
    if len(one.vector):
        return one.scores[kind] / (_BY_HEAD * role_weights("meaning").thresholds[kind])
    return one.scores[kind] / role_weights("words").thresholds[kind]


def _rank(one: RoledSentence, kind: str) -> tuple[bool, float]:
    """Return how much a reader would miss a sentence, the least first: what may hurt somebody, then what is at risk."""
    weight = one.importance * (1 + _GRAVE * one.read_scores["risk"])
    return not is_dangerous(one.statement), -_clearness(one, kind) * weight


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
