"""The surface of scans: a job reads parts of sources, and its delivery is what becomes of signals."""

from core.drafts import JsonObject
from core.job import Job
from core.ports import SurfaceContext
from core.signals.board import SignalBoard, load_board


class SignalSurface:
    """See `core.ports.Surface`. The result of a job of a scan is read nowhere else."""

    def __init__(self) -> None:
        self._board: SignalBoard | None = None

    def prepare(self, job: Job, context: SurfaceContext) -> JsonObject:
        """Return the text of the parts, as the owner of the scan may read it now.

        Raises:
            NotFoundError: nothing of it is left.
        """
        return self._of(context).inputs(job)

    def deliver(self, job: Job, context: SurfaceContext) -> None:
        """Store what was found. Whatever is stored twice is the same; after a failed job the next scan does it."""
        if job.draft is not None and job.state != "failed":
            self._of(context).keep(job, job.draft)

    def _of(self, context: SurfaceContext) -> SignalBoard:
        if self._board is None:
            self._board = load_board(context.settings, context.records, context.jobs)
        return self._board
