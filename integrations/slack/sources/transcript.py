"""Messages as passages that make sense by themselves: who wrote what, one conversation together. Pure.

A thread is one item; messages without a thread are an item for each day (UTC). What apps wrote, what
was said to ours, and what Slack says of joins and topics, is left out.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypedDict

from core.sources.model import ItemChange, Passage
from integrations.slack.client.conversations import SlackMessage
from integrations.slack.views.blocks import shorten
from integrations.slack.views.mrkdwn import mentioned_users, plain_text

DAY_SECONDS = 86_400
# Messages further apart than this are another conversation.
PAUSE_SECONDS = 3600.0
# As much as a passage holds, so that none is cut (`core.sources.cutting`).
MAX_RUN_CHARS = 800
MAX_TITLE_CHARS = 90
ACCESS = "members"
_WRITTEN = frozenset({None, "file_share", "thread_broadcast", "me_message"})
_DAY, _THREAD, FILE = "day:", "thread:", "file:"


class KeptMessage(TypedDict):
    """What is kept of a message; `edited` is the time of the last edit, "" for none."""

    ts: str
    user: str
    text: str
    edited: str


@dataclass(frozen=True)
class ChannelPlace:
    """Where a channel is: `url` of the workspace with its trailing slash, the channel's id and its name."""

    url: str
    channel: str
    name: str

    def link(self, ts: str, thread_ts: str = "") -> str:
        """Return the permalink of a message."""
        behind = f"?thread_ts={thread_ts}&cid={self.channel}" if thread_ts and thread_ts != ts else ""
        return f"{self.url}archives/{self.channel}/p{ts.replace('.', '')}{behind}"


def is_written(message: SlackMessage) -> bool:
    """Whether a person wrote a message."""
    is_of_app = message.get("bot_id") or message.get("bot_profile")
    return bool(message.get("user")) and not is_of_app and message.get("subtype") in _WRITTEN


def kept_messages(messages: Iterable[SlackMessage]) -> list[KeptMessage]:
    """Return what people wrote, oldest first."""
    kept = [
        KeptMessage(
            ts=str(message["ts"]),
            user=str(message["user"]),
            text=str(message.get("text") or ""),
            edited=str((message.get("edited") or {}).get("ts") or ""),
        )
        for message in messages
        if is_written(message) and str(message.get("text") or "").strip()
    ]
    return sorted(kept, key=seconds_of)


def seconds_of(message: KeptMessage) -> float:
    """Return when a message was written, in Unix seconds by Slack's clock."""
    return float(message["ts"])


def day_of(ts: str) -> str:
    """Return the day of a time stamp (2026-03-31, UTC)."""
    return datetime.fromtimestamp(float(ts), UTC).date().isoformat()


def day_bounds(day: str) -> tuple[str, str]:
    """Return the time stamps between which a day's messages are, both exclusive."""
    begin = int(datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp())
    return f"{begin - 1}.999999", f"{begin + DAY_SECONDS}.000000"


def by_day(messages: Iterable[KeptMessage]) -> dict[str, list[KeptMessage]]:
    """Return messages by their day, each oldest first."""
    found = dict[str, list[KeptMessage]]()
    for message in sorted(messages, key=seconds_of):
        found.setdefault(day_of(message["ts"]), []).append(message)
    return found


def day_key(day: str) -> str:
    """Return the key of the item of a day."""
    return _DAY + day


def thread_key(thread_ts: str) -> str:
    """Return the key of the item of a thread."""
    return _THREAD + thread_ts


def day_named(key: str) -> str:
    """Return the day of an item's key, or "" if it is no day's."""
    return key.removeprefix(_DAY) if key.startswith(_DAY) else ""


def thread_named(key: str) -> str:
    """Return the time stamp of a thread of an item's key, or "" if it is no thread's."""
    return key.removeprefix(_THREAD) if key.startswith(_THREAD) else ""


def day_item(place: ChannelPlace, day: str, messages: Sequence[KeptMessage]) -> ItemChange:
    """Return the item of a day; without messages it is gone."""
    if not messages:
        return ItemChange(day_key(day))
    title = f"#{place.name}, {day}"
    return ItemChange(
        day_key(day), digest_of(messages), ACCESS, title, place.link(messages[0]["ts"]), seconds_of(messages[-1])
    )


def thread_item(place: ChannelPlace, thread_ts: str, version: str, text: str, newest: str) -> ItemChange:
    """Return the item of a thread; `text` is what it began with."""
    title = f"#{place.name}: {shorten(' '.join(text.split()), MAX_TITLE_CHARS)}"
    return ItemChange(thread_key(thread_ts), version, ACCESS, title, place.link(thread_ts), float(newest))


def digest_of(messages: Iterable[KeptMessage]) -> str:
    """Return what is the same while messages are."""
    parts = (f"{message['ts']}\0{message['edited']}\0{message['text']}" for message in messages)
    return hashlib.sha256("\n".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def people_in(messages: Iterable[KeptMessage]) -> list[str]:
    """Return the ids of those who wrote, and whom they named."""
    found = dict[str, None]()
    for message in messages:
        found |= dict.fromkeys([message["user"], *mentioned_users(message["text"])])
    return [*found]


def passages(
    place: ChannelPlace, messages: Sequence[KeptMessage], names: Mapping[str, str], thread_ts: str = ""
) -> list[Passage]:
    """Return messages as passages, each a run of what was written close together and its link."""
    found: list[Passage] = []
    run: list[str] = []
    first, before = "", 0.0
    for message in messages:
        line = _line(message, names)
        is_paused = not thread_ts and seconds_of(message) - before > PAUSE_SECONDS
        if run and (is_paused or sum(map(len, run)) + len(line) > MAX_RUN_CHARS):
            found.append(Passage("\n".join(run), place=place.link(first, thread_ts)))
            run = []
        if not run:
            first = message["ts"]
        run.append(line)
        before = seconds_of(message)
    if run:
        found.append(Passage("\n".join(run), place=place.link(first, thread_ts)))
    return found


def _line(message: KeptMessage, names: Mapping[str, str]) -> str:
    text = "\n".join(line for line in plain_text(message["text"], names).splitlines() if line.strip())
    return f"{names.get(message['user']) or 'Somebody'}: {text}"
