"""`inlaid model`: the ladder of models for this machine, and the server of the one in use."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from integrations.cli.options import JsonFlag

if TYPE_CHECKING:
    from core.llm.ladder.installed import InstalledModel
    from core.settings import Settings

EMBEDDED = "embedded"
RESTART = "`inlaid up` takes it at its next start; other commands at once."
PortOption = Annotated[int, typer.Option(min=1, max=65535, help="Port on 127.0.0.1.")]
AnywayFlag = Annotated[bool, typer.Option("--anyway", help="Do it even if memory is short, or the model is in use.")]

app = typer.Typer(
    help="List, install, choose and remove models for this machine, and serve the one in use.",
    invoke_without_command=True,
)


@app.callback()
def model(context: typer.Context, port: PortOption = 8091) -> None:
    """Serve the model in use; INLAID_MODEL_KEY is the key that clients must send."""
    if not context.invoked_subcommand:
        serve(port)


@app.command()
def serve(port: PortOption = 8091) -> None:
    """Serve the model in use; INLAID_MODEL_KEY is the key that clients must send."""
    from core.settings import load_settings
    from integrations.cli.processes.run import run_model

    run_model(load_settings(), port=port)


@app.command("list")
def list_models(as_json: JsonFlag = False) -> None:
    """List the models that Inlaid knows and those that are installed, smallest first, and which is in use."""
    from core.llm.ladder.choosing import standing
    from core.settings import load_settings
    from integrations.cli.commands.model_table import print_models, shown_models
    from integrations.cli.terminal import print_json

    settings = load_settings()
    rows, stands = shown_models(settings), standing(settings)
    if as_json:
        print_json({"models": rows, "standing": str(stands), "next": stands.command})
    else:
        print_models(rows, stands)


@app.command()
def install(
    what: Annotated[str, typer.Argument(help="NAME of the list, hf:OWNER/REPO[:FILE], an address, or a file.")] = "",
    use_it: Annotated[bool, typer.Option("--use", help="Use it from now on.")] = False,
    anyway: AnywayFlag = False,
    as_json: JsonFlag = False,
) -> None:
    """Fetch a model, check its hash, and put it under INLAID_HOME; without a name the embedded one's weights."""
    from core.llm.ladder.gguf import gigabytes
    from core.settings import read_settings
    from integrations.cli.terminal import output_console, print_json

    settings = read_settings()
    if not what:
        _install_embedded(settings, as_json=as_json)
        return
    installed = _installed(settings, what, anyway=anyway, as_json=as_json)
    words = _chosen(settings, installed.name, anyway=anyway) if use_it else ""
    if as_json:
        print_json({"installed": _shown(installed), "used": use_it, "message": words})
        return
    console = output_console()
    pinned = f"{gigabytes(installed.size_bytes)}, SHA-256 {installed.sha256[:16]}…"
    console.print(f"{installed.name} is installed ({pinned}).", markup=False)
    console.print(words or f"Use it with: inlaid model use {installed.name}", markup=False)


@app.command()
def use(
    what: Annotated[str, typer.Argument(help="NAME of an installed model, URL#MODEL of a server, or `embedded`.")],
    anyway: AnywayFlag = False,
    as_json: JsonFlag = False,
) -> None:
    """Choose the model that Inlaid works with; settings that name one win."""
    from core.settings import read_settings
    from integrations.cli.terminal import output_console, print_json

    words = _chosen(read_settings(), what, anyway=anyway)
    if as_json:
        print_json({"message": words})
    else:
        output_console().print(words, markup=False)


@app.command()
def remove(name: str, anyway: AnywayFlag = False, as_json: JsonFlag = False) -> None:
    """Delete an installed model."""
    from core.errors import InputError
    from core.llm.ladder.installed import installed_model
    from core.llm.ladder.installed import remove as remove_model
    from core.settings import read_settings
    from integrations.cli.terminal import output_console, print_json

    if name == EMBEDDED:
        raise InputError(
            "The embedded model is part of the installation.", fix="Name one that `inlaid model list` has."
        )
    settings = read_settings()
    full_name = installed_model(settings, name).name
    freed_bytes = remove_model(settings, full_name, anyway=anyway)
    if as_json:
        print_json({"removed": full_name, "freed_bytes": freed_bytes})
    else:
        output_console().print(f"{full_name} is removed; {freed_bytes:,} bytes are free again.", markup=False)


@app.command()
def find(as_json: JsonFlag = False) -> None:
    """Look for model servers on this machine, and say how to use one."""
    from dataclasses import asdict

    from core.llm.ladder.choosing import USUAL_PORTS, find_servers
    from core.settings import read_settings
    from integrations.cli.commands.model_table import print_servers
    from integrations.cli.terminal import print_json

    found = find_servers(read_settings().model_key.get_secret_value(), USUAL_PORTS)
    if as_json:
        print_json({"servers": [asdict(server) for server in found]})
    else:
        print_servers(found)


def _install_embedded(settings: "Settings", *, as_json: bool) -> None:
    from core.llm.weights import install_weights
    from integrations.cli.terminal import output_console, print_json

    path = install_weights(settings)
    if as_json:
        print_json({"installed": {"name": EMBEDDED, "file": str(path)}})
    else:
        output_console().print(f"The weights are in {path}.", markup=False)


def _installed(settings: "Settings", what: str, *, anyway: bool, as_json: bool) -> "InstalledModel":
    from core.llm.ladder.gguf import memory
    from core.llm.ladder.installed import install as install_model
    from core.llm.ladder.installed import require_memory
    from core.llm.ladder.sources import source_of
    from integrations.cli.commands.model_table import shown_download

    source = source_of(what)
    if source.entry and not anyway:
        require_memory(source.name, source.entry.memory_bytes, memory(), free=False)
    with shown_download(source.name, as_json=as_json) as report:
        return install_model(settings, source, report)


def _chosen(settings: "Settings", what: str, *, anyway: bool) -> str:
    """Choose, and return what that means in words."""
    from core.llm.ladder.choosing import choose

    return f"{choose(settings, what, anyway=anyway)} {_who_wins(settings) or RESTART}"


def _who_wins(settings: "Settings") -> str:
    from core.llm.ladder.choosing import is_served_here

    if is_served_here(settings.model_url) and not settings.model_name:
        return "Start `inlaid model serve` again, and then the processes that use it."
    if settings.model_url:
        return f"But INLAID_MODEL_URL is set to {settings.model_url} and wins: take that away first."
    if settings.models_file:
        return "But INLAID_MODELS_FILE is set and wins: it counts only for endpoints there with the url `embedded`."
    return ""


def _shown(installed: "InstalledModel") -> dict[str, Any]:
    from dataclasses import asdict

    return asdict(installed)
