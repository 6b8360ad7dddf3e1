"""What later messages of a thread put in the place of an earlier line: another time, day, place or amount.

An answer or a finding that quotes the earlier line shows the later one right below, with its speaker: the person sees
what holds. So does one whose matter a later message says is done.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple

from core.drafts import Item
from core.text.content import stem
from core.text.forms import WHOLE_WORD
from core.text.language import detect_language
from core.text.lexicon import by_language
from core.text.sentences import unwrap
from core.text.speakers import split_turns
from core.text.statements import Statement, Values, read_statements
from core.writing.grounded.passages import GroundPassage
from core.writing.grounded.statements import source_of
from core.writing.grounded.unanswered import words_of
from core.writing.result import PlanResult

_BARE = {code: frozenset(map(stem, table["bare"].split())) for code, table in by_language("corrections").items()}
_DONE_BESIDE = {code: frozenset(table["done_beside"].split()) for code, table in by_language("corrections").items()}
# What may be done, and what is said to it before it is.
_TO_DO, _SAID_TO_IT = ("request", "promise", "short_promise"), ("assent", "short_promise")
_MAX_DONE_WORDS = 6
_CUES = ("corrections.changes", "conversation.change", "conversation.correction")
# What else says nothing of what a line is about.
_BESIDE = ("corrections.called_off", "corrections.places", "conversation.assent")
# So many of the later lines are shown, the last ones.
_MAX_LATER = 3


class _Line(NamedTuple):
    """A sentence of a message: the number of its passage, counted from 0, and what it says."""

    passage: int
    quote: str
    said: Statement
    values: Values
    subject: frozenset[str]
    has_cue: bool
    is_called_off: bool
    done: frozenset[str] | None

    @property
    def may_be_done(self) -> bool:
        """Whether it is something that somebody does."""
        return self.said.asks or any(map(self.said.has, _TO_DO))


class Thread:
    """The sentences of the messages among passages, in the order of writing, and what later ones replace.

    Args:
        passages: that the messages are among.
        question: is in their language where that is unclear.
    """

    def __init__(self, passages: Sequence[GroundPassage], question: str = "") -> None:
        messages = [(number, passage.text) for number, passage in enumerate(passages) if passage.speaker]
        language = detect_language(" ".join(text for _, text in messages))
        language = language if language in _BARE else words_of(question).language
        found = [(number, detect_language(text), text) for number, text in messages]
        self._lines = [
            _read(number, said)
            for number, own, text in found
            for said in read_statements(text, own if own in _BARE else language)
        ]
        self._later: dict[int, list[int]] = {}
        for place, line in enumerate(self._lines):
            for earlier in () if line.said.asks else self._replaced(place):
                self._later.setdefault(earlier, []).append(place)

    def later(self, passage: int, quote: str) -> list[tuple[int, str]]:
        """Return what was written later in place of a quote of a passage: the passage and the words of each."""
        known = {place for place, line in enumerate(self._lines) if line.passage == passage and line.quote in quote}
        found, left = set[int](), [*known]
        while left:
            new = {*self._later.get(left.pop(), ())} - found - known
            found |= new
            left += new
        lines = [self._lines[place] for place in sorted(found)[-_MAX_LATER:]]
        return [(line.passage, line.quote) for line in lines]

    def _replaced(self, place: int) -> list[int]:
        """Return the places of the lines before one that it takes the place of."""
        line, lines = self._lines[place], self._lines
        if line.done is not None:
            return self._settled(place, line.done)
        before = [at for at in range(place) if not lines[at].said.asks and _gives_other(line, lines[at])]
        if not line.has_cue or not before:
            return []
        own = line.subject - _BARE[line.said.words.language]
        if named := [at for at in before if _names_old(line, lines[at])]:
            return [at for at in named if not own or own & lines[at].said.stems]
        if own or line.is_called_off:
            return [at for at in before if own and own <= lines[at].said.stems]
        # Without a thing of its own it is about what was said last, and whatever says that too.
        last = lines[before[-1]]
        return [
            at
            for at in before
            if lines[at] is last or (_share_value(lines[at], last) and lines[at].subject & last.subject)
        ]

    def _settled(self, place: int, done: frozenset[str]) -> list[int]:
        """Return the places of the lines whose matter a line says is done: what it names, else what was said last."""
        lines = self._lines
        if done:
            return [at for at in range(place) if lines[at].may_be_done and done <= lines[at].said.stems]
        before = [at for at in range(place) if lines[at].passage < lines[place].passage]
        while before and (lines[before[-1]].done is not None or _only_agrees(lines[before[-1]])):
            before.pop()
        last = [at for at in before if lines[at].passage == lines[before[-1]].passage]
        to_do = [at for at in last if lines[at].may_be_done]
        return to_do if len(to_do) == 1 else []  # of two it may be either


def _read(passage: int, said: Statement) -> _Line:
    # "Correction: 520 euros." reads as what somebody of that name says.
    text = ": ".join(filter(None, (said.speaker, unwrap(said.raw))))
    words, rest = said.words, text
    for cue in _CUES:
        rest = words[cue].sub(" ", rest)
    has_cue = rest != text
    places = frozenset(match[0].casefold() for match in words["corrections.places"].finditer(text))
    values = {**said.values, **({"place": places} if places else {})}
    if not said.values and (digits := frozenset(re.findall(r"\d+", text))):
        values["digits"] = digits
    for beside in _BESIDE:
        rest = words[beside].sub(" ", rest)
    subject = replace(said, text=rest).stems - said.fact_stems
    is_off = words["corrections.called_off"].search(text) is not None
    return _Line(passage, text, said, values, subject, has_cue or is_off, is_off, _done(said, text))


def _done(said: Statement, text: str) -> frozenset[str] | None:
    """Return the stems of what a line says is done, none where it names nothing; None where it does not say so."""
    left, times = said.words["corrections.done"].subn(" ", text)
    if not times or said.asks or len(text.split()) > _MAX_DONE_WORDS:
        return None
    beside = _DONE_BESIDE[said.words.language]
    return frozenset(stem(word) for word in WHOLE_WORD.findall(left.casefold()) if word not in beside)


def _only_agrees(line: _Line) -> bool:
    return not line.said.values and any(map(line.said.has, _SAID_TO_IT)) and len(line.quote.split()) <= _MAX_DONE_WORDS


def _gives_other(line: _Line, earlier: _Line) -> bool:
    """Tell whether a line gives another value of a kind that an earlier one gives, or ends it all."""
    if line.is_called_off:
        return True
    if digits := line.values.get("digits"):
        return bool(earlier.said.values and digits - frozenset(re.findall(r"\d+", earlier.said.raw)))
    return any(line.values[kind] - known for kind, known in earlier.values.items() if kind in line.values)


def _share_value(one: _Line, other: _Line) -> bool:
    return any(values & other.values.get(kind, frozenset()) for kind, values in one.values.items())


def _names_old(line: _Line, earlier: _Line) -> bool:
    """Tell whether a line names the value that holds no longer beside the new one: "14:00, not 15:00"."""
    kinds = (kind for kind in earlier.values if kind in line.values and kind != "place")
    return any(line.values[kind] & earlier.values[kind] and line.values[kind] - earlier.values[kind] for kind in kinds)


def with_later(result: PlanResult, question: str, passages: Sequence[GroundPassage]) -> PlanResult:
    """Return an answer with what was written later in place of each line of a thread that it quotes, right below it."""
    quoted = [source for source in result.sources if source.quote and passages[source.number - 1].speaker]
    if not quoted:
        return result
    thread, lines, sources, told = Thread(passages, question), result.text.splitlines(), [*result.sources], set[int]()
    for source in quoted:
        mark = f"[{source.number}]"
        place = next((at for at, line in enumerate(lines) if mark in line), len(lines) - 1)
        for number, quote in thread.later(source.number - 1, source.quote):
            later = passages[number]
            if number in told or (not result.skeleton and f"[{later.number}]" in result.text):
                continue
            told.add(number)
            lines = [line for line in lines if not line.endswith(f"[{later.number}]")]
            place = min(place, len(lines) - 1) + 1
            name = words_of(question).wording("questions.later").format(name=later.speaker)
            item = "- " if result.skeleton else ""
            lines.insert(place, f"{item}{name}: “{quote}” [{later.number}]")
            sources = [*(known for known in sources if known.number != later.number), source_of(later, quote)]
    return replace(result, text="\n".join(lines), sources=tuple(sources))


def with_corrections(
    chosen: Sequence[GroundPassage], said: Sequence[GroundPassage], question: str
) -> list[GroundPassage]:
    """Return the chosen messages of a thread with those that take the place of what they say, in its order."""
    if len(chosen) == len(said):
        return [*chosen]
    thread, kept = Thread(said, question), {place for place, passage in enumerate(said) if passage in chosen}
    kept |= {number for place in [*kept] for number, _ in thread.later(place, unwrap(said[place].text))}
    return [passage for place, passage in enumerate(said) if place in kept]


def with_what_follows(items: Iterable[Item], talk: str) -> list[Item]:
    """Return findings in a talk, each with what was written in place of it later, or that it is done, behind it."""
    turns = split_turns(talk)
    thread = Thread([GroundPassage(0, turn.speaker, "", turn.text, speaker=turn.speaker) for turn in turns])
    return [_followed(item, thread, [turn.speaker for turn in turns]) for item in items]


def _followed(item: Item, thread: Thread, speakers: Sequence[str]) -> Item:
    quote, text = unwrap(item.quote), item.text
    for place in range(len(speakers)) if quote else ():
        for number, words in thread.later(place, quote):
            text += "" if words in text else f" \u2192 {speakers[number]}: {words}"
    return item if text == item.text else item.model_copy(update={"text": text})
