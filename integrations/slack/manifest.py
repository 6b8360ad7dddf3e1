"""The app manifest, made from the table of listeners, so that the two cannot drift. Pure.

Format: https://docs.slack.dev/reference/app-manifest, version 2.
"""

import json
from collections.abc import Collection
from typing import Any

from core.drafts import JsonObject
from integrations.slack import EVENTS_PATH, REDIRECT_PATH
from integrations.slack.listeners.table import COMMANDS, EVENTS, SHORTCUTS

PLACEHOLDER_URL = "https://inlaid.example.com"
# Raise this with every change of what the manifest says, so that an administrator sees which one an app has; a test
# holds the two together.
REVISION = 2

# What no event brings with it, and why the app needs it.
SCOPES = {
    "commands": "slash commands and shortcuts",
    "chat:write": "answers, and what a person posts with a button",
    "chat:write.public": "Post to a public channel without being invited first",
    "im:write": "open the conversation with the person, for lasting answers",
    "im:history": "find an answer again after a crash; the AI pane",
    "channels:history": "read the thread that a person points at, in public channels that the app is in",
    "groups:history": "the same in private channels that the app is in",
    "mpim:history": "the same in group conversations that the app is in",
    "channels:read": "tell public from private conversations",
    "groups:read": "see that the asker is in a private channel before reading it",
    "mpim:read": "the same in group conversations",
    "im:read": "tell direct conversations from others",
    "users:read": "names for ids; guests and strangers are refused",
    "users:read.email": "find the mailbox that the person has connected, for e-mail drafts",
    "files:read": "read files of channels that members let it use",
    "files:write": "e-mail drafts as a mail file, the report as a picture, minutes as a Word document",
}
_OF_AGENT = ("app_context_", "agent_session_")
_OF_ASSISTANT = ("assistant_thread_",)


def bot_scopes() -> list[str]:
    """Return the scopes that the app asks for, sorted."""
    return sorted(set(SCOPES).union(*(event.scopes for event in EVENTS)))


def make_manifest(
    recipes: Collection[str],
    public_url: str = PLACEHOLDER_URL,
    *,
    socket_mode: bool = False,
    agent: bool = True,
    one_workspace: bool = False,
) -> JsonObject:
    """Return the manifest.

    Args:
        recipes: names of those that are installed.
        public_url: where Slack reaches the web process; not used with Socket Mode.
        socket_mode: whether the app connects to Slack instead of being reached.
        agent: `agent_view` (the only choice for new apps), else the older `assistant_view`.
        one_workspace: whether one fixed bot token serves it. Such a token cannot be renewed, so it must not expire,
            and Slack does not let an app go back to that. Implied by Socket Mode.
    """
    url = {} if socket_mode else {"request_url": public_url + EVENTS_PATH}
    oauth: JsonObject = {"scopes": {"bot": bot_scopes()}}
    if not (socket_mode or one_workspace):
        oauth["redirect_urls"] = [public_url + REDIRECT_PATH]
    return {
        "_metadata": {"major_version": 2, "minor_version": REVISION},
        "display_information": {
            "name": "Inlaid",
            "description": "Drafts where you work: private until you post them.",
            "background_color": "#1f3a5f",
        },
        "features": {
            **_features(agent=agent),
            "slash_commands": _commands(recipes, {} if socket_mode else {"url": public_url + EVENTS_PATH}),
        },
        "oauth_config": oauth,
        "settings": {
            "event_subscriptions": {**url, "bot_events": _events(agent=agent)},
            "interactivity": {"is_enabled": True, **url},
            "org_deploy_enabled": True,
            "socket_mode_enabled": socket_mode,
            "token_rotation_enabled": not (socket_mode or one_workspace),
        },
    }


def _events(*, agent: bool) -> list[str]:
    """Return the events to subscribe to; each kind of pane has its own."""
    absent = _OF_ASSISTANT if agent else _OF_AGENT
    return sorted(event.name for event in EVENTS if not event.name.startswith(absent))


def _commands(recipes: Collection[str], url: dict[str, str]) -> list[JsonObject]:
    return [
        {
            "command": command.name,
            **url,
            "description": command.description,
            "usage_hint": command.hint,
            "should_escape": False,
        }
        for command in COMMANDS
        if not command.is_optional or command.recipe in recipes
    ]


def _features(*, agent: bool) -> JsonObject:
    description = "Drafts, rewrites and summaries, checked against what they are made from."
    # Prompts are suggested while the app runs, since they depend on the recipes that are installed.
    view = {"agent_view": {"agent_description": description}}
    if not agent:
        view = {"assistant_view": {"assistant_description": description}}
    return {
        "app_home": {"home_tab_enabled": True, "messages_tab_enabled": True, "messages_tab_read_only_enabled": False},
        "bot_user": {"display_name": "Inlaid", "always_online": True},
        "shortcuts": [
            {
                "name": shortcut.title,
                "type": shortcut.kind,
                "callback_id": shortcut.callback_id,
                "description": shortcut.description,
            }
            for shortcut in SHORTCUTS
        ],
        **view,
    }


def to_yaml(manifest: JsonObject) -> str:
    """Return the manifest as YAML; every scalar is written as JSON, which YAML reads alike."""
    return "\n".join(_yaml_lines(manifest, 0)) + "\n"


def _yaml_lines(value: Any, level: int) -> list[str]:
    indent = "  " * level
    lines: list[str] = []
    if isinstance(value, dict):
        for name, inner in value.items():
            if isinstance(inner, dict | list):
                lines += [f"{indent}{name}:", *_yaml_lines(inner, level + 1)]
            else:
                lines.append(f"{indent}{name}: {json.dumps(inner, ensure_ascii=False)}")
        return lines
    for inner in value:
        if isinstance(inner, dict):
            first, *rest = _yaml_lines(inner, level + 1)
            lines += [f"{indent}- {first.strip()}", *rest]
        else:
            lines.append(f"{indent}- {json.dumps(inner, ensure_ascii=False)}")
    return lines
