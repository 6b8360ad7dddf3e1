"""assistant.threads.* and agents.sessions.*: status lines, titles and suggested prompts of the AI pane."""

from dataclasses import dataclass, field

from tests.fakes.slack.call import Call
from tests.fakes.slack.ledger import Shown
from tests.fakes.slack.posting import require_customize_scope
from tests.fakes.slack.refusal import Json, Refused
from tests.fakes.slack.shapes import Chars, Items, Record
from tests.fakes.slack.world import Channel

STATUS_LIFE_SECONDS = 120
PROMPTS = Items(Record({"title!": Chars(3000), "message!": Chars(3000)}), 4, 0)
LOADING_MESSAGES = Items(Chars(50), 10)
SESSION_STATUSES = ("active", "processing", "suspended", "closed")


@dataclass
class Pane:
    """What one thread (or the whole pane, without a thread) shows beside its messages."""

    status: str = ""
    status_at: float = 0.0
    loading_messages: list[str] = field(default_factory=list)
    title: str = ""
    prompts: list[Json] = field(default_factory=list)
    prompts_title: str = ""
    session_status: str = ""


class Panes:
    """All panes, by channel and thread."""

    def __init__(self) -> None:
        self._panes: dict[tuple[str, str], Pane] = {}

    def of(self, channel: Channel, thread_ts: str = "") -> Pane:
        """Return what a thread shows."""
        return self._panes.setdefault((channel.id, thread_ts), Pane())

    def status(self, channel: Channel, thread_ts: str, now: float) -> str:
        """Return the status line that is visible; it ends by itself after two minutes."""
        pane = self.of(channel, thread_ts)
        return pane.status if now - pane.status_at < STATUS_LIFE_SECONDS else ""

    def clear_status(self, channel: Channel, thread_ts: str) -> None:
        """Take the status line away, as a reply of the app does."""
        self.of(channel, thread_ts).status = ""


def set_status(call: Call) -> Json:
    """assistant.threads.setStatus: a line such as "is thinking…"; an empty one clears it."""
    channel, thread_ts = thread_of(call)
    require_customize_scope(call)
    messages = call.structure("loading_messages")
    if messages is not None and (faults := list(LOADING_MESSAGES.check(messages, "/loading_messages"))):
        raise Refused("invalid_arguments", faults)
    if "status" not in call.args:
        raise Refused("invalid_arguments", ["missing required field: status"])
    pane = call.slack.panes.of(channel, thread_ts)
    pane.status, pane.status_at = call.optional("status"), call.slack.clock.now()
    pane.loading_messages = messages or []
    show_in_pane(call, channel, thread_ts, pane.status)
    return {}


def set_title(call: Call) -> Json:
    """assistant.threads.setTitle: the name of a thread in the pane's history."""
    channel, thread_ts = thread_of(call)
    call.slack.panes.of(channel, thread_ts).title = call.text("title")
    return {}


def set_suggested_prompts(call: Call) -> Json:
    """assistant.threads.setSuggestedPrompts: up to four.

    An app with the agent container gives no thread: with one the call succeeds and shows nothing. An app with the
    older container has to give one.
    """
    channel = call.channel("channel_id")
    prompts = call.structure("prompts")
    if faults := list(PROMPTS.check(prompts, "/prompts")):
        raise Refused("invalid_arguments", faults)
    thread_ts = call.optional("thread_ts")
    is_agent = call.slack.app.pane == "agent"
    if not thread_ts and not is_agent:
        raise Refused("not_agent_app")
    if thread_ts:
        require_thread(call, channel, thread_ts)
    if thread_ts and is_agent:
        return {}
    pane = call.slack.panes.of(channel, thread_ts)
    pane.prompts, pane.prompts_title = prompts, call.optional("title")
    return {}


def set_session_status(call: Call) -> Json:
    """agents.sessions.setStatus: the life cycle of a session, which it makes when there is none."""
    require_customize_scope(call)
    channel, thread_ts = session_place(call)
    if call.optional("status") not in SESSION_STATUSES:
        raise Refused("invalid_status")
    if call.optional("initiator_user_id"):
        call.slack.world.user(call.optional("initiator_user_id"))
    pane = call.slack.panes.of(channel, thread_ts)
    if not pane.session_status:
        pane.title = session_title(call, least=0) or pane.title
    pane.session_status = call.optional("status")
    show_in_pane(call, channel, thread_ts, pane.session_status)
    answer: Json = {"status": pane.session_status, "agent_status": pane.session_status, "title": pane.title}
    if "agent_session_stopped" not in call.slack.app.events:
        answer["warning"] = "missing_agent_session_stopped_event_subscription"
    return answer


def rename_session(call: Call) -> Json:
    """agents.sessions.rename."""
    channel, thread_ts = session_place(call)
    pane = call.slack.panes.of(channel, thread_ts)
    if not pane.session_status:
        raise Refused("session_not_found")
    pane.title = session_title(call, least=1)
    return {"title": pane.title}


def session_place(call: Call) -> tuple[Channel, str]:
    """Return channel and thread of a session."""
    channel = call.channel("channel_id")
    if not call.is_in(channel):
        raise Refused("not_authorized")
    return channel, call.text("thread_ts", "thread_ts_required")


def session_title(call: Call, least: int) -> str:
    """Return a checked title."""
    title = call.optional("title")
    if faults := list(Chars(200, least).check(title, "/title")):
        raise Refused("invalid_arguments", faults)
    return title


def thread_of(call: Call) -> tuple[Channel, str]:
    """Return channel and thread of a call, or refuse a thread that does not exist."""
    channel = call.channel("channel_id")
    return channel, require_thread(call, channel, call.text("thread_ts", "invalid_thread_ts"))


def require_thread(call: Call, channel: Channel, thread_ts: str) -> str:
    """Refuse a thread whose root does not exist."""
    call.slack.world.find(channel, thread_ts, "invalid_thread_ts")
    return thread_ts


def show_in_pane(call: Call, channel: Channel, thread_ts: str, text: str) -> None:
    """Remember that the members saw a status."""
    who = frozenset(channel.members)
    call.slack.ledger.show(
        Shown("status", who, call.method, text, [], channel.id, "", thread_ts, call.slack.clock.now())
    )
