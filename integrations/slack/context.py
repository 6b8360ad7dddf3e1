"""What every handler uses, and what it gives back."""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from core.errors import InlaidError
from core.job import Job, JobRequest
from core.llm.models_file import ModelsFile, load_models_file
from core.logs import logger
from core.recipes.model import Recipe
from core.settings import Settings
from core.store import Store
from integrations.slack.client.connections import Connections
from integrations.slack.client.members import Members
from integrations.slack.intents import slack_recipes
from integrations.slack.mailbox import NO_MAILBOX, Mailbox, OwnMailbox
from integrations.slack.request import Incoming

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
        models: the endpoints and routes, for what is offered.
        connections: clients by workspace.
        submit: stores a job and has a worker woken; see `integrations.web.dispatch`.
        later: runs work after the acknowledgement.
        mailbox: where e-mail drafts go.
    """

    settings: Settings
    store: Store
    recipes: Mapping[str, Recipe]
    models: ModelsFile
    connections: Connections
    submit: Callable[[JobRequest], Job]
    later: Callable[[Callable[[], None]], None]
    mailbox: Mailbox = NO_MAILBOX

    def members(self, team: str, enterprise: str) -> Members:
        """Return the people of a workspace.

        Raises:
            SlackOutage: its token cannot be renewed right now.
            CredentialError: the app is not installed there.
        """
        client, home = self.connections.client(team, enterprise), self.connections.home(team, enterprise)
        return Members(client, self.store.records, home)

    def mailbox_of(self, team: str, enterprise: str, user: str) -> OwnMailbox:
        """Return a person's mailbox; asks Slack for their address.

        Raises:
            SlackOutage: Slack cannot be asked.
            CredentialError: the app is not installed there.
        """
        address = ""
        if self.connections.vouches_for_addresses(team, enterprise):
            address = self.members(team, enterprise).address(user)
        return OwnMailbox(self.mailbox, team, user, address)


def make_desk(
    settings: Settings,
    store: Store,
    recipes: Mapping[str, Recipe],
    submit: Callable[[JobRequest], Job],
    later: Callable[[Callable[[], None]], None],
    mailbox: Mailbox = NO_MAILBOX,
) -> Desk:
    """Return the desk of one process.

    Raises:
        SettingsError: INLAID_MODELS_FILE cannot be used.
    """
    offered, models = slack_recipes(recipes), load_models_file(settings)
    return Desk(settings, store, offered, models, Connections(settings, store.records), submit, later, mailbox)


@dataclass(frozen=True)
class Answer:
    """What goes into the acknowledgement (the arguments of Bolt's `ack`)."""

    ack: dict[str, Any] = field(default_factory=dict)


NOTHING = Answer()
Handler = Callable[[Desk, Incoming], Answer]
