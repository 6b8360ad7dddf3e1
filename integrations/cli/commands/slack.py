"""`inlaid slack`: the manifest for creating the app, and the Socket Mode process."""

import signal
import sys
import threading
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from core.settings import Settings

LAST_SEND_SECONDS = 0.5

app = typer.Typer(help="Set Slack up, or connect to it where Slack cannot reach this machine.", no_args_is_help=True)


@app.command()
def manifest(
    url: Annotated[str, typer.Option(help="Public address of the web process; default: INLAID_PUBLIC_URL.")] = "",
    socket: Annotated[bool, typer.Option("--socket", help="For Socket Mode: Slack needs no address.")] = False,
    assistant: Annotated[bool, typer.Option("--assistant", help="For older apps with `assistant_view`.")] = False,
) -> None:
    """Print the app manifest, to paste at api.slack.com/apps > Create New App > From a manifest."""
    from core.recipes.loader import load_recipes
    from core.settings import load_settings
    from integrations.slack.setup.manifest import PLACEHOLDER_URL, make_manifest, to_yaml

    settings = load_settings()
    address = (url or settings.public_url or PLACEHOLDER_URL).rstrip("/")
    made = make_manifest(load_recipes(settings.recipes_dir), address, socket_mode=socket, agent=not assistant)
    typer.echo(to_yaml(made), nl=False)


@app.command()
def connect() -> None:
    """Serve Slack over Socket Mode, until SIGTERM or Ctrl-C; needs INLAID_SLACK_APP_TOKEN."""
    from core.settings import load_settings

    run_slack(load_settings())


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
    from integrations.mail.accounts.drafts import mailbox_drafts
    from integrations.mail.mailbox.deliveries import DELIVERY_SECONDS
    from integrations.slack.context import Later, make_desk
    from integrations.slack.socket_mode import connected
    from integrations.web.dispatch import Dispatcher
    from worker.enqueue import CeleryQueue

    configure_logging(settings.log_level, json=not sys.stderr.isatty())
    queue = CeleryQueue(settings.broker_url)
    store, later = open_store(settings), Later()
    events = StreamEvents(settings.broker_url, store.jobs.cipher)
    dispatcher = Dispatcher(store.jobs, queue, events, observe_seconds=lambda _seconds: None)
    recipes = load_recipes(settings.recipes_dir)
    mailbox = mailbox_drafts(store.records, settings, patience_seconds=DELIVERY_SECONDS)
    desk = make_desk(settings, store, recipes, dispatcher.submit, later, mailbox)
    try:
        with connected(desk):
            say_ready()
            stopped.wait()
    finally:
        later.close()
        dispatcher.close(wait_seconds=LAST_SEND_SECONDS)
        events.close()
        store.close()
