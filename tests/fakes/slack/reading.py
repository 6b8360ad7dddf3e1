"""conversations.history, replies, info, list, members, open and join."""

import base64
from collections.abc import Sequence
from typing import TypeVar

from tests.fakes.slack.call import HISTORY_SCOPES, READ_SCOPES, Call
from tests.fakes.slack.posting import message_json
from tests.fakes.slack.refusal import Json, Refused
from tests.fakes.slack.world import Channel, Message

Item = TypeVar("Item")
MAX_OBJECTS = 1000
MAX_OBJECTS_OUTSIDE_MARKETPLACE = 15
MAX_PEOPLE_IN_ONE_CONVERSATION = 8


def history(call: Call) -> Json:
    """conversations.history: messages of a channel, newest first; replies only when they were broadcast."""
    channel = readable_channel(call)
    if channel.archive:
        return channel.archive.page(
            call.optional("oldest"), call.optional("latest"), most_objects(call, call.number("limit", 100))
        )
    messages = call.slack.world.in_channel(channel)
    roots = [m for m in messages if m.thread_ts in ("", m.ts) or m.subtype == "thread_broadcast"]
    chosen = within(call, roots)
    return message_page(call, chosen[::-1])


def replies(call: Call) -> Json:
    """conversations.replies: a thread, root first, then oldest first."""
    channel = readable_channel(call)
    if channel.archive:
        return channel.archive.thread(call.text("ts", "thread_not_found"))
    named = call.slack.world.find(channel, call.text("ts", "thread_not_found"), "thread_not_found")
    if named.only_for:
        raise Refused("thread_not_found")
    root_ts = named.thread_ts or named.ts
    thread = call.slack.world.thread(channel, root_ts)
    return message_page(call, thread[:1] + within(call, thread[1:]))


def info(call: Call) -> Json:
    """conversations.info."""
    channel = call.channel()
    call.need_scope(READ_SCOPES[channel.kind])
    shown = channel_json(call, channel)
    if call.flag("include_num_members"):
        shown["num_members"] = len(channel.members)
    return {"channel": shown}


def listed(call: Call) -> Json:
    """conversations.list: the channels of a workspace that the account can know of."""
    kinds = {"public_channel": "public", "private_channel": "private", "im": "im", "mpim": "mpim"}
    wanted = [kinds.get(kind.strip(), "") for kind in (call.optional("types") or "public_channel").split(",")]
    if "" in wanted:
        raise Refused("invalid_types")
    for kind in wanted:
        call.need_scope(READ_SCOPES[kind])
    channels = [
        channel
        for channel in call.slack.world.channels.values()
        if channel.kind in wanted and call.team.id in {channel.team.id, *channel.shared_with} and call.knows(channel)
        if not (channel.archived and call.flag("exclude_archived"))
    ]
    shown, cursor = page(call, channels, 100)
    return {"channels": [channel_json(call, c) for c in shown], "response_metadata": {"next_cursor": cursor}}


def members(call: Call) -> Json:
    """conversations.members: ids of all members, bots too."""
    channel = call.channel()
    call.need_scope(READ_SCOPES[channel.kind])
    shown, cursor = page(call, sorted(channel.members), 100)
    return {"members": list(shown), "response_metadata": {"next_cursor": cursor}}


def opened(call: Call) -> Json:
    """conversations.open: the direct messages with one or several people, made on first use."""
    ids = [user.strip() for user in call.optional("users").split(",") if user.strip()]
    if call.optional("channel"):
        return {"channel": {"id": call.channel().id}, "already_open": True}
    if not ids:
        raise Refused("users_list_not_supplied")
    if len(ids) > MAX_PEOPLE_IN_ONE_CONVERSATION:
        raise Refused("too_many_users")
    call.need_scope("im:write" if len(ids) == 1 else "mpim:write")
    people = [call.slack.world.user(user) for user in ids]
    if any(not call.grant.covers(person.team) for person in people):
        raise Refused("user_not_found")
    if any(person.deactivated for person in people):
        raise Refused("user_disabled")
    actor = call.grant.actor.id
    if len(people) == 1:
        channel = call.slack.world.im_between(people[0].team, actor, people[0].id)
    else:
        channel = Channel(call.slack.world.new_id("G"), people[0].team, "", "mpim", {actor, *ids})
        call.slack.world.channels[channel.id] = channel
    return {"channel": channel_json(call, channel) if call.flag("return_im") else {"id": channel.id}}


def join(call: Call) -> Json:
    """conversations.join: only public channels can be joined."""
    channel = call.channel()
    if channel.archived:
        raise Refused("is_archived")
    if channel.kind != "public":
        raise Refused("method_not_supported_for_channel_type")
    channel.members.add(call.grant.actor.id)
    return {"channel": channel_json(call, channel)}


def readable_channel(call: Call) -> Channel:
    """Return a channel whose messages the account may read."""
    channel = call.channel()
    call.need_scope(HISTORY_SCOPES[channel.kind])
    if not call.is_in(channel):
        raise Refused("not_in_channel")
    return channel


def within(call: Call, messages: list[Message]) -> list[Message]:
    """Return the messages between `oldest` and `latest`."""
    bounds = []
    for name in ("oldest", "latest"):
        try:
            bounds.append(float(call.optional(name) or ("0" if name == "oldest" else "inf")))
        except ValueError as error:
            raise Refused(f"invalid_ts_{name}") from error
    oldest, latest = bounds
    if call.flag("inclusive"):
        return [message for message in messages if oldest <= float(message.ts) <= latest]
    return [message for message in messages if oldest < float(message.ts) < latest]


def message_page(call: Call, messages: list[Message]) -> Json:
    """Return one page of messages."""
    shown, cursor = page(call, messages, MAX_OBJECTS if call.method.endswith("replies") else 100)
    answer: Json = {"messages": [thread_json(call, m) for m in shown], "has_more": bool(cursor)}
    if cursor:
        answer["response_metadata"] = {"next_cursor": cursor}
    return answer


def thread_json(call: Call, message: Message) -> Json:
    """Return a message with what belongs to its thread."""
    shown = message_json(message)
    if message.metadata and call.flag("include_all_metadata"):
        shown["metadata"] = message.metadata
    thread = call.slack.world.thread(message.channel, message.thread_ts or message.ts)
    if message.thread_ts and message.thread_ts != message.ts:
        shown["parent_user_id"] = thread[0].user
    elif len(thread) > 1:
        shown |= {"thread_ts": message.ts, "reply_count": len(thread) - 1, "latest_reply": thread[-1].ts}
    return shown


def page(call: Call, items: Sequence[Item], default: int) -> tuple[Sequence[Item], str]:
    """Return the items of the page that `cursor` and `limit` ask for, and the next cursor, empty at the end."""
    limit = call.number("limit", default)
    if limit < 1 or limit > MAX_OBJECTS:
        raise Refused("invalid_limit")
    start = 0
    if cursor := call.optional("cursor"):
        try:
            start = int(base64.b64decode(cursor, validate=True).decode().removeprefix("next:"))
        except ValueError as error:
            raise Refused("invalid_cursor") from error
    end = start + most_objects(call, limit)
    return items[start:end], base64.b64encode(f"next:{end}".encode()).decode() if end < len(items) else ""


def most_objects(call: Call, limit: int) -> int:
    """Return how many objects a call gets that asks for so many."""
    if call.slack.app.outside_marketplace and call.method in ("conversations.history", "conversations.replies"):
        return min(limit, MAX_OBJECTS_OUTSIDE_MARKETPLACE)
    return min(limit, MAX_OBJECTS)


def channel_json(call: Call, channel: Channel) -> Json:
    """Return a conversation object as the calling account sees it."""
    shared = bool(channel.shared_with)
    shown: Json = {
        "id": channel.id,
        "name": channel.name,
        "is_channel": channel.kind == "public",
        "is_group": channel.kind == "private",
        "is_im": channel.kind == "im",
        "is_mpim": channel.kind == "mpim",
        "is_private": channel.kind != "public",
        "is_archived": channel.archived,
        "is_member": call.is_in(channel),
        "is_shared": shared,
        "is_ext_shared": shared,
        "is_org_shared": False,
        "is_read_only": channel.read_only,
        "context_team_id": channel.team.id,
        "shared_team_ids": [channel.team.id, *sorted(channel.shared_with)],
    }
    if channel.kind == "im":
        del shown["name"]
        shown["user"] = next(iter(channel.members - {call.grant.actor.id}), "")
    return shown
