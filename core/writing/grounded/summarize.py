"""Summaries that hold. Of a conversation: how long it takes to read, and where to look. Of a text: what says most.

Quotations of a short text leave out what matters more often than not (DECISIONS 220), so it is not cut: its reader is
told how long it is. A short conversation is given as its points, a thread of mails as its newest one, a longer text of
one writer as its main sentences. Of any other long conversation quotations mislead: its reader is told what is needed
instead (DECISIONS 385).
"""

from collections.abc import Mapping, Sequence, Set
from itertools import groupby

from core.cached_property import cached_property
from core.drafts import Finding
from core.recipes.model import Recipe
from core.text.content import content_stems
from core.text.forms import count_between
from core.text.instructions import without_instructions
from core.text.language import detect_language
from core.text.lexicon import Lexicon, lexicon
from core.text.speakers import ends_with_newest_mail
from core.text.statements import Statement, read_statements
from core.writing.checks import Grounds
from core.writing.checks.injection import find_instructions
from core.writing.grounded.points import Points
from core.writing.result import DEFAULT_OPTIONS, Ask, PlanOptions, PlanResult
from core.writing.roles import RoledSentence, roles_of

# From so many words on a text of one writer is cut and of a conversation no points are told; people read so many in a
# minute.
_SHORT_WORDS, _WORDS_A_MINUTE = 250, 200
# Scripts without blanks between words, and how many of their characters are read in the time of one word.
_UNSPACED = (
    (("\u3040\u30ff", "\u3400\u4dbf", "\u4e00\u9fff", "\uf900\ufaff"), 2),
    (("\u0e00\u0eff", "\u1000\u109f", "\u1780\u17ff"), 5),
)
# Of so many words of content `_LENGTH * words ** 0.5` are told: a third of 500.
_MAX_SHARE, _LENGTH, _MAX_SENTENCES = 0.6, 6.6, 60
_MIN_GAP, _MAX_GAPS, _FOCUSED, _HANDED_ON = 5, 10, 2.0, 0.9
# The newest mail is quoted from so many words on, alone or with the one before it, and up to so many.
_MIN_WORDS, _MAX_WORDS = 8, 100


class ReadingDigest:
    """The sentences of a text by one writer that are worth reading."""

    def __init__(self, sentences: Sequence[RoledSentence], focus: str = "") -> None:
        self._sentences = sentences
        self._focus = frozenset(content_stems(focus))

    def lines(self) -> list[str]:
        """Return a line for each run of sentences that are worth reading, in their order."""
        lines: list[str] = []
        before = -1
        for place in sorted(self._chosen()):
            one = self._sentences[place]
            if lines and before + 1 == place and self._sentences[before].statement.turn == one.statement.turn:
                lines[-1] += f" {one.statement.text}"
            else:
                lines.append((f"**{one.statement.speaker}**: " if one.statement.speaker else "") + one.statement.text)
            before = place
        return lines

    def _chosen(self) -> set[int]:
        """Return the places of what matters most, until enough is told, and of something of each part of the text."""
        told = [sentence for sentence in self._sentences if sentence.statement.stems and not sentence.does("social")]
        words = sum(len(sentence.statement.stems) for sentence in told)
        room = min(_MAX_SHARE * words, _LENGTH * words**0.5)
        chosen: set[int] = set()
        for sentence in [*told[:1], *told[-1:], *sorted(told, key=lambda one: -self._worth[one.place])]:
            if room <= 0 or len(chosen) >= _MAX_SENTENCES:
                break
            new = self._readable(sentence) - chosen
            chosen |= new
            room -= sum(len(self._sentences[place].statement.stems) for place in new)
        while len(chosen) < _MAX_SENTENCES and (gap := _first_gap(told, chosen)):
            chosen |= self._readable(max(gap, key=lambda one: self._worth[one.place]))
        return chosen

    @cached_property
    def _worth(self) -> list[float]:
        """How much each sentence counts: by itself, or since one that counts cannot be read without it."""
        own = [
            sentence.importance
            + sentence.scores["key_3"]
            + _FOCUSED * len(sentence.statement.stems & self._focus) / (len(self._focus) or 1)
            for sentence in self._sentences
        ]
        led = (_HANDED_ON * own[place + 1] if self._leads(place) else 0.0 for place in range(len(own)))
        return list(map(max, own, led))

    def _leads(self, place: int) -> bool:
        return place + 1 < len(self._sentences) and self._sentences[place + 1].statement.points_back

    def _readable(self, one: RoledSentence) -> set[int]:
        """Return the places of a sentence and of the one that its pronoun needs."""
        return {one.place, one.place - 1} if one.statement.points_back and one.place else {one.place}


def _first_gap(told: Sequence[RoledSentence], chosen: Set[int]) -> list[RoledSentence]:
    """Return the first run of sentences of which none is chosen that may well be a topic of its own."""
    gap: list[RoledSentence] = []
    for sentence in told:
        gap = [] if sentence.place in chosen else [*gap, sentence]
        if len(gap) >= max(_MIN_GAP, len(told) // _MAX_GAPS):
            return gap
    return []


def summarize(
    recipe: Recipe, values: Mapping[str, str], ask: Ask, options: PlanOptions = DEFAULT_OPTIONS
) -> PlanResult:
    """Return how long a text is to read, and what of it can be quoted with benefit; no model is asked."""
    del ask
    source = values[recipe.main_input]
    language = detect_language(source)
    words = lexicon(language)
    statements = read_statements(without_instructions(source), language)
    length = words_to_read(source)
    text = reading_time(length, words)
    is_talk, is_short = len({statement.speaker for statement in statements}) > 1, length < _SHORT_WORDS
    newest = _newest_mails(source, statements) if is_talk else []
    findings = about_source(recipe, values)
    if is_talk and not is_short and not newest:
        text = f"{text} {words.wording('conversation.ask_instead')}"
        return PlanResult(text=text, findings=findings, skeleton=True, reason=text)
    if is_talk:
        found = _points(statements, newest, values.get("focus", ""), words, options) if is_short else ""
        text += f" {words.wording('conversation.points')}\n\n{found}" if found else ""
        text += f"\n\n{words.wording('conversation.newest')}\n\n{_quoted(newest)}" if newest else ""
    elif statements and not is_short:
        sentences = roles_of(statements, options.embedder() if options.embedder else None)
        # A table or headings alone have no sentences.
        text = "\n".join(f"- {line}" for line in ReadingDigest(sentences, values.get("focus", "")).lines()) or text
    if options.on_token:
        options.on_token(text)
    return PlanResult(text=text, findings=findings)


def _points(
    statements: Sequence[Statement], newest: Sequence[Statement], focus: str, words: Lexicon, options: PlanOptions
) -> str:
    """Return the points of a conversation but those that its newest mails hold."""
    sentences = roles_of(statements, options.embedder() if options.embedder else None)
    return Points(sentences, focus, told={statement.place for statement in newest}).text(words)


def _newest_mails(source: str, statements: Sequence[Statement]) -> list[Statement]:
    """Return what the newest mail of a thread says, after the one before it where it says little; [] if it is long."""
    if not ends_with_newest_mail(source):
        return []
    turns = sorted({statement.turn for statement in statements})[-2:]
    for first in reversed(turns):
        found = [statement for statement in statements if statement.turn >= first]
        length = sum(len(statement.text.split()) for statement in found)
        if length >= _MIN_WORDS:
            return found if length <= _MAX_WORDS else []
    return []


def _quoted(statements: Sequence[Statement]) -> str:
    """Return whole turns word for word, each with its speaker."""
    turns = [list(said) for _, said in groupby(statements, key=lambda one: one.turn)]
    return "\n\n".join(f"**{said[0].speaker}**: " + " ".join(statement.quoted for statement in said) for said in turns)


def reading_time(length: int, words: Lexicon) -> str:
    """Return the sentence that says how long a text of so many words takes to read, and why it is not told shorter."""
    minutes = round(length / _WORDS_A_MINUTE)
    wording = "one_minute" if length < _SHORT_WORDS else "minute_long" if minutes < 2 else "minutes_long"
    return words.wording(f"conversation.{wording}").format(count=length, minutes=minutes)


def words_to_read(text: str) -> int:
    """Return how many words a text takes the time of; an address counts as one."""
    found = [(count_between(text, *ends), chars_a_word) for ends, chars_a_word in _UNSPACED]
    if not any(count for count, _ in found):
        return len(text.split())
    every = [end for ends, _ in _UNSPACED for end in ends]
    rest = "".join(" " if count_between(char, *every) else char for char in text)
    # Where there are no blanks, what stands alone between them is punctuation.
    spaced = sum(any(map(str.isalnum, word)) for word in rest.split())
    return spaced + sum(count // chars_a_word for count, chars_a_word in found)


def about_source(recipe: Recipe, values: Mapping[str, str]) -> tuple[Finding, ...]:
    """Return what a person should know of the text itself; quotations of it need no other check."""
    return tuple(find_instructions(Grounds(recipe, values, values[recipe.main_input]), ""))
