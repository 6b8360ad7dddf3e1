"""Response URLs: five answers within thirty minutes, without a token."""

import itertools
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.fakes.slack.blocks import NewId, faults_in_message, with_ids
from tests.fakes.slack.refusal import Json
from tests.fakes.slack.world import Channel, Message, User

if TYPE_CHECKING:
    from tests.fakes.slack.service import FakeSlack

RESPONSE_URL_LIFE_SECONDS = 30 * 60
MAX_RESPONSES = 5


@dataclass
class ResponseUrl:
    """Where an app may answer an act. `original` is the message that the person acted on, if any."""

    user: User
    channel: Channel
    made_at: float
    bot: User
    original: Message | None = None
    uses: int = 0


class NotTaken(Exception):
    """Ends a post with an HTTP status and a word. The words `used_url` and `expired_url` are UNCONFIRMED."""

    def __init__(self, status: int, word: str) -> None:
        super().__init__(word)
        self.status = status
        self.word = word


class ResponseUrls:
    """All response URLs that were given out."""

    def __init__(self, slack: "FakeSlack") -> None:
        self._slack = slack
        self._made: dict[str, ResponseUrl] = {}
        self._numbers = itertools.count(1)

    def issue(self, user: User, channel: Channel, bot: User, original: Message | None = None) -> str:
        """Return a new URL for an act of a person in a channel."""
        path = f"/actions/{user.team.id}/{next(self._numbers)}/{user.id.lower()}"
        self._made[path] = ResponseUrl(user, channel, self._slack.clock.now(), bot, original)
        return self._slack.address + path

    def post(self, path: str, raw: bytes) -> None:
        """Take one post of the app, or raise NotTaken."""
        url = self._made.get(path)
        if url is None:
            raise NotTaken(404, "no_service")
        if self._slack.clock.now() - url.made_at > RESPONSE_URL_LIFE_SECONDS:
            raise NotTaken(404, "expired_url")
        if url.uses >= MAX_RESPONSES:
            raise NotTaken(404, "used_url")
        body = parse(raw)
        url.uses += 1
        self.answer(url, body, "response_url")

    def answer(self, url: ResponseUrl, body: Json, via: str) -> None:
        """Show an answer as it asks: a new message, in place of the original, or its end."""
        original = url.original
        if is_true(body.get("delete_original")) and original is not None:
            self._delete(original, via)
        elif is_true(body.get("replace_original")) and original is not None:
            text, blocks = content_of(body)
            original.text, original.blocks = text, blocks
            self._slack.ledger.show_message(original, via, self._slack.clock.now(), "update")
        elif body.get("response_type") == "in_channel":
            self._show(url, body, via, only_for="")
        else:
            self._show(url, body, via, only_for=url.user.id)

    def _delete(self, original: Message, via: str) -> None:
        if original not in self._slack.world.messages:
            raise NotTaken(404, "message_not_found")
        self._slack.world.remove(original)
        self._slack.ledger.show_message(original, via, self._slack.clock.now(), "delete")

    def _show(self, url: ResponseUrl, body: Json, via: str, only_for: str) -> None:
        text, blocks = content_of(body)
        message = Message(
            self._slack.world.new_ts(),
            url.channel,
            url.bot.id,
            text,
            blocks,
            bot_id=url.bot.bot_id,
            app_id=self._slack.app.id,
            thread_ts=str(body.get("thread_ts") or ""),
            only_for=only_for,
        )
        self._slack.publish(message, via)


def parse(raw: bytes) -> Json:
    """Return the JSON body of a post."""
    try:
        body = json.loads(raw)
    except ValueError as error:
        raise NotTaken(400, "invalid_payload") from error
    if not isinstance(body, dict):
        raise NotTaken(400, "invalid_payload")
    return body


def content_of(body: Json) -> tuple[str, list[Json]]:
    """Return text and blocks of an answer, or raise NotTaken."""
    blocks = body.get("blocks")
    if blocks is not None and faults_in_message(blocks):
        raise NotTaken(400, "invalid_blocks")
    text = str(body.get("text") or "")
    if not text and not blocks and not body.get("attachments"):
        raise NotTaken(400, "no_text")
    return text, with_ids(blocks or [], NewId())


def is_true(value: Any) -> bool:
    """Whether a flag is set; Slack's own examples write it as the string "true"."""
    return value is True or str(value).lower() == "true"
