"""The one form of every answer that is an error."""

import httpx

JSON = {"Content-Type": "application/json"}


def is_in_form(response: httpx.Response) -> bool:
    """Whether an answer is a job, or an error with code, message and fix."""
    body = response.json()
    if response.status_code == 202:
        return "id" in body
    error = body["error"]
    return 400 <= response.status_code < 500 and {"code", "message", "fix"} <= set(error) and bool(error["message"])
