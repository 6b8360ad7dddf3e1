"""Messages to the app and mentions: both ask for drafts in words, and differ in who reads along."""

import re
from collections.abc import Mapping
from typing import Any

from core.errors import InlaidError
from core.recipes.model import Recipe
from integrations.slack.access import members_only
from integrations.slack.client.api import SlackRefusal, call
from integrations.slack.client.threads import ThreadToRead
from integrations.slack.context import EMPTY_ACK, Ack, AppContext
from integrations.slack.intents import parse_intent
from integrations.slack.listeners.commands.recipes import HELP
from integrations.slack.reply_target import ReplyTarget, SlackTarget
from integrations.slack.request import SlackRequest
from integrations.slack.submit import DraftRequest, find_recipe, submit_draft, user_message
from integrations.slack.views.blocks import note_message
from integrations.slack.views.splitting import shorten

STATUS = "is writing…"
LOADING = ["Reading what you wrote…", "Writing…", "Checking names, numbers and dates…"]
MAX_TITLE_CHARS = 60
_MENTION = re.compile(r"<@[UW][A-Z0-9]+(?:\|[^>]*)?>")
# Of a message event these are what a person wrote; every other subtype is a change, a join or another app.
_WRITTEN = frozenset({None, "file_share", "thread_broadcast"})
# In a thread these are about the messages above; other recipes only when the words give no text of their own.
_ABOUT_THREADS = frozenset({"summarize", "reply", "actions"})


def message(context: AppContext, request: SlackRequest) -> Ack:
    """A message of a person in the conversation with the app, in either kind of pane."""
    event = request.event
    if event.get("channel_type") != "im" or not _is_written(event):
        return EMPTY_ACK
    thread_ts = str(event.get("thread_ts") or event.get("ts") or "")
    reply_to = ReplyTarget(request.team, request.enterprise, request.channel, thread_ts, is_dm=True)
    return _converse(context, request, str(event.get("text") or ""), reply_to)


def mention(context: AppContext, request: SlackRequest) -> Ack:
    """A mention in a conversation: the answer is private to its writer, like every other."""
    event = request.event
    if not _is_written(event):
        return EMPTY_ACK
    reply_to = ReplyTarget(request.team, request.enterprise, request.channel, str(event.get("thread_ts") or ""))
    return _converse(context, request, _MENTION.sub("", str(event.get("text") or ""), count=1).strip(), reply_to)


def _converse(context: AppContext, request: SlackRequest, text: str, reply_to: ReplyTarget) -> Ack:
    try:
        reply = _submit(context, request, text, reply_to)
    except InlaidError as error:
        if error.retryable:
            raise
        reply = user_message(error)
    if reply:
        context.in_background(lambda: _reply(context, request, reply_to, reply))
    else:
        ts = str(request.event.get("ts", ""))
        context.in_background(lambda: _show_status(context, request, reply_to, text, ts))
    return EMPTY_ACK


@members_only
def _submit(context: AppContext, request: SlackRequest, text: str, reply_to: ReplyTarget) -> str:
    """Store the job that the words ask for; return what to say instead when they ask for none."""
    in_thread = not reply_to.is_dm and bool(reply_to.thread_ts)
    intent = parse_intent(text, context.recipes, in_thread=in_thread)
    if not intent.recipe:
        return HELP
    recipe = find_recipe(context, request, intent.recipe)
    ts = str(request.event.get("ts", ""))
    inputs = {recipe.main_input: intent.text} if intent.text else {}
    thread: dict[str, str] = {}
    if in_thread and (intent.recipe in _ABOUT_THREADS or not intent.text):
        thread = ThreadToRead(request.channel, reply_to.thread_ts, until=ts).to_json()
        inputs = _guidance(recipe, intent.text)
    if not inputs and not thread:
        return f"What should I {recipe.title.lower()}? Write the text after the word."
    key = f"event:{request.body.get('event_id') or ts}"
    target = SlackTarget(reply_to, mail=intent.mail, read=thread, asked_ts=ts)
    submit_draft(context, request, DraftRequest(recipe, inputs, target, key))
    return ""


def _guidance(recipe: Recipe, text: str) -> dict[str, str]:
    """Return the words after "summarize" or "reply" as what they are for a thread: focus or instruction."""
    names = [recipe_input.name for recipe_input in recipe.inputs if recipe_input.name in {"focus", "instruction"}]
    return {names[0]: text} if names and text else {}


def _show_status(context: AppContext, request: SlackRequest, reply_to: ReplyTarget, text: str, ts: str) -> None:
    """Show that work has begun; Slack takes the status away when the answer comes."""
    client = context.connections.client(request.team, request.enterprise)
    thread_ts = reply_to.thread_ts or ts
    try:
        call(
            client.assistant_threads_setStatus,
            channel_id=reply_to.channel,
            thread_ts=thread_ts,
            status=STATUS,
            loading_messages=LOADING,
        )
        if reply_to.is_dm and thread_ts == ts:
            title = shorten(" ".join(text.split()), MAX_TITLE_CHARS) or "Draft"
            call(client.assistant_threads_setTitle, channel_id=reply_to.channel, thread_ts=thread_ts, title=title)
    except SlackRefusal:
        return  # an app without an AI pane has neither


def _reply(context: AppContext, request: SlackRequest, reply_to: ReplyTarget, text: str) -> None:
    """Say something where the message came from: in the thread of the conversation with the app, else privately."""
    shown = note_message(text)
    client = context.connections.client(request.team, request.enterprise)
    arguments: dict[str, Any] = {"channel": reply_to.channel, "text": shown.text, "blocks": shown.blocks}
    if reply_to.thread_ts:
        arguments["thread_ts"] = reply_to.thread_ts
    if reply_to.is_dm:
        call(client.chat_postMessage, **arguments)
    else:
        call(client.chat_postEphemeral, user=request.user, **arguments)


def _is_written(event: Mapping[str, Any]) -> bool:
    return not event.get("bot_id") and event.get("subtype") in _WRITTEN and bool(event.get("user"))
