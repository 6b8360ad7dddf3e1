"""One form for every error: `{"error": {"code", "message", "fix"}}`, with `fields` when a form was wrong."""

import math
from collections.abc import Sequence
from typing import Any, cast

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from core.drafts import JsonObject
from core.errors import (
    ConflictError,
    CredentialError,
    ForbiddenError,
    InlaidError,
    InputError,
    LimitError,
    NotFoundError,
    OutageError,
    RateLimited,
)
from integrations.api.forms import FieldErrors
from integrations.api.words import told_error

RETRY_AFTER_SECONDS = 5
_STATUS: tuple[tuple[type[InlaidError], int], ...] = (
    (NotFoundError, 404),
    (ForbiddenError, 403),
    (ConflictError, 409),
    (InputError, 422),
    (CredentialError, 401),
    (LimitError, 429),
    (OutageError, 503),
    (InlaidError, 500),
)
_HEADERS: dict[int, dict[str, str]] = {
    401: {"WWW-Authenticate": 'Bearer realm="Inlaid"'},
    503: {"Retry-After": str(RETRY_AFTER_SECONDS)},
}
_CODES = {400: "input", 404: "not_found", 405: "method", 413: "limit"}


def install_error_handlers(app: FastAPI) -> None:
    """Answer every error of the app in the one form."""
    app.add_exception_handler(InlaidError, _on_inlaid_error)
    app.add_exception_handler(RequestValidationError, _on_invalid_form)
    app.add_exception_handler(HTTPException, _on_http_error)


def error_response(status: int, code: str, message: str, fix: str = "") -> JSONResponse:
    """Return an answer that is not about one of our own errors."""
    said = told_error({"code": code, "message": message, "fix": fix})
    return JSONResponse({"error": said}, status, _HEADERS.get(status))


def _on_inlaid_error(_request: Request, error: Exception) -> Response:
    known = cast("InlaidError", error)
    status = next(number for kind, number in _STATUS if isinstance(known, kind))
    body: JsonObject = {"error": told_error(known.to_json())}
    if isinstance(known, FieldErrors):
        body["error"]["fields"] = known.fields
    headers = dict(_HEADERS.get(status, {}))
    if isinstance(known, RateLimited):
        headers["Retry-After"] = str(math.ceil(known.retry_after_seconds))
    return JSONResponse(body, status, headers)


def _on_invalid_form(request: Request, error: Exception) -> Response:
    problems = cast("RequestValidationError", error).errors()
    if problems and problems[0]["type"] == "json_invalid":
        return error_response(400, "input", "The body is not JSON.", "Send a JSON object.")
    return _on_inlaid_error(request, FieldErrors(_fields(problems)))


def _fields(problems: Sequence[Any]) -> dict[str, str]:
    """Return a sentence for each field, without what was sent."""
    fields = {}
    for problem in problems:
        name = ".".join(str(part) for part in problem["loc"][1:]) or "body"
        text = str(problem["msg"]).removeprefix("Value error, ")
        if name == "body":
            text = "Send a JSON object, with Content-Type: application/json."
        fields[name] = text if text.endswith(".") else f"{text}."
    return fields


def _on_http_error(_request: Request, error: Exception) -> Response:
    known = cast("HTTPException", error)
    code = _CODES.get(known.status_code, "input" if known.status_code < 500 else "internal")
    answer = error_response(known.status_code, code, f"{known.detail.rstrip('.')}.")
    answer.headers.update(known.headers or {})
    return answer
