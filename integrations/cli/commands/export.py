"""`inlaid export`: accepted work of those who agreed, without names, to train and measure models with."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from core.errors import InputError
from core.text.catalogues import told
from integrations.cli.commands.audit import write_down
from integrations.cli.terminal import JsonFlag, output_console, print_json, write_bytes

if TYPE_CHECKING:
    from core.insight.export.pairs import AcceptedWork

CHAT = "chat-jsonl"


def export(
    folder: Annotated[Path, typer.Option("-o", "--output", help="Folder for the files.")],
    form: Annotated[str, typer.Option("--format", help=f"{CHAT}: chats, one a line.")] = CHAT,
    recipe: Annotated[str, typer.Option(help="Only work of this recipe.")] = "",
    since: Annotated[str, typer.Option(help="How far back: 90d, 12w, 6m, 1y, or a date.")] = "1y",
    as_json: JsonFlag = False,
) -> None:
    """Write accepted work of those who agreed, without names: chats, preferences, card.json and README.md.

    training.jsonl and held_out.jsonl are chats; preferences.jsonl and preferences_held_out.jsonl have two answers to
    each prompt, the chosen and the rejected one, of edited texts and of single changes of documents.
    """
    import json

    from core.insight.export.files import card_markdown, data_card, jsonl, preference_jsonl, split_by_person

    if form != CHAT:
        raise InputError(f"There is no format {form}.", fix=f"Take {CHAT}.")
    work = collect_accepted(recipe, since)
    split = split_by_person(work.pairs)
    card = data_card(work, split)
    folder.mkdir(parents=True, exist_ok=True)
    write_bytes(folder / "training.jsonl", jsonl(split.train))
    write_bytes(folder / "held_out.jsonl", jsonl(split.held_out))
    write_bytes(folder / "preferences.jsonl", preference_jsonl(split.train))
    write_bytes(folder / "preferences_held_out.jsonl", preference_jsonl(split.held_out))
    write_bytes(folder / "card.json", f"{json.dumps(card, ensure_ascii=False, indent=2)}\n".encode())
    write_bytes(folder / "README.md", card_markdown(card).encode())
    write_down("work.exported", recipe, pairs=len(work.pairs))
    if as_json:
        print_json(card)
        return
    console = output_console()
    counted = card["files"]
    training, held = (
        told(f"{counted[name]['pairs']} chats and {counted[name]['preferences']} preferences") for name in counted
    )
    console.print(told(f"{training} for training, {held} held out, in {folder}."), markup=False)
    if not work.pairs:
        console.print(told("Only work of people who agreed is taken: inlaid learned share --on"))


def collect_accepted(recipe: str, since: str) -> "AcceptedWork":
    """Return the accepted work of those who agreed.

    Raises:
        InputError: there is no such recipe, or the stretch cannot be read.
    """
    from core.insight.export.pairs import Exporter
    from core.insight.report.cube import make_query
    from core.insight.report.rollup import roll_up_all
    from core.people import load_people
    from core.policies.enforcement import load_policies
    from core.recipes.book import RecipeBook
    from core.settings import load_settings
    from integrations.cli.commands.report import open_rules

    settings = load_settings()
    store, rules = open_rules()
    first_day = make_query(since, store.database.now_seconds(), filters={}).first_day
    roll_up_all(store, rules)
    recipes = dict(RecipeBook(settings.recipes_dir, store.records))
    if recipe and recipe not in recipes:
        raise InputError(f"There is no recipe called {recipe}.", fix=f"Take one of: {', '.join(sorted(recipes))}.")
    people = load_people(settings, store.records)
    exporter = Exporter(store, people, recipes, load_policies(settings, store.records, people))
    return exporter.collect(recipe=recipe, first_day=first_day)
