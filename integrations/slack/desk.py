"""What every handler uses, and the shape of what it takes and gives back."""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from core.errors import InlaidError
from core.jobs import Job, JobRequest
from core.logs import logger
from core.recipes.model import Recipe
from core.settings import Settings
from core.store import Store
from integrations.slack.connections import Connections
from integrations.slack.mail_drafts import NO_MAILBOX, Mailbox, OwnMailbox
from integrations.slack.members import Members
from integrations.slack.wishes import slack_recipes

LATER_THREADS = 8
_log = logger(__name__)


class Later:
    """Runs what follows an acknowledgement, on threads of its own. What it does is a courtesy or can be repeated."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(LATER_THREADS, thread_name_prefix="slack-later")

    def __call__(self, work: Callable[[], None]) -> None:
        """Run the work soon."""
        self._pool.submit(_guarded, work)

    def close(self) -> None:
        """Let what runs end, and drop what waits."""
        self._pool.shutdown(wait=True, cancel_futures=True)


def _guarded(work: Callable[[], None]) -> None:
    try:
        work()
    except InlaidError as error:
        _log.warning("not done in Slack", code=error.code)
    except Exception:  # a fault must leave a trace, for nobody waits for the result
        _log.exception("not done in Slack")


@dataclass(frozen=True)
class Desk:
    """What handlers use.

    Attributes:
        settings: the settings.
        store: jobs, effects and records.
        recipes: those that are offered in Slack.
        connections: clients by workspace.
        submit: stores a job and has a worker woken; see `integrations.dispatch`.
        later: runs work after the acknowledgement.
        mailbox: where e-mail drafts go.
    """

    settings: Settings
    store: Store
    recipes: Mapping[str, Recipe]
    connections: Connections
    submit: Callable[[JobRequest], Job]
    later: Callable[[Callable[[], None]], None]
    mailbox: Mailbox = NO_MAILBOX

    def mailbox_of(self, team: str, enterprise: str, user: str) -> OwnMailbox:
        """Return a person's mailbox; asks Slack for their address.

        Raises:
            SlackOutage: Slack cannot be asked.
            CredentialError: the app is not installed there.
        """
        address = ""
        if self.connections.vouches_for_addresses:
            members = Members(self.connections.client(team, enterprise), self.store.records, team)
            address = members.address(user)
        return OwnMailbox(self.mailbox, team, user, address)


def make_desk(
    settings: Settings,
    store: Store,
    recipes: Mapping[str, Recipe],
    submit: Callable[[JobRequest], Job],
    later: Callable[[Callable[[], None]], None],
    mailbox: Mailbox = NO_MAILBOX,
) -> Desk:
    """Return the desk of one process."""
    return Desk(settings, store, slack_recipes(recipes), Connections(settings, store.records), submit, later, mailbox)


@dataclass(frozen=True)
class Incoming:
    """One request of Slack, its parts in one place. Missing parts are "".

    Attributes:
        body: the whole payload.
        team: the workspace it happened in; `enterprise` its Grid organisation.
        user: who did it; `user_team` is where that person belongs, when Slack says so.
        channel: the conversation.
        trigger_id: opens one view within three seconds.
        response_url: takes private answers.
    """

    body: Mapping[str, Any]
    team: str
    user: str
    enterprise: str = ""
    user_team: str = ""
    channel: str = ""
    trigger_id: str = ""
    response_url: str = ""


@dataclass(frozen=True)
class Answer:
    """What goes into the acknowledgement (the arguments of Bolt's `ack`)."""

    ack: dict[str, Any] = field(default_factory=dict)


NOTHING = Answer()
Handler = Callable[[Desk, Incoming], Answer]


def read_incoming(body: Mapping[str, Any]) -> Incoming:
    """Return the parts of a command, an interaction or an event; what is missing or of another type is ""."""
    event = _part(body, "event")
    user, team, channel = body.get("user"), body.get("team"), body.get("channel")
    container = _part(body, "container")
    return Incoming(
        body=body,
        team=_text(body, "team_id") or _id(team) or _text(_part(body, "user"), "team_id"),
        enterprise=_text(body, "enterprise_id")
        or _text(_part(body, "team"), "enterprise_id")
        or _id(body.get("enterprise")),
        user=_text(body, "user_id")
        or _id(user)
        or _id(event.get("user"))
        or _text(event, "user_id")
        or _event_user(event),
        user_team=_text(_part(body, "user"), "team_id") or _text(event, "user_team"),
        channel=_text(body, "channel_id")
        or _id(channel)
        or _text(container, "channel_id")
        or _id(event.get("channel"))
        or _text(event, "channel_id"),
        trigger_id=_text(body, "trigger_id"),
        response_url=_text(body, "response_url"),
    )


def _event_user(event: Mapping[str, Any]) -> str:
    return _text(_part(event, "assistant_thread"), "user_id")


def _part(body: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = body.get(name)
    return value if isinstance(value, dict) else {}


def _text(body: Mapping[str, Any], name: str) -> str:
    value = body.get(name)
    return value if isinstance(value, str) else ""


def _id(value: object) -> str:
    if isinstance(value, str):
        return value
    return _text(value, "id") if isinstance(value, dict) else ""
