"""How long a person waits: `inlaid --help` beside a bare Python, and `inlaid up` until ready and until gone.

`.venv/bin/python -m benchmarks.start [--json]` on Linux, half a minute; exit code 1 when a bar is not met.
"""

import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import psutil

from core.llm.weights import FILE_NAME, find_weights
from core.settings import load_settings
from tests.processes.commands import INLAID, Up, running_up

HELP_RUNS = 10
UP_RUNS = 3
MAX_HELP_SECONDS = 0.4
MAX_HELP_MB = 60.0
MAX_STOP_SECONDS = 10.0
MB = 2**20
# A child's peak memory counts that of its parent before exec: a bare interpreter starts it.
LAUNCHER = """
import resource, subprocess, sys, time
started = time.perf_counter()
subprocess.run(sys.argv[1:], check=True)
seconds, used = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
print("\\n", seconds, used.ru_utime + used.ru_stime, used.ru_maxrss // (1024 if sys.platform == "darwin" else 1))
"""


def time_command(command: Sequence[str]) -> dict[str, float]:
    """Return the medians over some runs of a command: wall and CPU seconds, and peak memory in MB."""
    launched = [sys.executable, "-I", "-S", "-c", LAUNCHER, *command]
    runs = []
    for _ in range(HELP_RUNS):
        done = subprocess.run(launched, stdout=subprocess.PIPE, text=True, check=True)
        runs.append([float(word) for word in done.stdout.splitlines()[-1].split()])
    seconds, cpu_seconds, peak_kb = (statistics.median(column) for column in zip(*runs, strict=True))
    return {"seconds": seconds, "cpu_seconds": cpu_seconds, "peak_mb": peak_kb / 1024}


def time_up(home: Path) -> dict[str, Any]:
    """Start and stop one tree; return the seconds and, for each part, its share of memory (PSS) in MB."""
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        with running_up(home, Path(folder) / "output") as up:
            up.wait_for("Stop with Ctrl-C.")
            ready_seconds = time.perf_counter() - started
            memory = {"inlaid up": psutil.Process(up.process.pid), **up.parts()}
            cpu_seconds = sum(sum(process.cpu_times()[:2]) for process in memory.values())
            pss_mb = {name: process.memory_full_info().pss / MB for name, process in memory.items()}
            weights_mb = mapped_weights_mb(up)
            started = time.perf_counter()
            up.interrupt()
            up.wait_until_gone()
            stop_seconds = time.perf_counter() - started
    return {
        "ready_seconds": ready_seconds,
        "cpu_seconds": cpu_seconds,
        "stop_seconds": stop_seconds,
        "pss_mb": pss_mb,
        "weights_mb": weights_mb,
    }


def mapped_weights_mb(up: Up) -> float:
    """Return how much memory the weights take in all parts together."""
    maps = [one for part in up.parts().values() for one in part.memory_maps() if one.path.endswith(FILE_NAME)]
    return float(sum(one.pss for one in maps)) / MB


def measure() -> dict[str, Any]:
    """Run everything once."""
    python = time_command([sys.executable, "-c", "pass"])
    shown = time_command([str(INLAID), "--help"])
    with tempfile.TemporaryDirectory() as home:
        first, *later = [time_up(Path(home)) for _ in range(UP_RUNS)]
    return {
        "python": python,
        "help": shown,
        "help_ratio": shown["seconds"] / python["seconds"],
        "up_first_seconds": first["ready_seconds"],
        "up_later_seconds": statistics.median(run["ready_seconds"] for run in later),
        "up_cpu_seconds": later[-1]["cpu_seconds"],
        "stop_seconds": max(run["stop_seconds"] for run in (first, *later)),
        "pss_mb": later[-1]["pss_mb"],
        "weights_mb": later[-1]["weights_mb"],
        "weights_file_mb": find_weights(load_settings()).stat().st_size / MB,
    }


def missed(result: dict[str, Any]) -> list[str]:
    """Return the bars that were not met."""
    bars = {
        f"inlaid --help in {MAX_HELP_SECONDS} s": result["help"]["seconds"] <= MAX_HELP_SECONDS,
        f"inlaid --help in {MAX_HELP_MB:.0f} MB": result["help"]["peak_mb"] <= MAX_HELP_MB,
        f"inlaid up gone in {MAX_STOP_SECONDS:.0f} s": result["stop_seconds"] <= MAX_STOP_SECONDS,
        "weights in memory once": result["weights_mb"] <= result["weights_file_mb"] + 1,
    }
    return [name for name, is_met in bars.items() if not is_met]


def show(result: dict[str, Any]) -> None:
    """Print the table."""
    for name, key in (("python -c pass", "python"), ("inlaid --help", "help")):
        run = result[key]
        print(f"{name:<20} {run['seconds']:6.2f} s   CPU {run['cpu_seconds']:.2f} s   peak {run['peak_mb']:4.0f} MB")
    print(f"help / python        {result['help_ratio']:6.1f} x   (bar {MAX_HELP_SECONDS} s, {MAX_HELP_MB:.0f} MB)")
    print(f"inlaid up, new home  {result['up_first_seconds']:6.2f} s")
    print(f"inlaid up, again     {result['up_later_seconds']:6.2f} s   CPU {result['up_cpu_seconds']:.2f} s in all")
    print(f"Ctrl-C to all gone   {result['stop_seconds']:6.2f} s   (bar {MAX_STOP_SECONDS:.0f} s)")
    print("memory (PSS) in MB:  " + ", ".join(f"{name} {size:.0f}" for name, size in result["pss_mb"].items()))
    weights = f"{result['weights_mb']:6.1f} MB in all parts, {result['weights_file_mb']:.1f} MB on disk"
    print(f"weights in memory    {weights}")


def main() -> None:
    """Measure, print, and say by the exit code whether every bar is met."""
    result = measure()
    failures = missed(result)
    if "--json" in sys.argv[1:]:
        print(json.dumps({**result, "missed": failures}, indent=2))
    else:
        show(result)
        for name in failures:
            print(f"NOT MET: {name}")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
