"""Sentences that a reader must not miss, by what they do: quoted word for word, grouped, the important ones first."""

from collections.abc import Mapping, Sequence
from itertools import zip_longest

from core.drafts import Item
from core.text.catalogues import N_
from core.text.instructions import without_instructions
from core.text.language import detect_language
from core.text.lexicon import languages, lexicon
from core.text.sentences import ends_sentence, unwrap
from core.text.statements import Statement, read_statements
from core.writing.grounded.due import due_of
from core.writing.result import PlanOptions, PlanResult
from core.writing.roles import RoledSentence, roles_of
from core.writing.roles.marks import Mark, is_dangerous, is_grave, mark_by_roles

# From here on what a message tells of is shown to who answers it.
_TROUBLES, _TROUBLING, _MAX_OF_MESSAGE = frozenset({"risk", "complaint"}), 0.35, 60
# What only may be of a kind counts so much.
_UNMARKED = 0.3
# So many entries are told, of many messages more.
_MAX_FOUND, _CHARS_A_FIND = 12, 80
# What may hurt somebody comes first, then the terms that bind most.
_FIRST, _BEFORE = 9.0, 4.0
_BINDING = frozenset({"risk", "complaint", "duty", "open"})
_DATED = frozenset({"deadline", "commitment"})
# The kinds that are told, in their order. Of many messages each counts by itself, so that more is found, and a promise
# is one whoever made it.
KINDS = (
    N_("deadline"),
    N_("risk"),
    N_("complaint"),
    N_("duty"),
    N_("opportunity"),
    N_("idea"),
    N_("commitment"),
)
_SAME, _SAME_MATTER, _MAX_SHOWN_WORDS, _MAX_HEADING_WORDS, _MAX_ANSWER_TURNS = 0.8, 0.6, 60, 6, 2
# So few words say nothing without those before them; so many names that never come again are no people.
_FEW_WORDS, _MANY_LABELS = 5, 3
# What is done about it or takes it back, and says nothing else that has to be told.
_ANSWERING, _TOLD_ITSELF = ("commitment", "correction", "refusal"), ("risk", "duty", "complaint", "open")


def read_text(source: str) -> list[Statement]:
    """Return the sentences of a text, without what would instruct a program."""
    language = detect_language(source)
    return read_statements(without_instructions(source), language if language in languages() else "en")


def read_roles(source: str, options: PlanOptions, most: int | None = None) -> list[RoledSentence]:
    """Return the first sentences of a text, or all, with what each does, read by the tuned layers too."""
    return roles_of(read_text(source)[:most], options.embedder() if options.embedder else None, is_read=True)


def marks_by_roles(sentences: Sequence[RoledSentence]) -> dict[int, Mark]:
    """Return by place the marks of the sentences that are clearly of a kind by themselves."""
    marks = {sentence.place: mark_by_roles(sentence) for sentence in sentences if says_something(sentence.statement)}
    marks |= dict.fromkeys(kept_quiet(sentences), Mark("risk", 1.0))
    return {place: mark for place, mark in marks.items() if mark.worth}


def kept_quiet(sentences: Sequence[RoledSentence]) -> set[int]:
    """Return the places of the sentences by which somebody is not to know something, with the next one or alone."""
    return {sentence.place for sentence, *after in zip_longest(sentences, sentences[1:]) if _hides(sentence, *after)}


def _hides(one: RoledSentence, after: RoledSentence | None = None) -> bool:
    said = one.statement.text
    both = f"{said} {after.statement.text}" if after else said
    # A few words hardly tell their language.
    hidden = lexicon("mul")["signals.kept_quiet"].search(both)
    return hidden is not None and hidden.start() < len(said) and not one.statement.asks


def concerns_safety(source: str, language: str) -> bool:
    """Tell whether a text is about what may become a danger, if only by a question."""
    return lexicon(language)["signals.safety"].search(source) is not None


def troubles_in(source: str, options: PlanOptions) -> list[str]:
    """Return the sentences of a message that tell of a danger or complain, as they stand there, the gravest first.

    Of a long one its beginning is read.
    """
    sentences = read_roles(source, options, _MAX_OF_MESSAGE)
    marks = sorted(marks_by_roles(sentences).items(), key=lambda marked: -marked[1].worth)
    return [
        unwrap(sentences[place].statement.raw)
        for place, mark in marks
        if mark.kind in _TROUBLES and mark.worth >= _TROUBLING
    ]


def find_signals(
    source: str, sentences: Sequence[RoledSentence], marks: Mapping[int, Mark], kinds: Mapping[int, str]
) -> PlanResult:
    """Return the sentences that are of a kind, kind by kind, the gravest first; the same is told once.

    Args:
        source: the text.
        sentences: the text's, as `read_roles` returns them.
        marks: which of them are marked.
        kinds: by place the kinds of those that are wanted.
    """
    max_found = max(_MAX_FOUND, len(source) // _CHARS_A_FIND)
    ranked = sorted((sentences[place] for place in kinds), key=lambda one: -_weight(one, marks))
    chosen = [sentence.place for sentence in told_once(ranked)]
    shown = in_context(sentences, {place: kinds[place] for place in chosen[:max_found]}, source)
    is_talk = _is_talk(sentences)
    items = [
        item_of([sentences[at] for at in shown[place]], sentences[place], kinds[place], is_talk=is_talk)
        for kind in KINDS
        for place in chosen
        if place in shown and kinds[place] == kind
    ]
    return PlanResult(
        items=tuple(items), notices=(*_by_words(sentences), *left_out(sentences, len(chosen) - max_found))
    )


def in_context(sentences: Sequence[RoledSentence], kinds: Mapping[int, str], source: str) -> dict[int, list[int]]:
    """Return for each told sentence the places of what is shown; what stands beside another is not told again."""
    shown: dict[int, list[int]] = {}
    for place in sorted(kinds):
        if not any(place in places for places in shown.values()):
            places = _with_context(place, sentences, kinds, source)
            shown = {other: kept for other, kept in shown.items() if not {*kept} <= {*places}}
            told = {other for kept in shown.values() for other in kept}
            shown[place] = [other for other in places if other not in told]
    return shown


def _weight(one: RoledSentence, marks: Mapping[int, Mark]) -> float:
    """Return how much a reader would miss a sentence; what may hurt somebody is missed most."""
    mark = marks.get(one.place, Mark("", _UNMARKED))
    is_term = mark.kind in _BINDING and is_grave(one.statement)
    return mark.worth * one.importance + _FIRST * is_dangerous(one) + _BEFORE * is_term


def _by_words(sentences: Sequence[RoledSentence]) -> tuple[str, ...]:
    """Return what says that words alone were compared."""
    is_by_words = sentences and not len(sentences[0].vector)
    return (sentences[0].statement.words.wording("signals.by_words"),) if is_by_words else ()


def left_out(sentences: Sequence[RoledSentence], count: int) -> tuple[str, ...]:
    """Return what says how many weaker entries are not shown."""
    return (sentences[0].statement.words.wording("signals.left_out").format(count),) if count > 0 else ()


def says_something(one: Statement) -> bool:
    """Tell whether a statement is neither courtesy nor a heading."""
    is_heading = not one.speaker and len(one.raw.split()) <= _MAX_HEADING_WORDS and not ends_sentence(one.raw.strip())
    return not one.is_empty and (one.is_listed or not is_heading)


def told_once(ranked: Sequence[RoledSentence]) -> list[RoledSentence]:
    """Return the sentences without those that say what one before them does."""
    chosen: list[RoledSentence] = []
    for sentence in ranked:
        if not any(_is_same(sentence, other) for other in chosen):
            chosen.append(sentence)
    return chosen


def _is_same(one: RoledSentence, other: RoledSentence) -> bool:
    this, that = one.statement, other.statement
    values = [{value for fact in each.details for value in fact.readings} for each in (this, that)]
    is_near = len(this.stems & that.stems) >= _SAME * len(this.stems | that.stems)
    return values[0] == values[1] and (is_near or (bool(values[0]) and one.likeness(other) >= _SAME_MATTER))


def _with_context(at: int, sentences: Sequence[RoledSentence], kinds: Mapping[int, str], source: str) -> list[int]:
    """Return the places of what is shown: with it what names its matter, and what another says to it."""
    one, free = sentences[at], [place for place in range(len(sentences)) if kinds.get(place, kinds[at]) == kinds[at]]
    before = [at - 1] if at - 1 in free and _leads(sentences[at - 1].statement, one.statement, source) else []
    hides = at + 1 < len(sentences) and _hides(one, sentences[at + 1]) and not _hides(one)
    after = [at + 1] if hides else [place for place in free if place > at and _answers(sentences[place], one)][:1]
    places = [*before, at, *after]
    words = sum(len(sentences[place].statement.text.split()) for place in places)
    return places if words <= _MAX_SHOWN_WORDS else [at]


def _leads(before: Statement, one: Statement, source: str) -> bool:
    """Tell whether a sentence says nothing without the one before it: few words, or a word that points back."""
    if len(before.text.split()) < _FEW_WORDS or not says_something(before):
        return False
    return len(one.text.split()) < _FEW_WORDS or (one.points_back and _is_beside(before, one, source))


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


def _is_talk(sentences: Sequence[RoledSentence]) -> bool:
    """Tell whether people speak: of many labels in front of lines one comes twice then, those of a note do not."""
    turns = {
        sentence.statement.turn: sentence.statement.speaker for sentence in sentences if sentence.statement.speaker
    }
    return len(turns) < _MANY_LABELS or len(set(turns.values())) < len(turns)


def item_of(shown: Sequence[RoledSentence], one: RoledSentence, kind: str, *, is_talk: bool = False) -> Item:
    """Return the entry of a sentence with what is shown beside it."""
    words, speaker, text, last = one.statement.words, "", "", one.place
    for part in shown:
        is_other = bool(text) and (part.place > last + 1 or (is_talk and part.statement.speaker != speaker))
        said = part.statement.text.lstrip("\u00bb\u201d)] ")
        text += (f" \u2192 {part.statement.speaker}: " if is_other else " " if text else "") + said
        speaker, last = part.statement.speaker, part.place
    return Item(
        text=text,
        quote=one.statement.raw,
        who=one.statement.speaker if is_talk else "",
        due=due_of(one.statement) if kind in _DATED else "",
        group=words.wording(f"signals.{kind}_name"),
        why=words.wording(f"signals.{kind}_why"),
        kind=kind,
    )
