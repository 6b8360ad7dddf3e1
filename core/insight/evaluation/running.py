"""Run systems over items and sum up: a clean result that tables, pages and JSON are made from.

Trivial baselines, which any system has to beat, run beside them: a copy of the source, its opening words, a stock
phrase.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from core.insight.evaluation.grades import Readings
from core.insight.evaluation.items import (
    BrokenLine,
    CheckEffect,
    EvalItem,
    ModelOutput,
    QuotedItem,
    System,
    effects_of_checks,
)
from core.insight.evaluation.judging import Scores, judge
from core.insight.evaluation.scores import Interval, Ratio, interval, paired_difference
from core.text.sentences import split_sentences, unwrap

_TITLE_WORDS = 8
_SUMMARY_SENTENCES = 3
_STOCK_REPLY = "Hi {sender},\n\nThank you for your message. I will get back to you soon.\n\nBest regards,\n{owner}"
_NOT_COUNTED = Ratio(0.0, 0.0)


@dataclass(frozen=True)
class Baseline:
    """A function from an item to an output, under a name."""

    name: str
    make: Callable[[EvalItem], ModelOutput]

    def answer(self, item: EvalItem) -> ModelOutput:
        """Return the trivial output."""
        return self.make(item)


def baselines_for(task: str) -> tuple[Baseline, ...]:
    """Return the trivial systems that make sense for a task."""
    return _BASELINES.get(task, ())


def _copy(item: EvalItem) -> ModelOutput:
    return ModelOutput(text=item.text)


def _opening_words(item: EvalItem) -> ModelOutput:
    return ModelOutput(text=" ".join(item.text.split()[:_TITLE_WORDS]).rstrip(".,:;"))


def _opening_sentences(item: EvalItem) -> ModelOutput:
    return ModelOutput(text=" ".join(map(unwrap, split_sentences(item.text)[:_SUMMARY_SENTENCES])))


def _first_part(item: EvalItem) -> ModelOutput:
    most = int(item.max_ratio * len(item.source))
    return ModelOutput(text=item.source[:most].rpartition(" ")[0])


def _stock_reply(item: EvalItem) -> ModelOutput:
    return ModelOutput(text=_STOCK_REPLY.format(sender=item.sender.split(" ")[0], owner=item.owner))


def _first_passage(item: EvalItem) -> ModelOutput:
    first = item.passages[0]
    return ModelOutput(text=unwrap(split_sentences(first.text)[0]) if first.text.strip() else "", cited=(first.id,))


def _first_turns(item: EvalItem) -> ModelOutput:
    quoted = tuple(QuotedItem(unwrap(turn.text), turn.text) for turn in item.turns[:_SUMMARY_SENTENCES])
    return ModelOutput(items=quoted)


def _always_yes(item: EvalItem) -> ModelOutput:
    del item
    return ModelOutput(verdict="yes")


_COPY = Baseline("copy of the source", _copy)
_YES = Baseline("always yes", _always_yes)
_BASELINES: Mapping[str, tuple[Baseline, ...]] = {
    "proofread": (_COPY,),
    "shorten": (Baseline("opening words", _first_part), _COPY),
    "summarize": (Baseline("opening words", _opening_sentences),),
    "title": (Baseline("opening words", _opening_words),),
    "reply": (Baseline("stock phrase", _stock_reply),),
    "qa": (Baseline("first sentence", _first_passage),),
    "mine": (Baseline("first turns", _first_turns),),
    "request": (_YES,),
    "needs_reply": (_YES,),
    "draft": (_COPY,),
}


@dataclass(frozen=True)
class Judged:
    """One answer of one system with its measures."""

    item: EvalItem
    system: str
    output: ModelOutput
    scores: Scores


@dataclass(frozen=True)
class Figure:
    """One measure of one system on one task."""

    task: str
    system: str
    measure: str
    interval: Interval


@dataclass(frozen=True)
class Difference:
    """One measure of a system minus that of another over the same items."""

    task: str
    measure: str
    system: str
    other: str
    interval: Interval


@dataclass(frozen=True)
class Cost:
    """What the answers of a system took on one task: medians per answer, and the sum of money."""

    task: str
    system: str
    median_seconds: float
    median_tokens: float
    usd: float
    errors: int


@dataclass(frozen=True)
class Evaluation:
    """The result. `judged` holds every single answer, in the order of the items.

    `systems` are those that were asked, the main one last, without trivial baselines. `effects` are what checks did in
    drafts of Inlaid. `readings` are grades: the only thing here that says whether an answer is good.
    """

    judged: tuple[Judged, ...]
    figures: tuple[Figure, ...]
    differences: tuple[Difference, ...]
    costs: tuple[Cost, ...]
    broken: tuple[BrokenLine, ...] = ()
    systems: tuple[str, ...] = ()
    effects: tuple[CheckEffect, ...] = ()
    readings: Readings | None = None

    def value(self, task: str, system: str, measure: str) -> float | None:
        """Return one figure, or None if it was not measured."""
        wanted = (task, system, measure)
        found = (figure for figure in self.figures if (figure.task, figure.system, figure.measure) == wanted)
        return next((figure.interval.value for figure in found), None)


def evaluate(
    items: Sequence[EvalItem],
    systems: Sequence[System],
    *,
    broken: Sequence[BrokenLine] = (),
    say: Callable[[int, int, str], None] = lambda _done, _total, _doing: None,
) -> Evaluation:
    """Let every system, and the trivial baselines of each task, answer every item.

    Args:
        items: what is to be answered.
        systems: the systems; differences are those of the last one to every other.
        broken: lines of the data set that could not be scored, kept for the result.
        say: hears how many answers are done, of how many, and what comes next.
    """
    judged: list[Judged] = []
    for done, item in enumerate(items):
        for system in (*baselines_for(item.task), *systems):
            say(done, len(items), f"{item.id}: {system.name}")
            output = _timed(system, item)
            judged.append(Judged(item, system.name, output, judge(item, output)))
    return summarize(judged, broken=broken, systems=[system.name for system in systems])


def _timed(system: System, item: EvalItem) -> ModelOutput:
    started = time.monotonic()
    output = system.answer(item)
    return output if output.seconds else ModelOutput(**{**vars(output), "seconds": time.monotonic() - started})


def summarize(
    judged: Sequence[Judged], *, broken: Sequence[BrokenLine] = (), systems: Sequence[str] = ()
) -> Evaluation:
    """Sum up single answers; the last of the systems is compared with every other."""
    main_system = systems[-1] if systems else ""
    return Evaluation(
        judged=tuple(judged),
        figures=tuple(_figures(judged)),
        differences=tuple(_differences(judged, main_system)),
        costs=tuple(_costs(judged)),
        broken=tuple(broken),
        systems=tuple(systems),
        effects=tuple(_effects(judged, systems)),
    )


def _effects(judged: Sequence[Judged], systems: Sequence[str]) -> Iterator[CheckEffect]:
    for system in systems:
        yield from effects_of_checks(system, [answer.output for answer in judged if answer.system == system])


def _groups(judged: Sequence[Judged]) -> dict[tuple[str, str], list[Judged]]:
    groups: dict[tuple[str, str], list[Judged]] = {}
    for answer in judged:
        groups.setdefault((answer.item.task, answer.system), []).append(answer)
    return groups


def _measures(group: Sequence[Judged]) -> list[str]:
    return list(dict.fromkeys(measure for answer in group for measure in answer.scores))


def _ratios(group: Sequence[Judged], measure: str) -> list[Ratio]:
    """Return the measure of each answer; one that failed as a whole fails every check of its task."""
    return [answer.scores.get(measure, Ratio(0.0) if answer.output.error else _NOT_COUNTED) for answer in group]


def _figures(judged: Sequence[Judged]) -> Iterator[Figure]:
    for (task, system), group in _groups(judged).items():
        for measure in _measures(group):
            yield Figure(task, system, measure, interval(_ratios(group, measure)))


def _differences(judged: Sequence[Judged], main_system: str) -> Iterator[Difference]:
    groups = _groups(judged)
    for (task, system), group in groups.items():
        ours = groups.get((task, main_system))
        if ours is None or system == main_system:
            continue
        others = {answer.item.id: answer for answer in group}
        both = [answer for answer in ours if answer.item.id in others]
        for measure in _measures(both):
            theirs = [others[answer.item.id] for answer in both]
            difference = paired_difference(_ratios(both, measure), _ratios(theirs, measure))
            if difference.n:
                yield Difference(task, measure, main_system, system, difference)


def _costs(judged: Sequence[Judged]) -> Iterator[Cost]:
    for (task, system), group in _groups(judged).items():
        outputs = [answer.output for answer in group]
        yield Cost(
            task,
            system,
            median(output.seconds for output in outputs),
            median(output.tokens for output in outputs),
            sum(output.usd for output in outputs),
            sum(1 for output in outputs if output.error),
        )
