"""Tasks: thin. A message carries a job id and nothing else."""

from core.errors import StoreOutage
from worker.app import app
from worker.enqueue import COUNT_TASK, EXPIRE_TASK, MAILBOXES_TASK, NOTICES_TASK, RUN_TASK
from worker.memory import MemoryReturn
from worker.pacing import Paced
from worker.wiring import count_changes, expire_drafts, services, sync_all_mailboxes, take_all_notices

# Far below every interval of the schedule, and far above the time in which a pile of messages is gone through.
MIN_SECONDS = 1.0

_memory = MemoryReturn()
_sync_mailboxes = Paced(lambda: sync_all_mailboxes(services()), every_seconds=MIN_SECONDS)
_count = Paced(lambda: count_changes(services()), every_seconds=MIN_SECONDS)
_expire = Paced(lambda: expire_drafts(services()), every_seconds=MIN_SECONDS)


@app.task(name=RUN_TASK)
def run_job(job_id: str) -> None:
    """Run one job; without a database the sweeper sends it again when there is one."""
    try:
        services().runner.run(job_id)
    except StoreOutage:
        services().log_outage("run_job")
    finally:
        _memory.after_job()


@app.task(name=MAILBOXES_TASK)
def sync_mailboxes() -> None:
    """Look for new mail in every connected mailbox."""
    try:
        _sync_mailboxes()
    except StoreOutage:
        services().log_outage("sync_mailboxes")


@app.task(name=NOTICES_TASK)
def take_notices() -> None:
    """Read the mails that Microsoft told of."""
    try:
        take_all_notices(services())
    except StoreOutage:
        services().log_outage("take_notices")


@app.task(name=COUNT_TASK)
def count() -> None:
    """Count for the report what has changed."""
    try:
        _count()
    except StoreOutage:
        services().log_outage("count")


@app.task(name=EXPIRE_TASK)
def expire() -> None:
    """Note which drafts nobody did anything with for a week."""
    try:
        _expire()
    except StoreOutage:
        services().log_outage("expire")
