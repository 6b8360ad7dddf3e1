"""Which of the acts on a draft counts. Pure.

Every act is kept; one outcome of a job counts, by these rules:

1. Acts stand in the order in which they happened by the database's clock, however late they arrived.
2. The last act counts, and `expired` only when there is no other.
3. `accepted` after `edited` stays `edited`, with its distance: the edited text was what was used. It becomes
   `accepted` only when it brings the text that was used and that is the draft again.
4. A document's changes are judged one by one (`subject`). Unless the last act was about the whole, the changes
   decide: all taken is `accepted`, none is `rejected`, some is `edited` with the share that was not taken as distance.
5. What was used with the draft's gaps still open in it is `edited` with the label `OPEN_GAPS` and without a distance,
   whatever the surface says: nobody has accepted the questions, and nothing is learnt from them.
6. Outside events (`subject` "event:NAME") are no outcome; the last value of each counts.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

EVENT = "event"
EVENT_PREFIX = "event:"
EDIT_PREFIX = "edit:"
# Label of an act by which a text went out in which the draft's gaps were still open.
OPEN_GAPS = "open_gaps"


@dataclass(frozen=True)
class Act:
    """One thing that was done with a draft. `happened_at` is Unix seconds; `has_text` tells that it brought a text."""

    outcome: str
    distance: float | None = None
    subject: str = ""
    labels: tuple[str, ...] = ()
    value: float | None = None
    happened_at: float = 0.0
    has_text: bool = False


@dataclass(frozen=True)
class EffectiveOutcome:
    """What a job counts as. `outcome` is "" when nothing was done with it yet.

    `taken` and `refused` count a document's changes, or the entries of a list; `chosen` holds the places of those
    taken. `events` holds the last value of each outside event; "NAME#2" is one about the third entry of a list.
    """

    outcome: str = ""
    distance: float | None = None
    labels: tuple[str, ...] = ()
    taken: int = 0
    refused: int = 0
    chosen: frozenset[str] = frozenset()
    events: dict[str, float] = field(default_factory=dict)


def effective_outcome(acts: Iterable[Act]) -> EffectiveOutcome:
    """Return what the acts on one job come to."""
    ordered = sorted(acts, key=lambda act: act.happened_at)
    events = {act.subject.removeprefix(EVENT_PREFIX): act.value or 0.0 for act in ordered if act.outcome == EVENT}
    decisive = [act for act in ordered if act.outcome not in {EVENT, "expired"}]
    if not decisive:
        has_expired = any(act.outcome == "expired" for act in ordered)
        return EffectiveOutcome("expired" if has_expired else "", events=events)
    by_change = _last_by_change(decisive)
    taken = sum(act.outcome != "rejected" for act in by_change)
    chosen = frozenset(act.subject.removeprefix(EDIT_PREFIX) for act in by_change if act.outcome != "rejected")
    counts = {"taken": taken, "refused": len(by_change) - taken, "chosen": chosen, "events": events}
    if decisive[-1].subject:
        return _from_changes(by_change, counts)
    last = _last_of_whole([act for act in decisive if not act.subject])
    return EffectiveOutcome(last.outcome, last.distance, last.labels, **counts)  # type: ignore[arg-type] # of three kinds


def _last_by_change(acts: Sequence[Act]) -> list[Act]:
    return list({act.subject: act for act in acts if act.subject}.values())


def _last_of_whole(acts: Sequence[Act]) -> Act:
    """Go through the acts in order, holding on to the person's own text."""
    edited: Act | None = None
    counts = acts[0]
    for act in acts:
        if act.outcome == "edited":
            edited = act
        elif act.outcome == "accepted" and act.has_text:
            edited = None
        counts = edited if act.outcome == "accepted" and edited else act
    return counts


def _from_changes(changes: Sequence[Act], counts: dict[str, object]) -> EffectiveOutcome:
    shares = [1.0 if act.outcome == "rejected" else act.distance or 0.0 for act in changes]
    distance = round(sum(shares) / len(shares), 4)
    labels = tuple(dict.fromkeys(label for act in changes for label in act.labels))
    if OPEN_GAPS in labels:
        return EffectiveOutcome("edited", None, labels, **counts)  # type: ignore[arg-type] # of three kinds
    if counts["taken"] == 0:
        return EffectiveOutcome("rejected", None, labels, **counts)  # type: ignore[arg-type] # of three kinds
    return EffectiveOutcome("accepted" if distance == 0 else "edited", distance, labels, **counts)  # type: ignore[arg-type]
