"""The worker with a watchdog that waits seconds where it waits a minute otherwise."""

from core.settings import load_settings
from integrations.cli.processes.run import run_worker

SILENT_SECONDS = 3.0

if __name__ == "__main__":
    run_worker(load_settings(), silent_seconds=SILENT_SECONDS, check_seconds=0.5)
