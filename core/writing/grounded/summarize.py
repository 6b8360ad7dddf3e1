"""Summaries that hold: the sentences that say most, in their order, each with who said it and what changed it later."""

import re
from collections.abc import Iterator, Mapping, Sequence, Set

from core.cached_property import cached_property
from core.drafts import Finding
from core.recipes.model import Recipe
from core.text.content import content_stems
from core.text.forms import DIGITS
from core.text.instructions import without_instructions
from core.text.language import detect_language
from core.text.lexicon import Lexicon, lexicon
from core.text.statements import read_statements
from core.writing.checks import Grounds
from core.writing.checks.injection import find_instructions
from core.writing.grounded.exchanges import Exchanges, is_talk
from core.writing.result import DEFAULT_OPTIONS, Ask, PlanOptions, PlanResult
from core.writing.roles import RoledSentence, roles_of
from core.writing.roles.features import differs

# Of so many words of content `_LENGTH * words ** _GROWTH` are told: two thirds of 100, a third of 500.
_MAX_SHARE, _LENGTH, _GROWTH, _MAX_SENTENCES = 0.88, 6.6, 0.5, 60
_MIN_GAP, _MAX_GAPS = 5, 10
_FOCUSED, _HANDED_ON, _RECENT, _MOST = 2.0, 0.9, 0.3, 1.0
# So short a turn is told whole; so far before a sentence stands what it speaks of.
_SHORT_TURN_WORDS, _MAX_BEFORE, _LITTLE, _MIN_STEM_CHARS, _IS_SOCIAL = 16, 8, 4, 4, 0.45
# So short is a correction that says nothing but the new value; it means one of the last so many sentences with another.
_FEW_WORDS, _CORRECTED, _FEW_BETWEEN = 6, 2, 2
_SETTLING = ("decision", "outcome", "commitment")
_TURNING = ("correction", "refusal", "decision", "outcome", "open")
# How near two sentences are that speak of one matter, how far apart, and how sure a correction is.
_SAME_MATTER, _HARDLY_ALIKE, _LOOKED_FORWARD, _NEAR, _NEXT, _MAY_CORRECT, _CORRECTS = 0.4, 0.3, 60, 4, 2, 0.15, 0.25
# A conversation that holds so many hesitations and so few acts a word is too loose; "{disfmarker}" is a transcript's.
_SETTLED, _IS_WORTH, _MIN_HESITATIONS, _MIN_ACTS = ("decision", "commitment", "request"), 1.5, 0.03, 0.005
_TRANSCRIBED = re.compile(r"\{\w{1,30}\}")
_SHORT_WORDS, _SHORT_SENTENCES = 80, 4


class Digest:
    """The sentences of a text that are worth reading."""

    def __init__(self, sentences: Sequence[RoledSentence], focus: str = "") -> None:
        self._sentences = sentences
        self._focus = frozenset(content_stems(focus))

    def text(self, words: Lexicon) -> str:
        """Return the lines as a list; of a conversation with a word on its order."""
        listed = "\n".join(f"- {line}" for line in self.lines())
        people = {one.statement.speaker for one in self._sentences}
        return f"{listed}\n\n_{words.wording('conversation.in_order')}_" if len(people) > 1 else listed

    def lines(self) -> list[str]:
        """Return a line for each turn, or each paragraph of one writer, that has something worth reading."""
        lines: list[str] = []
        before: RoledSentence | None = None
        for one in (self._sentences[place] for place in sorted(self._chosen())):
            speaker, text = one.statement.speaker, one.statement.text
            is_next = before is not None and before.place + 1 == one.place
            if before is not None and before.statement.turn == one.statement.turn and (speaker or is_next):
                lines[-1] += (" " if is_next else " \u2026 ") + text
            else:
                if before is not None and before.statement.asks and one.place - before.place > _FEW_BETWEEN:
                    lines[-1] += " \u2026"
                lines.append((f"**{speaker}**: " if speaker else "") + text)
            before = one
        return lines

    def _chosen(self) -> set[int]:
        """Return the places of what matters most, until enough is told, and of something of each part of the text."""
        if is_talk(self._sentences):
            return Exchanges(self._sentences, self._worth, _changes_told).chosen()
        told = [one for one in self._sentences if not _is_reaction(one)]
        words = sum(map(_content, told))
        room = min(_MAX_SHARE * words, _LENGTH * words**_GROWTH)
        worth = self._worth
        chosen: set[int] = set()
        for one in [*self._opening(told), *told[-1:], *sorted(told, key=lambda one: -worth[one.place])]:
            if room <= 0 or len(chosen) >= _MAX_SENTENCES:
                break
            new = self._told_with(one, chosen)
            chosen |= new
            room -= sum(_content(self._sentences[place]) for place in new)
        while len(chosen) < _MAX_SENTENCES and (gap := _first_gap(told, chosen)):
            chosen |= self._told_with(max(gap, key=lambda one: worth[one.place]), chosen)
        return chosen | self._short_corrections(chosen)

    def _short_corrections(self, chosen: Set[int]) -> set[int]:
        """Return the places of very short sentences that change what is told, with what they reply to."""
        found: set[int] = set()
        for two in self._sentences:
            if _length(two) > _FEW_WORDS or two.statement.asks or two.place in chosen:
                continue
            before = self._sentences[max(0, two.place - _LOOKED_FORWARD) : two.place]
            corrected = [one.place for one in before if _corrects(two, one)][-_CORRECTED:]
            if not chosen.isdisjoint(corrected):
                found |= {two.place, *(one.place for one in self._before(two))}
        return found

    def _opening(self, told: Sequence[RoledSentence]) -> list[RoledSentence]:
        """Return the first sentence that says what it is about, be it in the words of a greeting."""
        first = self._turns[self._sentences[0].statement.turn] if told else []
        about = [one for one in first if len(one.statement.stems) > 1 and not one.statement.is_empty]
        return (about or list(told))[:1]

    def _told_with(self, one: RoledSentence, chosen: set[int]) -> set[int]:
        """Return the places of a sentence and of all that changed it later, with what each is read with."""
        found: set[int] = set()
        waiting = [one, *self._needed_by(one)]
        while waiting:
            current = waiting.pop()
            if current.place not in found | chosen:
                found.add(current.place)
                waiting += [*self._later(current), *self._read_with(current)]
                needs_more = current.place > one.place - _NEAR or current.statement.points_back
                waiting += self._before(current) if needs_more else []
        return found

    @cached_property
    def _worth(self) -> list[float]:
        """How much each sentence counts: by itself, or since one that counts cannot be read without it."""
        own = [self._own_worth(one) for one in self._sentences]
        worth = list(own)
        for one in self._sentences:
            for two in self._needed_by(one):
                worth[two.place] = max(worth[two.place], _HANDED_ON * own[one.place])
        return worth

    def _own_worth(self, one: RoledSentence) -> float:
        """Return how much a summary would miss a sentence; what is said last counts for more."""
        return (
            one.importance
            + _MOST * one.scores["key_3"]
            + _RECENT * one.place / len(self._sentences)
            + _FOCUSED * len(one.statement.stems & self._focus) / (len(self._focus) or 1)
        )

    def _needed_by(self, one: RoledSentence) -> list[RoledSentence]:
        """Return what a sentence replies to, what that replies to, and what was answered to it."""
        before = self._before(one)
        return [*before, *(two for three in before for two in self._before(three)), *self._answers(one)]

    def _before(self, one: RoledSentence) -> list[RoledSentence]:
        """Return the sentences without which this one cannot be read: what it replies to, and what stands before it."""
        linked = [self._sentences[one.about]] if one.about is not None and one.place - one.about <= _MAX_BEFORE else []
        if not (_says_little(one) or (linked and one.statement.speaker)):
            return []
        near = (self._sentences[place] for place in range(one.place - 1, max(-1, one.place - _MAX_BEFORE), -1))
        return [two for two in [*linked, *[two for two in near if not _is_reaction(two)][:1]] if not _is_reaction(two)]

    def _answers(self, one: RoledSentence) -> list[RoledSentence]:
        """Return the last thing that another said to a question, proposal or request; else what was said next to it."""
        if not one.does("question", "proposal", "request"):
            return []
        after = self._sentences[one.place + 1 : one.place + 1 + _LOOKED_FORWARD]
        others = [two for two in after if two.statement.speaker != one.statement.speaker and not two.does("social")]
        linked = [two for two in others if two.about == one.place]
        reply = linked[-1:] or [
            two for two in others[:1] if two.place - one.place <= _NEAR and not two.does("question")
        ]
        # Who cannot leaves the question to the next.
        next_to = [two for two in others if reply and reply[0].does("refusal") and two.place > reply[0].place]
        return reply + [two for two in next_to[:1] if two.place - one.place <= _NEAR]

    def _later(self, one: RoledSentence) -> Iterator[RoledSentence]:
        """Yield what may have been said otherwise later."""
        after = self._sentences[one.place + 1 : one.place + 1 + _LOOKED_FORWARD]
        return (two for two in after if _may_change(two, one))

    def _read_with(self, one: RoledSentence) -> Iterator[RoledSentence]:
        """Yield the rest of a short turn and of the last one, and what was answered to it."""
        turn = self._turns[one.statement.turn]
        is_last = turn[-1] is self._sentences[-1]
        if one.statement.speaker and sum(map(_length, turn)) <= _SHORT_TURN_WORDS * (1 + 2 * is_last):
            yield from (two for two in turn if not _is_reaction(two))
        yield from self._answers(one)

    @cached_property
    def _turns(self) -> dict[int, list[RoledSentence]]:
        turns: dict[int, list[RoledSentence]] = {}
        for one in self._sentences:
            turns.setdefault(one.statement.turn, []).append(one)
        return turns


def _first_gap(told: Sequence[RoledSentence], chosen: Set[int]) -> list[RoledSentence]:
    """Return the first run of sentences of which none is chosen that may well be a topic of its own."""
    gap: list[RoledSentence] = []
    for one in told:
        gap = [] if one.place in chosen else [*gap, one]
        if len(gap) >= max(_MIN_GAP, len(told) // _MAX_GAPS):
            return gap
    return []


def _length(one: RoledSentence) -> int:
    return len(one.statement.text.split())


def _content(one: RoledSentence) -> int:
    return max(1, len(one.statement.stems))


def _says_little(one: RoledSentence) -> bool:
    """Tell whether a sentence cannot be read by itself: a pronoun, or few words of a conversation."""
    things = [stem for stem in one.statement.stems - one.statement.fact_stems if len(stem) >= _MIN_STEM_CHARS]
    little = len(things) <= (1 if one.statement.asks else _LITTLE)
    return one.statement.points_back or (bool(one.statement.speaker) and little)


def _is_reaction(one: RoledSentence) -> bool:
    """Tell whether a sentence is only "ok", "oh" or thanks."""
    says_something = one.statement.stems and (_length(one) > 1 or one.does(*_SETTLING))
    return one.scores["social"] >= _IS_SOCIAL or not (says_something or one.statement.values)


def _may_change(two: RoledSentence, one: RoledSentence) -> bool:
    """Tell whether a later sentence may say something else about the matter of an earlier one."""
    is_near = two.place - one.place <= _NEAR
    if two.about == one.place and (two.does("refusal") or two.scores["correction"] >= _MAY_CORRECT):
        return True
    if _gives_another_number(two, one):
        return True
    is_turn = max(two.scores[role] for role in _TURNING) >= _MAY_CORRECT
    is_other_value = differs(one.statement.values, two.statement.values)
    if not (is_other_value and (is_turn or is_near)) and two.scores["correction"] < _CORRECTS:
        return False
    common = (one.statement.stems - one.statement.fact_stems) & two.statement.stems
    return two.likeness(one) >= _SAME_MATTER and bool(common or is_near)


def _changes_told(two: RoledSentence, one: RoledSentence) -> bool:
    """Tell whether a sentence of a later exchange takes up what was said: with its value, or against it."""
    given, later = one.statement.values, two.statement.values
    takes_up = any(given[kind] & later[kind] for kind in given.keys() & later.keys())
    turns = two.scores["correction"] >= _MAY_CORRECT or two.does("refusal", "correction")
    return (takes_up and turns) or _may_change(two, one)


def _corrects(two: RoledSentence, one: RoledSentence) -> bool:
    """Tell whether a very short sentence gives another number, day or name than an earlier one: "no, 13"."""
    distance, given, later = two.place - one.place, one.statement.values, two.statement.values
    says_so = two.statement.has("change") or two.statement.has("correction")
    if not says_so and (distance > _MAX_BEFORE or _length(two) > _LITTLE):
        return False
    if later:  # a bare number stands for an amount or a date as well
        return differs(given, later) or (says_so and "number" in later and bool(given))
    return says_so and bool(two.statement.stems) and distance <= _NEAR


def _gives_another_number(two: RoledSentence, one: RoledSentence) -> bool:
    """Tell whether a sentence says "not 15, 17", or only a number right after another one."""
    given, later = (set(DIGITS.findall(three.statement.text)) for three in (one, two))
    if given & later and later - given:
        return two.likeness(one) >= _HARDLY_ALIKE
    return bool(given) and 1 <= len(later) <= _NEXT and two.place - one.place <= _NEXT


def summarize(
    recipe: Recipe, values: Mapping[str, str], ask: Ask, options: PlanOptions = DEFAULT_OPTIONS
) -> PlanResult:
    """Return the sentences that say most, in their order, each with who said it."""
    del ask
    source = values[recipe.main_input]
    language = detect_language(source)
    words = lexicon(language)
    statements = read_statements(without_instructions(source), language)
    warnings = about_source(recipe, values)
    if len(source.split()) < _SHORT_WORDS or len(statements) <= _SHORT_SENTENCES:
        return PlanResult(text=source.strip(), findings=warnings, notices=(words.wording("conversation.short"),))
    sentences = roles_of(statements, options.embedder() if options.embedder else None)
    if _is_loose(source, sentences, words):
        return PlanResult(text=words.wording("conversation.loose"), findings=warnings)
    text = Digest(sentences, values.get("focus", "")).text(words)
    if options.on_token:
        options.on_token(text)
    return PlanResult(text=text, findings=warnings)


def _is_loose(source: str, sentences: Sequence[RoledSentence], words: Lexicon) -> bool:
    """Tell whether people search for words and hardly settle anything: what is quoted of that misleads."""
    length = len(source.split())
    hesitations = len(words["conversation.hesitation"].findall(source)) + len(_TRANSCRIBED.findall(source))
    acts = sum(one.does(*_SETTLED) and one.importance >= _IS_WORTH for one in sentences)
    return hesitations >= _MIN_HESITATIONS * length and acts < _MIN_ACTS * length


def about_source(recipe: Recipe, values: Mapping[str, str]) -> tuple[Finding, ...]:
    """Return what a person should know of the text itself; quotations of it need no other check."""
    return tuple(find_instructions(Grounds(recipe, values, values[recipe.main_input]), ""))
