"""IDLE (RFC 2177) on one connection: waits until the server tells of something new."""

import time
from collections.abc import Callable, Iterable

from imapclient import IMAPClient

from core.deadline import deadline
from core.errors import OutageError

# What tells of new mail, and what of a mark that a person has set. Both are hints: what is new is found by UID.
ARRIVALS = frozenset({b"EXISTS"})
MARKS = frozenset({b"FETCH"})


class Idling:
    """IDLE on the folder that is selected.

    Args:
        client: logged in, a folder selected; the server offers IDLE.
        news: which responses are worth a look.
        tick_seconds: how long one wait lasts at most.
        answer_seconds: how long the server may take to begin and to end IDLE.
    """

    def __init__(
        self, client: IMAPClient, news: frozenset[bytes], *, tick_seconds: float, answer_seconds: float
    ) -> None:
        self._client = client
        self._news = news
        self._tick_seconds = tick_seconds
        self._answer_seconds = answer_seconds

    def wait(self, *, until: float, is_over: Callable[[], bool]) -> bool:
        """Idle until there is news, until that moment (`time.monotonic`), or until `is_over` says so.

        Returns:
            Whether there is news.

        Raises:
            OutageError: the server said goodbye.
            IMAPClientError, OSError: the line broke.
        """
        with deadline(self._answer_seconds):
            self._client.idle()
        news = self._listen(until, is_over)
        with deadline(self._answer_seconds):
            _, late = self._client.idle_done()
        return self._has_news(late) or news

    def _listen(self, until: float, is_over: Callable[[], bool]) -> bool:
        while not is_over():
            left = min(self._tick_seconds, until - time.monotonic())
            if left <= 0:
                return False
            started = time.monotonic()
            with deadline(self._tick_seconds + self._answer_seconds):  # for a server that tells without end
                found = self._client.idle_check(timeout=left)
            if self._has_news(found):
                return True
            if not found and time.monotonic() - started < left / 2:
                return False  # readable, and nothing to read: the line is closed, and ending IDLE says so
        return False

    def _has_news(self, found: Iterable[tuple[object, ...]]) -> bool:
        responses = list(found)
        if any(one and one[0] == b"BYE" for one in responses):
            raise OutageError("The mail server ended the connection.", fix="It is opened again.")
        return any(len(one) > 1 and one[1] in self._news for one in responses)
