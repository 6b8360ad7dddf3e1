"""A draft as a file in the person's messages with the app, once, whatever is killed."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from core.drafts import Draft
from core.errors import InlaidError
from core.job import Job
from core.logs import logger
from core.ports import Effects
from integrations.slack.client.api import call
from integrations.slack.client.message_metadata import find_file

if TYPE_CHECKING:
    from slack_sdk import WebClient

# Makes the file; who wires the surface knows how.
MakeDocument = Callable[[Draft], bytes]
EFFECT = "document_file"
IN_MESSAGES = ":page_facing_up: The Word document is in your messages with me."
NOT_SENT = ":page_facing_up: The Word document could not be sent. Use the shortcut again for it."
COMMENT = "Your document. Only you see it."
_log = logger(__name__)


def send_document(make: MakeDocument, client: "WebClient", job: Job, draft: Draft, effects: Effects) -> str:
    """Put the document of a job into the person's messages, and return the note for the answer.

    What Slack does not take holds up nothing: the answer has the same as text.
    """
    state, detail = effects.intend(job, EFFECT, {"fence": job.fence, "at": job.finished_at or 0.0})
    if state == "confirmed":
        return IN_MESSAGES
    name = f"Minutes {job.id[:8]}.docx"
    since = float(detail["at"]) if detail["fence"] != job.fence else None
    try:
        channel = str(call(client.conversations_open, users=job.person)["channel"]["id"])
        if not find_file(client, channel, name, since=since):
            call(
                client.files_upload_v2,
                content=make(draft),
                filename=name,
                title=draft.subject or name,
                channel=channel,
                initial_comment=COMMENT,
            )
    except InlaidError as error:
        if error.retryable:
            raise
        _log.warning("no document in the messages", code=error.code)
        return NOT_SENT
    effects.confirm(job, EFFECT, {})
    return IN_MESSAGES
