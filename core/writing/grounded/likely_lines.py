"""How likely each of some earlier lines answers what a message asks.

A thread and its mails are of one matter, and near to each other throughout: nearness alone tells little. What tells is
by how much a question is nearer to a line than what else its message asks is, and than it is to other lines.
So compare the embedded model and the layers that were tuned on answers; with shared words and the kind of fact that is
asked for they are weighed by what `benchmarks/earlier.py` learnt from mails in four languages.
"""

import math
from collections.abc import Sequence
from operator import mul
from statistics import fmean
from typing import NamedTuple

from core.cached_property import cached_property
from core.llm.ports import Embedder
from core.text.asks import is_question, kind_of
from core.text.sentences import split_sentences, unwrap
from core.writing.grounded.answers import asks_fact, holds_kind, share_said
from core.writing.grounded.asked import Asking
from core.writing.grounded.ranking import odds_of

# Of each sign what it weighs, in the order of `Signs`, and where the scale begins: learnt from questions beside the
# first sentences of their mails. Learnt anew beside other questions they put fewer held-out lines at their places.
WEIGHTS = (8.78, 10.202, 20.045, 0.841, 0.699, 2.335, 0.155, 1.446, 0.293, 0.556, -0.283)
BIAS = -10.973
# A question is compared with so many other things that its message asks, and with so many of its first sentences where
# it asks fewer. So many lines that come nearest are read by the layers, which takes 14 ms of a processor each: of 241
# lines that answer two were not among the six.
_MAX_COMPARED, _FIRST_SENTENCES, _MAX_READ = 5, 3, 6

Row = Sequence[float]


class Signs(NamedTuple):
    """What speaks for a line.

    Attributes:
        near: how near it is to the question, a cosine.
        behind: by how much another line is nearer.
        nearer: by how much the two are nearer than others are to either.
        answers: the same for the log-odds that it answers.
        is_nearest: whether nothing else that is compared is nearer to it.
        share: of the words of the question, what it says.
        asks_fact: whether a kind of fact is asked for.
        holds_kind: whether the line holds it.
        has_digit: whether it has one.
        asks: whether the question has its mark.
        requests: whether it wants something done.
    """

    near: float
    behind: float
    nearer: float
    answers: float
    is_nearest: bool
    share: float
    asks_fact: bool
    holds_kind: bool
    has_digit: bool
    asks: bool
    requests: bool

    @property
    def probability(self) -> float:
        """How likely the line answers."""
        return 1 / (1 + math.exp(-(BIAS + sum(map(mul, WEIGHTS, self)))))


class LikelyLines:
    """The lines that were written before a message.

    Args:
        lines: as they stand there.
        message: what is answered.
        language: of the lines.
        embedder: compares meanings.
        asked: the things that the message asks: each may want a line of its own.
    """

    def __init__(
        self, lines: Sequence[str], message: str, language: str, embedder: Embedder, asked: Sequence[str] = ()
    ) -> None:
        self._lines, self._language, self._embedder = lines, language, embedder
        asking = Asking(language)
        # What answers nothing, beside a line or a question that stands alone.
        self._other = asking.said(asking.words["later"])
        said = [unwrap(part) for part in split_sentences(message)][:_FIRST_SENTENCES]
        rest = [part for part in said if not any(part in each or each in part for each in asked)]
        self._known: dict[tuple[str, int], float] = {}
        self._said = [*dict.fromkeys([*asked, *rest])][:_MAX_COMPARED]

    def signs(self, question: str, asked: str) -> dict[int, Signs]:
        """Return what speaks for each line that may be meant, by its place.

        Args:
            question: as the message has it.
            asked: what it asks.

        Raises:
            InlaidError: the model cannot be had.
        """
        near = self._near([asked])[0]
        said = [*(part for part in self._said if part != asked), self._other]
        rows = [self._nearness[part] for part in said]
        nearer, most, is_fact = _beyond(near, rows), max(near[:-1]), asks_fact(asked)
        read = sorted(sorted(range(len(self._lines)), key=lambda at: -nearer[at])[:_MAX_READ])
        own, *others = self._odds([asked, *said], read) or [()]
        answers = dict(zip(read, _beyond(own, others), strict=False)) if own else {}
        return {
            at: Signs(
                near[at],
                near[at] - most,
                nearer[at],
                answers.get(at, 0.0),
                all(row[at] <= near[at] for row in rows),
                share_said(asked, self._lines[at]),
                is_fact,
                is_fact and holds_kind(self._lines[at], asked, self._language),
                any(map(str.isdigit, self._lines[at])),
                is_question(question),
                kind_of(question) == "request",
            )
            for at in read
        }

    @cached_property
    def _vectors(self) -> Sequence[Row]:
        return self._embedder.embed([*self._lines, self._other])

    def _near(self, said: Sequence[str]) -> list[Row]:
        """Return of each sentence how near it is to each line, and to what answers nothing."""
        found = self._embedder.embed(said, is_query=True)
        return [[sum(map(mul, wanted, vector)) for vector in self._vectors] for wanted in found]

    @cached_property
    def _nearness(self) -> dict[str, Row]:
        """That of each sentence that is compared."""
        said = [*self._said, self._other]
        return dict(zip(said, self._near(said), strict=True))

    def _odds(self, asked: Sequence[str], read: Sequence[int]) -> list[Row]:
        """Return of each sentence the log-odds that each line which is read answers it; [] where no layers read."""
        places = [*read, len(self._lines)]
        lines = [*self._lines, self._other]
        new = [(said, at) for said in dict.fromkeys(asked) for at in places if (said, at) not in self._known]
        self._known |= zip(new, odds_of([f"{said} | {lines[at]} |  | " for said, at in new]), strict=False)
        is_read = all((said, at) in self._known for said in asked for at in places)
        return [[self._known[said, at] for at in places] for said in asked] if is_read else []


def _beyond(row: Row, rows: Sequence[Row]) -> list[float]:
    """Return by how much each number of a row is more than those of its place in other rows, and than its row's."""
    middle, whole = fmean(row), fmean(map(fmean, rows))
    return [own - middle - fmean(column) + whole for own, *column in zip(row, *rows, strict=True)]
