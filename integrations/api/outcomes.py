"""Outcomes of a result: what its person did with it, and what happened outside.

Outside events come by signed webhook from systems that know no person's token: a shop, a mail tracker, a CRM. Signed
as the Standard Webhooks specification says (https://www.standardwebhooks.com): headers `webhook-id`,
`webhook-timestamp` (Unix seconds) and `webhook-signature`, one or more of `v1,BASE64` where the base64 text is the
HMAC-SHA256 of `id.timestamp.body` under INLAID_WEBHOOK_SECRET (its `whsec_` form is understood). What is older or newer
than five minutes is refused, and the same id counts once.
"""

import base64
import binascii
import hashlib
import hmac
import time
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import Field, StringConstraints, ValidationError
from starlette.responses import JSONResponse, Response

from core.drafts import Draft, JsonObject
from core.errors import CredentialError, InputError, NotFoundError
from core.job import Job, Outcome
from core.outcomes import edit_distance, shown_text, with_ready_answers
from core.store import Store
from core.store.records import ONCE_KIND
from integrations.api.answers import OutcomeAnswer
from integrations.api.forms import MAX_USED_TEXT_CHARS, EditPlace, FieldErrors, Form, is_visible_ascii
from integrations.api.routes import drafted, edits_at
from integrations.api.services import AnyCaller, ApiServices, JobsRoute

EventName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,39}$")]

router = APIRouter(prefix="/api/v1", route_class=JobsRoute)
TOLERANCE_SECONDS = 300.0
WORKSPACE = ""
MAX_BODY_BYTES = 10_000
_PREFIX = "whsec_"
MAX_ID_CHARS = 200
webhook_router = APIRouter(prefix="/api/v1")


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


@router.post("/jobs/{job_id}/outcome", response_model=OutcomeAnswer)
def add_outcome(job_id: str, form: OutcomeForm, caller: AnyCaller) -> Response:
    """Store what became of one of your results. The same act twice counts once, and the last act counts.

    `distance`, 0 to 1, is between the draft and the text that was used.
    """
    job = caller.own_job(job_id)
    draft = drafted(job)
    if (form.outcome is None) == (form.event is None):
        raise FieldErrors({"outcome": "Send either an outcome or an event."})
    shown = text_at(draft, form.edit)
    if form.edit is None and form.text is not None:
        shown = with_ready_answers(draft, form.text)
    detail: JsonObject = {} if form.at is None else {"at": form.at}
    if form.event:
        name = form.event if form.edit is None else f"{form.event}#{form.edit}"
        is_news = caller.api.store.outcomes.add_event(job, name, form.value, detail=detail)
        return JSONResponse({"event": form.event, "value": form.value, "is_news": is_news})
    assert form.outcome
    distance = _distance(shown, form)
    detail |= {"text": form.text, "reason": form.reason} | ({"edit": form.edit} if form.edit is not None else {})
    caller.api.store.outcomes.add(job, form.outcome, person=job.person, distance=distance, detail=detail)
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
    edit = edits_at(draft, [place])[place]
    return edit.text or edit.comment


def _distance(shown: str, form: OutcomeForm) -> float | None:
    if form.text is not None:
        return edit_distance(shown, form.text)
    if form.outcome == "edited":
        raise FieldErrors({"text": "Send the text as it was used."})
    return 0.0 if form.outcome == "accepted" else None


class EventForm(Form):
    """What happened outside with the result of a job. `edit` is the entry or edit that it is about."""

    job: str = Field(max_length=100)
    event: EventName
    value: float = Field(1.0, allow_inf_nan=False)
    edit: EditPlace | None = None
    at: float | None = Field(None, ge=0, allow_inf_nan=False)


@webhook_router.post("/webhooks/outcome")
async def take_event(request: Request) -> Response:
    """Store an outside event. Nothing of the body is looked at before its signature holds."""
    from starlette.concurrency import run_in_threadpool

    api: ApiServices = request.app.state.api
    body = await request.body()
    return await run_in_threadpool(_take, api, dict(request.headers), body)


def _take(api: ApiServices, headers: dict[str, str], body: bytes) -> Response:
    message_id = checked_id(api.webhook_secret, headers, body, now_seconds=time.time())
    if len(body) > MAX_BODY_BYTES:
        raise InputError("The event is too large.", fix=f"Send at most {MAX_BODY_BYTES} bytes.")
    try:
        form = EventForm.model_validate_json(body)
    except ValidationError as error:
        names = ", ".join(".".join(str(part) for part in problem["loc"]) or "body" for problem in error.errors()[:5])
        raise InputError(f"The event cannot be used: {names}.", fix="Send job, event and value as JSON.") from None
    return JSONResponse({"event": form.event, "value": form.value, "is_news": _store(api.store, message_id, form)})


def _store(store: Store, message_id: str, form: EventForm) -> bool:
    job = _job(store, form.job)
    text_at(drafted(job), form.edit)
    key = f"webhook:{hashlib.sha256(message_id.encode()).hexdigest()}"
    if not store.records.first_time(WORKSPACE, key, within_seconds=2 * TOLERANCE_SECONDS):
        return False
    name = form.event if form.edit is None else f"{form.event}#{form.edit}"
    try:
        return store.outcomes.add_event(job, name, form.value, detail={} if form.at is None else {"at": form.at})
    except Exception:  # whatever kept it from being stored, the sender may send it again; the error is raised on
        store.records.delete(ONCE_KIND, WORKSPACE, key)
        raise


def _job(store: Store, job_id: str) -> Job:
    try:
        return store.jobs.get(str(UUID(job_id)))
    except (ValueError, NotFoundError):
        raise NotFoundError("There is no such job.", fix="Send the id of a job as `job`.") from None


def checked_id(secret: str, headers: dict[str, str], body: bytes, *, now_seconds: float) -> str:
    """Return the message's id.

    Raises:
        CredentialError: there is no secret, a header is missing, the time is too far off, or no signature holds.
    """
    if not secret:
        raise CredentialError("Webhooks are not set up on this server.", fix="Set INLAID_WEBHOOK_SECRET.")
    message_id, stamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not is_visible_ascii(message_id, MAX_ID_CHARS) or not stamp.isdecimal() or len(stamp) > 12:
        raise CredentialError("The webhook is not signed.", fix="Send webhook-id, -timestamp and -signature.")
    if abs(now_seconds - int(stamp)) > TOLERANCE_SECONDS:
        raise CredentialError("The webhook is too old, or its sender's clock is wrong.", fix="Sign it again.")
    wanted = sign(secret, message_id, int(stamp), body)
    given = headers.get("webhook-signature", "").split(" ")
    if not any(hmac.compare_digest(wanted.encode(), signature.encode("utf-8", "replace")) for signature in given):
        raise CredentialError("The signature of the webhook is not valid.", fix="Check INLAID_WEBHOOK_SECRET.")
    return message_id


def sign(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    """Return the signature of a message, as its header holds it."""
    signed = f"{message_id}.{timestamp}.".encode() + body
    digest = hmac.new(_key(secret), signed, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(digest).decode()}"


def _key(secret: str) -> bytes:
    if secret.startswith(_PREFIX):
        try:
            return base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
        except binascii.Error:
            pass  # not of that form after all: its letters are the key
    return secret.encode()
