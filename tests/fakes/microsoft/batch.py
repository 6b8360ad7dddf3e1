"""Several requests in one (https://learn.microsoft.com/graph/json-batching): at most 20, answered in any order."""

import json
from typing import Any
from urllib.parse import urlsplit

from tests.fakes.microsoft.ledger import Recorded
from tests.fakes.microsoft.wire import Answer, Call, Refusal, Request

MAX_REQUESTS = 20
_METHODS = frozenset({"GET", "POST", "PATCH", "PUT", "DELETE"})


def answer_batch(call: Call) -> Answer:
    """Answer each of them; what is refused is refused alone, with its own Retry-After."""
    asked = call.json.get("requests", [])
    ids = [one.get("id") for one in asked]
    if not asked or len(asked) > MAX_REQUESTS or len(set(ids)) != len(ids) or not all(map(_is_whole, asked)):
        raise Refusal(400, "invalidRequest", "The batch is malformed.")
    answers = []
    for one in reversed(asked):
        headers = {**call.request.headers, **{name.casefold(): value for name, value in one.get("headers", {}).items()}}
        path = f"/v1.0{one['url']}"
        request = Request(one["method"], path, headers, json.dumps(one.get("body", {})).encode())
        fault = call.microsoft.faults.next(one["method"], urlsplit(path).path)
        refused = getattr(fault, "refusal", None)
        answer = refused().answer() if refused else call.microsoft.graph.answer(request, urlsplit(one["url"]).path)
        call.microsoft.ledger.record(Recorded(one["method"], urlsplit(path).path, answer.status, headers))
        answers.append({"id": one["id"], "status": answer.status, "headers": dict(answer.headers), "body": answer.body})
    return Answer(200, {"responses": answers})


def _is_whole(one: dict[str, Any]) -> bool:
    """Whether one names itself, a method and a path below the version, and says what kind of body it has."""
    named = {name.casefold() for name in one.get("headers", {})}
    is_named = isinstance(one.get("id"), str) and one.get("method") in _METHODS
    is_path = isinstance(one.get("url"), str) and one["url"].startswith("/") and not one["url"].startswith("/v1.0/")
    return is_named and is_path and ("body" not in one or "content-type" in named)
