"""What exists in the fake Slack: organizations, workspaces, users, channels and messages."""

import itertools
import threading
from dataclasses import dataclass, field
from typing import Literal

from tests.fakes.slack.archive import Archive
from tests.fakes.slack.clock import Clock
from tests.fakes.slack.refusal import Json, Refused

ChannelKind = Literal["public", "private", "im", "mpim"]


@dataclass
class Organization:
    """An Enterprise Grid organization."""

    id: str
    name: str
    domain: str


@dataclass
class Team:
    """A workspace."""

    id: str
    name: str
    domain: str
    organization: Organization | None = None


@dataclass
class User:
    """An account. `stranger` is somebody of another company, met in a shared channel."""

    id: str
    team: Team
    name: str
    real_name: str
    email: str
    tz: str = "Europe/Berlin"
    tz_offset_seconds: int = 3600
    locale: str = "en-US"
    display_name: str = ""
    title: str = ""
    is_admin: bool = False
    is_restricted: bool = False
    is_ultra_restricted: bool = False
    deactivated: bool = False
    bot_id: str = ""


@dataclass
class Channel:
    """A conversation of any kind. `members` holds user ids, bots' too; `archive` a history that is made when asked."""

    id: str
    team: Team
    name: str
    kind: ChannelKind
    members: set[str] = field(default_factory=set)
    archived: bool = False
    shared_with: set[str] = field(default_factory=set)
    read_only: bool = False
    archive: Archive | None = None


@dataclass
class Message:
    """One message as the channel stores it.

    Attributes:
        only_for: the one person who sees an ephemeral message.
        hidden: accepted by Slack and shown to nobody.
    """

    ts: str
    channel: Channel
    user: str
    text: str
    blocks: list[Json] = field(default_factory=list)
    attachments: list[Json] = field(default_factory=list)
    bot_id: str = ""
    app_id: str = ""
    username: str = ""
    thread_ts: str = ""
    subtype: str = ""
    metadata: Json | None = None
    files: list[Json] = field(default_factory=list)
    only_for: str = ""
    hidden: bool = False
    edited_ts: str = ""
    reactions: dict[str, list[str]] = field(default_factory=dict)

    @property
    def shown_to(self) -> frozenset[str]:
        """Who can see it, by user id."""
        if self.hidden:
            return frozenset()
        return frozenset({self.only_for} if self.only_for else self.channel.members)


class World:
    """Everything that exists, and the numbering of new things."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.lock = threading.RLock()
        self.teams: dict[str, Team] = {}
        self.users: dict[str, User] = {}
        self.channels: dict[str, Channel] = {}
        self.messages: list[Message] = []
        self._by_ts: dict[tuple[str, str], Message] = {}
        self._numbers = itertools.count(1)
        self._last_microseconds = 0

    def new_id(self, prefix: str) -> str:
        """Return an id of Slack's shape: a letter for the kind, then capitals and digits."""
        return f"{prefix}0{next(self._numbers):08X}"

    def new_ts(self) -> str:
        """Return a message timestamp, later than every one before."""
        with self.lock:
            self._last_microseconds = max(int(self.clock.now() * 1e6), self._last_microseconds + 1)
            seconds, micros = divmod(self._last_microseconds, 1_000_000)
            return f"{seconds}.{micros:06d}"

    def add(self, message: Message) -> Message:
        """Store a message."""
        self.messages.append(message)
        self._by_ts[message.channel.id, message.ts] = message
        return message

    def remove(self, message: Message) -> None:
        """Delete a message."""
        self.messages.remove(message)
        del self._by_ts[message.channel.id, message.ts]

    def find(self, channel: Channel, ts: str, error: str = "message_not_found") -> Message:
        """Return the stored message; ephemeral ones count as well."""
        message = self._by_ts.get((channel.id, ts))
        if message is None:
            raise Refused(error)
        return message

    def in_channel(self, channel: Channel) -> list[Message]:
        """Return what everybody in the channel sees, oldest first."""
        return [message for message in self.messages if message.channel is channel and not message.only_for]

    def thread(self, channel: Channel, ts: str) -> list[Message]:
        """Return a thread's root and its replies, oldest first."""
        return [message for message in self.in_channel(channel) if ts in (message.ts, message.thread_ts)]

    def user(self, user_id: str) -> User:
        """Return a user or refuse."""
        if user_id not in self.users:
            raise Refused("user_not_found")
        return self.users[user_id]

    def im_between(self, team: Team, first: str, second: str) -> Channel:
        """Return the direct message channel of two users, made on first use."""
        pair = {first, second}
        for channel in self.channels.values():
            if channel.kind == "im" and channel.members == pair and channel.team is team:
                return channel
        channel = Channel(self.new_id("D"), team, "", "im", pair)
        self.channels[channel.id] = channel
        return channel
