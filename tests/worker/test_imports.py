"""What an idle worker holds in memory."""

import subprocess
import sys

# Tens of megabytes each, for work that few jobs bring.
HEAVY = {"httpx", "lxml", "nh3", "numpy", "openai", "pypdf", "rich", "slack_bolt", "xllamacpp"}


def test_an_idle_worker_has_imported_nothing_heavy() -> None:
    script = f"import sys, worker.consumer, worker.tasks, worker.transport; print(sorted({HEAVY!r} & set(sys.modules)))"
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
