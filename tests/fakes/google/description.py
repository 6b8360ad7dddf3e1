"""Google's description of the Gmail API, against which each request is held."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from tests.fakes.google.faults import GoogleRefusal
from tests.fakes.microsoft.wire import Request

MAX_RESULTS = 500


@dataclass(frozen=True)
class Method:
    """One method of the description."""

    name: str
    verb: str
    pattern: re.Pattern[str]
    parameters: Mapping[str, Any]
    body: str
    scopes: frozenset[str]


@cache
def description() -> dict[str, Any]:
    """Return Google's description of the API, as its library brings it along."""
    folder = resources.files("googleapiclient") / "discovery_cache" / "documents"
    return dict(json.loads((folder / "gmail.v1.json").read_text()))


@cache
def methods() -> tuple[Method, ...]:
    """Return all methods of the API."""
    found: list[Method] = []

    def collect(resource: Mapping[str, Any], prefix: str) -> None:
        for name, data in resource.get("methods", {}).items():
            parts = re.split(r"\{\+?(\w+)\}", data["flatPath"])
            pattern = "".join(f"(?P<{part}>[^/]+)" if n % 2 else re.escape(part) for n, part in enumerate(parts))
            body = data.get("request", {}).get("$ref", "")
            parameters = {**description()["parameters"], **data.get("parameters", {})}
            scopes = frozenset(data.get("scopes", ()))
            found.append(Method(prefix + name, data["httpMethod"], re.compile(f"/{pattern}"), parameters, body, scopes))
        for name, data in resource.get("resources", {}).items():
            collect(data, f"{prefix}{name}." if prefix or name != "users" else "")

    collect(description(), "")
    return tuple(found)


def find_method(request: Request) -> tuple[Method, dict[str, str]]:
    for method in methods():
        found = method.pattern.fullmatch(request.path)
        if found and method.verb == request.method:
            return method, found.groupdict()
    raise GoogleRefusal(404, "notFound", "Not Found")


def check_query(method: Method, query: Mapping[str, Sequence[str]]) -> None:
    for name, values in query.items():
        rule = method.parameters.get(name)
        if rule is None or rule.get("location") == "path":
            raise GoogleRefusal(400, "invalidArgument", f'Unknown name "{name}": Cannot bind query parameter.')
        if len(values) > 1 and not rule.get("repeated"):
            raise GoogleRefusal(400, "invalidArgument", f"{name} is not repeated")
        for value in values:
            is_number = rule.get("format") in {"uint32", "uint64", "int32"}
            if (is_number and not value.isdecimal()) or value not in rule.get("enum", [value]):
                raise GoogleRefusal(400, "invalidArgument", f"Invalid value at '{name}'")
    if int(query.get("maxResults", ["1"])[0]) > MAX_RESULTS:
        raise GoogleRefusal(400, "invalidArgument", "Invalid maxResults")


def read_body(method: Method, request: Request) -> dict[str, Any]:
    if not request.body:
        return {}
    try:
        found = json.loads(request.body)
    except ValueError as error:
        raise GoogleRefusal(400, "badRequest", "Parse Error") from error
    _check_body(found, method.body)
    return dict(found)


def _check_body(found: Any, schema: str) -> None:
    known = description()["schemas"][schema]["properties"] if schema else {}
    for name, value in found.items():
        if name not in known:
            raise GoogleRefusal(400, "invalidArgument", f'Invalid JSON payload received. Unknown name "{name}"')
        if "$ref" in known[name]:
            _check_body(value, known[name]["$ref"])
