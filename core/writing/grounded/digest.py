"""A text in short: what a summary would miss, in the order of the text, each sentence with who said it.

Nothing stands under a heading that the text does not have, and nothing is joined that was said apart. What is said
later about a matter is told whenever the earlier word is, so that no value stands that was changed.
"""

from collections.abc import Iterator, Sequence

from core.cached_property import cached_property
from core.text.content import content_stems
from core.text.lexicon import Lexicon
from core.writing.grounded.context import Context
from core.writing.roles import RoledSentence
from core.writing.roles.features import differs

# Of so many words `_LENGTH * words ** _GROWTH` are told: three quarters of 200, half of 500, a sixth of 8,000.
_LENGTH, _GROWTH, _MAX_SENTENCES = 7.0, 0.58, 60
_FOCUSED, _MONEY, _ACTED_ON, _SETTLED, _IS_SETTLED, _HANDED_ON, _CHANGED = 2.0, 0.25, 0.6, 0.6, 0.5, 0.9, 0.4
# Each part of a text is told: a sentence counts beside those around it.
_AROUND, _LEVELLED = 5, 0.6
# So short a turn is told whole; so many sentences before one may be needed to read it.
_SHORT_TURN_WORDS, _MAX_BEFORE = 20, 3
# What a reader acts on counts for more than what led to it; what says how things stand now may change what stood.
_USED = ("decision", "correction", "commitment", "open", "refusal", "outcome", "cause")
_SETTLING = ("decision", "outcome", "commitment")
_TURNING = ("correction", "refusal", "decision", "outcome", "open")
# How near two sentences are that speak of one matter, how far apart, and how sure a correction is.
_SAME_MATTER, _LOOKED_FORWARD, _NEAR, _MAY_CORRECT, _CORRECTS = 0.4, 60, 4, 0.15, 0.25


class Digest:
    """The sentences of a text that are worth reading."""

    def __init__(self, sentences: Sequence[RoledSentence], focus: str = "") -> None:
        self._sentences = sentences
        self._context = Context(sentences)
        self._changes: dict[int, list[RoledSentence]] = {}
        self._focus = frozenset(content_stems(focus))

    def text(self, words: Lexicon) -> str:
        """Return the lines as a list; of a conversation with a word on its order."""
        listed = "\n".join(f"- {line}" for line in self.lines())
        return f"{listed}\n\n_{words.wording('conversation.in_order')}_" if len(self._context.people) > 1 else listed

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
                lines.append((f"**{speaker}**: " if speaker else "") + text)
            before = one
        return lines

    def _chosen(self) -> set[int]:
        """Return the places of what matters most, until enough of the text is told."""
        told = [one for one in self._sentences if not _is_reaction(one)]
        room = _LENGTH * sum(map(_length, told)) ** _GROWTH
        worth = self._worth
        chosen: set[int] = set()
        for one in [*told[:1], *told[-1:], *sorted(told, key=lambda one: -worth[one.place])]:
            if room <= 0 or len(chosen) >= _MAX_SENTENCES:
                break
            new = self._told_with(one, chosen)
            chosen |= new
            room -= sum(_length(self._sentences[place]) for place in new)
        return chosen

    def _told_with(self, one: RoledSentence, chosen: set[int]) -> set[int]:
        """Return the places of a sentence and of all that changed it later, with what each is read with."""
        found: set[int] = set()
        waiting = [one]
        while waiting:
            current = waiting.pop()
            if current.place not in found | chosen:
                found.add(current.place)
                waiting += [*self._later(current), *self._read_with(current)]
        return found

    @cached_property
    def _worth(self) -> list[float]:
        """How much each sentence counts beside its neighbours: by itself, or since one that counts needs it."""
        own = [self._own_worth(one) for one in self._sentences]
        worth = [value - _CHANGED * bool(self._later(one)) for value, one in zip(own, self._sentences, strict=True)]
        for one in self._sentences:
            for two in self._needed_by(one):
                worth[two.place] = max(worth[two.place], _HANDED_ON * own[one.place])
        around = [own[max(0, place - _AROUND) : place + _AROUND + 1] for place in range(len(own))]
        return [value - _LEVELLED * sum(near) / len(near) for value, near in zip(worth, around, strict=True)]

    def _own_worth(self, one: RoledSentence) -> float:
        is_settled = max(one.scores[role] for role in _SETTLING) >= _IS_SETTLED
        return (
            one.importance
            + _ACTED_ON * max(one.scores[role] for role in _USED)
            + _SETTLED * (is_settled or one.scores["correction"] >= _CORRECTS)
            + _MONEY * ("money" in one.statement.values)
            + _FOCUSED * len(one.statement.stems & self._focus) / (len(self._focus) or 1)
        )

    def _needed_by(self, one: RoledSentence) -> Iterator[RoledSentence]:
        """Yield what a sentence speaks of, and what was answered to it."""
        before: RoledSentence | None = one
        for _ in range(_MAX_BEFORE):
            before = self._context.spoken_of(before) if before else None
            if before and not _is_reaction(before):
                yield before
                break
        if one.does("question", "proposal", "request") and (reply := self._context.reply_to(one)):
            yield reply

    def _later(self, one: RoledSentence) -> list[RoledSentence]:
        """Return what was said otherwise later."""
        if one.place not in self._changes:
            after = self._sentences[one.place + 1 : one.place + 1 + _LOOKED_FORWARD]
            self._changes[one.place] = [two for two in after if _may_change(two, one)]
        return self._changes[one.place]

    def _read_with(self, one: RoledSentence) -> Iterator[RoledSentence]:
        """Yield the rest of a short turn, and the yes or no to what was asked or proposed."""
        turn = self._turns[one.statement.turn]
        if one.statement.speaker and sum(map(_length, turn)) <= _SHORT_TURN_WORDS:
            yield from (two for two in turn if not _is_reaction(two))
        if one.does("question", "proposal", "request") and (reply := self._context.reply_to(one)):
            yield reply

    @cached_property
    def _turns(self) -> dict[int, list[RoledSentence]]:
        turns: dict[int, list[RoledSentence]] = {}
        for one in self._sentences:
            turns.setdefault(one.statement.turn, []).append(one)
        return turns


def _length(one: RoledSentence) -> int:
    return len(one.statement.text.split())


def _is_reaction(one: RoledSentence) -> bool:
    """Tell whether a sentence is only "ok", "oh" or thanks."""
    says_something = one.statement.stems and (_length(one) > 1 or one.does(*_SETTLING))
    return one.does("social") or not (says_something or one.statement.values)


def _may_change(two: RoledSentence, one: RoledSentence) -> bool:
    """Tell whether a later sentence may say something else about the matter of an earlier one."""
    if two.about == one.place and (two.does("refusal") or two.scores["correction"] >= _MAY_CORRECT):
        return True
    is_near = two.place - one.place <= _NEAR
    is_other_value = differs(one.statement.values, two.statement.values)
    is_turn = max(two.scores[role] for role in _TURNING) >= _MAY_CORRECT
    if not (is_other_value and (is_turn or is_near)) and two.scores["correction"] < _CORRECTS:
        return False
    common = (one.statement.stems - one.statement.fact_stems) & two.statement.stems
    return two.likeness(one) >= _SAME_MATTER and bool(common or is_near)
