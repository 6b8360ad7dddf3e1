"""A process tree that is tended as `inlaid up` does, and in which no process may end that the test did not kill."""

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from core.settings import Settings
from integrations.cli.processes.process_tree import RunningTree, process_tree

POLL_SECONDS = 0.05
# Tests kill parts outright; none of ours ends itself so.
KILLED = "with code -9;"


def ended_by_themselves(lines: Iterable[str]) -> list[str]:
    """Return those of a supervisor's lines that tell of a part which nobody killed."""
    return [line for line in lines if KILLED not in line]


@contextmanager
def tended_tree(settings: Settings, *, web: bool) -> Iterator[RunningTree]:
    """Run a tree in which what ends is started again.

    Raises:
        AssertionError: after the block, when a part ended that was not killed.
    """
    stops: list[str] = []

    def note(word: str, line: str) -> None:
        if word == "stopped":
            stops.append(line)

    left = threading.Event()
    with process_tree(settings, web=web, report=note) as tree:

        def tend() -> None:
            while not left.wait(POLL_SECONDS):
                tree.tend()

        tender = threading.Thread(target=tend, daemon=True)
        tender.start()
        try:
            yield tree
        finally:
            left.set()
            tender.join()
        tree.tend()
        assert not ended_by_themselves(stops), "\n".join(stops)
