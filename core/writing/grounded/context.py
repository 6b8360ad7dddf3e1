"""What a sentence needs beside it: the one that it speaks of, and what is said to it."""

from collections.abc import Sequence

from core.cached_property import cached_property
from core.text.content import stem
from core.writing.roles import RoledSentence

_NEAR, _FAR, _ASIDE = 6, 40, 3
# So many things a sentence names that can be read by itself; what asks or answers says less by itself.
_NAMES_ENOUGH, _ASK_NAMES_ENOUGH, _ANSWER_NAMES_ENOUGH, _REPLY_WORDS, _IS_PROMISE = 2, 3, 4, 12, 0.5


class Context:
    """The sentences of a text, and how they hang together."""

    def __init__(self, sentences: Sequence[RoledSentence]) -> None:
        self.sentences = sentences

    @cached_property
    def people(self) -> list[str]:
        """Who speaks, in order."""
        return list(dict.fromkeys(one.statement.speaker for one in self.sentences if one.statement.speaker))

    @cached_property
    def _names(self) -> frozenset[str]:
        return frozenset(stem(word) for name in self.people for word in name.casefold().split())

    def spoken_of(self, one: RoledSentence) -> RoledSentence | None:
        """Return the earlier sentence without which this one cannot be read."""
        if one.place and (asked := self._asked_before(one)):
            return asked
        if not one.place or self._stands_alone(one):
            return None
        before = self.sentences[one.place - 1]
        if self._replies(one) and (before.statement.asks or one.about is None):
            return before
        if one.about is not None and one.place - one.about <= _NEAR:
            return self.sentences[one.about]
        is_short = len(one.statement.text.split()) <= _REPLY_WORDS
        return before if before.statement.turn == one.statement.turn or is_short else None

    def _stands_alone(self, one: RoledSentence) -> bool:
        things = len(one.statement.stems - one.statement.fact_stems - self._names)
        if one.statement.has("brings_up") and things:
            return True
        is_promise = one.scores["commitment"] >= _IS_PROMISE
        replies = (one.about is not None or self._replies(one)) and one.does("answer", "assent", "refusal")
        replies = replies and not is_promise
        asks = not self.people or (one.does("question", "proposal") and not one.statement.has("request"))
        enough = _ANSWER_NAMES_ENOUGH if replies else _ASK_NAMES_ENOUGH if asks else _NAMES_ENOUGH
        return things >= enough and not one.statement.points_back and not one.statement.has("short_promise")

    def _asked_before(self, one: RoledSentence) -> RoledSentence | None:
        """Return the last question of the turn before, when a sentence that may answer it begins a turn."""
        before = self.sentences[one.place - 1]
        if (
            not self._replies(one)
            or one.about not in (None, before.place)
            or not one.does("commitment", "answer", "refusal")
        ):
            return None
        turn = [two for two in self.sentences[max(0, one.place - _ASIDE) : one.place]
                if two.statement.turn == before.statement.turn]  # fmt: skip
        return next((two for two in reversed(turn) if two.statement.asks), None)

    def _replies(self, one: RoledSentence) -> bool:
        """Tell whether a sentence begins to answer what another just said."""
        before = self.sentences[one.place - 1] if one.place else one
        return before.statement.speaker != one.statement.speaker and not one.does("question", "request")

    def reply_to(self, one: RoledSentence) -> RoledSentence | None:
        """Return the last sentence of another that answers, accepts or refuses this one, or what was said next."""
        after = self.sentences[one.place + 1 : one.place + 1 + _FAR]
        linked = [two for two in after if two.about == one.place and two.statement.speaker != one.statement.speaker]
        others = [two for two in after[:_ASIDE] if two.statement.turn != one.statement.turn]
        following = [two for two in others[:1] if self._replies(two) and one.does("question", "request")
                     and two.about in (None, one.place) and not two.does("social")]  # fmt: skip
        return next(iter([*reversed(linked), *following]), None)
