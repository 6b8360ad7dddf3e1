"""The app's own configuration at Slack: what api.slack.com/apps would hold."""

from dataclasses import dataclass, field
from typing import Literal

BOT_SCOPES = (
    "app_mentions:read", "assistant:write", "channels:history", "channels:join", "channels:read", "chat:write",
    "chat:write.customize", "chat:write.public", "commands", "files:read", "files:write", "groups:history",
    "groups:read", "im:history", "im:read", "im:write", "mpim:history", "mpim:read", "mpim:write", "reactions:read",
    "reactions:write", "team:read", "users:read", "users:read.email",
)  # fmt: skip
EVENTS = (
    "agent_session_stopped", "app_context_changed", "app_home_opened", "app_mention", "app_uninstalled",
    "assistant_thread_context_changed", "assistant_thread_started", "channel_archive", "channel_deleted",
    "channel_history_changed", "channel_left", "channel_rename", "channel_shared", "channel_unshared", "file_deleted",
    "group_archive", "group_deleted", "group_history_changed", "group_left", "group_rename", "member_joined_channel",
    "member_left_channel", "message.channels", "message.groups", "message.im", "message.mpim",
    "team_access_revoked", "team_join", "tokens_revoked", "user_change",
)  # fmt: skip


@dataclass
class AppSettings:
    """What a developer sets for an app. A test changes what it needs before it acts.

    Attributes:
        pane: which AI container the app has: `agent` (agent_view), `assistant` (assistant_view) or none.
        token_rotation: new tokens live 12 hours and come with a refresh token.
        outside_marketplace: a commercial app that is not in the Marketplace: history and replies give 15 objects.
    """

    id: str = "A0INLAID"
    name: str = "Inlaid"
    client_id: str = "1111.2222"
    client_secret: str = "fake-client-secret"
    signing_secret: str = "fake-signing-secret"
    verification_token: str = "fake-verification-token"
    redirect_uris: list[str] = field(default_factory=list)
    bot_scopes: tuple[str, ...] = BOT_SCOPES
    events: set[str] = field(default_factory=lambda: set(EVENTS))
    home_tab_enabled: bool = True
    messages_tab_enabled: bool = True
    pane: Literal["agent", "assistant", ""] = "agent"
    token_rotation: bool = False
    outside_marketplace: bool = False
