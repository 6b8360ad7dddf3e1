"""Ready answers of all gaps of a reply together: an invitation that is accepted once, promises of a later answer."""

from collections.abc import Sequence
from dataclasses import replace

from core.drafts import Gap
from core.writing.grounded.asked import Asking
from core.writing.grounded.occasions import invites
from core.writing.grounded.signals import concerns_safety
from core.writing.grounded.told import ReplyPart

_FEW_GAPS = 2


def attending(parts: Sequence[ReplyPart], asking: Asking) -> list[ReplyPart]:
    """Return the parts with what accepts and declines an invitation beside the gap that invites, for one day."""
    gaps = [part.gap for part in parts if part.gap and not part.gap.is_hint]
    ready: list[str] = asking.words["attend"]
    is_open = asking.occasion == "invitation" and len(asking.offered) <= 1
    if not is_open or any(ready[0] in gap.choices for gap in gaps):
        return list(parts)
    inviting = (gap for gap in gaps if invites(asking.language, gap.question) and gap.question.count("?") < _FEW_GAPS)
    first = next(inviting, None)
    if first is None:
        return list(parts)
    with_ready = replace_choices(first, (*ready, *first.choices))
    return [replace(part, gap=with_ready) if part.gap is first else part for part in parts]


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
