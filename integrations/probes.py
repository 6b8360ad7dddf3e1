"""Whether the parts answer that the web process needs: database, broker, model."""

import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import redis
import sqlalchemy as sa
from redis.backoff import NoBackoff
from redis.retry import Retry

from core.errors import BrokerOutage, InlaidError
from core.llm.connect import probe_endpoint
from core.llm.models_file import DEFAULT, load_models_file
from core.settings import Settings
from core.store import Database

TIMEOUT_SECONDS = 1.0
KEEP_SECONDS = 2.0

Probe = Callable[[], None]


class Probes:
    """Asks all parts at the same time, and remembers the answers for a moment.

    Args:
        probes: by name; each returns when its part answers and raises an `InlaidError` when not.
    """

    def __init__(self, probes: Mapping[str, Probe]) -> None:
        self._probes = dict(probes)
        self._pool = ThreadPoolExecutor(len(self._probes), thread_name_prefix="probe")
        self._asking = threading.Lock()
        self._answers: dict[str, InlaidError | None] = {}
        self._asked_at = float("-inf")

    def answers(self) -> dict[str, InlaidError | None]:
        """Return for each part None, or the reason why it does not answer."""
        with self._asking:
            if time.monotonic() - self._asked_at > KEEP_SECONDS:
                self._answers = dict(zip(self._probes, self._pool.map(_ask, self._probes.values()), strict=True))
                self._asked_at = time.monotonic()
            return self._answers

    def are_up(self) -> dict[str, bool]:
        """Return for each part whether it answers."""
        return {name: error is None for name, error in self.answers().items()}

    def report(self) -> dict[str, Any]:
        """Return the public form: `{"ready", "parts": {name: {"ok", "message"?, "fix"?}}}`."""
        parts: dict[str, dict[str, Any]] = {}
        for name, error in self.answers().items():
            parts[name] = {"ok": True} if error is None else {"ok": False, "message": error.message, "fix": error.fix}
        return {"ready": all(part["ok"] for part in parts.values()), "parts": parts}

    def close(self) -> None:
        """Stop asking."""
        self._pool.shutdown(wait=False, cancel_futures=True)


def _ask(probe: Probe) -> InlaidError | None:
    try:
        probe()
    except InlaidError as error:
        return error
    return None


def database_probe(database: Database) -> Probe:
    """Return a probe that runs the smallest query."""

    def ask() -> None:
        with database.read() as connection:
            connection.execute(sa.text("SELECT 1"))

    return ask


def broker_probe(broker_url: str) -> Probe:
    """Return a probe that sends PING."""
    client = redis.Redis.from_url(
        broker_url,
        socket_timeout=TIMEOUT_SECONDS,
        socket_connect_timeout=TIMEOUT_SECONDS,
        retry=Retry(NoBackoff(), 0),
        single_connection_client=False,
    )

    def ask() -> None:
        try:
            client.ping()
        except (redis.RedisError, OSError) as error:
            raise BrokerOutage("The broker does not answer.", fix="Check INLAID_BROKER_URL.") from error

    return ask


def model_probe(settings: Settings) -> Probe:
    """Return a probe that is content when any endpoint of the default route answers."""
    models = load_models_file(settings)
    entries = [entry for entry in models.endpoints if entry.name in models.route_of(DEFAULT)]

    def ask() -> None:
        last: InlaidError | None = None
        for entry in entries:
            try:
                probe_endpoint(settings, entry, timeout_seconds=TIMEOUT_SECONDS)
                return
            except InlaidError as error:
                last = error
        if last:
            raise last

    return ask
