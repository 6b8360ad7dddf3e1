"""What a sentence needs beside it: the ones just before that hold its noun, and the later one that replaces it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from core.text.statements import Statement

_MOST_QUOTED, _MOST_WORDS = 4, 60
_NEAR, _NEXT, _FEW, _TOPIC_WITHIN, _FAR, _LAST_DAY = 6, 3, 2, 12, 20, 31
_SHORT_WORDS, _FEW_WORDS, _BARE_WORDS, _ANSWER_WORDS, _LEAST_WORDS, _HOLDS_TOPIC, _MANY = 8, 6, 4, 14, 4, 4, 5
_GROUPS = {"weekday": "day", "date": "day", "day": "day", "time": "time",
           "money": "money", "number": "number", "percent": "percent"}  # fmt: skip

Chain = tuple[Statement, ...]


@dataclass(frozen=True)
class Context:
    """The statements of a conversation, and which of them a later one replaces."""

    statements: Sequence[Statement]

    def chain(self, statement: Statement, *, at_any_rate: bool = False) -> Chain:
        """Return a statement with what stands right before it, as far as it needs it, and what replaces it soon after.

        Nothing is left out between; () when what it speaks of is not found, or what replaces it stands too far away.
        With `at_any_rate` the sentence before is enough.
        """
        begin = end = statement.place
        while later := self.replaced.get(end):
            end = later
        if end > statement.place and not self._are_together(statement.place, end):
            return ()
        says_yes = statement.has("assent") and "promise" not in statement.does
        if says_yes and len(statement.text.split()) <= _FEW_WORDS and self.before(statement):
            begin -= 1
        while not any(map(is_whole, self.statements[begin : statement.place + 1])):
            if not self._goes_on(begin) or statement.place - begin >= _MOST_QUOTED:
                begin = statement.place - 1
                if at_any_rate and statement.stems and self._goes_on(statement.place):
                    break
                return ()
            begin -= 1
        first = self.statements[begin]
        asked = self.statements[begin - 1] if begin and begin < statement.place else first
        begin -= asked.asks and asked.turn == first.turn != statement.turn and asked is not first
        chain = (*self.statements[begin : end + 1], *self._listed_below(statement))
        is_current = all(self.replaced.get(one.place, end) <= end for one in chain)
        return chain if is_current and sum(len(one.text.split()) for one in chain) <= _MOST_WORDS else ()

    def _goes_on(self, place: int) -> bool:
        """Tell whether a statement goes on from the one before: of the same turn, or a short answer to another."""
        one, before = self.statements[place], self.statements[place - 1 if place else 0]
        return before is not one and (one.turn == before.turn or len(one.text.split()) <= _ANSWER_WORDS)

    def _are_together(self, begin: int, end: int) -> bool:
        between = self.statements[begin + 1 : end]
        stems = self.statements[begin].stems
        return end - begin <= _NEXT + 1 and not any(
            one.asks and is_whole(one) and not one.stems & stems for one in between
        )

    def with_topic(self, chain: Chain) -> Chain:
        """Return a chain of few words after the sentence that named its topic, where one did."""
        first = chain[0].place if chain else 0
        if len(frozenset().union(*(one.stems for one in chain))) >= _HOLDS_TOPIC:
            return chain
        before = self.statements[max(0, first - _TOPIC_WITHIN) : first]
        topic = next((one for one in reversed(before) if one.words["phrases.topic"].search(one.text)), None)
        return (topic, *chain) if topic else chain

    def answer(self, statement: Statement) -> Statement | None:
        """Return the first sentence of the next turn, when another speaks in it and this turn asks nothing further."""
        for later in self.statements[statement.place + 1 :]:
            if later.turn != statement.turn and later.speaker != statement.speaker:
                return later
            if later.asks:
                return None
        return None

    def before(self, statement: Statement) -> Statement | None:
        """Return what another said right before; it is the last that a short answer can answer."""
        one = self.statements[statement.place - 1] if statement.place else None
        return one if one and one.speaker != statement.speaker else None

    def is_overtaken(self, statement: Statement) -> bool:
        """Tell whether a short sentence soon after gives another value, so that this one may no longer hold."""
        after = self.statements[statement.place + 1 : statement.place + 1 + _MOST_QUOTED]
        return any(len(one.text.split()) <= _SHORT_WORDS and self._conflict(statement, one) for one in after)

    def is_refused(self, statement: Statement) -> bool:
        """Tell whether the next one to speak says no."""
        answer = self.answer(statement) if statement.place not in self.replaced else None
        return bool(answer and answer.does & {"refusal", "dispute"})

    @cached_property
    def replaced(self) -> dict[int, int]:
        """The place of what replaces a statement, by the place of that."""
        found: dict[int, int] = {}
        for at, one in enumerate(self.statements):
            later = next((two for two in self.statements[at + 1 : at + 1 + _FAR] if self._replaces(two, one)), None)
            if later:
                found[at] = later.place
        return found

    def _replaces(self, later: Statement, earlier: Statement) -> bool:
        """Tell whether a later statement takes an earlier one back, or gives another value of the same."""
        if later.asks and not self._is_taken(later):
            return False
        common, distance = later.stems & earlier.stems, later.place - earlier.place
        is_theirs = later.speaker == earlier.speaker
        if later.has("cancel") or (later.has("change") and not self._values[later.place]):
            return bool(common) and is_theirs and (distance <= _NEAR or len(common) >= _FEW)
        if not self._conflict(earlier, later):
            return False
        was_open = earlier.has("proposal") or earlier.has("settled") or "promise" in earlier.does
        if common and (later.has("change") or (was_open and later.has("settled"))) and distance <= _FAR:
            return True
        if self._is_passed(earlier, later):
            return False
        if later.has("change") and distance <= _NEXT and len(later.text.split()) <= _SHORT_WORDS:
            return True
        is_short = len(later.text.split()) <= _SHORT_WORDS and len(later.stems - earlier.stems) < _FEW
        return (is_short and distance <= _NEXT) or (len(common) >= _FEW and (is_theirs or distance <= _NEAR))

    def _is_passed(self, earlier: Statement, later: Statement) -> bool:
        """Tell whether another matter was brought up between."""
        between = self.statements[earlier.place + 1 : later.place]
        return any(one.words["phrases.topic"].search(one.text) or one.has("brings_up") for one in between)

    def _is_taken(self, question: Statement) -> bool:
        answer = self.answer(question)
        return bool(answer and answer.has("assent"))

    def _conflict(self, earlier: Statement, later: Statement) -> bool:
        """Tell whether two give different values of a kind; a bare number may stand for a day, an hour or a price."""
        one, two = self._values[earlier.place], self._values[later.place]
        kinds, changes = one.keys() & two.keys(), later.has("change")
        if not kinds and one and "number" in two and (changes or len(later.text.split()) <= _BARE_WORDS):
            said = {number for values in one.values() for value in values for number in re.findall(r"\d+", value)}
            meant = {value for value in two["number"] if value.isdigit()}
            could_be = "money" in one or all(int(value) <= _LAST_DAY for value in meant)
            return bool(meant) and could_be and not meant & said
        if changes and "refusal" in later.does and any(one[kind] & two[kind] for kind in kinds):
            return True
        return any(two[kind] - one[kind] and (changes or one[kind] - two[kind]) for kind in kinds)

    @cached_property
    def _values(self) -> list[dict[str, frozenset[str]]]:
        return [_values_of(one) for one in self.statements]

    def _listed_below(self, statement: Statement) -> Chain:
        """Return the entries of the list that a statement leads in."""
        found: list[Statement] = []
        for later in self.statements[statement.place + 1 :] if statement.text.endswith(":") else ():
            if not later.is_listed or later.turn != statement.turn:
                break
            found.append(later)
        return tuple(found)


def _values_of(statement: Statement) -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for fact in statement.details:
        if fact.kind in _GROUPS and not fact.is_weak:
            group = _GROUPS[fact.kind]
            value = (
                re.sub(r"[\s.,]", "", fact.text.casefold()) if group in {"money", "number"} else fact.text.casefold()
            )
            found[group] = found.get(group, frozenset()) | {re.sub(r"[^\d]", "", value) or value}
    return found


def is_whole(statement: Statement) -> bool:
    """Tell whether a sentence can be read by itself: it says something, and of a thing that it names."""
    things = statement.stems - statement.fact_stems
    holds_all = len(things) >= _MANY and not (statement.asks and statement.points_back)
    if statement.is_empty or holds_all:
        return not statement.is_empty
    is_answer = statement.has("short_promise") and len(statement.text.split()) <= _FEW_WORDS
    if statement.points_back or is_answer:
        return False
    is_long = len(statement.text.split()) >= _LEAST_WORDS or statement.is_listed
    return (bool(things) and statement.has("brings_up")) or (is_long and len(things) + bool(statement.facts) >= _FEW
                                                             and bool(things))  # fmt: skip
