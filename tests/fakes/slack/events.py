"""Events: what Slack tells the app by itself, with its retries."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.fakes.slack.acks import Ack, deliver
from tests.fakes.slack.payloads import event_callback, hearing
from tests.fakes.slack.posting import message_json
from tests.fakes.slack.refusal import Json
from tests.fakes.slack.targets import AppRequest
from tests.fakes.slack.world import Message, Team

if TYPE_CHECKING:
    from tests.fakes.slack.service import FakeSlack

# Seconds from one try to the next: about at once, after a minute, after five.
RETRY_AFTER_SECONDS = (0, 60, 300)
SUBSCRIPTIONS = {"public": "message.channels", "private": "message.groups", "im": "message.im", "mpim": "message.mpim"}
CHANNEL_TYPES = {"public": "channel", "private": "group", "im": "im", "mpim": "mpim"}


@dataclass
class EventDelivery:
    """One event on its way. Not sent at all when the app does not subscribe to it."""

    slack: "FakeSlack"
    payload: Json
    subscription: str
    attempts: list[Ack] = field(default_factory=list)

    @property
    def event_id(self) -> str:
        """The id that all tries share."""
        return str(self.payload["event_id"])

    @property
    def ok(self) -> bool:
        """Whether the app acknowledged it."""
        return any(attempt.ok for attempt in self.attempts)

    @property
    def seconds(self) -> float:
        """How long the last acknowledgement took."""
        return self.attempts[-1].seconds

    def send_if_subscribed(self) -> "EventDelivery":
        """Send it for the first time, if the app wants it."""
        if self.subscription in self.slack.app.events:
            self.send()
        return self

    def send(self, retry_number: int = 0, retry_reason: str = "") -> Ack:
        """Send it, or send it again although it was acknowledged."""
        ack = deliver(self.slack, AppRequest("events_api", self.payload, retry_number, retry_reason))
        self.attempts.append(ack)
        return ack

    def run_retries(self) -> "EventDelivery":
        """Let time pass until the app acknowledges or Slack gives up after three more tries."""
        for number, seconds in enumerate(RETRY_AFTER_SECONDS, start=1):
            last = self.attempts[-1]
            if last.ok or last.reply.headers.get("x-slack-no-retry") == "1":
                break
            self.slack.clock.advance(seconds)
            self.send(number, last.trouble)
        return self


def prepare_event(slack: "FakeSlack", team: Team, event: Json, subscription: str = "") -> EventDelivery:
    """Return an event that is still to be sent; `team` is where it happened."""
    channel = slack.world.channels.get(str(event.get("channel")))
    heard_by = hearing(slack, channel) if channel is not None and channel.shared_with else team
    return EventDelivery(slack, event_callback(slack, heard_by, event, team), subscription or event["type"])


def send_event(slack: "FakeSlack", team: Team, event: Json, subscription: str = "") -> EventDelivery:
    """Tell the app of an event, if it subscribes to it."""
    return prepare_event(slack, team, event, subscription).send_if_subscribed()


def send_message_event(slack: "FakeSlack", team: Team, message: Message) -> EventDelivery:
    """Tell the app of a message in one of its channels."""
    return send_event(slack, team, message_event(slack, message), SUBSCRIPTIONS[message.channel.kind])


def message_event(slack: "FakeSlack", message: Message) -> Json:
    """Return the inner event of a message."""
    event = message_json(message) | {
        "channel": message.channel.id,
        "channel_type": CHANNEL_TYPES[message.channel.kind],
        "event_ts": message.ts,
    }
    return event | origin(slack, message)


def mention_event(slack: "FakeSlack", message: Message) -> Json:
    """Return the inner event of a message that mentions the app."""
    event = message_json(message) | {"type": "app_mention", "channel": message.channel.id, "event_ts": message.ts}
    return event | origin(slack, message)


def origin(slack: "FakeSlack", message: Message) -> Json:
    """Return where a message comes from: in a shared channel the author may be of another company."""
    user = slack.world.users.get(message.user)
    if user is None or user.team is message.channel.team:
        return {}
    return {"user_team": user.team.id, "source_team": user.team.id, "team": user.team.id}
