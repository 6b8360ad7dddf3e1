"""Buttons that say what became of a draft: discarded and why, a good or a bad answer."""

from core.job import Job
from integrations.slack.access import own_draft_only
from integrations.slack.context import EMPTY_ACK, Ack, AppContext
from integrations.slack.delivery import edits
from integrations.slack.listeners.open_view import open_view
from integrations.slack.request import SlackRequest
from integrations.slack.submit import reply_privately
from integrations.slack.views.blocks import button, note_message
from integrations.slack.views.modals import feedback_modal

WHY = "why"


@own_draft_only
def discard(context: AppContext, request: SlackRequest, job: Job) -> Ack:
    """Take the draft away, and offer to say why."""
    place = edits.shown_at(request, job)
    context.store.outcomes.add(job, "rejected", person=job.person, distance=None, detail={"reasons": []})
    message = note_message(":wastebasket: Discarded.")
    message.blocks.append({"type": "actions", "elements": [button("Tell me why", WHY, job.id)]})
    context.in_background(lambda: edits.replace_shown(context, request, [message], place))
    return EMPTY_ACK


@own_draft_only
def why(context: AppContext, request: SlackRequest, job: Job) -> Ack:
    """Ask for the reasons."""
    open_view(context, request, feedback_modal({"job": job.id}))
    return EMPTY_ACK


def thumbs(context: AppContext, request: SlackRequest) -> Ack:
    """A good answer counts as accepted; for a bad one a form asks for the reasons."""
    verdict, _, job_id = request.action_value.partition(":")
    return (_good if verdict == "good" else why)(context, request, job_id)


@own_draft_only
def _good(context: AppContext, request: SlackRequest, job: Job) -> Ack:
    context.store.outcomes.add(job, "accepted", person=job.person, distance=0.0, detail={"feedback": "good"})
    reply_privately(context, request, "Thank you!")
    return EMPTY_ACK
