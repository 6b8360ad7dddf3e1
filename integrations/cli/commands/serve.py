"""`inlaid up`, the processes that it starts, each also on its own for production, and a link to their console."""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from core.audit.acting import acting
from core.text.catalogues import ENGLISH, speaking, told
from integrations.cli.terminal import JsonFlag, output_console, print_json

if TYPE_CHECKING:
    pass


class QueueChoice(StrEnum):
    """What a worker may serve; the values are those of `core.job.QueueName`, in falling priority."""

    INTERACTIVE = "interactive"
    BACKGROUND = "background"
    BULK = "bulk"


def up() -> None:
    """Start everything on this machine: broker, local model, worker, scheduler, web. Ctrl-C stops it."""
    from core.settings import load_settings
    from integrations.cli.commands.up import run_up

    run_up(load_settings())


def web() -> None:
    """Run the web process."""
    from core.settings import load_settings
    from core.system.memory import keep_small

    keep_small()
    from integrations.web.app import run_web

    with acting("web"), speaking(ENGLISH):  # until a request says which language its person reads
        run_web(load_settings())


def worker(
    queues: Annotated[
        list[QueueChoice] | None, typer.Option("--queue", help="Queue to serve; may be repeated. Default: all.")
    ] = None,
) -> None:
    """Run a worker."""
    from core.settings import load_settings
    from integrations.cli.processes.run import run_worker

    with acting("worker"), speaking(ENGLISH):
        run_worker(load_settings(), tuple(queue.value for queue in queues or QueueChoice))


def beat() -> None:
    """Run the scheduler, which starts whatever is due: mailboxes to read, figures to compute. One is enough."""
    from core.settings import load_settings
    from integrations.cli.processes.run import run_beat

    with acting("worker"), speaking(ENGLISH):
        run_beat(load_settings())


def migrate(as_json: JsonFlag = False) -> None:
    """Bring the tables of the database up to date; on a database server only this command does."""
    from core.audit.acting import current_actor, note_local_person
    from core.audit.entries import AuditEvent
    from core.job import LOCAL_WORKSPACE
    from core.settings import load_settings
    from core.store import open_database
    from core.store.audit import AuditTrail
    from core.store.migrate import current_schema, ensure_migrated
    from core.system.private_files import close_to_others

    settings = load_settings()
    close_to_others(settings.home)
    database = open_database(settings)
    changed = ensure_migrated(database)
    note_local_person(lambda: settings.local_person)
    if changed:
        AuditTrail(database).write(AuditEvent("schema.migrated", current_actor(LOCAL_WORKSPACE)))
    revision = current_schema(database).revision
    database.close()
    if as_json:
        print_json({"revision": revision, "changed": changed})
    else:
        output_console().print(
            told(f"The tables are at {revision}.") if changed else told(f"The tables are at {revision} already.")
        )


def console(
    show: Annotated[bool, typer.Option("--open", help="Open it in the browser.")] = False, as_json: JsonFlag = False
) -> None:
    """Print a link that signs you in to the console in a browser on this machine: once, within an hour."""
    import webbrowser

    from core.settings import load_settings
    from integrations.cli.processes.data_dir import holder_of
    from integrations.cli.processes.process_spec import sign_in_link, web_address

    settings = load_settings()
    link = sign_in_link(settings, holder_of(settings.home) or web_address(settings.host, settings.port))
    if as_json:
        print_json({"link": link})
    else:
        output_console().print(link, markup=False, highlight=False, soft_wrap=True)
    if show:
        webbrowser.open(link)
