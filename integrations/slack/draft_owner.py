"""A draft belongs to the person who asked for it: nobody else's button does anything.

Within a Grid organisation a person has one id, and a button may name another workspace of it than the one where the
draft was asked for (https://github.com/slackapi/bolt-js/issues/1875): the draft's own is the one that counts.
"""

from dataclasses import replace

from core.errors import NotFoundError
from core.job import Job
from integrations.slack.context import Desk
from integrations.slack.history import SURFACE
from integrations.slack.reply_target import SlackTarget
from integrations.slack.request import Incoming
from integrations.slack.submit import Refused

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
    require_own(job, incoming)
    return job


def require_own(job: Job, incoming: Incoming) -> None:
    """Return when a job is the person's own, asked for in this workspace or another of the same organisation.

    Raises:
        Refused: it is not.
    """
    is_near = job.workspace == incoming.team or incoming.enterprise == _enterprise(job) != ""
    if not is_near or job.surface != SURFACE:
        raise Refused(GONE)
    if job.person != incoming.user:
        raise Refused(NOT_YOURS)


def at_home(incoming: Incoming, job: Job) -> Incoming:
    """Return a request about a draft as one of the installation where the draft was asked for."""
    if job.workspace == incoming.team:
        return incoming
    # Whose workspace the payload names says no more than that it is one of the organisation.
    return replace(incoming, team=job.workspace, enterprise=_enterprise(job), user_team=_enterprise(job))


def _enterprise(job: Job) -> str:
    return SlackTarget.from_json(job.delivery).place.enterprise
