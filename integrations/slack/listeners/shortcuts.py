"""Shortcuts: on a message or its thread, and the global one."""

from collections.abc import Mapping
from typing import Any

from core.errors import InlaidError
from integrations.slack.client.threads import ThreadToRead
from integrations.slack.context import NOTHING, Answer, Desk
from integrations.slack.listeners.open_modal import open_view
from integrations.slack.reply_target import Place, SlackTarget
from integrations.slack.request import Incoming
from integrations.slack.submit import Question, ask, chooser, for_person, place_of, require_access, tell

READING = ":hourglass_flowing_sand: {title}: I am reading. Only you will see the answer."


def summarize_thread(desk: Desk, incoming: Incoming) -> Answer:
    """The main points of the thread."""
    return _on_message(desk, incoming, "summarize")


def draft_reply(desk: Desk, incoming: Incoming) -> Answer:
    """An answer to the message, with the thread above it as background."""
    return _on_message(desk, incoming, "reply")


def find_actions(desk: Desk, incoming: Incoming) -> Answer:
    """Who has to do what by when."""
    return _on_message(desk, incoming, "actions")


def turn_into_email(desk: Desk, incoming: Incoming) -> Answer:
    """An e-mail that says what the thread says."""
    return _on_message(desk, incoming, "compose", mail=True)


def minutes_as_document(desk: Desk, incoming: Incoming) -> Answer:
    """Minutes of the thread, as text and as a Word document in the asker's messages."""
    return _on_message(desk, incoming, "minutes", document=True)


def write_something(desk: Desk, incoming: Incoming) -> Answer:
    """The list of recipes, from anywhere in Slack; the answer comes in the app's messages."""
    try:
        require_access(desk, incoming)
    except InlaidError as error:
        tell(desk, incoming, for_person(error))
        return NOTHING
    place = Place(incoming.team, incoming.enterprise, is_dm=True)
    open_view(desk, incoming, chooser(desk, incoming, place))
    return NOTHING


def _on_message(desk: Desk, incoming: Incoming, name: str, *, mail: bool = False, document: bool = False) -> Answer:
    message = incoming.body.get("message")
    message = message if isinstance(message, dict) else {}
    thread = ThreadToRead.of_message(incoming.channel, message)
    place = place_of(incoming, thread_ts=_thread_of(message))
    key = f"shortcut:{name}:{mail}:{incoming.trigger_id or incoming.body.get('action_ts', '')}"
    try:
        ask(desk, incoming, Question(name, {}, SlackTarget(place, mail, document, thread.to_json()), key))
    except InlaidError as error:
        tell(desk, incoming, for_person(error))
        return NOTHING
    tell(desk, incoming, READING.format(title=desk.recipes[name].title))
    return NOTHING


def _thread_of(message: Mapping[str, Any]) -> str:
    """Return the thread that an answer belongs to: ephemeral ones show only in a thread that exists."""
    thread_ts = message.get("thread_ts")
    return thread_ts if isinstance(thread_ts, str) else ""
