"""A person at the keyboard: what they do goes to the app as Slack sends it, and what they see can be read."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from tests.fakes.slack import acks, payloads
from tests.fakes.slack.acks import Ack, deliver
from tests.fakes.slack.events import EventDelivery, mention_event, send_event, send_message_event
from tests.fakes.slack.filling import NotOnScreen, acted, fill, find_element
from tests.fakes.slack.installing import Page, approve, install
from tests.fakes.slack.ledger import Shown
from tests.fakes.slack.refusal import Json
from tests.fakes.slack.targets import AppRequest
from tests.fakes.slack.views import View
from tests.fakes.slack.world import Channel, Message, User

if TYPE_CHECKING:
    from tests.fakes.slack.service import FakeSlack


class Person:
    """One account and its screen."""

    def __init__(self, slack: "FakeSlack", user: User) -> None:
        self.slack = slack
        self.user = user

    @property
    def id(self) -> str:
        """The user id."""
        return self.user.id

    # What the person sees.

    @property
    def dm(self) -> Channel:
        """The direct messages with the app."""
        return self.slack.workspace_of(self.user.team).dm(self)

    @property
    def modal(self) -> View | None:
        """The visible modal."""
        stack = self.slack.views.stack(self.user)
        return stack[-1] if stack else None

    @property
    def home(self) -> View | None:
        """The app's home tab, once it was published."""
        return self.slack.views.homes.get(self.id)

    def sees(self, channel: Channel, thread_ts: str = "") -> list[Message]:
        """Return the messages on the screen, ephemeral ones too, oldest first; of one thread, if asked."""
        if channel.kind != "public" and self.id not in channel.members:
            return []
        with self.slack.world.lock:
            return [
                message
                for message in self.slack.world.messages
                if message.channel is channel
                and not message.hidden
                and message.only_for in ("", self.id)
                and (not thread_ts or thread_ts in (message.ts, message.thread_ts))
            ]

    def status_line(self, channel: Channel, thread_ts: str) -> str:
        """Return the app's status line in a thread."""
        return self.slack.panes.status(channel, thread_ts, self.slack.clock.now())

    def was_shown(self) -> list[Shown]:
        """Return everything that this person could ever see."""
        return [shown for shown in self.slack.ledger.shown if self.id in shown.shown_to]

    def reloads(self) -> None:
        """Reload the client: ephemeral messages are gone."""
        with self.slack.world.lock:
            for message in [m for m in self.slack.world.messages if m.only_for == self.id]:
                self.slack.world.remove(message)

    # What the person writes.

    def writes(self, text: str, channel: Channel, thread_ts: str = "", **details: Any) -> Message:
        """Write in a channel. The app is told of it only by `mentions_app`, `writes_to_app` or `tells_app`.

        Args:
            text: the message, in mrkdwn.
            channel: where.
            thread_ts: the root's timestamp, for a reply.
            details: more fields of `Message`, such as `files`.
        """
        message = Message(self.slack.world.new_ts(), channel, self.id, text, thread_ts=thread_ts, **details)
        return self.slack.publish(message, "person")

    def tells_app(self, message: Message) -> EventDelivery:
        """Let Slack tell the app of a message, as it does for all in the channels that the app is in."""
        return send_message_event(self.slack, message.channel.team, message)

    def mentions_app(self, text: str, channel: Channel, thread_ts: str = "") -> EventDelivery:
        """Write a message that mentions the app."""
        bot = self.slack.bot_of(payloads.hearing(self.slack, channel))
        message = self.writes(f"<@{bot.id}> {text}", channel, thread_ts)
        return send_event(self.slack, channel.team, mention_event(self.slack, message))

    def writes_to_app(self, text: str, thread_ts: str = "") -> EventDelivery:
        """Write to the app in direct messages."""
        return self.tells_app(self.writes(text, self.dm, thread_ts))

    # What the person opens.

    def opens_home(self, tab: str = "home") -> EventDelivery:
        """Open the app's home, or with `messages` the tab where the agent container lives."""
        event: Json = {"type": "app_home_opened", "user": self.id, "channel": self.dm.id, "tab": tab}
        if tab == "home" and self.home is not None:
            event["view"] = self.home.to_json()
        return self._happens(event)

    def opens_assistant(self, context: Channel | None = None) -> EventDelivery:
        """Open the older assistant container: a new thread, with the channel that the person looks at."""
        bot = self.slack.workspace_of(self.user.team).bot
        root = Message(
            self.slack.world.new_ts(), self.dm, bot.id, "New Assistant Thread", subtype="assistant_app_thread"
        )
        self.slack.world.add(root)
        return self._happens({"type": "assistant_thread_started", "assistant_thread": self._thread(root.ts, context)})

    def changes_context(self, thread_ts: str, context: Channel) -> EventDelivery:
        """Look at another channel while a thread of the assistant container is open."""
        return self._happens(
            {"type": "assistant_thread_context_changed", "assistant_thread": self._thread(thread_ts, context)}
        )

    def looks_at(self, *places: Channel) -> EventDelivery:
        """Look at channels while the agent container is open; with none the context is empty."""
        entities = [
            {"type": "slack#/types/channel_id", "value": place.id, "team_id": place.team.id} for place in places
        ]
        context = {"entities": entities} if entities else {}
        return self._happens(
            {"type": "app_context_changed", "user": self.id, "channel": self.dm.id, "context": context}
        )

    def stops(self, message: Message) -> EventDelivery:
        """Press Stop on a message that streams."""
        if not self.slack.streams.is_streaming(message):
            raise NotOnScreen("there is no Stop button: the message does not stream")
        self.slack.streams.end(message, "stopped_by_user")
        return self._happens(
            {
                "type": "agent_session_stopped",
                "user": self.id,
                "channel": message.channel.id,
                "streaming_message_ts": [message.ts],
                "thread_ts": message.thread_ts,
            }
        )

    # What the person does with the app.

    def slash(self, command: str, text: str = "", *, channel: Channel | None = None) -> Ack:
        """Send a slash command; without a channel in the direct messages with the app."""
        place = channel or self.dm
        fields = payloads.slash_command(self.slack, self.user, command, text, place)
        ack = deliver(self.slack, AppRequest("slash_commands", fields))
        return acks.after_command(self.slack, self.user, place, ack)

    def shortcut(self, callback_id: str, message: Message | None = None) -> Ack:
        """Use a global shortcut, or one on a message."""
        if message is None:
            payload = payloads.global_shortcut(self.slack, self.user, callback_id)
        else:
            payload = payloads.message_shortcut(self.slack, self.user, callback_id, message)
        return acks.after_interaction(self.slack, self.user, self._interacts(payload))

    def click(self, where: Message | View, action_id: str, value: Any = None, values: Json | None = None) -> Ack:
        """Press a button, or choose in a menu, of a message, a modal or the home tab.

        Args:
            where: what holds the element.
            action_id: of the element.
            value: the choice: an option's value, an id, a date; `positive` or `negative` for a rating.
            values: what the person filled in beside it, as in `submit`.
        """
        self._require_on_screen(where)
        block, element = find_element(where.blocks, action_id)
        state, _ = fill(where.blocks, values or {})
        action = acted(block, element, value, self.slack.world.new_ts())
        if isinstance(where, View):
            payload = payloads.view_action(self.slack, self.user, where, action, state)
        else:
            payload = payloads.message_action(self.slack, self.user, where, action, state)
        return acks.after_interaction(self.slack, self.user, self._interacts(payload))

    def suggest(self, where: Message | View, action_id: str, typed: str) -> Ack:
        """Type into an external select; the answer's `options` are what it offers."""
        self._require_on_screen(where)
        payload = payloads.suggestion(self.slack, self.user, where, find_element(where.blocks, action_id), typed)
        return acks.after_suggestion(self.slack, self.user, self._interacts(payload))

    def submit(self, values: Json | None = None) -> Ack:
        """Send the visible modal off.

        Args:
            values: what is filled in, by action id or block id: a text, an option's value, an id, a list of these.

        Returns:
            The answer. `errors` are texts beside fields; when Slack's own client makes them, nothing was `sent`.
        """
        view = self._visible_modal()
        state, complaints = fill(view.blocks, values or {})
        request = AppRequest("interactive", payloads.view_submission(self.slack, self.user, view, state))
        if complaints:
            return Ack(request, errors=complaints, trouble="not submitted", sent=False)
        return acks.after_submission(self.slack, self.user, view, deliver(self.slack, request))

    def cancel(self, *, everything: bool = False) -> Ack | None:
        """Close the visible modal, or all; the app hears of it only if the view says `notify_on_close`."""
        view = self._visible_modal()
        self.slack.views.close(self.user, everything=everything or view.body.get("clear_on_close", False))
        if not view.body.get("notify_on_close"):
            return None
        return self._interacts(payloads.view_closed(self.slack, self.user, view, everything=everything))

    def installs(self, install_url: str, *, org_wide: bool = False, refuses: bool = False) -> Page:
        """Install the app through its own OAuth pages, as a browser does."""
        return install(self.slack, self.user, install_url, org_wide=org_wide, refuses=refuses)

    def approves(self, authorize_url: str, *, org_wide: bool = False, refuses: bool = False) -> str:
        """Answer Slack's consent page; the result is the address, with code and state, that the browser goes to."""
        return approve(self.slack, self.user, authorize_url, org_wide=org_wide, refuses=refuses)

    def _visible_modal(self) -> View:
        if self.modal is None:
            raise NotOnScreen("no modal is open")
        return self.modal

    def _require_on_screen(self, where: Message | View) -> None:
        shown: Iterable[Any] = [self.modal, self.home] if isinstance(where, View) else self.sees(where.channel)
        if all(thing is not where for thing in shown):
            raise NotOnScreen("this person does not see it")

    def _interacts(self, payload: Json) -> Ack:
        return deliver(self.slack, AppRequest("interactive", payload))

    def _happens(self, event: Json) -> EventDelivery:
        return send_event(self.slack, self.user.team, event | {"event_ts": self.slack.world.new_ts()})

    def _thread(self, thread_ts: str, context: Channel | None) -> Json:
        organization = self.user.team.organization
        place = {"channel_id": context.id, "team_id": context.team.id} if context else {}
        return {
            "user_id": self.id,
            "context": place | ({"enterprise_id": organization.id if organization else None} if context else {}),
            "channel_id": self.dm.id,
            "thread_ts": thread_ts,
        }
