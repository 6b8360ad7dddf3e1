"""What the fake Slack remembers: every call that arrived, and everything that became visible, and to whom."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from tests.fakes.slack.refusal import Json
from tests.fakes.slack.wording import BROADCAST, LINK, MENTION, words_of
from tests.fakes.slack.world import Message

ShownKind = Literal["message", "ephemeral", "update", "delete", "stream", "modal", "home", "status", "trouble"]


@dataclass(frozen=True)
class Recorded:
    """One request of the app: a Web API method, `response_url` or `upload`."""

    method: str
    token: str
    args: Json
    headers: dict[str, str]
    answer: Json
    http_status: int = 200

    @property
    def error(self) -> str:
        """Slack's error code, empty when the call succeeded."""
        return "" if self.answer.get("ok") else str(self.answer.get("error", f"http_{self.http_status}"))


@dataclass(frozen=True)
class Shown:
    """Something that a person could see.

    Attributes:
        kind: `message` and `ephemeral` are new messages; the others change one or show elsewhere.
        shown_to: ids of all who see it.
        via: the method that showed it; `ack` for an answer in the acknowledgement, `person` for what people write.
    """

    kind: ShownKind
    shown_to: frozenset[str]
    via: str
    text: str = ""
    blocks: list[Json] = field(default_factory=list)
    channel: str = ""
    ts: str = ""
    thread_ts: str = ""
    at: float = 0.0

    @property
    def words(self) -> str:
        """What a person reads: the blocks where there are any, the text otherwise."""
        return words_of(self.text, self.blocks)

    @property
    def broadcasts(self) -> list[str]:
        """Marks that notify many: `channel`, `here`, `everyone`, a user group; in the notification text as well."""
        return BROADCAST.findall(f"{self.text}\n{self.words}")

    @property
    def mentions(self) -> list[str]:
        """Ids of the people whom it notifies."""
        return list(dict.fromkeys(MENTION.findall(f"{self.text}\n{self.words}")))

    @property
    def links(self) -> list[str]:
        """Addresses that can be clicked; Slack makes links of bare ones too."""
        return list(dict.fromkeys(LINK.findall(f"{self.text}\n{self.words}")))


class Ledger:
    """Append-only record of calls and visible things, with a way to wait for them."""

    def __init__(self) -> None:
        self.calls: list[Recorded] = []
        self.shown: list[Shown] = []
        self._changed = threading.Condition()
        self._changes = 0

    def record(self, call: Recorded) -> None:
        """Remember a call."""
        self.calls.append(call)
        self.changed()

    def show(self, shown: Shown) -> None:
        """Remember that something became visible."""
        self.shown.append(shown)
        self.changed()

    def show_message(self, message: Message, via: str, at: float, kind: ShownKind | None = None) -> None:
        """Remember that a message became visible or changed."""
        self.show(
            Shown(
                kind or ("ephemeral" if message.only_for else "message"),
                message.shown_to,
                via,
                message.text,
                message.blocks,
                message.channel.id,
                message.ts,
                message.thread_ts,
                at,
            )
        )

    def changed(self) -> None:
        """Wake up those who wait, after a change that is not recorded here."""
        with self._changed:
            self._changes += 1
            self._changed.notify_all()

    def wait_until(self, met: Callable[[], object], timeout_seconds: float = 5) -> None:
        """Wait until a condition holds; it is looked at after each change, and may itself look at anything."""
        deadline = time.monotonic() + timeout_seconds
        while True:
            seen = self._changes
            if met():
                return
            if not self._wait_for_change(seen, deadline - time.monotonic()):
                last = [f"{call.method} {call.error or 'ok'}" for call in self.calls[-10:]]
                raise AssertionError(f"did not happen within {timeout_seconds} s; last calls: {last}")

    def called(self, method: str) -> list[Recorded]:
        """Return the calls of one method, oldest first, refused ones too."""
        return [call for call in self.calls if call.method == method]

    @property
    def refusals(self) -> list[Recorded]:
        """Calls that Slack refused or failed."""
        return [call for call in self.calls if call.error]

    def answers(self, *, to: str = "", channel: str = "", via: str = "") -> list[Shown]:
        """Return new messages of the app (not people's own), by who saw them, where and how."""
        return [
            shown
            for shown in self.shown
            if shown.kind in ("message", "ephemeral", "stream")
            and shown.via != "person"
            and (not to or to in shown.shown_to)
            and (not channel or shown.channel == channel)
            and (not via or shown.via == via)
        ]

    def _wait_for_change(self, seen: int, timeout_seconds: float) -> bool:
        with self._changed:
            return self._changed.wait_for(lambda: self._changes != seen, timeout_seconds)
