"""Which sentences of a text are worth reading: by how much a summary would miss them, and what they do."""

from collections.abc import Sequence

from core.text.content import content_stems
from core.writing.grounded.actions import Task, find_tasks
from core.writing.grounded.context import Context, Exchange
from core.writing.roles import RoledSentence

# So much of a text of so many words is told; of a short one more, since each line needs what stands before it.
_SHARE, _LONG_WORDS, _SHORT_SHARE, _SHORT_WORDS, _MAX_LINES = 0.3, 600, 0.5, 150, 30
_LEAST_IMPORTANCE, _NEVER_LEFT_OUT, _LEAST_LINES = 1.2, 2.4, 3
_FOCUSED, _CORRECTS, _SETTLES, _MONEY, _FIRST, _REPEATED = 2.0, 0.8, 0.3, 0.25, 0.5, 0.8
_FEW_NEW, _MAX_TASKS = 3, 10
_IS_DECIDED, _IS_OPEN, _IS_AGREED, _IS_SURE = 0.35, 0.3, 0.6, 0.5

Section = tuple[str, list[Exchange]]


class Digest:
    """The sentences of a text that are worth reading, by section."""

    def __init__(self, sentences: Sequence[RoledSentence], author: str = "", focus: str = "") -> None:
        self._sentences = sentences
        self._context = Context(sentences)
        self._focus = frozenset(content_stems(focus))
        self.tasks: list[Task] = find_tasks(self._context, author)

    def sections(self) -> list[Section]:
        """Return the headings that have something below them, each with its quotations."""
        is_conversation = len(self._context.people) > 1
        tasks = [one for one in self.tasks if is_conversation][:_MAX_TASKS]
        shown = {place for task in tasks for place in task.exchange.places}
        parts: dict[str, list[Exchange]] = {name: [] for name in ("decided", "tasks", "asked", "open_points", "quoted")}
        for task in tasks:
            _add(parts["asked" if task.is_open else "tasks"], task.exchange)
        for exchange in self._chosen(shown):
            parts[self._section_of(exchange) if is_conversation else "quoted"].append(exchange)
        if is_conversation:
            parts["figures"] = parts.pop("quoted")
        return [(name, sorted(lines, key=lambda one: min(one.places))) for name, lines in parts.items() if lines]

    def _chosen(self, shown: set[int]) -> list[Exchange]:
        """Return what matters most and was not shown yet, until enough of the text is told."""
        words = sum(len(one.statement.text.split()) for one in self._sentences)
        length = min(1.0, max(0.0, (words - _SHORT_WORDS) / (_LONG_WORDS - _SHORT_WORDS)))
        room = words * (_SHORT_SHARE + length * (_SHARE - _SHORT_SHARE))
        room -= sum(len(self._sentences[place].statement.text.split()) for place in shown)
        chosen: list[Exchange] = []
        left = {one: 0.0 for one in self._sentences if self._worth(one) >= _LEAST_IMPORTANCE and not one.does("social")}
        _note_repeated(left, [self._sentences[place] for place in shown])
        while left:
            best = max(left, key=lambda one: self._worth(one) - _REPEATED * left[one])
            del left[best]
            is_enough = room <= 0 and len(chosen) >= _LEAST_LINES
            if (is_enough and not self._is_needed(best)) or len(chosen) >= _MAX_LINES:
                continue
            exchange = self._context.exchange(best)
            new = [one for one in exchange.sentences if one.place not in shown]
            if len(new) * _FEW_NEW <= len(exchange.places):
                continue
            _add(chosen, exchange)
            room -= sum(len(one.statement.text.split()) for one in new)
            shown |= exchange.places
            _note_repeated(left, new)
        return chosen

    def _is_needed(self, one: RoledSentence) -> bool:
        """Tell whether a summary would be wrong without a sentence, however much is told already."""
        settles = one.scores["decision"] >= _IS_SURE or (one.scores["correction"] >= _IS_SURE and one.statement.values)
        is_open = one.scores["open"] >= _IS_OPEN and not one.statement.asks
        return self._worth(one) >= _NEVER_LEFT_OUT or bool(settles) or is_open

    def _worth(self, one: RoledSentence) -> float:
        return (
            one.importance
            + _MONEY * ("money" in one.statement.values)
            + _FOCUSED * len(one.statement.stems & self._focus) / (len(self._focus) or 1)
        )

    def _is_agreed(self, one: RoledSentence) -> bool:
        """Tell whether another said yes to a proposal."""
        reply = self._context.reply_to(one) if one.does("proposal", "decision") and not one.statement.asks else None
        return bool(reply and reply.scores["assent"] >= _IS_AGREED and not reply.does("refusal"))

    def _section_of(self, exchange: Exchange) -> str:
        """Return where an exchange belongs, by how things stand at its end."""
        last = exchange.last
        asked = last.statement.asks and not self._context.reply_to(last)
        refused = last.does("refusal") and any(one.does("proposal", "decision") for one in exchange.sentences[:-1])
        if asked or refused or (last.scores["open"] >= _IS_OPEN and not last.does("decision")):
            return "open_points"
        decides = any(map(_decides, exchange.sentences)) or any(map(self._is_agreed, exchange.sentences))
        return "decided" if decides else "quoted"


def _add(lines: list[Exchange], exchange: Exchange) -> None:
    """Add an exchange; with one that holds some of its sentences it becomes one line."""
    for other in list(lines):
        if joined := other.joined(exchange):
            lines.remove(other)
            exchange = joined
    lines.append(exchange)


def _note_repeated(left: dict[RoledSentence, float], told: Sequence[RoledSentence]) -> None:
    """Keep for each sentence that is left how much of it was told by now."""
    for one in left:
        left[one] = max([left[one], *(one.likeness(two) ** 2 for two in told)])


def _decides(one: RoledSentence) -> bool:
    decision = one.scores["decision"]
    return decision >= max(_IS_DECIDED, one.scores["proposal"], one.scores["outcome"]) and not one.statement.asks
