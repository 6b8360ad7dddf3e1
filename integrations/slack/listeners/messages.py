"""Messages to the app and mentions, which differ in who reads along, and the AI pane of either kind around them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from core.errors import InlaidError
from core.recipes.model import ASK, Recipe
from core.runner.conversations import SAID
from core.text.catalogues import N_, gettext, told
from core.text.sentences import split_sentences
from core.text.wishes import asks_who, turns_to_app
from integrations.slack.access import members_only
from integrations.slack.client.api import SlackRefusal, call
from integrations.slack.client.conversations import ThreadToRead
from integrations.slack.context import EMPTY_ACK, Ack, AppContext
from integrations.slack.intent import SUMMARY, Intent, is_about_draft, parse_intent
from integrations.slack.listeners.channel_events import channel_event
from integrations.slack.listeners.recaps import asks_what_was_missed, reads_as_recap, submit_recap
from integrations.slack.listeners.refining import refine_here
from integrations.slack.listeners.said_acts import Said, act_here
from integrations.slack.listeners.scans import stop_scans
from integrations.slack.listeners.welcome import WHICH_THREAD, WITH_FILE, about_app, help_text, not_understood
from integrations.slack.person import usual_recipes
from integrations.slack.reply_target import ReplyTarget, SlackTarget
from integrations.slack.request import SlackRequest
from integrations.slack.sources.reading import document_name
from integrations.slack.submit import (
    DraftRequest,
    find_recipe,
    listed_recipes,
    needs_larger_model,
    submit_draft,
    user_message,
)
from integrations.slack.views.blocks import note_message, shorten
from integrations.slack.views.mrkdwn import without_mention

STATUS = N_("is writing…")
LOADING = [N_("Reading what you wrote…"), N_("Writing…"), N_("Checking names, numbers and dates…")]
MAX_TITLE_CHARS = 60
# Of a message event these are what a person wrote; every other subtype is a change, a join or another app.
_WRITTEN = frozenset({None, "file_share", "thread_broadcast"})
# In a thread these are about the messages above; other recipes only when the words give no text of their own.
_ABOUT_THREADS = frozenset({"summarize", "reply", "actions"})
_GUIDANCE = frozenset({"focus", "instruction", "asked_for"})
MAX_PROMPTS = 4
# The recipe for which a person was asked for a text, for so long.
ASKED_KIND, ASKED_SECONDS = "slack_asked", 1800.0
_USUAL_RECIPES = ("ask", "compose", "rewrite", "summarize", "reply")
# Slack sends a prompt's message at the click: what it asks for has to be whole, or be asked for in words.
_PROMPTS = {
    "compose": "Draft",
    "rewrite": "Rewrite",
    "summarize": "Summarize",
    "reply": "Reply",
    "ask": "Ask",
}
# What the app asks back when the words name a recipe and bring no text.
_ASKS = {
    "compose": "What should it say? Write a few words, and I draft the message.",
    "rewrite": "Paste the text, and I say it in another tone.",
    "summarize": "Paste the text, and I give its main points.",
    "reply": "Paste the message that you want to answer.",
    "ask": "What would you like to know from your sources?",
}


def message(context: AppContext, request: SlackRequest) -> Ack:
    """A message of a person in the conversation with the app, in either kind of pane, or in a channel."""
    event = request.event
    if event.get("channel_type") in {"channel", "group"}:
        return channel_event(context, request)
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
    return _converse(context, request, without_mention(str(event.get("text") or "")), reply_to)


def _converse(context: AppContext, request: SlackRequest, text: str, reply_to: ReplyTarget) -> Ack:
    reply: Said
    try:
        reply = _submit(context, request, text, reply_to)
    except InlaidError as error:
        if error.retryable:
            raise
        reply = user_message(error)
    if reply:
        context.in_background(lambda: _reply(context, request, reply_to, reply))
    elif reply == "":
        ts = str(request.event.get("ts", ""))
        context.in_background(lambda: _show_status(context, request, reply_to, text, ts))
    return EMPTY_ACK


@members_only
def _submit(context: AppContext, request: SlackRequest, text: str, reply_to: ReplyTarget) -> Said:
    """Store the job that the words ask for; return what to say instead when they ask for none."""
    in_thread = not reply_to.is_dm and bool(reply_to.thread_ts)
    key = f"event:{request.body.get('event_id') or request.event.get('ts', '')}"
    if ended := stop_scans(context, request, text):
        return ended
    if (did := act_here(context, request, text, reply_to, key)) is not None:
        _take_asked(context, request, reply_to)  # whoever says "never mind" gives no text
        return did
    if reads_as_recap(context, text):
        submit_recap(context, request, text, reply_to, key)
        return ""
    about = about_app(context, request, text)
    if about and (asks_who(text) or not (request.event.get("thread_ts") and turns_to_app(text))):
        return about
    intent = _intent(context, request, text, reply_to, in_thread=in_thread)
    is_about = not intent.is_named or is_about_draft(
        text, is_beneath=reply_to.is_dm and bool(request.event.get("thread_ts"))
    )
    if is_about and (said := refine_here(context, request, text, reply_to, key)) is not None:
        return said
    if not about and not intent.is_named and intent.recipe != ASK and _has_files(request):
        return gettext(WITH_FILE)
    if about or not intent.recipe:
        return about or help_text(context, request)
    if not intent.is_named and needs_larger_model(context, request, intent.recipe):
        return not_understood(context, request, text) if text.strip() else help_text(context, request)
    return _submit_intent(context, request, intent, reply_to, key)


def _intent(context: AppContext, request: SlackRequest, text: str, reply_to: ReplyTarget, *, in_thread: bool) -> Intent:
    if asks_what_was_missed(context, text):  # "recap of this thread"
        return Intent(SUMMARY, about_thread=True, is_named=True)
    intent = parse_intent(text, context.recipes, in_thread=in_thread)
    if in_thread and not intent.is_named and intent.recipe == ASK and not _reads_along(context, request):
        intent = Intent(SUMMARY, intent.text)
    if not intent.is_named and (asked := _take_asked(context, request, reply_to)):
        return replace(asked, text=text.strip())
    return intent


def _submit_intent(context: AppContext, request: SlackRequest, intent: Intent, reply_to: ReplyTarget, key: str) -> str:
    """Store the job of a recipe, or return what is asked back for its text."""
    in_thread = not reply_to.is_dm and bool(reply_to.thread_ts)
    recipe = find_recipe(context, request, intent.recipe)
    ts = str(request.event.get("ts", ""))
    inputs = {recipe.main_input: intent.text} if intent.text else {}
    thread: dict[str, str] = {}
    is_about = intent.about_thread or intent.recipe in _ABOUT_THREADS or _is_focus(recipe, intent.text)
    if in_thread and (not intent.text or is_about):
        thread = ThreadToRead(request.channel, reply_to.thread_ts, until=ts).to_json()
        inputs = _guidance(recipe, intent.text)
    elif in_thread and not intent.is_named and intent.recipe == ASK:
        # It is answered from the thread and from the sources of whoever asks, in one.
        thread = ThreadToRead(request.channel, reply_to.thread_ts, until=ts).to_json()
    if not inputs and not thread and _has_files(request):
        # "Summarize this" with a file: the file is the text.
        thread = ThreadToRead(request.channel, ts, ts, until=ts).to_json()
    if not inputs and not thread and intent.about_thread:
        return gettext(WHICH_THREAD)
    if not inputs and not thread:
        data = {"recipe": recipe.name, "inputs": dict(intent.inputs), "mail": intent.mail}
        records, place = context.store.records, _place(request, reply_to)
        records.put(ASKED_KIND, request.team, place, data, person=request.user, expires_in_seconds=ASKED_SECONDS)
        return _ASKS.get(recipe.name, f"Paste the text: {recipe.title.lower()} is what I do with it.")
    target = SlackTarget(reply_to, mail=intent.mail, read=thread, asked_ts=ts)
    submit_draft(context, request, DraftRequest(recipe, {**inputs, **intent.inputs}, target, key))
    return ""


def _reads_along(context: AppContext, request: SlackRequest) -> bool:
    """Whether the person may ask, and the recipe of questions takes what was said where it is asked."""
    recipe = listed_recipes(context, request)[0].get(ASK)
    return recipe is not None and recipe.input_named(SAID) is not None


def _has_files(request: SlackRequest) -> bool:
    files = request.event.get("files")
    return isinstance(files, list) and any(isinstance(file, dict) and document_name(file) for file in files)  # type: ignore[arg-type] # as Slack sends it


def _take_asked(context: AppContext, request: SlackRequest, reply_to: ReplyTarget) -> Intent | None:
    """Return for what the app has just asked the person for a text here, None for nothing; asked once."""
    records, place = context.store.records, _place(request, reply_to)
    asked = records.get(ASKED_KIND, request.team, place)
    if asked is None:
        return None
    records.delete(ASKED_KIND, request.team, place)
    recipe, inputs, mail = str(asked.data["recipe"]), dict(asked.data.get("inputs") or {}), bool(asked.data.get("mail"))
    return Intent(recipe, mail=mail, inputs=inputs, is_named=True) if recipe in context.recipes else None


def _place(request: SlackRequest, reply_to: ReplyTarget) -> str:
    """Return the key of a person's conversation: a pane's thread, else the direct messages as a whole."""
    thread_ts = str(request.event.get("thread_ts") or "") if not reply_to.is_dm else ""
    return f"{request.user}/{reply_to.channel}/{thread_ts}"


def _guidance(recipe: Recipe, text: str) -> dict[str, str]:
    """Return the words after "summarize" or "reply" as what they are for a thread: a focus, or what is to be said."""
    names = [recipe_input.name for recipe_input in recipe.inputs if recipe_input.name in _GUIDANCE]
    return {names[0]: text} if names and text else {}


def _is_focus(recipe: Recipe, text: str) -> bool:
    """Whether words say what somebody wants of a text: one sentence is no text to look for something in."""
    main = recipe.input_named(recipe.main_input)
    looks_into = main is not None and main.foreign and recipe.input_named("focus") is not None
    return looks_into and len(split_sentences(text)) == 1


def _show_status(context: AppContext, request: SlackRequest, reply_to: ReplyTarget, text: str, ts: str) -> None:
    """Show that work has begun; Slack takes the status away when the answer comes."""
    client = context.connections.client(request.team, request.enterprise)
    thread_ts = reply_to.thread_ts or ts
    try:
        call(
            client.assistant_threads_setStatus,
            channel_id=reply_to.channel,
            thread_ts=thread_ts,
            status=gettext(STATUS),
            loading_messages=[gettext(line) for line in LOADING],
        )
        if reply_to.is_dm and thread_ts == ts:
            title = shorten(" ".join(text.split()), MAX_TITLE_CHARS) or "Draft"
            call(client.assistant_threads_setTitle, channel_id=reply_to.channel, thread_ts=thread_ts, title=title)
    except SlackRefusal:
        return  # an app without an AI pane has neither


def _reply(context: AppContext, request: SlackRequest, reply_to: ReplyTarget, said: Said) -> None:
    """Say something where the message came from: in the thread of the conversation with the app, else privately."""
    client = context.connections.client(request.team, request.enterprise)
    method = client.chat_postMessage if reply_to.is_dm else partial(client.chat_postEphemeral, user=request.user)
    thread: dict[str, str] = {"thread_ts": reply_to.thread_ts} if reply_to.thread_ts else {}
    for shown in [note_message(said)] if isinstance(said, str) else said:
        call(method, channel=reply_to.channel, text=shown.text, blocks=shown.blocks, **thread)


def _is_written(event: Mapping[str, Any]) -> bool:
    return not event.get("bot_id") and event.get("subtype") in _WRITTEN and bool(event.get("user"))


def assistant_thread_started(context: AppContext, request: SlackRequest) -> Ack:
    """The older AI pane was opened: suggest prompts in its thread."""
    thread = request.event.get("assistant_thread") or {}
    channel, thread_ts = str(thread.get("channel_id", "")), str(thread.get("thread_ts", ""))
    context.in_background(lambda: suggest_prompts(context, request, channel, thread_ts=thread_ts))
    return EMPTY_ACK


def suggest_prompts(context: AppContext, request: SlackRequest, channel: str, *, thread_ts: str = "") -> None:
    """Suggest prompts: with `thread_ts` for the older pane, without for `agent_view`, where Slack ignores one."""
    usual = usual_recipes(context.store, request.team, request.user)
    listed = suggested_prompts(listed_recipes(context, request)[0], usual)
    if not listed or not channel:
        return
    client = context.connections.client(request.team, request.enterprise)
    try:
        call(
            client.assistant_threads_setSuggestedPrompts,
            channel_id=channel,
            title=gettext("What should I write?"),
            prompts=listed,
            **({"thread_ts": thread_ts} if thread_ts else {}),
        )
    except SlackRefusal:
        return  # an app without an AI pane has no prompts


def suggested_prompts(recipes: Mapping[str, Recipe], own: Sequence[str] = ()) -> list[dict[str, str]]:
    """Return at most four prompts: what the person uses most, then the usual recipes."""
    names = [name for name in dict.fromkeys([*own, *_USUAL_RECIPES, *sorted(recipes)]) if name in recipes]
    return [
        {
            "title": shorten(told(recipes[name].title), 60),
            "message": _PROMPTS.get(name, f"{name}: ") or recipes[name].title,
        }
        for name in names[:MAX_PROMPTS]
    ]


def ignored(_context: AppContext, _request: SlackRequest) -> Ack:
    """Acknowledge what needs no answer, so that Slack does not send it again."""
    return EMPTY_ACK
