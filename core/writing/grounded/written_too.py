"""What an owner and third people wrote before and stands beside nothing that is asked, behind all else."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from core.writing.grounded.asked import Asking, capitalised
from core.writing.grounded.earlier import Earlier
from core.writing.grounded.hints import open_others
from core.writing.grounded.lines import Line
from core.writing.grounded.told import ReplyPart

_MIN_COMMON_CHARS = 20


def written_too(earlier: Earlier, parts: Sequence[ReplyPart], asking: Asking) -> Iterator[ReplyPart]:
    """Yield the gaps with what else the owner and third people wrote, sentences that follow each other as one quote.

    What others wrote since then stands first, and what the owner wrote before their last message apart: each may
    replace what stands below it.
    """
    shown = " ".join(part.text for part in parts)
    lines, (first, last) = earlier.also(shown, "owner"), earlier.written_by("owner")
    newest = "wrote_too" if first == last else "wrote_last"
    others = earlier.also(shown, "other")
    since = [line for line in others if 0 <= last < line.at[0]]
    yield from _gaps(earlier, since, asking, "others_since")
    for is_last, run in groupby(lines, key=lambda line: line.at[0] == last):
        yield from _gaps(earlier, [*run], asking, newest if is_last else "wrote_first")
    yield from _gaps(earlier, [line for line in others if line not in since], asking, "others_wrote")


def _gaps(earlier: Earlier, lines: Sequence[Line], asking: Asking, kind: str) -> Iterator[ReplyPart]:
    runs = _runs(lines)
    quotes = [named(run[0], capitalised(" ".join(line.sentence for line in run)), asking) for run in runs]
    for told in open_others(quotes, asking, kind):
        held = [
            run
            for said, run in zip(quotes, runs, strict=True)
            if said[:_MIN_COMMON_CHARS].rstrip(".!") in told.question
        ]
        known = [line for run in held for line in run if line.role == "owner" and earlier.is_shared(line)]
        yield ReplyPart(told.place, told, tuple(line.as_source(line.sentence, told.question) for line in known))


def named(line: Line, words: str, asking: Asking) -> str:
    """Return words behind whose they are: another's name, or that they are only quoted as the owner's."""
    name = line.origin(asking).strip(", ") if line.role == "owner" else line.who
    return f"{name}: {words}" if name else words


def _runs(lines: Sequence[Line]) -> list[list[Line]]:
    """Return lines by runs that follow each other in a message."""
    runs = list[list[Line]]()
    for line in lines:
        follows = runs and (line.at[0], line.at[1] - 1) == runs[-1][-1].at
        runs[-1:] = [[*runs[-1], line]] if follows else [*runs[-1:], [line]]
    return runs
