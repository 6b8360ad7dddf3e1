"""The Socket Mode process: connects to Slack where Slack cannot reach this machine."""

import signal
import sys
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.settings import Settings

LAST_SEND_SECONDS = 0.5


def run_slack(settings: "Settings") -> None:
    """Serve Slack over Socket Mode in this process until SIGTERM or SIGINT; see `serve`."""
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    serve(settings, stopped)


def serve(settings: "Settings", stopped: threading.Event) -> None:
    """Serve Slack over Socket Mode until the event is set.

    Raises:
        SettingsError: the app-level token or the broker is missing.
        CredentialError: Slack refuses the token.
        OutageError: Slack or the database cannot be reached.
    """
    from core.events.streams import StreamEvents
    from core.logs import configure_logging
    from core.recipes.loader import load_recipes
    from core.store import open_store
    from core.system.subprocesses import say_ready
    from integrations.mail.accounts.new_mail import mailbox_drafts
    from integrations.mail.mailbox.surface import DELIVERY_SECONDS
    from integrations.slack.context import BackgroundRunner, make_context
    from integrations.slack.socket_mode import connected
    from integrations.web.dispatch import Dispatcher
    from worker.enqueue import CeleryQueue

    configure_logging(settings.log_level, json=not sys.stderr.isatty())
    queue = CeleryQueue(settings.broker_url)
    store, background = open_store(settings), BackgroundRunner()
    events = StreamEvents(settings.broker_url, store.jobs.cipher)
    dispatcher = Dispatcher(store.jobs, queue, events, observe_seconds=lambda _seconds: None)
    recipes = load_recipes(settings.recipes_dir)
    mailbox = mailbox_drafts(store.records, settings, patience_seconds=DELIVERY_SECONDS)
    context = make_context(settings, store, recipes, dispatcher.submit, background, mailbox)
    try:
        with connected(context):
            say_ready()
            stopped.wait()
    finally:
        background.close()
        dispatcher.close(wait_seconds=LAST_SEND_SECONDS)
        events.close()
        store.close()
