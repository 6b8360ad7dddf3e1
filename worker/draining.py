"""Ends this process when a thread of it is lost, so that its slot comes back: whoever supervises it starts it again."""

import os
import threading
import time

from core.job import Job
from core.logs import logger

log = logger(__name__)

# "Temporary failure" in sysexits.h: everything is well with the installation, start it again.
EXIT_CODE = 75
DRAIN_SECONDS = 30.0
POLL_SECONDS = 0.1

# Set when this process shuts down: running jobs are given back at their next step.
stopping = threading.Event()
_stuck: set[str] = set()
_lock = threading.Lock()


def drain_and_exit(job: Job) -> None:
    """Begin to end this process, because the thread that has this job will not come back. Returns at once."""
    with _lock:
        _stuck.add(job.id)
        if len(_stuck) == 1:
            threading.Thread(target=end_process, name="drain", daemon=True).start()


def end_process() -> None:
    """Give running jobs back and end this process."""
    from celery.worker import state

    log.critical("process ends to be started again", exit_code=EXIT_CODE)
    stopping.set()
    # The consumer's loop looks at this: it takes no more messages.
    state.should_stop = EXIT_CODE  # type: ignore[assignment] # the stubs know its first value only
    deadline = time.monotonic() + DRAIN_SECONDS
    while len(state.active_requests) > len(_stuck) and time.monotonic() < deadline:
        time.sleep(POLL_SECONDS)
    # Not sys.exit: it would wait for the threads that never end.
    os._exit(EXIT_CODE)
