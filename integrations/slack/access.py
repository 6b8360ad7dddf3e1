"""Who may use Inlaid, where, and how often. What Slack alone can say (guests, strangers) a worker asks."""

from core.errors import ForbiddenError
from integrations.slack.desk import Desk, Incoming
from integrations.slack.history import count_recent

WINDOW_SECONDS = 60.0
NOT_INSTALLED = "Inlaid is not installed in this workspace. Ask an administrator to install it."
NOT_HERE = "Inlaid is not switched on in this channel. Ask your administrator, or write to me directly."
NOT_YOU = "Inlaid is not switched on for you. Ask your administrator."
STRANGER = "I only work for members of the workspace that installed me. Thank you for understanding."
GUEST = "I only work for full members of this workspace. Thank you for understanding."
SLOW_DOWN = "That was a lot in one minute! Give me a moment to catch up, then ask again."


def refusal(desk: Desk, incoming: Incoming) -> str:
    """Return the polite sentence for somebody who may not ask here; "" for everybody else. Asks only the database."""
    settings = desk.settings
    if not desk.connections.is_installed(incoming.team, incoming.enterprise):
        return NOT_INSTALLED
    if is_stranger(incoming):
        return STRANGER
    if settings.slack_people and incoming.user not in settings.slack_people:
        return NOT_YOU
    is_direct = incoming.channel.startswith("D") or not incoming.channel
    if settings.slack_channels and not is_direct and incoming.channel not in settings.slack_channels:
        return NOT_HERE
    return ""


def too_many(desk: Desk, incoming: Incoming) -> str:
    """Return the kind text for somebody who asks faster than INLAID_SLACK_REQUESTS_PER_MINUTE, else ""."""
    asked = count_recent(desk.store, incoming.team, incoming.user, within_seconds=WINDOW_SECONDS)
    return SLOW_DOWN if asked >= desk.settings.slack_requests_per_minute else ""


def is_stranger(incoming: Incoming) -> bool:
    """Whether the person belongs to another company, as in a shared channel. Within a Grid everybody is at home."""
    return bool(incoming.user_team) and incoming.user_team != incoming.team and not incoming.enterprise


def require_member(user: dict[str, object], team: str, *, listed: bool) -> None:
    """Let full members of the workspace pass; guests only when INLAID_SLACK_PEOPLE lists them.

    Args:
        user: the `user` of `users.info`.
        team: the workspace.
        listed: whether the person is on the list.

    Raises:
        ForbiddenError: with the polite sentence.
    """
    if user.get("is_stranger") or (user.get("team_id") not in ("", None, team) and not user.get("enterprise_user")):
        raise ForbiddenError(STRANGER)
    if user.get("deleted"):
        raise ForbiddenError("This account is deactivated.")
    if (user.get("is_restricted") or user.get("is_ultra_restricted")) and not listed:
        raise ForbiddenError(GUEST)
