"""Trivial outputs, which any system has to beat: a copy of the source, its opening words, a stock phrase."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from core.insight.evaluation.items import EvalItem
from core.insight.evaluation.outputs import Output, QuotedItem
from core.text.sentences import split_sentences, unwrap

_TITLE_WORDS = 8
_SUMMARY_SENTENCES = 3
_STOCK_REPLY = "Hi {sender},\n\nThank you for your message. I will get back to you soon.\n\nBest regards,\n{owner}"


@dataclass(frozen=True)
class Baseline:
    """A function from an item to an output, under a name."""

    name: str
    make: Callable[[EvalItem], Output]

    def answer(self, item: EvalItem) -> Output:
        """Return the trivial output."""
        return self.make(item)


def baselines_for(task: str) -> tuple[Baseline, ...]:
    """Return the trivial systems that make sense for a task."""
    return _BASELINES.get(task, ())


def _copy(item: EvalItem) -> Output:
    return Output(text=item.text)


def _opening_words(item: EvalItem) -> Output:
    return Output(text=" ".join(item.text.split()[:_TITLE_WORDS]).rstrip(".,:;"))


def _opening_sentences(item: EvalItem) -> Output:
    return Output(text=" ".join(map(unwrap, split_sentences(item.text)[:_SUMMARY_SENTENCES])))


def _first_part(item: EvalItem) -> Output:
    most = int(item.max_ratio * len(item.source))
    return Output(text=item.source[:most].rpartition(" ")[0])


def _stock_reply(item: EvalItem) -> Output:
    return Output(text=_STOCK_REPLY.format(sender=item.sender.split(" ")[0], owner=item.owner))


def _first_passage(item: EvalItem) -> Output:
    first = item.passages[0]
    return Output(text=unwrap(split_sentences(first.text)[0]) if first.text.strip() else "", cited=(first.id,))


def _first_turns(item: EvalItem) -> Output:
    quoted = tuple(QuotedItem(unwrap(turn.text), turn.text) for turn in item.turns[:_SUMMARY_SENTENCES])
    return Output(items=quoted)


def _always_yes(item: EvalItem) -> Output:
    del item
    return Output(verdict="yes")


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
