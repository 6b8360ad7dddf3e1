"""users.info, users.lookupByEmail, users.list, bots.info, team.info and auth.test."""

from tests.fakes.slack.call import Call
from tests.fakes.slack.reading import page
from tests.fakes.slack.refusal import Json, Refused
from tests.fakes.slack.world import Organization, User


def user_info(call: Call) -> Json:
    """users.info; people of other companies who were met in a shared channel are found too.

    They are not marked `is_stranger`: Slack says that of those who share no channel with the app, and these are not
    shown here at all (https://docs.slack.dev/reference/objects/user-object).
    """
    user = call.slack.world.user(call.text("user", "user_not_found"))
    if not visible(call, user):
        raise Refused("user_not_found")
    return {"user": user_json(call, user)}


def lookup_by_email(call: Call) -> Json:
    """users.lookupByEmail: an active member of the token's workspace."""
    email = call.text("email", "users_not_found").casefold()
    for user in call.slack.world.users.values():
        if user.email.casefold() == email and call.grant.covers(user.team) and not user.deactivated:
            return {"user": user_json(call, user)}
    raise Refused("users_not_found")


def users_list(call: Call) -> Json:
    """users.list: everybody of a workspace, the deactivated too."""
    team = call.team
    shown, cursor = page(call, [user for user in call.slack.world.users.values() if user.team is team], 100)
    return {"members": [user_json(call, user) for user in shown], "response_metadata": {"next_cursor": cursor}}


def bot_info(call: Call) -> Json:
    """bots.info."""
    for user in call.slack.world.users.values():
        if user.bot_id and user.bot_id == call.text("bot", "bot_not_found"):
            return {
                "bot": {
                    "id": user.bot_id,
                    "deleted": user.deactivated,
                    "name": user.name,
                    "app_id": call.slack.app.id,
                    "user_id": user.id,
                    "updated": 1_700_000_000,
                    "icons": {},
                }
            }
    raise Refused("bot_not_found")


def team_info(call: Call) -> Json:
    """team.info."""
    team = call.slack.world.teams.get(call.optional("team")) or call.team
    if not call.grant.covers(team):
        raise Refused("team_not_found")
    shown: Json = {"id": team.id, "name": team.name, "domain": team.domain, "email_domain": "", "icon": {}}
    if team.organization:
        shown |= {"enterprise_id": team.organization.id, "enterprise_name": team.organization.name}
    return {"team": shown}


def auth_test(call: Call) -> Json:
    """auth.test: whose token it is. An org-wide token names the organization in place of the workspace."""
    grant = call.grant
    actor = grant.actor
    place = grant.team or grant.organization
    if place is None:
        raise Refused("invalid_auth")
    address = f"{place.domain}.enterprise" if grant.is_org_wide else place.domain
    answer: Json = {
        "url": f"https://{address}.slack.com/",
        "team": place.name,
        "user": actor.name,
        "team_id": place.id,
        "user_id": actor.id,
        "is_enterprise_install": grant.is_org_wide,
        "app_id": call.slack.app.id,
        "app_name": call.slack.app.name,
    }
    if actor.bot_id:
        answer["bot_id"] = actor.bot_id
    if grant.organization:
        answer["enterprise_id"] = grant.organization.id
    if grant.expires_at is not None:
        answer["expires_in"] = int(grant.expires_at - call.slack.clock.now())
    return answer


def visible(call: Call, user: User) -> bool:
    """Whether the account can see a user: of its own workspace, or met in a channel."""
    if call.grant.covers(user.team):
        return True
    mine = [channel for channel in call.slack.world.channels.values() if call.is_in(channel)]
    return any(user.id in channel.members for channel in mine)


def user_json(call: Call, user: User) -> Json:
    """Return a user object; the address needs the scope users:read.email."""
    profile: Json = {
        "real_name": user.real_name,
        "display_name": user.display_name,
        "title": user.title,
        "team": user.team.id,
    }
    if "users:read.email" in call.grant.scopes and not user.bot_id:
        profile["email"] = user.email
    shown: Json = {
        "id": user.id,
        "team_id": user.team.id,
        "name": user.name,
        "deleted": user.deactivated,
        "profile": profile,
        "is_bot": bool(user.bot_id),
        "is_app_user": False,
        "updated": 1_700_000_000,
    }
    if organization := user.team.organization:
        shown["enterprise_user"] = enterprise_json(user, organization)
    if not call.grant.covers(user.team):
        return shown | {"real_name": user.real_name, "is_admin": user.is_admin}
    if not user.deactivated:
        shown |= {
            "real_name": user.real_name,
            "tz": user.tz,
            "tz_label": user.tz,
            "tz_offset": user.tz_offset_seconds,
            "is_admin": user.is_admin,
            "is_owner": False,
            "is_restricted": user.is_restricted or user.is_ultra_restricted,
            "is_ultra_restricted": user.is_ultra_restricted,
        }
    if call.flag("include_locale"):
        shown["locale"] = user.locale
    return shown


def enterprise_json(user: User, organization: Organization) -> Json:
    """Return what a user object of a Grid organisation says of it."""
    return {
        "id": user.id,
        "enterprise_id": organization.id,
        "enterprise_name": organization.name,
        "is_admin": False,
        "is_owner": False,
        "teams": [user.team.id],
    }
