"""The processes of an installation, each run in the foreground until SIGTERM or Ctrl-C.

`inlaid up` starts them by `python -m integrations.cli.processes.run NAME`; each then makes the file named by
INLAID_READY_FILE once it is ready.
"""

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, NoReturn

from core.errors import InlaidError, SettingsError, StoreOutage
from core.job import QUEUES
from core.logs import configure_logging, logger
from core.settings import Settings, load_settings, settings_environment
from core.system.memory import keep_small
from core.system.subprocesses import READY_FILE_VARIABLE, module_command, say_ready

if TYPE_CHECKING:
    from core.sources.management import SourceManager
    from core.store import Store


log = logger(__name__)
LAST_SEND_SECONDS = 0.5


def run_worker(settings: Settings, queues: Sequence[str] = QUEUES, **watchdog_seconds: float) -> NoReturn:
    """Run a Celery worker. SIGTERM lets running jobs end or hands them back, a second Ctrl-C does not wait for them.

    Args:
        settings: the same as the environment's, which Celery tasks read for themselves.
        queues: the queues to serve, by falling priority.
        watchdog_seconds: times of `worker.watchdog.Watchdog` other than its own.

    Raises:
        SettingsError: no broker is set, or the database's tables are too old or too new.
    """
    give_way(settings, queues)
    _prepare_celery(settings)
    _require_tables(settings)
    from celery.signals import worker_ready

    from worker.app import app
    from worker.readiness import start_readiness
    from worker.watchdog import watch_over

    def watch(**_details: object) -> None:
        watch_over(settings.broker_url, settings.worker_threads, **watchdog_seconds)

    worker_ready.connect(watch, weak=False)
    worker_ready.connect(start_readiness, weak=False)
    worker = app.Worker(
        hostname=f"inlaid-{os.getpid()}@{socket.gethostname()}",
        pool_cls="threads",
        concurrency=settings.worker_threads,
        queues=list(queues),
        without_gossip=True,
        without_mingle=True,
        quiet=True,
    )
    worker.start()
    sys.exit(worker.exitcode or 0)


def give_way(settings: Settings, queues: Sequence[str]) -> None:
    """Lower the priority of this process where it takes bulk jobs alone; others have mailboxes or somebody who waits.

    Between units of systemd and containers that changes nothing: priorities hold within one control group.
    """
    if set(queues) == {"bulk"} and hasattr(os, "nice"):  # Windows has none
        os.nice(settings.worker_nice)


def run_beat(settings: Settings) -> None:
    """Run Celery's scheduler, which starts what is due; one for an installation.

    Raises:
        SettingsError: no broker is set, or the database's tables are too old or too new.
    """
    _prepare_celery(settings)
    if READY_FILE_VARIABLE not in os.environ:  # the process that named that file has checked already
        _require_tables_elsewhere(settings)
    from celery.signals import beat_init

    from worker.app import app

    app.conf.include = ()  # it sends tasks by name: their code would only cost a second and 40 MB
    beat_init.connect(say_ready, weak=False)
    log.info("The scheduler starts.")
    app.Beat(quiet=True).run()


def run_model(settings: Settings, *, port: int, host: str) -> None:
    """Serve the embedded model with INLAID_MODEL_KEY as key; see `core.llm.local.serve_model`."""
    from core.llm.local import serve_model

    serve_model(settings, port=port, key=settings.model_key.get_secret_value(), host=host)


def _run_web(settings: Settings) -> None:
    keep_small()
    from integrations.web.app import run_web

    run_web(settings)


def _prepare_celery(settings: Settings) -> None:
    if not settings.broker_url:
        raise SettingsError("No broker is set.", fix="Set INLAID_BROKER_URL, or use `inlaid up`.")
    keep_small()
    from celery.signals import setup_logging

    def configure(**_details: object) -> None:
        configure_logging(settings.log_level, json=not sys.stderr.isatty())

    # With a receiver here Celery leaves logging alone.
    setup_logging.connect(configure, weak=False)
    configure()


def _require_tables(settings: Settings) -> None:
    """End here when the tables are not this version's; a database that is down is waited for later."""
    from core.store import open_database
    from core.store.migrate import prepare_schema

    database = open_database(settings)
    try:
        prepare_schema(database)
    except StoreOutage as error:
        log.warning("store down", code=error.code)
    finally:
        database.close()


def _require_tables_elsewhere(settings: Settings) -> None:
    """Do that in a process of its own, which prints the reason: a scheduler needs no database, and saves its 30 MB."""
    command = module_command("integrations.cli.processes.run", "tables")
    code = subprocess.run(command, env=settings_environment(settings), check=False).returncode
    if code:
        sys.exit(code)


def run_slack(settings: Settings) -> None:
    """Serve Slack over Socket Mode in this process until SIGTERM or SIGINT; see `serve_slack`."""
    from core.observability.tracing import start_tracing, stop_tracing

    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    start_tracing(settings.otel_endpoint, "slack")
    try:
        serve_slack(settings, stopped)
    finally:
        stop_tracing()


def serve_slack(settings: Settings, stopped: threading.Event) -> None:
    """Serve Slack over Socket Mode until the event is set.

    Raises:
        SettingsError: the app-level token or the broker is missing.
        CredentialError: Slack refuses the token.
        OutageError: Slack or the database cannot be reached.
    """
    from core.events.streams import StreamEvents
    from core.logs import configure_logging
    from core.recipes.book import RecipeBook
    from core.store import open_store
    from core.submit import load_intake
    from core.system.subprocesses import say_ready
    from integrations.mail.accounts.new_mail import mailbox_drafts
    from integrations.mail.mailbox.deliveries import DELIVERY_SECONDS
    from integrations.slack.app import connected
    from integrations.slack.context import BackgroundRunner, make_context
    from integrations.web.dispatch import Dispatcher
    from worker.enqueue import CeleryQueue

    configure_logging(settings.log_level, json=not sys.stderr.isatty())
    queue = CeleryQueue(settings.broker_url)
    store, background = open_store(settings), BackgroundRunner()
    events = StreamEvents(settings.broker_url, store.jobs.cipher)
    recipes = RecipeBook(settings.recipes_dir, store.records)
    intake = load_intake(settings, store, recipes)
    dispatcher = Dispatcher(intake, queue, events, observe_seconds=lambda _seconds: None)
    mailbox = mailbox_drafts(store.records, settings, patience_seconds=DELIVERY_SECONDS)
    context = make_context(
        settings, store, recipes, dispatcher.submit, background, mailbox=mailbox, policies=intake.policies
    )
    context = replace(context, sources=partial(_sources, settings, store))
    try:
        with connected(context):
            say_ready()
            stopped.wait()
    finally:
        background.close()
        dispatcher.close(wait_seconds=LAST_SEND_SECONDS)
        events.close()
        store.close()


def _sources(settings: Settings, store: "Store") -> "SourceManager":
    from core.sources.search import load_sources
    from integrations.registry import open_sources

    return open_sources(load_sources(settings, store))


RUN: dict[str, Callable[[Settings], None]] = {
    "worker": run_worker,
    "beat": run_beat,
    "web": _run_web,
    "tables": _require_tables,
    "slack": run_slack,
}


def main() -> None:
    """Run the process that the command line names; an error is one line and exit code 1."""
    try:
        RUN[sys.argv[1]](load_settings())
    except InlaidError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
