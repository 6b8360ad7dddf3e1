"""The web process's one wiring place: from settings to everything that its pages use."""

import contextlib
import threading
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, TypeVar

from fastapi import FastAPI

from core.drafts import Edit, JsonObject
from core.events.streams import StreamEvents, StreamTail
from core.insight.report.prometheus import ModelCallCollector, OutcomeCollector
from core.job import Target
from core.llm.models_file import load_models_file
from core.observability.metrics import Metrics
from core.observability.readiness import Probe, broker_probe, database_probe
from core.observability.tracing import stop_tracing
from core.people import load_people
from core.ports import Events, EventTail, MailDrafts, Queue
from core.rate_limits import PersonLimits
from core.recipes.book import RecipeBook
from core.recipes.model import Recipe
from core.recipes.trials import Trials
from core.runner.retries import load_retry_budget
from core.runner.sweeper import Sweeper
from core.settings import Settings
from core.signals.board import load_board
from core.sources.search import load_sources
from core.store import Store, open_store
from core.store.person_export import export_of
from core.store.records import RecordStore
from core.store.waits import Waits
from core.submit import load_intake
from integrations.api.access import CallerIdentity, load_access
from integrations.api.events import EventFeed
from integrations.api.services import ApiServices, ReadParagraph
from integrations.graph.transport import close_http
from integrations.mail.accounts.metrics import MailboxCollector
from integrations.mail.accounts.new_mail import address_new_mail, mailbox_drafts
from integrations.mail.accounts.open_mail import waiting_draft
from integrations.mail.accounts.own_mailboxes import OwnMailboxes
from integrations.mail.mailbox.account import MailOwner
from integrations.mail.mailbox.deliveries import DELIVERY_SECONDS
from integrations.mail.reply.goes_to import named_recipients
from integrations.registry import open_sources, read_file
from integrations.slack.context import AppContext, BackgroundRunner, make_context
from integrations.slack.delivery.digest import channel_finder
from integrations.slack.sources.connector import SlackConnector
from integrations.web.connections import leave_mailboxes, source_sign_ins
from integrations.web.dispatch import Dispatcher
from integrations.web.probes import Probes, model_probe
from integrations.web.visitors import administered_by

LAST_SEND_SECONDS = 0.5
Background = Callable[[Callable[[], None]], None]
Closed = TypeVar("Closed", Store, StreamEvents, Probes, BackgroundRunner)


def check_document(data: bytes) -> None:
    """Refuse what is not a Word document, with a `DocumentError`."""
    from integrations.documents.package.archive import check_signature

    check_signature(data)


class OpenedDocuments:
    """See `integrations.api.services.Documents`."""

    def paragraphs(self, data: bytes) -> list[ReadParagraph]:
        """See the Protocol."""
        from integrations.documents.isolated import editable_paragraphs

        return [
            {"id": read["id"], "hash": read["hash"], "text": read["text"], "is_margin": read["is_margin"]}
            for read in editable_paragraphs(data)
        ]

    def with_edits(self, data: bytes, edits: Sequence[Edit], at: float) -> bytes:
        """See the Protocol."""
        from integrations.documents.surface import changed_document

        return changed_document(data, edits, at).data or data


@dataclass(frozen=True)
class NewMailsOf:
    """See `integrations.api.services.NewMails`.

    Args:
        records: where mailboxes are.
    """

    records: RecordStore

    def __call__(
        self, who: CallerIdentity, recipe: Recipe, inputs: Mapping[str, Any], *, to: Sequence[str], mailbox: str
    ) -> tuple[Target, JsonObject]:
        """See the Protocol."""
        owner = MailOwner(who.workspace, who.person, who.person if "@" in who.person else "", mailbox)
        return address_new_mail(self.records, owner, recipe, inputs, to)


@dataclass(frozen=True)
class WebServices:
    """What the web process works with. `close` closes what was opened for it, and nothing that it was given."""

    settings: Settings
    store: Store
    events: Events
    dispatcher: Dispatcher
    probes: Probes
    metrics: Metrics
    api: ApiServices
    recipes: RecipeBook
    slack: AppContext
    closing: threading.Event
    sweeper: Sweeper
    look_at_notices: Callable[[], None]
    opened: contextlib.AsyncExitStack

    @contextlib.asynccontextmanager
    async def lifespan(self, _app: FastAPI) -> AsyncIterator[None]:
        """Sweep while the server runs, and close everything when it stops."""
        self.sweeper.start()
        yield
        await self.close()

    async def close(self) -> None:
        """Send what waits for a moment, and close."""
        self.closing.set()
        self.sweeper.join()
        await self.opened.aclose()
        stop_tracing()  # here: the server ends the process by the signal that stopped it


def open_services(  # noqa: PLR0913 - every outside thing has a name
    settings: Settings,
    *,
    store: Store | None = None,
    queue: Queue | None = None,
    events: Events | None = None,
    tail: EventTail | None = None,
    probes: Mapping[str, Probe] | None = None,
    mailboxes: MailDrafts | None = None,
    background: Background | None = None,
) -> WebServices:
    """Wire the web process together. What is not given is made from the settings.

    Args:
        settings: those of the process.
        store: where everything is kept.
        queue: wakes workers.
        events: where states of jobs are told.
        tail: where progress is read.
        probes: what has to answer, by name; `database` among them.
        mailboxes: where drafts of Slack's answers go.
        background: runs what follows an acknowledgement.

    Raises:
        SettingsError: a setting is missing or cannot be used.
        StoreOutage: the database cannot be reached.
    """
    opened = contextlib.AsyncExitStack()
    queue = queue or _celery_queue(settings)
    store = store or _kept(opened, open_store(settings))
    opened.callback(close_http)
    events = events or _kept(opened, StreamEvents(settings.broker_url, store.jobs.cipher))
    tail = tail or _kept_tail(opened, StreamTail(settings.broker_url, store.jobs.cipher))
    asked = _kept(opened, Probes(_probes(settings, store) if probes is None else probes))
    metrics = _metrics(store, asked)
    recipes, closing = RecipeBook(settings.recipes_dir, store.records), threading.Event()
    dispatcher = Dispatcher(load_intake(settings, store, recipes), queue, events, observe_seconds=metrics.time_submit)
    opened.callback(dispatcher.close, wait_seconds=LAST_SEND_SECONDS)
    background = background or _kept(opened, BackgroundRunner())
    slack = _slack(settings, store, recipes, dispatcher, background, mailboxes or _mailboxes(settings, store))
    api = _api(settings, store, recipes, dispatcher, _feed(settings, store, tail, closing))
    return WebServices(
        settings=settings,
        store=store,
        events=events,
        dispatcher=dispatcher,
        probes=asked,
        metrics=metrics,
        api=api,
        recipes=recipes,
        slack=replace(slack, sources=lambda: api.sources, read_file=read_file),
        closing=closing,
        sweeper=Sweeper(settings, store.jobs, queue, closing),
        look_at_notices=partial(dispatcher.soon, queue.take_notices),
        opened=opened,
    )


def _kept(opened: contextlib.AsyncExitStack, thing: Closed) -> Closed:
    """Have something closed at the end."""
    opened.callback(thing.close)
    return thing


def _kept_tail(opened: contextlib.AsyncExitStack, tail: StreamTail) -> StreamTail:
    opened.push_async_callback(tail.close)
    return tail


def _mailboxes(settings: Settings, store: Store) -> MailDrafts:
    """Return people's mailboxes for work that is done after its request was answered: it may wait."""
    return mailbox_drafts(store.records, settings, patience_seconds=DELIVERY_SECONDS)


def _slack(
    settings: Settings,
    store: Store,
    recipes: RecipeBook,
    dispatcher: Dispatcher,
    background: Background,
    mailboxes: MailDrafts,
) -> AppContext:
    policies = dispatcher.intake.policies
    return make_context(settings, store, recipes, dispatcher.submit, background, mailbox=mailboxes, policies=policies)


def _feed(settings: Settings, store: Store, tail: EventTail, closing: threading.Event) -> EventFeed:
    return EventFeed(store.jobs, tail, closing, max_streams=settings.event_streams)


def _celery_queue(settings: Settings) -> Queue:
    from worker.enqueue import CeleryQueue

    return CeleryQueue(settings.broker_url)


def _probes(settings: Settings, store: Store) -> dict[str, Probe]:
    return {
        "database": database_probe(store.database),
        "broker": broker_probe(settings.broker_url),
        "model": model_probe(settings),
    }


def _metrics(store: Store, probes: Probes) -> Metrics:
    metrics = Metrics(store.jobs, probes.are_up, probes.are_full)
    for collector in (MailboxCollector(store.records), OutcomeCollector(store), ModelCallCollector(store)):
        metrics.registry.register(collector)
    return metrics


def _api(settings: Settings, store: Store, recipes: RecipeBook, dispatcher: Dispatcher, feed: EventFeed) -> ApiServices:
    access, people = load_access(settings, store.records), load_people(settings, store.records)
    sources = open_sources(load_sources(settings, store), SlackConnector(store.records, settings))
    return ApiServices(
        store=store,
        recipes=recipes,
        models=load_models_file(settings),
        access=access,
        people=people,
        leave=lambda names: leave_mailboxes(settings, store.records, names),
        export=lambda names: export_of(settings, store.records, names),
        administered=administered_by(settings, access, people),
        feed=feed,
        submit=dispatcher.submit,
        wake=dispatcher.wake,
        tell=dispatcher.tell,
        check_document=check_document,
        documents=OpenedDocuments(),
        new_mails=NewMailsOf(store.records),
        recipients=named_recipients,
        waiting_draft=partial(waiting_draft, store.records, people),
        mailboxes=OwnMailboxes(settings, store.records, people),
        policies=dispatcher.intake.policies,
        trials=Trials(store.records, store.jobs, store.effects, people),
        sources=sources,
        invite_source=source_sign_ins(settings, sources, people).invite,
        limits=PersonLimits(settings.requests_per_minute, settings.submits_per_minute),
        waits=Waits(store.database),
        retries=load_retry_budget(settings),
        signals=load_board(settings, store.records, store.jobs, channel_finder(settings, store.records)),
        webhook_secret=settings.webhook_secret.get_secret_value(),
    )
