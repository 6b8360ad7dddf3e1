"""The connector `slack`: a channel that the app is in, with its threads and files.

Options of a source: `channel` (an id; a name or a link when it is added), `team`, `enterprise`, `url` of the workspace,
and `rights`, who may read in a few words. There is one source for a channel, no matter who added it.
"""

import hashlib
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from core.drafts import JsonObject
from core.errors import CredentialError, CursorExpired, InputError
from core.settings import Settings, load_settings
from core.sources.management import RIGHTS
from core.sources.model import AccessList, ChangePage, Content, ItemChange, Source
from core.sources.notices import Notices, SourceNotice
from core.store.records import RecordStore
from integrations.slack.client.api import SlackRefusal, call
from integrations.slack.client.connections import Connections, InstallationScope
from integrations.slack.client.conversations import SlackMessage
from integrations.slack.client.members import Members
from integrations.slack.sources.position import (
    BEGIN,
    Position,
    finish,
    is_fresh,
    is_stale,
    progressed,
    read_position,
    step,
    walk_days,
    walk_new,
    walk_recent,
    write_position,
)
from integrations.slack.sources.readers import ChannelReaders, who_reads
from integrations.slack.sources.reading import (
    UNSEEN,
    ChannelReading,
    HistoryPage,
    ReadThread,
    file_items,
    find_channel,
    is_shared_in,
    read_slack_file,
    thread_version,
    waiting_said,
)
from integrations.slack.sources.transcript import (
    ACCESS,
    FILE,
    ChannelPlace,
    KeptMessage,
    day_bounds,
    day_item,
    day_named,
    day_of,
    kept_messages,
    passages,
    people_in,
    thread_item,
    thread_key,
    thread_named,
)
from integrations.slack.views.mrkdwn import mentioned_users, plain_text

if TYPE_CHECKING:
    from slack_sdk import WebClient

CONNECTOR = "slack"
READERS_SECONDS = 300.0
MAX_NOTICES = 200
MAX_THREADS = 20
# A thread with so few replies may have begun just now: then its first message leaves its day, or comes back to it.
FEW_REPLIES = 3


def channel_source_id(team: str, channel: str) -> str:
    """Return the id of the source of a channel, so that events find it."""
    return hashlib.sha256(f"{CONNECTOR}\0{team}\0{channel}".encode()).hexdigest()[:32]


def not_in_channel(name: str) -> InputError:
    """Return what is said of a channel that the app is not in."""
    return InputError(f"Inlaid is not in {name}.", fix="Write /invite @Inlaid there, then try again.")


@dataclass(frozen=True)
class _Channel:
    """A channel at work: the client, who is there, and where its messages are found."""

    source: Source
    client: "WebClient"
    scope: InstallationScope
    members: Members
    place: ChannelPlace

    @property
    def id(self) -> str:
        return self.place.channel


@dataclass
class _Page:
    """What one call of `changes` found."""

    changes: list[ItemChange] = field(default_factory=list)
    access: list[AccessList] = field(default_factory=list)


class SlackConnector:
    """See `core.sources.ports.LocatingConnector`.

    Args:
        records: where installations are.
        settings: those of the process by default.
        clock: says the time in Unix seconds; it decides only how often something is asked again.
    """

    name = CONNECTOR

    def __init__(
        self, records: RecordStore, settings: Settings | None = None, clock: Callable[[], float] = time.time
    ) -> None:
        self._records = records
        self._settings = settings
        self._clock = clock
        self._readers = ChannelReaders()
        self._reading = ChannelReading()
        self._days: dict[tuple[str, str, str], Sequence[KeptMessage]] = {}
        self._names: dict[tuple[str, str], str] = {}

    def locate(self, source: Source) -> Source:
        """Return a source as that of the channel's; a name or a link becomes its id."""
        options = source.options
        team, enterprise = self._workspace(source)
        client = self._connections().client(team, enterprise)
        channel = find_channel(client, str(options.get("channel") or ""))
        if not channel.get("is_member"):
            raise not_in_channel(f"#{channel.get('name', '')}")
        if channel.get("is_im") or channel.get("is_mpim"):
            raise InputError("Only channels can be read.", fix="Choose a channel.")
        url = str(call(client.auth_test).get("url") or "")
        kept: JsonObject = {
            "channel": str(channel["id"]),
            "team": team,
            "enterprise": enterprise,
            "url": url,
            RIGHTS: who_reads(channel),
        }
        person = source.person if source.workspace == team else ""
        return replace(
            source,
            id=channel_source_id(team, kept["channel"]),
            workspace=team,
            person=person,
            title=f"#{channel['name']}",
            options=kept,
        )

    def check(self, source: Source) -> str:
        """Say who reads the channel."""
        with waiting_said(0):
            channel = self._opened(source)
            shown = _info(channel)
            access = self._readers.access_of(channel.client, channel.scope, shown)
        return f"{source.title} is read from its newest message back; {len(access.principals)} people may find it"

    def changes(self, source: Source, cursor: str) -> ChangePage:
        """Return the next page: what events announced, then the history, backwards."""
        position = read_position(cursor, self._clock())
        if is_stale(position, self._clock()):
            raise CursorExpired("The whole channel is read again.", fix="Nothing to do.")
        self._days = {key: value for key, value in self._days.items() if key[0] != source.id}
        self._names.clear()
        with waiting_said(position["messages"]):
            try:
                return self._page(self._opened(source), position)
            except (SlackRefusal, CredentialError) as error:
                return self._left(source, position, error)

    def fetch(self, source: Source, item: ItemChange) -> Content:
        """Return the text of a day, a thread or a file."""
        channel = self._opened(source)
        with waiting_said(0):
            if item.key.startswith(FILE):
                api_url = self._connections().api_url
                return read_slack_file(channel.client, item.key.removeprefix(FILE), channel.id, api_url)[0]
            thread_ts = thread_named(item.key)
            if thread_ts:
                messages = self._reading.thread(channel.client, channel.id, thread_ts, item.version).messages
            else:
                messages = list(self._days.get((source.id, item.key, item.version)) or self._day(channel, item.key))
            names = self._names_of(channel, people_in(messages))
        self._reading.used(channel.id, thread_ts, item.version)
        return Content(passages=passages(channel.place, messages, names, thread_ts))

    def _page(self, channel: _Channel, position: Position) -> ChangePage:
        page = _Page()
        shown = self._ask_readers(channel, position, page)
        name = str(shown.get("name") or "") or channel.place.name
        channel = replace(channel, place=replace(channel.place, name=name))
        if notices := Notices(self._records.database, self._records.cipher).after(
            channel.source, position["told"], MAX_NOTICES
        ):
            if position["is_whole"] and any(notice.data.get("again") for notice in notices):
                raise CursorExpired("The whole channel is read again.", fix="Nothing to do.")
            self._hear(channel, position, page, notices)
        else:
            if not position["walks"] and not walk_recent(position, self._clock()):
                walk_new(position)
            self._walk(channel, position, page)
        is_complete = not notices and finish(position, self._clock())
        return ChangePage(
            page.changes,
            cursor=write_position(position),
            access=page.access,
            is_last=position["is_whole"] and not position["walks"] and not notices,
            is_complete=is_complete,
            is_surely_empty=is_complete and position["newest"] == BEGIN,
        )

    def _ask_readers(self, channel: _Channel, position: Position, page: _Page) -> Mapping[str, Any]:
        """Ask who may read, unless that was asked a moment ago; return what Slack says of the channel then."""
        now = self._clock()
        if 0 <= now - position["readers_at"] < READERS_SECONDS:
            return {}
        shown = _info(channel)
        page.access.append(self._readers.access_of(channel.client, channel.scope, shown))
        position["readers_at"], position["is_left"] = now, False
        return shown

    def _hear(self, channel: _Channel, position: Position, page: _Page, notices: Sequence[SourceNotice]) -> None:
        """Read again what events announced."""
        days, threads, files = set[str](), dict[str, int](), set[str]()
        for notice in notices:
            if len(threads) >= MAX_THREADS:
                break
            position["told"] = notice.number
            files.update(map(str, notice.data.get("files") or ()))
            if thread_ts := str(notice.data.get("thread_ts") or ""):
                threads[thread_ts] = notice.number
            elif ts := str(notice.data.get("ts") or ""):
                days.add(day_of(ts))
        if any(notice.data.get("readers") for notice in notices):
            position["readers_at"] = 0.0
            self._ask_readers(channel, position, page)
        for thread_ts, number in threads.items():
            days |= self._changed_thread(channel, page, thread_ts, f"notice {number}")
        for file_id in sorted(files):
            if not is_shared_in(channel.client, file_id, channel.id):
                page.changes.append(ItemChange(FILE + file_id))
        walk_days(position, days)

    def _changed_thread(self, channel: _Channel, page: _Page, thread_ts: str, version: str) -> set[str]:
        """Add a thread in which something has changed; return the days that have to be read for it."""
        thread = self._reading.thread(channel.client, channel.id, thread_ts, version)
        self._take_thread(channel, page, thread_ts, version, thread)
        return {day_of(thread_ts)} if thread.count <= FEW_REPLIES + 1 else set()

    def _take_thread(self, channel: _Channel, page: _Page, thread_ts: str, version: str, thread: ReadThread) -> None:
        """Add a thread that was read; one that has become a single message is gone."""
        page.changes += thread.files
        kept = thread.messages
        if thread.count <= 1 or not kept:
            page.changes.append(ItemChange(thread_key(thread_ts)))
            return
        words = self._words(channel, kept[0])
        page.changes.append(thread_item(channel.place, thread_ts, version, words, kept[-1]["ts"]))

    def _walk(self, channel: _Channel, position: Position, page: _Page) -> None:
        """Read a page of the history."""
        walk = position["walks"][-1]
        found = self._reading.history(channel.client, channel.id, walk["floor"], walk["before"])
        single = [message for message in found.messages if not message.get("thread_ts")]
        for message in found.messages:
            page.changes += file_items(message)
            if _is_root(message):
                fresh = is_fresh(position, str(message.get("latest_reply") or ""))
                self._found_thread(channel, page, message, walk.get("again", 0.0) if fresh else 0.0)
        for day, messages in step(position, kept_messages(single), found.oldest).items():
            change = day_item(channel.place, day, messages)
            self._days[channel.source.id, change.key, change.version] = messages
            page.changes.append(change)
        progressed(position, found.newest, len(found.messages))
        if (began := walk.get("again", 0.0)) and walk not in position["walks"]:
            position["again_seconds"] = max(self._clock() - began, 0.0)

    def _found_thread(self, channel: _Channel, page: _Page, root: SlackMessage, again: float) -> None:
        """Add a thread of the history; one that was read before, and has not changed, is not read for it.

        With `again`, when the last days were begun to be read again, it is read in any case.
        """
        thread_ts, version = str(root["ts"]), thread_version(root)
        kept = kept_messages([root])
        if not kept:  # an app began it: what it is called stands in the first answer
            thread = self._reading.thread(channel.client, channel.id, thread_ts, version)
            self._take_thread(channel, page, thread_ts, version, thread)
            return
        if again:
            self._reading.read_again(channel.client, channel.id, thread_ts, version, again)
        told = version
        version = self._reading.with_edits(channel.id, thread_ts, told)
        page.changes += self._reading.files_of(channel.client, channel.id, thread_ts, version)
        version = self._reading.with_edits(channel.id, thread_ts, told)
        newest = str(root.get("latest_reply") or thread_ts)
        page.changes.append(thread_item(channel.place, thread_ts, version, self._words(channel, kept[0]), newest))

    def _words(self, channel: _Channel, message: KeptMessage) -> str:
        return plain_text(message["text"], self._names_of(channel, mentioned_users(message["text"])))

    def _names_of(self, channel: _Channel, user_ids: Iterable[str]) -> dict[str, str]:
        """Return names by id, each asked for once a page."""
        found: dict[str, str] = {}
        for user_id in user_ids:
            key = (channel.scope.team, user_id)
            if key not in self._names:
                self._names[key] = channel.members.name(user_id)
            found[user_id] = self._names[key]
        return found

    def _day(self, channel: _Channel, key: str) -> list[KeptMessage]:
        """Return the messages of a day once more; for what a former slice of work could not use."""
        floor, before = day_bounds(day_named(key))
        found: list[KeptMessage] = []
        page = HistoryPage((), has_more=True)
        while page.has_more:
            page = self._reading.history(channel.client, channel.id, floor, before)
            found += kept_messages(message for message in page.messages if not message.get("thread_ts"))
            before = page.oldest
        return sorted(found, key=lambda message: float(message["ts"]))

    def _left(self, source: Source, position: Position, error: SlackRefusal | CredentialError) -> ChangePage:
        """Let nobody read what can no longer be kept up to date: first that, at the next call the reason."""
        is_unseen = isinstance(error, SlackRefusal) and error.reason in UNSEEN
        if isinstance(error, SlackRefusal) and not is_unseen:
            raise error
        if position["is_left"]:
            raise not_in_channel(source.title) if is_unseen else error
        position["is_left"], position["readers_at"] = True, 0.0
        nobody = AccessList(ACCESS, frozenset())
        return ChangePage([], cursor=write_position(position), access=[nobody], is_last=False)

    def _opened(self, source: Source) -> _Channel:
        team, enterprise = str(source.options.get("team", "")), str(source.options.get("enterprise", ""))
        connections = self._connections()
        client, scope = connections.client(team, enterprise), connections.scope(team, enterprise)
        place = ChannelPlace(
            str(source.options.get("url", "")), str(source.options.get("channel", "")), source.title.lstrip("#")
        )
        return _Channel(source, client, scope, Members(client, self._records, scope), place)

    def _workspace(self, source: Source) -> tuple[str, str]:
        """Return workspace and organisation of a source that is to be added."""
        named = str(source.options.get("team") or "")
        if named:
            return named, str(source.options.get("enterprise") or "")
        from integrations.slack.client import installations

        connections = self._connections()
        if connections.serves_one:
            connections.learn_own()
            own = connections.own()
            return (own.team, own.enterprise) if own else ("", "")
        found = [record for record in self._records.list(installations.KIND) if record.key == installations.BOT]
        if len(found) != 1:
            problem = "is installed in several workspaces" if found else "is installed in no workspace of Slack yet"
            raise InputError(f"Inlaid {problem}.", fix="Write /inlaid use this channel in the channel itself.")
        return found[0].workspace, str(found[0].data.get("enterprise_id") or "")

    def _connections(self) -> Connections:
        if self._settings is None:
            self._settings = load_settings()
        return Connections(self._settings, self._records)


def _is_root(message: SlackMessage) -> bool:
    return message.get("thread_ts") == message["ts"] and bool(message.get("reply_count", 1))


def _info(channel: _Channel) -> Mapping[str, Any]:
    """Return what Slack says of a channel; raises as `call`, and as for one that cannot be seen where we are out."""
    shown: Mapping[str, Any] = call(channel.client.conversations_info, channel=channel.id)["channel"]
    if not shown.get("is_member"):
        raise SlackRefusal("not_in_channel")
    return shown
