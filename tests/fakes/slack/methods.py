"""The Web API methods that the fake knows: what runs, which scope and token each needs, and its rate limit tier."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.fakes.slack import (
    assistant,
    files,
    manifest_rules,
    oauth,
    people,
    posting,
    reactions,
    reading,
    socket_mode,
    streams,
    views,
)
from tests.fakes.slack.call import Call
from tests.fakes.slack.refusal import Json


@dataclass(frozen=True)
class Method:
    """One Web API method.

    Attributes:
        tier: of the rate limits, 1 to 4; 5 stands for a special limit.
        kinds: of token that may call it; none for a call without a token.
    """

    run: Callable[[Call], Json]
    tier: int
    scope: str = ""
    kinds: tuple[str, ...] = ("bot", "user")


BOT = ("bot",)

METHODS: dict[str, Method] = {
    "agents.sessions.rename": Method(assistant.rename_session, 3, "chat:write", BOT),
    "agents.sessions.setStatus": Method(assistant.set_session_status, 3, "chat:write", BOT),
    "api.test": Method(lambda call: {"args": call.args}, 4, kinds=()),
    "apps.connections.open": Method(socket_mode.open_connection, 3, "connections:write", ("app",)),
    "apps.manifest.validate": Method(manifest_rules.validate_manifest, 3, "app_configurations:write", ("config",)),
    "apps.uninstall": Method(oauth.uninstall, 1),
    "assistant.threads.setStatus": Method(assistant.set_status, 5, "chat:write", BOT),
    "assistant.threads.setSuggestedPrompts": Method(assistant.set_suggested_prompts, 4, "assistant:write", BOT),
    "assistant.threads.setTitle": Method(assistant.set_title, 4, "assistant:write", BOT),
    "auth.revoke": Method(oauth.revoke, 3),
    "auth.test": Method(people.auth_test, 5, kinds=("bot", "user", "app")),
    "bots.info": Method(people.bot_info, 3, "users:read"),
    "chat.appendStream": Method(streams.append_stream, 4, "chat:write", BOT),
    "chat.delete": Method(posting.delete, 3, "chat:write"),
    "chat.getPermalink": Method(posting.get_permalink, 5),
    "chat.postEphemeral": Method(posting.post_ephemeral, 4, "chat:write"),
    "chat.postMessage": Method(posting.post_message, 5, "chat:write"),
    "chat.startStream": Method(streams.start_stream, 2, "chat:write", BOT),
    "chat.stopStream": Method(streams.stop_stream, 2, "chat:write", BOT),
    "chat.update": Method(posting.update, 3, "chat:write"),
    "conversations.history": Method(reading.history, 3),
    "conversations.info": Method(reading.info, 3),
    "conversations.join": Method(reading.join, 3, "channels:join", BOT),
    "conversations.list": Method(reading.listed, 2),
    "conversations.members": Method(reading.members, 4),
    "conversations.open": Method(reading.opened, 3),
    "conversations.replies": Method(reading.replies, 3),
    "files.completeUploadExternal": Method(files.complete_upload, 4, "files:write"),
    "files.getUploadURLExternal": Method(files.get_upload_url, 4, "files:write"),
    "files.info": Method(files.file_info, 4, "files:read"),
    "oauth.v2.access": Method(oauth.access, 5, kinds=()),
    "oauth.v2.exchange": Method(oauth.exchange, 3, kinds=()),
    "reactions.add": Method(reactions.add, 3, "reactions:write"),
    "reactions.get": Method(reactions.get, 3, "reactions:read"),
    "reactions.remove": Method(reactions.remove, 2, "reactions:write"),
    "team.info": Method(people.team_info, 3, "team:read"),
    "tooling.tokens.rotate": Method(oauth.rotate_config, 5, kinds=()),
    "users.info": Method(people.user_info, 4, "users:read"),
    "users.list": Method(people.users_list, 2, "users:read"),
    "users.lookupByEmail": Method(people.lookup_by_email, 3, "users:read.email"),
    "views.open": Method(views.open_view, 4, kinds=BOT),
    "views.publish": Method(views.publish_view, 4, kinds=BOT),
    "views.push": Method(views.push_view, 4, kinds=BOT),
    "views.update": Method(views.update_view, 4, kinds=BOT),
}
