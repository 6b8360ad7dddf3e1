"""A process that lost a thread ends, whatever that thread does, and with a code that says: start it again."""

import subprocess
import sys

from worker.draining import EXIT_CODE

STUCK = """
import threading
from types import SimpleNamespace
from worker.draining import drain_and_exit, stopping
threading.Thread(target=threading.Event().wait).start()  # not a daemon: the interpreter would wait for it for ever
drain_and_exit(SimpleNamespace(id="a"))
drain_and_exit(SimpleNamespace(id="b"))
threading.Event().wait()
"""


def test_a_process_with_stuck_threads_ends() -> None:
    done = subprocess.run([sys.executable, "-c", STUCK], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == EXIT_CODE, done.stderr
