"""Rate limits, off until a test switches them on: calls per method and minute, and messages per channel."""

from collections import defaultdict

from tests.fakes.slack.clock import Clock
from tests.fakes.slack.refusal import Refused
from tests.fakes.slack.world import Channel

CALLS_PER_MINUTE = {1: 1, 2: 20, 3: 50, 4: 100, 5: 600}
READS_OUTSIDE_MARKETPLACE = ("conversations.history", "conversations.replies")


class RateLimited(Refused):
    """HTTP 429 with Retry-After."""

    def __init__(self, retry_after_seconds: int) -> None:
        super().__init__("ratelimited")
        self.retry_after_seconds = retry_after_seconds


class RateLimits:
    """Counts calls by method and workspace in a window of one minute, and messages by channel in one second.

    Attributes:
        enforced: whether anything is refused.
        messages_per_second: for one channel. Slack tolerates short bursts; the fake does not.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.enforced = False
        self.messages_per_second = 1
        self._calls: defaultdict[tuple[str, str], list[float]] = defaultdict(list)
        self._messages: defaultdict[str, list[float]] = defaultdict(list)

    def count_call(self, method: str, workspace: str, tier: int, *, outside_marketplace: bool) -> None:
        """Count a call of a method, or refuse it."""
        limited_reads = outside_marketplace and method in READS_OUTSIDE_MARKETPLACE
        self._count(self._calls[method, workspace], CALLS_PER_MINUTE[1 if limited_reads else tier], 60)

    def count_message(self, channel: Channel) -> None:
        """Count a message in a channel, or refuse it."""
        self._count(self._messages[channel.id], self.messages_per_second, 1)

    def _count(self, moments: list[float], most: int, window_seconds: float) -> None:
        if not self.enforced:
            return
        now = self._clock.now()
        moments[:] = [moment for moment in moments if now - moment < window_seconds]
        if len(moments) >= most:
            raise RateLimited(max(1, round(window_seconds - (now - moments[0]))))
        moments.append(now)
