"""One Web API call on its way through the fake: its arguments, who makes it, and what it may touch."""

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.fakes.slack.refusal import Json, Refused
from tests.fakes.slack.tokens import Grant
from tests.fakes.slack.world import Channel, Team

if TYPE_CHECKING:
    from tests.fakes.slack.service import FakeSlack

HISTORY_SCOPES = {"public": "channels:history", "private": "groups:history", "im": "im:history", "mpim": "mpim:history"}
READ_SCOPES = {"public": "channels:read", "private": "groups:read", "im": "im:read", "mpim": "mpim:read"}


@dataclass
class Call:
    """Arguments as they arrived (form values are strings), and the token's grant once it is checked."""

    slack: "FakeSlack"
    method: str
    args: Json
    token: str
    headers: dict[str, str] = field(default_factory=dict)
    granted: Grant | None = None

    @property
    def grant(self) -> Grant:
        """Whose token it is."""
        if self.granted is None:
            raise Refused("not_authed")
        return self.granted

    def text(self, name: str, error: str = "invalid_arguments") -> str:
        """Return a required string argument, or refuse with an error code."""
        value = self.args.get(name)
        if value is None or value == "" or isinstance(value, dict | list):
            raise Refused(error, [f"missing required field: {name}"] if error == "invalid_arguments" else None)
        return str(value)

    def optional(self, name: str) -> str:
        """Return a string argument, empty when it is missing."""
        value = self.args.get(name)
        return "" if value is None else str(value)

    def flag(self, name: str) -> bool:
        """Return a boolean argument, which a form gives as a word or a digit."""
        return str(self.args.get(name, "")).lower() in ("1", "true")

    def number(self, name: str, default: int) -> int:
        """Return a whole number."""
        try:
            return int(self.args.get(name) or default)
        except (TypeError, ValueError) as error:
            raise Refused("invalid_arguments", [f"must be a number: {name}"]) from error

    def structure(self, name: str, error: str = "invalid_arguments") -> Any:
        """Return an argument that is an object or a list, or JSON text of one; none when it is missing."""
        value = self.args.get(name)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value) if value else None
        except ValueError as broken:
            raise Refused(error) from broken

    def need_scope(self, scope: str) -> None:
        """Refuse when the token was not given a scope."""
        if scope not in self.grant.scopes:
            provided = ",".join(sorted(self.grant.scopes))
            raise Refused("missing_scope", needed=scope, provided=provided)

    @property
    def team(self) -> Team:
        """The workspace of the token; for an org-wide one, the workspace named by `team_id`."""
        if self.grant.team is not None:
            return self.grant.team
        team = self.slack.world.teams.get(self.optional("team_id"))
        if team is None:
            raise Refused("missing_argument" if not self.optional("team_id") else "team_access_not_granted")
        if not self.grant.covers(team):
            raise Refused("team_access_not_granted")
        return team

    def channel(self, name: str = "channel") -> Channel:
        """Return the channel that an argument names, when the token's account can know of it."""
        given = self.text(name, "channel_not_found")
        channel = self.slack.world.channels.get(given)
        if channel is None and not given.startswith(("C", "D", "G")):
            channel = self._by_name(given.lstrip("#"))
        if channel is None or not self.knows(channel):
            raise Refused("channel_not_found")
        return channel

    def knows(self, channel: Channel) -> bool:
        """Whether the account can see that the channel exists."""
        teams = [channel.team, *(self.slack.world.teams[team] for team in channel.shared_with)]
        if not any(self.grant.covers(team) for team in teams):
            return False
        return channel.kind == "public" or self.is_in(channel)

    def is_in(self, channel: Channel) -> bool:
        """Whether the account is a member."""
        return self.grant.actor.id in channel.members

    def _by_name(self, name: str) -> Channel | None:
        if self.grant.is_org_wide:
            raise Refused("team_not_found")
        named = [channel for channel in self.slack.world.channels.values() if channel.name == name]
        return next((channel for channel in named if channel.team is self.grant.team), None)
