"""Outcomes of a result: what its person did with it, and what happened outside."""

from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import Field, StringConstraints
from starlette.responses import JSONResponse, Response

from core.drafts import Draft
from core.job import Outcome
from core.outcomes import edit_distance, shown_text
from integrations.api.forms import MAX_USED_TEXT_CHARS, EditPlace, FieldErrors, Form
from integrations.api.routes import drafted, edits_at
from integrations.api.services import AnyCaller, GuardedRoute

EventName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,39}$")]

router = APIRouter(prefix="/api/v1", route_class=GuardedRoute)


class OutcomeForm(Form):
    """What a person did with a result (`outcome`), or what happened outside (`event`), such as a click or a sale.

    `text` is what was used in the end. `edit` is the one edit, or entry of a list, that it is about, by its place in
    the draft, counted from "0". `at` is when it happened (Unix seconds), for what is told later; the server's clock
    bounds it.
    """

    outcome: Outcome | None = None
    event: EventName | None = None
    value: float = Field(1.0, allow_inf_nan=False)
    edit: EditPlace | None = None
    text: str | None = Field(None, max_length=MAX_USED_TEXT_CHARS)
    reason: str = Field("", max_length=2000)
    at: float | None = Field(None, ge=0, allow_inf_nan=False)


@router.post("/jobs/{job_id}/outcome")
def add_outcome(job_id: str, form: OutcomeForm, caller: AnyCaller) -> Response:
    """Store what became of one of your results. The same act twice counts once, and the last act counts.

    `distance`, 0 to 1, is between the draft and the text that was used.
    """
    job = caller.own_job(job_id)
    draft = drafted(job)
    if (form.outcome is None) == (form.event is None):
        raise FieldErrors({"outcome": "Send either an outcome or an event."})
    shown = text_at(draft, form.edit)
    detail: dict[str, Any] = {} if form.at is None else {"at": form.at}
    if form.event:
        name = form.event if form.edit is None else f"{form.event}#{form.edit}"
        is_news = caller.api.store.outcomes.add_event(job, name, form.value, detail=detail)
        return JSONResponse({"event": form.event, "value": form.value, "is_news": is_news})
    assert form.outcome
    distance = _distance(shown, form)
    detail |= {"text": form.text, "reason": form.reason} | ({"edit": form.edit} if form.edit is not None else {})
    caller.api.store.outcomes.add(job, form.outcome, person=caller.person, distance=distance, detail=detail)
    counted = caller.api.store.outcomes.acts_of([job.id])[job.id][-1]
    return JSONResponse({"outcome": counted.outcome, "distance": counted.distance})


def text_at(draft: Draft, place: str | None) -> str:
    """Return what the person saw: all of it, or one edit or entry.

    Raises:
        FieldErrors: the draft has none at that place.
    """
    if place is None:
        return shown_text(draft)
    if draft.edits is None and draft.items is not None:
        if int(place) >= len(draft.items):
            raise FieldErrors({"edit": f"The draft has {len(draft.items)} entries, counted from 0."})
        return draft.items[int(place)].text
    edit = edits_at(draft, [place])[0]
    return edit.text or edit.comment


def _distance(shown: str, form: OutcomeForm) -> float | None:
    if form.text is not None:
        return edit_distance(shown, form.text)
    if form.outcome == "edited":
        raise FieldErrors({"text": "Send the text as it was used."})
    return 0.0 if form.outcome == "accepted" else None
