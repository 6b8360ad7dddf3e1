"""Shortcuts: on a message or its thread, and the global one."""

from integrations.slack.access import members_only
from integrations.slack.client.threads import ThreadToRead
from integrations.slack.context import EMPTY_ACK, Ack, AppContext
from integrations.slack.listeners.open_view import open_view
from integrations.slack.reply_target import ReplyTarget, SlackTarget
from integrations.slack.request import SlackRequest
from integrations.slack.submit import (
    DraftRequest,
    find_recipe,
    recipe_chooser,
    reply_privately,
    submit_draft,
    target_of,
)

READING = ":hourglass_flowing_sand: {title}: I am reading. Only you will see the answer."


@members_only
def write_something(context: AppContext, request: SlackRequest) -> Ack:
    """The list of recipes, from anywhere in Slack; the answer comes in the app's messages."""
    target = ReplyTarget(request.team, request.enterprise, is_dm=True)
    open_view(context, request, recipe_chooser(context, request, target))
    return EMPTY_ACK


@members_only
def message_shortcut(context: AppContext, request: SlackRequest, name: str, *, mail: bool, document: bool) -> Ack:
    """Run a recipe on the thread of a message: an ephemeral answer shows only in a thread that exists."""
    message = request.body.get("message")
    message = message if isinstance(message, dict) else {}
    thread_ts = message.get("thread_ts")
    recipe = find_recipe(context, request, name)
    reply_to = target_of(request, thread_ts=thread_ts if isinstance(thread_ts, str) else "")
    thread = ThreadToRead.of_message(request.channel, message).to_json()
    target = SlackTarget(reply_to, mail=mail, document=document, read=thread)
    key = f"shortcut:{name}:{mail}:{request.trigger_id or request.body.get('action_ts', '')}"
    submit_draft(context, request, DraftRequest(recipe, {}, target, key))
    reply_privately(context, request, READING.format(title=recipe.title))
    return EMPTY_ACK
