"""What a process is on its machine, beside others."""

import subprocess
import sys

import pytest

TOLD = """
import os, sys
from core.settings import load_settings
from integrations.cli.processes.run import give_way
before = os.nice(0)
give_way(load_settings(), sys.argv[1:])
print(os.nice(0) - before)
"""
WITHOUT = """
import os
from core.settings import load_settings
from integrations.cli.processes.run import give_way
del os.nice
give_way(load_settings(), ["bulk"])
"""


@pytest.mark.parametrize(
    ("queues", "given", "lower"),
    [
        (("interactive", "background", "bulk"), {}, 0),
        (("background",), {}, 0),
        (("background", "bulk"), {}, 0),
        (("bulk",), {}, 10),
        (("bulk",), {"INLAID_WORKER_NICE": "3"}, 3),
    ],
)
def test_a_worker_that_takes_bulk_jobs_alone_gives_way_and_one_that_looks_after_mailboxes_does_not(
    queues: tuple[str, ...], given: dict[str, str], lower: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    told = subprocess.run([sys.executable, "-c", TOLD, *queues], capture_output=True, text=True, check=True)
    assert int(told.stdout) == lower


def test_where_processes_have_no_such_priority_a_worker_starts_all_the_same() -> None:
    assert subprocess.run([sys.executable, "-c", WITHOUT], check=False).returncode == 0
