"""`inlaid report`: what became of the drafts, as a table, JSON, CSV or one HTML file; and `inlaid teams` for it."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from core.errors import InputError
from core.text.catalogues import counted, gettext, long_day, told
from integrations.cli.commands.audit import write_down
from integrations.cli.terminal import STANDARD_STREAM, JsonFlag, output_console, print_json, write_bytes

if TYPE_CHECKING:
    from core.insight.report.counting_rules import CountingRules
    from core.insight.report.figures import Report
    from core.store import Store


app = typer.Typer(help="Show what became of the drafts.", invoke_without_command=True)
# As `core.insight.report.cube.DIMENSIONS`, which is not read for `--help` alone.
_DIMENSIONS = ("recipe", "surface", "model", "variant", "team", "recipe_version", "prompt_hash")
Filter = Annotated[str | None, typer.Option(help="Only these.")]
teams_app = typer.Typer(help="List teams, or put people into one, for the report.", no_args_is_help=True)
TeamWorkspace = Annotated[str, typer.Option(help="The people's workspace: local, a Slack team id, an Entra tenant.")]


@app.callback()
def report(  # noqa: PLR0913 - one option for each filter and form
    context: typer.Context,
    since: Annotated[str, typer.Option(help="How far back: 30d, 12w, 6m, 1y, or a date.")] = "30d",
    recipe: Filter = None,
    surface: Filter = None,
    model: Filter = None,
    variant: Filter = None,
    team: Filter = None,
    recipe_version: Filter = None,
    prompt_hash: Filter = None,
    by: Annotated[
        list[str] | None, typer.Option(help="Compare by this: " + ", ".join(_DIMENSIONS) + "; repeatable.")
    ] = None,
    html: Annotated[Path | None, typer.Option(help="Write the report with its charts as one HTML file.")] = None,
    csv: Annotated[Path | None, typer.Option(help="Write its figures as CSV; - for stdout.")] = None,
    png: Annotated[Path | None, typer.Option(help="Write the picture of what became of the drafts.")] = None,
    as_json: JsonFlag = False,
) -> None:
    """Show what became of the drafts."""
    if context.invoked_subcommand:
        return
    if sum(map(bool, (html, csv, png, as_json))) > 1:
        raise InputError("Choose one of --json, --html, --csv and --png.", fix="Run the command once for each.")
    filters = {
        "recipe": recipe,
        "surface": surface,
        "model": model,
        "variant": variant,
        "team": team,
        "recipe_version": recipe_version,
        "prompt_hash": prompt_hash,
    }
    found = _read(since, filters, tuple(by or (_DIMENSIONS if as_json or csv else ())))
    if as_json:
        from core.insight.report.formats import report_json

        print_json(report_json(found))
    elif html or csv or png:
        _write(found, html=html, csv=csv, png=png)
    else:
        print_report(found)


@app.command()
def rebuild(as_json: JsonFlag = False) -> None:
    """Count all jobs again; totals of days whose jobs were deleted stay."""
    from core.insight.report import rollup

    jobs = rollup.rebuild(*open_rules())
    if as_json:
        print_json({"jobs": jobs})
        return
    output_console().print(counted("%(shown)s job counted.", "%(shown)s jobs counted.", jobs))


def open_rules() -> "tuple[Store, CountingRules]":
    """Return the store, and the rules by which its jobs are counted."""
    from core.insight.report.counting_rules import load_counting_rules
    from core.recipes.book import RecipeBook
    from core.settings import load_settings
    from core.store import open_store

    settings = load_settings()
    store = open_store(settings)
    return store, load_counting_rules(settings, store, RecipeBook(settings.recipes_dir, store.records))


def _read(since: str, filters: Mapping[str, str | None], by: tuple[str, ...]) -> "Report":
    from core.insight.report.counting_rules import discretion_of
    from core.insight.report.cube import make_query
    from core.insight.report.reader import read_report
    from core.insight.report.rollup import roll_up_all
    from core.job import LOCAL_WORKSPACE
    from core.settings import load_settings

    settings = load_settings()
    store, rules = open_rules()
    query = make_query(since, store.database.now_seconds(), filters=filters, by=by)
    roll_up_all(store, rules)
    own = [(LOCAL_WORKSPACE, settings.local_person)]
    return read_report(store, query, rules, own=own, discretion=discretion_of(settings, asker_counts=False))


def _write(found: "Report", *, html: Path | None, csv: Path | None, png: Path | None) -> None:
    write_down("report.exported", format="html" if html else "csv" if csv else "png")
    if html:
        from integrations.report.routes import report_file

        write_bytes(html, report_file(found).encode())
    elif csv:
        from core.insight.report.formats import report_csv

        write_bytes(csv, report_csv(found).encode())
    elif png:
        from core.insight.report.charts import chart_png, drawable

        if "trend" not in drawable(found):
            raise InputError("There is nothing to draw yet.", fix="Use a few drafts, then try again.")
        write_bytes(png, chart_png(found, "trend"))
    written = html or csv or png
    if str(written) != STANDARD_STREAM:
        output_console().print(told(f"Written to {written}."), markup=False)


def print_report(found: "Report") -> None:
    """Print the report in readable form."""
    from rich.markup import escape

    from core.insight.report import formats
    from core.insight.report.figures import SAVED_NOTE
    from core.insight.report.wording import LIST_TITLES, entry_words

    console = output_console()
    if found.is_empty:
        console.print(f"{told(formats.NOTHING_YET)} {told(formats.FIRST_STEPS)}\n{told(formats.TRY_DEMO)}")
        return
    if found.is_hidden or found.total is None:
        console.print(told(formats.hidden_words(found)), told(formats.HIDDEN_ADVICE))
        return
    _print_total(found)
    for name, groups in found.groups.items():
        if groups:
            _print_groups(name, groups, found.titles)
    for name, entries in found.lists.items():
        if entries:
            console.print(f"[bold]{told(LIST_TITLES[name])}[/]", highlight=False)
            for entry in entries[:8]:
                console.print(f"  {escape(told(entry_words(name, entry.name)))}: {entry.count}", highlight=False)
    console.print(f"[dim]{told(formats.SHARES_NOTE)}[/]")
    if found.total.saved_usd:
        console.print(f"[dim]{told(SAVED_NOTE)}[/]")


def _print_total(found: "Report") -> None:
    from rich.table import Table

    from core.insight.report.formats import changed, dollars, percent, seconds
    from core.insight.report.wording import FIGURE_WORDS, OUTCOME_WORDS

    total = found.total
    assert total
    days = {"first": long_day(found.query.first), "last": long_day(found.query.last)}
    table = Table(gettext("%(first)s to %(last)s") % days, "", box=None, pad_edge=False)
    rows = {
        told("Jobs"): told(f"{total.jobs} ({total.done} done, {total.failed} failed, {total.cancelled} cancelled)"),
        told(FIGURE_WORDS["used"]): percent(total.used),
        **{told(OUTCOME_WORDS[name]): percent(share) for name, share in total.shares.items()},
        **({told(FIGURE_WORDS["open_gaps"]): percent(total.open_gaps)} if total.open_gaps.value else {}),
        told("Share changed, median"): told(
            f"{changed(total.distance)}; of drafts used with changes {changed(total.edited_distance)}"
        ),
        told("Time to result, median"): seconds(total.seconds_p50),
        told("Time to result, 95 % within"): seconds(total.seconds_p95),
        told("Cost"): dollars(total.usd),
        **({told("Saved by the small model"): dollars(total.saved_usd)} if total.saved_usd else {}),
        **{told(FIGURE_WORDS[name]): percent(getattr(total, name)) for name in ("small", "escalated", "skeleton")},
        told("People"): str(total.people),
    }
    for name, value in rows.items():
        table.add_row(name, value)
    output_console().print(table)


def _print_groups(name: str, groups: Any, titles: Mapping[str, str]) -> None:
    from rich.markup import escape
    from rich.table import Table

    from core.insight.report.formats import changed, dollars, percent, seconds
    from core.insight.report.wording import DIMENSION_WORDS, group_words

    dimension, name = name, told(DIMENSION_WORDS[name])
    table = Table(
        told(f"By {name}"),
        told("Jobs"),
        told("Used"),
        told("Share changed"),
        told("95 % within"),
        told("Cost"),
        box=None,
        pad_edge=False,
    )
    for group in groups:
        figures = group.figures
        shown = told(group_words(dimension, group.name, titles)) or told(f"no {name}")
        many = f" ({group.joined})" if group.joined > 1 else ""
        table.add_row(
            escape(shown + many),
            str(figures.jobs),
            percent(figures.used),
            changed(figures.edited_distance),
            seconds(figures.seconds_p95),
            dollars(figures.usd),
        )
    output_console().print(table)


@teams_app.command("list")
def list_teams(workspace: TeamWorkspace = "local", as_json: JsonFlag = False) -> None:
    """List the teams and their people."""
    from core.insight.report.counting_rules import Teams
    from core.settings import load_settings
    from core.store import open_store

    members = Teams(open_store(load_settings()).records).members(workspace)
    if as_json:
        print_json({"teams": members})
        return
    for team, people in sorted(members.items()):
        output_console().print(f"{team}: {', '.join(people)}", markup=False)
    if not members:
        output_console().print(told("No teams yet. Create one with: inlaid teams assign TEAM ADDRESS..."))


@teams_app.command()
def assign(
    team: Annotated[str, typer.Argument(help='Name of the team; "" takes people out of theirs.')],
    people: Annotated[list[str], typer.Argument(help="Mail addresses, or Slack user ids.")],
    workspace: TeamWorkspace = "local",
) -> None:
    """Put people into a team; their earlier jobs stay where they were counted."""
    from core.insight.report.counting_rules import Teams
    from core.people import load_people
    from core.settings import load_settings
    from core.store import open_store

    settings = load_settings()
    kept = open_store(settings).records
    for person in people:
        home = load_people(settings, kept).identity(workspace, person)
        Teams(kept).assign(home.workspace, [home.person], team)
