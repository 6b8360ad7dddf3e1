"""Which sentences of a text are worth reading: by what they do, what they hold, and how much of the text they cover."""

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cached_property

from core.text.content import content_stems
from core.text.statements import Statement
from core.writing.grounded.actions import Task
from core.writing.grounded.context import Chain, Context, is_whole

_LEAST_LINES, _MOST_LINES, _WORDS_PER_LINE = 4, 10, 40
_MOST_POINTS, _SHARE = 8, 0.6
_WORTH = {"settled": 3.0, "decision": 2.5, "outcome": 2.0, "correction": 1.5, "refusal": 1.0}
_LEAST_WORTH, _UNANSWERED, _FOCUSED, _COVERS = 1.1, 2.5, 4.0, 2.0
_SAME, _FEW, _LONG_WORDS = 0.6, 2, 14
_MOST_TASKS, _MOST_OPEN, _ABOUT_AMONG, _LATER = 10, 3, 4, 20

Section = tuple[str, list[Chain]]


class Digest:
    """The sentences of a text that are worth reading, by section."""

    def __init__(self, statements: Sequence[Statement], tasks: Sequence[Task], focus: str = "") -> None:
        self._statements = statements
        self._context = Context(statements)
        self.tasks = tasks
        self._focus = frozenset(content_stems(focus))
        self._taken = {one.place for task in tasks for one in task.chain if one.place >= task.statement.place}
        self._told = {one.place for task in tasks for one in task.chain}
        self._stems: list[frozenset[str]] = [task.statement.stems for task in tasks]

    def sections(self) -> list[Section]:
        """Return the headings that have something below them, each with its quotations."""
        tasks = ("tasks", [task.chain for task in self.tasks[:_MOST_TASKS]])
        is_conversation = len({one.speaker for one in self._statements}) > 1
        sections = self._of_conversation(tasks) if is_conversation else self._of_text(tasks)
        return [(name, chains) for name, chains in sections if chains]

    def _of_conversation(self, tasks: Section) -> list[Section]:
        room = min(_MOST_LINES, _LEAST_LINES + self._words // _WORDS_PER_LINE)
        about = self._about()
        decided = self._choose(reversed([one for one in self._statements if self._is_settled(one)]), room)
        self._taken |= self._told
        unsettled = self._choose(reversed([one for one in self._statements if self._is_open(one)]), _MOST_OPEN)
        left = max(1, (room - len(decided) - len(tasks[1])) // 2)
        points = [one for one in self._statements if is_whole(one) and self._is_point(one)]
        found = self._choose(sorted(points, key=lambda one: -self._worth(one)), left)
        return [("about", about), ("decided", decided), tasks, ("open_points", unsettled), ("figures", found)]

    def _of_text(self, tasks: Section) -> list[Section]:
        """Return what one person wrote: its chief sentences in order, then what it asks and leaves open."""
        room = max(_LEAST_LINES - 1, min(_MOST_POINTS, round(_SHARE * len(self._statements))))
        asked = self._choose([one for one in self._statements if one.asks], 2)
        points = [one for one in self._statements if not one.asks and not one.is_empty]
        chosen = self._choose(sorted(points, key=lambda one: -self._worth(one)), room)
        return [("quoted", chosen), tasks, ("open_points", asked)]

    @cached_property
    def _words(self) -> int:
        return sum(len(one.text.split()) for one in self._statements)

    def _about(self) -> list[Chain]:
        """Return the first sentence that says something by itself and still holds."""
        for one in self._statements[:_ABOUT_AMONG]:
            topic = bool(one.words["phrases.topic"].search(one.text))
            if not one.speaker or not (is_whole(one) or (topic and one.stems)):
                continue
            chain = (one,) if topic else self._context.chain(one)
            answer = self._context.answer(one) if one.asks else None
            chain = (*chain, answer) if answer and chain and answer.place == chain[-1].place + 1 else chain
            self._taken |= {two.place for two in chain}
            return [chain] if chain else []
        return []

    def _is_settled(self, one: Statement) -> bool:
        """Tell whether a statement decides: by its words, by taking up what was proposed, or by saying yes to it."""
        if one.asks or one.does & {"open", "request", "promise"} or self._context.is_refused(one):
            return False
        before = self._context.before(one)
        if one.has("settled"):
            return True
        if not before or not one.has("assent") or before.does & {"request", "promise"}:
            return False
        if one.stems or one.facts:
            has_fact = bool(one.facts) and (bool(before.facts) or not before.asks)
            takes_up = has_fact or bool(one.stems & before.stems) or before.has("proposal")
            return takes_up and len(one.text.split()) <= _LONG_WORDS and not one.does & {"dispute", "refusal"}
        return before.has("proposal") and not before.does & {"open", "refusal"}

    def _is_open(self, one: Statement) -> bool:
        if one.does & {"settled", "promise", "done"} or one.has("settled"):
            return False
        if one.asks:
            return is_whole(one) and all(other.speaker == one.speaker for other in self._statements[one.place + 1 :])
        later = self._statements[one.place + 1 : one.place + 1 + _LATER]
        again = [two for two in later if len(two.stems & one.stems) >= _FEW or self._is_near_end(one, two)]
        return "open" in one.does and not any(self._is_settled(two) or "promise" in two.does for two in again)

    def _is_near_end(self, one: Statement, two: Statement) -> bool:
        return two.place - one.place <= 2 * _FEW

    def _is_point(self, one: Statement) -> bool:
        held = bool(one.does & {"outcome", "decision"} or one.facts or one.stems & self._focus)
        if one.asks or one.has("settled") or one.has("proposal") or self._context.is_overtaken(one):
            return False
        return held and not one.does & {"dispute", "open", "refusal"} and not self._context.is_refused(one)

    def _choose(self, among: Iterable[Statement], most: int) -> list[Chain]:
        """Return the first of some that are not said yet, each with what it needs, in the order of the text."""
        chosen: list[Chain] = []
        for statement in among:
            if len(chosen) >= most or statement.place in self._taken:
                continue
            chain = self._context.chain(statement)
            stems = frozenset().union(*(one.stems for one in chain))
            if {one.place for one in chain} & self._taken and is_whole(statement):
                chain = (statement,) if statement.place not in self._context.replaced else ()
            said = any(len(stems & other) > _SAME * len(stems) for other in self._stems)
            if not chain or said or {one.place for one in chain} & self._taken:
                continue
            chosen.append(self._context.with_topic(chain) if len(self._speakers) > 1 else chain)
            self._taken |= {one.place for one in chain}
            self._stems.append(stems)
        return sorted(chosen, key=lambda chain: chain[-1].place)

    @cached_property
    def _speakers(self) -> set[str]:
        return {one.speaker for one in self._statements}

    def _worth(self, statement: Statement) -> float:
        focus = _FOCUSED * len(statement.stems & self._focus) / (len(self._focus) or 1)
        cues = max((worth for kind, worth in _WORTH.items() if statement.has(kind)), default=0.0)
        again = sum(self._counts[stem] - 1 for stem in statement.stems) / (len(statement.stems) or 1)
        return cues + focus + min(len(statement.facts), 3) * 0.3 + _COVERS * again / self._most_common

    @cached_property
    def _counts(self) -> Counter[str]:
        return Counter(stem for one in self._statements for stem in one.stems)

    @cached_property
    def _most_common(self) -> int:
        return max(self._counts.values(), default=1)
