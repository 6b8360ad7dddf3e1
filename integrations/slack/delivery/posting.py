"""Post a draft where others see it, once, under the asker's name. Only a person's button leads here."""

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from core.errors import InlaidError
from core.job import Job
from core.store.records import ONCE_KIND
from integrations.slack.client.api import call
from integrations.slack.client.message_metadata import find_message_of_job, job_metadata
from integrations.slack.context import AppContext
from integrations.slack.delivery.edits import current_draft, is_edited, replace_shown
from integrations.slack.request import SlackRequest
from integrations.slack.submit import reply_privately, user_message
from integrations.slack.views.blocks import Message, note_message
from integrations.slack.views.draft_message import clickable_urls, posted_messages

if TYPE_CHECKING:
    from slack_sdk import WebClient

KIND = "slack_posted"
EVENT = "inlaid_posted"
KEEP_SECONDS = 90 * 24 * 3600.0
# Longer than posting takes; after it a click finds out whether the one before got through.
CLAIM_SECONDS = 60.0


def post_draft(
    context: AppContext, request: SlackRequest, job: Job, *, channel: str, thread_ts: str, place: Mapping[str, Any]
) -> None:
    """Post the draft as it is now, however often and by whichever process this is called.

    Args:
        context: the context.
        request: the act.
        job: whose draft it is.
        channel: where to.
        thread_ts: the thread there, "" for none.
        place: where the answer with the button is shown, see `edits.shown_at`.
    """
    key = f"post:{job.id}"
    if context.store.records.get(KIND, job.workspace, job.id):
        reply_privately(context, request, "This draft has already been posted.")
        return
    if not context.store.records.first_time(job.workspace, key, within_seconds=CLAIM_SECONDS):
        return
    try:
        client = context.connections.client(request.team, request.enterprise)
        ts = _post(context, client, job, channel, thread_ts)
    except InlaidError as error:
        context.store.records.delete(ONCE_KIND, job.workspace, key)
        reply_privately(context, request, user_message(error))
        return
    context.store.records.put(
        KIND, job.workspace, job.id, {"channel": channel, "ts": ts}, person=job.person, expires_in_seconds=KEEP_SECONDS
    )
    if not is_edited(context.store, job):
        detail = {"channel": channel}
        context.store.outcomes.add(job, "accepted", person=job.person, distance=0.0, detail=detail)
    where = f"<#{channel}>" if channel.startswith(("C", "G")) else "the conversation"
    replace_shown(context, request, [note_message(f":white_check_mark: Posted in {where}.")], place)


def _post(context: AppContext, client: "WebClient", job: Job, channel: str, thread_ts: str) -> str:
    """Post all messages of the draft, each unless an earlier attempt did, and return the ts of the first."""
    draft = current_draft(context.store, job)
    messages = posted_messages(draft, allowed_urls=clickable_urls(context.recipes, job, draft), user_id=job.person)
    since = _claimed_before(context, job)
    if since is None:
        context.store.records.put("slack_posting", job.workspace, job.id, time.time(), expires_in_seconds=24 * 3600.0)
    first = ""
    for number, message in enumerate(messages, start=1):
        part = job.id if number == 1 else f"{job.id}:{number}"
        thread = thread_ts or first
        ts = find_message_of_job(client, channel, thread, EVENT, part, since=since)
        ts = ts or _say(client, channel, thread, message, job_metadata(EVENT, part))
        first = first or ts
    return first


def _say(client: "WebClient", channel: str, thread_ts: str, message: Message, metadata: dict[str, Any]) -> str:
    arguments: dict[str, Any] = {"unfurl_links": False, "unfurl_media": False, "metadata": metadata}
    if thread_ts:
        arguments["thread_ts"] = thread_ts
    answer = call(client.chat_postMessage, channel=channel, text=message.text, blocks=message.blocks, **arguments)
    return str(answer["ts"])


def _claimed_before(context: AppContext, job: Job) -> float | None:
    """Return when an earlier attempt began, None when there was none."""
    record = context.store.records.get("slack_posting", job.workspace, job.id)
    return float(record.data) if record else None
