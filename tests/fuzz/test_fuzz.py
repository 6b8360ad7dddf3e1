"""A quarter of a minute of the fuzzer on each target; hours of it are run by hand (`python -m tests.fuzz`)."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fuzz.targets import TARGETS

ROOT = Path(__file__).parents[2]
SECONDS = 15


@pytest.mark.skipif(importlib.util.find_spec("atheris") is None, reason="atheris: not installed on this platform")
@pytest.mark.parametrize("target", sorted(TARGETS))
def test_what_a_fuzzer_makes_up_is_read_or_refused_in_words(target: str, tmp_path: Path) -> None:
    # As it is begun by hand: the folder of the clone is where modules are found.
    command = [sys.executable, "-m", "tests.fuzz", target, "--seconds", str(SECONDS), "--faults", str(tmp_path)]
    path = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    run = subprocess.run(command, capture_output=True, text=True, timeout=150, check=False, cwd=ROOT, env=path)
    assert run.returncode == 0, run.stderr[-4000:]
    assert "DONE" in run.stderr


@pytest.mark.parametrize("target", sorted(TARGETS))
def test_samples_reach_what_is_fuzzed(target: str) -> None:
    samples = TARGETS[target].samples()
    assert samples
    for data in samples:
        TARGETS[target].read(data)
