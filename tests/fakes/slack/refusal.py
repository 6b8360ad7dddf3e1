"""How Slack says no: HTTP 200 with `ok: false` and an error code."""

from typing import Any

Json = dict[str, Any]


class Refused(Exception):
    """Ends an API call with an error code.

    Args:
        error: Slack's code, for example `channel_not_found`.
        messages: what Slack writes under `response_metadata.messages`.
        extra: more fields of the answer.
    """

    def __init__(self, error: str, messages: list[str] | None = None, **extra: Any) -> None:
        super().__init__(error, *(messages or []))
        self.error = error
        self.messages = messages or []
        self.extra = extra

    def to_json(self) -> Json:
        """Return the body of the answer."""
        body: Json = {"ok": False, "error": self.error, **self.extra}
        if self.messages:
            body["errors"] = self.messages
            body["response_metadata"] = {"messages": [f"[ERROR] {message}" for message in self.messages]}
        return body
