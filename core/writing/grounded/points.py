"""What a conversation leaves to be known, in its own words: what was settled, who took on what, what is open.

A point is a sentence that does one of these, quoted with the little that makes it readable: what it replies to, the
answer to it, and what was said otherwise later. They do not retell a conversation: each leads to its message.
"""

from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass

from core.text.forms import DIGITS
from core.text.statements import Values
from core.writing.roles import RoledSentence
from core.writing.roles.features import differs

HEADINGS = ("settled", "to_do", "open")
_REPLIES, _ASKS, _ACTS = (
    ("answer", "assent", "refusal", "correction"),
    ("proposal", "request", "question"),
    ("commitment", "decision", "request", "refusal", "assent"),
)
_SETTLES = ("assent", "decision", "commitment")
# How sure a role has to be that makes a point.
_OWN, _SURELY_OWN, _COMMITTED, _PROMISED, _REQUESTED, _TAKEN = 0.5, 0.7, 0.5, 0.4, 0.7, 0.3
_OPEN, _DECIDED, _CORRECTED, _HAPPENED = 0.4, 0.4, 0.5, 0.75
# So many points are told; a word costs some of a point's worth.
_MAX_POINTS, _COST = 6, 0.01
_MAX_SENTENCES, _MAX_BEFORE, _FEW_STEMS, _FEW_WORDS, _SHORT_TURN_WORDS = 5, 2, 2, 5, 14
_IS_SOCIAL, _MAX_SOCIAL_WORDS, _AT_THE_END = 0.45, 8, 4
_LOOKED_FORWARD, _SAME_MATTER, _SAME_THING, _MAY_CORRECT, _NEAR, _NEXT, _NEXT_TO, _MIN_STEM_CHARS = (
    60,
    0.35,
    0.3,
    0.15,
    4,
    8,
    2,
    3,
)


@dataclass
class Point:
    """Some sentences, by their places, under one heading; `anchor` is the one that makes the point."""

    heading: str
    anchor: int
    worth: float
    places: set[int]


class Points:
    """The points of a conversation."""

    def __init__(self, sentences: Sequence[RoledSentence]) -> None:
        self._sentences = sentences

    def best(self) -> list[Point]:
        """Return the points that are worth most, in their order; a sentence stands in one only."""
        found: list[Point] = []
        for point in sorted(self._all(), key=lambda one: -one.worth):
            shared = [other for other in found if other.places & point.places]
            both = point.places.union(*(other.places for other in shared))
            if not shared and len(found) < _MAX_POINTS:
                found.append(point)
            elif len(shared) == 1 and len(both) <= _MAX_SENTENCES:
                shared[0].places |= point.places
        return sorted(found, key=lambda one: min(one.places))

    def _all(self) -> Iterator[Point]:
        for sentence in self._sentences:
            heading = "" if _is_small_talk(sentence) else self._heading_of(sentence)
            if not heading:
                continue
            places = {sentence.place, *self._before(sentence), *self._answer(sentence)}
            is_over = self._is_done(heading, sentence, places) or any(map(self._is_changed, places))
            # What was said otherwise later is not told at all.
            if not is_over and not (heading == "to_do" and self._is_reported(places)):
                cost = sum(_length(self._sentences[place]) for place in places)
                worth = sentence.importance + sentence.scores["key_3"] - _COST * cost
                yield Point(heading, sentence.place, worth, places)

    def _heading_of(self, one: RoledSentence) -> str:
        """Return what a sentence is a point of, "" for nothing."""
        scores, said = one.scores, one.statement
        before = self._sentences[one.place - 1] if one.place else None
        replies = _asks(before) or (before is not None and before.does("open"))
        # "OK" to what is open takes on nothing.
        is_asked = replies and (bool(said.stems) or not one.does("assent") or _asks(before))
        is_clear = is_asked or not _says_little(one) or scores["own"] >= _SURELY_OWN
        takes_on = is_clear and _promises(one)
        answers = (two for two in self._sentences if two.place in self._answer(one))
        is_taken = any(two.scores["commitment"] >= _TAKEN or two.does("assent") for two in answers)
        asked = scores["request"] >= _REQUESTED - _TAKEN * is_taken and not said.has("tell") and not _says_little(one)
        if (takes_on and not said.asks) or asked:
            return "to_do"
        if self._stays_open(one):
            return "open"
        # What somebody opens with, others may still refuse.
        least = {"decision": _DECIDED, "correction": _CORRECTED} if said.turn else {}
        # What was found early is often found otherwise later.
        least |= {"outcome": _HAPPENED} if one.place >= len(self._sentences) / 2 else {}
        is_said = (said.has("decided") and (said.turn or not said.has("proposal"))) or _replaces(one)
        settles = is_said or any(scores[role] >= value for role, value in least.items())
        # "At four I can't" settles nothing by itself.
        settles = settles and not (one.does("refusal") and scores["decision"] < _DECIDED)
        is_readable = replies or not _says_little(one) or bool(said.values)
        return "settled" if settles and is_readable and not said.asks else ""

    def _stays_open(self, one: RoledSentence) -> bool:
        """Tell whether nobody settles what a sentence leaves open, or answers a question near the end."""
        after = [two for two in self._sentences[one.place + 1 :] if two.statement.speaker != one.statement.speaker]
        is_last = one.place >= len(self._sentences) - _AT_THE_END
        if one.statement.asks:
            return is_last and not any(two.about == one.place or not two.does("open") for two in after)
        # Whatever another says to it may settle it.
        replied = [two for two in self._following(one)[:_NEAR] if two in after and not two.statement.asks]
        return one.scores["open"] >= _OPEN and (is_last or all(map(_is_small_talk, replied)))

    def _following(self, one: RoledSentence) -> list[RoledSentence]:
        """Return what is said to a sentence: what follows it, up to where another matter begins."""
        found: list[RoledSentence] = []
        for two in self._sentences[one.place + 1 : one.place + 1 + _NEXT]:
            if _begins_matter(two):
                break
            found.append(two)
        return found

    def _before(self, one: RoledSentence) -> set[int]:
        """Return the places of what a sentence needs: the rest of a short turn, and what it replies to."""
        found = self._led_by(one)
        first = self._sentences[min(found, default=one.place)]
        for _ in range(_MAX_BEFORE):
            place = first.place - 1
            while place > 0 and _is_small_talk(self._sentences[place]):
                place -= 1
            if place < 0 or not _needs_more(first) or _begins_matter(first) or _asks_all(first):
                break
            first = self._sentences[place]
            found.add(place)
        is_asked = first.statement.asks and first.statement.turn != one.statement.turn
        return found | (self._led_by(first) if is_asked else set())

    def _led_by(self, one: RoledSentence) -> set[int]:
        """Return the places of what stands before a sentence in its turn, where that is short."""
        found = {two.place for two in self._turn(one) if two.place < one.place and not _is_small_talk(two)}
        return found if sum(_length(self._sentences[place]) for place in found) <= _SHORT_TURN_WORDS else set()

    def _answer(self, one: RoledSentence) -> set[int]:
        """Return the places of the rest of a short turn, and of what another said to a request or question."""
        found = set(self._short_turn(one))
        if _promises(one) or not (one.does(*_ASKS) or one.statement.asks):
            return found
        others = [two for two in self._following(one) if two.statement.speaker != one.statement.speaker]
        stems = _things(one)
        taken = [
            two for two in others if two.scores["own"] >= _OWN and (two.about == one.place or stems & _things(two))
        ]
        near = [two for two in others[:1] if two.place - one.place <= _NEAR and not two.statement.asks]
        near = [two for two in near if not self._answers_another(two, one)]
        for two in (taken or near)[:1]:
            found |= {two.place, *self._short_turn(two)}
        return found

    def _answers_another(self, two: RoledSentence, one: RoledSentence) -> bool:
        """Tell whether a sentence speaks of a day or amount that stands in the asking turn, but not where it asks."""
        if shares(two.statement.values, one.statement.values):
            return False
        return any(shares(two.statement.values, three.statement.values) for three in self._turn(one))

    def _short_turn(self, one: RoledSentence) -> list[int]:
        turn = self._turn(one)
        rest = [two for two in turn if two.place > one.place]
        is_short = sum(map(_length, turn)) <= _SHORT_TURN_WORDS and not any(map(_begins_matter, rest))
        return [two.place for two in rest if not two.statement.asks] if is_short else []

    def _turn(self, one: RoledSentence) -> list[RoledSentence]:
        return [two for two in self._sentences if two.statement.turn == one.statement.turn]

    def _is_changed(self, place: int) -> bool:
        """Tell whether something later gives another value for the matter of a sentence, or says that it is done."""
        one, after = self._sentences[place], self._sentences[place + 1 : place + 1 + _LOOKED_FORWARD]
        return any(_changed_by(one, two) for two in after if not self._is_of_another(two, one))

    def _is_of_another(self, two: RoledSentence, one: RoledSentence) -> bool:
        """Tell whether a sentence answers a question that came after `one` and has nothing to do with it."""
        asked = self._sentences[two.about] if two.about is not None and two.about > one.place else None
        return asked is not None and asked.statement.asks and not _things(asked) & _things(one)

    def _is_done(self, heading: str, one: RoledSentence, places: Set[int]) -> bool:
        """Tell whether what is read with a point agrees or does what it has as open or to do, or is only supposed."""
        others = [self._sentences[place] for place in sorted(places - {one.place})]
        if heading == "open":
            return any(two.does(*_SETTLES) and not two.statement.asks for two in others)
        if heading == "settled":
            return any(self._sentences[place].statement.has("supposed") for place in places)
        last = others[-1] if others and others[-1].place > one.place else one
        is_told = last.statement.has("done") or last.does("outcome")
        return heading == "to_do" and is_told and last.scores["outcome"] >= last.scores["commitment"]

    def _is_reported(self, places: Set[int]) -> bool:
        """Tell whether who takes part in a matter comes back later with a word on a day or amount of it."""
        said = [self._sentences[place] for place in places]
        after = self._sentences[max(places) + 1 : max(places) + 1 + _LOOKED_FORWARD]
        people = {two.statement.speaker for two in said}
        things = set().union(*map(_things, said))
        return any(two.does("request", "question") for two in said) and any(
            two.statement.speaker in people
            and not two.statement.asks
            and (
                any(shares(two.statement.values, three.statement.values) for three in said)
                or (two.place - max(places) > _NEXT_TO and bool(two.statement.values and things & _things(two)))
            )
            for two in after
        )

    def line(self, found: Iterable[int]) -> str:
        """Return sentences as one line: who says each, replies behind an arrow, what is left out marked."""
        line = ""
        before: RoledSentence | None = None
        for sentence in (self._sentences[place] for place in sorted(found)):
            speaker, text = sentence.statement.speaker, sentence.statement.quoted
            between: Sequence[RoledSentence] = self._sentences[before.place + 1 : sentence.place] if before else ()
            left_out = " \u2026" if any(not _is_small_talk(two) for two in between) else ""
            if before is not None and before.statement.speaker == speaker:
                line += f"{left_out} {text}"
            else:
                line += (
                    (f"{left_out} \u2192 " if before is not None else "")
                    + (f"**{speaker}**: " if speaker else "")
                    + text
                )
            before = sentence
        return line


def shares(values: Values, others: Values) -> bool:
    """Tell whether two sentences give the same value of one kind."""
    return any(values[kind] & others[kind] for kind in values.keys() & others.keys())


def _promises(one: RoledSentence) -> bool:
    """Tell whether somebody takes on something: by the role, or by their words where the role is not so sure."""
    said, surely = one.statement, one.scores["commitment"]
    in_words = surely >= _PROMISED and (said.has("promise") or said.has("short_promise"))
    is_none = said.has("no_promise") or said.has("conditional")
    return not is_none and (in_words or (one.scores["own"] >= _OWN and surely >= _COMMITTED))


def _asks(one: RoledSentence | None) -> bool:
    return one is not None and (one.does(*_ASKS) or one.statement.asks)


def _other_digits(one: RoledSentence, two: RoledSentence) -> bool:
    """Tell whether a sentence that changes something has other numbers: "at 6" may be an hour, then "7" is one too."""
    is_change = two.statement.has("change") or two.statement.has("correction")
    digits, others = (set(DIGITS.findall(three.statement.text)) for three in (one, two))
    return is_change and bool(digits and others) and not digits & others


def _length(one: RoledSentence) -> int:
    return len(one.statement.text.split())


def _things(one: RoledSentence) -> set[str]:
    """Return the beginnings of the words that say what a sentence is about."""
    stems = one.statement.stems - one.statement.fact_stems
    return {stem[: _MIN_STEM_CHARS + 1] for stem in stems if len(stem) >= _MIN_STEM_CHARS}


def _replaces(one: RoledSentence) -> bool:
    """Tell whether a sentence states one amount or moment in place of another: "opens at 9, not at 8"."""
    said = one.statement
    is_none = said.has("supposed") or said.has("conditional") or one.does("refusal", "proposal")
    return said.has("replaces") and len(said.details) > 1 and not is_none


def _begins_matter(one: RoledSentence) -> bool:
    """Tell whether a sentence brings up another matter."""
    return one.statement.has("next_topic") or (one.statement.asks and one.statement.has("brings_up"))


def _says_little(one: RoledSentence) -> bool:
    said = one.statement
    return len(said.stems - said.fact_stems) < _FEW_STEMS or len(said.text.split()) < _FEW_WORDS


def _asks_all(one: RoledSentence) -> bool:
    """Tell whether a sentence is a question that can be read by itself."""
    return one.statement.asks and not _says_little(one)


def _needs_more(one: RoledSentence) -> bool:
    said = one.statement
    replies = one.does(*_REPLIES) and one.scores["correction"] < _CORRECTED
    return replies or said.points_back or said.has("continues") or _says_little(one)


def _is_small_talk(one: RoledSentence) -> bool:
    said = one.statement
    if said.values or any(map(str.isdigit, said.text)):
        return False
    is_social = one.scores["social"] >= _IS_SOCIAL and len(said.text.split()) <= _MAX_SOCIAL_WORDS
    return (
        said.has("gathers")
        or (is_social and not one.does(*_ACTS))
        or (not said.stems and not one.does(*_ACTS) and not said.asks)
    )


def _changed_by(one: RoledSentence, two: RoledSentence) -> bool:
    """Tell whether a later sentence may give another value for the matter of an earlier one, undo or settle it."""
    common, is_near = _things(one) & _things(two), two.place - one.place <= _NEAR
    is_alike = two.likeness(one) >= _SAME_MATTER and bool(common or is_near)
    is_other = differs(one.statement.values, two.statement.values) or (is_near and _other_digits(one, two))
    turns = two.scores["correction"] >= _MAY_CORRECT or two.does("refusal")
    # "Wednesday, sorry." says of no matter that it is another.
    is_put_right = _length(two) <= _FEW_WORDS and (two.statement.has("change") or two.statement.has("correction"))
    if is_other and (is_put_right or (is_alike and (turns or (is_near and common)))):
        return True
    # What was to be done or open is told no more where somebody comes back to it.
    is_later = two.place - one.place > _NEXT_TO and not two.statement.asks
    waits = one.does("commitment", "request", "open") or one.statement.asks
    returns = bool(common) and (two.likeness(one) >= _SAME_THING or _length(two) <= _FEW_WORDS)
    return is_later and waits and returns and two.does("outcome", "decision", "correction", "assent", "answer")
