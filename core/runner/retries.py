"""One budget for all that is tried again of a job: a model that is busy or down, a delivery, a worker that was lost.

Inside one try nothing is repeated: a request that fails is the end of the try, or goes to the next endpoint of the
route. Only a person's "try again" gives a job a new budget. Telling somebody that a job has failed is no part of it.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

from core.drafts import JsonObject
from core.errors import InlaidError
from core.job import Job
from core.settings import Settings
from core.store.lease_statements import MAX_DELIVERY_ATTEMPTS
from core.text.catalogues import N_

# Bringing a result there costs little beside making it.
DELIVERIES = 9
RETRY_SECONDS = 7200.0
# One less than the lease gives: the last try still ends the job.
MAX_TELLINGS = MAX_DELIVERY_ATTEMPTS - 1


@dataclass(frozen=True)
class RetryBudget:
    """What may be tried of a job from its first try on.

    Args:
        attempts: tries of the work among all tries.
        seconds: no try of a job that has no result yet, or whose result waits, begins later after its first one.
        clock: the time in Unix seconds.
        at_once: errors that are told at once: a person waits who can do something about them.
    """

    attempts: int
    seconds: float = RETRY_SECONDS
    clock: Callable[[], float] = time.time
    at_once: tuple[type[InlaidError], ...] = ()

    @property
    def tries(self) -> int:
        """How many tries there are in all."""
        return self.attempts + DELIVERIES

    def elapsed_seconds(self, job: Job) -> float:
        """Return how long ago the first try began."""
        return self.clock() - (job.started_at or job.created_at)

    def lasts(self, job: Job, *, wait_seconds: float) -> bool:
        """Say whether there is time for another try after a wait."""
        return self.elapsed_seconds(job) + wait_seconds <= self.seconds

    def allows(self, job: Job, *, wait_seconds: float) -> bool:
        """Say whether a job may be tried once more, after a wait."""
        if job.state == "failed":
            return job.delivery_attempts < MAX_TELLINGS
        is_left = job.tries < self.tries and (job.state != "running" or job.attempts < self.attempts)
        return is_left and self.lasts(job, wait_seconds=wait_seconds)

    def allows_work(self, job: Job) -> bool:
        """Say whether the work of a job may be done once more at once, since what it was done on has changed."""
        return job.attempts < self.attempts and self.allows(job, wait_seconds=0.0)

    def spent(self, job: Job, error: InlaidError) -> InlaidError:
        """Return the last error of a job that is not tried again, which now says what was tried."""
        tries, minutes, fix = job.tries, max(1, round(self.elapsed_seconds(job) / 60)), error.fix
        if tries > 1:
            error.fix = N_(f"It was tried {tries} times within {minutes} min. {fix}").strip()
        return error

    def shown(self, job: Job) -> JsonObject:
        """Return what of the budget is used, and until when the last try may begin, in Unix seconds."""
        until = (job.started_at or job.created_at) + self.seconds
        return {"tries": job.tries, "of": self.tries, "work": job.attempts, "of_work": self.attempts, "until": until}


def load_retry_budget(settings: Settings) -> RetryBudget:
    """Return the budget of an installation's jobs."""
    return RetryBudget(settings.max_attempts, settings.retry_seconds)
