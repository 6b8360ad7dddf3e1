"""The worker's one wiring place: from settings to everything that a task uses, made on first use."""

import functools
import gc
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from celery.signals import worker_ready, worker_shutdown, worker_shutting_down

from core.drafts import Draft
from core.errors import InlaidError, StoreOutage
from core.events.streams import StreamEvents, forget_events
from core.insight.learning.rule_store import offer_rules
from core.insight.report import rollup
from core.insight.report.counting_rules import CountingRules, load_counting_rules
from core.insight.report.rollup import roll_up
from core.job import Job, JobRequest
from core.llm import open_models
from core.llm.routes import Models
from core.logs import logger
from core.observability.audit_forwarding import forward, load_sink
from core.observability.tracing import start_tracing, stop_tracing
from core.people import People, load_people
from core.policies.enforcement import load_policies
from core.policies.groups import load_groups
from core.ports import Events, Progress, Queue, SurfaceContext
from core.recipes.book import RecipeBook
from core.runner.pipeline import Pipeline, open_pipeline
from core.runner.retries import load_retry_budget
from core.runner.runner import Runner
from core.runner.sweeper import Sweeper
from core.settings import Settings, load_settings
from core.signals.board import load_board
from core.sources.schedule import SourceRounds
from core.store import Store, open_store
from core.store.partitions import make_months
from core.store.people.recent import RecentSignIns
from core.store.people.store import SignInStore
from core.store.purge import bring_earlier
from core.store.retention import Holds, Retention
from core.submit import Intake, load_intake, submit
from core.system.broker import is_redis
from core.system.memory import give_back
from integrations.registry import IMPORTING, MAIL_GROUPS_KIND, MAILBOX_KINDS, SLACK_POSTS_KIND, Surfaces, open_sync
from worker.awaited import Awaited
from worker.enqueue import CeleryQueue
from worker.following import Following
from worker.watchdog import drain_and_exit, stopping

if TYPE_CHECKING:
    from integrations.mail.mailbox.housekeeping import Housekeeping

log = logger(__name__)
WATCH_AGAIN_SECONDS = 5.0
LEAVE_SECONDS = 3.0
# A job makes and drops some thousand objects: by Python's own 700 each of them was looked through several times.
COLLECT_AFTER = 10_000
MAX_COUNTED = 2000
MAX_SCANS = 10
Generate = Callable[[Job, Mapping[str, Any], Progress], Draft]

_first_task = threading.Lock()


@dataclass(frozen=True)
class Services:
    """What tasks use."""

    settings: Settings
    store: Store
    queue: Queue
    runner: Runner
    rules: CountingRules
    mailboxes: "Awaited[Housekeeping]"
    intake: Intake
    rounds: SourceRounds | None = None
    following: Following | None = None

    def submit(self, request: JobRequest) -> Job:
        """Store a job and wake a worker; see `core.submit.submit`."""
        return submit(self.intake, self.queue, request)[0]

    def log_outage(self, task: str) -> None:
        """Note that a task could not do its work; the sweeper or the next beat repeats it."""
        log.warning("store or broker down", task=task)


def services() -> Services:
    """Return this process's services, made by the first task that asks: Celery's tasks are handed nothing.

    Raises:
        InlaidError: a setting cannot be used, or the database is down.
    """
    with _first_task:
        return _process_services()


@functools.cache
def _process_services() -> Services:
    settings = load_settings()
    start_tracing(settings.otel_endpoint, "worker")
    opened = open_services(settings)
    give_back()
    gc.freeze()  # what is there for good is not looked through again by each collection
    gc.set_threshold(COLLECT_AFTER, 10, 10)
    return opened


def open_services(  # noqa: PLR0913 - every outside thing has a name
    settings: Settings,
    *,
    store: Store | None = None,
    queue: Queue | None = None,
    events: Events | None = None,
    models: Models | None = None,
    surfaces: Surfaces | None = None,
    stop: threading.Event = stopping,
    on_stuck: Callable[[Job], None] = drain_and_exit,
) -> Services:
    """Wire a worker together. What is not given is made from the settings.

    Args:
        settings: those of the process.
        store: where everything is kept.
        queue: wakes workers.
        events: where progress goes.
        models: the endpoints and their routes.
        surfaces: where results go.
        stop: set when the process shuts down.
        on_stuck: called when a thread keeps working on a job that was taken from it.

    Raises:
        SettingsError: a setting cannot be used.
        StoreOutage: the database is down.
    """
    store = store or open_store(settings)
    queue = queue or CeleryQueue(settings.broker_url)
    policies = load_policies(settings, store.records)
    people = load_people(settings, store.records, RecentSignIns(SignInStore(store.database, store.records.cipher)))
    pipeline = open_pipeline(settings, store, models or open_models(settings), policies, people)
    intake = load_intake(settings, store, pipeline.recipes, policies)
    runner = Runner(
        store=store,
        settings=settings,
        events=events or StreamEvents(settings.broker_url, store.jobs.cipher),
        generate=_for_people_within(people, pipeline.generate),
        surface=(surfaces or Surfaces()).of,
        lease_seconds=settings.lease_seconds,
        budget=load_retry_budget(settings),
        stopping=stop,
        deadlines=settings.deadlines,
        on_stuck=on_stuck,
    )
    rules = load_counting_rules(settings, store, pipeline.recipes)
    mailboxes = Awaited(
        lambda: store.records.has_any(MAILBOX_KINDS),
        lambda: _housekeeping(settings, store, intake, queue, stop),
        stop,
    )
    rounds = _source_rounds(pipeline, store, stop)
    following = Following(settings.broker_url) if is_redis(settings.broker_url) else None
    return Services(settings, store, queue, runner, rules, mailboxes, intake, rounds, following)


def _source_rounds(pipeline: Pipeline, store: Store, stop: threading.Event) -> SourceRounds | None:
    if pipeline.sources is None:
        return None
    return SourceRounds(open_sync(pipeline.sources, is_stopping=stop.is_set), store.records, stop)


def _for_people_within(people: People, generate: Generate) -> Generate:
    """Return what writes drafts, for people alone whose access was not ended while their job waited."""

    def guarded(job: Job, further: Mapping[str, Any], progress: Progress) -> Draft:
        people.require_enabled(job.workspace, job.person)
        return generate(job, further, progress)

    return guarded


def _housekeeping(
    settings: Settings, store: Store, intake: Intake, queue: Queue, stop: threading.Event
) -> "Housekeeping":
    with IMPORTING:
        from integrations.mail.accounts.mailboxes import mail_providers
        from integrations.mail.mailbox.housekeeping import Housekeeping
        from integrations.slack.delivery.draft_notice import SlackNotices

    context = SurfaceContext(settings, store.jobs, store.records, store.effects)
    notices = SlackNotices(context, load_people(settings, store.records))
    providers = mail_providers(store.records, settings)
    return Housekeeping(
        providers, store, lambda request: submit(intake, queue, request)[0], stop, intake.policies, notices
    )


def read_due_sources(used: Services) -> None:
    """Read the sources that are due; does nothing while that is already going on.

    Raises:
        StoreOutage: the database is down.
    """
    if used.rounds:
        used.rounds.begin()


def expire_drafts(used: Services) -> None:
    """Note the outcome of drafts that nobody did anything with for a week, and offer what recent edits prove.

    What was kept for a time only (drafts for identical requests, marks, locks) is deleted when that time is over, and
    so are jobs that have been kept for as long as INLAID_RETENTION says.

    Raises:
        StoreOutage: the database is down.
    """
    used.store.records.purge_expired()
    make_months(used.store.database)
    try:
        used.store.audit.expire(keep_days=used.settings.audit_days)
    except StoreOutage as error:  # somebody reads for long, such as a backup: the next round drops the months
        log.warning("what is due was not deleted", kind="audit", code=error.code)
    bring_earlier(used.store.records)
    if used.settings.retention:
        _expire_kept(used.settings, used.store)
    rollup.expire_drafts(used.store)
    offer_rules(used.store, load_people(used.settings, used.store.records), used.intake.policies)


def _expire_kept(settings: Settings, store: Store) -> None:
    """Delete what has been kept for long enough; nothing while it is not known who is in which group."""
    people = load_people(settings, store.records)
    groups = load_groups(settings, store.records, people)
    if unknown := groups.unknown(period.group for period in settings.retention_periods):
        log.error("nothing is deleted: INLAID_RETENTION names groups that are not there", count=len(unknown))
        return
    held = [name for hold in Holds(store.records).all() for name in people.names_of(hold.home)]
    expired = Retention(store.database, settings.retention_periods, groups.of, held).run()
    forget_events(settings.broker_url, expired.job_ids)


def count_changes(used: Services) -> None:
    """Count for the report what has changed since the last time, as much as a minute's share.

    What was written down meanwhile gets its place in the audit trail, and is sent on where a setting says so.

    Raises:
        StoreOutage: the database is down.
    """
    used.store.audit.chain()
    if sink := load_sink(used.settings):
        forward(used.store.audit, used.store.records, sink)
    roll_up(used.store, used.rules, most=MAX_COUNTED)
    begin_due_scans(used)
    post_in_slack(used)


def post_in_slack(used: Services) -> None:
    """Post what people had posted in Slack while it was away, or in a process that was killed.

    Raises:
        StoreOutage: the database is down.
    """
    records = used.store.records
    if records.has_any([SLACK_POSTS_KIND]):
        with IMPORTING:
            from integrations.slack.client.connections import Connections
            from integrations.slack.delivery.posting import Posting, post_what_waits

        recipes = RecipeBook(used.settings.recipes_dir, records)
        post_what_waits(Posting(used.settings, used.store, recipes, Connections(used.settings, records)))


def begin_due_scans(used: Services) -> None:
    """Begin the scans of sources whose time has come, and have those told that have come to their end.

    Raises:
        StoreOutage: the database is down.
    """
    board = load_board(used.settings, used.store.records, used.store.jobs)
    recipes = RecipeBook(used.settings.recipes_dir, used.store.records)
    board.scanner.scans.take_due(MAX_SCANS)
    board.go_on(lambda scan: recipes[scan.recipe].main_input, used.submit, limit=MAX_SCANS)


def sync_all_mailboxes(used: Services) -> None:
    """Look for mailboxes that are due, and for who has come into groups or left.

    Mailboxes are visited in threads apart from those that run jobs.

    Raises:
        StoreOutage: the database is down.
    """
    if found := used.mailboxes.get():
        found.begin_round()
    if used.store.records.has_any([MAIL_GROUPS_KIND]):
        with IMPORTING:
            from integrations.mail.accounts.groups import keep_groups_up

        keep_groups_up(used.settings, used.store.records)


def take_all_notices(used: Services) -> None:
    """Have the mails read that Microsoft announced.

    Raises:
        StoreOutage: the database is down.
    """
    if found := used.mailboxes.get():
        found.take_notices()


@worker_shutting_down.connect
def _give_jobs_back(**_details: object) -> None:
    stopping.set()


@worker_shutdown.connect
def _leave_mailboxes(**_details: object) -> None:
    """Let visits end that are about to: one that is cut off holds its mailbox up for a minute."""
    if _process_services.cache_info().currsize:
        with suppress(StoreOutage):
            if made := services().mailboxes.made:
                made.leave(LEAVE_SECONDS)
        if rounds := services().rounds:
            rounds.join(LEAVE_SECONDS)


@worker_shutdown.connect
def _send_last_spans(**_details: object) -> None:
    stop_tracing()


@worker_ready.connect
def _sweep(**_details: object) -> None:
    threading.Thread(target=_start_sweeper, name="start sweeper", daemon=True).start()


def _start_sweeper() -> None:
    """Start to sweep; without a database the thread waits for one."""
    while not stopping.is_set():
        try:
            used = services()
            make_months(used.store.database)
        except InlaidError:
            stopping.wait(WATCH_AGAIN_SECONDS)
        else:
            Sweeper(used.settings, used.store.jobs, used.queue, stopping).start()
            break


@worker_ready.connect
def _watch_mailboxes(**_details: object) -> None:
    if not load_settings().worker_mailboxes:
        return
    for work in (watch_mailboxes, visit_mailboxes):
        threading.Thread(target=_go_on, args=(work,), name=work.__name__.replace("_", " "), daemon=True).start()


def _go_on(work: Callable[[Services], None]) -> None:
    """Look after mailboxes until this process stops; without a database the thread waits for one."""
    while not stopping.is_set():
        try:
            work(services())
        except InlaidError:
            stopping.wait(WATCH_AGAIN_SECONDS)
        except Exception:  # Whatever a fault in our code is, mailboxes must not be left alone until the next restart.
            log.exception("looking after mailboxes broke off")
            stopping.wait(WATCH_AGAIN_SECONDS)


def visit_mailboxes(used: Services) -> None:
    """Visit the mailboxes that are due, with the other workers, until this process stops."""
    if found := used.mailboxes.wait():
        found.run()


def watch_mailboxes(used: Services) -> None:
    """Watch the mailboxes that no other process watches, until this process stops."""
    if found := used.mailboxes.wait():
        found.watch()
