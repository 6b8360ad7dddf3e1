"""Where an answer goes, as it travels through a modal's private metadata and a job's `delivery`."""

import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Self
from urllib.parse import urlsplit

from core.drafts import JsonObject

RESPONSE_SECONDS = 29 * 60
SLACK_HOOKS = "hooks.slack.com"


@dataclass(frozen=True)
class ReplyTarget:
    """A conversation, seen from the person who asked.

    Attributes:
        team: the workspace; `enterprise` its Grid organisation, "" without one.
        channel: conversation id, "" for the person's own conversation with the app.
        thread_ts: the thread within it, "" for none.
        is_dm: the answer is a lasting message in the conversation with the app, not an ephemeral one.
        response_url: Slack's address for private answers, good for 30 minutes and five posts.
        response_until: Unix seconds after which it is not used any more.
        replaces: the response URL came from a button, so an answer may take the place of that button's message.
        update_ts: a message of the app that the answer replaces, "" for none.
    """

    team: str
    enterprise: str = ""
    channel: str = ""
    thread_ts: str = ""
    is_dm: bool = False
    response_url: str = ""
    response_until: float = 0.0
    replaces: bool = False
    update_ts: str = ""

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Return the place that `to_json` wrote; keys of others are left alone."""
        return cls(**{name: data[name] for name in cls.__dataclass_fields__ if name in data})

    def to_json(self) -> JsonObject:
        """Return the parts that are set."""
        return {name: value for name, value in asdict(self).items() if value}

    def with_response_url(self, response_url: str, *, now_seconds: float | None = None) -> Self:
        """Return the place with a fresh response URL."""
        now_seconds = time.time() if now_seconds is None else now_seconds
        return replace(self, response_url=response_url, response_until=now_seconds + RESPONSE_SECONDS)

    @property
    def is_new(self) -> bool:
        """Whether what is shown takes the place of no message."""
        return not (self.update_ts or (self.replaces and self.has_response_url()))

    def has_response_url(self, now_seconds: float | None = None) -> bool:
        """Whether the response URL may still be used."""
        return bool(self.response_url) and (time.time() if now_seconds is None else now_seconds) < self.response_until


@dataclass(frozen=True)
class SlackTarget:
    """Where a job's answer goes, and what belongs to it.

    Attributes:
        reply_to: the conversation.
        mail: the result is an e-mail.
        document: the result is wanted as a Word document, too.
        read: a thread that the worker reads first, see `client.threads.ThreadToRead`.
        asked_ts: the message that asked, whose status line ends with the answer; "" for none.
        again: which further draft of the same inputs this is, 0 for the first.
        elsewhere: the draft is shown elsewhere than where it was asked for.
        instead_of: the job of the draft whose place the answer takes, "" for none; without an answer it comes back.
    """

    reply_to: ReplyTarget
    mail: bool = False
    document: bool = False
    read: Mapping[str, Any] = field(default_factory=dict)
    asked_ts: str = ""
    again: int = 0
    elsewhere: bool = False
    instead_of: str = ""

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Return what `to_json` wrote."""
        reply_to = ReplyTarget.from_json({"team": "", **data})
        return cls(
            reply_to, **{name: data[name] for name in cls.__dataclass_fields__ if name in data and name != "reply_to"}
        )

    @property
    def is_recap(self) -> bool:
        """Whether a channel is read for what its person missed, see `client.history.ChannelToRead`."""
        return "asked" in self.read

    def to_json(self) -> JsonObject:
        """Return the parts that are set, as they are stored with a job."""
        extras = {name: getattr(self, name) for name in self.__dataclass_fields__ if name != "reply_to"}
        return {**self.reply_to.to_json(), **{name: value for name, value in extras.items() if value}}


def is_response_url(url: str, api_url: str) -> bool:
    """Whether an address is one that Slack, or the server of INLAID_SLACK_API_URL, gives out for answers."""
    parts = urlsplit(url)
    if parts.username or parts.password:
        return False
    if parts.scheme == "https" and parts.netloc == SLACK_HOOKS:
        return True
    own = urlsplit(api_url)
    return own.netloc != "slack.com" and (parts.scheme, parts.netloc) == (own.scheme, own.netloc)
