"""From an HTTP error of a model server to one of ours. The server's own words are read, never passed on."""

import re
import time
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import Any

from core.errors import CredentialError, InlaidError, InputError, LimitError, ModelOutage, WindowExceeded
from core.llm.models_file import EndpointEntry

OVERLOADED_STATUS = frozenset({408, 409, 425, 429})
# What may be about a single part of the request (a server that cannot do something says one of these).
REFUSED_STATUS = frozenset({400, 422, 501})
MAX_RETRY_SECONDS = 3600.0
TOO_LONG = re.compile(r"(?i)context.{0,3}(?:length|size|window)|maximum context|prompt is too long|too many tokens"
                       r"|token count.{0,40}exceeds|max_tokens must be at least 1")  # fmt: skip
_QUOTA = re.compile(r"(?i)insufficient_quota|billing|exceeded your current quota")
_FILTERED = re.compile(r"(?i)content_filter|content management policy|ResponsibleAIPolicy")


class Refused(Exception):
    """A request that was not taken as it is: `error` is what to raise when nothing helps, `words` the reason given."""

    def __init__(self, error: InlaidError, words: str) -> None:
        super().__init__(error.message)
        self.error = error
        self.words = words


def words_of(body: object) -> str:
    """Return everything that an error body says, whatever its form (OpenAI's object, Google's list, plain text)."""
    if isinstance(body, Mapping):
        return " ".join(words_of(value) for value in body.values())
    if isinstance(body, list):
        return " ".join(words_of(value) for value in body)
    return "" if body is None else str(body)


def refusal_of(entry: EndpointEntry, status: int, body: object, headers: Mapping[str, str]) -> Exception:
    """Return the error for a status above 399: `Refused` when the request might pass without one of its parts."""
    words = words_of(body)
    where = f"The model server at {entry.url}"
    if status in {401, 403}:
        return CredentialError(f"{where} refused the key.", fix=f"Check {entry.setting('key_env')}.")
    if status == 404:
        return CredentialError(
            f"{where} does not know the model or the path.",
            fix=f"Check {entry.setting('model')} and that {entry.setting('url')} ends in /v1.",
        )
    if status == 402 or (status == 429 and _QUOTA.search(words)):
        return LimitError(f"What {entry.url} grants is used up.", fix="Raise the quota there, or add another endpoint.")
    if TOO_LONG.search(words) or status == 413:
        return WindowExceeded(
            f"The text is too long for the model at {entry.url}.", fix=f"Check {entry.setting('window_tokens')}."
        )
    if status in OVERLOADED_STATUS or (status >= 500 and status not in REFUSED_STATUS):
        return ModelOutage(
            f"{where} is overloaded or failing ({status}).",
            fix="Try later.",
            retry_after_seconds=retry_after_seconds(headers),
        )
    if _FILTERED.search(words):
        return InputError(f"{where} refused the text for its content.", fix="Reword it, or use another model.")
    error = InputError(
        f"{where} refused the request ({status}).",
        fix=f"The text may be too long for the model: check {entry.setting('window_tokens')}.",
    )
    return Refused(error, words) if status in REFUSED_STATUS else error


def retry_after_seconds(headers: Mapping[str, str]) -> float:
    """Return how long a server asks to be left alone (RFC 9110 section 10.2.3), 0 when it does not say."""
    told: Any = headers.get("retry-after", "").strip()
    try:
        seconds = float(told)
    except ValueError:
        try:
            seconds = parsedate_to_datetime(told).timestamp() - time.time()
        except (TypeError, ValueError):
            return 0.0
    return min(max(seconds, 0.0), MAX_RETRY_SECONDS) if seconds == seconds else 0.0
