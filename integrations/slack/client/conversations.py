"""Read conversations: a thread as its asker sees it, with all pages, names for ids, within the asker's own access."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any, Self, TypedDict

from core.errors import ForbiddenError
from integrations.slack.client.api import SlackRefusal, call
from integrations.slack.client.members import Members
from integrations.slack.client.message_text import message_text
from integrations.slack.views.mrkdwn import mentioned_users, plain_text

if TYPE_CHECKING:
    from slack_sdk import WebClient


PAGE_MESSAGES = 200
MAX_MESSAGES = 1000
MAX_CHARS = 100_000
# How many messages a slow page has, how many of them are waited for, and how much of that room is reckoned with.
SLOW_PAGE_MESSAGES, MAX_SLOW_PAGES, SLOW_SHARE = 15, 7, 0.8
DELETED = frozenset({"thread_not_found", "message_not_found"})
UNSEEN = DELETED | {"channel_not_found", "not_in_channel", "missing_scope"}
MAX_SECONDS_DIGITS = 10
# Subtypes of ours: what the app wrote, and what was said to it. Neither is what people tell each other.
OF_APP, TO_APP = "inlaid_wrote", "inlaid_asked"
COMMAND = "/inlaid"
NOISE = frozenset(
    {"channel_join", "channel_leave", "channel_topic", "channel_purpose", "bot_add", "bot_remove", "tombstone"}
    | {OF_APP, TO_APP}
)


class Named(TypedDict, total=False):
    """The name of a file, or of the app that wrote a message."""

    name: str


class SlackFile(Named, total=False):
    """The fields of a file that are read (https://docs.slack.dev/reference/objects/file-object)."""

    id: str
    title: str
    mode: str
    filetype: str
    mimetype: str
    size: int
    timestamp: int
    permalink: str
    url_private_download: str
    url_private: str
    channels: list[str]
    groups: list[str]


class Edited(TypedDict, total=False):
    """When a message was edited last."""

    ts: str


# Of the metadata of what was posted: for whom.
PERSON = "person"


class MessageMetadata(TypedDict):
    """What a message of ours carries, so that it is found again."""

    event_type: str
    event_payload: dict[str, str]


class SlackMessage(TypedDict, total=False):
    """The fields of a message that are read (https://docs.slack.dev/reference/events/message)."""

    ts: str
    user: str
    text: str
    subtype: str
    username: str
    bot_id: str
    bot_profile: Named
    files: list[SlackFile]
    edited: Edited
    thread_ts: str
    reply_count: int
    latest_reply: str
    blocks: list[dict[str, Any]]
    attachments: list[dict[str, Any]]
    metadata: MessageMetadata


@dataclass(frozen=True)
class OwnApp:
    """The app in a workspace: the ids of its user and of its bot."""

    user: str
    bot: str

    @classmethod
    def of(cls, client: "WebClient") -> Self:
        """Ask Slack whose token a client has; raises as `call`."""
        me = call(client.auth_test)
        return cls(str(me.get("user_id") or ""), str(me.get("bot_id") or ""))

    def marked(self, message: SlackMessage) -> SlackMessage:
        """Return a message, with a subtype of ours where the app wrote it or was asked; what a person posted is theirs.

        Whose it is, is known where it was read with its metadata.
        """
        if message.get("user") == self.user or (self.bot and message.get("bot_id") == self.bot):
            payload = message["metadata"].get("event_payload") if "metadata" in message else None
            person = (payload or {}).get(PERSON)
            return _as_posted(message, person) if person else {**message, "subtype": OF_APP}
        text = str(message.get("text") or "").lstrip()
        calls_app = text.startswith("<@") and mentioned_users(text)[:1] == (self.user,)
        return {**message, "subtype": TO_APP} if calls_app or text.startswith(COMMAND) else message


def _as_posted(message: SlackMessage, person: str) -> SlackMessage:
    """Return what somebody posted with the app as their message, without the lines below that say so."""
    words = [block for block in message.get("blocks") or () if block.get("type") != "context"]
    text = message_text({"blocks": words})
    shown: SlackMessage = {"ts": message["ts"], "user": person, "text": text}
    for name in ("thread_ts", "reply_count", "latest_reply"):
        if name in message:
            shown[name] = message[name]
    return shown


@dataclass(frozen=True)
class ThreadToRead:
    """A thread, and the message of it that the asker acted on, as Slack sent it.

    Attributes:
        channel: conversation id.
        thread_ts: the thread's root.
        ts: the message itself; with `user` and `text` as they arrived, for when the thread cannot be read.
        until: only what was written before it is read, "" for all.
    """

    channel: str
    thread_ts: str
    ts: str = ""
    user: str = ""
    text: str = ""
    until: str = ""

    @classmethod
    def of_message(cls, channel: str, message: Mapping[str, Any]) -> Self:
        """Return the thread around a message of a shortcut's payload."""
        parts = {name: message.get(name) for name in ("thread_ts", "ts", "user", "text")}
        texts = {name: value if isinstance(value, str) else "" for name, value in parts.items()}
        return cls(channel, texts["thread_ts"] or texts["ts"], texts["ts"], texts["user"], texts["text"])

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Return what `to_json` wrote."""
        return cls(**data)

    def to_json(self) -> dict[str, str]:
        """Return the parts that are set."""
        return {name: value for name, value in asdict(self).items() if value} | {"thread_ts": self.thread_ts}


@dataclass(frozen=True)
class ThreadMessage:
    """One message: who wrote what; `user` is the id, "" where Slack gives none, `mentions` are names by id."""

    ts: str
    author: str
    text: str
    user: str = ""
    mentions: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class SlackThread:
    """What was read. `is_whole` is False when only the one message was at hand or older ones were left out.

    `files` are those of its messages, the newest last; `is_deleted` says that Slack has the message no longer.
    """

    lines: Sequence[ThreadMessage] = field(default_factory=tuple)
    is_whole: bool = True
    files: Sequence[SlackFile] = ()
    is_deleted: bool = False

    @property
    def text(self) -> str:
        """All of it, a message a line."""
        return _joined(self.lines)

    def part(self, ts: str) -> tuple[str, str, str]:
        """Return the message (else the last), its writer, and those before; where it goes on, all, itself once more."""
        at = self._place(ts)
        around = self.lines[:at] if at == len(self.lines) - 1 else self.lines
        return self.lines[at].text, self.lines[at].author, _joined(around)

    def to_answer(self, ts: str, asker: str) -> str:
        """Return the ts of the message if somebody else wrote it, else of their newest one, "" for none."""
        lines = [self.lines[self._place(ts)], *reversed(self.lines)]
        return next((line.ts for line in lines if line.user != asker), "")

    def day(self, ts: str) -> str:
        """Return the day of that message (2026-03-31; UTC, as with mail), or "" if Slack did not say."""
        seconds = self.lines[self._place(ts)].ts.partition(".")[0]
        is_time = seconds.isascii() and seconds.isdecimal() and len(seconds) <= MAX_SECONDS_DIGITS
        return datetime.fromtimestamp(int(seconds), UTC).date().isoformat() if is_time else ""

    def _place(self, ts: str) -> int:
        return next((i for i, line in enumerate(self.lines) if line.ts == ts), len(self.lines) - 1)


@dataclass
class PagesRead:
    """The pages of a thread that were read before Slack asked to wait.

    Attributes:
        messages: so far, the oldest first.
        cursor: where to go on; "" with messages when the last page was read, without when none was.
        keep: writes this down after each page, so that another try goes on here.
        oldest: what is older was left out, "" for nothing; `pages` are those read since, and `begins` says that none
            was yet.
    """

    messages: list[SlackMessage] = field(default_factory=list)
    cursor: str = ""
    keep: Callable[["PagesRead"], None] = lambda _read: None
    oldest: str = ""
    pages: int = 0
    begins: bool = False

    @property
    def total(self) -> int:
        """How many messages the thread has, by what its root says; 0 for unknown."""
        return int(self.messages[0].get("reply_count", 0)) + 1 if self.messages else 0

    @property
    def is_all(self) -> bool:
        """Whether the last page was read."""
        return bool(self.messages) and not self.cursor and not self.begins

    def skip_to(self, oldest: float) -> None:
        """Go on with what is newer than a moment, and forget the answers that were read so far."""
        self.messages, self.cursor, self.oldest, self.begins = self.messages[:1], "", f"{oldest:.6f}", True

    def to_json(self) -> dict[str, Any]:
        """Return what is kept."""
        kept = {name: getattr(self, name) for name in ("messages", "cursor", "oldest", "pages", "begins")}
        return {name: value for name, value in kept.items() if value}


def read_thread(
    client: "WebClient", members: Members, wanted: ThreadToRead, *, asker: str, read: PagesRead | None = None
) -> SlackThread:
    """Return a thread; only the message that Slack sent along when the app cannot see the rest.

    `read` is what an earlier try has read, and takes what this one reads.

    Raises:
        ForbiddenError: the asker is not in that private conversation.
        SlackOutage: Slack cannot be asked right now.
        CredentialError: the token was refused.
    """
    try:
        require_in_conversation(client, wanted.channel, asker)
        pages = read or PagesRead()
        _read_pages(client, wanted, pages)
    except SlackRefusal as refusal:
        if refusal.reason not in UNSEEN or not wanted.text:
            raise
        lines = thread_lines([{"ts": wanted.ts, "user": wanted.user, "text": wanted.text}], members)
        return SlackThread(lines, is_whole=False, is_deleted=refusal.reason in DELETED)
    app = OwnApp.of(client)
    said = [message if message["ts"] == wanted.ts else app.marked(message) for message in pages.messages]
    before = [message for message in said if not is_after(message, wanted.until)]
    kept, fits = _newest([message for message in before if message.get("subtype") not in NOISE])
    is_whole = fits and len(pages.messages) <= MAX_MESSAGES and not pages.oldest
    # Also those of what was asked of the app: "summarize this" with a file is about the file.
    asked = [message for message in before if message.get("subtype") == TO_APP]
    asking = [message for message in said if wanted.until and message["ts"] == wanted.until]
    files = [file for message in (*asked, *kept, *asking) for file in message.get("files") or ()]
    return SlackThread(thread_lines(kept, members), is_whole, files)


def require_in_conversation(client: "WebClient", channel: str, asker: str) -> None:
    """Require that somebody may read a conversation: public channels every member, any other who is in it.

    Raises:
        ForbiddenError: they are not in it.
    """
    info = call(client.conversations_info, channel=channel)["channel"]
    if info.get("is_im") or not (info.get("is_private") or info.get("is_mpim")):
        return
    cursor = ""
    while True:
        page = call(client.conversations_members, channel=channel, limit=PAGE_MESSAGES, cursor=cursor)
        if asker in page["members"]:
            return
        cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
        if not cursor:
            raise ForbiddenError("You are not in this conversation, so I do not read it for you.")


def _read_pages(client: "WebClient", wanted: ThreadToRead, read: PagesRead) -> None:
    """Read a thread to its end, where what was decided stands; of a very long one the root and the newest are kept.

    An app outside Slack's marketplace gets 15 messages a minute. Where that would take too long, what is between the
    root and the newest is left out.
    """
    method = partial(
        client.conversations_replies,
        channel=wanted.channel,
        ts=wanted.thread_ts,
        limit=PAGE_MESSAGES,
        include_all_metadata=True,
    )
    while not read.is_all:
        page = call(method, cursor=read.cursor, **({"oldest": read.oldest} if read.oldest else {}))
        # Slack repeats the root on every page.
        new = [message for message in page["messages"] if not (read.messages and message["ts"] == wanted.thread_ts)]
        read.messages = [*read.messages[:1], *[*read.messages[1:], *new][-MAX_MESSAGES:]] if read.messages else new
        read.cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
        read.begins, read.pages = False, read.pages + 1
        if read.cursor and len(page["messages"]) <= SLOW_PAGE_MESSAGES:
            _skip_what_takes_too_long(read)
        read.keep(read)
        if not new:
            return


def _skip_what_takes_too_long(read: PagesRead) -> None:
    """Go to the newest end of a thread that is read slowly, as near as the minutes that are left allow.

    How far that is, is reckoned from how often people answered; so the way there may take a second leap.
    """
    root, last = read.messages[0], float(read.messages[-1]["ts"])
    newest, total = float(root.get("latest_reply") or 0.0), read.total
    left_pages = MAX_SLOW_PAGES - read.pages
    if newest <= last:
        return
    if not read.oldest and total - len(read.messages) > left_pages * SLOW_PAGE_MESSAGES:
        share = SLOW_SHARE * left_pages * SLOW_PAGE_MESSAGES / (total - len(read.messages))
        read.skip_to(newest - share * (newest - last))
    elif read.oldest and left_pages == 1:
        answers = [float(message["ts"]) for message in read.messages[1:]][-SLOW_PAGE_MESSAGES:]
        pause = (answers[-1] - answers[0]) / max(1, len(answers) - 1)
        read.skip_to(newest - SLOW_SHARE * (SLOW_PAGE_MESSAGES - 1) * pause)
    elif read.oldest and left_pages <= 0:
        read.cursor = ""


def is_after(message: SlackMessage, until: str) -> bool:
    """Whether a message was not written before another, whose ts is given; with "" none is."""
    return bool(until) and float(message["ts"]) >= float(until)


def _newest(messages: list[SlackMessage]) -> tuple[list[SlackMessage], bool]:
    """Return the root and as many of the newest messages as fit, and whether that is all of them."""
    room_chars = MAX_CHARS - len(message_text(messages[0])) if messages else 0
    kept: list[SlackMessage] = []
    for message in reversed(messages[1:]):
        room_chars -= len(message_text(message))
        if room_chars < 0:
            return [messages[0], *reversed(kept)], False
        kept.append(message)
    return [*messages[:1], *reversed(kept)], True


def thread_lines(messages: Sequence[SlackMessage], members: Members) -> tuple[ThreadMessage, ...]:
    """Return messages with names for ids; those without a text are left out."""
    ids = [str(message["user"]) for message in messages if message.get("user")]
    texts = [message_text(message) for message in messages]
    ids += [user for text in texts for user in mentioned_users(text)]
    names = members.names(ids)
    lines = [
        ThreadMessage(
            message["ts"],
            _author(message, names),
            plain_text(text, names).strip(),
            message.get("user", ""),
            {user: names[user] for user in mentioned_users(text)},
        )
        for message, text in zip(messages, texts, strict=True)
    ]
    return tuple(line for line in lines if line.text)


def _author(message: SlackMessage, names: Mapping[str, str]) -> str:
    profile = message.get("bot_profile") or {}
    return names.get(str(message.get("user", ""))) or str(message.get("username") or profile.get("name") or "Somebody")


def _joined(lines: Sequence[ThreadMessage]) -> str:
    return "\n".join(f"{line.author}: {line.text}" for line in lines)
