"""Every listener of Slack, done by a member with ids of what is another's. A listener without an act fails the test."""

import hashlib
import hmac
import json
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from integrations.slack.listeners.table import ACTIONS, COMMANDS, EVENTS, SHORTCUTS, SUBMISSIONS
from tests.isolation.installations import SIGNING_SECRET, Answer, Installation
from tests.isolation.targets import Target
from tests.isolation.worlds import Door

Json = dict[str, Any]
# What Slack itself says of an installation, with no person in it.
OF_INSTALLATIONS = frozenset({"app_uninstalled", "tokens_revoked", "team_access_revoked"})

# What names a draft by the id of its job.
ABOUT_A_DRAFT = frozenset(
    {
        *(f"view {name}" for name in ("edit", "post_to", "feedback")),
        *(f"action {action.action_id}" for action in ACTIONS),
    }
) - {
    "action choose_recipe", "action open_settings", "action show_report", "action wish", "action stop_channel",
    "action add_fact", "action remove_fact", "action stop_scan",
}  # fmt: skip


def listeners() -> list[str]:
    """Return every listener that a person sets off: its kind and its name."""
    return [
        *(f"command {command.name}" for command in COMMANDS),
        *(f"shortcut {shortcut.callback_id}" for shortcut in SHORTCUTS),
        *(f"view {submission.callback_id}" for submission in SUBMISSIONS),
        *(f"action {action.action_id}" for action in ACTIONS),
        *(f"event {event.name}" for event in EVENTS if event.name not in OF_INSTALLATIONS),
    ]


def act(installation: Installation, door: Door, listener: str, target: Target, given: Json | None = None) -> Answer:
    """Have a member of Slack do something about a target; `given` are further or other parts of what Slack sends."""
    kind, _, name = listener.partition(" ")
    body = _merged(_BODIES[kind](installation, door, name, target), given or {})
    if kind == "command":
        text, form = urlencode(body), "application/x-www-form-urlencoded"
    elif kind == "event":
        text, form = json.dumps(body), "application/json"
    else:
        text, form = urlencode({"payload": json.dumps(body)}), "application/x-www-form-urlencoded"
    now = str(int(time.time()))
    digest = hmac.new(SIGNING_SECRET.encode(), f"v0:{now}:{text}".encode(), hashlib.sha256).hexdigest()
    headers = {
        "Content-Type": form, "X-Slack-Request-Timestamp": now, "X-Slack-Signature": f"v0={digest}",
    }  # fmt: skip
    return installation.ask("POST", "/slack/events", headers=headers, body=text.encode())


def _merged(body: Json, given: Json) -> Json:
    """Return a body with the parts that are given in place of its own."""
    parts = [name for name in given if isinstance(body.get(name), dict) and isinstance(given[name], dict)]
    return {**body, **given, **{name: _merged(body[name], given[name]) for name in parts}}


def _command(installation: Installation, door: Door, name: str, _target: Target) -> Json:
    body = {"command": name, "text": "report" if name == "/inlaid" else "Hello there.", "team_id": door.workspace}
    body |= {"user_id": door.name, "channel_id": "D1", "trigger_id": "1.2", **_response(installation)}
    return body | ({"enterprise_id": door.organisation} if door.organisation else {})


def _response(installation: Installation) -> Json:
    return {"response_url": f"{installation.slack.url}response/1"}


def _interaction(installation: Installation, door: Door, kind: str) -> Json:
    enterprise = {"id": door.organisation, "name": "Grid"} if door.organisation else None
    return {
        "type": kind, "team": {"id": door.workspace, "domain": "acme"}, "enterprise": enterprise, "trigger_id": "1.2",
        "user": {"id": door.name, "team_id": door.workspace}, **_response(installation),
    }  # fmt: skip


def _shortcut(installation: Installation, door: Door, name: str, _target: Target) -> Json:
    if name == "write_something":
        return {**_interaction(installation, door, "shortcut"), "callback_id": name}
    message = {"ts": "1.0", "text": "Hi", "user": door.name}
    return {
        **_interaction(installation, door, "message_action"),
        "callback_id": name, "channel": {"id": "D1"}, "message": message,
    }  # fmt: skip


def _view(installation: Installation, door: Door, name: str, target: Target) -> Json:
    known = {"team": door.workspace, "enterprise": door.organisation, "job": target.job, "recipe": "rewrite"}
    chosen = {"conversation": {"value": {"type": "conversations_select", "selected_conversation": "C1"}}}
    text = {field: {"value": {"type": "plain_text_input", "value": "Hello there."}} for field in ("text", "name")}
    view = {
        "id": "V1", "type": "modal", "team_id": door.workspace, "callback_id": name,
        "private_metadata": json.dumps(known), "state": {"values": {**chosen, **text}}, "blocks": [],
    }  # fmt: skip
    return {**_interaction(installation, door, "view_submission"), "view": view}


def _action(installation: Installation, door: Door, name: str, target: Target) -> Json:
    values = {
        "feedback": f"good:{target.job}", "wish": f"use:{target.rule}", "choose_recipe": "rewrite",
        "more": f"discard:{target.job}", "fill_gap": json.dumps({"job": target.job, "place": "x", "choice": 0}),
    }  # fmt: skip
    container = {"type": "message", "message_ts": "1.0", "is_ephemeral": True}
    return {
        **_interaction(installation, door, "block_actions"),
        "channel": {"id": "D1"}, "container": container,
        "actions": [{"action_id": name, "value": values.get(name, target.job), "action_ts": "1.1", "type": "button"}],
    }  # fmt: skip


def _event(installation: Installation, door: Door, name: str, _target: Target) -> Json:
    event: Json = {"type": name.partition(".")[0], "user": door.name, "channel": "D1", "ts": "1.0", "tab": "home"}
    event |= {"text": "Hello there.", "channel_type": "im", "team": door.workspace}
    event |= {"assistant_thread": {"user_id": door.name, "channel_id": "D1", "thread_ts": "1.0"}}
    authorization = {
        "enterprise_id": door.organisation or None, "team_id": door.workspace, "user_id": "U1", "is_bot": True,
        "is_enterprise_install": False,
    }  # fmt: skip
    return {
        "type": "event_callback", "event_id": f"Ev{len(installation.slack.calls)}", "team_id": door.workspace,
        "event": event, "authorizations": [authorization], "api_app_id": "A1",
    }  # fmt: skip


_BODIES: dict[str, Callable[[Installation, Door, str, Target], Json]] = {
    "command": _command, "shortcut": _shortcut, "view": _view, "action": _action, "event": _event,
}  # fmt: skip
