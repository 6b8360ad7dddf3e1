"""`inlaid doctor`: the settings in force, secrets masked, and whether everything that they name answers."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import typer

from integrations.cli.run import JsonFlag

if TYPE_CHECKING:
    from core.settings import Settings


def doctor(as_json: JsonFlag = False) -> None:
    """Print the settings and test each connection; exit code 1 when one fails."""
    from core.settings import load_settings
    from integrations.cli.terminal import print_json

    settings = load_settings()
    examined = [examine(name, test, settings) for name, test in EXAMINATIONS.items()]
    if as_json:
        print_json({"settings": settings.masked(), "checks": examined})
    else:
        _print_report(settings, examined)
    if not all(one["ok"] for one in examined):
        raise typer.Exit(1)


def examine(name: str, test: Callable[["Settings"], str], settings: "Settings") -> dict[str, Any]:
    """Return `{"name", "ok", "message", "fix"}` of one test."""
    from core.errors import InlaidError

    try:
        return {"name": name, "ok": True, "message": test(settings), "fix": ""}
    except InlaidError as error:
        return {"name": name, "ok": False, "message": error.message, "fix": error.fix}


def _database(settings: "Settings") -> str:
    from core.settings import mask_url
    from core.store import open_store

    store = open_store(settings)
    count = sum(store.jobs.count_by_state().values())
    store.close()
    return f"{mask_url(settings.store_url)} answers, {count} jobs."


def _secrets(settings: "Settings") -> str:
    from core.privacy import load_cipher

    load_cipher(settings)
    return "INLAID_SECRET_KEYS." if settings.secret_keys else f"Key file in {settings.home}."


def _broker(settings: "Settings") -> str:
    from core.settings import mask_url

    if not settings.broker_url:
        return "None set: `inlaid up` starts its own."
    from kombu import Connection
    from kombu.exceptions import KombuError

    from core.errors import BrokerOutage

    try:
        with Connection(settings.broker_url, connect_timeout=2, transport_options={"socket_timeout": 2}) as connection:
            connection.ensure_connection(max_retries=1)
    except (KombuError, OSError) as error:
        raise BrokerOutage("The broker cannot be reached.", fix="Check INLAID_BROKER_URL.") from error
    return f"{mask_url(settings.broker_url)} answers."


def _model(settings: "Settings") -> str:
    if settings.model_url:
        from core.llm import connect

        return f"{settings.model_url} answers with {connect(settings).name}."
    from core.llm.local import require_local_model, thread_count
    from core.llm.weights import verified_weights

    require_local_model(settings)
    return f"Local model {verified_weights(settings).name}, {thread_count(settings)} thread(s)."


def _recipes(settings: "Settings") -> str:
    from core.recipes.loader import load_recipes

    return ", ".join(sorted(load_recipes(settings.recipes_dir)))


EXAMINATIONS: dict[str, Callable[["Settings"], str]] = {
    "secrets": _secrets,
    "database": _database,
    "broker": _broker,
    "model": _model,
    "recipes": _recipes,
}


def _print_report(settings: "Settings", examined: list[dict[str, Any]]) -> None:
    from rich.markup import escape

    from integrations.cli.terminal import output_console

    console = output_console()
    for line in _lines(settings):
        console.print(line)
    for one in examined:
        mark = "[green]ok[/]  " if one["ok"] else "[red]fail[/]"
        console.print(f"{mark} {one['name']}: {escape(' '.join((one['message'], one['fix'])).strip())}")


def _lines(settings: "Settings") -> Iterator[str]:
    from rich.markup import escape

    for name, value in settings.masked().items():
        yield f"[dim]{name}[/]={escape(value)}"
