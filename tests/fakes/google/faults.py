"""Refusals as Google words them: https://developers.google.com/workspace/gmail/api/guides/handle-errors."""

from collections.abc import Mapping
from dataclasses import dataclass

from tests.fakes.microsoft import faults
from tests.fakes.microsoft.wire import Answer, Refusal

# The names that stand beside a number in an error (google.rpc.Code).
_STATUSES = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    409: "ABORTED",
    429: "RESOURCE_EXHAUSTED",
    500: "INTERNAL",
    501: "UNIMPLEMENTED",
    503: "UNAVAILABLE",
}


class GoogleRefusal(Refusal):
    """Gmail does not do it; `code` is the reason."""

    def answer(self) -> Answer:
        error = {
            "code": self.status,
            "message": self.message,
            "errors": [{"message": self.message, "domain": "global", "reason": self.code}],
            "status": _STATUSES.get(self.status, "UNKNOWN"),
        }
        headers: Mapping[str, str] = self.headers
        if self.retry_after_seconds is not None:
            headers = {**self.headers, "Retry-After": str(self.retry_after_seconds)}
        return Answer(self.status, {"error": error}, headers)


@dataclass(frozen=True)
class Refused(faults.Refused):
    """This refusal in place of an answer. Nothing happens."""

    code: str = "backendError"

    def refusal(self) -> GoogleRefusal:
        return GoogleRefusal(self.status, self.code, retry_after_seconds=self.retry_after_seconds)


OVER_QUOTA = Refused(403, "userRateLimitExceeded")
