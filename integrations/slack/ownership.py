"""A draft belongs to the person who asked for it: nobody else's button does anything."""

from core.errors import NotFoundError
from core.jobs import Job
from integrations.slack.asking import Refused
from integrations.slack.desk import Desk, Incoming
from integrations.slack.history import SURFACE

GONE = "This draft is not there any more. Ask again, please."
NOT_YOURS = "This draft belongs to somebody else. Ask for your own with /inlaid."


def require_own_job(desk: Desk, incoming: Incoming, job_id: str) -> Job:
    """Return the job that a button or a form names.

    Raises:
        Refused: there is none, or it is somebody else's.
        StoreOutage: the database cannot be reached.
    """
    try:
        job = desk.store.jobs.get(job_id)
    except NotFoundError:
        raise Refused(GONE) from None
    if job.workspace != incoming.team or job.surface != SURFACE:
        raise Refused(GONE)
    if job.person != incoming.user:
        raise Refused(NOT_YOURS)
    return job
