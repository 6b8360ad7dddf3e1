"""One request of Slack, its parts in one place, and the installation that it came through.

In a channel shared with another company, the workspace named at the top of a request can be the other company's. So the
installation is read from where Bolt reads it too (slack_bolt/request/internals.py): `authorizations` of an event, the
`team` of a button, `app_installed_team_id` of a view; and first of all from what we put into a view when we opened it.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from core.drafts import JsonObject

# Where the `private_metadata` of a view names the installation that opened it.
TEAM, ENTERPRISE = "team", "enterprise"


@dataclass(frozen=True)
class SlackRequest:
    """One request of Slack. Missing parts are "".

    Attributes:
        body: the whole payload.
        team: the workspace whose installation receives it, the organisation's id where Slack names no workspace of
            it; `enterprise` is the installation's Grid organisation.
        user: who did it; `user_team` is the workspace or organisation that person belongs to, when Slack says so.
        channel: the conversation.
        trigger_id: opens one view within three seconds.
        response_url: takes private answers.
        is_org_wide: an event for the installation of a whole organisation.
    """

    body: Mapping[str, Any]
    team: str
    user: str
    enterprise: str = ""
    user_team: str = ""
    channel: str = ""
    trigger_id: str = ""
    response_url: str = ""
    is_org_wide: bool = False

    @property
    def event(self) -> Mapping[str, Any]:
        """The event in the payload; empty for other requests."""
        return _part(self.body, "event")

    @property
    def action(self) -> Mapping[str, Any]:
        """The element that was pressed; empty for other requests."""
        actions = self.body.get("actions")
        first = actions[0] if isinstance(actions, list) and actions else {}
        return first if isinstance(first, dict) else {}

    @property
    def action_value(self) -> str:
        """What the pressed element, or the chosen option of it, carries; "" for nothing."""
        return str(self.action.get("value") or _part(self.action, "selected_option").get("value") or "")


@dataclass(frozen=True)
class SlackInstallation:
    """What receives requests: a workspace with its Grid organisation, or an organisation, whose id is `team` then."""

    team: str
    enterprise: str
    is_org_wide: bool = False


def read_request(body: Mapping[str, Any]) -> SlackRequest:
    """Return the parts of a command, an interaction or an event; what is missing or of another type is ""."""
    body = _whole(body)
    event = _part(body, "event")
    installation = _installation(body)
    return SlackRequest(
        body=body,
        team=installation.team,
        enterprise=installation.enterprise,
        user=_user(body, event),
        user_team=_user_team(body, event),
        channel=_channel(body, event),
        trigger_id=_text(body, "trigger_id"),
        response_url=_text(body, "response_url"),
        is_org_wide=installation.is_org_wide,
    )


def at_installation(request: SlackRequest, own: SlackInstallation) -> SlackRequest:
    """Return a request as one to the only installation that there is, whatever workspace it names.

    What is named besides is the person's: another workspace of the same organisation, or one of another company.
    """
    is_own_org = own.enterprise != "" and request.enterprise == own.enterprise
    if request.team == own.team or (own.is_org_wide and is_own_org):
        return request
    elsewhere = request.user_team or ("" if is_own_org else request.team)
    return replace(request, team=own.team, enterprise=own.enterprise, user_team=elsewhere)


def private_metadata(view: Mapping[str, Any]) -> JsonObject:
    """Return what we put into a view when we opened it; empty when that was nothing."""
    text = view.get("private_metadata")
    try:
        data = json.loads(text) if isinstance(text, str) and text else {}
    except (ValueError, RecursionError):
        return {}
    return data if isinstance(data, dict) else {}


def with_installation(request: SlackRequest, view: Mapping[str, Any]) -> JsonObject:
    """Return a view that names the installation which opens it, so that what comes back belongs there."""
    names = {TEAM: request.team, ENTERPRISE: request.enterprise}
    data = {**{name: value for name, value in names.items() if value}, **private_metadata(view)}
    return {**view, "private_metadata": json.dumps(data, separators=(",", ":"))}


def _installation(body: Mapping[str, Any]) -> SlackInstallation:
    if view := _part(body, "view"):
        return _of_view(body, view)
    if isinstance(authorizations := body.get("authorizations"), list) and authorizations:
        first = authorizations[0] if isinstance(authorizations[0], dict) else {}
        return _of_event(body, first)
    return _of_act(body)


def _of_view(body: Mapping[str, Any], view: Mapping[str, Any]) -> SlackInstallation:
    """The workspace on top is the one that the person was in when they sent the form off."""
    if team := _text(known := private_metadata(view), TEAM):
        return SlackInstallation(team, _text(known, ENTERPRISE))
    acted, installed = _of_act(body), _text(view, "app_installed_team_id")
    if not installed or installed == acted.team:
        return acted
    # The organisation in the payload is the person's, perhaps not that of the installation.
    return SlackInstallation(installed, installed if installed.startswith("E") else "")


def _of_event(body: Mapping[str, Any], authorization: Mapping[str, Any]) -> SlackInstallation:
    enterprise, is_org_wide = _text(authorization, "enterprise_id"), authorization.get("is_enterprise_install") is True
    team = _text(authorization, "team_id") or _text(body, "context_team_id")
    if not team and body.get("is_ext_shared_channel") is not True:
        team = _text(body, "team_id")
    if not team or team.startswith("E"):
        team = enterprise or team
    return SlackInstallation(team, enterprise, is_org_wide)


def _of_act(body: Mapping[str, Any]) -> SlackInstallation:
    """A command or an interaction; an installation of a whole organisation names no `team` in the latter."""
    team, user = _part(body, "team"), _part(body, "user")
    found = _text(body, "team_id") or _id(body.get("team")) or _text(user, "team_id")
    enterprise = _text(body, "enterprise_id") or _text(team, "enterprise_id") or _id(body.get("enterprise"))
    return SlackInstallation(found, enterprise)


def _user(body: Mapping[str, Any], event: Mapping[str, Any]) -> str:
    return (
        _text(body, "user_id")
        or _id(body.get("user"))
        or _id(event.get("user"))
        or _text(event, "user_id")
        or _text(_part(event, "assistant_thread"), "user_id")
    )


def _user_team(body: Mapping[str, Any], event: Mapping[str, Any]) -> str:
    found = _text(_part(body, "user"), "team_id") or _text(event, "user_team")
    # What is written in a shared channel names its author's workspace.
    return found or (_text(event, "team") if body.get("is_ext_shared_channel") is True else "")


def _channel(body: Mapping[str, Any], event: Mapping[str, Any]) -> str:
    return (
        _text(body, "channel_id")
        or _id(body.get("channel"))
        or _text(_part(body, "container"), "channel_id")
        or _id(event.get("channel"))
        or _text(event, "channel_id")
    )


def _whole(value: Any) -> Any:
    """Return a JSON value whose texts can be stored: half of a surrogate pair is no character."""
    if isinstance(value, str):
        return value if value.isascii() else value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, list):
        return [_whole(entry) for entry in value]
    return {key: _whole(entry) for key, entry in value.items()} if isinstance(value, dict) else value


def _part(body: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = body.get(name)
    return value if isinstance(value, dict) else {}


def _text(body: Mapping[str, Any], name: str) -> str:
    value = body.get(name)
    return value if isinstance(value, str) else ""


def _id(value: object) -> str:
    if isinstance(value, str):
        return value
    return _text(value, "id") if isinstance(value, dict) else ""
