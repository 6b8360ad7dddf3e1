"""Work that a person ends: by Stop in the pane or in a thread, or in words."""

from contextlib import suppress
from functools import partial

from core.errors import ConflictError, NotFoundError
from core.text.catalogues import N_
from integrations.slack.client.api import SlackRefusal, call
from integrations.slack.context import EMPTY_ACK, Ack, AppContext
from integrations.slack.person import open_jobs
from integrations.slack.reply_target import ReplyTarget, SlackTarget
from integrations.slack.request import SlackRequest
from integrations.slack.views.blocks import BlockMessage, button, note_message
from integrations.slack.views.draft_message import TRY_AGAIN

STOPPED, STOP_SECONDS = N_(":black_square_for_stop: Stopped. Nothing was finished."), 3600.0


def stopped(context: AppContext, request: SlackRequest) -> Ack:
    """A person pressed Stop in the pane or in a thread: what they asked for there ends, and that is said to them.

    The session stays "processing" until its app ends that (docs.slack.dev/reference/events/agent_session_stopped).
    """
    thread_ts = str(request.event.get("thread_ts") or "")
    for target, job_id in _ended(context, request, request.channel, thread_ts):
        context.in_background(partial(_say_stopped, context, request, target, job_id))
    context.in_background(lambda: _end_session(context, request, thread_ts))
    return EMPTY_ACK


def stop_here(context: AppContext, request: SlackRequest, place: ReplyTarget) -> list[BlockMessage]:
    """End what a person asked for where they say so, in the thread alone if it is one; returns what says so, each once.

    Args:
        context: the context.
        request: the message.
        place: where it was said.
    """
    shown = list[BlockMessage]()
    for target, job_id in _ended(context, request, place.channel, str(request.event.get("thread_ts") or "")):
        context.in_background(partial(_end_session, context, request, target.thread_ts))
        if _is_first(context, request, job_id):
            shown.append(_stopped_message(job_id))
    return shown


def _ended(context: AppContext, request: SlackRequest, channel: str, thread_ts: str) -> list[tuple[ReplyTarget, str]]:
    """End the person's work in a conversation, or in a thread of it; returns where each was asked for, and its job."""
    found = []
    for job in open_jobs(context.store, request.team):
        target = SlackTarget.from_json(job.delivery).reply_to
        if job.person == request.user and target.channel == channel and thread_ts in ("", target.thread_ts):
            with suppress(ConflictError, NotFoundError):  # it has already ended
                context.store.jobs.request_cancel(job.id)
                found.append((target, job.id))
    return found


def _is_first(context: AppContext, request: SlackRequest, job_id: str) -> bool:
    return context.store.records.first_time(request.team, f"stopped:{job_id}", within_seconds=STOP_SECONDS)


def _stopped_message(job_id: str) -> BlockMessage:
    """Return what says that work has ended, with a button that begins it again."""
    shown = note_message(STOPPED)
    shown.blocks.append({"type": "actions", "elements": [button("Try again", TRY_AGAIN, job_id)]})
    return shown


def _say_stopped(context: AppContext, request: SlackRequest, target: ReplyTarget, job_id: str) -> None:
    """Say once that the work has ended."""
    if not _is_first(context, request, job_id):
        return
    client, thread = context.connections.client(request.team, request.enterprise), {}
    if target.thread_ts:
        thread["thread_ts"] = target.thread_ts
    shown = _stopped_message(job_id)
    say = client.chat_postMessage if target.is_dm else partial(client.chat_postEphemeral, user=request.user)
    call(say, channel=target.channel, text=shown.text, blocks=shown.blocks, **thread)


def _end_session(context: AppContext, request: SlackRequest, thread_ts: str) -> None:
    client = context.connections.client(request.team, request.enterprise)
    if not thread_ts:
        return
    with suppress(SlackRefusal):  # an app without sessions has none that could end
        call(client.agents_sessions_setStatus, channel_id=request.channel, thread_ts=thread_ts, status="active")
    with suppress(SlackRefusal):
        call(client.assistant_threads_setStatus, channel_id=request.channel, thread_ts=thread_ts, status="")
