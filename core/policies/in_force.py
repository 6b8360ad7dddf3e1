"""Which policies are in force: the file, where there is one, else what was last saved in the console.

They are looked at again every two seconds at most, by the file's time or the version's number, and parsed when these
have changed. What cannot be used (half written, a wrong key) leaves the last good policies in force, also in a process
that has just started: they are kept in the record store. Without any, nothing is allowed until the file is corrected.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from core.audit.acting import acting
from core.errors import PolicyError
from core.logs import logger
from core.policies.parsing import MAX_BYTES, parse_policies
from core.policies.resolution import PolicySet
from core.policies.versions import TITLE, WORKSPACE, PolicyVersions
from core.settings import Settings
from core.store.records import RecordStore

FILE_NAME = "policies.toml"
# The last good text of the file.
FILE_KIND = "policy_file"
LOOK_SECONDS = 2.0
# A file that was changed just now may still be in the writing.
SETTLE_SECONDS = 1.0
log = logger(__name__)

Stamp = tuple[int, int, int]


@dataclass(frozen=True)
class InForce:
    """What is in force, and where it comes from.

    Attributes:
        policies: ready to be applied; None for none.
        origin: whether it is the file's, or what was saved in the console; "" without policies.
        text: the TOML that is in force.
        version: the number of the saved version, 0 for the file.
        error: why the newest text is not used; what is here is the last good one.
    """

    policies: PolicySet | None = None
    origin: Literal["", "file", "console"] = ""
    text: str = ""
    version: int = 0
    error: PolicyError | None = None

    @property
    def is_closed(self) -> bool:
        """Whether there are policies of which none can be used."""
        return self.policies is None and self.error is not None


class PolicyBook:
    """The policies of an installation, as they are now. Threads may share it.

    Args:
        path: the file.
        records: where versions and the last good file are.
        must_exist: whether the settings name the file, so that one that is gone is a fault.
        clock: monotonic seconds.
        settle_seconds: how old a change of the file has to be.
    """

    def __init__(
        self,
        path: Path,
        records: RecordStore,
        *,
        must_exist: bool = False,
        clock: Callable[[], float] = time.monotonic,
        settle_seconds: float = SETTLE_SECONDS,
    ) -> None:
        self.path = path
        self.versions = PolicyVersions(records)
        self._records = records
        self._must_exist = must_exist
        self._clock = clock
        self._settle_seconds = settle_seconds
        self._lock = threading.Lock()
        self._looked_at = float("-inf")
        self._seen: Stamp | int | None = None
        self._now = InForce()

    def current(self) -> InForce:
        """Return what is in force.

        Raises:
            StoreOutage: it is not known whether it has changed.
        """
        with self._lock:
            if self._clock() - self._looked_at > LOOK_SECONDS:
                self._look()
                self._looked_at = self._clock()
            return self._now

    def look_again(self) -> None:
        """Have the next question look at once, for what was changed here."""
        with self._lock:
            self._looked_at = float("-inf")

    def _look(self) -> None:
        stamp = _stamp(self.path)
        is_file = stamp is not None or self._must_exist
        seen = (stamp or (0, 0, 0)) if is_file else self.versions.newest_number()
        if seen == self._seen or (stamp and self._now.policies and self._is_unsettled(stamp)):
            return
        self._now = self._from_file() if is_file else self._from_console()
        self._seen = seen
        if error := self._now.error:
            log.warning("policies not used", origin=self._now.origin, line=error.line)

    def _is_unsettled(self, stamp: Stamp) -> bool:
        return 0 <= time.time() - stamp[0] / 1e9 < self._settle_seconds

    def _from_file(self) -> InForce:
        try:
            text = _read(self.path)
            policies = PolicySet(parse_policies(text, self.path.name))
        except PolicyError as error:
            good = self._records.get(FILE_KIND, WORKSPACE, self.path.name)
            if good is None:
                return InForce(origin="file", error=error)
            return InForce(_usable(good.data), "file", good.data, error=error)
        kept = self._records.get(FILE_KIND, WORKSPACE, self.path.name)
        if kept is None or kept.data != text:
            with acting("system"):  # nobody whose request happens to be answered has changed it
                self._records.put(FILE_KIND, WORKSPACE, self.path.name, text, told={"origin": "file"})
        return InForce(policies, "file", text)

    def _from_console(self) -> InForce:
        if not self.versions.newest_number():
            return InForce()
        first_error: PolicyError | None = None
        for version in self.versions.list():
            try:
                policies = PolicySet(parse_policies(version.text, TITLE))
            except PolicyError as error:  # saved under an older format
                first_error = first_error or error
                continue
            return InForce(policies, "console", version.text, version.number, first_error)
        return InForce(origin="console", error=first_error)


def _usable(text: str) -> PolicySet | None:
    try:
        return PolicySet(parse_policies(text, FILE_NAME))
    except PolicyError:  # kept under an older format
        return None


def _stamp(path: Path) -> Stamp | None:
    """Return what changes with a file, or None if there is none."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    except OSError:
        return (0, 0, 0)  # it is there, and cannot be read
    return (found.st_mtime_ns, found.st_size, found.st_ino)


def _read(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1).decode("utf-8")
    except OSError as error:
        raise PolicyError(f"{path} cannot be read: {error.strerror}.", fix="Check INLAID_POLICIES_FILE.") from error
    except UnicodeDecodeError as error:
        raise PolicyError(f"{path.name} is not UTF-8 text.", fix="Save it as UTF-8.") from error


def load_policy_book(settings: Settings, records: RecordStore) -> PolicyBook:
    """Return the policies of an installation."""
    path = settings.policies_file or settings.home / FILE_NAME
    return PolicyBook(path, records, must_exist=settings.policies_file is not None)
