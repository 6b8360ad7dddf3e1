"""`inlaid jobs`: list, show, retry and cancel jobs."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from core.text.catalogues import N_, told
from integrations.cli.terminal import JsonFlag, output_console, print_draft, print_json, shown_progress

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from core.job import Job
    from core.recipes.book import RecipeBook
    from core.settings import Settings
    from core.store import Store

app = typer.Typer(help="List, show, retry and cancel jobs.", no_args_is_help=True)
# A job's id is there to be copied: it is never cut.
JOB_ID_CHARS = 36
ABOUT_CHARS = JOB_ID_CHARS - 2
JobId = Annotated[str, typer.Argument(help="The job's id.")]


@app.command("list")
def list_jobs(
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many, newest first.")] = 20,
    state: Annotated[str | None, typer.Option(help="Only jobs in this state.")] = None,
    as_json: JsonFlag = False,
) -> None:
    """List the newest jobs; the texts of others only with --json, which the audit trail then tells."""
    from core.recipes.book import RecipeBook
    from core.settings import load_settings
    from core.store import open_store

    _require_state(state)
    settings = load_settings()
    store = open_store(settings)
    jobs = store.jobs.list(limit=limit, state=state)
    closed = _of_others(settings, store, jobs)
    if as_json:
        _write_down(store, closed)
        print_json({"jobs": [job.to_json() for job in jobs], "left_out": jobs.left_out})
    elif jobs:
        _print_table(jobs, RecipeBook(settings.recipes_dir, store.records), {job.id for job in closed})
    elif not jobs.left_out:
        others = store.jobs.count() if state else 0
        none = N_(f"No job is {state}; others that are kept: {others}.")
        first = N_("No jobs yet. Create one with: inlaid reply MESSAGE.eml")
        output_console().print(told(none if others else first), markup=False)
    if jobs.left_out and not as_json:
        output_console().print(
            told(f"{jobs.left_out} of the newest cannot be read and are left out. See: inlaid doctor")
        )
    if len(jobs) == limit and not as_json:
        output_console().print(told(f"These are the newest {limit}. More: inlaid jobs list --limit 100"))


def _of_others(settings: "Settings", store: "Store", jobs: "Sequence[Job]") -> "Sequence[Job]":
    """Return the jobs that are not of the person here."""
    from core.job import LOCAL_WORKSPACE
    from core.people import load_people

    own = load_people(settings, store.records).names(LOCAL_WORKSPACE, settings.local_person)
    return [job for job in jobs if (job.workspace, job.person) not in own]


def _write_down(store: "Store", others: "Sequence[Job]") -> None:
    """Write down that the person here reads the texts of others, before they are shown."""
    from core.audit.acting import current_actor
    from core.audit.entries import AuditEvent, Thing

    events = (
        AuditEvent("job.read", current_actor(job.workspace), Thing("job", job.id), workspace=job.workspace)
        for job in others
    )
    store.audit.write(*events)


def _print_table(jobs: "Sequence[Job]", recipes: "RecipeBook", closed: "Collection[str]") -> None:
    """Print a table; what the jobs of these ids are about is their persons'."""
    from rich.markup import escape
    from rich.table import Column, Table

    from core.drafts import cut_at_word
    from integrations.console.pages.job_rows import topic_of

    names = ("Job", "Recipe", "From", "State", "When (UTC)", "Try")
    columns = (Column(name, no_wrap=True, min_width=JOB_ID_CHARS if name == "Job" else None) for name in names)
    table = Table(*columns, box=None, pad_edge=False, padding=(0, 1, 0, 0))
    for job in jobs:
        when = datetime.fromtimestamp(job.created_at, UTC).strftime("%m-%d %H:%M")
        about = "" if job.id in closed else cut_at_word(topic_of(job, recipes.get(job.recipe)), ABOUT_CHARS)
        table.add_row(job.id, job.recipe, job.surface, job.state, when, str(job.attempts))
        if about:
            table.add_row(f"  {escape(about)}", style="dim")
    output_console().print(table)


def _require_state(state: str | None) -> None:
    from core.errors import InputError
    from core.job import STATES
    from core.text.near_names import near_fix

    if state is not None and state not in STATES:
        raise InputError(f"There is no state {state[:40]}.", fix=near_fix(state, STATES))


@app.command()
def show(job_id: JobId, as_json: JsonFlag = False) -> None:
    """Show one job with its draft or its error; for another person's job the audit trail tells of it."""
    from core.runner.retries import load_retry_budget
    from core.settings import load_settings
    from core.store import open_store

    settings = load_settings()
    store = open_store(settings)
    job = store.jobs.get(job_id)
    _write_down(store, _of_others(settings, store, [job]))
    retries = load_retry_budget(settings).shown(job)
    if as_json:
        print_json({**job.to_json(), "retries": retries})
        return
    _print_job(job, as_json=False)
    if job.tries > 1 or (job.tries and not job.has_ended):
        until = datetime.fromtimestamp(retries["until"], UTC).strftime("%H:%M UTC")
        output_console().print(
            told(
                f"Tried {retries['tries']} of {retries['of']} times, its work {retries['work']} of"
                f" {retries['of_work']}; no try begins after {until}."
            )
        )


@app.command()
def cancel(job_id: JobId, as_json: JsonFlag = False) -> None:
    """Cancel a waiting or running job; for another person's job the audit trail tells of it."""
    from core.settings import load_settings
    from core.store import open_store

    settings = load_settings()
    store = open_store(settings)
    job = store.jobs.request_cancel(job_id)
    _write_down(store, _of_others(settings, store, [job]))
    _print_job(job, as_json=as_json)


@app.command()
def retry(job_id: JobId, as_json: JsonFlag = False) -> None:
    """Run a failed or cancelled job again, here and now; for another person's job the audit trail tells of it."""
    from core.settings import load_settings
    from integrations.cli.local_runner import LocalSession

    settings = load_settings()
    with shown_progress() as show_event, LocalSession(settings, show_event) as session:
        job = session.store.jobs.request_retry(job_id)
        _write_down(session.store, _of_others(settings, session.store, [job]))
        job = session.resume(job)
    _print_job(job, as_json=as_json)


def _print_job(job: "Job", *, as_json: bool) -> None:
    if as_json:
        print_json(job.to_json())
        return
    console = output_console()
    console.print(f"{job.id}  {job.recipe}  {job.surface}  [bold]{job.state}[/]")
    if job.error:
        console.print(f"{told(job.error['message'])} {told(job.error['fix'])}", markup=False)
        for line in job.error.get("look_first", "").splitlines():
            console.print(line, markup=False)
    if job.draft:
        print_draft(job.draft)
