"""Read what was written in a channel since a moment, threads included, for somebody who may read it there."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from integrations.slack.client.api import SlackOutage, call
from integrations.slack.client.conversations import (
    NOISE,
    PAGE_MESSAGES,
    OwnApp,
    PagesRead,
    SlackMessage,
    is_after,
)

if TYPE_CHECKING:
    from slack_sdk import WebClient

MAX_MESSAGES, MAX_THREADS = 400, 20
# An app outside the marketplace gets a page of 15 a minute: so many pages are waited for.
MAX_WAITS, FEW_MESSAGES = 4, 15


# Before the name of a channel that was typed, and not linked.
NAMED = "#"


@dataclass(frozen=True)
class ChannelToRead:
    """A channel of which somebody wants to know what was written since a moment.

    Attributes:
        channel: its id, or its name with `NAMED` before it.
        asked: the question, which says since when.
        until: the message that asks, and what follows it, is left out; "" for none.
    """

    channel: str
    asked: str
    until: str = ""


@dataclass(frozen=True)
class ChannelHistory:
    """What was read, the oldest first, each answer behind the message that it answers.

    `is_whole` is False when older messages, or answers, were left out.
    """

    messages: Sequence[SlackMessage] = field(default_factory=tuple)
    is_whole: bool = True


def read_history(client: "WebClient", wanted: ChannelToRead, since: float, read: PagesRead) -> ChannelHistory:
    """Return what was written in a channel since then (Unix seconds), from its newest end.

    `read` is what an earlier try has read.

    Raises:
        SlackOutage: Slack asks to wait, and what there is so far is little.
        SlackRefusal: the app is not in the channel.
    """
    is_whole = _read_pages(client, wanted, since, read)
    app = OwnApp.of(client)
    written = sorted(map(app.marked, read.messages), key=lambda one: float(one["ts"]))
    newest = {root["ts"] for root in [message for message in written if message.get("reply_count")][-MAX_THREADS:]}
    # By their ts: an answer that was sent to the channel too stands in both.
    found: dict[str, SlackMessage] = {}
    for root in written:
        found.setdefault(root["ts"], root)
        if not root.get("reply_count"):
            continue
        read_now, is_all = _answers(client, wanted, root) if root["ts"] in newest else ([], False)
        is_whole = is_whole and is_all
        answers = [answer for answer in map(app.marked, read_now) if _is_said(answer, wanted)]
        if is_all:  # Slack counts what the app was asked, too
            found[root["ts"]] = {**found[root["ts"]], "reply_count": len(answers)}
        for answer in answers:
            found.setdefault(answer["ts"], answer)
    return ChannelHistory([message for message in found.values() if _is_said(message, wanted)], is_whole)


def _is_said(message: SlackMessage, wanted: ChannelToRead) -> bool:
    """Tell whether people said it to each other, before it was asked what they said."""
    return message.get("subtype") not in NOISE and not is_after(message, wanted.until)


def _read_pages(client: "WebClient", wanted: ChannelToRead, since: float, read: PagesRead) -> bool:
    """Read from the newest message back, and return whether all of it was read."""
    while not read.is_all and len(read.messages) < MAX_MESSAGES:
        try:
            page = call(
                client.conversations_history,
                channel=wanted.channel,
                oldest=f"{since:.6f}",
                limit=PAGE_MESSAGES,
                cursor=read.cursor,
                include_all_metadata=True,
            )
        except SlackOutage as outage:
            if outage.retry_after_seconds and len(read.messages) >= MAX_WAITS * FEW_MESSAGES:
                return False
            raise
        read.messages = [*read.messages, *page["messages"]]
        read.cursor = str((page.get("response_metadata") or {}).get("next_cursor") or "")
        read.keep(read)
        if not page["messages"]:
            return True
    return read.is_all


def _answers(client: "WebClient", wanted: ChannelToRead, root: SlackMessage) -> tuple[list[SlackMessage], bool]:
    """Return the answers to a message, and whether those are all; none where Slack asks to wait: a recap can do so."""
    try:
        page = call(
            client.conversations_replies,
            channel=wanted.channel,
            ts=root["ts"],
            limit=PAGE_MESSAGES,
            include_all_metadata=True,
        )
    except SlackOutage as outage:
        if outage.retry_after_seconds:
            return [], False
        raise
    is_all = not (page.get("response_metadata") or {}).get("next_cursor")
    return [answer for answer in page["messages"] if answer["ts"] != root["ts"]], is_all
