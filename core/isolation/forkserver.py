"""The program that forks a child for each call, kills it when its time is up, and tells how it ended.

`python -P -m core.isolation.forkserver FD [IDLE_SECONDS]`: the socket that it is asked on. It reads nothing foreign
itself, so it always answers. When the other end of the socket closes, it kills its children and ends.
"""

import contextlib
import gc
import importlib
import os
import pickle
import resource
import select
import signal
import socket
import sys
import time
import traceback
from dataclasses import dataclass
from typing import NoReturn

from core.errors import InlaidError
from core.isolation.wire import (
    END,
    ERROR,
    FAULT,
    MAX_RESULT_BYTES,
    MEMORY_CODE,
    RESULT,
    TASK_HEAD,
    TOO_LARGE_CODE,
    Fault,
    Task,
    receive_frame,
    send_frame,
)
from core.system.exec_with_parent import die_with_parent

IDLE_SECONDS = 600.0
MAX_CPU_OVER_SECONDS = 2
_FAULT_FRAMES = 4


@dataclass(frozen=True)
class _Child:
    """A running child. The end is where its caller waits to hear how it ended."""

    deadline: float
    end: int


class ForkServer:
    """Serves one caller.

    Args:
        control: where calls come in.
        idle_seconds: without any call for so long, the server ends.
    """

    def __init__(self, control: socket.socket, idle_seconds: float = IDLE_SECONDS) -> None:
        self._control = control
        self._idle_seconds = idle_seconds
        self._children: dict[int, _Child] = {}
        self._known: set[str] = set()
        self._woken, self._wake = os.pipe()
        for end in (self._woken, self._wake):
            os.set_blocking(end, False)
        signal.signal(signal.SIGCHLD, lambda _number, _frame: None)
        signal.set_wakeup_fd(self._wake, warn_on_full_buffer=False)

    def run(self) -> None:
        """Serve until the caller is gone or has nothing to do."""
        asked = self._control.fileno()
        try:
            while True:
                has_children = bool(self._children)
                ready, _, _ = select.select([asked, self._woken], [], [], self._patience())
                self._bury()
                if self._woken in ready:
                    os.read(self._woken, 4096)
                if (asked in ready and not self._take()) or not (ready or has_children):
                    return
        finally:
            for pid in self._children:
                _kill(pid)

    def _patience(self) -> float:
        if not self._children:
            return self._idle_seconds
        return max(0.0, min(child.deadline for child in self._children.values()) - time.monotonic())

    def _bury(self) -> None:
        """Kill whose time is up, and tell the callers of all that have ended how they did."""
        expired = {pid for pid, child in self._children.items() if child.deadline <= time.monotonic()}
        for pid in expired:
            _kill(pid)
        for pid in list(self._children):
            if pid in expired or os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None:
                _kill(pid)  # before its number is free: what it started may live on in its process group
                code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
                end = self._children.pop(pid).end
                with contextlib.suppress(OSError):
                    os.write(end, END.pack(code, pid in expired))
                os.close(end)

    def _take(self) -> bool:
        """Start the child of a call; False when the caller is gone."""
        head, ends, _, _ = socket.recv_fds(self._control, TASK_HEAD.size, 2, socket.MSG_WAITALL)
        if len(head) < TASK_HEAD.size or len(ends) < 2:
            return False
        names_bytes, seconds, memory_bytes = TASK_HEAD.unpack(head)
        function, *modules = self._control.recv(names_bytes, socket.MSG_WAITALL).decode().split()
        task = Task(tuple(modules), function, seconds, memory_bytes)
        connection, end = ends
        self._import(task.modules)
        server = os.getpid()
        pid = os.fork()
        if not pid:
            self._become_child(task, server, connection, end)
        with contextlib.suppress(OSError):  # the child does the same; the first one wins
            os.setpgid(pid, pid)
        os.close(connection)
        self._children[pid] = _Child(time.monotonic() + task.seconds, end)
        return True

    def _import(self, modules: tuple[str, ...]) -> None:
        """Have the modules of a call, so that no child has to import them; what fails here is told by the child."""
        if self._known.issuperset(modules):
            return
        for module in modules:
            with contextlib.suppress(Exception):
                importlib.import_module(module)
                self._known.add(module)
        gc.collect()
        gc.freeze()  # what all children share is neither looked through nor copied by each

    def _become_child(self, task: Task, server: int, connection: int, end: int) -> NoReturn:
        code = 1
        try:
            os.setpgid(0, 0)
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            die_with_parent(server)
            others = [child.end for child in self._children.values()]
            for number in (self._control.fileno(), self._woken, self._wake, end, *others):
                os.close(number)
            code = _work(task, connection)
        finally:
            os._exit(code)


def _kill(pid: int) -> None:
    """Kill a child and all that it started."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def _work(task: Task, connection: int) -> int:
    """Do what was asked and answer; return the exit code."""
    _silence()
    try:
        with socket.socket(fileno=connection) as caller:
            asked = receive_frame(caller)
            if asked is None:
                return 1
            _limit(task)
            kind, payload = _answer(task, asked[1])
            if len(payload) > MAX_RESULT_BYTES:
                return TOO_LARGE_CODE
            send_frame(caller, kind, payload)
    except MemoryError:
        return MEMORY_CODE
    except OSError:  # the caller has gone
        return 1
    return 0


def _answer(task: Task, arguments: bytearray) -> tuple[bytes, bytes]:
    """Call the function; return its result, its refusal, or where our own code failed."""
    try:
        found = getattr(importlib.import_module(task.modules[0]), task.function)
        args, kwargs = pickle.loads(arguments)  # noqa: S301 # from the process that started us
        return RESULT, pickle.dumps(found(*args, **kwargs), pickle.HIGHEST_PROTOCOL)
    except MemoryError:
        raise
    except InlaidError as error:
        if _lacked_memory(error):
            raise MemoryError from error
        error.__cause__ = error.__context__ = None
        return ERROR, pickle.dumps(error)
    except Exception as error:  # whatever a fault in our code is, the caller has to hear of it
        if _lacked_memory(error):
            raise MemoryError from error
        return FAULT, pickle.dumps(Fault(type(error).__name__, _source(error)))


def _lacked_memory(error: BaseException) -> bool:
    """Tell whether an error is only how somebody put that there was no memory left."""
    causes: BaseException | None = error
    while causes is not None:
        if isinstance(causes, MemoryError):
            return True
        causes = causes.__cause__ or causes.__context__
    return False


def _source(error: Exception) -> str:
    """Return the innermost places that an error passed, as a log may hold them: without a line of what they do."""
    places = traceback.extract_tb(error.__traceback__)[-_FAULT_FRAMES:]
    return "/".join(f"{os.path.basename(place.filename)}:{place.lineno}:{place.name}" for place in places)


def _limit(task: Task) -> None:
    """Bind this process to its ceilings. The server keeps the time; the limit of CPU time holds without it too."""

    def lower(kind: int, limit: int) -> None:
        _, hard = resource.getrlimit(kind)
        allowed = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
        with contextlib.suppress(ValueError, OSError):  # not every system has every limit
            resource.setrlimit(kind, (allowed, allowed))

    lower(resource.RLIMIT_AS, task.memory_bytes)
    lower(resource.RLIMIT_CPU, int(task.seconds) + MAX_CPU_OVER_SECONDS)
    lower(resource.RLIMIT_CORE, 0)
    if sys.platform == "linux":
        with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "w") as score:
            score.write("1000")  # when the machine has no memory left, this process goes first


def _silence() -> None:
    """Let nothing that a library prints, which may be foreign text, reach a log."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(nowhere, number)
    os.close(nowhere)


def main() -> None:
    """Serve on the socket whose number is the first argument."""
    number, *idle_seconds = sys.argv[1:]
    # The folder that the caller was started in may be deleted while this lives; then no relative path can be resolved.
    sys.path[:] = [os.path.abspath(folder) for folder in sys.path]
    os.chdir("/")
    with socket.socket(fileno=int(number)) as control:
        ForkServer(control, *map(float, idle_seconds)).run()


if __name__ == "__main__":
    main()
