"""Says by a file whether this worker can do its work, so that a health check need not start a program of its own."""

import os
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

from core.errors import InlaidError
from core.logs import logger
from core.observability.readiness import Probe, broker_probe, database_probe
from core.system.subprocesses import READY_FILE_VARIABLE
from worker.watchdog import stopping
from worker.wiring import services

# Health checks take a file that is older than a minute for a worker that hangs.
CHECK_SECONDS = 15.0

log = logger(__name__)


class ReadinessFile:
    """Touches a file as long as everything works, and takes it away when something does not, or at the end.

    Args:
        path: the file.
        open_probes: returns what has to work; asked again for as long as it raises.
        stopping: set when the process shuts down.
        check_seconds: time between two looks.
    """

    def __init__(
        self,
        path: Path,
        open_probes: Callable[[], Sequence[Probe]],
        stopping: threading.Event,
        *,
        check_seconds: float = CHECK_SECONDS,
    ) -> None:
        self._path = path
        self._open_probes = open_probes
        self._stopping = stopping
        self._check_seconds = check_seconds
        self._probes: Sequence[Probe] = ()

    def run(self) -> None:
        """Look until the process stops."""
        while not self._stopping.wait(self._check_seconds):
            try:
                self._check()
                self._path.touch()
            except (InlaidError, OSError) as error:
                log.warning("not ready", code=getattr(error, "code", type(error).__name__))
                self._path.unlink(missing_ok=True)
        self._path.unlink(missing_ok=True)

    def _check(self) -> None:
        self._probes = self._probes or self._open_probes()
        for probe in self._probes:
            probe()


def _worker_probes() -> Sequence[Probe]:
    used = services()
    return database_probe(used.store.database), broker_probe(used.settings.broker_url)


def start_readiness(**_details: object) -> None:
    """Say in the file that INLAID_READY_FILE names that this worker works, now and as long as that is so."""
    path = os.environ.get(READY_FILE_VARIABLE)
    if path:
        Path(path).touch()
        readiness = ReadinessFile(Path(path), _worker_probes, stopping)
        threading.Thread(target=readiness.run, name="readiness", daemon=True).start()
