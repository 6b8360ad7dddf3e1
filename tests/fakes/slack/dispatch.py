"""From a request of the app to an answer: token, scope, rate limit, method, ledger."""

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from tests.fakes.slack.call import Call
from tests.fakes.slack.ledger import Recorded
from tests.fakes.slack.methods import METHODS, Method
from tests.fakes.slack.rate_limits import RateLimited
from tests.fakes.slack.refusal import Json, Refused

if TYPE_CHECKING:
    from tests.fakes.slack.service import FakeSlack


@dataclass(frozen=True)
class Answered:
    """One HTTP answer; a string is sent as plain text, bytes as they are, anything else as JSON."""

    body: Json | str | bytes
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def content_type(self) -> str:
        """The Content-Type header."""
        if isinstance(self.body, bytes):
            return "application/octet-stream"
        return "text/plain; charset=utf-8" if isinstance(self.body, str) else "application/json; charset=utf-8"

    @property
    def data(self) -> bytes:
        """The bytes of the body."""
        if isinstance(self.body, bytes):
            return self.body
        return (self.body if isinstance(self.body, str) else json.dumps(self.body)).encode()


def call_method(slack: "FakeSlack", name: str, raw: bytes, headers: dict[str, str]) -> Answered:
    """Run a Web API method and remember the call."""
    args = read_args(raw, headers.get("content-type", ""))
    call = Call(slack, name, args, token_of(args, headers), headers)
    status, extra = 200, {}
    with slack.world.lock:
        try:
            body = {"ok": True, **run(call)}
        except RateLimited as limit:
            body, status, extra = limit.to_json(), 429, {"Retry-After": str(limit.retry_after_seconds)}
        except Refused as refused:
            body = refused.to_json()
        if call.granted is not None:
            extra = {**extra, "X-OAuth-Scopes": ",".join(sorted(call.granted.scopes))}
        slack.ledger.record(Recorded(name, call.token, args, headers, body, status))
    return Answered(body, status, extra)


def run(call: Call) -> Json:
    """Check who calls, then let the method answer."""
    method = METHODS.get(call.method)
    if method is None:
        raise Refused("unknown_method")
    if method.kinds:
        require_token(call, method)
    grant = call.granted
    place = (grant.team or grant.organization) if grant is not None else None
    call.slack.rate_limits.count_call(
        call.method,
        place.id if place else "",
        method.tier,
        outside_marketplace=call.slack.app.outside_marketplace,
    )
    return method.run(call)


def require_token(call: Call, method: Method) -> None:
    """Refuse a token that does not work, is of the wrong kind or lacks the scope."""
    call.granted = call.slack.tokens.check(call.token, call.slack.clock.now())
    if call.granted.kind not in method.kinds:
        raise Refused("not_allowed_token_type")
    if method.scope:
        call.need_scope(method.scope)


def read_args(raw: bytes, content_type: str) -> Json:
    """Return the arguments of a JSON or form body."""
    if content_type.startswith("application/json"):
        try:
            args = json.loads(raw or b"{}")
        except ValueError:
            return {}
        return args if isinstance(args, dict) else {}
    return dict(parse_qsl(raw.decode(errors="replace"), keep_blank_values=True))


def token_of(args: Json, headers: dict[str, str]) -> str:
    """Return the token of a request: a Bearer header, or the argument."""
    scheme, _, token = headers.get("authorization", "").partition(" ")
    return token if scheme == "Bearer" else str(args.get("token", ""))
