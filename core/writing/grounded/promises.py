"""Ready answers of all gaps of a reply together: days to pick once, promises of a later answer."""

from collections.abc import Sequence
from dataclasses import replace

from core.drafts import Gap
from core.writing.grounded.asked import Asking
from core.writing.grounded.signals import concerns_safety
from core.writing.grounded.told import ReplyPart

_FEW_GAPS = 2


def dates_once(parts: Sequence[ReplyPart], asking: Asking) -> list[ReplyPart]:
    """Return the parts without days to pick where several gaps have them: two clicks may take two days."""
    none = asking.said(asking.words["date_choices"][-1])
    dated = [part for part in parts if part.gap and none in part.gap.choices]
    if len(dated) <= 1:
        return list(parts)
    return [replace(part, gap=replace_choices(part.gap, ())) if part in dated and part.gap else part for part in parts]


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
            is_grave = concerns_safety(gap.question, asking.language)
            kept = [choice for choice in gap.choices if is_read and not (is_grave and choice in promises)]
            gap = replace_choices(gap, kept)
        found.append(replace(part, gap=gap))
    return found


def _promises(asking: Asking) -> set[str]:
    return {asking.said(asking.words[name]) for name in ("later", "looks_into")}


def replace_choices(gap: Gap, choices: Sequence[str]) -> Gap:
    """Return a gap with other ready answers."""
    return gap.model_copy(update={"choices": tuple(choices)})
