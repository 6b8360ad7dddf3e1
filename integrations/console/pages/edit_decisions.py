"""What became of the changes of a document, one by one, for the page of its draft."""

from dataclasses import dataclass

from core.job import Job
from core.outcomes import EDIT_PREFIX, EVENT_PREFIX, DraftDecision, last_decisions
from core.store import Store
from core.text.catalogues import N_

_STATES = {
    "accepted": (N_("accepted"), "good"),
    "edited": (N_("used with changes"), "good"),
    "rejected": (N_("rejected"), ""),
}


@dataclass(frozen=True)
class EditDecision:
    """What became of one edit: `state` in words and how good it is.

    `used` is the paragraph as it was used, where that is neither the old one nor the proposed one.
    """

    state: tuple[str, str]
    used: str = ""


def edit_decisions(store: Store, job: Job) -> dict[int, EditDecision]:
    """Return what was decided, by the places of the edits; none for those that are open."""
    if job.draft is None or not job.draft.edits:
        return {}
    acts = [
        (act.subject.removeprefix(EDIT_PREFIX), DraftDecision(act.outcome))
        for act in store.outcomes.acts_of([job.id])[job.id]
        if act.outcome in _STATES and not act.subject.startswith(EVENT_PREFIX)
    ]
    whole, single = last_decisions(acts)
    used = {change.place: change.used for change in store.outcomes.changes_of(job)}
    found = {}
    for place, edit in enumerate(job.draft.edits):
        if decision := whole or single.get(str(place)):
            text = used.get(place, edit.before)
            found[place] = EditDecision(_STATES[decision.outcome], "" if text in {edit.before, edit.text} else text)
    return found
