"""Which tests take long, so that `make unit` leaves them to `make test`: the lines of `slow_tests.txt`.

    .venv/bin/python -m tests.slow_tests [--more]

runs every test that `make unit` could run, and writes the names of those that took the processor for longer than
`SLOW_SECONDS`, all their parameters together, and of those that turned out to need a server or a process. Whoever
adds such a test runs it again, or adds a line by hand. `--more` runs those that are not on the list and adds to it:
what the first test makes for all that come after it (a parsed tree, a loaded dictionary) falls on the next one.
"""

import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

LIST = Path(__file__).with_suffix(".txt")
SLOW_SECONDS = 0.02
FOLDERS = ("tests/core", "tests/worker", "tests/integrations")


def name_of(node_id: str) -> str:
    """Return the name of a test without its parameters."""
    return node_id.partition("[")[0]


def slow_tests() -> frozenset[str]:
    """Return the names of the list."""
    return frozenset(LIST.read_text(encoding="utf-8").split())


class Stopwatch:
    """Notes for how long each test keeps the processor, with its fixtures, and which are skipped and which are not."""

    def __init__(self) -> None:
        self.seconds: defaultdict[str, float] = defaultdict(float)
        self.skipped: set[str] = set()
        self.done: set[str] = set()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        """Look at the clock before and after a test."""
        began = time.process_time()
        result = yield
        self.seconds[name_of(item.nodeid)] += time.process_time() - began
        return result

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note how a test ended."""
        if report.skipped:
            self.skipped.add(name_of(report.nodeid))
        elif report.when == "call":
            self.done.add(name_of(report.nodeid))


def main() -> None:
    """Run the tests and write the list."""
    known = slow_tests() if sys.argv[1:] == ["--more"] else frozenset()
    LIST.write_text("\n".join(known), encoding="utf-8")
    watch = Stopwatch()
    status = pytest.main(["-q", "--unit", "-n", "0", *FOLDERS], plugins=[watch])
    slow = {name for name, seconds in watch.seconds.items() if seconds > SLOW_SECONDS}
    found = sorted(known | slow | watch.skipped - watch.done)
    LIST.write_text("\n".join(found) + "\n", encoding="utf-8")
    sys.stdout.write(
        f"{len(found) - len(known)} of {len(watch.seconds)} tests took over {SLOW_SECONDS} seconds or need more\n"
    )
    sys.exit(status)


if __name__ == "__main__":
    main()
