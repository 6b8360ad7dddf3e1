"""The app is removed, or its tokens are revoked: everything that was kept for the workspace's access goes."""

from core.store.records import RecordStore
from integrations.slack.client import installations, members
from integrations.slack.context import EMPTY_ACK, Ack, AppContext
from integrations.slack.listeners.channel_events import remove_channel_sources
from integrations.slack.request import SlackRequest


def app_uninstalled(context: AppContext, request: SlackRequest) -> Ack:
    """The app was removed."""
    _forget_requester(context, request)
    return EMPTY_ACK


def team_access_revoked(context: AppContext, request: SlackRequest) -> Ack:
    """An organisation took the app away from some of its workspaces: what was kept for these goes."""
    teams = request.event.get("team_ids")
    for team in teams if isinstance(teams, list) else ():
        if isinstance(team, str) and team:
            _forget(context, team=team)
    return EMPTY_ACK


def tokens_revoked(context: AppContext, request: SlackRequest) -> Ack:
    """Tokens were revoked: the bot's end the installation, a person's only theirs."""
    tokens = request.event.get("tokens")
    tokens = tokens if isinstance(tokens, dict) else {}
    if tokens.get("bot"):
        _forget_requester(context, request)
    owner = request.enterprise if request.is_org_wide and request.enterprise else request.team
    for user in tokens.get("oauth") or ():
        context.connections.installations.delete_installation(enterprise_id=None, team_id=owner, user_id=str(user))
    return EMPTY_ACK


def forget_installation(records: RecordStore, *, team: str, enterprise: str = "", is_org_wide: bool = False) -> None:
    """Delete tokens and remembered members of a workspace, or of an organisation with all of its workspaces.

    The removal from an organisation can arrive with a workspace of it on top, or with none.
    """
    owner = _owner(team, enterprise, is_org_wide=is_org_wide)
    workspaces = {owner, *(_remembered_workspaces(records, owner) if owner.startswith("E") else ())}
    records.delete(installations.KIND, owner)
    for workspace in workspaces:
        records.delete(members.KIND, workspace)


def _forget_requester(context: AppContext, request: SlackRequest) -> None:
    _forget(context, team=request.team, enterprise=request.enterprise, is_org_wide=request.is_org_wide)


def _forget(context: AppContext, *, team: str, enterprise: str = "", is_org_wide: bool = False) -> None:
    """Forget an installation, and with it the channels that were sources by it."""
    remove_channel_sources(context, {_owner(team, enterprise, is_org_wide=is_org_wide)})
    forget_installation(context.store.records, team=team, enterprise=enterprise, is_org_wide=is_org_wide)


def _owner(team: str, enterprise: str, *, is_org_wide: bool) -> str:
    return enterprise if enterprise and (is_org_wide or not team) else team


def _remembered_workspaces(records: RecordStore, enterprise: str) -> set[str]:
    """Return the workspaces whose people are remembered as those of an organisation."""
    found = set()
    for record in records.list(members.KIND):
        organisation = record.data.get("enterprise_user") or {}
        if organisation.get("enterprise_id") == enterprise:
            found.add(record.workspace)
    return found
