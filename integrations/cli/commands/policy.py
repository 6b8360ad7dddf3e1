"""`inlaid policy`: what groups may use, checked, shown and explained."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from core.text.catalogues import N_, ngettext, told
from integrations.cli.terminal import JsonFlag, error_console, output_console, print_json

if TYPE_CHECKING:
    from collections.abc import Collection

    from core.llm.models_file import ModelsFile
    from core.people import People
    from core.policies.enforcement import Policies
    from core.policies.explanation import Explanation
    from core.recipes.book import RecipeBook

app = typer.Typer(help="See which recipes, surfaces and models groups may use, and why.", no_args_is_help=True)
Recipe = Annotated[str, typer.Option(help="Ask about this recipe.")]
SurfaceName = Annotated[
    str, typer.Option(help="Ask about this surface: slack, word, outlook, mail, cli, api, mcp, signals, trial.")
]
WHAT_THEY_ARE = N_("Policies say which recipes, surfaces and models groups of people may use, and how they write.")
PERSON_HELP = "Mail address, WORKSPACE/PERSON, or the id that `people list` shows."


@app.command()
def check(
    file: Annotated[Path | None, typer.Argument(help="A TOML file. None: the policies in force.")] = None,
    as_json: JsonFlag = False,
) -> None:
    """Check policies: every problem with its line, and a warning for each rule that has no effect."""
    from core.policies.explanation import known_names, name_warnings
    from core.policies.parsing import parse_policies, warnings_of
    from integrations.cli.terminal import decode_text, read_bytes

    policies, _, recipes, models = _open()
    if file:
        text = decode_text(read_bytes(file))
        warned = warnings_of(parse_policies(text, file.name), text, known_names(recipes, models.endpoints))
    else:
        now = policies.book.current()
        if now.error:
            raise now.error
        warned = name_warnings(now, recipes, models.endpoints)
    if as_json:
        print_json({"ok": True, "warnings": [{"line": each.line, "message": each.text} for each in warned]})
        return
    for each in warned:
        output_console().print(told(f"line {each.line}: {each.text}"), markup=False)
    counted = ngettext(
        "%(count)s warning: what does nothing, or not for everybody.",
        "%(count)s warnings: what does nothing, or not for everybody.",
        len(warned),
    ) % {"count": len(warned)}
    output_console().print(counted if warned else told("No problems found."))


@app.command()
@app.command("list", hidden=True)
def show(person: Annotated[str, typer.Argument(help=PERSON_HELP)] = "", as_json: JsonFlag = False) -> None:
    """Show which policies are in force; with a person, their groups and the rules that hold for them."""
    from core.policies.explanation import origin_words

    policies, _, _, _ = opened = _open()
    if person:
        _print(_explained(opened, person, "", ""), as_json=as_json, is_asked=False)
        return
    now = policies.book.current()
    if as_json:
        where = str(policies.book.path) if now.origin == "file" else ""
        newest = policies.book.versions.newest_number()
        shown = {"origin": now.origin, "file": where, "version": now.version, "newest_version": newest}
        print_json({**shown, "text": now.text, "error": now.error.to_json() if now.error else None})
        return
    output_console().print(told(origin_words(now)), markup=False)
    if now.text:
        output_console().print(f"\n{now.text}", markup=False, highlight=False)
    elif not now.origin and not now.is_closed:
        for line in (
            WHAT_THEY_ARE,
            N_(f"Write them to {policies.book.path}, or on the page Policies of `inlaid console`."),
        ):
            output_console().print(told(line), markup=False)


@app.command()
def why(
    person: Annotated[str, typer.Argument(help=PERSON_HELP)],
    recipe: Recipe = "",
    surface: SurfaceName = "",
    as_json: JsonFlag = False,
) -> None:
    """Explain why somebody may not use a recipe or a surface, with exit code 1; without either, list all refused."""
    from core.surfaces import known_surfaces

    opened = _open()
    _require_known(N_("recipe"), recipe, opened[2])
    _require_known(N_("surface"), surface, known_surfaces())
    found = _explained(opened, person, recipe, surface)
    _print(found, as_json=as_json, is_asked=True)
    if found.refusals and (recipe or surface):
        raise typer.Exit(1)


def _require_known(what: str, name: str, known: "Collection[str]") -> None:
    """Refuse a name that nothing bears: an answer about it would be an all-clear for a slip of the pen."""
    from core.errors import NotFoundError
    from core.text.near_names import near_fix

    if name and name not in known:
        raise NotFoundError(f"There is no {what} called {name}.", fix=near_fix(name, known))


Opened = tuple["Policies", "People", "RecipeBook", "ModelsFile"]


def _open() -> Opened:
    from core.llm.models_file import load_models_file
    from core.logs import configure_logging
    from core.people import load_people
    from core.policies.enforcement import load_policies
    from core.recipes.book import RecipeBook
    from core.settings import load_settings
    from core.store import open_store

    configure_logging("ERROR", json=False)
    settings = load_settings()
    records = open_store(settings).records
    people = load_people(settings, records)
    recipes = RecipeBook(settings.recipes_dir, records)
    return load_policies(settings, records, people), people, recipes, load_models_file(settings)


def _explained(opened: Opened, person: str, recipe: str, surface: str) -> "Explanation":
    from core.policies.explanation import explain

    policies, people, recipes, models = opened
    who = _who(people, person, surface)
    return explain(policies, who, recipes, models.asked, recipe=recipe, surface=surface)


def _who(people: "People", text: str, surface: str) -> tuple[str, str]:
    """Return the sign-in that is asked about: the one named, else the person's on the surface, else their home."""
    from core.errors import NotFoundError
    from core.job import LOCAL_WORKSPACE

    try:
        known = people.find(text)
    except NotFoundError:
        if "@" not in text:
            raise
        known_as = told(f"Nobody has signed in as {text} yet. This is what would hold for them.")
        error_console().print(known_as, markup=False)
        return LOCAL_WORKSPACE, text
    ways = {"slack": "slack", "word": "entra", "outlook": "entra"}
    on_surface = (door.name for door in known.doors if door.way == ways.get(surface))
    named = (door.name for door in known.sign_ins if "/".join(door.name) == text)
    return next(named, None) or next(on_surface, None) or known.person.home


def _print(found: "Explanation", *, as_json: bool, is_asked: bool) -> None:
    if as_json:
        print_json(found.to_json())
        return
    console, shown = output_console(), found.to_json()
    if is_asked:
        console.print(told("Allowed.") if not found.refusals else told("Not allowed:"))
        for refusal in found.refusals:
            console.print(f"- {told(refusal.sentence)}", markup=False)
        if found.without_model:
            names = ", ".join(found.without_model)
            console.print(told(f"No model is left for these recipes: {names}"), markup=False)
    for group in found.groups:
        console.print(told(f"In the group {group.title or group.name} ({group.because})."), markup=False)
    for section, rule, value in found.rules:
        console.print(f"{section}: {rule} = {value}", markup=False)
    for _language, rule, value in found.style:
        console.print(f"{rule} = {' / '.join(value.splitlines())}", markup=False)
    console.print(told(shown["in_force"]), markup=False)
