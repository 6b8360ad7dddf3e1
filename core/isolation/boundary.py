"""The caller's side: calls a function in a child of the fork server, and puts into words how that can end."""

import atexit
import contextlib
import os
import pickle
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import ParamSpec, TypeVar

from core.errors import InlaidError, InputError, OutageError, UnexpectedError
from core.isolation.wire import (
    END,
    ERROR,
    MEMORY_CODE,
    RESULT,
    TOO_LARGE_CODE,
    Fault,
    Task,
    read_value,
    receive_frame,
    send_frame,
)
from core.logs import logger
from core.system.subprocesses import module_command

log = logger(__name__)

P = ParamSpec("P")
T = TypeVar("T")

# One process runs at most so many children at once, whatever number of threads it has.
MAX_CHILDREN = 16
# The server keeps the time. Only when it does not answer any more is it given up, so much later.
SERVER_GRACE_SECONDS = 5.0
# A child needs nothing of ours from its environment, least of all a key.
_PASSED_ON = ("PATH", "LANG", "TZ", "SYSTEMROOT")
_PASSED_ON_PREFIXES = ("LC_", "PYTHON")
_CRASHES = {-signal.SIGSEGV, -signal.SIGABRT, -signal.SIGBUS, -signal.SIGILL, -signal.SIGFPE}


@dataclass(frozen=True)
class Boundary:
    """Where foreign data of one kind is worked on, and what a person hears when it cannot be.

    Args:
        what: the thing as a person calls it, "document".
        refusal: the error for one that breaks a ceiling.
        fix: what a person can do about it.
        seconds: how long one call may take.
        memory_bytes: how much memory one call may use (address space, Python itself included).
        modules: what the functions import late, for the server to import early, since each child would import it again.
    """

    what: str
    refusal: type[InputError]
    fix: str = ""
    seconds: float = 30.0
    memory_bytes: int = 1536 * 2**20
    modules: tuple[str, ...] = ()

    def call(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call a function of a module in a child process. Arguments and result are copied (pickled).

        Args:
            function: at the top of a module of ours; that module should import all that it uses.
            args: plain values, dataclasses and models of ours.
            kwargs: the same.

        Returns:
            What the function returns: plain values, dataclasses and models of ours.

        Raises:
            InlaidError: as the function raises it.
            InputError: the boundary's own refusal: it took too long, too much memory, or ended the child.
            OutageError: too many calls run; a later try can help.
        """
        modules = (function.__module__, *self.modules)
        task = Task(modules, function.__name__, self.seconds, self.memory_bytes)
        arguments = pickle.dumps((args, kwargs), pickle.HIGHEST_PROTOCOL)
        if not _running.acquire(timeout=self.seconds):
            raise OutageError(
                f"Too many files are being read, so this {self.what} had to wait.", fix="Try again later."
            )
        try:
            answer = _ask(task, arguments)
        finally:
            _running.release()
        if isinstance(answer, _Ended):
            raise self._refused(answer, task)
        kind, payload = answer
        try:
            value = read_value(payload)
        except Exception as error:  # a child that reads hostile data may answer with anything
            log.exception("unreadable answer", task=task.name)
            raise self._crash() from error
        if kind == RESULT:
            return value  # type: ignore[no-any-return]
        if kind == ERROR and isinstance(value, InlaidError):
            raise value
        raise _fault(value, task)

    def _refused(self, end: "_Ended", task: Task) -> InlaidError:
        log.warning("isolated call ended", task=task.name, exit_code=end.code, outcome="late" if end.timed_out else "")
        if end.timed_out or end.code == -signal.SIGXCPU:
            return self._refusal(f"could not be read within {self.seconds:g} s")
        if end.code == MEMORY_CODE:
            return self._refusal(f"needs more than {self.memory_bytes // 2**20} MB of memory to be read")
        if end.code == TOO_LARGE_CODE:
            return self._refusal("holds too much")
        if end.code in _CRASHES:
            return self._crash()
        return self._refusal("could not be read: the process that did was stopped twice")

    def _crash(self) -> InputError:
        return self._refusal("is damaged in a way that stops the program that reads it")

    def _refusal(self, reason: str) -> InputError:
        return self.refusal(f"This {self.what} {reason}.", fix=self.fix)


@dataclass(frozen=True)
class _Ended:
    """How a child ended that gave no answer: its return code (negative for a signal)."""

    code: int
    timed_out: bool


def _fault(fault: Fault, task: Task) -> UnexpectedError:
    log.error("isolated call failed", task=task.name, error=fault.error, source=fault.source)
    return UnexpectedError("Something went wrong on our side.", fix="Try again, or tell your administrator.")


class _Server:
    """A running fork server."""

    def __init__(self) -> None:
        self._control, theirs = socket.socketpair()
        environment = {
            name: value
            for name, value in os.environ.items()
            if name in _PASSED_ON or name.startswith(_PASSED_ON_PREFIXES)
        }
        with theirs:
            self._process = subprocess.Popen(
                module_command("core.isolation.forkserver", str(theirs.fileno())),
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=(theirs.fileno(),),
                process_group=0,
            )
        self._sending = threading.Lock()
        self.owner = os.getpid()

    def send(self, task: Task, ends: list[int]) -> None:
        """Ask for a child.

        Raises:
            OSError: the server has ended.
        """
        message = task.packed()
        with self._sending:
            socket.send_fds(self._control, [message], ends)

    def stop(self) -> None:
        """End it with its children."""
        self._control.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(SERVER_GRACE_SECONDS)
            return
        self._process.kill()
        self._process.wait()

    def forsake(self) -> None:
        """Give up one that does not answer."""
        self._process.kill()
        self.stop()


_KILLED = _Ended(-signal.SIGKILL, timed_out=False)
_running = threading.BoundedSemaphore(MAX_CHILDREN)
_starting = threading.Lock()
_servers: list[_Server] = []


def _server() -> _Server:
    """Return this process's server, started by the first call."""
    with _starting:
        if _servers and _servers[0].owner != os.getpid():
            _servers.clear()  # it belongs to the process that we were forked from
        if not _servers:
            _servers.append(_Server())
            atexit.register(stop_isolation)
        return _servers[0]


def _drop(server: _Server, *, forsake: bool) -> None:
    with _starting:
        if server not in _servers:
            return
        _servers.remove(server)
    if forsake:
        server.forsake()
    else:
        server.stop()


def stop_isolation() -> None:
    """End the fork server of this process, and the calls that run in it; the next call starts another."""
    with _starting:
        stopped = [server for server in _servers if server.owner == os.getpid()]
        _servers.clear()
    for server in stopped:
        server.stop()


def _ask(task: Task, arguments: bytes) -> "tuple[bytes, bytearray] | _Ended":
    """Have a child do a task; once more when it or the server was killed from outside, or the server was idle."""
    answer: tuple[bytes, bytearray] | _Ended | None = None
    for _ in range(2):
        server = _server()
        answer = _ask_once(server, task, arguments)
        if answer is None:
            _drop(server, forsake=False)
        elif answer != _KILLED:
            return answer
    return answer or _KILLED


def _ask_once(server: _Server, task: Task, arguments: bytes) -> "tuple[bytes, bytearray] | _Ended | None":
    """Return the child's answer, how it ended without one, or None when the server ended."""
    deadline = time.monotonic() + task.seconds + SERVER_GRACE_SECONDS
    mine, childs = socket.socketpair()
    ended, servers_end = os.pipe()
    with mine, open(ended, "rb", buffering=0) as end:
        try:
            server.send(task, [childs.fileno(), servers_end])
        except OSError:
            return None
        finally:
            childs.close()
            os.close(servers_end)
        mine.settimeout(max(0.0, deadline - time.monotonic()))
        try:
            with contextlib.suppress(ConnectionError):
                send_frame(mine, RESULT, arguments)
                if answer := receive_frame(mine):
                    return answer
        except TimeoutError:
            _drop(server, forsake=True)
            return _Ended(-signal.SIGKILL, timed_out=True)
        said = end.read(END.size)
        return _Ended(*END.unpack(said)) if len(said) == END.size else None
