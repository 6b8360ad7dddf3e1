"""Deliver a result to the person: privately, and once, whichever process is killed.

Lasting messages in the conversation with the app carry the job's id, so a second attempt finds the first one's.
An ephemeral message cannot be found again (docs.slack.dev/reference/methods/chat.postEphemeral), nor replaced by the
response URL of a command (bolt-python issue 1268). So when a worker was killed between showing one and writing that
down, the next attempt shows a button instead: the answer is neither doubled nor lost.
"""

from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from core.drafts import JsonObject
from core.job import Job
from core.ports import Effects
from integrations.slack.client.api import SlackOutage, SlackRefusal, call, respond
from integrations.slack.client.conversations import MessageMetadata
from integrations.slack.client.own_messages import (
    find_message_of_job,
    find_message_without_metadata,
    job_metadata,
)
from integrations.slack.delivery.stream import KIND as STREAM
from integrations.slack.delivery.stream import rest_of
from integrations.slack.reply_target import SlackTarget
from integrations.slack.views.blocks import BlockMessage, button, note_message

if TYPE_CHECKING:
    from slack_sdk import WebClient


KIND = "answer"
EVENT = "inlaid_answer"
SHOW = "show_answer"
BEGAN, FAILED, DONE = "began", "failed", "done"
MAX_EPHEMERAL = 2
MAYBE_SHOWN = "Your answer is ready. If it did not show up, press the button."
LONG = "The answer is long, so I put it in your messages with me."


class AnswerDelivery:
    """Shows the messages of one job.

    Args:
        client: a client for the workspace, made when it is first needed: response URLs need none.
        api_url: INLAID_SLACK_API_URL.
        job: whose result it is.
        effects: the ledger.
    """

    def __init__(self, client: "WebClient | None", api_url: str, job: Job, effects: Effects) -> None:
        self._client = client
        self._api_url = api_url
        self._job = job
        self._effects = effects
        self._target = SlackTarget.from_json(job.delivery).reply_to
        self._markdown = ""

    def show(self, messages: Sequence[BlockMessage], *, markdown: str = "") -> None:
        """Show the messages, or what an earlier attempt left to be done.

        Args:
            messages: what is shown.
            markdown: the text of a single message as a stream shows it, "" where it can only be shown by its blocks.

        Raises:
            OutageError: try again later.
            InlaidError: it cannot be shown anywhere.
        """
        detail = self._begin(KIND)
        if detail["phase"] == DONE:
            return
        since = self._since(detail)
        is_doubtful = since is not None and detail["phase"] == BEGAN
        self._markdown = markdown if len(messages) == 1 else ""
        try:
            if self._target.is_dm:
                done = self._in_messages(self._target.channel, messages, since=since)
            else:
                done = self._privately(messages, since=since, is_doubtful=is_doubtful)
        except SlackOutage as outage:
            if not outage.is_doubtful:
                self._effects.confirm(self._job, KIND, {**self._began(), "phase": FAILED})
            raise
        self._effects.confirm(self._job, KIND, {**self._began(), **done, "phase": DONE})

    def show_to(self, channel: str, messages: Sequence[BlockMessage], *, first: int = 1) -> None:
        """Show lasting messages in a conversation, each once.

        Args:
            channel: its id.
            messages: what is shown.
            first: the number of the first of them among all that the job shows.

        Raises:
            OutageError: try again later.
            InlaidError: they cannot be shown there.
        """
        for number, message in enumerate(messages, start=first):
            self._further(channel, "", message, number)

    def say(self, message: BlockMessage) -> None:
        """Tell the asker something beside the answer, privately; where that cannot be shown it is not shown."""
        if self._target.is_dm:
            self._post(self._target.channel, self._target.thread_ts, message, number=0)
        else:
            self._ephemerally([message])

    def _began(self) -> JsonObject:
        return {"phase": BEGAN, "fence": self._job.fence, "at": self._job.finished_at or 0.0}

    def _begin(self, kind: str) -> JsonObject:
        """Record that this attempt begins, and return what is recorded of the previous attempt, or of this one."""
        _state, detail = self._effects.intend(self._job, kind, self._began())
        if detail["phase"] != DONE and detail["fence"] != self._job.fence:
            self._effects.confirm(self._job, kind, self._began())
        return detail

    def _since(self, detail: JsonObject) -> float | None:
        """Return from when on an earlier attempt may have left something in Slack, or None if there was none."""
        return float(detail["at"]) if detail["fence"] != self._job.fence else None

    def _privately(self, messages: Sequence[BlockMessage], *, since: float | None, is_doubtful: bool) -> dict[str, str]:
        if len(messages) > MAX_EPHEMERAL:
            done = self._in_messages("", messages, since=since)
            self._ephemerally([note_message(LONG)])
            return done
        if is_doubtful and self._job.draft and not self._target.replaces:
            messages = [maybe_shown(self._job.id)]
        try:
            return self._ephemerally(messages)
        except SlackRefusal as refusal:
            if not refusal.is_unreachable:
                raise
            return self._in_messages("", messages, since=since)

    def _ephemerally(self, messages: Sequence[BlockMessage]) -> dict[str, str]:
        """Show messages to the one person in the conversation: by response URL as long as it takes them."""
        by_url = self._target.has_response_url()
        for position, message in enumerate(messages):
            if by_url:
                by_url = self._respond(message, replace=self._target.replaces and position == 0)
            if not by_url:
                self._post_ephemeral(message)
        return {"via": "response_url" if by_url else "ephemeral"}

    def _respond(self, message: BlockMessage, *, replace: bool) -> bool:
        target = self._target
        try:
            respond(target.response_url, message, self._api_url, replace=replace, thread_ts=target.thread_ts)
        except SlackRefusal:
            return False  # used up or expired: Slack does not say which in a documented way
        return True

    def _post_ephemeral(self, message: BlockMessage) -> None:
        if not self._target.channel:
            raise SlackRefusal("channel_not_found")
        arguments: dict[str, str] = {"thread_ts": self._target.thread_ts} if self._target.thread_ts else {}
        call(
            self._require_client().chat_postEphemeral,
            channel=self._target.channel,
            user=self._job.person,
            text=message.text,
            blocks=message.blocks,
            **arguments,
        )

    def _in_messages(self, channel: str, messages: Sequence[BlockMessage], *, since: float | None) -> dict[str, str]:
        """Show lasting messages in the conversation with the app, in place of what streamed or stood there."""
        client = self._require_client()
        channel = channel or str(call(client.conversations_open, users=self._job.person)["channel"]["id"])
        thread_ts = self._target.thread_ts if self._target.is_dm else ""
        streamed = self._find_stream(channel, thread_ts)
        ts = streamed or self._target.update_ts
        if streamed and self._finish_stream(channel, streamed, messages[0]):
            return {"channel": channel, "ts": streamed}
        if ts:
            self._update(channel, ts, messages[0])
        else:
            ts = find_message_of_job(client, channel, thread_ts, EVENT, self._job.id, since=since)
            ts = ts or self._post(channel, thread_ts, messages[0])
        for number, message in enumerate(messages[1:], start=2):
            self._further(channel, thread_ts or ts, message, number)
        return {"channel": channel, "ts": ts}

    def _post(self, channel: str, thread_ts: str, message: BlockMessage, *, number: int = 1) -> str:
        arguments: dict[str, str] = {"thread_ts": thread_ts} if thread_ts else {}
        answer = call(
            self._require_client().chat_postMessage,
            channel=channel,
            text=message.text,
            blocks=message.blocks,
            metadata=self._metadata(number),
            unfurl_links=False,
            unfurl_media=False,
            **arguments,
        )
        return str(answer["ts"])

    def _further(self, channel: str, thread_ts: str, message: BlockMessage, number: int) -> None:
        kind = f"{KIND}:{number}"
        detail = self._begin(kind)
        if detail["phase"] == DONE:
            return
        client, part = self._require_client(), _part_id(self._job, number)
        ts = find_message_of_job(client, channel, thread_ts, EVENT, part, since=self._since(detail))
        ts = ts or self._post(channel, thread_ts, message, number=number)
        self._effects.confirm(self._job, kind, {**self._began(), "ts": ts, "phase": DONE})

    def _find_stream(self, channel: str, thread_ts: str) -> str:
        """Return the message that grew; when its start was not recorded, it is the only one without metadata."""
        stream = self._effects.get_detail(self._job, STREAM)
        if not stream or "ts" in stream:
            return str(stream.get("ts", ""))
        return find_message_without_metadata(self._require_client(), channel, thread_ts, since=float(stream["since"]))

    def _finish_stream(self, channel: str, ts: str, message: BlockMessage) -> bool:
        """End the growth of a message, which cannot be changed before, and return whether it is the answer now.

        Where it shows the beginning of the answer, the rest and the buttons come with its end: an answer that is
        changed afterwards is marked as edited, and costs a call more. Slack may have ended the growth already.
        """
        rest = (
            rest_of(self._effects.get_detail(self._job, STREAM), self._job, self._markdown) if self._markdown else None
        )
        arguments: JsonObject = {} if rest is None else {"blocks": message.closing, "metadata": self._metadata()}
        if rest:
            arguments["markdown_text"] = rest
        try:
            call(self._require_client().chat_stopStream, channel=channel, ts=ts, **arguments)
        except SlackRefusal:
            if arguments:  # perhaps of what came with the end
                with suppress(SlackRefusal):
                    call(self._require_client().chat_stopStream, channel=channel, ts=ts)
            return False
        return rest is not None

    def _metadata(self, number: int = 1) -> MessageMetadata:
        return job_metadata(EVENT, _part_id(self._job, number))

    def _update(self, channel: str, ts: str, message: BlockMessage) -> None:
        call(self._require_client().chat_update, channel=channel, ts=ts, text=message.text, blocks=message.blocks)

    def _require_client(self) -> "WebClient":
        if self._client is None:
            raise SlackRefusal("channel_not_found")
        return self._client


def maybe_shown(job_id: str) -> BlockMessage:
    """Return the message that replaces an answer which may or may not have been seen."""
    message = note_message(MAYBE_SHOWN)
    message.blocks.append({"type": "actions", "elements": [button("Show the answer", SHOW, job_id)]})
    return message


def _part_id(job: Job, number: int) -> str:
    return job.id if number == 1 else f"{job.id}:{number}"
