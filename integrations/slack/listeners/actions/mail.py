"""Buttons below an e-mail draft: put it into the person's Drafts folder, or send it as a mail file."""

from collections.abc import Mapping
from typing import Any

from core.errors import InlaidError
from core.job import Job
from core.store.records import ONCE_KIND
from integrations.slack.access import own_draft_only
from integrations.slack.client.api import call
from integrations.slack.context import EMPTY_ACK, Ack, AppContext
from integrations.slack.delivery import edits
from integrations.slack.mailbox import file_name, mail_file
from integrations.slack.request import SlackRequest
from integrations.slack.submit import reply_privately, user_message
from integrations.slack.views.blocks import note_message
from integrations.slack.views.mrkdwn import link

# Longer than a mail server takes; after it a click tries again, and finds what the one before put there.
CLAIM_SECONDS = 120.0
FILE_COMMENT = (
    "Open this file in your mail program: it is an unsent draft. Connect your mailbox on my Home tab, and drafts come"
    " into your Drafts folder automatically."
)


@own_draft_only
def to_mailbox(context: AppContext, request: SlackRequest, job: Job) -> Ack:
    """Put the draft into the person's Drafts folder."""
    place = edits.shown_at(request, job)
    context.in_background(lambda: _put_into_mailbox(context, request, job, place))
    return EMPTY_ACK


def _put_into_mailbox(context: AppContext, request: SlackRequest, job: Job, place: Mapping[str, Any]) -> None:
    """Put the draft as it is now into the person's mailbox, and say so in place of the answer."""
    records, key = context.store.records, f"mailbox:{job.id}"
    if not records.first_time(job.workspace, key, within_seconds=CLAIM_SECONDS):
        return
    try:
        mailbox = context.mailbox_of(request.team, request.enterprise, request.user)
        address = mailbox.put(edits.current_draft(context.store, job), job.id)
    except InlaidError as error:
        reply_privately(context, request, user_message(error))
        return
    finally:
        records.delete(ONCE_KIND, job.workspace, key)
    if not edits.is_edited(context.store, job):
        context.store.outcomes.add(job, "accepted", person=job.person, distance=0.0, detail={"mailbox": True})
    where = link(address, "your Drafts folder") if address.startswith("https://") else "your Drafts folder"
    edits.replace_shown(context, request, [note_message(f":white_check_mark: It is in {where}.")], place)


@own_draft_only
def email_file(context: AppContext, request: SlackRequest, job: Job) -> Ack:
    """Send the draft as a mail file into the person's messages with the app."""
    draft = edits.current_draft(context.store, job)

    def upload() -> None:
        client = context.connections.client(request.team, request.enterprise)
        channel = call(client.conversations_open, users=request.user)["channel"]["id"]
        call(
            client.files_upload_v2,
            content=mail_file(draft),
            filename=file_name(draft),
            title=draft.subject or "Draft",
            channel=channel,
            initial_comment=FILE_COMMENT,
        )

    context.in_background(upload)
    return EMPTY_ACK
