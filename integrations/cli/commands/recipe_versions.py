"""`inlaid recipes new|save|history|diff|rollback|remove|try`: recipes made and changed here, with their versions."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from core.text.catalogues import N_, counted, told
from integrations.cli.terminal import (
    JsonFlag,
    decode_text,
    error_console,
    output_console,
    print_json,
    read_bytes,
    shown_progress,
)

if TYPE_CHECKING:
    from core.recipes.book import RecipeBook
    from core.recipes.trials import TrialResult
    from core.recipes.versions import RecipeVersion

Name = Annotated[str, typer.Argument(help="Name of a recipe; `inlaid recipes` lists them.")]
File = Annotated[Path, typer.Argument(help="The recipe (TOML); - for stdin.")]
NoteOption = Annotated[str, typer.Option("--note", help="What the version is about, for its history.")]
AfterOption = Annotated[
    int | None, typer.Option("--after", help="The version that it was made from; a newer one is a conflict.", min=0)
]
_SHORT_CHARS = 300


def template(
    start: Annotated[str, typer.Argument(help="Begin as a copy of this recipe.")] = "",
) -> None:
    """Print a starting text for a new recipe: the usual parts, or a copy of another recipe."""
    book = _open()
    typer.echo(book.copy_of(start) if start else book.new_text(), nl=False)


def new(file: File, note: NoteOption = "", as_json: JsonFlag = False) -> None:
    """Make a new recipe; it is offered at once on its `surfaces`."""
    book = _open()
    made = book.create(_text(file), by=_person(), note=note)
    _say(made.name, 1, N_(f"{made.name} is offered on {', '.join(made.surfaces)}."), as_json=as_json)


def save(file: File, note: NoteOption = "", after: AfterOption = None, as_json: JsonFlag = False) -> None:
    """Save a recipe's text as its next version, in force for everybody."""
    from core.recipes.loader import parse_recipe

    book, text = _open(), _text(file)
    name = parse_recipe(text, file.name).name
    made = book.save(name, text, by=_person(), after=book.newest_number(name) if after is None else after, note=note)
    _say(name, made.version, N_(f"Version {made.version} of {name} is in force."), as_json=as_json)


def show(
    name: Name,
    version: Annotated[int | None, typer.Option("--version", help="This version; 0 is the file's.", min=0)] = None,
) -> None:
    """Print a recipe's text as it is in force, or an earlier version."""
    book = _open()
    typer.echo(book.text(name) if version is None else book.version(name, version).text, nl=False)


def history(name: Name, as_json: JsonFlag = False) -> None:
    """List the versions of a recipe, the newest first."""
    found = _open().history(name)
    if as_json:
        print_json({"recipe": name, "versions": [version.to_json() for version in found]})
        return
    from rich.table import Table

    table = Table(told("Version"), told("When (UTC)"), "Who", told("What"), box=None, pad_edge=False)
    for version in found:
        table.add_row(str(version.number), _moment(version.saved_at), version.saved_by, _what(version))
    output_console().print(table)


def diff(
    name: Name,
    version: Annotated[int | None, typer.Argument(help="What this version changed; the newest by default.")] = None,
    against: Annotated[int | None, typer.Argument(help="Compare with this one; the one before by default.")] = None,
) -> None:
    """Print what a version of a recipe changed."""
    from core.errors import NotFoundError
    from core.recipes.versions import diff_lines

    book = _open()
    later = book.history(name)[0] if version is None else book.version(name, version)
    earlier = book.before(later) if against is None else book.version(name, against)
    if earlier is None:
        raise NotFoundError(f"{name} has no version before {later.number}.", fix=f"inlaid recipes show {name}")
    for line in diff_lines(earlier.text, later.text):
        typer.echo(line)


def rollback(
    name: Name,
    version: Annotated[int, typer.Argument(help="The version to put in force again; 0 is the file's.", min=0)],
    note: NoteOption = "",
    as_json: JsonFlag = False,
) -> None:
    """Bring back an earlier version of a recipe, as the next one."""
    book = _open()
    book.roll_back(name, version, by=_person(), after=book.newest_number(name), note=note)
    words = N_(f"The file's version of {name} is in force again.")
    if version:
        words = N_(f"Version {version} of {name} is in force again.")
    _say(name, book.newest_number(name), words, as_json=as_json)


def remove(name: Name, note: NoteOption = "", as_json: JsonFlag = False) -> None:
    """Withdraw a recipe that was made here. Waiting jobs are still done; its versions stay."""
    book = _open()
    book.switch_off(name, by=_person(), after=book.newest_number(name), note=note)
    fix = N_(f"Bring it back with: inlaid recipes rollback {name} VERSION")
    _say(name, book.newest_number(name), N_(f"{name} is switched off. {fix}"), as_json=as_json)
    _print_unused_keys(book)


def _print_unused_keys(book: "RecipeBook") -> None:
    """Say which keys of the models file are for no recipe now; a file that is broken is told elsewhere."""
    from contextlib import suppress

    from core.errors import SettingsError
    from core.llm.models_file import load_models_file
    from core.settings import load_settings

    with suppress(SettingsError):
        for message, _fix in load_models_file(load_settings()).unused_notes(book):
            error_console().print(told(message), markup=False)


def try_text(
    name: Name,
    file: Annotated[Path | None, typer.Argument(help="The text to try; none: the one in force.")] = None,
    count: Annotated[int, typer.Option("-n", "--jobs", help="On so many of your past jobs.", min=1, max=20)] = 5,
    as_json: JsonFlag = False,
) -> None:
    """Run your newest jobs of a recipe again with a new text, and print old and new results. Nothing is delivered."""
    from contextlib import suppress

    from core.errors import JobFailed
    from core.job import LOCAL_WORKSPACE
    from core.people import load_people
    from core.recipes.book import RecipeBook
    from core.recipes.trials import Trials
    from core.settings import load_settings
    from integrations.cli.local_runner import LocalSession

    settings = load_settings()
    with shown_progress() as show_event, LocalSession(settings, show_event) as session:
        store = session.store
        book = RecipeBook(settings.recipes_dir, store.records)
        text = _text(file) if file else book.text(name)
        recipe, who = book.check(name, text), (LOCAL_WORKSPACE, settings.local_person)
        trials = Trials(store.records, store.jobs, store.effects, load_people(settings, store.records))
        trial = trials.begin(
            who, recipe, text, after=book.newest_number(name), count=count,
            submit=lambda request: session.intake.add(request)[0],
        )  # fmt: skip
        for _past, new_id in trial.jobs:
            with suppress(JobFailed):  # its row says why
                session.resume(store.jobs.get(new_id))
        results = trials.results(trial)
    if as_json:
        shown = [result.to_json() for result in results]
        print_json({"trial": trial.id, "recipe": name, "jobs": len(results), "results": shown})
        return
    for result in results:
        _print_result(result)
    error_console().print(_same(results), markup=False)


def _same(results: Sequence["TrialResult"]) -> str:
    return counted(
        "%(shown)s job, %(same)s with the same result.",
        "%(shown)s jobs, %(same)s with the same result.",
        len(results),
        same=sum(result.is_same for result in results),
    )


def _print_result(result: "TrialResult") -> None:
    console = output_console()
    console.rule(" ".join(result.source.split())[:60], align="left")
    if result.is_same:
        console.print(told("The same as before."), style="dim")
        return
    console.print(result.old_text, style="red", markup=False, highlight=False)
    console.print()
    if result.new and result.new.error:
        console.print(told(result.new.error["message"]), style="bold", markup=False)
        return
    console.print(result.new_text, style="green", markup=False, highlight=False)
    if result.new and result.new.draft:
        usage, findings = result.new.draft.usage, result.new.draft.findings
        tokens = usage.input_tokens + usage.output_tokens
        console.print(told(f"{tokens} tokens, {usage.usd:.4f} USD, {usage.seconds:.1f} s"), style="dim")
        for finding in findings:
            console.print(f"{told(finding.severity)}: {told(finding.sentence)}", style="dim", markup=False)


def _open() -> "RecipeBook":
    from core.logs import configure_logging
    from core.recipes.book import RecipeBook
    from core.settings import load_settings
    from core.store import open_store

    configure_logging("ERROR", json=False)
    settings = load_settings()
    return RecipeBook(settings.recipes_dir, open_store(settings).records)


def _person() -> str:
    from core.settings import load_settings

    return load_settings().local_person


def _text(file: Path) -> str:
    return decode_text(read_bytes(file))


def _moment(seconds: float) -> str:
    from datetime import UTC, datetime

    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M") if seconds else ""


def _what(version: "RecipeVersion") -> str:
    done = told({"file": N_("the file's"), "off": N_("switched off"), "saved": ""}[version.state])
    again = told(f"version {version.restores} again") if version.restores else ""
    return ". ".join(part for part in (done, again, version.note) if part)


def _say(name: str, version: int, words: str, *, as_json: bool) -> None:
    if as_json:
        print_json({"recipe": name, "version": version})
    else:
        output_console().print(told(words), markup=False)


COMMANDS: dict[str, Callable[..., None]] = {
    "template": template,
    "new": new,
    "save": save,
    "show": show,
    "history": history,
    "diff": diff,
    "rollback": rollback,
    "remove": remove,
    "try": try_text,
}
