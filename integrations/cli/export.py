"""`inlaid export`: accepted work as training data."""

from pathlib import Path
from typing import Annotated

import typer

from core.errors import InputError

CHAT = "chat-jsonl"


def export(
    folder: Annotated[Path, typer.Option("-o", "--output", help="Folder for the files.")],
    form: Annotated[
        str, typer.Option("--format", help=f"{CHAT}: chats, one a line, with data card and held-out.")
    ] = CHAT,
    workspace: Annotated[str, typer.Option(help="Whose work: local, or a Slack team id.")] = "local",
) -> None:
    """Write accepted work of those who agreed, without names: training.jsonl, held_out.jsonl and README.md."""
    from core.insight.fold import fold_all
    from core.insight.pairs import chat_pairs
    from core.insight.people import load_people
    from core.recipes.loader import load_recipes
    from core.settings import load_settings
    from integrations.cli.report import open_rules
    from integrations.cli.terminal import output_console, write_bytes

    if form != CHAT:
        raise InputError(f"There is no format {form}.", fix=f"Take {CHAT}.")
    settings = load_settings()
    store, rules = open_rules()
    fold_all(store, rules)
    found = chat_pairs(
        store, load_people(settings, store.records), load_recipes(settings.recipes_dir), workspace=workspace
    )
    folder.mkdir(parents=True, exist_ok=True)
    files = {"training.jsonl": found.training, "held_out.jsonl": found.held_out, "README.md": [found.card]}
    for name, lines in files.items():
        write_bytes(folder / name, "".join(f"{line}\n" for line in lines).encode())
    console = output_console()
    console.print(
        f"{len(found.training)} lines for training, {len(found.held_out)} held out, in {folder}.", markup=False
    )
    if not found.training and not found.held_out:
        console.print("Only work of people who agreed is taken: inlaid learned share --on")
