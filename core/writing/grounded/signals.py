"""Sentences that a reader must not miss, by what they do: quoted word for word, grouped, the important ones first."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from itertools import zip_longest
from statistics import fmean

from core.drafts import Item
from core.text.instructions import without_instructions
from core.text.language import detect_language
from core.text.lexicon import languages, lexicon
from core.text.sentences import ends_sentence, unwrap
from core.text.statements import Statement, read_statements
from core.writing.grounded.commitments import due_of
from core.writing.result import PlanOptions, PlanResult
from core.writing.roles import RoledSentence, roles_of
from core.writing.roles.kinds import kind_of_signal
from core.writing.roles.marks import Mark, is_dangerous, is_grave, mark_as, mark_by_roles, marks_of

# From the first on a sentence is marked, where one of its text stands out so far as the second: many texts hold
# nothing, of others more is told. Chosen on writers that were not learnt from (`benchmarks.train_marks`).
_MARKED, _SURELY = 0.3, 0.5
# From here on what a message tells of is shown to who answers it.
_TROUBLES, _TROUBLING, _MAX_OF_MESSAGE = frozenset({"risk", "complaint"}), 0.35, 60
# From so many complaints on a text gathers what people say: each sentence counts by itself too but where it is as good
# as never marked, others from less on.
_VOICES, _SAID_ALONE = 0.1, frozenset({"risk", "complaint", "idea", "opportunity"})
_MARKED_BESIDE, _HARDLY_EVER = 0.15, 0.05
# Where sentences bind so much on the whole, a text sets terms: more of these is told, and none is called a risk. What
# binds less than the last only tells of something. Of readers' documents contracts, offers and rules came to .18 and
# more, what tells of something to .1. Of an agreement some terms are always told: where none stands out, it may be
# fair, or hard in other words than those learnt from.
_TERMS, _MARKED_TERM, _ONLY_TELLS, _AGREEMENT, _FEWEST_TERMS = 0.18, 0.1, 0.05, 0.3, 10
# So many entries are told, of many messages more.
_MAX_FOUND, _CHARS_A_FIND = 12, 80
# Marks were learnt from whole texts: of fewer sentences each is judged by itself. What may hurt somebody comes first.
_OF_SAFETY = ("danger", "safety")
_SHORT_TEXT, _FIRST, _BEFORE = 10, 9.0, 4.0
# A heading that judges asks for a kind that is so sure, that of risks for less, since it says "may"; one of what may be
# weighed, for so little that presses.
_SURE, _MAY_HARM, _MAY_PRESS = 0.4, 0.25, 0.3
_WEIGHED, _PRESSING = ("opportunity", "idea"), ("risk", "duty")
# Offers and ideas of one text stand under one heading, since a reader takes either up or does not.
_CHANCE, _UNSURE, _DEADLINE, _TERM = "opportunity_or_idea", "note", "deadline", "term"
CHANCES = frozenset({*_WEIGHED, _CHANCE})
_OF_TERMS = frozenset({"risk", _UNSURE, "complaint", "duty", "open"})
# What may go wrong is understood with its paragraph, which tells why and what was done, up to so many words.
_IN_PARAGRAPH, _MAX_PARAGRAPH_WORDS = frozenset({"risk", "complaint"}), 100
_HEADINGS = (
    _DEADLINE,
    "risk",
    _TERM,
    _UNSURE,
    "complaint",
    "duty",
    "open",
    "opportunity",
    "idea",
    _CHANCE,
    "commitment",
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


def read_roles(source: str, options: PlanOptions) -> list[RoledSentence]:
    """Return the sentences of a text with what each does, read by the tuned layers too."""
    return roles_of(read_text(source), options.embedder() if options.embedder else None, is_read=True)


def marks_by_roles(sentences: Sequence[RoledSentence]) -> dict[int, Mark]:
    """Return by place the marks of the sentences that are clearly of a kind by themselves."""
    marks = {sentence.place: mark_by_roles(sentence) for sentence in sentences if says_something(sentence.statement)}
    marks |= dict.fromkeys(kept_quiet(sentences), mark_as("risk", 1.0))
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


def is_whole(sentences: Sequence[RoledSentence]) -> bool:
    """Tell whether a text is of the kind from which marks were learnt."""
    return len(sentences) >= _SHORT_TEXT and sentences[0].reading is not None


def marks_of_text(sentences: Sequence[RoledSentence]) -> dict[int, Mark]:
    """Return by place the marks that a reader of a whole text would make."""
    by_roles = marks_by_roles(sentences)
    marks = marks_of(sentences) if is_whole(sentences) else []
    if not marks:
        return {place: _by_its_day(mark, sentences[place].statement) for place, mark in by_roles.items()}
    voiced = _voiced(sentences)
    limit, terms = _MARKED_BESIDE if voiced else _MARKED, _terms_of(sentences)
    grave = {place for place in terms if is_grave(sentences[place].statement)}
    found = {
        sentence.place: mark if mark.worth >= limit else mark_as("duty", mark.worth)
        for sentence, mark in zip(sentences, marks, strict=True)
        if mark.worth >= (_MARKED_TERM if sentence.place in terms else limit) and _tells(sentence.statement)
    }
    if voiced:
        found = {place: mark for place, mark in voiced.items() if marks[place].worth >= _HARDLY_EVER} | found
    elif _binds(sentences) >= _AGREEMENT:
        first = sorted(terms, key=lambda at: (at not in grave, -marks[at].worth))[:_FEWEST_TERMS]
        found = {place: mark_as("duty", marks[place].worth) for place in first} | found
    elif max((mark.stands_out for mark in found.values()), default=0.0) < _SURELY:
        found = {}
    dangers = {sentence.place for sentence in sentences if is_dangerous(sentence.statement)}
    hidden = {place: by_roles[place] for place in kept_quiet(sentences)}
    return {place: by_roles[place] for place in dangers & by_roles.keys()} | found | hidden


def _tells(one: Statement) -> bool:
    return says_something(one) and not _is_object(one)


def _terms_of(sentences: Sequence[RoledSentence]) -> set[int]:
    """Return the places of the terms of a text that sets some, as contracts, offers and rules do."""
    if not is_whole(sentences) or _binds(sentences) < _TERMS:
        return set()
    binding = (sentence for sentence in sentences if sentence.read_scores["duty"] >= _ONLY_TELLS)
    told = (sentence for sentence in binding if _tells(sentence.statement))
    return {sentence.place for sentence in told if not is_dangerous(sentence.statement)}


def _is_object(one: Statement) -> bool:
    """Tell whether a sentence says what a contract is about, and no price."""
    return bool(one.words["signals.object"].search(one.text)) and "money" not in one.values and not is_grave(one)


def _binds(sentences: Sequence[RoledSentence]) -> float:
    """Return how much the sentences of a text bind on the whole."""
    return fmean(sentence.read_scores["duty"] for sentence in sentences)


def _voiced(sentences: Sequence[RoledSentence]) -> dict[int, Mark]:
    """Return by place what single sentences of gathered voices say: what is wrong, what may be, what one could do."""
    told = [sentence for sentence in sentences if says_something(sentence.statement)]
    kinds = {sentence.place: kind_of_signal(sentence) for sentence in told}
    leaning = {sentence.place: mark_by_roles(sentence).kind for sentence in told}
    complaints = [place for place, kind in kinds.items() if "complaint" in (kind, leaning[place])]
    if len(complaints) < _VOICES * len(sentences):
        return {}
    return {place: mark_as(kind) for place, kind in kinds.items() if kind in _SAID_ALONE}


def tells_danger(source: str) -> bool:
    """Tell whether a message says that something may hurt somebody, by the tables alone."""
    return any(map(is_dangerous, read_text(source)))


def concerns_safety(source: str, language: str) -> bool:
    """Tell whether a text tells of a danger or is about what may become one, if only by a question."""
    return tells_danger(source) or any(lexicon(language)[f"signals.{name}"].search(source) for name in _OF_SAFETY)


def troubles_in(source: str, options: PlanOptions) -> list[str]:
    """Return the sentences of a message that tell of a danger or complain, as they stand there, the gravest first."""
    marked = marked_in(source, options)
    return [line for line, mark in marked.items() if mark.kind in _TROUBLES and mark.worth >= _TROUBLING]


def marked_in(source: str, options: PlanOptions) -> dict[str, Mark]:
    """Return the sentences of a message that stand out, as they stand there, with their marks, the gravest first.

    Of a long one its beginning is read.
    """
    embedder = options.embedder() if options.embedder else None
    sentences = roles_of(read_text(source)[:_MAX_OF_MESSAGE], embedder, is_read=True)
    marks = sorted(marks_of_text(sentences).items(), key=lambda marked: -marked[1].worth)
    return {unwrap(sentences[place].statement.raw): mark for place, mark in marks}


def _by_its_day(mark: Mark, one: Statement) -> Mark:
    """Return a mark by a role as a deadline where it binds by a day, which no role tells."""
    is_deadline = mark.kind == "duty" and "day" in one.values
    return replace(mark, kinds={**mark.kinds, "duty": 0.0, _DEADLINE: 1.0}) if is_deadline else mark


def find_signals(
    source: str,
    sentences: Sequence[RoledSentence],
    marks: Mapping[int, Mark],
    kinds: Mapping[int, str],
    *,
    each_alone: bool = False,
    left_out: Collection[str] = (),
) -> PlanResult:
    """Return the sentences that are of a kind, heading by heading, the gravest first; the same is told once.

    Args:
        source: the text.
        sentences: the text's, as `read_roles` returns them.
        marks: which of them are marked.
        kinds: by place the kinds of those that are wanted.
        each_alone: whether sentences count by themselves, as messages do that stand beside those of others: each kind
            has its heading then, whatever its day.
        left_out: headings of which nothing is told.
    """
    headings = dict(kinds) if each_alone else _headings(sentences, marks, kinds)
    max_found = max(_MAX_FOUND, len(source) // _CHARS_A_FIND) if each_alone else _MAX_FOUND
    wanted = [sentences[place] for place, heading in headings.items() if heading not in left_out]
    chosen = _told_once(sorted(wanted, key=lambda one: -_weight(one, marks)))
    headings = {sentence.place: headings[sentence.place] for sentence in chosen[:max_found]}
    shown = _shown(sentences, headings, source, frozenset() if each_alone else _IN_PARAGRAPH)
    is_talk = _is_talk(sentences)
    items = [
        _item(
            sentence,
            kinds[sentence.place],
            [sentences[place] for place in shown[sentence.place]],
            heading,
            is_talk=is_talk,
        )
        for heading in _HEADINGS
        # Terms stand in the order of the text, which leads from one to the next.
        for sentence in (sorted(chosen, key=lambda one: one.place) if heading == _TERM else chosen)
        if sentence.place in shown and headings[sentence.place] == heading
    ]
    return PlanResult(items=tuple(items), notices=_notices(sentences, len(chosen) - max_found))


def _headings(
    sentences: Sequence[RoledSentence], marks: Mapping[int, Mark], kinds: Mapping[int, str]
) -> dict[int, str]:
    """Return by place under which heading each wanted sentence of one text stands."""
    headings = {place: _heading(marks[place]) for place in kinds}
    return headings | {place: _TERM for place in _terms_of(sentences) if headings.get(place) in _OF_TERMS}


def _shown(
    sentences: Sequence[RoledSentence], headings: Mapping[int, str], source: str, in_paragraph: Collection[str]
) -> dict[int, list[int]]:
    """Return for each told sentence the places of what is shown; what stands beside another is not told again.

    What has one of the headings of `in_paragraph` stands with its paragraph.
    """
    shown: dict[int, list[int]] = {}
    for place in sorted(headings):
        if not any(place in places for places in shown.values()):
            is_whole = headings[place] in in_paragraph and not sentences[place].statement.speaker
            find = _in_paragraph if is_whole else _with_context
            places = find(place, sentences, headings, source)
            shown = {other: kept for other, kept in shown.items() if not {*kept} <= {*places}}
            told = {other for kept in shown.values() for other in kept}
            shown[place] = [other for other in places if other not in told]
    return shown


def _weight(one: RoledSentence, marks: Mapping[int, Mark]) -> float:
    """Return how much a reader would miss a sentence; what may hurt somebody is missed most."""
    worth = marks[one.place].worth if one.place in marks else _MARKED
    is_term = one.place in marks and marks[one.place].kind in _OF_TERMS
    return (
        worth * one.importance + _FIRST * is_dangerous(one.statement) + _BEFORE * (is_term and is_grave(one.statement))
    )


def _heading(mark: Mark) -> str:
    """Return under which heading a sentence stands; none that judges where it may be the opposite."""
    kinds = mark.kinds
    if mark.kind in _WEIGHED and sum(kinds[kind] for kind in _WEIGHED) >= _SURE:
        return _CHANCE if max(kinds[kind] for kind in _PRESSING) <= _MAY_PRESS else _UNSURE
    if kinds[mark.kind] >= _SURE:
        return mark.kind
    return "risk" if kinds["risk"] >= _MAY_HARM else _UNSURE


def _notices(sentences: Sequence[RoledSentence], left: int) -> tuple[str, ...]:
    words = sentences[0].statement.words if sentences else lexicon("en")
    by_words = sentences and not len(sentences[0].vector)
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
    for sentence in ranked:
        if not any(_is_same(sentence, other) for other in chosen):
            chosen.append(sentence)
    return chosen


def _is_same(one: RoledSentence, other: RoledSentence) -> bool:
    this, that = one.statement, other.statement
    values = [{value for fact in each.details for value in fact.readings} for each in (this, that)]
    is_near = len(this.stems & that.stems) >= _SAME * len(this.stems | that.stems)
    return values[0] == values[1] and (is_near or (bool(values[0]) and one.likeness(other) >= _SAME_MATTER))


def _with_context(at: int, sentences: Sequence[RoledSentence], headings: Mapping[int, str], source: str) -> list[int]:
    """Return the places of what is shown: with it what names its matter or a figure, and what another says to it."""
    one, is_short = sentences[at], len(sentences[at].statement.text.split()) < _FEW_WORDS

    def belongs(place: int) -> bool:
        """Tell whether the sentence beside it is of the same matter, and not told under another heading."""
        if not 0 <= place < len(sentences) or headings.get(place, headings[at]) != headings[at]:
            return False
        other = sentences[place].statement
        first, second = (other, one.statement) if place < at else (one.statement, other)
        is_beside = _is_beside(first, second, source)
        leads = place < at and len(other.text.split()) >= _FEW_WORDS and (is_short or one.statement.points_back)
        has_figures = all(any(char.isdigit() for char in each.text) for each in (one.statement, other))
        is_same = (is_beside and (leads or has_figures)) or (leads and is_short)
        return is_same and says_something(other)

    answers = (two.place for two in sentences[at + 1 :] if _answers(two, one))
    answer = next((place for place in answers if headings.get(place, headings[at]) == headings[at]), None)
    meant = at + 1 < len(sentences) and _hides(one, sentences[at + 1]) and not _hides(one)
    after = [at + 1] if meant else [answer] if answer else [at + 1] if belongs(at + 1) else []
    places = [*([at - 1] if belongs(at - 1) else []), at, *after]
    words = sum(len(sentences[place].statement.text.split()) for place in places)
    return places if words <= _MAX_SHOWN_WORDS else [at]


def _in_paragraph(at: int, sentences: Sequence[RoledSentence], headings: Mapping[int, str], source: str) -> list[int]:
    """Return the places of a sentence and its paragraph as far as it fits, what is behind first, none told apart."""
    words = [len(sentence.statement.text.split()) for sentence in sentences]
    first = last = at

    def fits(place: int, before: int) -> bool:
        is_same = {headings.get(other, headings[at]) for other in (before, place)} == {headings[at]}
        is_there = before >= 0 and place < len(sentences)
        return is_there and is_same and _is_beside(sentences[before].statement, sentences[place].statement, source)

    while fits(last + 1, last) and sum(words[first : last + 2]) <= _MAX_PARAGRAPH_WORDS:
        last += 1
    while fits(first, first - 1) and sum(words[first - 1 : last + 1]) <= _MAX_PARAGRAPH_WORDS:
        first -= 1
    return [*range(first, last + 1)]


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


def _item(one: RoledSentence, name: str, shown: Sequence[RoledSentence], heading: str, *, is_talk: bool) -> Item:
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
        due=due_of(one.statement) if heading in (_DEADLINE, "commitment") else "",
        group=words.wording(f"signals.{heading}_name"),
        why=words.wording(f"signals.{heading}_why"),
        kind=name,
    )
