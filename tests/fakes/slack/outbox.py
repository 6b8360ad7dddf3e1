"""Events that follow from the app's own calls. They wait until a test lets Slack send them."""

from typing import TYPE_CHECKING

from tests.fakes.slack.events import SUBSCRIPTIONS, EventDelivery, message_event, prepare_event
from tests.fakes.slack.refusal import Json
from tests.fakes.slack.tokens import Grant
from tests.fakes.slack.world import Message, Team

if TYPE_CHECKING:
    from tests.fakes.slack.service import FakeSlack


class Outbox:
    """Events to be sent: an uninstallation, revoked tokens, and the app's own messages, which it gets to hear too."""

    def __init__(self, slack: "FakeSlack") -> None:
        self._slack = slack
        self._waiting: list[EventDelivery] = []

    def flush(self) -> list[EventDelivery]:
        """Send what waits, oldest first; nothing is sent while no app is connected."""
        waiting, self._waiting = self._waiting, []
        if self._slack.target is None:
            return waiting
        return [delivery.send_if_subscribed() for delivery in waiting]

    def message_posted(self, message: Message) -> None:
        """Queue the event of a message of the app itself."""
        if message.bot_id and not message.only_for:
            event = message_event(self._slack, message)
            team = message.channel.team
            self._waiting.append(prepare_event(self._slack, team, event, SUBSCRIPTIONS[message.channel.kind]))

    def uninstalled(self, team: Team, grants: list[Grant]) -> None:
        """Queue what Slack sends when an app is removed."""
        self.tokens_revoked(team, grants)
        self._queue(team, {"type": "app_uninstalled"})

    def tokens_revoked(self, team: Team, grants: list[Grant]) -> None:
        """Queue the end of tokens, by the ids of the people and bots who lost them."""
        ids: dict[str, list[str]] = {"bot": [], "user": []}
        for grant in grants:
            if grant.user is not None and grant.kind in ids and grant.user.id not in ids[grant.kind]:
                ids[grant.kind].append(grant.user.id)
        self._queue(team, {"type": "tokens_revoked", "tokens": {"oauth": ids["user"], "bot": ids["bot"]}})

    def _queue(self, team: Team, event: Json) -> None:
        stamped = event | {"event_ts": self._slack.world.new_ts()}
        self._waiting.append(prepare_event(self._slack, team, stamped))
