"""What an idle worker holds in memory."""

import subprocess
import sys

# Tens of megabytes each, for work that few jobs bring.
HEAVY = {"numpy", "openai", "pypdf", "slack_bolt", "xllamacpp"}


def test_an_idle_worker_has_imported_nothing_heavy() -> None:
    script = (
        "import sys, worker.tasks; from integrations.registry import import_surfaces; import_surfaces(); "
        f"print(sorted({HEAVY!r} & set(sys.modules)))"
    )
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
