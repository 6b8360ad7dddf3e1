"""What Slack tells of channels that are sources: a change is noted, and a worker reads it again.

Events come twice, in any order, or not at all. So none is believed for what a message says now, and the next reading
repairs what was missed. Only who has left is taken off at once.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

from core.drafts import JsonObject
from core.errors import NotFoundError
from core.sources.items import ItemStore
from core.sources.model import Source, person_principal
from core.sources.notices import Notices
from core.sources.store import SourceStore
from integrations.slack.context import EMPTY_ACK, Ack, AppContext
from integrations.slack.request import SlackRequest
from integrations.slack.sources.connector import CONNECTOR, channel_source_id
from integrations.slack.sources.transcript import ACCESS

# Of a message event these are what people write or change; every other subtype is a join, a topic or an app's.
_HEARD = frozenset({None, "file_share", "thread_broadcast", "me_message", "message_changed", "message_deleted"})


def channel_event(context: AppContext, request: SlackRequest) -> Ack:
    """Note what has changed in a channel, after the acknowledgement."""
    if not (request.event.get("type") == "message" and _is_noise(request.event)):
        context.in_background(lambda: _hear(context, request))
    return EMPTY_ACK


def user_change(context: AppContext, request: SlackRequest) -> Ack:
    """Note that somebody's account was ended or has become a guest's."""
    user = request.event.get("user")
    if isinstance(user, dict) and any(user.get(name) for name in ("deleted", "is_restricted", "is_ultra_restricted")):
        is_gone = bool(user.get("deleted"))
        context.in_background(lambda: _account_changed(context, request, is_gone=is_gone))
    return EMPTY_ACK


def remove_channel_sources(context: AppContext, workspaces: set[str]) -> None:
    """Remove the channels of workspaces that the app was taken out of: nothing of them is found from now on."""
    store = _sources(context)
    for source in _channel_sources(store):
        if source.state != "removing" and not workspaces.isdisjoint(
            {source.workspace, str(source.options.get("enterprise") or source.workspace)}
        ):
            store.change(replace(source, state="removing"))


def _hear(context: AppContext, request: SlackRequest) -> None:
    with suppress(NotFoundError):
        source = _sources(context).get(channel_source_id(request.team, request.channel)).source
        if source.state == "active":
            _HANDLERS.get(str(request.event.get("type")), _readers_changed)(context, request, source)


def _message(context: AppContext, request: SlackRequest, source: Source) -> None:
    if notice := message_notice(request.event):
        _notices(context).put(source, notice)


def message_notice(event: Mapping[str, Any]) -> JsonObject:
    """Return what has to be read again for a message event; empty for an app's message. Pure."""
    before = _part(event, "previous_message")
    now = _part(event, "message") if event.get("subtype") == "message_changed" else event
    message = before if event.get("subtype") == "message_deleted" else now
    if message.get("bot_id"):
        return {}
    kept = {_id(file) for file in _files(now) if file.get("mode") != "tombstone"}
    gone = sorted({_id(file) for file in _files(before)} - (kept if message is now else set()))
    notice: JsonObject = {
        "ts": str(message.get("ts") or event.get("deleted_ts") or ""),
        "thread_ts": str(message.get("thread_ts") or ""),
        "files": gone,
    }
    return {name: value for name, value in notice.items() if value}


def _renamed(context: AppContext, request: SlackRequest, source: Source) -> None:
    name = _part(request.event, "channel").get("name")
    if isinstance(name, str) and name:
        _sources(context).change(replace(source, title=f"#{name}"))


def _deleted(context: AppContext, _request: SlackRequest, source: Source) -> None:
    _sources(context).change(replace(source, state="removing"))


def _member_left(context: AppContext, request: SlackRequest, source: Source) -> None:
    _withdraw(context, source, request)
    _readers_changed(context, request, source)


def _readers_changed(context: AppContext, _request: SlackRequest, source: Source) -> None:
    _notices(context).put(source, {"readers": True})


def _history_changed(context: AppContext, _request: SlackRequest, source: Source) -> None:
    _notices(context).put(source, {"again": True})


def _account_changed(context: AppContext, request: SlackRequest, *, is_gone: bool) -> None:
    for source in _channel_sources(_sources(context)):
        if source.workspace == request.team and source.state == "active":
            if is_gone:
                _withdraw(context, source, request)
            _readers_changed(context, request, source)


def _withdraw(context: AppContext, source: Source, request: SlackRequest) -> None:
    teams = {source.workspace, str(request.event.get("team") or source.workspace)}
    items = ItemStore(context.store.database, context.store.records.cipher)
    items.withdraw(source.id, ACCESS, {person_principal(team, request.user) for team in teams})


def _channel_sources(store: SourceStore) -> Iterator[Source]:
    after = ""
    while page := store.list(after=after):
        yield from (status.source for status in page if status.source.connector == CONNECTOR)
        after = page[-1].source.id


def _sources(context: AppContext) -> SourceStore:
    return SourceStore(context.store.database, context.store.records.cipher)


def _notices(context: AppContext) -> Notices:
    return Notices(context.store.database, context.store.records.cipher)


def _is_noise(event: Mapping[str, Any]) -> bool:
    return event.get("subtype") not in _HEARD or bool(event.get("bot_id"))


def _part(event: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = event.get(name)
    return value if isinstance(value, dict) else {}


def _files(message: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    files = message.get("files")
    return [file for file in files if isinstance(file, dict)] if isinstance(files, list) else []


def _id(file: Mapping[str, Any]) -> str:
    return str(file.get("id", ""))


_HANDLERS: dict[str, Callable[[AppContext, SlackRequest, Source], None]] = {
    "message": _message,
    "channel_rename": _renamed,
    "group_rename": _renamed,
    "channel_deleted": _deleted,
    "group_deleted": _deleted,
    "member_left_channel": _member_left,
    "channel_history_changed": _history_changed,
    "group_history_changed": _history_changed,
}
