"""Digests of scans in Slack: to the owner alone, or into a channel, each once."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.errors import InlaidError, NotFoundError
from core.job import Job
from core.people import Identity
from core.ports import SurfaceContext
from core.settings import Settings
from core.signals.board import FindChannel
from core.signals.digest import SignalDigest
from core.store.records import RecordStore
from core.text.catalogues import speaking
from integrations.slack.client.api import call
from integrations.slack.client.connections import Connections
from integrations.slack.client.conversations import PAGE_MESSAGES
from integrations.slack.client.languages import language_of
from integrations.slack.client.members import Members
from integrations.slack.delivery.answer import AnswerDelivery
from integrations.slack.sources.connector import not_in_channel
from integrations.slack.sources.readers import members_of
from integrations.slack.sources.reading import find_channel, no_channel
from integrations.slack.views.digest_message import digest_message, stop_block

if TYPE_CHECKING:
    from slack_sdk import WebClient

# Of more people the rights are not compared one by one.
MAX_MEMBERS = 200


@dataclass(frozen=True)
class SlackDigests:
    """Shows digests to somebody who came in by Slack.

    Args:
        context: of the surface.
        owner: who they are there.
    """

    context: SurfaceContext
    owner: Identity

    def members(self, channel: str) -> Sequence[Identity] | None:
        """Return the people in a channel, or None if the owner is not in it, or there are too many.

        Raises:
            OutageError: Slack cannot be asked right now.
            InlaidError: it may not be asked.
        """
        client, found, cursor = self._client(), list[str](), ""
        while len(found) <= MAX_MEMBERS:
            page = call(client.conversations_members, channel=channel, limit=PAGE_MESSAGES, cursor=cursor)
            found += page["members"]
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                break
        if self.owner.person not in found or len(found) > MAX_MEMBERS:
            return None
        scope = self._connections().scope(self.owner.workspace)
        known = Members(client, self.context.records, scope)
        return [Identity(self.owner.workspace, member) for member in found if not known.get(member).get("is_bot")]

    def post(self, job: Job, digest: SignalDigest, channel: str, notes: Sequence[str], address: str) -> None:
        """Show a digest in a channel, or with "" in the owner's messages with the app, in the owner's language.

        Raises:
            OutageError: try again later.
            InlaidError: it cannot be shown there.
        """
        client = self._client()
        place = channel or str(call(client.conversations_open, users=self.owner.person)["channel"]["id"])
        delivery = AnswerDelivery(client, self.context.settings.slack_api_url, job, self.context.effects)
        settings, records = self.context.settings, self.context.records
        with speaking(language_of(settings, records, self.owner.workspace, self.owner.person)):
            message = digest_message(digest, notes=notes, address=address)
            if digest.scan.schedule and not channel:  # in a channel others would press it
                message.blocks.append(stop_block(digest.scan.id))
        delivery.show_to(place, [message])

    def _client(self) -> "WebClient":
        return self._connections().client(self.owner.workspace)

    def _connections(self) -> Connections:
        return Connections(self.context.settings, self.context.records)


def channel_finder(settings: Settings, records: RecordStore) -> FindChannel:
    """Return what finds a channel by its name, for somebody who came in by Slack."""

    def find(names: Sequence[Identity], named: str) -> str:
        for name, client in _clients(settings, records, names):
            return channel_id(client, name.person, named)
        raise NotFoundError(
            "You have never used Inlaid in Slack.", fix="Open the app in Slack once, or give the channel's id."
        )

    return find


def is_in_slack(settings: Settings, records: RecordStore, names: Sequence[Identity]) -> bool:
    """Whether somebody came in by a Slack in which the app still is."""
    return next(_clients(settings, records, names), None) is not None


def _clients(
    settings: Settings, records: RecordStore, names: Sequence[Identity]
) -> "Iterator[tuple[Identity, WebClient]]":
    connections = Connections(settings, records)
    for name in names:
        if name.workspace.startswith(("T", "E")):
            try:
                client = connections.client(name.workspace)
            except InlaidError:
                continue
            yield name, client


def channel_id(client: "WebClient", person: str, named: str) -> str:
    """Return the id of a channel that the app is in, for somebody who may read it.

    Raises:
        NotFoundError: there is none, or a private one that the person is not in, which looks the same.
        InputError: the app is not in it.
    """
    channel = find_channel(client, named)
    if channel.get("is_private") and person not in members_of(client, str(channel["id"])):
        raise no_channel(named)
    if not channel.get("is_member"):
        raise not_in_channel(named)
    return str(channel["id"])


def slack_digests(context: SurfaceContext, names: Sequence[Identity]) -> SlackDigests | None:
    """Return what shows digests to somebody, or None if they never came in by a Slack that has the app."""
    for name in names:
        try:
            if name.workspace.startswith(("T", "E")) and Connections(context.settings, context.records).client(
                name.workspace
            ):
                return SlackDigests(context, name)
        except InlaidError:
            continue
    return None
