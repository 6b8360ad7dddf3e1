"""E-mail drafts on their way into the person's Drafts folder: by the worker at once, and by a button after an edit."""

from collections.abc import Mapping
from typing import Any

from core.errors import InlaidError
from core.job import Job
from core.logs import logger
from core.ports import Effects
from core.store.records import ONCE_KIND
from integrations.slack.context import Desk
from integrations.slack.delivery.edits import current_draft, is_edited, replace_shown
from integrations.slack.history import add_outcome
from integrations.slack.mailbox import OwnMailbox
from integrations.slack.request import Incoming
from integrations.slack.submit import for_person, tell
from integrations.slack.views.blocks import note_message
from integrations.slack.views.mrkdwn import link

EFFECT = "mail_draft"
PUT, FAILED = "put", "failed"
# Longer than a mail server takes; after it a click tries again, and finds what the one before put there.
CLAIM_SECONDS = 120.0
IN_DRAFTS = ":envelope: It waits in your Drafts folder; what you edit here goes there with *Put into my Drafts*."
NOT_REACHED = ":envelope: Your mailbox could not be reached. *Put into my Drafts* tries it again."
CONNECT = ":envelope: To get e-mail drafts into your Drafts folder, connect your mailbox on my Home tab."
_log = logger(__name__)


def put_at_once(mailbox: OwnMailbox, job: Job, effects: Effects) -> str:
    """Put the draft of a job into the person's mailbox, once, and return the note for the answer.

    A mailbox that does not answer holds up nothing: the answer has a button for it.
    """
    if job.draft is None or not mailbox.is_connected:
        return CONNECT
    effects.intend(job, EFFECT, {"state": FAILED})
    if effects.get_detail(job, EFFECT)["state"] == PUT:
        return IN_DRAFTS
    try:
        mailbox.put(job.draft, job.id)
    except InlaidError as error:
        _log.warning("no draft in the mailbox", code=error.code)
        return NOT_REACHED
    effects.confirm(job, EFFECT, {"state": PUT})
    return IN_DRAFTS


def put_by_button(desk: Desk, incoming: Incoming, job: Job, shown: Mapping[str, Any]) -> None:
    """Put the draft as it is now into the person's mailbox, and say so in place of the answer."""
    key = f"mailbox:{job.id}"
    if not desk.store.records.first_time(job.workspace, key, within_seconds=CLAIM_SECONDS):
        return
    try:
        mailbox = desk.mailbox_of(incoming.team, incoming.enterprise, incoming.user)
        address = mailbox.put(current_draft(desk.store, job), job.id)
    except InlaidError as error:
        tell(desk, incoming, for_person(error))
        return
    finally:
        desk.store.records.delete(ONCE_KIND, job.workspace, key)
    if not is_edited(desk.store, job):
        add_outcome(desk.store, job, "accepted", distance=0.0, detail={"mailbox": True})
    where = link(address, "your Drafts folder") if address.startswith("https://") else "your Drafts folder"
    replace_shown(desk, incoming, [note_message(f":white_check_mark: It is in {where}.")], shown)
