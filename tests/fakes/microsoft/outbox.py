"""What goes out to the app: notifications and lifecycle notices, in good order or in a storm."""

import queue
import random
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import httpx

ANSWER_SECONDS = 10.0
SLOW_SECONDS = 2.9


@dataclass(frozen=True)
class Delivery:
    """One POST to the app: its status, 0 when there was no answer, and how long it took."""

    url: str
    body: dict[str, Any]
    status: int
    seconds: float

    @property
    def is_late(self) -> bool:
        """Whether Graph would count it as slow."""
        return self.seconds > SLOW_SECONDS


@dataclass
class Storm:
    """How unreliable delivery is: shares of notices that are lost or doubled, and whether their order is kept."""

    lost: float = 0.0
    doubled: float = 0.0
    is_shuffled: bool = False
    chance: random.Random = field(default_factory=lambda: random.Random(1))


class Outbox:
    """Posts on a thread of its own, as soon as something happens, unless it is held."""

    def __init__(self) -> None:
        self.deliveries: list[Delivery] = []
        self.failed: list[tuple[str, dict[str, Any]]] = []
        self.storm = Storm()
        self._held: list[tuple[str, dict[str, Any]]] = []
        self._is_held = False
        self._queue: queue.Queue[tuple[str, dict[str, Any]] | None] = queue.Queue()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def push(self, url: str, item: dict[str, Any]) -> None:
        """Send one notice, or not, or twice."""
        storm = self.storm
        if storm.chance.random() < storm.lost:
            return
        for _ in range(2 if storm.chance.random() < storm.doubled else 1):
            if self._is_held:
                self._held.append((url, {"value": [item]}))
            else:
                self._queue.put((url, {"value": [item]}))

    def hold(self) -> None:
        """Collect notices from now on."""
        self._is_held = True

    def release(self) -> None:
        """Send what was collected: all that goes to one address in one POST, as Graph may."""
        self._is_held = False
        held, self._held = self._held, []
        if self.storm.is_shuffled:
            self.storm.chance.shuffle(held)
        for url in dict.fromkeys(url for url, _ in held):
            items = [item for one, body in held if one == url for item in body["value"]]
            self._queue.put((url, {"value": items}))
        self.wait()

    def send(self, url: str, body: Any) -> Delivery:
        """Post something now, on the caller's thread: what somebody else would forge, or Graph would repeat."""
        started = time.monotonic()
        try:
            with httpx.Client(timeout=ANSWER_SECONDS) as http:
                status = http.post(url, json=body).status_code
        except httpx.TransportError:
            status = 0
        return Delivery(url, body, status, time.monotonic() - started)

    def retry(self) -> None:
        """Send again what the app did not take."""
        failed, self.failed = self.failed, []
        for one in failed:
            self._queue.put(one)
        self.wait()

    def wait(self) -> None:
        """Wait until everything was posted."""
        self._queue.join()

    def close(self) -> None:
        self._queue.put(None)
        self._thread.join()

    def validate(self, url: str, token: str) -> bool:
        """Make the handshake: the app has to give the token back as plain text within ten seconds."""
        with suppress(httpx.TransportError), httpx.Client(timeout=ANSWER_SECONDS) as http:
            answer = http.post(url, params={"validationToken": token}, headers={"Content-Type": "text/plain"})
            kind = answer.headers.get("Content-Type", "").partition(";")[0]
            return (answer.status_code, kind, answer.text) == (200, "text/plain", token)
        return False

    def _run(self) -> None:
        while (one := self._queue.get()) is not None:
            delivery = self.send(*one)
            self.deliveries.append(delivery)
            if not 200 <= delivery.status < 300:
                self.failed.append(one)
            self._queue.task_done()
        self._queue.task_done()
