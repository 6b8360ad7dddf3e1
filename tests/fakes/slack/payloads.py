"""The payloads that Slack sends for what a person does, field by field as documented."""

from typing import TYPE_CHECKING, Any

from tests.fakes.slack.posting import message_json
from tests.fakes.slack.refusal import Json
from tests.fakes.slack.views import View
from tests.fakes.slack.world import Channel, Message, Team, User

if TYPE_CHECKING:
    from tests.fakes.slack.service import FakeSlack


def slash_command(slack: "FakeSlack", user: User, command: str, text: str, channel: Channel) -> Json:
    """Return the fields of a slash command; all values are strings."""
    bot = slack.workspace_of(home_of(slack, user, channel)).bot
    fields = {
        "token": slack.app.verification_token,
        "team_id": user.team.id,
        "team_domain": user.team.domain,
        "channel_id": channel.id,
        "channel_name": channel_name(channel),
        "user_id": user.id,
        "user_name": user.name,
        "command": command,
        "text": text,
        "api_app_id": slack.app.id,
        "is_enterprise_install": "true" if is_org_wide(slack, user.team) else "false",
        "response_url": slack.response_urls.issue(user, channel, bot),
        "trigger_id": slack.triggers.issue(user),
    }
    if user.team.organization:
        fields |= {"enterprise_id": user.team.organization.id, "enterprise_name": user.team.organization.name}
    return fields


def interaction(
    slack: "FakeSlack", user: User, kind: str, team: Team | None = None, *, from_modal: bool = False
) -> Json:
    """Return what every interactive payload has.

    Args:
        slack: the fake.
        user: who acts.
        kind: the payload's type.
        team: the workspace that the payload names, the person's own if none. An org-wide installation names none
            at all: the app has to look at `user.team_id` (slack_bolt/request/internals.py).
        from_modal: whether the trigger may push a view.
    """
    team = team or user.team
    organization = team.organization
    return {
        "type": kind,
        "token": slack.app.verification_token,
        "api_app_id": slack.app.id,
        "team": None if is_org_wide(slack, team) else team_json(team),
        "enterprise": {"id": organization.id, "name": organization.name} if organization else None,
        "is_enterprise_install": is_org_wide(slack, team),
        "user": {"id": user.id, "username": user.name, "name": user.name, "team_id": user.team.id},
        "trigger_id": slack.triggers.issue(user, from_modal=from_modal),
    }


def global_shortcut(slack: "FakeSlack", user: User, callback_id: str) -> Json:
    """Return the payload of a global shortcut: it has no channel and no response URL."""
    payload = interaction(slack, user, "shortcut")
    payload["user"].pop("name")
    return payload | {"callback_id": callback_id, "action_ts": slack.world.new_ts()}


def message_shortcut(slack: "FakeSlack", user: User, callback_id: str, message: Message) -> Json:
    """Return the payload of a shortcut on a message; the app need not be in the channel."""
    home = home_of(slack, user, message.channel)
    bot = slack.workspace_of(home).bot
    return interaction(slack, user, "message_action", home) | {
        "callback_id": callback_id,
        "action_ts": slack.world.new_ts(),
        "message_ts": message.ts,
        "channel": {"id": message.channel.id, "name": channel_name(message.channel)},
        "message": message_json(message),
        "response_url": slack.response_urls.issue(user, message.channel, bot),
    }


def message_action(slack: "FakeSlack", user: User, message: Message, action: Json, state: Json) -> Json:
    """Return the payload of an act on an element of a message. An ephemeral message is not in it."""
    home = home_of(slack, user, message.channel)
    bot = slack.workspace_of(home).bot
    container: Json = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": message.channel.id,
        "is_ephemeral": bool(message.only_for),
    }
    if message.thread_ts:
        container["thread_ts"] = message.thread_ts
    payload = interaction(slack, user, "block_actions", home) | {
        "container": container,
        "channel": {"id": message.channel.id, "name": channel_name(message.channel)},
        "response_url": slack.response_urls.issue(user, message.channel, bot, message),
        "state": {"values": state},
        "actions": [action],
    }
    if not message.only_for:
        payload["message"] = message_json(message)
    return payload


def view_action(slack: "FakeSlack", user: User, view: View, action: Json, state: Json) -> Json:
    """Return the payload of an act on an element of a modal or of the home tab."""
    return interaction(slack, user, "block_actions", from_modal=view.kind == "modal") | {
        "container": {"type": "view", "view_id": view.id},
        "view": view.to_json(state),
        "actions": [action],
    }


def view_submission(slack: "FakeSlack", user: User, view: View, state: Json) -> Json:
    """Return the payload of a modal that was sent off."""
    return interaction(slack, user, "view_submission", from_modal=True) | {
        "view": view.to_json(state),
        "response_urls": response_urls(slack, user, view, state),
    }


def view_closed(slack: "FakeSlack", user: User, view: View, *, everything: bool) -> Json:
    """Return the payload of a modal that was closed; it has no trigger."""
    payload = interaction(slack, user, "view_closed")
    del payload["trigger_id"]
    return payload | {"view": view.to_json(), "is_cleared": everything}


def suggestion(slack: "FakeSlack", user: User, where: View | Message, found: tuple[Json, Json], typed: str) -> Json:
    """Return the payload that asks for the options of an external select."""
    block, element = found
    payload = interaction(slack, user, "block_suggestion")
    del payload["trigger_id"]
    payload |= {"action_id": element["action_id"], "block_id": block["block_id"], "value": typed}
    if isinstance(where, View):
        return payload | {"container": {"type": "view", "view_id": where.id}, "view": where.to_json()}
    container = {"type": "message", "message_ts": where.ts, "channel_id": where.channel.id}
    return payload | {"container": container, "channel": {"id": where.channel.id}, "message": message_json(where)}


def response_urls(slack: "FakeSlack", user: User, view: View, state: Json) -> list[Json]:
    """Return a response URL for each channel picked in an element that asked for one."""
    urls: list[Json] = []
    for block in view.blocks:
        element: Any = block.get("element") or {}
        if not element.get("response_url_enabled"):
            continue
        values = state[block["block_id"]][element["action_id"]]
        channel = slack.world.channels.get(values.get("selected_conversation") or values.get("selected_channel") or "")
        if channel is not None:
            bot = slack.workspace_of(home_of(slack, user, channel)).bot
            url = slack.response_urls.issue(user, channel, bot)
            named = {"block_id": block["block_id"], "action_id": element["action_id"]}
            urls.append({**named, "channel_id": channel.id, "response_url": url})
    return urls


def event_callback(slack: "FakeSlack", team: Team, event: Json, came_from: Team | None = None) -> Json:
    """Return the outer envelope of an event.

    Args:
        slack: the fake.
        team: whose installation hears of it.
        event: the inner event.
        came_from: the workspace on top: of a shared channel the one that it comes from.
    """
    source = came_from or team
    organization_id = team.organization.id if team.organization else None
    org_wide = is_org_wide(slack, team)
    return {
        "token": slack.app.verification_token,
        "team_id": source.id,
        "enterprise_id": source.organization.id if source.organization else None,
        "api_app_id": slack.app.id,
        "event": event,
        "type": "event_callback",
        "event_id": slack.world.new_id("Ev"),
        "event_time": int(slack.clock.now()),
        "authorizations": [
            {
                "enterprise_id": organization_id,
                "team_id": None if org_wide else team.id,
                "user_id": slack.workspace_of(team).bot.id,
                "is_bot": True,
                "is_enterprise_install": org_wide,
            }
        ],
        "is_ext_shared_channel": is_shared(slack, event),
    }


def home_of(slack: "FakeSlack", user: User, channel: Channel) -> Team:
    """Return the workspace whose installation hears of an act.

    UNCONFIRMED for somebody of another company in a shared channel: the fake names the workspace that has the app.
    """
    return user.team if slack.workspace_of(user.team).is_installed else channel.team


def hearing(slack: "FakeSlack", channel: Channel) -> Team:
    """Return the workspace whose installation hears what happens in a channel: one whose bot is a member."""
    teams = [channel.team, *(slack.world.teams[team] for team in sorted(channel.shared_with))]
    here = [team for team in teams if slack.workspace_of(team).is_installed]
    joined = [team for team in here if slack.bot_of(team).id in channel.members]
    return next(iter([*joined, *here, channel.team]))


def team_json(team: Team) -> Json:
    """Return a workspace as interactive payloads name it."""
    shown: Json = {"id": team.id, "domain": team.domain}
    if team.organization:
        shown |= {"enterprise_id": team.organization.id, "enterprise_name": team.organization.name}
    return shown


def channel_name(channel: Channel) -> str:
    """Return the name that payloads give: direct messages and private channels have a fixed word."""
    return {"im": "directmessage", "private": "privategroup", "mpim": "mpdm"}.get(channel.kind, channel.name)


def is_org_wide(slack: "FakeSlack", team: Team) -> bool:
    """Whether the app is installed for the whole organization of a workspace."""
    return slack.workspace_of(team).is_org_wide


def is_shared(slack: "FakeSlack", event: Json) -> bool:
    """Whether an event comes from a channel shared with another company."""
    channel = slack.world.channels.get(str(event.get("channel")))
    return channel is not None and bool(channel.shared_with)
