"""Submitted modals: recipe forms, edited texts, a conversation to post to, feedback, settings."""

from collections.abc import Mapping
from typing import Any

from core.job import Job
from core.recipes.inputs import input_errors
from integrations.slack import profiles
from integrations.slack.access import NOT_HERE, RequestRefused, members_only, own_draft_only
from integrations.slack.client.response_url import respond
from integrations.slack.context import EMPTY_ACK, Ack, AppContext
from integrations.slack.delivery import edits
from integrations.slack.delivery.posting import post_draft
from integrations.slack.listeners.events.app_home import publish_home
from integrations.slack.reply_target import ReplyTarget, SlackTarget
from integrations.slack.request import SlackRequest, private_metadata
from integrations.slack.submit import DraftRequest, find_recipe, submit_draft
from integrations.slack.views.blocks import note_message
from integrations.slack.views.modals import notice_modal, read_edited, read_feedback, read_settings, read_values
from integrations.slack.views.mrkdwn import escape

WORKING = ":hourglass_flowing_sand: {title}: I am on it."
IN_MESSAGES = "I am on it. You will find the draft in your messages with me."


@members_only
def recipe_form(context: AppContext, request: SlackRequest) -> Ack:
    """A recipe's form: run it, or say beside each field what is wrong."""
    view = _view(request)
    data = private_metadata(view)
    reply_to = ReplyTarget.from_json({"team": request.team, **data})
    recipe = find_recipe(context, request, str(data.get("recipe", "")))
    values, fields = read_values(recipe, view), _fields(view)
    if errors := {name: text for name, text in input_errors(recipe, values).items() if name in fields}:
        return _errors(errors)
    target, key = SlackTarget(reply_to, mail=bool(data.get("mail"))), f"view:{view.get('id', '')}"
    submit_draft(context, request, DraftRequest(recipe, values, target, key))
    if not reply_to.has_response_url():
        return notice(IN_MESSAGES)
    sign = note_message(WORKING.format(title=escape(recipe.title)))
    context.in_background(
        lambda: respond(reply_to.response_url, sign, context.connections.api_url, thread_ts=reply_to.thread_ts)
    )
    return EMPTY_ACK


def edited_text(context: AppContext, request: SlackRequest) -> Ack:
    """The text as the person wants it: the answer is shown again with it."""
    view = _view(request)
    data = private_metadata(view)

    @own_draft_only
    def keep(context: AppContext, request: SlackRequest, job: Job) -> Ack:
        text = read_edited(view, edits.current_text(context.store, job))
        if not text.strip():
            return _errors({"part0": "Please leave some text, or discard it."})
        edits.keep_edit(context.store, job, text)
        edits.show_again(context, request, job, data)
        return EMPTY_ACK

    return keep(context, request, _job_id(data))


def chosen_conversation(context: AppContext, request: SlackRequest) -> Ack:
    """Post to another conversation."""
    view = _view(request)
    data = private_metadata(view)
    channel = _fields(view).get("conversation", {}).get("value", {}).get("selected_conversation")
    if not isinstance(channel, str) or not channel:
        return _errors({"conversation": "Please choose a conversation."})

    @own_draft_only
    def post(context: AppContext, request: SlackRequest, job: Job) -> Ack:
        if context.settings.slack_channels and channel not in context.settings.slack_channels:
            return _errors({"conversation": NOT_HERE})
        context.in_background(lambda: post_draft(context, request, job, channel=channel, thread_ts="", place=data))
        return EMPTY_ACK

    return post(context, request, _job_id(data))


def feedback(context: AppContext, request: SlackRequest) -> Ack:
    """Why an answer was not good."""
    view = _view(request)
    reasons, words = read_feedback(view)

    @own_draft_only
    def keep(context: AppContext, _request: SlackRequest, job: Job) -> Ack:
        detail = {"reasons": reasons, "words": words}
        context.store.outcomes.add(job, "rejected", person=job.person, distance=None, detail=detail)
        return notice("Thank you. This helps to make the next draft better.")

    return keep(context, request, _job_id(private_metadata(view)))


@members_only
def settings(context: AppContext, request: SlackRequest) -> Ack:
    """The person's settings."""
    profile, shares = read_settings(_view(request))
    profiles.save_profile(context.settings, context.store.records, request.team, request.user, profile)
    profiles.share_examples(context.settings, context.store, request.team, request.user, shares=shares)
    context.in_background(lambda: publish_home(context, request))
    return EMPTY_ACK


def notice(text: str) -> Ack:
    """Return the acknowledgement that puts a sentence in the form's place."""
    return Ack({"response_action": "update", "view": notice_modal("Inlaid", escape(text))})


def _errors(errors: Mapping[str, str]) -> Ack:
    return Ack({"response_action": "errors", "errors": dict(errors)})


def _job_id(data: Mapping[str, Any]) -> str:
    return str(data.get("job", ""))


def _view(request: SlackRequest) -> Mapping[str, Any]:
    view = request.body.get("view")
    if not isinstance(view, dict):
        raise RequestRefused("This form cannot be read.")
    return view


def _fields(view: Mapping[str, Any]) -> Mapping[str, Any]:
    state = view.get("state")
    values = state.get("values") if isinstance(state, dict) else None
    return values if isinstance(values, dict) else {}
