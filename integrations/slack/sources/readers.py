"""Who may read a channel in Slack now: its members; of a public one all full members of the workspace, too.

In a channel shared with others, whether another company or another workspace, membership alone counts.
"""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from core.errors import ForbiddenError
from core.people import load_people
from core.settings import Settings
from core.sources.model import EVERYBODY, AccessList, Reader, person_principal, workspace_principal
from core.sources.readers import reader_of
from core.store.records import RecordStore
from core.text.catalogues import N_
from integrations.slack.client.api import call
from integrations.slack.client.connections import InstallationScope
from integrations.slack.client.members import belongs
from integrations.slack.sources.transcript import ACCESS

if TYPE_CHECKING:
    from slack_sdk import WebClient

PAGE_PEOPLE = 500
KEEP_SECONDS = 300.0
# Of so many readers each is looked up by all that is theirs; of so many by the sign-in; of more nothing is posted.
MAX_LOOKED_UP, MAX_READERS = 50, 1_000
MEMBERS = N_("the members of the channel")
WORKSPACE = N_("all members of the workspace")
_SHARED = ("is_ext_shared", "is_shared", "is_org_shared", "is_pending_ext_shared")


def is_shared(channel: Mapping[str, Any]) -> bool:
    """Whether a channel object of Slack is shared with another workspace or company."""
    return any(channel.get(name) for name in _SHARED)


def is_open(channel: Mapping[str, Any]) -> bool:
    """Whether every full member of the workspace may read a channel."""
    return not (channel.get("is_private") or channel.get("is_group") or is_shared(channel))


def who_reads(channel: Mapping[str, Any]) -> str:
    """Return in a few words who may read a channel."""
    return WORKSPACE if is_open(channel) else MEMBERS


@dataclass
class _People:
    """The people of a workspace, as far as they were listed.

    `full` may read public channels; `gone` read nothing: accounts that were ended, and bots.
    """

    full: set[str] = field(default_factory=set)
    gone: set[str] = field(default_factory=set)
    cursor: str = ""
    is_whole: bool = False
    read_at: float = 0.0


class ChannelReaders:
    """Tells who may read, and remembers the people of each workspace for a few minutes."""

    def __init__(self) -> None:
        self._people: dict[str, _People] = {}

    def access_of(self, client: "WebClient", scope: InstallationScope, channel: Mapping[str, Any]) -> AccessList:
        """Return who may read a channel.

        Raises:
            SlackOutage: Slack cannot be asked, or asks to wait; what it said until then is remembered.
        """
        people = self._listed(client, scope)
        members = set(members_of(client, str(channel["id"]))) - people.gone
        found = members | people.full if is_open(channel) else members
        principals = {person_principal(scope.team, member) for member in found}
        # People of the other side come in by their own installation, where they have the same id.
        teams = channel.get("shared_team_ids")
        for team in teams if isinstance(teams, list) and is_shared(channel) else ():
            principals |= {person_principal(str(team), member) for member in members}
        return AccessList(ACCESS, frozenset(principals))

    def _listed(self, client: "WebClient", scope: InstallationScope) -> _People:
        people = self._people.get(scope.team)
        if people is None or (people.is_whole and not 0 <= time.monotonic() - people.read_at < KEEP_SECONDS):
            people = self._people[scope.team] = _People()
        while not people.is_whole:
            page = call(client.users_list, limit=PAGE_PEOPLE, cursor=people.cursor)
            for user in page["members"]:
                if user.get("deleted") or user.get("is_bot"):
                    people.gone.add(str(user["id"]))
                elif belongs(user, scope) and not (user.get("is_restricted") or user.get("is_ultra_restricted")):
                    people.full.add(str(user["id"]))
            people.cursor = _next(page)
            people.is_whole, people.read_at = not people.cursor, time.monotonic()
        return people


def members_of(client: "WebClient", channel: str) -> Iterator[str]:
    """Yield the ids of who is in a channel; raises as `call`."""
    cursor = ""
    while True:
        page = call(client.conversations_members, channel=channel, limit=PAGE_PEOPLE, cursor=cursor)
        yield from map(str, page["members"])
        if not (cursor := _next(page)):
            return


def readers_in(
    client: "WebClient", scope: InstallationScope, channel: str, settings: Settings, records: RecordStore
) -> list[Reader]:
    """Return everybody who reads a conversation: of few each with all that is theirs, of many each by the sign-in.

    Raises:
        ForbiddenError: so many read there that their rights are not looked up.
        SlackOutage: Slack cannot be asked now.
    """
    info = call(client.conversations_info, channel=channel)["channel"]
    access = ChannelReaders().access_of(client, scope, info)
    # The app itself is a member, too.
    mine = person_principal(scope.team, str(call(client.auth_test)["user_id"]))
    principals = access.principals - {mine}
    if len(principals) > MAX_READERS:
        fix = "Post it in a smaller conversation, or link to its sources."
        raise ForbiddenError(
            "This stays private: there are too many people in that conversation to check what each may read.", fix=fix
        )
    people = load_people(settings, records)
    common = {workspace_principal(scope.team)} if not is_shared(info) else set[str]()
    if common and scope.team in people.own_slack_workspaces():
        common.add(EVERYBODY)
    if len(principals) > MAX_LOOKED_UP:
        return [Reader(frozenset({principal, *common})) for principal in principals]
    names = [principal.removeprefix("person:").partition("/") for principal in principals]
    own = (reader_of(people, records, team, user).principals for team, _, user in names)
    return [Reader(found | common) for found in own]


def _next(page: Mapping[str, Any]) -> str:
    return str((page.get("response_metadata") or {}).get("next_cursor") or "")
