"""chat.postMessage, postEphemeral, update, delete and getPermalink."""

from typing import Any

from tests.fakes.slack.call import Call
from tests.fakes.slack.content import MAX_UPDATE_CHARS, Content, read_content
from tests.fakes.slack.refusal import Json, Refused
from tests.fakes.slack.world import Channel, Message


def post_message(call: Call) -> Json:
    """chat.postMessage: a message that all members of a channel see."""
    channel = channel_to_post(call)
    require_place_to_post(call, channel)
    require_customize_scope(call)
    content = read_content(call)
    call.slack.rate_limits.count_message(channel)
    message = new_message(call, channel, content)
    call.slack.publish(message, "chat.postMessage")
    answer: Json = {"channel": channel.id, "ts": message.ts, "message": message_json(message)}
    if content.warnings:
        answer |= {"warning": content.warnings[0], "response_metadata": {"warnings": content.warnings}}
    return answer


def post_ephemeral(call: Call) -> Json:
    """chat.postEphemeral: only one member of the channel sees it, and it cannot be updated or deleted by ts."""
    channel = call.channel()
    require_place_to_post(call, channel, public_without_membership=False)
    require_customize_scope(call)
    person = call.slack.world.users.get(call.text("user"))
    if person is None or person.id not in channel.members or person.deactivated:
        raise Refused("user_not_in_channel")
    metadata = call.structure("metadata", "invalid_metadata_format")
    if metadata and "entities" not in metadata:
        raise Refused("invalid_metadata_schema")
    message = new_message(call, channel, read_content(call, cut=False))
    message.only_for = person.id
    call.slack.publish(message, "chat.postEphemeral")
    return {"message_ts": message.ts}


def update(call: Call) -> Json:
    """chat.update: change a message of one's own.

    Blocks that the call does not mention are kept, as attachments and metadata are. UNCONFIRMED for blocks: send
    `blocks` always.
    """
    channel = call.channel()
    message = own_message(call, channel, "cant_update_message")
    if channel.archived:
        raise Refused("is_inactive")
    if call.slack.streams.is_streaming(message):
        raise Refused("streaming_state_conflict")
    content = read_content(call, MAX_UPDATE_CHARS, cut=False)
    change(message, content)
    message.edited_ts = call.slack.world.new_ts()
    call.slack.ledger.show_message(message, "chat.update", call.slack.clock.now(), "update")
    return {"channel": channel.id, "ts": message.ts, "text": message.text, "message": message_json(message)}


def delete(call: Call) -> Json:
    """chat.delete: remove a message of one's own."""
    channel = call.channel()
    message = own_message(call, channel, "cant_delete_message")
    call.slack.world.remove(message)
    call.slack.ledger.show_message(message, "chat.delete", call.slack.clock.now(), "delete")
    return {"channel": channel.id, "ts": message.ts}


def get_permalink(call: Call) -> Json:
    """chat.getPermalink: the address of a message."""
    channel = call.channel()
    message = call.slack.world.find(channel, call.text("message_ts", "message_not_found"))
    if message.only_for:
        raise Refused("message_not_found")
    link = f"https://{channel.team.domain}.slack.com/archives/{channel.id}/p{message.ts.replace('.', '')}"
    if message.thread_ts and message.thread_ts != message.ts:
        link += f"?thread_ts={message.thread_ts}&cid={channel.id}"
    return {"channel": channel.id, "permalink": link}


def channel_to_post(call: Call) -> Channel:
    """Return the channel; a user id means the direct messages with that person."""
    given = call.text("channel", "channel_not_found")
    person = call.slack.world.users.get(given)
    if person is None:
        return call.channel()
    if not call.grant.covers(person.team) or person.bot_id:
        raise Refused("channel_not_found")
    return call.slack.world.im_between(person.team, call.grant.actor.id, person.id)


def require_place_to_post(call: Call, channel: Channel, *, public_without_membership: bool = True) -> None:
    """Refuse when the account may not post in a channel."""
    if channel.archived:
        raise Refused("is_archived")
    if not call.is_in(channel):
        open_to_all = channel.kind == "public" and "chat:write.public" in call.grant.scopes
        if not (public_without_membership and open_to_all):
            raise Refused("not_in_channel")
    if channel.read_only:
        raise Refused("restricted_action_read_only_channel")
    if channel.kind == "im" and call.grant.kind == "bot" and not call.slack.app.messages_tab_enabled:
        raise Refused("messages_tab_disabled")


def require_customize_scope(call: Call) -> None:
    """Refuse another name or icon without the scope for it."""
    if any(call.args.get(name) for name in ("username", "icon_emoji", "icon_url")):
        call.need_scope("chat:write.customize")


def own_message(call: Call, channel: Channel, error: str) -> Message:
    """Return the message that `ts` names; ephemeral ones cannot be named, others' may not be changed."""
    message = call.slack.world.find(channel, call.text("ts", "message_not_found"))
    if message.only_for:
        raise Refused("message_not_found")
    if message.user != call.grant.actor.id:
        raise Refused(error)
    return message


def new_message(call: Call, channel: Channel, content: Content) -> Message:
    """Return a message of the calling account, not yet stored."""
    actor = call.grant.actor
    return Message(
        call.slack.world.new_ts(),
        channel,
        actor.id,
        content.text,
        content.blocks or [],
        content.attachments or [],
        bot_id=actor.bot_id,
        app_id=call.slack.app.id,
        username=call.optional("username"),
        thread_ts=call.optional("thread_ts"),
        metadata=content.metadata,
    )


def change(message: Message, content: Content) -> None:
    """Put new content into a message; what the content does not mention stays."""
    message.text = content.text
    if content.blocks is not None:
        message.blocks = content.blocks
    if content.attachments is not None:
        message.attachments = content.attachments
    if content.metadata is not None:
        message.metadata = content.metadata


def message_json(message: Message) -> Json:
    """Return a message as the API and the payloads show it."""
    shown: Json = {
        "type": "message",
        "user": message.user,
        "text": message.text,
        "ts": message.ts,
        "team": message.channel.team.id,
    }
    optional: dict[str, Any] = {
        "subtype": message.subtype,
        "bot_id": message.bot_id,
        "app_id": message.app_id,
        "username": message.username,
        "blocks": message.blocks,
        "attachments": message.attachments,
        "thread_ts": message.thread_ts,
        "files": message.files,
    }
    shown |= {name: value for name, value in optional.items() if value}
    if message.edited_ts:
        shown["edited"] = {"user": message.user, "ts": message.edited_ts}
    if message.reactions:
        shown["reactions"] = [
            {"name": name, "users": users, "count": len(users)} for name, users in message.reactions.items()
        ]
    return shown
