"""So many calls at a time, each in a thread of ours: the threads of the libraries wait for each other by spinning."""

import os
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

_MAX_THREADS = 4
Asked = TypeVar("Asked")
Found = TypeVar("Found")


class Turns:
    """Runs the calls of all threads, as many at once as there are processors. Thread-safe."""

    def __init__(self) -> None:
        self.threads = min(_MAX_THREADS, os.cpu_count() or 1)
        self._free = threading.BoundedSemaphore(self.threads)

    def results(self, run: Callable[[Asked], Found], calls: Sequence[Asked]) -> list[Found]:
        """Return what each call gives, in their order."""

        def in_turn(call: Asked) -> Found:
            with self._free:
                return run(call)

        if len(calls) < 2 or self.threads < 2:
            return [in_turn(call) for call in calls]
        with ThreadPoolExecutor(self.threads) as pool:
            return list(pool.map(in_turn, calls))
