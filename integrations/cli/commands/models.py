"""`inlaid model`: the ladder of models for this machine, and the server of the one in use."""

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, TypedDict

import typer

from core.text.catalogues import N_, number, told
from integrations.cli.commands.audit import write_down
from integrations.cli.terminal import JsonFlag, error_console, output_console, print_json

if TYPE_CHECKING:
    from core.drafts import JsonObject
    from core.llm.ladder.choosing import FoundServer, LadderChoice
    from core.llm.ladder.installed import InstalledModel
    from core.llm.ladder.sources import CatalogueEntry
    from core.settings import Settings


EMBEDDED = "embedded"
NO_SERVER = N_(
    "No model server answers on the usual ports (Ollama, LM Studio, llama.cpp, vLLM, Jan). `inlaid model list` shows"
    " what Inlaid can serve itself."
)
RESTART = N_("`inlaid up` takes it at its next start; other commands at once.")
PortOption = Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")]
HostOption = Annotated[
    str, typer.Option(help="Address to listen on. Another than loopback is reached from elsewhere, not encrypted.")
]
AnywayFlag = Annotated[bool, typer.Option("--anyway", help="Do it even if memory is short, or the model is in use.")]

app = typer.Typer(
    help="List, install, choose and remove models for this machine, and serve the one in use.",
    invoke_without_command=True,
)
STEP_PERCENT = 10
EMBEDDED_ROW: "ModelRow" = {
    "name": "embedded",
    "title": "SmolLM2 135M Instruct",
    "parameters": 135_000_000,
    "size_bytes": 98_000_000,
    "memory_bytes": 600_000_000,
    "context": 8192,
    "licence": "Apache-2.0",
    "languages": ["en"],
    "good_for": N_("what needs no writer: quotations, fields, answers with their passage"),
    "installed": True,
}


class ModelRow(TypedDict):
    """A model of the ladder, as `inlaid model list --json` prints it."""

    name: str
    title: str
    parameters: int
    size_bytes: int
    memory_bytes: int
    context: int
    licence: str
    languages: list[str]
    good_for: str
    installed: bool


class ListedModel(ModelRow):
    """The same beside this machine: whether it is in use, and has room here."""

    in_use: bool
    fits: bool
    state: str


@app.callback()
def model(context: typer.Context, port: PortOption = 8091, host: HostOption = "127.0.0.1") -> None:
    """Serve the model in use; INLAID_MODEL_KEY is the key that clients must send."""
    if not context.invoked_subcommand:
        serve(port, host)


@app.command()
def serve(port: PortOption = 8091, host: HostOption = "127.0.0.1") -> None:
    """Serve the model in use; INLAID_MODEL_KEY is the key that clients must send."""
    from core.settings import load_settings
    from integrations.cli.processes.run import run_model

    run_model(load_settings(), port=port, host=host)


@app.command("list")
def list_models(as_json: JsonFlag = False) -> None:
    """List the models that Inlaid knows and those that are installed, smallest first, and which is in use."""
    from core.llm.ladder.choosing import standing
    from core.settings import load_settings

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
    console.print(told(f"{installed.name} is installed ({pinned})."), markup=False)
    console.print(told(words or N_(f"Use it with: inlaid model use {installed.name}")), markup=False)


@app.command()
def use(
    what: Annotated[str, typer.Argument(help="NAME of an installed model, URL#MODEL of a server, or `embedded`.")],
    anyway: AnywayFlag = False,
    as_json: JsonFlag = False,
) -> None:
    """Choose the model that Inlaid works with; settings that name one win."""
    from core.settings import read_settings

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

    if name == EMBEDDED:
        raise InputError(
            "The embedded model is part of the installation.", fix="Name one that `inlaid model list` has."
        )
    settings = read_settings()
    full_name = installed_model(settings, name).name
    freed_bytes = remove_model(settings, full_name, anyway=anyway)
    write_down("model.changed", full_name, change="remove")
    if as_json:
        print_json({"removed": full_name, "freed_bytes": freed_bytes})
    else:
        output_console().print(told(f"{full_name} is removed; {freed_bytes:,} bytes are free again."), markup=False)


@app.command()
def find(as_json: JsonFlag = False) -> None:
    """Look for model servers on this machine, and say how to use one."""
    from dataclasses import asdict

    from core.llm.ladder.choosing import USUAL_PORTS, find_servers
    from core.settings import read_settings

    found = find_servers(read_settings().model_key.get_secret_value(), USUAL_PORTS)
    if as_json:
        print_json({"servers": [asdict(server) for server in found]})
    else:
        print_servers(found)


def _install_embedded(settings: "Settings", *, as_json: bool) -> None:
    from core.llm.weights import install_weights

    path = install_weights(settings)
    if as_json:
        print_json({"installed": {"name": EMBEDDED, "file": str(path)}})
    else:
        output_console().print(told(f"The weights are in {path}."), markup=False)


def _installed(settings: "Settings", what: str, *, anyway: bool, as_json: bool) -> "InstalledModel":
    from core.llm.ladder.gguf import memory
    from core.llm.ladder.installed import install as install_model
    from core.llm.ladder.installed import require_memory
    from core.llm.ladder.sources import source_of

    source = source_of(what)
    if source.entry and not anyway:
        require_memory(source.name, source.entry.memory_bytes, memory(), free=False)
    with shown_download(source.name, as_json=as_json) as report:
        installed = install_model(settings, source, report)
    write_down("model.changed", installed.name, change="install", sha256=installed.sha256)
    return installed


def _chosen(settings: "Settings", what: str, *, anyway: bool) -> str:
    """Choose, and return what that means in words, in English."""
    from core.llm.ladder.choosing import choose

    words = choose(settings, what, anyway=anyway)
    write_down("model.changed", what, change="use")
    return f"{words} {_who_wins(settings) or RESTART}"


def _who_wins(settings: "Settings") -> str:
    from core.llm.ladder.choosing import is_served_here

    if is_served_here(settings.model_url) and not settings.model_name:
        return N_("Start `inlaid model serve` again, and then the processes that use it.")
    if settings.model_url:
        return N_(f"But INLAID_MODEL_URL is set to {settings.model_url} and wins: take that away first.")
    if settings.models_file:
        return N_("But INLAID_MODELS_FILE is set and wins: it counts only for endpoints there with the url `embedded`.")
    return ""


def _shown(installed: "InstalledModel") -> "JsonObject":
    from dataclasses import asdict

    return asdict(installed)


def shown_models(settings: "Settings") -> list[ListedModel]:
    """Return a row for the embedded model, each of the catalogue, and each other that is installed, smallest first."""
    from core.llm.ladder.choosing import name_in_use
    from core.llm.ladder.gguf import memory
    from core.llm.ladder.installed import installed_models
    from core.llm.ladder.sources import load_catalogue

    chosen, total_bytes = name_in_use(settings), memory().total_bytes
    here = {model.name: model for model in installed_models(settings)}
    entries = {entry.name: entry for entry in load_catalogue()}
    rows = [_row(entry, here.get(entry.name)) for entry in entries.values()]
    rows += [_row(None, model) for name, model in here.items() if name not in entries]
    rows.sort(key=lambda row: (row["parameters"], row["name"]))
    rows.insert(0, EMBEDDED_ROW)
    return [
        {
            **row,
            "in_use": row["name"] == chosen,
            "fits": row["memory_bytes"] <= total_bytes,
            "state": _state(row, chosen),
        }
        for row in rows
    ]


def _row(entry: "CatalogueEntry | None", here: "InstalledModel | None") -> ModelRow:
    model = entry or here
    assert model is not None
    return {
        "name": model.name,
        "title": model.title,
        "parameters": model.parameters,
        "size_bytes": here.size_bytes if here else model.size_bytes,
        "memory_bytes": model.memory_bytes,
        "context": model.context,
        "licence": model.licence,
        "languages": list(entry.languages) if entry else [],
        "good_for": entry.good_for if entry else "",
        "installed": here is not None,
    }


def _state(row: ModelRow, chosen: str) -> str:
    return N_("in use") if row["name"] == chosen else N_("installed") if row["installed"] else ""


def print_models(rows: Sequence[ListedModel], stands: "LadderChoice") -> None:
    """Print two lines for each model, and below them the current position."""
    from rich.markup import escape

    console = output_console()
    width = max(len(row["name"]) for row in rows)
    for row in rows:
        state = told(row["state"] or ("" if row["fits"] else N_("needs more memory than this machine has")))
        size, memory = (f"{number(row[name] / 1e9, 1):>4}" for name in ("size_bytes", "memory_bytes"))
        sizes = told(f"{size} GB, {memory} GB of memory")
        name = f"[bold]{escape(row['name'].ljust(width))}[/]"
        console.print(f"{name}  {number(row['parameters'] / 1e9, 2):>4} B  {sizes}  [green]{state}[/]")
        about = "; ".join(part for part in (told(row["good_for"]), ", ".join(row["languages"]), row["licence"]) if part)
        if about:
            console.print(f"[dim]  {escape(about)}[/]")
    console.print()
    console.print(stands.told(), markup=False)


def print_servers(found: Sequence["FoundServer"]) -> None:
    """Print each server, and for each model the command that chooses it."""
    console = output_console()
    if not found:
        console.print(told(NO_SERVER), markup=False)
    for server in found:
        console.print(f"{server.kind} at {server.url}", markup=False)
        if server.wants_key:
            console.print("  " + told("requires an API key: set INLAID_MODEL_KEY to it, and look again"), markup=False)
        elif not server.models:
            console.print("  " + told("has no chat model"), markup=False)
        for name in server.models:
            console.print(f"  inlaid model use '{server.url}#{name}'", markup=False)


@contextmanager
def shown_download(name: str, *, as_json: bool) -> Iterator[Callable[[int, int], None]]:
    """Give a function that reports a download: a moving line on a terminal, else a line for every tenth, on stderr."""
    console = error_console()
    if console.is_terminal and not as_json:
        with console.status(told(f"Looking for {name}")) as status:
            yield lambda here, of: status.update(f"{name}: {_words(here, of)}")
        return
    last = -1

    def report(here_bytes: int, of_bytes: int) -> None:
        nonlocal last
        step = here_bytes * 100 // of_bytes // STEP_PERCENT if of_bytes else here_bytes // 10**8
        if step == last:
            return
        last = step
        if as_json:
            sys.stderr.write(json.dumps({"name": name, "done_bytes": here_bytes, "total_bytes": of_bytes}) + "\n")
        else:
            sys.stderr.write(f"{name}: {_words(here_bytes, of_bytes)}\n")
        sys.stderr.flush()

    yield report


def _words(here_bytes: int, of_bytes: int) -> str:
    here = f"{number(here_bytes / 1e6)} MB"
    return told(f"{here} of {number(of_bytes / 1e6)} MB, {here_bytes * 100 // of_bytes} %") if of_bytes else here
