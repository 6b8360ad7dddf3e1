"""What the gaps of a reply would say twice: the dates that a message offers, and that an answer comes later."""

from collections.abc import Sequence
from dataclasses import replace

from core.drafts import Gap
from core.text.lexicon import whole
from core.writing.grounded.asked import Asking
from core.writing.grounded.questions import open_dates, with_dates
from core.writing.grounded.signals import concerns_safety
from core.writing.grounded.told import ReplyPart

_FEW_DATES, _FEW_GAPS, _MAX_WORDS = 2, 2, 6


def dates_once(parts: Sequence[ReplyPart], asking: Asking) -> list[ReplyPart]:
    """Return the parts with one gap for the dates of the message: what says them is not asked beside what asks.

    What names them all, or only asks which suits, has them to pick.
    """
    dates = open_dates(asking) if asking.offered else None
    if not dates:
        return list(parts)
    offering = [part for part in parts if part.gap and _offers(part.gap, dates)]
    # What was written before is shown rather than not.
    kept = max(reversed(offering), key=lambda part: part.shows, default=None)
    rest = [part for part in parts if part is kept or part not in offering]
    if kept:
        return rest
    asks = next((part for part in rest if _asks_which(part, asking)), None)
    if asks is None or asks.gap is None:
        return [*rest, ReplyPart(dates.place, gap=dates, asked=dates.question)]
    names = all(date in asks.asked for date in asking.offered)
    gap = with_dates(asks.gap, asking) if names else dates
    return [replace(part, text=gap.place, gap=gap) if part is asks else part for part in rest]


def later_once(parts: Sequence[ReplyPart], asking: Asking) -> list[ReplyPart]:
    """Return the parts without the promise of a later answer where several gaps have nothing else to pick."""
    promises = _promises(asking)
    bare = [part for part in parts if part.gap and part.gap.choices and promises.issuperset(part.gap.choices)]
    if len(bare) <= _FEW_GAPS:
        return list(parts)
    return [replace(part, gap=replace_choices(part.gap, ())) if part in bare and part.gap else part for part in parts]


def unpromised(parts: Sequence[ReplyPart], asking: Asking, *, is_read: bool = True) -> list[ReplyPart]:
    """Return the parts without the promise of a later answer to what concerns somebody's safety.

    Where nobody reads the answer, there are no ready answers at all.
    """
    promises = _promises(asking)
    found: list[ReplyPart] = []
    for part in parts:
        gap = part.gap
        if gap and gap.choices:
            is_grave = concerns_safety(f"{part.asked} {gap.question}", asking.language)
            kept = [choice for choice in gap.choices if is_read and not (is_grave and choice in promises)]
            gap = replace_choices(gap, kept)
        found.append(replace(part, gap=gap))
    return found


def _promises(asking: Asking) -> set[str]:
    return {asking.said(asking.words[name]) for name in ("later", "looks_into")}


def replace_choices(gap: Gap, choices: Sequence[str]) -> Gap:
    """Return a gap with other ready answers."""
    return gap.model_copy(update={"choices": tuple(choices)})


def _asks_which(part: ReplyPart, asking: Asking) -> bool:
    """Tell whether a part asks which of the dates suits: it names them all, or nothing but that."""
    if not part.gap or part.shows:
        return False
    words = part.asked.split()
    only_asks = len(words) <= _MAX_WORDS and whole(asking.words["which"]).search(part.asked) is not None
    return all(date in part.asked for date in asking.offered) or only_asks


def _offers(found: Gap, dates: Gap) -> bool:
    """Tell whether the ready answers of a gap accept one of some dates and decline them all."""
    return len({*found.choices} & {*dates.choices}) >= _FEW_DATES
