"""Keys that a command prints, one a line, the newest first: so that Vault and the clouds' secret managers fit.

The command is run without a shell, for a few seconds at most, and what it prints stays in memory. It is run again now
and then beside the work, and at once when a value names a key that is not listed: so a rotation reaches every process.
"""

import os
import shlex
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import lru_cache

from cryptography.fernet import Fernet

from core.errors import InlaidError, SettingsError
from core.logs import logger

TIMEOUT_SECONDS = 10.0
REFRESH_SECONDS = 300.0
# How often it is run at most because of a key that is not listed.
MISSING_SECONDS = 5.0
MAX_OUTPUT_BYTES = 64 * 1024
KEY_CHARS = 44
VARIABLE = "INLAID_SECRET_KEYS_COMMAND"
_BY_HAND = "Run it by hand to see why."
_log = logger(__name__)


class KeyCommand:
    """Runs the command, and remembers what it printed last.

    Args:
        command: with its arguments, as a shell would split them.
        timeout_seconds: how long it may take.
        clock: seconds that only go forward.
    """

    def __init__(
        self,
        command: str,
        *,
        timeout_seconds: float = TIMEOUT_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._command = shlex.split(command)
        self._timeout_seconds = timeout_seconds
        self._clock = clock
        self._lock = threading.Lock()
        self._keys: Sequence[str] = ()
        self._asked_at = float("-inf")

    def keys(self) -> Sequence[str]:
        """Return the keys that the command prints; it is run unless that was done a while ago.

        Raises:
            SettingsError: it is missing, fails, hangs, or prints what is no key; the message has nothing of its output.
        """
        if self._take_turn(REFRESH_SECONDS) or not self._keys:
            self._run()
        return self._keys

    def latest(self) -> Sequence[str]:
        """Return the keys as they are known; stale ones are fetched again in the background."""
        if self._take_turn(REFRESH_SECONDS):
            threading.Thread(target=self._refresh, name="keys", daemon=True).start()
        return self._keys

    def asked_again(self) -> Sequence[str]:
        """Return the keys that the command prints now; it is run unless that was done a moment ago."""
        if self._take_turn(MISSING_SECONDS):
            self._refresh()
        return self._keys

    def _take_turn(self, seconds: float) -> bool:
        """Of threads that come at once one may run it."""
        with self._lock:
            is_due = self._clock() - self._asked_at >= seconds
            if is_due:
                self._asked_at = self._clock()
            return is_due

    def _run(self) -> None:
        keys = _checked(_output(self._command, self._timeout_seconds))
        if keys != self._keys:
            self._keys = keys

    def _refresh(self) -> None:
        try:
            self._run()
        except InlaidError as error:  # the keys that are known go on
            _log.warning("keys could not be read again", code=error.code)


class FollowedKeys:
    """The keys of a command as one user of them has seen them.

    Args:
        command: prints them.
    """

    def __init__(self, command: KeyCommand) -> None:
        self._command = command
        self.keys = command.keys()

    def changed(self) -> Sequence[str] | None:
        """Return the keys when they are others than the last time, else None."""
        return self._news(self._command.latest())

    def missing(self) -> Sequence[str] | None:
        """Return the same after a look at the command, where a value names a key that is not listed."""
        return self._news(self._command.asked_again())

    def _news(self, keys: Sequence[str]) -> Sequence[str] | None:
        if keys is self.keys:
            return None
        self.keys = keys
        return keys


@lru_cache(maxsize=8)
def key_command(command: str) -> KeyCommand:
    """Return the command of a process, which is run once for all that open values."""
    return KeyCommand(command)


def _output(command: Sequence[str], timeout_seconds: float) -> bytes:
    """Return what a command prints. It has no input, and none of our settings in its environment."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("INLAID_")}
    try:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            start_new_session=True,
        )
    except OSError as error:
        reason = "is not there" if isinstance(error, FileNotFoundError) else f"cannot be run: {error.strerror}"
        raise SettingsError(f"The program of {VARIABLE}, {command[0]}, {reason}.", fix="Give its full path.") from error
    deadline = time.monotonic() + timeout_seconds
    printed: list[bytes] = []
    reading = threading.Thread(target=_read, args=(process, printed), name="keys", daemon=True)
    reading.start()
    reading.join(timeout_seconds)
    in_time = printed[0] if printed else None
    is_too_much = in_time is not None and len(in_time) > MAX_OUTPUT_BYTES
    code = _ended(process, 0.0 if in_time is None or is_too_much else deadline - time.monotonic())
    if is_too_much:
        raise _refused("prints too much for keys")
    if code is None or in_time is None:
        raise _refused(f"takes longer than {timeout_seconds:g} s")
    if code:
        raise _refused(f"ended with the code {code}")
    return in_time


def _read(process: subprocess.Popen[bytes], printed: list[bytes]) -> None:
    assert process.stdout
    with process.stdout as output:
        printed.append(output.read(MAX_OUTPUT_BYTES + 1))


def _ended(process: subprocess.Popen[bytes], wait_seconds: float) -> int | None:
    """Return how it ended, or None if it had to be ended, with all that it had started."""
    try:
        return process.wait(max(0.0, wait_seconds))
    except subprocess.TimeoutExpired:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        return None


def _checked(output: bytes) -> list[str]:
    keys = output.decode("ascii", "replace").replace(",", "\n").split()
    if not keys:
        raise _refused("prints nothing")
    for number, key in enumerate(keys, start=1):
        try:
            Fernet(key.encode())
        except ValueError:
            what = f"Key {number} has {len(key)} characters, {KEY_CHARS} are wanted"
            raise SettingsError(
                f"The command of {VARIABLE} prints something that is not a key. {what}.",
                fix="Create keys with: inlaid keys new",
            ) from None
    return keys


def _refused(problem: str) -> SettingsError:
    return SettingsError(f"The command of {VARIABLE} {problem}.", fix=_BY_HAND)
