"""Buttons below a draft: post it, edit it, fill a gap, try again, show it."""

import json
from dataclasses import replace
from typing import Any

from core.job import Job
from integrations.slack.access import own_draft_only
from integrations.slack.context import EMPTY_ACK, Ack, AppContext
from integrations.slack.delivery import edits
from integrations.slack.delivery.posting import post_draft
from integrations.slack.listeners.open_view import open_fetched_view, open_view
from integrations.slack.reply_target import ReplyTarget, SlackTarget
from integrations.slack.request import SlackRequest
from integrations.slack.submit import DraftRequest, find_recipe, submit_draft
from integrations.slack.views.blocks import note_message
from integrations.slack.views.draft_message import clickable_urls, text_messages
from integrations.slack.views.modals import edit_modal, modal, post_to_modal

MAX_BLOCKS = 90


@own_draft_only
def post_here(context: AppContext, request: SlackRequest, job: Job) -> Ack:
    """Post into the conversation where the draft was requested."""
    target, place = SlackTarget.from_json(job.delivery), edits.shown_at(request, job)
    channel, thread_ts = target.reply_to.channel, target.reply_to.thread_ts or target.asked_ts
    context.in_background(lambda: post_draft(context, request, job, channel=channel, thread_ts=thread_ts, place=place))
    return EMPTY_ACK


@own_draft_only
def post_to(context: AppContext, request: SlackRequest, job: Job) -> Ack:
    """Ask where to post."""
    open_view(context, request, post_to_modal(edits.shown_at(request, job)))
    return EMPTY_ACK


@own_draft_only
def edit(context: AppContext, request: SlackRequest, job: Job) -> Ack:
    """Open the text for editing."""
    place = edits.shown_at(request, job)
    open_fetched_view(context, request, "Edit", lambda: edit_modal(edits.current_text(context.store, job), place))
    return EMPTY_ACK


@own_draft_only
def try_again(context: AppContext, request: SlackRequest, job: Job) -> Ack:
    """Ask for another draft from the same inputs; it takes the place of this one."""
    shown = edits.shown_at(request, job)
    now, target = ReplyTarget.from_json(shown), SlackTarget.from_json(job.delivery)
    reply_to = replace(
        target.reply_to,
        response_url=now.response_url,
        response_until=now.response_until,
        replaces=bool(now.response_url),
        update_ts=str(shown.get("ts", "")),
    )
    wanted = DraftRequest(
        find_recipe(context, request, job.recipe),
        job.inputs,
        replace(target, reply_to=reply_to, asked_ts="", again=target.again + 1),
        f"again:{job.id}:{request.action.get('action_ts', request.trigger_id)}",
    )
    submit_draft(context, request, wanted)
    if job.draft:
        context.store.outcomes.add(job, "regenerated", person=job.person, distance=None, detail={})
    note = note_message(":hourglass_flowing_sand: I am trying again.")
    context.in_background(lambda: edits.replace_shown(context, request, [note], shown))
    return EMPTY_ACK


@own_draft_only
def show_answer(context: AppContext, request: SlackRequest, job: Job) -> Ack:
    """Show an answer that may not have arrived: this message becomes it."""
    edits.show_again(context, request, job, edits.shown_at(request, job))
    return EMPTY_ACK


def fill_gap(context: AppContext, request: SlackRequest) -> Ack:
    """Put a ready answer in its gap's place, and show the draft as it is then."""
    try:
        pressed = json.loads(request.action_value)
        job_id, place, choice = str(pressed["job"]), str(pressed["place"]), int(pressed["choice"])
    except (ValueError, KeyError, TypeError):
        return EMPTY_ACK

    @own_draft_only
    def fill(context: AppContext, request: SlackRequest, job: Job) -> Ack:
        edits.fill_gap(context.store, job, place, choice)
        edits.show_again(context, request, job, edits.shown_at(request, job))
        return EMPTY_ACK

    return fill(context, request, job_id)


@own_draft_only
def open_draft(context: AppContext, request: SlackRequest, job: Job) -> Ack:
    """Show one of the person's recent drafts, from the Home tab."""
    open_fetched_view(context, request, "Draft", lambda: _draft_view(context, job))
    return EMPTY_ACK


def _draft_view(context: AppContext, job: Job) -> dict[str, Any]:
    draft = edits.current_draft(context.store, job)
    messages = text_messages(draft, allowed_urls=clickable_urls(context.recipes, job, draft))
    return modal("Draft", [block for message in messages for block in message.blocks][:MAX_BLOCKS])
