"""Which sentences of a text are worth reading: by what they do, what they hold, and how much of the text they cover."""

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cached_property

from core.text.content import content_stems
from core.text.statements import Statement
from core.writing.grounded.actions import Task
from core.writing.grounded.context import Chain, Context

_LEAST_LINES, _MOST_LINES, _WORDS_PER_LINE = 3, 10, 45
_MOST_POINTS, _SHARE = 8, 0.6
_WORTH = {"decision": 3.0, "correction": 2.5, "outcome": 2.0, "refusal": 2.0, "open": 2.0, "dispute": 1.5}
_LEAST_WORTH, _UNANSWERED, _FOCUSED, _COVERS = 1.1, 2.5, 4.0, 2.0
_SAME = 0.6
_MOST_TASKS = 8
_ABOUT_AMONG, _ABOUT_STEMS = 6, 2
_NEXT = 4

Section = tuple[str, list[Chain]]


class Digest:
    """The sentences of a text that are worth reading, by section."""

    def __init__(self, statements: Sequence[Statement], tasks: Sequence[Task], focus: str = "") -> None:
        self._statements = statements
        self._context = Context(statements)
        self.tasks = tasks
        self._focus = frozenset(content_stems(focus))
        self._taken = {one.place for task in tasks for one in task.chain if one.is_listed or one is task.statement}
        self._stems: list[frozenset[str]] = [task.statement.stems for task in tasks]

    def sections(self, *, most_tasks: int = _MOST_TASKS) -> list[Section]:
        """Return the headings that have something below them, each with its quotations."""
        tasks = ("tasks", [task.chain for task in self.tasks[:most_tasks]])
        is_conversation = len({one.speaker for one in self._statements}) > 1
        sections = self._of_conversation(tasks) if is_conversation else self._of_text(tasks)
        return [(name, chains) for name, chains in sections if chains]

    def _of_conversation(self, tasks: Section) -> list[Section]:
        room = min(_MOST_LINES, _LEAST_LINES + self._words // _WORDS_PER_LINE)
        about = self._about()
        worthy = [one for one in self._statements if self._worth(one) >= _LEAST_WORTH]
        unsettled = self._choose([one for one in worthy if _is_open(one)], max(2, room // 3))
        decided = self._choose([one for one in worthy if not _is_open(one)], room)
        left = max(0, room - len(decided) - len(unsettled))
        figures = self._choose([one for one in self._statements if set(one.facts) - {"number"}], min(3, left))
        named = [("about", about), tasks, ("decided", decided), ("open_points", unsettled), ("figures", figures)]
        opening, owed, found, *others = _told_on(named)
        return [opening, found, owed, *others]

    def _of_text(self, tasks: Section) -> list[Section]:
        """Return what one person wrote: its chief sentences in order, then what it asks and leaves open."""
        room = max(_LEAST_LINES, min(_MOST_POINTS, round(_SHARE * len(self._statements))))
        unsettled = self._choose([one for one in self._statements if one.asks], 2)
        points = self._choose([one for one in self._statements if not one.asks and not one.is_empty], room)
        return _told_on([("quoted", points), tasks, ("open_points", unsettled)])

    @cached_property
    def _words(self) -> int:
        return sum(len(one.text.split()) for one in self._statements)

    def _about(self) -> list[Chain]:
        """Return how the first turn begins that says something by itself."""
        for one in self._statements[:_ABOUT_AMONG]:
            says = bool(one.words["phrases.topic"].search(one.text)) or not (one.is_empty or one.points_back)
            if len(one.stems) < _ABOUT_STEMS or not one.speaker or not says:
                continue
            two = [other for other in self._statements[one.place : one.place + 2] if other.turn == one.turn]
            two = [other for other in two if other is one or not other.is_empty]
            beginning = tuple(other for other in two if other.place not in self._taken)
            self._taken |= {other.place for other in beginning}
            return [beginning] if one in beginning else []
        return []

    def _choose(self, among: Iterable[Statement], most: int) -> list[Chain]:
        chosen: list[Chain] = []
        for statement in sorted(among, key=lambda one: -self._worth(one)):
            if len(chosen) >= most or statement.place in self._taken:
                continue
            chain = self._context.chain(statement)
            claim = self._context.claims.get(statement.place)
            said = any(len(statement.stems & other) > _SAME * len(statement.stems) for other in self._stems)
            if not chain or said or (claim and claim.place in self._taken):
                continue
            chosen.append(chain)
            self._taken |= {one.place for one in chain}
            self._stems.append(statement.stems)
        return sorted(chosen, key=lambda chain: chain[-1].place)

    def _worth(self, statement: Statement) -> float:
        if statement.is_empty:
            return 0.0
        focus = _FOCUSED * len(statement.stems & self._focus) / (len(self._focus) or 1)
        if statement.asks:
            return focus if self._is_answered(statement) else _UNANSWERED + focus
        cues = max((_WORTH.get(kind, 0.0) for kind in statement.does), default=0.0)
        return cues + focus + min(len(statement.facts), 3) * 0.3 + self._coverage(statement)

    def _coverage(self, statement: Statement) -> float:
        """Return how much of what the text speaks of again and again stands in a statement, 0 to about 1."""
        again = sum(self._counts[stem] - 1 for stem in statement.stems)
        return _COVERS * again / (len(statement.stems) or 1) / (self._most_common or 1)

    @cached_property
    def _counts(self) -> Counter[str]:
        return Counter(stem for one in self._statements for stem in one.stems)

    @cached_property
    def _most_common(self) -> int:
        return max(self._counts.values(), default=1)

    def _is_answered(self, statement: Statement) -> bool:
        return any(one.turn > statement.turn for one in self._statements[statement.place + 1 :])


def _told_on(sections: list[Section]) -> list[Section]:
    """Return the sections, each chain that goes on from a sentence quoted before put on to the one with it."""
    told: list[Section] = []
    for name, chains in sections:
        kept: list[Chain] = []
        for chain in chains:
            places = [(other, at) for other in (*(chains for _, chains in told), kept) for at in range(len(other))]
            home = next(((other, at) for other, at in places if chain[0] in other[at] and name != "tasks"), None)
            if home is None:
                kept.append(chain)
            elif chain[-1].place <= home[0][home[1]][-1].place + _NEXT:
                other, at = home
                together = {one.place: one for one in (*other[at], *chain)}
                other[at] = tuple(together[place] for place in sorted(together))
            else:
                kept.append(chain)
        told.append((name, kept))
    return told


def _is_open(statement: Statement) -> bool:
    if statement.asks or "open" in statement.does:
        return "correction" not in statement.does
    return "dispute" in statement.does and not statement.does & {"decision", "correction"}
