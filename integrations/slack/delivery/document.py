"""The Word document of a result, in the person's messages, once."""

import unicodedata
from collections.abc import Callable
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING

from core.drafts import Draft, cut_at_word
from core.errors import InlaidError
from core.job import Job
from core.logs import logger
from core.ports import Effects
from core.text.catalogues import N_, gettext
from integrations.slack.client.api import call
from integrations.slack.client.own_messages import find_file

if TYPE_CHECKING:
    from slack_sdk import WebClient

# Makes the file; who wires the surface knows how.
MakeDocument = Callable[[Draft], bytes]
DOCUMENT_EFFECT = "document_file"
DOCUMENT_SENT = ":page_facing_up: The Word document is in your messages with me."
DOCUMENT_NOT_SENT = ":page_facing_up: The Word document could not be sent. Use the shortcut again for it."
DOCUMENT_COMMENT = "Your document. Only you see it."
MINUTES = N_("Minutes")
# File systems take 255 bytes; the day, the mark and the ending are 25 of them.
MAX_NAME_CHARS, MAX_NAME_BYTES = 80, 200
_NOT_IN_FILE_NAMES = str.maketrans(dict.fromkeys('\\/:*?"<>|', " "))
_log = logger(__name__)


def document_name(job: Job, subject: str, zone: tzinfo) -> str:
    """Return what the file of minutes is called: what they are of, the day on which they were asked for, and `mark_of`.

    Args:
        job: whose file it is.
        subject: of the draft, "" for none.
        zone: where the asker is.
    """
    day = datetime.fromtimestamp(job.created_at, zone).date()
    return f"{_file_stem(subject) or gettext(MINUTES)} {day} {mark_of(job)}.docx"


def mark_of(job: Job) -> str:
    """Return the part of a job's id by which its file is found again: its beginning is a time."""
    return job.id[-8:]


def _file_stem(subject: str) -> str:
    """Return a subject as every file system takes it."""
    shown = (char for char in " ".join(subject.split()) if unicodedata.category(char)[0] != "C")
    words = " ".join("".join(shown).translate(_NOT_IN_FILE_NAMES).split())
    return cut_at_word(words.encode()[:MAX_NAME_BYTES].decode(errors="ignore"), MAX_NAME_CHARS).strip(". ")


def send_document(
    make: MakeDocument, client: "WebClient", job: Job, draft: Draft, effects: Effects, zone: tzinfo
) -> str:
    """Put the document of a job into the person's messages, and return the note for the answer.

    What Slack does not take holds up nothing: the answer has the same as text.
    """
    state, detail = effects.intend(job, DOCUMENT_EFFECT, {"fence": job.fence, "at": job.finished_at or 0.0})
    if state == "confirmed":
        return DOCUMENT_SENT
    name = document_name(job, draft.subject or "", zone)
    since = float(detail["at"]) if detail["fence"] != job.fence else None
    try:
        channel = str(call(client.conversations_open, users=job.person)["channel"]["id"])
        if not find_file(client, channel, mark_of(job), since=since):
            call(
                client.files_upload_v2,
                content=make(draft),
                filename=name,
                title=draft.subject or name,
                channel=channel,
                initial_comment=gettext(DOCUMENT_COMMENT),
            )
    except InlaidError as error:
        if error.retryable:
            raise
        _log.warning("no document in the messages", code=error.code)
        return DOCUMENT_NOT_SENT
    effects.confirm(job, DOCUMENT_EFFECT, {})
    return DOCUMENT_SENT
