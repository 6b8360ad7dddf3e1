"""What answers have to look like: as the API describes itself, and errors in the one form."""

from collections.abc import Callable, Iterable

import httpx
from fastapi.routing import APIRoute

from integrations.api.answers import ErrorAnswer

JSON = {"Content-Type": "application/json"}


def is_in_form(response: httpx.Response) -> bool:
    """Whether an answer is a job, or an error with code, message and fix."""
    body = response.json()
    if response.status_code == 202:
        return "id" in body
    error = body["error"]
    return 400 <= response.status_code < 500 and {"code", "message", "fix"} <= set(error) and bool(error["message"])


def checked_answers(routes: Iterable[APIRoute]) -> Callable[[httpx.Response], None]:
    """Return a hook that holds each answer to what its route says of it."""
    known = [*routes]

    def check(response: httpx.Response) -> None:
        request, is_json = response.request, "json" in response.headers.get("content-type", "")
        for route in known:
            if route.path_regex.match(request.url.path) and request.method in (route.methods or ()) and is_json:
                described = {route.status_code or 200: route.response_model}
                described |= {int(status): told.get("model") for status, told in route.responses.items()}
                assert response.status_code in described, (route.path, response.status_code)
                if model := described[response.status_code]:
                    model.model_validate_json(response.read())
                    assert response.is_success or model is ErrorAnswer
                return

    return check
