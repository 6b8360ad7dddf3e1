"""Tasks: thin. A message carries a job id and nothing else."""

from core.errors import BrokerOutage, StoreOutage
from core.jobs import sweep as sweep_jobs
from worker.app import app
from worker.enqueue import COUNT_TASK, EXPIRE_TASK, MAILBOXES_TASK, NOTICES_TASK, RUN_TASK, SWEEP_TASK
from worker.memory import MemoryReturn
from worker.wiring import count_changes, expire_drafts, services, sync_all_mailboxes, take_all_notices

_memory = MemoryReturn()


@app.task(name=RUN_TASK)
def run_job(job_id: str) -> None:
    """Run one job; without a database the sweeper sends it again when there is one."""
    try:
        services().runner.run(job_id)
    except StoreOutage:
        services().log_outage("run_job")
    finally:
        _memory.after_job()


@app.task(name=SWEEP_TASK)
def sweep() -> None:
    """Wake workers for jobs that nobody has."""
    try:
        sweep_jobs(services().store.jobs, services().queue, resend_seconds=services().settings.resend_seconds)
    except (StoreOutage, BrokerOutage):
        services().log_outage("sweep")


@app.task(name=MAILBOXES_TASK)
def sync_mailboxes() -> None:
    """Look for new mail in every connected mailbox."""
    try:
        sync_all_mailboxes(services())
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
        count_changes(services())
    except StoreOutage:
        services().log_outage("count")


@app.task(name=EXPIRE_TASK)
def expire() -> None:
    """Note which drafts nobody did anything with for a week."""
    try:
        expire_drafts(services())
    except StoreOutage:
        services().log_outage("expire")
