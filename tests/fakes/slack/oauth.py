"""Installing and leaving: oauth.v2.access and exchange, token rotation, auth.revoke and apps.uninstall."""

import base64
import itertools
from dataclasses import dataclass, replace
from typing import Literal

from tests.fakes.slack.call import Call
from tests.fakes.slack.refusal import Json, Refused
from tests.fakes.slack.tokens import TOKEN_LIFE_SECONDS, Grant
from tests.fakes.slack.world import Organization, Team, User

CODE_LIFE_SECONDS = 600


@dataclass
class Code:
    """What a person approved, to be exchanged for tokens once."""

    bot: User
    installer: User
    team: Team | None
    organization: Organization | None
    scopes: set[str]
    user_scopes: set[str]
    redirect_uri: str
    made_at: float
    used: bool = False


class Codes:
    """Codes given out, and the numbering of tokens."""

    def __init__(self) -> None:
        self.codes: dict[str, Code] = {}
        self._numbers = itertools.count(1)

    def new_code(self, code: Code) -> str:
        """Give out a code."""
        text = f"1111.2222.{next(self._numbers)}"
        self.codes[text] = code
        return text

    def new_token(self, kind: Literal["bot", "user", "app", "config"], *, rotating: bool = False) -> str:
        """Return a new access token of Slack's shape."""
        letter = {"bot": "b", "user": "p", "app": "app", "config": "p"}[kind]
        prefix = "xoxe." if rotating or kind == "config" else ""
        word = "xapp-1-" if kind == "app" else f"{prefix}xox{letter}-"
        return f"{word}fake-{next(self._numbers):06d}"

    def new_refresh_token(self) -> str:
        """Return a new refresh token of Slack's shape."""
        return f"xoxe-1-fake-{next(self._numbers):06d}"


def access(call: Call) -> Json:
    """oauth.v2.access: exchange a code, or a refresh token, for access tokens."""
    require_client(call)
    grant_type = call.optional("grant_type") or "authorization_code"
    if grant_type == "refresh_token":
        return refresh(call)
    if grant_type != "authorization_code":
        raise Refused("invalid_grant_type")
    code = call.slack.codes.codes.get(call.optional("code"))
    now = call.slack.clock.now()
    if code is None or code.used or now - code.made_at > CODE_LIFE_SECONDS:
        raise Refused("invalid_code")
    if code.redirect_uri != call.optional("redirect_uri"):
        raise Refused("bad_redirect_uri")
    code.used = True
    bot = call.slack.give(Grant("", "bot", code.bot, code.team, code.organization, set(code.scopes)))
    authed_user: Json = {"id": code.installer.id}
    if code.user_scopes:
        own = call.slack.give(Grant("", "user", code.installer, code.team, code.organization, set(code.user_scopes)))
        authed_user |= token_json(own) | {"scope": ",".join(sorted(own.scopes)), "token_type": "user"}
    return {**installed_json(call, bot), "authed_user": authed_user}


def refresh(call: Call) -> Json:
    """Renew a pair of tokens. A refresh token is good for one use.

    UNCONFIRMED: the old access token lives on until it expires.
    """
    old = call.slack.tokens.of_refresh_token(call.optional("refresh_token"))
    call.slack.tokens.spent_refresh_tokens.add(old.refresh_token)
    new = call.slack.give(replace(old, token="", refresh_token="", expires_at=None), rotating=True)
    if new.kind == "user":
        answer = {**token_json(new), "token_type": "user", "scope": ",".join(sorted(new.scopes))}
        return answer | {"user_id": new.actor.id, **place_json(new), "app_id": call.slack.app.id}
    return installed_json(call, new)


def exchange(call: Call) -> Json:
    """oauth.v2.exchange: swap a token that lives for ever for one that expires."""
    require_client(call)
    if not call.slack.app.token_rotation:
        raise Refused("token_rotation_not_enabled")
    old = call.slack.tokens.check(call.token or call.optional("token"), call.slack.clock.now())
    if old.expires_at is not None:
        raise Refused("token_already_exchanged")
    old.ended = "token_revoked"
    return installed_json(call, call.slack.give(replace(old, token="", ended=""), rotating=True))


def revoke(call: Call) -> Json:
    """auth.revoke: end the calling token; `test` only asks."""
    if call.flag("test"):
        return {"revoked": False}
    call.grant.ended = "token_revoked"
    if call.grant.team is not None:
        call.slack.outbox.tokens_revoked(call.grant.team, [call.grant])
    return {"revoked": True}


def uninstall(call: Call) -> Json:
    """apps.uninstall: end everything in the token's workspace."""
    require_client(call)
    call.slack.uninstall(call.team)
    return {}


def rotate_config(call: Call) -> Json:
    """tooling.tokens.rotate: renew an app configuration token."""
    old = call.slack.tokens.of_refresh_token(call.optional("refresh_token"))
    if old.kind != "config":
        raise Refused("invalid_refresh_token")
    call.slack.tokens.spent_refresh_tokens.add(old.refresh_token)
    new = call.slack.give(replace(old, token="", refresh_token="", expires_at=None), rotating=True)
    now = int(call.slack.clock.now())
    return {
        "token": new.token,
        "refresh_token": new.refresh_token,
        "team_id": new.team.id if new.team else "",
        "user_id": new.actor.id,
        "iat": now,
        "exp": now + TOKEN_LIFE_SECONDS,
    }


def require_client(call: Call) -> None:
    """Refuse a wrong client id or secret, given by HTTP Basic or as arguments."""
    client_id, secret = call.optional("client_id"), call.optional("client_secret")
    scheme, _, encoded = call.headers.get("authorization", "").partition(" ")
    if scheme == "Basic":
        client_id, _, secret = base64.b64decode(encoded).decode().partition(":")
    if client_id != call.slack.app.client_id:
        raise Refused("invalid_client_id")
    if secret != call.slack.app.client_secret:
        raise Refused("bad_client_secret")


def token_json(grant: Grant) -> Json:
    """Return a token and, when it expires, how to renew it."""
    shown: Json = {"access_token": grant.token}
    if grant.refresh_token:
        shown |= {"refresh_token": grant.refresh_token, "expires_in": TOKEN_LIFE_SECONDS}
    return shown


def installed_json(call: Call, grant: Grant) -> Json:
    """Return an installation as oauth.v2.access tells it."""
    return {
        **token_json(grant),
        "token_type": "bot",
        "scope": ",".join(sorted(grant.scopes)),
        "bot_user_id": grant.actor.id,
        "app_id": call.slack.app.id,
        **place_json(grant),
        "is_enterprise_install": grant.is_org_wide,
    }


def place_json(grant: Grant) -> Json:
    """Return workspace and organization of a token; an org-wide one has no workspace."""
    organization = grant.organization
    return {
        "team": {"id": grant.team.id, "name": grant.team.name} if grant.team else None,
        "enterprise": {"id": organization.id, "name": organization.name} if organization else None,
    }
