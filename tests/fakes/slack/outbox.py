"""Events that follow from the app's own calls. They wait until a test lets Slack send them."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from tests.fakes.slack.refusal import Json
from tests.fakes.slack.tokens import Grant
from tests.fakes.slack.world import Message, Team

if TYPE_CHECKING:
    from tests.fakes.slack.events import EventDelivery
    from tests.fakes.slack.service import FakeSlack


class Outbox:
    """Events to be sent: an uninstallation, revoked tokens, and the app's own messages, which it gets to hear too."""

    def __init__(self, slack: "FakeSlack") -> None:
        self._slack = slack
        self._waiting: list[Callable[[], EventDelivery]] = []

    def flush(self) -> "list[EventDelivery]":
        """Send what waits, oldest first."""
        waiting, self._waiting = self._waiting, []
        return [send() for send in waiting]

    def message_posted(self, message: Message) -> None:
        """Queue the event of a message of the app itself."""
        if message.bot_id and not message.only_for:
            self._waiting.append(lambda: self._message(message))

    def uninstalled(self, team: Team, grants: list[Grant]) -> None:
        """Queue what Slack sends when an app is removed, in either order."""
        self._queue(team, revoked(grants))
        self._queue(team, {"type": "app_uninstalled"})

    def tokens_revoked(self, *grants: Grant) -> None:
        """Queue the end of tokens."""
        team = grants[0].team
        if team is not None:
            self._queue(team, revoked(list(grants)))

    def _queue(self, team: Team, event: Json) -> None:
        from tests.fakes.slack.events import send_event

        stamped = event | {"event_ts": self._slack.world.new_ts()}
        self._waiting.append(lambda: send_event(self._slack, team, stamped))

    def _message(self, message: Message) -> "EventDelivery":
        from tests.fakes.slack.events import send_message_event

        return send_message_event(self._slack, message.channel.team, message)


def revoked(grants: list[Grant]) -> Json:
    """Return the inner event of tokens that ended."""
    ids: dict[str, list[str]] = {"bot": [], "user": []}
    for grant in grants:
        if grant.user is not None and grant.kind in ids and grant.user.id not in ids[grant.kind]:
            ids[grant.kind].append(grant.user.id)
    return {"type": "tokens_revoked", "tokens": {"oauth": ids["user"], "bot": ids["bot"]}}
