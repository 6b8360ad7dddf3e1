"""A channel's history of any length that is made when it is asked for, so that it takes no memory."""

from dataclasses import dataclass

from tests.fakes.slack.refusal import Json


@dataclass(frozen=True)
class Archive:
    """Messages at even distances.

    Attributes:
        count: how many messages there are, without replies.
        people: ids of who writes, in turn.
        begin: Unix seconds of the first message.
        seconds: from one to the next.
        thread_every: every so many messages one has a reply, 0 for none.
    """

    count: int
    people: tuple[str, ...]
    begin: int = 1_600_000_000
    seconds: int = 150
    thread_every: int = 25

    def page(self, oldest: str, latest: str, limit: int) -> Json:
        """Return the newest messages between two time stamps, both exclusive, newest first."""
        last = min(self.count, self._before(float(latest or "inf")))
        first = max(0, self._after(float(oldest or "0")))
        numbers = range(max(first, last - limit), last)
        return {"messages": [self._message(number) for number in reversed(numbers)], "has_more": numbers.start > first}

    def thread(self, ts: str) -> Json:
        """Return a message with its reply."""
        number = int((float(ts) - self.begin) // self.seconds)
        root = self._message(number)
        reply = {
            "ts": root["latest_reply"],
            "user": self.people[0],
            "text": f"Number {number} is done.",
            "thread_ts": ts,
        }
        return {"messages": [root, {"type": "message", **reply}], "has_more": False}

    def _before(self, seconds: float) -> int:
        """Return how many messages there are before a time."""
        return self.count if seconds == float("inf") else max(0, -int((self.begin - seconds) // self.seconds))

    def _after(self, seconds: float) -> int:
        return int((seconds - self.begin) // self.seconds) + 1

    def _message(self, number: int) -> Json:
        seconds = self.begin + number * self.seconds
        message: Json = {
            "type": "message",
            "user": self.people[number % len(self.people)],
            "text": f"Ticket {number} came in from customer {number % 977}: the delivery is late again.",
            "ts": f"{seconds}.000000",
        }
        if self.thread_every and number % self.thread_every == 0:
            reply = f"{seconds + 60}.000000"
            message |= {"thread_ts": message["ts"], "reply_count": 1, "latest_reply": reply}
        return message
