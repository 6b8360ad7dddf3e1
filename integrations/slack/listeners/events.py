"""Events: messages to the app, mentions, the AI pane of either kind, App Home, stop buttons, uninstalling."""

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

from core.errors import ConflictError, InlaidError, NotFoundError
from core.recipes.model import Recipe
from integrations.slack.client.api import SlackRefusal, call
from integrations.slack.client.threads import ThreadToRead
from integrations.slack.context import NOTHING, Answer, Desk
from integrations.slack.history import open_jobs
from integrations.slack.intents import read_wish
from integrations.slack.listeners.app_home import publish_home
from integrations.slack.listeners.commands import HELP
from integrations.slack.listeners.suggested_prompts import suggest_prompts
from integrations.slack.listeners.uninstall import forget_installation
from integrations.slack.reply_target import Place, SlackTarget
from integrations.slack.request import Incoming
from integrations.slack.submit import Question, ask, find_recipe, for_person, require_access
from integrations.slack.views.blocks import note_message
from integrations.slack.views.splitting import shorten

STATUS = "is writing…"
LOADING = ["Reading what you wrote…", "Writing…", "Checking names, numbers and dates…"]
TITLE_CHARS = 60
_MENTION = re.compile(r"<@[UW][A-Z0-9]+(?:\|[^>]*)?>")
# Of a message event these are what a person wrote; every other subtype is a change, a join or another app.
_WRITTEN = frozenset({None, "file_share", "thread_broadcast"})


def app_home_opened(desk: Desk, incoming: Incoming) -> Answer:
    """Show the Home tab, or suggest prompts in the Messages tab (the pane of apps with `agent_view`)."""
    event = _event(incoming)
    if event.get("tab") == "messages":
        desk.later(lambda: suggest_prompts(desk, incoming, thread_ts=""))
    else:
        desk.later(lambda: publish_home(desk, incoming))
    return NOTHING


def thread_started(desk: Desk, incoming: Incoming) -> Answer:
    """The older AI pane was opened: suggest prompts in its thread."""
    thread = _event(incoming).get("assistant_thread") or {}
    pane = _with_channel(incoming, str(thread.get("channel_id", "")))
    desk.later(lambda: suggest_prompts(desk, pane, thread_ts=str(thread.get("thread_ts", ""))))
    return NOTHING


def message(desk: Desk, incoming: Incoming) -> Answer:
    """A message of a person in the conversation with the app, in either kind of pane."""
    event = _event(incoming)
    if event.get("channel_type") != "im" or not _is_written(event):
        return NOTHING
    thread_ts = str(event.get("thread_ts") or event.get("ts") or "")
    place = Place(incoming.team, incoming.enterprise, incoming.channel, thread_ts, is_dm=True)
    return _converse(desk, incoming, str(event.get("text") or ""), place)


def mention(desk: Desk, incoming: Incoming) -> Answer:
    """A mention in a conversation: the answer is private to whoever wrote it, like every other."""
    event = _event(incoming)
    if not _is_written(event):
        return NOTHING
    thread_ts = str(event.get("thread_ts") or "")
    place = Place(incoming.team, incoming.enterprise, incoming.channel, thread_ts)
    return _converse(desk, incoming, _MENTION.sub("", str(event.get("text") or ""), count=1).strip(), place)


def _converse(desk: Desk, incoming: Incoming, text: str, place: Place) -> Answer:
    event = _event(incoming)
    in_thread = not place.is_dm and bool(place.thread_ts)
    wish = read_wish(text, desk.recipes, in_thread=in_thread)
    read: dict[str, str] = {}
    try:
        require_access(desk, incoming)
        if not wish.recipe:
            _answer_shortly(desk, incoming, place, HELP)
            return NOTHING
        recipe = find_recipe(desk, incoming, wish.recipe)
        inputs = {recipe.main_input: wish.text} if wish.text else {}
        if in_thread and _reads_thread(wish.recipe, wish.text):
            read = ThreadToRead(incoming.channel, place.thread_ts, until=str(event.get("ts", ""))).to_json()
            inputs = _guidance(recipe, wish.text)
        if not inputs and not read:
            _answer_shortly(desk, incoming, place, f"What shall I {recipe.title.lower()}? Write it behind the word.")
            return NOTHING
        key = f"event:{incoming.body.get('event_id') or event.get('ts', '')}"
        target = SlackTarget(place, mail=wish.mail, read=read, asked_ts=str(event.get("ts", "")))
        ask(desk, incoming, Question(recipe.name, inputs, target, key))
    except InlaidError as error:
        if error.retryable:
            raise
        _answer_shortly(desk, incoming, place, for_person(error))
        return NOTHING
    desk.later(lambda: _show_status(desk, incoming, place, text, str(event.get("ts", ""))))
    return NOTHING


def _reads_thread(recipe: str, text: str) -> bool:
    """In a thread these are about what stands above; the others only when nothing was given to work on."""
    return recipe in {"summarize", "reply", "actions"} or not text


def _guidance(recipe: Recipe, text: str) -> dict[str, str]:
    """Return the words after "summarize" or "reply" as what they are for a thread: focus or instruction."""
    name = next((one.name for one in recipe.inputs if one.name in {"focus", "instruction"}), "")
    return {name: text} if name and text else {}


def _show_status(desk: Desk, incoming: Incoming, place: Place, text: str, ts: str) -> None:
    """Show that work has begun; Slack takes the status away when the answer comes."""
    client = desk.connections.client(incoming.team, incoming.enterprise)
    thread_ts = place.thread_ts or ts
    try:
        call(
            client.assistant_threads_setStatus,
            channel_id=place.channel,
            thread_ts=thread_ts,
            status=STATUS,
            loading_messages=LOADING,
        )
        if place.is_dm and thread_ts == ts:
            title = shorten(" ".join(text.split()), TITLE_CHARS) or "Draft"
            call(client.assistant_threads_setTitle, channel_id=place.channel, thread_ts=thread_ts, title=title)
    except SlackRefusal:
        return  # an app without an AI pane has neither


def _answer_shortly(desk: Desk, incoming: Incoming, place: Place, text: str) -> None:
    """Say something where the message came from: in the thread of the conversation with the app, else privately."""
    shown = note_message(text)

    def work() -> None:
        client = desk.connections.client(incoming.team, incoming.enterprise)
        arguments: dict[str, Any] = {"channel": place.channel, "text": shown.text, "blocks": shown.blocks}
        if place.thread_ts:
            arguments["thread_ts"] = place.thread_ts
        if place.is_dm:
            call(client.chat_postMessage, **arguments)
        else:
            call(client.chat_postEphemeral, user=incoming.user, **arguments)

    desk.later(work)


def stopped(desk: Desk, incoming: Incoming) -> Answer:
    """The person pressed Stop in the pane, or ended the session: what runs there ends."""
    event = _event(incoming)
    thread_ts = str(event.get("thread_ts") or "")
    for job in open_jobs(desk.store, incoming.team):
        place = SlackTarget.from_json(job.delivery).place
        if place.channel == incoming.channel and thread_ts in ("", place.thread_ts):
            with suppress(ConflictError, NotFoundError):  # it has ended by itself
                desk.store.jobs.request_cancel(job.id)
    return NOTHING


def uninstalled(desk: Desk, incoming: Incoming) -> Answer:
    """The app was removed: everything that was kept for the workspace's access goes."""
    _forget(desk, incoming)
    return NOTHING


def access_revoked(desk: Desk, incoming: Incoming) -> Answer:
    """An organisation took the app away from some of its workspaces: what was kept for these goes."""
    teams = _event(incoming).get("team_ids")
    for team in teams if isinstance(teams, list) else ():
        if isinstance(team, str) and team:
            forget_installation(desk.store.records, team=team)
    return NOTHING


def tokens_revoked(desk: Desk, incoming: Incoming) -> Answer:
    """Tokens were revoked: the bot's end the installation, a person's only theirs."""
    tokens = _event(incoming).get("tokens")
    tokens = tokens if isinstance(tokens, dict) else {}
    if tokens.get("bot"):
        _forget(desk, incoming)
    owner = incoming.enterprise if incoming.is_org_wide and incoming.enterprise else incoming.team
    for user in tokens.get("oauth") or ():
        desk.connections.installs.delete_installation(enterprise_id=None, team_id=owner, user_id=str(user))
    return NOTHING


def _forget(desk: Desk, incoming: Incoming) -> None:
    forget_installation(
        desk.store.records, team=incoming.team, enterprise=incoming.enterprise, is_org_wide=incoming.is_org_wide
    )


def ignored(_desk: Desk, _incoming: Incoming) -> Answer:
    """Acknowledge what needs no answer, so that Slack does not send it again."""
    return NOTHING


def _event(incoming: Incoming) -> Mapping[str, Any]:
    event = incoming.body.get("event")
    return event if isinstance(event, dict) else {}


def _with_channel(incoming: Incoming, channel: str) -> Incoming:
    return replace(incoming, channel=channel)


def _is_written(event: Mapping[str, Any]) -> bool:
    return not event.get("bot_id") and event.get("subtype") in _WRITTEN and bool(event.get("user"))
