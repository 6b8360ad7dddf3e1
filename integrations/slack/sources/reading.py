"""Reads a channel's messages and files: one page of its history, a thread, a file; whatever Slack's limits are.

Slack gives internal apps and those of its marketplace some 50 pages a minute, and all others one page of 15 messages
(https://docs.slack.dev/changelog/2025/05/29/tos-updates). So a thread is remembered as far as it was read, to continue
there once Slack lets it.
"""

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping, MutableMapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

from core.errors import CredentialError, InputError, NotFoundError, SourceBusy
from core.sources.formats import check_size, is_document
from core.sources.model import Content, ItemChange
from integrations.slack.client.api import TIMEOUT_SECONDS, SlackOutage, SlackRefusal, call
from integrations.slack.client.conversations import TO_APP, OwnApp, SlackFile, SlackMessage
from integrations.slack.sources.transcript import ACCESS, FILE, KeptMessage, is_written, kept_messages

if TYPE_CHECKING:
    from slack_sdk import WebClient

PAGE_MESSAGES = 200
MAX_THREAD_MESSAGES = 10_000
# What is remembered at most, in messages of threads and in threads that were read.
MAX_MESSAGES_HELD = 50_000
MAX_THREADS_KNOWN = 100_000
K = TypeVar("K")
V = TypeVar("V")
MAX_FILE_BYTES = 30_000_000
FILE_HOSTS = ("files.slack.com", "slack-files.com")
CANVAS_TYPE, CANVAS_KINDS = "application/vnd.slack-docs", frozenset({"canvas", "quip"})
_EXTERNAL = frozenset({"external", "tombstone", "hidden_by_limit"})
UNSEEN = frozenset({"channel_not_found", "not_in_channel"})
PAGE_CHANNELS = 200
_MISSING = frozenset({"thread_not_found", "message_not_found"})


@dataclass(frozen=True)
class HistoryPage:
    """A page of a channel's history, and whether older messages are behind it."""

    messages: Sequence[SlackMessage]
    has_more: bool

    @property
    def oldest(self) -> str:
        """The oldest time stamp on it, or "" if nothing is behind."""
        return min((str(message["ts"]) for message in self.messages), key=float) if self.has_more else ""

    @property
    def newest(self) -> str:
        """The newest time stamp on it, "0" for none."""
        return max((str(message["ts"]) for message in self.messages), key=float, default="0")


@dataclass
class ReadThread:
    """A thread as far as it was read: what people wrote, oldest first, its files, and how many messages it has.

    `edited` is the last edit of an answer, of which its root tells nothing; "" for none.
    """

    messages: list[KeptMessage] = field(default_factory=list)
    files: list[ItemChange] = field(default_factory=list)
    count: int = 0
    cursor: str = ""
    is_whole: bool = False
    edited: str = ""

    def add(self, messages: Iterable[SlackMessage]) -> None:
        """Add a page of it."""
        for message in messages:
            self.count += 1
            if message["ts"] != message.get("thread_ts"):
                self.edited = max(self.edited, str((message.get("edited") or {}).get("ts") or ""), key=_seconds)
            self.messages += kept_messages([message])
            self.files += file_items(message)


class ChannelReading:
    """Reads channels.

    What it remembers may be lost: threads as far as they were read, until they are used, which files each had, when an
    answer was edited last, and which threads were read again.
    """

    def __init__(self) -> None:
        self._threads: OrderedDict[tuple[str, str, str], ReadThread] = OrderedDict()
        self._files: OrderedDict[tuple[str, str, str], tuple[ItemChange, ...]] = OrderedDict()
        self._edited: OrderedDict[tuple[str, str], str] = OrderedDict()
        self._again: OrderedDict[tuple[str, str], float] = OrderedDict()
        self._apps: dict[str, OwnApp] = {}

    def history(self, client: "WebClient", channel: str, floor: str, before: str) -> HistoryPage:
        """Return the newest messages between two time stamps, both exclusive; raises as `call`."""
        found = call(client.conversations_history, channel=channel, oldest=floor, latest=before, limit=PAGE_MESSAGES)
        messages = self._marked(client, channel, found["messages"])
        return HistoryPage(messages, bool(found.get("has_more")) and bool(messages))

    def thread(self, client: "WebClient", channel: str, thread_ts: str, version: str) -> ReadThread:
        """Return a thread, without messages when there is none. What was read of this version is not asked again.

        Raises:
            SlackOutage: Slack asks to wait; reading continues from there.
        """
        key = (channel, thread_ts, version)
        thread = self._threads.setdefault(key, ReadThread())
        self._threads.move_to_end(key)
        while not thread.is_whole:
            try:
                self._next(client, channel, thread_ts, thread)
            except SlackRefusal as refusal:
                if refusal.reason not in _MISSING:
                    raise
                return ReadThread(is_whole=True)
        self._files[key] = tuple(thread.files)
        self._edited[channel, thread_ts] = thread.edited
        self._forget_oldest()
        return thread

    def read_again(self, client: "WebClient", channel: str, thread_ts: str, version: str, began: float) -> None:
        """Read a thread whatever is known of it, once for all that was begun at a time; raises as `thread`."""
        if self._again.get((channel, thread_ts)) != began:
            self._threads[channel, thread_ts, version] = self.thread(client, channel, thread_ts, f"again {began}")
            self.used(channel, thread_ts, f"again {began}")
            self._files[channel, thread_ts, version] = self._files.pop((channel, thread_ts, f"again {began}"), ())
            self._again[channel, thread_ts] = began

    def with_edits(self, channel: str, thread_ts: str, version: str) -> str:
        """Return the version of a thread that was read with what is known of edits of its answers, by which it is held.

        The root of a thread, which tells of everything else, tells nothing of those.
        """
        edited = self._edited.get((channel, thread_ts), "")
        whole = f"{version}-{edited}" if edited else version
        if whole != version:
            _rename(self._threads, (channel, thread_ts, version), (channel, thread_ts, whole))
            _rename(self._files, (channel, thread_ts, version), (channel, thread_ts, whole))
        return whole

    def files_of(self, client: "WebClient", channel: str, thread_ts: str, version: str) -> Sequence[ItemChange]:
        """Return the files of a thread; one that was read before, and has not changed, is not read for it."""
        known = self._files.get((channel, thread_ts, version))
        return self.thread(client, channel, thread_ts, version).files if known is None else known

    def used(self, channel: str, thread_ts: str, version: str) -> None:
        """Note that the text of a thread is not needed any more."""
        self._threads.pop((channel, thread_ts, version), None)

    def _next(self, client: "WebClient", channel: str, thread_ts: str, thread: ReadThread) -> None:
        page = call(
            client.conversations_replies, channel=channel, ts=thread_ts, limit=PAGE_MESSAGES, cursor=thread.cursor
        )
        messages = self._marked(client, channel, page["messages"])
        # Slack repeats the root on every page.
        thread.add(message for message in messages if not thread.cursor or message["ts"] != thread_ts)
        thread.cursor = str((page.get("response_metadata") or {}).get("next_cursor") or "")
        thread.is_whole = not thread.cursor or thread.count >= MAX_THREAD_MESSAGES

    def _marked(self, client: "WebClient", channel: str, messages: Iterable[SlackMessage]) -> list[SlackMessage]:
        """Return messages as `OwnApp.marked` does; who the app is in a channel is asked once."""
        if channel not in self._apps:
            self._apps[channel] = OwnApp.of(client)
        return [self._apps[channel].marked(message) for message in messages]

    def _forget_oldest(self) -> None:
        held = sum(thread.count for thread in self._threads.values())
        while held > MAX_MESSAGES_HELD and len(self._threads) > 1:
            held -= self._threads.popitem(last=False)[1].count
        for known in (self._files, self._edited, self._again):
            while len(known) > MAX_THREADS_KNOWN:
                known.popitem(last=False)


def _rename(held: MutableMapping[K, V], old: K, new: K) -> None:
    if old in held:
        held[new] = held.pop(old)


def _seconds(ts: str) -> float:
    return float(ts or 0)


def file_items(message: SlackMessage) -> Iterator[ItemChange]:
    """Yield the files of a message, where a person wrote it and they can be read, as items."""
    is_of_people = is_written(message) or message.get("subtype") == TO_APP
    for file in (message.get("files") or ()) if is_of_people else ():
        name = str(file.get("name") or "")
        if file.get("id") and file.get("mode") not in _EXTERNAL and is_document(name):
            yield ItemChange(
                FILE + str(file["id"]),
                f"{file.get('timestamp', 0)}-{file.get('size', 0)}",
                ACCESS,
                name,
                str(file.get("permalink") or ""),
                float(file.get("timestamp") or message["ts"]),
            )


def is_shared_in(client: "WebClient", file_id: str, channel: str) -> bool:
    """Whether a file is there and still shown in a channel; raises as `call`."""
    try:
        file = call(client.files_info, file=file_id)["file"]
    except (SlackRefusal, CredentialError):  # not there, or not for an app without the scope files:read
        return False
    return channel in _shown_in(file)


def _shown_in(file: Mapping[str, Any]) -> set[str]:
    return {*(file.get("channels") or ()), *(file.get("groups") or ()), *(file.get("ims") or ())}


def read_slack_file(client: "WebClient", file_id: str, channel: str, api_url: str) -> tuple[Content, str]:
    """Return a file of a channel, and its link.

    Raises:
        NotFoundError: it is not there any more, or not in this channel.
        InputError: it is too large, or lies elsewhere than at Slack.
        SlackOutage: Slack cannot be reached.
    """
    gone = NotFoundError("This file is no longer in the channel.", fix="The next reading will see it.")
    try:
        file: SlackFile = call(client.files_info, file=file_id)["file"]
    except SlackRefusal as refusal:
        raise gone from refusal
    except CredentialError as error:
        fix = "Install the app again, so that it gets the scope files:read."
        raise InputError("Inlaid may not read files in this workspace.", fix=fix) from error
    if channel not in _shown_in(file):
        raise gone
    if int(file.get("size") or 0) > MAX_FILE_BYTES:
        raise InputError(f"This file is larger than {MAX_FILE_BYTES // 1_000_000} MB.", fix="Upload a smaller one.")
    url = str(file.get("url_private_download") or file.get("url_private") or "")
    if not is_file_url(url, api_url):
        raise InputError("This file is not stored in Slack.", fix="Connect the place where it is stored.")
    data = download(url, str(client.token or ""))
    return Content(data, document_name(file) or str(file.get("name") or "file")), str(file.get("permalink") or "")


def document_name(file: SlackFile) -> str:
    """Return the name of a file that a reader can be found for, "" for no document.

    A canvas has a title in place of a name, and comes as a web page
    (https://docs.slack.dev/surfaces/canvases: its content is had from `url_private_download`).
    """
    name = str(file.get("name") or "")
    if file.get("mimetype") == CANVAS_TYPE or {file.get("filetype"), file.get("mode")} & CANVAS_KINDS:
        return f"{(file.get('title') or name or 'Canvas').removesuffix('.html')}.html"
    return name if is_document(name) else ""


def is_file_url(url: str, api_url: str) -> bool:
    """Whether Slack, or the server of INLAID_SLACK_API_URL, keeps files at an address: our token is sent there."""
    parts, own = urlsplit(url), urlsplit(api_url)
    if parts.username or parts.password:
        return False
    if parts.scheme == "https" and parts.netloc in FILE_HOSTS:
        return True
    return own.netloc != "slack.com" and (parts.scheme, parts.netloc) == (own.scheme, own.netloc)


def download(url: str, token: str) -> bytes:
    """Return the bytes at an address of Slack's; a redirect is not followed, since it could lead anywhere.

    Raises:
        InputError: it is too large, or cannot be had with this token.
        SlackOutage: Slack cannot be reached.
    """
    import httpx

    headers = {"Authorization": f"Bearer {token}"}
    data = bytearray()
    try:
        with httpx.stream("GET", url, headers=headers, timeout=TIMEOUT_SECONDS, follow_redirects=False) as answer:
            if answer.status_code == 429 or answer.status_code >= 500:
                raise SlackOutage("Slack is busy or down.")
            if answer.status_code != 200:
                raise InputError("Slack does not give this file to Inlaid.", fix="The app needs the scope files:read.")
            for chunk in answer.iter_bytes():
                data += chunk
                if len(data) > MAX_FILE_BYTES:
                    check_size(len(data))
                    raise InputError("This file is larger than Slack said.", fix="Upload a smaller one.")
    except httpx.HTTPError as error:
        raise SlackOutage("Slack cannot be reached.") from error
    return bytes(data)


@contextmanager
def waiting_said(read: int) -> Iterator[None]:
    """Tell how far a channel is read when Slack asks to wait.

    Raises:
        SourceBusy: it does.
    """
    try:
        yield
    except SlackOutage as outage:
        if not outage.retry_after_seconds:
            raise
        until = datetime.now(UTC) + timedelta(seconds=outage.retry_after_seconds)
        raise SourceBusy(
            f"Slack limits how much may be read per minute; {read:,} messages are read so far.",
            fix=f"Reading continues at {until:%H:%M} UTC.",
            retry_after_seconds=outage.retry_after_seconds,
        ) from outage


def thread_version(root: Mapping[str, Any]) -> str:
    """Return what changes with a thread, as its root in the history tells it."""
    edited = (root.get("edited") or {}).get("ts") or ""
    return f"{root.get('latest_reply', '')}-{root.get('reply_count', 0)}-{edited}"


def find_channel(client: "WebClient", named: str) -> Mapping[str, Any]:
    """Return the channel of an id, a link or a name.

    Raises:
        NotFoundError: the app sees none.
    """
    text = named.strip().rstrip("/").rpartition("/")[2]
    if text[:1] in {"C", "G"} and text.isalnum() and text.isupper():
        try:
            return call(client.conversations_info, channel=text)["channel"]  # type: ignore[no-any-return] # Slack's own
        except SlackRefusal as refusal:
            if refusal.reason not in UNSEEN:
                raise
    for channel in _listed(client):
        if channel.get("name") == text.lstrip("#"):
            return channel
    raise no_channel(named)


def no_channel(named: str) -> NotFoundError:
    """Return what is said of a channel that does not exist, or not for the person who asks."""
    return NotFoundError(f"Inlaid sees no channel {named[:80]}.", fix="Write /invite @Inlaid there, then try again.")


def _listed(client: "WebClient") -> Iterable[Mapping[str, Any]]:
    cursor = ""
    while True:
        page = call(
            client.conversations_list,
            types="public_channel,private_channel",
            exclude_archived=True,
            limit=PAGE_CHANNELS,
            cursor=cursor,
        )
        yield from page["channels"]
        if not (cursor := str((page.get("response_metadata") or {}).get("next_cursor") or "")):
            return
