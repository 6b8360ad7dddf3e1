"""When what is scheduled is sent: at the start, and then at its interval, also when the clock is set back meanwhile.

Nothing is kept on disk. Celery's own scheduler keeps there when each task was last sent; a file that was written while
the clock ran ahead let it send nothing until that time came again.
"""

from datetime import UTC, datetime
from typing import Any

from celery.beat import Scheduler as CeleryScheduler

NEVER = datetime.fromtimestamp(0, UTC)


class Scheduler(CeleryScheduler):
    """Celery's scheduler, for which a task that was last sent in the future was never sent."""

    def setup_schedule(self) -> None:
        """Read the schedule; all of it is due."""
        super().setup_schedule()
        for entry in self.schedule.values():
            entry.last_run_at = NEVER

    def tick(self, *args: Any, **kwargs: Any) -> float:
        """Send one task that is due, and return in how many seconds to look again."""
        now = self.app.now()
        ahead = [entry for entry in self.schedule.values() if (entry.last_run_at or NEVER) > now]
        for entry in ahead:
            entry.last_run_at = NEVER
        if ahead:
            self._heap = None  # made anew: its order is by times to come
        return float(super().tick(*args, **kwargs))
