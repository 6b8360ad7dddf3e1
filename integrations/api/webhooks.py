"""Outside events by signed webhook, for systems that know no person's token: a shop, a mail tracker, a CRM.

Signed as the Standard Webhooks specification says (https://www.standardwebhooks.com): headers `webhook-id`,
`webhook-timestamp` (Unix seconds) and `webhook-signature`, one or more of `v1,BASE64` where the base64 text is the
HMAC-SHA256 of `id.timestamp.body` under INLAID_WEBHOOK_SECRET (its `whsec_` form is understood). What is older or newer
than five minutes is refused, and the same id counts once.
"""

import base64
import binascii
import hashlib
import hmac
import re
import time
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import Field, ValidationError
from starlette.responses import JSONResponse, Response

from core.errors import CredentialError, InputError, NotFoundError
from core.job import Job
from core.store import Store
from core.store.records import ONCE_KIND
from integrations.api.forms import EditPlace, Form
from integrations.api.outcomes import EventName, text_at
from integrations.api.routes import drafted
from integrations.api.services import ApiServices

TOLERANCE_SECONDS = 300.0
WORKSPACE = ""
MAX_BODY_BYTES = 10_000
_PREFIX = "whsec_"
_ID = re.compile(r"[\x21-\x7e]{1,200}")

router = APIRouter(prefix="/api/v1")


class EventForm(Form):
    """What happened outside with the result of a job. `edit` is the entry or edit that it is about."""

    job: str = Field(max_length=100)
    event: EventName
    value: float = Field(1.0, allow_inf_nan=False)
    edit: EditPlace | None = None
    at: float | None = Field(None, ge=0, allow_inf_nan=False)


@router.post("/webhooks/outcome")
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
    except Exception:  # whatever kept it from being stored, the sender may send it again; the error goes on
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
    if not _ID.fullmatch(message_id) or not stamp.isdecimal() or len(stamp) > 12:
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
