"""Tokens: whose they are, what they may do, and how they end."""

from dataclasses import dataclass, field
from typing import Literal

from tests.fakes.slack.refusal import Refused
from tests.fakes.slack.world import Organization, Team, User

TOKEN_LIFE_SECONDS = 12 * 60 * 60


@dataclass
class Grant:
    """One access token.

    Attributes:
        kind: `bot` (xoxb), `user` (xoxp), `app` (xapp) or `config` (app configuration).
        user: the account that acts: the bot's or the person's.
        team: the workspace; none for an org-wide installation.
    """

    token: str
    kind: Literal["bot", "user", "app", "config"]
    user: User | None
    team: Team | None
    organization: Organization | None = None
    scopes: set[str] = field(default_factory=set)
    expires_at: float | None = None
    refresh_token: str = ""
    ended: Literal["", "token_revoked", "account_inactive", "invalid_auth"] = ""

    @property
    def actor(self) -> User:
        """The account that acts."""
        if self.user is None:
            raise Refused("not_allowed_token_type")
        return self.user

    @property
    def is_org_wide(self) -> bool:
        """Whether it belongs to a whole organization."""
        return self.team is None and self.organization is not None

    def covers(self, team: Team) -> bool:
        """Whether it may act in a workspace."""
        if self.organization is not None and self.team is None:
            return team.organization is self.organization
        return team is self.team


class Tokens:
    """All tokens that were ever given out."""

    def __init__(self) -> None:
        self.grants: dict[str, Grant] = {}
        self.spent_refresh_tokens: set[str] = set()

    def add(self, grant: Grant) -> Grant:
        """Give out a token."""
        self.grants[grant.token] = grant
        return grant

    def check(self, token: str, now: float) -> Grant:
        """Return what a token stands for, or refuse with Slack's reason."""
        if not token:
            raise Refused("not_authed")
        grant = self.grants.get(token)
        if grant is None:
            raise Refused("invalid_auth")
        if grant.ended:
            raise Refused(grant.ended)
        if grant.expires_at is not None and now >= grant.expires_at:
            raise Refused("token_expired")
        if grant.user is not None and grant.user.deactivated:
            raise Refused("account_inactive")
        return grant

    def of_refresh_token(self, refresh_token: str) -> Grant:
        """Return the grant that a refresh token renews; each is good for one use."""
        for grant in self.grants.values():
            if grant.refresh_token == refresh_token and refresh_token not in self.spent_refresh_tokens:
                if grant.ended:
                    break
                return grant
        raise Refused("invalid_refresh_token")

    def of_team(self, team: Team) -> list[Grant]:
        """Return the tokens of a workspace, or of its whole organization, that were not ended; oldest first."""
        return [grant for grant in self.grants.values() if grant.covers(team) and not grant.ended]

    def end_all(self, team: Team, how: Literal["token_revoked", "account_inactive"]) -> None:
        """End every token of a workspace."""
        for grant in self.of_team(team):
            grant.ended = how
