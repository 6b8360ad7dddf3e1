"""What every listener works with, and the acknowledgement that it gives back."""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass, field

from core.drafts import JsonObject
from core.errors import InlaidError, InputError
from core.job import Job, JobRequest
from core.llm.models_file import ModelsFile, load_models_file
from core.logs import logger
from core.policies.enforcement import Policies, load_policies
from core.policies.resolution import PersonPolicy
from core.ports import MailDrafts
from core.recipes.book import RecipesOn
from core.recipes.model import Recipe
from core.settings import Settings
from core.sources.management import SourceManager
from core.sources.ports import FileReader
from core.store import Store
from integrations.slack.client.connections import Connections
from integrations.slack.client.languages import Languages
from integrations.slack.client.members import Members
from integrations.slack.mailbox import NO_MAILBOX, PersonMailbox
from integrations.slack.request import SlackRequest

BACKGROUND_THREADS = 8
_log = logger(__name__)


class BackgroundRunner:
    """Runs work after the acknowledgement, on its own threads. The work is a courtesy, or can be repeated."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(BACKGROUND_THREADS, thread_name_prefix="slack-later")

    def __call__(self, work: Callable[[], None]) -> None:
        """Queue the work."""
        self._pool.submit(_guarded, work)

    def close(self) -> None:
        """Wait for running work, and drop what is still queued."""
        self._pool.shutdown(wait=True, cancel_futures=True)


def _guarded(work: Callable[[], None]) -> None:
    try:
        work()
    except InlaidError as error:
        _log.warning("not done in Slack", code=error.code)
    except Exception:  # nobody waits for the result: a fault must leave a trace
        _log.exception("not done in Slack")


def no_sources() -> SourceManager:
    """Refuse where this process manages no sources.

    Raises:
        InputError: always.
    """
    raise InputError("Sources cannot be added here.", fix="Ask your administrator.")


@dataclass(frozen=True)
class AppContext:
    """What the listeners of one process work with.

    Attributes:
        settings: the settings.
        store: jobs, effects and records.
        recipes: those that are offered in Slack.
        models: the endpoints and routes, for what is offered.
        connections: clients by workspace.
        submit: stores a job and has a worker woken; see `integrations.web.dispatch`.
        in_background: runs work after the acknowledgement.
        policies: what people may.
        languages: in which language each is spoken to.
        mailbox: where e-mail drafts go.
        sources: manages the sources that answers rest on.
        read_file: reads files of all formats; None: they are kept unread, for a worker.
    """

    settings: Settings
    store: Store
    recipes: Mapping[str, Recipe]
    models: ModelsFile
    connections: Connections
    submit: Callable[[JobRequest], Job]
    in_background: Callable[[Callable[[], None]], None]
    policies: Policies
    languages: Languages
    mailbox: MailDrafts = NO_MAILBOX
    sources: Callable[[], SourceManager] = no_sources
    read_file: FileReader | None = None

    def policy_of(self, request: SlackRequest) -> PersonPolicy:
        """Return what holds for the person who asks. Reads only the database; raises as `Policies.of`."""
        return self.policies.of(request.team, request.user)

    def members(self, team: str, enterprise: str) -> Members:
        """Return the people of a workspace.

        Raises:
            SlackOutage: its token cannot be renewed right now.
            CredentialError: the app is not installed there.
        """
        client, scope = self.connections.client(team, enterprise), self.connections.scope(team, enterprise)
        return Members(client, self.store.records, scope)

    def mailbox_of(self, team: str, enterprise: str, user: str) -> PersonMailbox:
        """Return a person's mailbox; asks Slack for their address.

        Raises:
            SlackOutage: Slack cannot be asked.
            CredentialError: the app is not installed there.
        """
        address = ""
        if self.connections.vouches_for_addresses(team, enterprise):
            address = self.members(team, enterprise).address(user)
        return PersonMailbox(self.mailbox, team, user, address)


def slack_recipes(recipes: Mapping[str, Recipe]) -> Mapping[str, Recipe]:
    """Return the recipes that are offered in Slack, by name, as they are at each moment."""
    return RecipesOn(recipes, "slack")


def make_context(  # noqa: PLR0913 - every outside thing has a name
    settings: Settings,
    store: Store,
    recipes: Mapping[str, Recipe],
    submit: Callable[[JobRequest], Job],
    in_background: Callable[[Callable[[], None]], None],
    *,
    mailbox: MailDrafts = NO_MAILBOX,
    policies: Policies | None = None,
) -> AppContext:
    """Return the context of one process; the policies are those of the settings by default.

    Raises:
        SettingsError: INLAID_MODELS_FILE cannot be used.
    """
    offered, models = slack_recipes(recipes), load_models_file(settings)
    return AppContext(
        settings=settings,
        store=store,
        recipes=offered,
        models=models,
        connections=Connections(settings, store.records),
        submit=submit,
        in_background=lambda work: in_background(_in_the_same_name(work)),
        policies=policies or load_policies(settings, store.records),
        languages=Languages(settings, store.records),
        mailbox=mailbox,
    )


def _in_the_same_name(work: Callable[[], None]) -> Callable[[], None]:
    """Return the work as it is done elsewhere: the person who set it off is recorded as its actor."""
    now = copy_context()
    return lambda: now.run(work)


@dataclass(frozen=True)
class Ack:
    """An acknowledgement: the arguments of Bolt's `ack`."""

    arguments: JsonObject = field(default_factory=dict)


EMPTY_ACK = Ack()
Handler = Callable[[AppContext, SlackRequest], Ack]
