"""Several requests in one (https://learn.microsoft.com/graph/json-batching): at most 20, answered in any order."""

import json
from urllib.parse import urlsplit

from tests.fakes.microsoft.ledger import Recorded
from tests.fakes.microsoft.wire import Answer, Call, Refusal, Request

MAX_REQUESTS = 20


def answer_batch(call: Call) -> Answer:
    """Answer each of them; what is refused is refused alone, with its own Retry-After."""
    asked = call.json.get("requests", [])
    ids = [one.get("id") for one in asked]
    if not asked or len(asked) > MAX_REQUESTS or len(set(ids)) != len(ids):
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
