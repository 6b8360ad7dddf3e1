"""Whether the parts answer that the web process needs: database, broker, model."""

import threading
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import NotRequired, TypedDict

from core.errors import BrokerFull, InlaidError, StoreFull
from core.llm.models_file import DEFAULT, load_models_file
from core.llm.routes import probe_endpoint
from core.observability.readiness import TIMEOUT_SECONDS, Probe
from core.settings import Settings

KEEP_SECONDS = 2.0
# Without the others a request is stored all the same, and its job waits.
REQUIRED = "database"


class PartReadiness(TypedDict):
    """Whether a part answers, and if not what is wrong and what to do."""

    ok: bool
    message: NotRequired[str]
    fix: NotRequired[str]


class Readiness(TypedDict):
    """What `GET /readyz` answers."""

    ready: bool
    degraded: list[str]
    parts: dict[str, PartReadiness]


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

    def are_full(self) -> dict[str, bool]:
        """Return for each part whether it answers but has no room for anything more."""
        return {name: isinstance(error, StoreFull | BrokerFull) for name, error in self.answers().items()}

    def report(self) -> Readiness:
        """Return the public form.

        Ready means that a request can be stored; `degraded` names the other parts that do not work.
        """
        parts: dict[str, PartReadiness] = {}
        for name, error in self.answers().items():
            parts[name] = {"ok": True} if error is None else {"ok": False, "message": error.message, "fix": error.fix}
        degraded = [name for name, part in parts.items() if not part["ok"] and name != REQUIRED]
        return {"ready": parts[REQUIRED]["ok"], "degraded": degraded, "parts": parts}

    def close(self) -> None:
        """Stop asking."""
        self._pool.shutdown(wait=False, cancel_futures=True)


def _ask(probe: Probe) -> InlaidError | None:
    try:
        probe()
    except InlaidError as error:
        return error
    return None


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
