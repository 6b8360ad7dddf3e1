"""Single changes of a document: what stood there, what was proposed, what the person let stand. Pure."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from core.drafts import Draft

_TOKEN = re.compile(r"\w+(?:['\u2019.-]\w+)*|[^\w\s]")


@dataclass(frozen=True)
class Decision:
    """The last act on a draft, or on one of its changes: its outcome, and the text that it brought, None for none."""

    outcome: str
    text: str | None = None


@dataclass(frozen=True)
class DecidedChange:
    """A change of one paragraph that a person took, refused or reworded.

    Attributes:
        place: of the change in the draft.
        before: the paragraph as it was read.
        proposed: as the draft would have it.
        used: as the person let it stand.
    """

    place: int
    before: str
    proposed: str
    used: str

    @property
    def is_refused(self) -> bool:
        """Whether the paragraph stayed as it was."""
        return self.used == self.before


def decided_changes(draft: Draft, whole: Decision | None, single: Mapping[str, Decision]) -> list[DecidedChange]:
    """Return what was decided about the changes of a draft; remarks and what nobody decided are left out.

    Args:
        draft: with edits.
        whole: the last act on the whole draft, None unless it came after all those on single changes.
        single: the last act on each change, by its place.
    """
    found = []
    for place, edit in enumerate(draft.edits or ()):
        decision = whole or single.get(str(place))
        used = _used(decision, edit.before, edit.text or "") if decision else None
        if edit.text and edit.before and edit.text != edit.before and used is not None:
            found.append(DecidedChange(place, edit.before, edit.text, used))
    return found


def _used(decision: Decision, before: str, proposed: str) -> str | None:
    if decision.outcome == "rejected":
        return before
    if decision.outcome == "accepted":
        return proposed if decision.text is None else decision.text
    return decision.text if decision.outcome == "edited" else None


@dataclass(frozen=True)
class Replacement:
    """Words that became others, each with its stretch of its text; what was added takes the word before it along."""

    old: str
    new: str
    old_start: int
    old_end: int
    new_start: int
    new_end: int


def replacements(before: str, after: str) -> list[Replacement]:
    """Return the stretches of words that differ, in order."""
    old, new = list(_TOKEN.finditer(before)), list(_TOKEN.finditer(after))
    matcher = SequenceMatcher(a=[one[0] for one in old], b=[one[0] for one in new], autojunk=False)
    ranges: list[tuple[int, int, int, int]] = []
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag == "equal":
            continue
        if (i1 == i2 or j1 == j2) and i1 and j1:
            i1, j1 = i1 - 1, j1 - 1
        elif i1 == i2 or j1 == j2:
            i2, j2 = min(i2 + 1, len(old)), min(j2 + 1, len(new))
        if ranges and (i1 < ranges[-1][1] or j1 < ranges[-1][3]):
            # Both took the word between them along: they are one.
            i1, _, j1, _ = ranges.pop()
        ranges.append((i1, i2, j1, j2))
    found = []
    for i1, i2, j1, j2 in ranges:
        if i1 < i2 and j1 < j2:
            ends = (old[i1].start(), old[i2 - 1].end(), new[j1].start(), new[j2 - 1].end())
            found.append(Replacement(before[ends[0] : ends[1]], after[ends[2] : ends[3]], *ends))
    return found


def refused_in(change: DecidedChange) -> list[Replacement]:
    """Return the replacements that were proposed and whose old words still stand."""
    taken = replacements(change.before, change.used)
    return [
        one
        for one in replacements(change.before, change.proposed)
        if not any(one.old_start < other.old_end and other.old_start < one.old_end for other in taken)
    ]


def taken_back(text: str, those: Iterable[Replacement]) -> str:
    """Return the changed text with the old words of some of its replacements."""
    for one in sorted(those, key=lambda one: -one.new_start):
        text = text[: one.new_start] + one.old + text[one.new_end :]
    return text


def without_change(before: str, after: str, old: str, new: str) -> str:
    """Return the changed text without each change of these old words into these new ones."""
    return taken_back(after, [one for one in replacements(before, after) if (one.old, one.new) == (old, new)])


def last_decisions(acts: Sequence[tuple[str, Decision]]) -> tuple[Decision | None, dict[str, Decision]]:
    """Return the last act on the whole, if it was the last of all, and the last act on each change.

    Args:
        acts: what each was about ("" the whole, else the place of a change) and what was done, oldest first.
    """
    single = {about: decision for about, decision in acts if about}
    whole = acts[-1][1] if acts and not acts[-1][0] else None
    return whole, single
