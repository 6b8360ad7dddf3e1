"""reactions.add, get and remove."""

import re

from tests.fakes.slack.call import Call
from tests.fakes.slack.posting import message_json
from tests.fakes.slack.refusal import Json, Refused
from tests.fakes.slack.world import Message


def add(call: Call) -> Json:
    """reactions.add."""
    name = call.text("name", "invalid_name")
    if not re.fullmatch(r"[\w+:'-]+", name):
        raise Refused("invalid_name")
    message = reacted_message(call)
    if message.channel.archived:
        raise Refused("is_archived")
    people = message.reactions.setdefault(name, [])
    if call.grant.actor.id in people:
        raise Refused("already_reacted")
    people.append(call.grant.actor.id)
    return {}


def remove(call: Call) -> Json:
    """reactions.remove."""
    message = reacted_message(call)
    people = message.reactions.get(call.text("name", "invalid_name"), [])
    if call.grant.actor.id not in people:
        raise Refused("no_reaction")
    people.remove(call.grant.actor.id)
    message.reactions = {name: users for name, users in message.reactions.items() if users}
    return {}


def get(call: Call) -> Json:
    """reactions.get."""
    message = reacted_message(call)
    return {"type": "message", "channel": message.channel.id, "message": message_json(message)}


def reacted_message(call: Call) -> Message:
    """Return the message that a call names by channel and timestamp."""
    channel = call.channel()
    message = call.slack.world.find(channel, call.text("timestamp", "no_item_specified"))
    if message.only_for:
        raise Refused("message_not_found")
    return message
