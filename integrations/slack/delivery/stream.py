"""Let an answer grow in the conversation with the app while the model writes.

A stream is a courtesy: whatever goes wrong with it, `AnswerDelivery` puts the checked text there at the end.
"""

import hashlib
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from core.drafts import JsonObject
from core.errors import InlaidError
from core.job import Job
from core.ports import Effects
from integrations.slack.client.api import SlackRefusal, call
from integrations.slack.reply_target import SlackTarget
from integrations.slack.views.mrkdwn import inert_markdown

if TYPE_CHECKING:
    from slack_sdk import WebClient

KIND = "stream"
# appendStream may be called about 100 times a minute in a whole workspace.
APPEND_SECONDS = 1.0
MIN_CHARS = 20
MAX_CHARS = 11_000
STOPPED = "stopped_by_user"
RESTARTED = "\n\n_One more pass over the wording…_"


def shown_so_far(text: str) -> JsonObject:
    """Return what is noted of a text that has grown in a message: how long it is, and its digest."""
    return {"chars": len(text), "digest": hashlib.sha256(text.encode()).hexdigest()}


def rest_of(shown: JsonObject, job: Job, text: str) -> str | None:
    """Return what is still to come of a text of which a message shows a part; None where it shows something else.

    Of a stream whose worker died nobody knows how far it came: what is noted is only for the attempt that noted it.
    """
    if shown.get("attempt") != job.attempts:
        return None
    chars = shown.get("chars")
    is_beginning = isinstance(chars, int) and shown_so_far(text[:chars]) == {"chars": chars, "digest": shown["digest"]}
    return text[chars:] if is_beginning else None


class AnswerStream:
    """Shows the text of a running job as it grows.

    Args:
        client: a client for the workspace.
        job: whose text it is.
        effects: keeps where the stream is, for the delivery.
        cancel: called when the person presses Stop.
        append_seconds: how long it waits between two pieces.
        clock: seconds that only go forward.
    """

    def __init__(
        self,
        client: "WebClient",
        job: Job,
        effects: Effects,
        cancel: Callable[[], None],
        *,
        append_seconds: float = APPEND_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client = client
        self._target = SlackTarget.from_json(job.delivery).reply_to
        self._job = job
        self._effects = effects
        self._cancel = cancel
        self._append_seconds, self._clock = append_seconds, clock
        self._text = ""
        self._sent_chars = 0
        self._sent_at = clock()
        self._ts = ""
        # An earlier attempt's stream is not continued: the text starts over, and the delivery puts it there.
        self._is_over = bool(effects.get_detail(job, KIND))

    def on_event(self, kind: str, data: JsonObject) -> None:
        """Take an event of the job: its tokens grow the message, its cancelling ends it.

        A progress step after the first tokens means that the text starts over: the stream says so and stops.
        """
        if kind == "progress" and self._text and not self._is_over:
            if self._ts:
                self._guarded(self._announce_restart)
            self._is_over = True
        elif kind == "token" and not self._is_over:
            self._text += str(data.get("text", ""))
            if self._clock() - self._sent_at >= self._append_seconds:
                self._guarded(self._grow)
        elif kind == "state" and data.get("state") == "cancelled" and self._ts and not self._is_over:
            self._guarded(self._stop)

    def _grow(self) -> None:
        piece = self._next_piece()
        if len(piece) < MIN_CHARS:
            return
        self._sent_at = self._clock()
        channel = self._target.channel
        if not self._ts:
            self._effects.intend(self._job, KIND, {"since": time.time()})
            answer = call(
                self._client.chat_startStream,
                channel=channel,
                thread_ts=self._target.thread_ts,
                recipient_user_id=self._job.person,
                recipient_team_id=self._job.workspace,
                markdown_text=piece,
            )
            self._ts = str(answer["ts"])
        else:
            call(self._client.chat_appendStream, channel=channel, ts=self._ts, markdown_text=piece)
        self._sent_chars += len(piece)
        shown = shown_so_far(inert_markdown(self._text)[: self._sent_chars])
        self._effects.confirm(self._job, KIND, {"ts": self._ts, "attempt": self._job.attempts, **shown})

    def _announce_restart(self) -> None:
        channel = self._target.channel
        self._effects.confirm(self._job, KIND, {"ts": self._ts})  # what stands there is no beginning of the answer
        call(self._client.chat_appendStream, channel=channel, ts=self._ts, markdown_text=RESTARTED)

    def _next_piece(self) -> str:
        """Return what is new and whole: an address or a mention that is still being written waits for its end."""
        end = max(self._text.rfind(" "), self._text.rfind("\n")) + 1
        shown = inert_markdown(self._text[:end])
        return shown[self._sent_chars : MAX_CHARS]

    def _stop(self) -> None:
        call(self._client.chat_stopStream, channel=self._target.channel, ts=self._ts)

    def _guarded(self, work: Callable[[], None]) -> None:
        """Do the work; a stream that Slack closed (after about five minutes) or stopped is over, and nothing more."""
        try:
            work()
        except SlackRefusal as refusal:
            self._is_over = True
            if refusal.reason == STOPPED:
                self._cancel()
        except InlaidError:
            self._is_over = True
            if self._ts:  # Slack may have shown the piece or not: how far the text is, is not known any more
                self._effects.confirm(self._job, KIND, {"ts": self._ts})
