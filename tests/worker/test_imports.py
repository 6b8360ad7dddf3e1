"""What an idle worker holds in memory."""

import subprocess
import sys

# Three to tens of megabytes each, for work that few jobs bring.
HEAVY = {"httpx", "lxml", "nh3", "numpy", "openai", "pypdf", "rapidfuzz", "rich", "slack_bolt", "xllamacpp"}
# What it imports when it begins, and with its first job.
IMPORTED = "worker.consumer, worker.tasks, worker.transport, core.runner.pipeline, core.writing.plans"


def test_an_idle_worker_has_imported_nothing_heavy() -> None:
    script = f"import sys, {IMPORTED}; print(sorted({HEAVY!r} & set(sys.modules)))"
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
