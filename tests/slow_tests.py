"""Which tests take long, so that `make unit` leaves them to `make test`: the lines of `slow_tests.txt`.

    .venv/bin/python -m tests.slow_tests [--more]

runs every test that `make unit` could run, and writes the names of those that took the processor for longer than
`SLOW_SECONDS`, all their parameters together, that waited for longer than `WAITING_SECONDS`, and that turned out to
need a server or a process. A file that has no other tests stands there by its own name, and `make unit` does not
import it. Whoever adds such a test runs it again, or adds a line by hand. `--more` runs those that are not on the list
and adds to it: what the first test makes for all that come after it (a parsed tree, a loaded dictionary) falls on the
next one.
"""

import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

LIST = Path(__file__).with_suffix(".txt")
SLOW_SECONDS = 0.02
WAITING_SECONDS = 0.3
FOLDERS = ("tests/core", "tests/worker", "tests/integrations")


def name_of(node_id: str) -> str:
    """Return the name of a test without its parameters."""
    return node_id.partition("[")[0]


@cache
def slow_tests() -> frozenset[str]:
    """Return the names of the list, tests and whole files."""
    return frozenset(LIST.read_text(encoding="utf-8").split())


class Stopwatch:
    """Notes for how long each test keeps the processor and waits, with its fixtures, and which are skipped or done."""

    def __init__(self) -> None:
        self.seconds: defaultdict[str, float] = defaultdict(float)
        self.waited: defaultdict[str, float] = defaultdict(float)
        self.collected: set[str] = set()
        self.skipped: set[str] = set()
        self.done: set[str] = set()

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Note what there is before some of it is left out."""
        self.collected = {name_of(item.nodeid) for item in items}

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        """Look at the clock before and after a test."""
        began, busy = time.monotonic(), time.process_time()
        result = yield
        took, name = time.process_time() - busy, name_of(item.nodeid)
        self.seconds[name] += took
        self.waited[name] = max(self.waited[name], time.monotonic() - began - took)
        return result

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note how a test ended."""
        if report.skipped:
            self.skipped.add(name_of(report.nodeid))
        elif report.when == "call":
            self.done.add(name_of(report.nodeid))

    def left_out(self) -> set[str]:
        """Return the tests that took long or need more, and those that did not run; whole files by their name."""
        slow = {name for name, seconds in self.seconds.items() if seconds > SLOW_SECONDS}
        waiting = {name for name, seconds in self.waited.items() if seconds > WAITING_SECONDS}
        quick = self.done - slow - waiting
        files = {_file_of(name) for name in self.collected} - {_file_of(name) for name in quick}
        return files | {name for name in slow | waiting | self.skipped - self.done if _file_of(name) not in files}


def _file_of(name: str) -> str:
    return name.partition("::")[0]


def main() -> None:
    """Run the tests and write the list."""
    known = slow_tests() if sys.argv[1:] == ["--more"] else frozenset()
    LIST.write_text("\n".join(known), encoding="utf-8")
    watch = Stopwatch()
    status = pytest.main(["-q", "--unit", "-n", "0", *FOLDERS], plugins=[watch])
    found = known | watch.left_out()
    found -= {name for name in found if "::" in name and _file_of(name) in found}
    LIST.write_text("\n".join(sorted(found)) + "\n", encoding="utf-8")
    sys.stdout.write(f"{len(found - known)} lines are new; {len(watch.seconds)} tests ran\n")
    sys.exit(status)


if __name__ == "__main__":
    main()
