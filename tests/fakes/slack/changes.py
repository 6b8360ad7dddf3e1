"""What people change in Slack, each with the event that Slack sends of it when the app subscribes to that."""

from typing import TYPE_CHECKING

from tests.fakes.slack.events import CHANNEL_TYPES, SUBSCRIPTIONS, EventDelivery, send_event, send_message_event
from tests.fakes.slack.files import Upload
from tests.fakes.slack.posting import message_json
from tests.fakes.slack.refusal import Json
from tests.fakes.slack.world import Channel, Message

if TYPE_CHECKING:
    from tests.fakes.slack.person import Person
    from tests.fakes.slack.service import FakeSlack


def says(person: "Person", text: str, channel: Channel, thread_ts: str = "") -> Message:
    """Write in a channel; the app hears of it."""
    message = person.writes(text, channel, thread_ts)
    person.tells_app(message)
    return message


def edits(slack: "FakeSlack", message: Message, text: str) -> EventDelivery:
    """Give a message another text."""
    before = message_json(message)
    message.text, message.edited_ts = text, slack.world.new_ts()
    return _changed(slack, message, {"subtype": "message_changed", "message": message_json(message)}, before)


def deletes(slack: "FakeSlack", message: Message) -> EventDelivery:
    """Take a message away."""
    before = message_json(message)
    with slack.world.lock:
        slack.world.remove(message)
    for file in message.files:
        slack.uploads.by_id[file["id"]].channels.discard(message.channel.id)
    return _changed(slack, message, {"subtype": "message_deleted", "deleted_ts": message.ts}, before)


def joins(slack: "FakeSlack", person: "Person", channel: Channel) -> EventDelivery:
    """Become a member of a channel."""
    channel.members.add(person.id)
    return _membership(slack, "member_joined_channel", person, channel)


def leaves(slack: "FakeSlack", person: "Person", channel: Channel) -> EventDelivery:
    """Leave a channel, or be taken out of it."""
    channel.members.discard(person.id)
    return _membership(slack, "member_left_channel", person, channel)


def renames(slack: "FakeSlack", channel: Channel, name: str) -> EventDelivery:
    """Call a channel otherwise."""
    channel.name = name
    kind = "channel_rename" if channel.kind == "public" else "group_rename"
    return send_event(slack, channel.team, {"type": kind, "channel": {"id": channel.id, "name": name, "created": 1}})


def removes(slack: "FakeSlack", channel: Channel) -> EventDelivery:
    """Delete a channel with all that stands in it."""
    kind = "channel_deleted" if channel.kind == "public" else "group_deleted"
    with slack.world.lock:
        for message in slack.world.in_channel(channel):
            slack.world.remove(message)
        del slack.world.channels[channel.id]
    return send_event(slack, channel.team, {"type": kind, "channel": channel.id})


def changes_user(slack: "FakeSlack", person: "Person") -> EventDelivery:
    """Tell the app what a person's account has become."""
    user = person.user
    shown = {
        "id": user.id, "team_id": user.team.id, "deleted": user.deactivated,
        "is_restricted": user.is_restricted, "is_ultra_restricted": user.is_ultra_restricted,
    }  # fmt: skip
    return send_event(slack, user.team, {"type": "user_change", "user": shown})


def shares_file(
    slack: "FakeSlack",
    person: "Person",
    channel: Channel,
    name: str,
    data: bytes,
    *,
    text: str = "",
    is_canvas: bool = False,
) -> Message:
    """Put a file, or a canvas, whose name is its title, into a channel; the app hears of it."""
    upload = Upload(slack.world.new_id("F"), name, len(data), person.user, data, done=True, channels={channel.id})
    if is_canvas:
        upload.filetype, upload.mimetype = "quip", "application/vnd.slack-docs"
    slack.uploads.by_id[upload.id] = upload
    files = [upload.to_json(slack.address)]
    message = person.writes(text, channel, subtype="file_share", files=files)
    send_message_event(slack, channel.team, message)
    return message


def _changed(slack: "FakeSlack", message: Message, change: Json, before: Json) -> EventDelivery:
    channel = message.channel
    event = {
        "type": "message", "channel": channel.id, "channel_type": CHANNEL_TYPES[channel.kind], "hidden": True,
        "ts": slack.world.new_ts(), "event_ts": slack.world.new_ts(), "previous_message": before, **change,
    }  # fmt: skip
    return send_event(slack, channel.team, event, SUBSCRIPTIONS[channel.kind])


def _membership(slack: "FakeSlack", kind: str, person: "Person", channel: Channel) -> EventDelivery:
    letter = "C" if channel.kind == "public" else "G"
    event = {"type": kind, "user": person.id, "channel": channel.id, "channel_type": letter}
    return send_event(slack, channel.team, {**event, "team": person.user.team.id})
