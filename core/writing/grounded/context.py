"""What a sentence needs beside it: the one that it speaks of, and the later ones that replace it."""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from core.cached_property import cached_property
from core.text.content import stem
from core.writing.roles import RoledSentence
from core.writing.roles.features import differs

_NEAR, _FAR, _ASIDE = 6, 40, 3
_MAX_CHAIN, _MAX_CHAIN_WORDS, _SHORT_WORDS = 4, 65, 8
# So many things a sentence names that can be read by itself; what asks or answers says less by itself.
_NAMES_ENOUGH, _ASK_NAMES_ENOUGH, _ANSWER_NAMES_ENOUGH, _REPLY_WORDS = 2, 3, 4, 12
_ONE_MATTER, _SAME_MATTER, _IS_CORRECTION, _IS_SURE, _IS_PROMISE, _IS_DECISION = 0.45, 0.6, 0.25, 0.4, 0.5, 0.35
_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True)
class Exchange:
    """Sentences that are read together, in their order; `later` are those that replace an earlier one of them."""

    sentences: tuple[RoledSentence, ...]
    later: frozenset[int] = frozenset()

    @property
    def places(self) -> frozenset[int]:
        """The places of its sentences."""
        return frozenset(one.place for one in self.sentences)

    @property
    def last(self) -> RoledSentence:
        """How things stand after it."""
        return self.sentences[-1]


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

    def exchange(self, one: RoledSentence, *more: RoledSentence) -> Exchange:
        """Return a sentence with what it needs to be read, and with what replaced any of that."""
        chain = {one.place: one} | {two.place: two for two in more}
        current = min(chain.values(), key=lambda two: two.place)
        while (before := self.spoken_of(current)) and before.place not in chain and len(chain) < _MAX_CHAIN:
            chain[before.place] = current = before
        later: set[int] = set()
        stems = frozenset[str]().union(*(two.statement.stems - two.statement.fact_stems for two in chain.values()))
        open_places = sorted(chain)
        while open_places:
            earlier = self.sentences[open_places.pop(0)]
            for two in self.sentences[earlier.place + 1 : earlier.place + 1 + _FAR]:
                if two.place in chain or two.statement.text == earlier.statement.text:
                    continue
                if is_later := self._replaces(two, earlier, stems):
                    later.add(two.place)
                if is_later or self._may_replace(two, earlier, stems):
                    chain[two.place] = two
                    open_places.append(two.place)
        if one.does("question", "proposal") and (reply := self.reply_to(one)):
            chain[reply.place] = reply
        chain |= {two.place: two for two in self._decided_after(one)}
        chain |= {two.place: two for two in self._goes_on(self.sentences[max(chain)], chain)}
        last = self.sentences[max(chain)]
        if last.statement.asks and (reply := self.reply_to(last)):
            chain[reply.place] = reply
        return Exchange(tuple(self._fitting(chain, one, later)), frozenset(later))

    def _fitting(self, chain: dict[int, RoledSentence], one: RoledSentence, later: set[int]) -> list[RoledSentence]:
        """Return what can be read in one line; a value that was replaced goes first, what replaced it last."""
        places = sorted(chain)
        drop = [place for place in places if place not in later and place != one.place] + sorted(later)[:-1]
        while drop and (len(places) > _MAX_CHAIN or _word_count(chain[at] for at in places) > _MAX_CHAIN_WORDS):
            places.remove(drop.pop(0))
        return [chain[place] for place in places]

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

    def _decided_after(self, one: RoledSentence) -> list[RoledSentence]:
        """Return what was settled otherwise right after a decision, before anything new was asked."""
        after = self.sentences[one.place + 1 : one.place + 1 + _ASIDE]
        new = next((at for at, two in enumerate(after) if two.statement.asks), len(after))
        turns = {two.place for two in after[:new] if two.scores["decision"] >= _IS_DECISION}
        return list(after[: max(turns) - one.place]) if turns and one.does("decision") else []

    def _goes_on(self, last: RoledSentence, chain: Collection[int]) -> list[RoledSentence]:
        """Return the rest of an answer that refuses something, and what is said to it at once."""
        found: list[RoledSentence] = []
        if not self.people or not last.does("refusal", "correction", "complaint"):
            return found
        for two in self.sentences[last.place + 1 : last.place + 1 + _ASIDE]:
            known = {*chain, *(one.place for one in found)}
            is_rest = two.statement.turn == last.statement.turn and len(two.statement.text.split()) <= _REPLY_WORDS
            is_said_to_it = two.about in known and two.does("assent", "decision", "refusal")
            if not (is_rest or is_said_to_it):
                break
            found.append(two)
        return found

    def reply_to(self, one: RoledSentence) -> RoledSentence | None:
        """Return the last sentence of another that answers, accepts or refuses this one, or what was said next."""
        after = self.sentences[one.place + 1 : one.place + 1 + _FAR]
        linked = [two for two in after if two.about == one.place and two.statement.speaker != one.statement.speaker]
        others = [two for two in after[:_ASIDE] if two.statement.turn != one.statement.turn]
        following = [two for two in others[:1] if self._replies(two) and one.does("question", "request")
                     and two.about in (None, one.place) and not two.does("social")]  # fmt: skip
        return next(iter([*reversed(linked), *following]), None)

    def _replaces(self, two: RoledSentence, one: RoledSentence, stems: frozenset[str]) -> bool:
        """Tell whether a later sentence surely takes an earlier one back or gives another value of the same matter."""
        is_shared, is_linked = bool(stems & two.statement.stems), self._is_about(two, one)
        conflict = differs(one.statement.values, two.statement.values)
        if not self.people:
            return is_linked and is_shared and two.scores["correction"] >= _IS_SURE
        if two.scores["correction"] >= _IS_CORRECTION:
            is_short = len(two.statement.text.split()) <= _SHORT_WORDS and two.place - one.place <= _NEAR
            if is_linked and (is_shared or is_short):
                return conflict or two.scores["correction"] > two.scores["assent"]
            names_both = _names_both(one, two) and two.scores["correction"] >= _IS_SURE
            return names_both or (
                (conflict or _names_both(one, two)) and is_shared and two.likeness(one) >= _ONE_MATTER
            )
        decides = two.scores["decision"] >= _IS_DECISION and not two.statement.asks
        return conflict and decides and is_shared and two.likeness(one) >= _SAME_MATTER

    def _is_about(self, two: RoledSentence, one: RoledSentence) -> bool:
        """Tell whether a sentence speaks of another, or of what was said to that."""
        answered = self.sentences[two.about] if two.about is not None else two
        said = answered.statement.text.casefold()
        is_objection = answered.place == one.place + 1 and any(
            fact.text.casefold() in said for fact in one.statement.details
        )
        return answered is one or is_objection

    def _may_replace(self, two: RoledSentence, one: RoledSentence, stems: frozenset[str]) -> bool:
        """Tell whether one had better not be read without the other: another value soon after, a refusal, a stop."""
        if one.does("request") and two.place - one.place <= _FAR and two.statement.speaker == one.statement.speaker:
            return len(stems & two.statement.stems) > 1 and two.likeness(one) >= _SAME_MATTER
        if two.about == one.place and two.does("refusal"):
            return one.does("decision", "commitment", "proposal") and two.scores["refusal"] > two.scores["assent"]
        settles = two.does("decision", "correction")
        common = len(stems & two.statement.stems)
        if self.people and one.does("decision", "proposal") and settles and common > 1:
            return True
        if not differs(one.statement.values, two.statement.values) or two.place - one.place > _NEAR:
            return False
        is_short = len(two.statement.text.split()) <= _SHORT_WORDS
        is_reply = two.place == one.place + 1 or two.about == one.place
        if is_short and is_reply and (settles or two.does("assent")):
            return True
        return settles and bool(common) and two.likeness(one) >= _SAME_MATTER


def _names_both(one: RoledSentence, two: RoledSentence) -> bool:
    """Tell whether a sentence names the number that was given and another: "not the 15th, the 17th"."""
    given, later = (set(_DIGITS.findall(three.statement.text)) for three in (one, two))
    return bool(given & later and later - given) or _adds_value(one, two)


def _adds_value(one: RoledSentence, two: RoledSentence) -> bool:
    """Tell whether a sentence names another value beside the one that was given: "not Wednesday, Thursday"."""
    given, later = one.statement.values, two.statement.values
    return any(later[kind] - given[kind] and later[kind] & given[kind] for kind in given.keys() & later.keys())


def _word_count(sentences: Iterable[RoledSentence]) -> int:
    return sum(len(one.statement.text.split()) for one in sentences)
