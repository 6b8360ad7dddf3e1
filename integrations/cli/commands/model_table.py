"""What `inlaid model` shows: the list of models, the servers that were found, and a download on its way."""

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from integrations.cli.terminal import error_console, output_console

if TYPE_CHECKING:
    from core.llm.ladder.choosing import FoundServer, Standing
    from core.llm.ladder.installed import InstalledModel
    from core.llm.ladder.sources import CatalogueEntry
    from core.settings import Settings

STEP_PERCENT = 10
EMBEDDED_ROW: dict[str, Any] = {
    "name": "embedded",
    "title": "SmolLM2 135M Instruct",
    "parameters": 135_000_000,
    "size_bytes": 98_000_000,
    "memory_bytes": 600_000_000,
    "context": 8192,
    "licence": "Apache-2.0",
    "languages": ["en"],
    "good_for": "what needs no writer: quotations, fields, answers with their passage",
    "installed": True,
}


def shown_models(settings: "Settings") -> list[dict[str, Any]]:
    """Return a row for the embedded model, each of the catalogue, and each other that is installed, smallest first."""
    from core.llm.ladder.gguf import memory
    from core.llm.ladder.installed import installed_models
    from core.llm.ladder.sources import load_catalogue
    from core.settings.model_choice import read_choice

    choice, total_bytes = read_choice(settings.home), memory().total_bytes
    here = {model.name: model for model in installed_models(settings)}
    entries = {entry.name: entry for entry in load_catalogue()}
    rows = [_row(entry, here.get(entry.name)) for entry in entries.values()]
    rows += [_row(None, one) for name, one in here.items() if name not in entries]
    rows.sort(key=lambda row: (row["parameters"], row["name"]))
    rows.insert(0, EMBEDDED_ROW)
    chosen = "" if choice and choice.url else choice.name if choice else EMBEDDED_ROW["name"]
    return [
        {
            **row,
            "in_use": row["name"] == chosen,
            "fits": row["memory_bytes"] <= total_bytes,
            "state": _state(row, chosen),
        }
        for row in rows
    ]


def _row(entry: "CatalogueEntry | None", here: "InstalledModel | None") -> dict[str, Any]:
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


def _state(row: dict[str, Any], chosen: str) -> str:
    return "in use" if row["name"] == chosen else "installed" if row["installed"] else ""


def print_models(rows: Sequence[dict[str, Any]], stands: "Standing") -> None:
    """Print two lines for each model, and below them the current position."""
    from rich.markup import escape

    console = output_console()
    width = max(len(row["name"]) for row in rows)
    for row in rows:
        state = row["state"] or ("" if row["fits"] else "needs more memory than this machine has")
        sizes = f"{row['size_bytes'] / 1e9:4.1f} GB, {row['memory_bytes'] / 1e9:4.1f} GB of memory"
        name = f"[bold]{escape(row['name'].ljust(width))}[/]"
        console.print(f"{name}  {row['parameters'] / 1e9:4.2f} B  {sizes}  [green]{state}[/]")
        about = "; ".join(part for part in (row["good_for"], ", ".join(row["languages"]), row["licence"]) if part)
        if about:
            console.print(f"[dim]  {escape(about)}[/]")
    console.print()
    console.print(str(stands), markup=False)


def print_servers(found: Sequence["FoundServer"]) -> None:
    """Print each server, and for each model the command that chooses it."""
    console = output_console()
    if not found:
        words = "No model server answers on the usual ports (Ollama, LM Studio, llama.cpp, vLLM, Jan)."
        console.print(f"{words} `inlaid model list` shows what Inlaid can serve itself.", markup=False)
    for server in found:
        console.print(f"{server.kind} at {server.url}", markup=False)
        if server.wants_key:
            console.print("  wants a key: set INLAID_MODEL_KEY to it, and look again", markup=False)
        elif not server.models:
            console.print("  has no chat model", markup=False)
        for name in server.models:
            console.print(f"  inlaid model use '{server.url}#{name}'", markup=False)


@contextmanager
def shown_download(name: str, *, as_json: bool) -> Iterator[Callable[[int, int], None]]:
    """Give a function that reports a download: a moving line on a terminal, else a line for every tenth, on stderr."""
    console = error_console()
    if console.is_terminal and not as_json:
        with console.status(f"Looking for {name}") as status:
            yield lambda here, of: status.update(f"Fetching {name}: {_words(here, of)}")
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
    here = f"{here_bytes / 1e6:,.0f} MB"
    return f"{here} of {of_bytes / 1e6:,.0f} MB, {here_bytes * 100 // of_bytes} %" if of_bytes else here
