"""A draft that nobody did anything with for a week counts as expired."""

from core.store import Store
from integrations.slack.history import add_outcome, unanswered_jobs

EXPIRE_SECONDS = 7 * 24 * 3600.0
EVERY_SECONDS = 3600.0
BATCH = 200


def expire_drafts(store: Store) -> int:
    """Store the outcome `expired` where it is due, at most once an hour over all processes. Returns how many."""
    if not store.records.first_time("slack", "expiry", within_seconds=EVERY_SECONDS):
        return 0
    due = unanswered_jobs(store, older_than_seconds=EXPIRE_SECONDS, limit=BATCH)
    return sum(add_outcome(store, job, "expired") for job in due)
