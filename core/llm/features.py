"""What a server turns out not to take: learned from its refusals, whoever made it.

A request is first sent with everything. When it is refused, the part that the refusal names is left out; when it names
none, each part is left out by itself, then all. What made the request pass stays left out for this endpoint.
"""

import re
import threading
from collections.abc import Callable, Iterator, Mapping
from typing import Any

Body = dict[str, Any]


def _without(key: str) -> Callable[[Body], Body]:
    return lambda body: {name: value for name, value in body.items() if name != key}


def _json_object(body: Body) -> Body:
    return {**body, "response_format": {"type": "json_object"}}


def _renamed_limit(body: Body) -> Body:
    return {**_without("max_tokens")(body), "max_completion_tokens": body["max_tokens"]}


def _without_prefill(body: Body) -> Body:
    return {**body, "messages": body["messages"][:-1]}


def _is_begun(body: Mapping[str, Any]) -> bool:
    return bool(body["messages"]) and body["messages"][-1]["role"] == "assistant"


def _format_is(kind: str) -> Callable[[Mapping[str, Any]], bool]:
    return lambda body: (body.get("response_format") or {}).get("type") == kind


# Name: (whether the request uses it, what the request is without it, how a refusal names it). The least needed first.
_FEATURES: dict[str, tuple[Callable[[Mapping[str, Any]], bool], Callable[[Body], Body], str]] = {
    "stream_options": (lambda body: "stream_options" in body, _without("stream_options"), r"stream_options"),
    "seed": (lambda body: "seed" in body, _without("seed"), r"\bseed\b"),
    "json_schema": (_format_is("json_schema"), _json_object, r"response_format|json_schema|\bschema\b"),
    "json_object": (_format_is("json_object"), _without("response_format"), r"response_format|json_object"),
    "stop": (lambda body: "stop" in body, _without("stop"), r"\bstop\b"),
    "temperature": (lambda body: "temperature" in body, _without("temperature"), r"temperature"),
    "max_tokens": (lambda body: "max_tokens" in body, _renamed_limit, r"max_tokens|max_completion_tokens"),
    "prefill": (_is_begun, _without_prefill, r"prefill|assistant message|last message|final message|add_generation"),
}


class Features:
    """What one endpoint was found not to take. Safe for several threads."""

    def __init__(self) -> None:
        self._missing: frozenset[str] = frozenset()
        self._lock = threading.Lock()

    @property
    def missing(self) -> frozenset[str]:
        """The names of what is left out."""
        return self._missing

    def fit(self, body: Body) -> Body:
        """Return the request without what is known to be refused."""
        return reduced(body, self._missing)

    def learn(self, more: frozenset[str]) -> None:
        """Leave these out from now on."""
        with self._lock:
            self._missing |= more


def named_in(refusal: str, body: Body) -> frozenset[str]:
    """Return the first feature of the request that a refusal names; empty when it names none."""
    for name, (is_used, _, pattern) in _FEATURES.items():
        if is_used(body) and re.search(pattern, refusal, re.IGNORECASE):
            return frozenset({name})
    return frozenset()


def guesses(body: Body) -> Iterator[frozenset[str]]:
    """Yield what to leave out when a refusal names nothing: each feature of the request by itself, then all."""
    used = [name for name, (is_used, _, _) in _FEATURES.items() if is_used(body)]
    yield from (frozenset({name}) for name in used)
    if len(used) > 1:
        yield frozenset(used)


def reduced(body: Body, left_out: frozenset[str]) -> Body:
    """Return the request without these features, each in the form that servers without it take."""
    for name, (is_used, reduce, _) in _FEATURES.items():
        if name in left_out and is_used(body):
            body = reduce(body)
    return body
