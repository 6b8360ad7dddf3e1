"""Post a draft where others see it, once, under the asker's name. Only a person's button leads here."""

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from core.errors import InlaidError
from core.job import Job
from core.store.records import ONCE_KIND
from integrations.slack.client.api import call
from integrations.slack.client.message_metadata import find_marked, mark
from integrations.slack.context import Desk
from integrations.slack.delivery.draft_message import allowed_urls
from integrations.slack.delivery.edits import current_draft, is_edited, replace_shown
from integrations.slack.history import add_outcome
from integrations.slack.request import Incoming
from integrations.slack.submit import for_person, tell
from integrations.slack.views.blocks import Message, note_message, posted_messages

if TYPE_CHECKING:
    from slack_sdk import WebClient

KIND = "slack_posted"
EVENT = "inlaid_posted"
KEEP_SECONDS = 90 * 24 * 3600.0
# Longer than posting takes; after it a click finds out whether the one before got through.
CLAIM_SECONDS = 60.0


def post_draft(
    desk: Desk, incoming: Incoming, job: Job, *, channel: str, thread_ts: str, shown: Mapping[str, Any]
) -> None:
    """Post the draft as it is now, however often and by whichever process this is called.

    Args:
        desk: the desk.
        incoming: the act.
        job: whose draft it is.
        channel: where to.
        thread_ts: the thread there, "" for none.
        shown: where the answer with the button is shown, see `edits.show_again`.
    """
    key = f"post:{job.id}"
    if desk.store.records.get(KIND, job.workspace, job.id):
        tell(desk, incoming, "This draft is posted already.")
        return
    if not desk.store.records.first_time(job.workspace, key, within_seconds=CLAIM_SECONDS):
        return
    try:
        client = desk.connections.client(incoming.team, incoming.enterprise)
        ts = _post(desk, client, job, channel, thread_ts)
    except InlaidError as error:
        desk.store.records.delete(ONCE_KIND, job.workspace, key)
        tell(desk, incoming, for_person(error))
        return
    desk.store.records.put(
        KIND, job.workspace, job.id, {"channel": channel, "ts": ts}, person=job.person, expires_in_seconds=KEEP_SECONDS
    )
    if not is_edited(desk.store, job):
        add_outcome(desk.store, job, "accepted", distance=0.0, detail={"channel": channel})
    where = f"<#{channel}>" if channel.startswith(("C", "G")) else "the conversation"
    replace_shown(desk, incoming, [note_message(f":white_check_mark: Posted in {where}.")], shown)


def _post(desk: Desk, client: "WebClient", job: Job, channel: str, thread_ts: str) -> str:
    """Post all messages of the draft, each unless an earlier attempt did, and return the ts of the first."""
    draft = current_draft(desk.store, job)
    messages = posted_messages(draft, allowed_urls=allowed_urls(desk.recipes, job, draft), user_id=job.person)
    since = _claimed_before(desk, job)
    if since is None:
        desk.store.records.put("slack_posting", job.workspace, job.id, time.time(), expires_in_seconds=24 * 3600.0)
    first = ""
    for number, message in enumerate(messages, start=1):
        part = job.id if number == 1 else f"{job.id}:{number}"
        place = thread_ts or first
        ts = find_marked(client, channel, place, EVENT, part, since=since)
        ts = ts or _say(client, channel, place, message, mark(EVENT, part))
        first = first or ts
    return first


def _say(client: "WebClient", channel: str, thread_ts: str, message: Message, metadata: dict[str, Any]) -> str:
    arguments: dict[str, Any] = {"unfurl_links": False, "unfurl_media": False, "metadata": metadata}
    if thread_ts:
        arguments["thread_ts"] = thread_ts
    answer = call(client.chat_postMessage, channel=channel, text=message.text, blocks=message.blocks, **arguments)
    return str(answer["ts"])


def _claimed_before(desk: Desk, job: Job) -> float | None:
    """Return when an earlier attempt began, None when there was none."""
    record = desk.store.records.get("slack_posting", job.workspace, job.id)
    return float(record.data) if record else None
