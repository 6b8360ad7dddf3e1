"""A workspace as a test sees it: people, channels, the app's installation."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from tests.fakes.slack.acks import Ack, deliver
from tests.fakes.slack.events import EventDelivery, send_event
from tests.fakes.slack.person import Person
from tests.fakes.slack.refusal import Json
from tests.fakes.slack.targets import AppRequest
from tests.fakes.slack.tokens import Grant
from tests.fakes.slack.world import Channel, ChannelKind, Message, Team, User

if TYPE_CHECKING:
    from tests.fakes.slack.service import FakeSlack


class Workspace:
    """One workspace."""

    def __init__(self, slack: "FakeSlack", team: Team) -> None:
        self.slack = slack
        self.team = team

    @property
    def id(self) -> str:
        """The workspace's id."""
        return self.team.id

    @property
    def bot(self) -> User:
        """The app's bot user."""
        return self.slack.bot_of(self.team)

    @property
    def is_installed(self) -> bool:
        """Whether the app has a token that reaches here."""
        return bool(self.slack.tokens.of_team(self.team))

    @property
    def is_org_wide(self) -> bool:
        """Whether the app is installed for the whole organization."""
        return any(grant.is_org_wide for grant in self.slack.tokens.of_team(self.team))

    @property
    def bot_token(self) -> str:
        """The newest bot token that was not ended."""
        return [grant.token for grant in self.slack.tokens.of_team(self.team) if grant.kind == "bot"][-1]

    def install(self, scopes: Iterable[str] | None = None, *, org_wide: bool = False) -> Grant:
        """Install the app without its OAuth pages; installing again gives another token."""
        granted = set(self.slack.app.bot_scopes if scopes is None else scopes)
        team = None if org_wide else self.team
        return self.slack.give(Grant("", "bot", self.bot, team, self.team.organization, granted))

    def user_token(self, person: Person, scopes: Iterable[str]) -> str:
        """Return a token with which the app acts as a person."""
        return self.slack.give(Grant("", "user", person.user, self.team, self.team.organization, set(scopes))).token

    def config_grant(self, person: Person) -> Grant:
        """Return a person's app configuration token, for apps.manifest.validate and tooling.tokens.rotate."""
        scopes = {"app_configurations:write"}
        return self.slack.give(Grant("", "config", person.user, self.team, scopes=scopes), rotating=True)

    def uninstall(self) -> list[EventDelivery]:
        """Let an admin remove the app; Slack tells it by `tokens_revoked` and `app_uninstalled`."""
        self.slack.uninstall(self.team)
        return self.slack.outbox.flush()

    def revoke_tokens(self) -> list[EventDelivery]:
        """Let the app's tokens be revoked while it stays installed."""
        self.slack.outbox.tokens_revoked(self.team, self.slack.tokens.of_team(self.team))
        self.slack.tokens.end_all(self.team, "token_revoked")
        return self.slack.outbox.flush()

    def person(self, name: str = "Ada Lovelace", *, email: str = "", **account: Any) -> Person:
        """Let somebody join.

        Args:
            name: the full name.
            email: made from the name when it is empty.
            account: more fields of `User`, such as `tz`, `locale`, `is_restricted` (a guest), `deactivated`.
        """
        handle = name.lower().replace(" ", ".")
        address = email or f"{handle}@{self.team.domain}.example"
        user = User(self.slack.world.new_id("U"), self.team, handle, name, address, **account)
        return Person(self.slack, self.slack.add_user(user))

    def channel(
        self,
        name: str,
        *members: Person,
        kind: ChannelKind = "public",
        app_in: bool = True,
        **details: Any,
    ) -> Channel:
        """Make a channel.

        Args:
            name: without the hash sign.
            members: who is in it; somebody from another workspace makes it a shared channel.
            kind: public, private, im or mpim.
            app_in: whether the app is a member.
            details: more fields of `Channel`, such as `archived` and `read_only`.
        """
        channel = Channel(self.slack.world.new_id("D" if kind == "im" else "C"), self.team, name, kind, **details)
        channel.members = {person.id for person in members} | ({self.bot.id} if app_in else set())
        channel.shared_with |= {person.user.team.id for person in members} - {self.team.id}
        self.slack.world.channels[channel.id] = channel
        return channel

    def dm(self, person: Person) -> Channel:
        """Return the direct messages between the app and a person."""
        return self.slack.world.im_between(self.team, self.bot.id, person.id)

    def messages(self, channel: Channel) -> list[Message]:
        """Return what everybody in a channel sees, oldest first."""
        return self.slack.world.in_channel(channel)

    def event(self, event: Json, subscription: str = "") -> EventDelivery:
        """Tell the app of any event.

        Args:
            event: the inner event; `event_ts` is filled in.
            subscription: the name that the app subscribes to, when it is not the event's type.
        """
        return send_event(self.slack, self.team, {"event_ts": self.slack.world.new_ts(), **event}, subscription)

    def limits_events(self) -> Ack:
        """Tell the app that it got too many events in this minute and will miss some."""
        payload = {
            "type": "app_rate_limited",
            "token": self.slack.app.verification_token,
            "team_id": self.id,
            "minute_rate_limited": int(self.slack.clock.now()) // 60 * 60,
            "api_app_id": self.slack.app.id,
        }
        return deliver(self.slack, AppRequest("events_api", payload))
