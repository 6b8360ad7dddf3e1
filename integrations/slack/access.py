"""Who may use Inlaid, where, and how often. What Slack alone can say (guests, strangers) a worker asks."""

from collections.abc import Mapping
from typing import Any

from core.errors import ForbiddenError
from core.settings import Settings
from integrations.slack.client.connections import Home
from integrations.slack.client.members import belongs
from integrations.slack.context import Desk
from integrations.slack.history import count_recent
from integrations.slack.request import Incoming

WINDOW_SECONDS = 60.0
NOT_INSTALLED = "Inlaid is not installed in this workspace. Ask an administrator to install it."
NOT_HERE = "Inlaid is not switched on in this channel. Ask your administrator, or write to me directly."
NOT_YOU = "Inlaid is not switched on for you. Ask your administrator."
STRANGER = "I only work for members of the workspace that installed me. Thank you for understanding."
GUEST = "I only work for full members of this workspace. Thank you for understanding."
SLOW_DOWN = "That was a lot in one minute! Give me a moment to catch up, then ask again."


def refusal(desk: Desk, incoming: Incoming) -> str:
    """Return the polite sentence for somebody who may not ask here; "" for everybody else. Asks only the database."""
    is_installed = desk.connections.is_installed(incoming.team, incoming.enterprise)
    return why_refused(desk.settings, incoming, is_installed=is_installed)


def why_refused(settings: Settings, incoming: Incoming, *, is_installed: bool) -> str:
    """Return the same, told whether the app is installed where the request comes from."""
    if not is_installed:
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
    """Whether a request itself says that the person is of another company, as somebody in a shared channel may be.

    Within a Grid organisation it can name another workspace, of which Slack alone knows whether it belongs there.
    """
    named = incoming.user_team
    if not named or named in {incoming.team, incoming.enterprise}:
        return False
    return named.startswith("E") or not incoming.enterprise


def require_asker(desk: Desk, incoming: Incoming) -> dict[str, Any]:
    """Return what Slack says of the person who asks; for what is answered without a job.

    Raises:
        ForbiddenError: see `require_member`.
        SlackOutage, CredentialError: Slack cannot be asked.
    """
    member = desk.members(incoming.team, incoming.enterprise).get(incoming.user)
    home = desk.connections.home(incoming.team, incoming.enterprise)
    require_member(member, home, listed=incoming.user in desk.settings.slack_people)
    return member


def require_member(user: Mapping[str, Any], home: Home, *, listed: bool) -> None:
    """Let full members of the company pass; guests only when INLAID_SLACK_PEOPLE lists them.

    Args:
        user: the `user` of `users.info`; empty when Slack does not show this person.
        home: the installation that was asked.
        listed: whether the person is on the list.

    Raises:
        ForbiddenError: with the polite sentence.
    """
    if not belongs(user, home):
        raise ForbiddenError(STRANGER)
    if user.get("deleted"):
        raise ForbiddenError("This account is deactivated.")
    if (user.get("is_restricted") or user.get("is_ultra_restricted")) and not listed:
        raise ForbiddenError(GUEST)
