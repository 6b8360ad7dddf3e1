"""What the exchanges of a conversation come to: where one matter ends and the next begins, and each read to its end.

Within an exchange what is said last holds: it answers, corrects and settles what stands before it. So an exchange that
is quoted from any of its lines to its end shows no value that was replaced in it, and no answer without its question.
An exchange ends where words announce another matter, or a question brings one up once something was settled.
"""

from collections.abc import Callable, Iterator, Sequence

from core.writing.roles import RoledSentence
from core.writing.roles.features import differs

# Tells of two sentences whether the first may say something else about the matter of the second, an earlier one.
Changes = Callable[[RoledSentence, RoledSentence], bool]
# How much it is worth, the number of an exchange, and the line from which on it is told.
Found = tuple[float, tuple[int, int]]
_LOOKED_BACK, _MIN_LENGTH, _LONG, _MIN_THINGS, _MIN_STEM_CHARS, _FEW_WORDS = 8, 3, 9, 2, 3, 3
_SETTLES = ("decision", "outcome", "commitment", "assent", "refusal", "social")
_REPLIES = ("answer", "assent", "refusal", "correction")
_ACTS = ("commitment", "decision", "request", "correction", "outcome")
_ASKED_FOR = ("proposal", "decision", "request", "question", "commitment")
_SETTLED_BEFORE, _MIN_WORDS, _MAX_TURN_WORDS, _MIN_TURNS = 2, 5, 20, 16
# Of so many words of content `_LENGTH * words ** 0.5` are told, and at most a share; a word costs some importance.
_MAX_SHARE, _LENGTH, _COST, _ACT, _FEW = 0.48, 6.6, 0.03, 0.6, 12
_MAX_TURNS_BACK, _MAX_GAP, _OPENING, _IS_SOCIAL, _MAX_SOCIAL_WORDS, _IS_WORTH = 4, 2, 6, 0.45, 8, 1.4


def is_talk(sentences: Sequence[RoledSentence]) -> bool:
    """Tell whether people talk or chat in short turns, so that few sentences can be read by themselves."""
    turns = {one.statement.turn for one in sentences if one.statement.speaker}
    words = sum(len(one.statement.text.split()) for one in sentences)
    people = {one.statement.speaker for one in sentences}
    return len(people) > 1 and len(turns) >= _MIN_TURNS and words <= _MAX_TURN_WORDS * len(turns)


def exchanges_of(sentences: Sequence[RoledSentence]) -> list[list[RoledSentence]]:
    """Return the sentences of a conversation parted into exchanges."""
    names = {word for one in sentences for word in one.statement.speaker.casefold().split()}
    exchanges: list[list[RoledSentence]] = []
    for one in sentences:
        length = len(exchanges[-1]) if exchanges else 0
        before = sentences[max(0, one.place - _LOOKED_BACK) : one.place]
        if not length or (length >= _MIN_LENGTH and _begins(one, before, names, length)):
            exchanges.append([])
        exchanges[-1].append(one)
    return exchanges


def _begins(one: RoledSentence, before: Sequence[RoledSentence], names: set[str], length: int) -> bool:
    """Tell whether a sentence begins another matter; a long exchange also ends before a statement of new words."""
    said = one.statement
    if said.has("next_topic"):
        return True
    things = {stem for stem in said.stems - said.fact_stems - names if len(stem) >= _MIN_STEM_CHARS}
    is_new = bool(things) and not any(things & two.statement.stems for two in before)
    leads = [two for two in before if two.statement.turn == said.turn]
    if not is_new or said.points_back or any(len(two.statement.text.split()) >= _FEW_WORDS for two in leads):
        return False
    if said.asks and said.has("brings_up") and not said.values:
        return True
    is_asked = any(two.statement.asks for two in [two for two in before if two not in leads][-1:])
    is_settled = any(two.does(*_SETTLES) for two in before[-_SETTLED_BEFORE:]) and not is_asked
    is_whole = len(things) >= _MIN_THINGS and len(said.text.split()) >= _MIN_WORDS
    goes_on = one.does(*_REPLIES, "decision", "commitment") or said.has("continues") or said.values
    is_raised = said.asks or (not leads and length >= _LONG and not goes_on and len(things) > _MIN_THINGS)
    return is_settled and is_whole and is_raised and not one.does("request")


class Exchanges:
    """The exchanges of a conversation, and what of them is told."""

    def __init__(self, sentences: Sequence[RoledSentence], worth: Sequence[float], changes: Changes) -> None:
        self._worth, self._changes = worth, changes
        self._told = [list(_without_reactions(exchange)) for exchange in exchanges_of(sentences)]

    def chosen(self) -> set[int]:
        """Return the places of the most important lines, each with all that its exchange comes to after it."""
        words = sum(_content(one) for told in self._told for one in told)
        room = min(_MAX_SHARE * words, _LENGTH * words**0.5)
        begins = [len(told) for told in self._told]
        share = max(_FEW, room / (len(self._told) or 1))
        ends = [found for number in range(len(begins)) if (found := self._best(begins, [number], share))]
        for _, best in sorted(ends, reverse=True):
            room -= self._tell(best, begins) if room > -share else 0
        while room > 0 and (found := self._best(begins, range(len(begins)), room)):
            room -= self._tell(found[1], begins)
        places = {one.place for told, begin in zip(self._told, begins, strict=True) for one in told[begin:]}
        opened = [(told, begin) for told, begin in zip(self._told, begins, strict=True) if begin < len(told)]
        return places | {one.place for told, begin in opened for one in self._opening(told, begin)}

    def _tell(self, best: tuple[int, int], begins: list[int]) -> int:
        """Tell an exchange from a line on, and what changes it later; return how many words of content that takes."""
        words = 0
        for number, at in [best, *self._changed(best, begins)]:
            begin = min(begins[number], _readable_from(self._told[number], at))
            words += sum(map(_content, self._told[number][begin : begins[number]]))
            begins[number] = begin
        return words

    def _changed(self, new: tuple[int, int], begins: Sequence[int]) -> Iterator[tuple[int, int]]:
        """Yield where later exchanges change what is newly told."""
        number, at = new
        for later in range(number + 1, len(self._told)):
            for place, two in enumerate(self._told[later][: begins[later]]):
                if any(self._changes(two, one) for one in self._told[number][at : begins[number]]):
                    yield later, place
                    break

    def _opening(self, told: Sequence[RoledSentence], begin: int) -> Sequence[RoledSentence]:
        """Return what says what an exchange is about, where it is not told and no value of it is replaced."""
        for at, one in enumerate(told[: min(begin, _OPENING)]):
            if (_is_named(one) or (at == 0 and not one.statement.asks)) and not self._is_changed(one):
                return told[at:begin] if begin - at <= _MAX_GAP else [one]
        return []

    def _is_changed(self, one: RoledSentence) -> bool:
        later = (two for told in self._told for two in told if two.place > one.place)
        return bool(one.statement.values) and any(self._changes(two, one) for two in later)

    def _best(self, begins: Sequence[int], numbers: Sequence[int], room: float) -> Found | None:
        """Return the exchange and the line from which on it is worth most to be told, in so many words of content."""
        found: Found | None = None
        for number in numbers:
            told, begin = self._told[number], begins[number]
            for at in range(begin - 1, -1, -1):
                one, readable = told[at], min(begin, _readable_from(told, at))
                cost = sum(map(_content, told[readable:begin]))
                if cost > room and (found or begin < len(told)):
                    break
                value = self._worth[one.place] + _ACT * one.does(*_ACTS) - _COST * cost
                if self._worth[one.place] >= _IS_WORTH and (found is None or value > found[0]):
                    found = value, (number, readable)
        return found


def _without_reactions(exchange: Sequence[RoledSentence]) -> list[RoledSentence]:
    """Return the lines that say something, be it yes to what was asked for."""
    told: list[RoledSentence] = []
    for one in exchange:
        before = exchange[exchange.index(one) - 1] if one is not exchange[0] else None
        replies = before is not None and (before.statement.asks or before.does(*_ASKED_FOR))
        is_reply = replies and not _is_social(one) and not one.statement.has("gathers")
        if is_reply or _says_something(one):
            told.append(one)
    return told


def _says_something(one: RoledSentence) -> bool:
    if one.statement.facts or any(map(str.isdigit, one.statement.text)) or one.statement.has("next_topic"):
        return True
    if one.statement.has("gathers"):
        return False
    words = len(one.statement.text.split())
    says = bool(one.statement.stems) and (words > 1 or one.importance >= _IS_WORTH)
    return (says or (words > 1 and one.does(*_ACTS, "refusal"))) and not _is_social(one)


def _is_social(one: RoledSentence) -> bool:
    is_short = len(one.statement.text.split()) <= _MAX_SOCIAL_WORDS
    return is_short and one.scores["social"] >= _IS_SOCIAL and not one.does(*_ACTS)


def _readable_from(told: Sequence[RoledSentence], at: int) -> int:
    """Return where a quotation begins that is to hold a line: whole turns; what replies is not read by itself."""
    begin, turns = at, 0
    while begin:
        is_same_turn = told[begin].statement.turn == told[begin - 1].statement.turn
        needs = _continues(told[begin]) or differs(told[begin - 1].statement.values, told[begin].statement.values)
        if not is_same_turn and (turns == _MAX_TURNS_BACK or not needs):
            break
        turns += not is_same_turn
        begin -= 1
    return begin


def _continues(one: RoledSentence) -> bool:
    """Tell whether a line replies to another one, or cannot be read without it."""
    said = one.statement
    says_little = said.points_back or said.has("continues") or len(said.stems) < _MIN_THINGS
    return one.does(*_REPLIES) or says_little or len(said.text.split()) < _MIN_WORDS


def _is_named(one: RoledSentence) -> bool:
    return one.statement.has("next_topic") or one.statement.has("brings_up")


def _content(one: RoledSentence) -> int:
    return max(1, len(one.statement.stems))
