"""The report as HTML and its routes: for the browser with linked charts, or whole in one file.

Who asks is told by a guard, so that a console can put its session in place of it.
"""

import base64
import binascii
import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.util import find_spec
from typing import Annotated, Any, Literal
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from jinja2 import Environment
from markupsafe import Markup
from pydantic import BaseModel, Field
from starlette.responses import HTMLResponse, JSONResponse, Response

from core.audit.acting import current_actor
from core.audit.entries import AuditEvent
from core.drafts import without_gaps
from core.errors import CredentialError, NotFoundError
from core.insight.report import formats
from core.insight.report.charts import NARROW_WIDTH, TITLES, WIDTH, chart_svg, drawable
from core.insight.report.counting_rules import CountingRules, JobMetrics, discretion_of, load_counting_rules
from core.insight.report.cube import DIMENSIONS, USUAL_SINCE, make_query
from core.insight.report.figures import SAVED_NOTE, Discretion, Report
from core.insight.report.formats import report_csv, report_json
from core.insight.report.reader import MAX_COUNTED_BEFORE_READING, read_report
from core.insight.report.rollup import roll_up
from core.insight.report.rollup_store import RollupStore
from core.insight.report.wording import (
    DIMENSION_WORDS,
    FIGURE_WORDS,
    LIST_TITLES,
    OUTCOME_WORDS,
    entry_words,
    group_words,
)
from core.job import LOCAL_WORKSPACE, Job
from core.outcomes import effective_outcome
from core.recipes.model import Recipe
from core.settings import Settings
from core.store import Store
from core.store.rows import Scope
from core.text.catalogues import N_, number, told
from integrations.frame import pages as frame
from integrations.frame.pages import Menu

STRETCHES = N_({"7d": "7 days", "30d": "30 days", "90d": "90 days", "1y": "1 year"})
PATH = "/report"
MAX_JOBS = 100
PICTURE_SECONDS = 30
_Value = Annotated[str, Field(max_length=200)]


# Its own style and pictures, no script, forms to itself.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none';"
    " frame-ancestors 'none'"
)


def report_page(report: Report, *, since: str, chosen: Mapping[str, str], menu: Menu | None = None) -> str:
    """Return the page. Its charts are loaded by their own addresses.

    Args:
        report: what is shown.
        since: the stretch that was asked for.
        chosen: the filters as given, for the form and the addresses.
        menu: of who is signed in to the console.
    """
    asked = urlencode({"since": since, **chosen})
    charts = {name: _image(name, asked) for name in drawable(report)} if _can_draw() else {}
    given = {"since": since, "chosen": chosen, "asked": asked, "menu": menu}
    return _render("report.html.jinja", report, charts, **given, is_file=False)


def report_file(report: Report) -> str:
    """Return the report as one HTML file that needs nothing else."""
    # The charts are drawn here from figures and names that the drawing library has escaped.
    drawn = {name: Markup(chart_svg(report, name)) for name in drawable(report)} if _can_draw() else {}  # noqa: S704
    return _render("report.html.jinja", report, drawn, since="", chosen={}, asked="", menu=None, is_file=True)


def jobs_page(jobs: Sequence[Mapping[str, object]], *, asked: str, menu: Menu | None = None) -> str:
    """Return the list of the person's own drafts."""
    return _environment().get_template("jobs.html.jinja").render(jobs=jobs, asked=asked, menu=menu)


def job_page(job: Job, facts: Mapping[str, str], menu: Menu | None = None) -> str:
    """Return one of the person's own drafts, with what became of it."""
    template = _environment().get_template("job.html.jinja")
    return template.render(job=job, draft=job.draft, facts=facts, menu=menu)


def _render(template: str, report: Report, charts: Mapping[str, Markup], **given: Any) -> str:
    options = {name: [group.name for group in report.groups.get(name, ()) if group.joined == 1] for name in DIMENSIONS}
    return (
        _environment()
        .get_template(template)
        .render(
            report=report,
            charts=charts,
            options=options,
            dimensions=DIMENSIONS,
            dimension_words=DIMENSION_WORDS,
            list_titles=LIST_TITLES,
            called=functools.partial(group_words, titles=report.titles),
            entry_words=entry_words,
            outcome_words=OUTCOME_WORDS,
            figure_words=FIGURE_WORDS,
            stretches=STRETCHES,
            titles=TITLES,
            words=formats,
            saved_note=SAVED_NOTE,
            spark=spark,
            **given,
        )
    )


def _image(name: str, asked: str) -> Markup:
    address = f"{PATH}/charts/{name}.svg?{asked}&size="
    narrow = Markup('<source media="(max-width: 40rem)" srcset="{}narrow">').format(address)
    picture = Markup('<img src="{}wide" alt="{}" loading="lazy">')
    return Markup("<picture>{}{}</picture>").format(
        narrow, picture.format(address, told(N_(f"{TITLES[name]}; the table below has the figures.")))
    )


def spark(values: Sequence[float | None]) -> str:
    """Return the points of a line over some values, in a box of 100 by 28; gaps are bridged, and one value is level."""
    known = [(place, value) for place, value in enumerate(values) if value is not None]
    if not known:
        return ""
    most = max(value for _, value in known) or 1.0
    last = max(len(values) - 1, 1)
    points = [(100 * place / last, 26 - 24 * value / most) for place, value in known]
    if len(points) == 1:
        points = [(0.0, points[0][1]), (100.0, points[0][1])]
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)


@functools.cache
def _can_draw() -> bool:
    return all(find_spec(name) for name in ("altair", "vl_convert"))


@functools.cache
def _environment() -> Environment:
    made = frame.environment("integrations.report")
    made.filters["without_gaps"] = without_gaps
    made.globals |= {"report_path": PATH, "sheet": frame.style}
    return made


@dataclass(frozen=True)
class Viewer:
    """Who looks.

    Attributes:
        names: all that the person has (workspace, person).
        scope: the workspaces; None for all.
        menu: where they may go, if they are signed in to the console.
    """

    names: Sequence[tuple[str, str]]
    scope: Scope | None = None
    menu: Menu | None = None


Guard = Callable[[Request], Viewer]


@dataclass(frozen=True)
class ReportContext:
    """What the report works with.

    Args:
        store: where.
        rules: how jobs are counted.
        discretion: from how many people on figures are shown.
        guard: tells who asks, or raises `CredentialError`.
    """

    store: Store
    rules: CountingRules
    discretion: Discretion
    guard: Guard

    def read(self, viewer: Viewer, since: str, filters: Mapping[str, str], by: Sequence[str] = ()) -> Report:
        """Return what the viewer may see."""
        now = self.store.database.now_seconds()
        query = make_query(since or USUAL_SINCE, now, scope=viewer.scope, filters=filters, by=by)
        return read_report(self.store, query, self.rules, own=viewer.names, discretion=self.discretion)

    def export(self, viewer: Viewer, asked: "ReportQuery", form: str) -> Report:
        """Return the same for a file, and write down that it was taken."""
        event = AuditEvent("report.exported", current_actor(LOCAL_WORKSPACE), details={"format": form})
        self.store.audit.write(event)
        return self.read(viewer, asked.since, asked.filters, asked.by or DIMENSIONS)


def report_context(settings: Settings, store: Store, recipes: Mapping[str, Recipe], guard: Guard) -> ReportContext:
    """Return what the report of an installation works with.

    Raises:
        SettingsError: a setting cannot be used.
    """
    return ReportContext(store, load_counting_rules(settings, store, recipes), discretion_of(settings), guard)


def token_guard(viewer: Callable[[str | None], Viewer]) -> Guard:
    """Return a guard that takes an API token: as bearer, or as the password of Basic (RFC 7617)."""

    def guard(request: Request) -> Viewer:
        given = request.headers.get("authorization", "")
        scheme, _, rest = given.partition(" ")
        if scheme.lower() != "basic":
            return viewer(given)
        try:
            decoded = base64.b64decode(rest, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            raise CredentialError("The sign-in cannot be read.", fix="Send a token.") from None
        return viewer(f"Bearer {decoded.partition(':')[2]}")

    return guard


class ReportQuery(BaseModel):
    """The stretch, the filters (those left open are empty), and the dimensions to compare by; none: all that differ."""

    since: str = Field(USUAL_SINCE, max_length=20)
    recipe: _Value = ""
    surface: _Value = ""
    model: _Value = ""
    variant: _Value = ""
    team: _Value = ""
    recipe_version: _Value = ""
    prompt_hash: _Value = ""
    by: list[_Value] = Field([], max_length=20)

    @property
    def filters(self) -> dict[str, str]:
        """The filters that were given, by dimension."""
        return {name: value for name in DIMENSIONS if (value := getattr(self, name))}


AnyAsked = Annotated[ReportQuery, Query()]


def report_router(context: ReportContext) -> APIRouter:
    """Return the routes under `/report`."""
    router = APIRouter(prefix=PATH, include_in_schema=False)

    def viewer(request: Request) -> Viewer:
        return context.guard(request)

    someone = Annotated[Viewer, Depends(viewer)]

    @router.get("")
    def show(who: someone, asked: AnyAsked) -> Response:
        report = context.read(who, asked.since, asked.filters, asked.by)
        return _page(report_page(report, since=asked.since, chosen=asked.filters, menu=who.menu))

    @router.get("/charts/{name}.svg")
    def draw(name: str, who: someone, asked: AnyAsked, size: Literal["wide", "narrow"] = "wide") -> Response:
        report = context.read(who, asked.since, asked.filters, asked.by)
        if name not in drawable(report):
            raise NotFoundError("There is no such chart.", fix="Open the report.")
        headers = {"Cache-Control": f"private, max-age={PICTURE_SECONDS}"}
        drawn = chart_svg(report, name, width=WIDTH if size == "wide" else NARROW_WIDTH)
        return Response(drawn, media_type="image/svg+xml", headers=headers)

    @router.get("/data.json")
    def data(who: someone, asked: AnyAsked) -> Response:
        return JSONResponse(report_json(context.export(who, asked, "json")))

    @router.get("/data.csv")
    def table(who: someone, asked: AnyAsked) -> Response:
        headers = {"Content-Disposition": 'attachment; filename="report.csv"'}
        text = report_csv(context.export(who, asked, "csv"))
        return Response(text, media_type="text/csv; charset=utf-8", headers=headers)

    _add_own_jobs(router, context, viewer)
    return router


def _add_own_jobs(router: APIRouter, context: ReportContext, viewer: Guard) -> None:
    someone = Annotated[Viewer, Depends(viewer)]

    @router.get("/jobs")
    def list_own(who: someone, request: Request, asked: AnyAsked) -> Response:
        roll_up(context.store, context.rules, most=MAX_COUNTED_BEFORE_READING)
        query = make_query(asked.since, context.store.database.now_seconds(), filters={})
        sums = RollupStore(context.store.database)
        found = sums.own_jobs(who.names, first_day=query.first_day, last_day=query.last_day, limit=MAX_JOBS)
        titles = context.rules.titles()
        return _page(
            jobs_page([_listed(tally, titles) for tally in found], asked=str(request.query_params), menu=who.menu)
        )

    @router.get("/jobs/{job_id}")
    def show_own(job_id: str, who: someone) -> Response:
        job = _own_job(context.store, who, job_id)
        effective = effective_outcome(context.store.outcomes.acts_of([job.id])[job.id])
        changed = "-" if effective.distance is None else number(effective.distance, 2)
        facts = {
            N_("State"): job.state,
            N_("Outcome"): OUTCOME_WORDS.get(effective.outcome) or N_("nothing yet"),
            N_("Share changed"): changed,
        }
        if job.draft and job.draft.prompt_hash:
            facts |= {N_("Recipe version"): str(job.draft.recipe_version), N_("Prompt"): job.draft.prompt_hash}
        if job.draft and job.draft.house_style:
            facts |= {N_("House style"): job.draft.house_style}
        return _page(job_page(job, facts, who.menu))


def _own_job(store: Store, who: Viewer, job_id: str) -> Job:
    missing = NotFoundError("You have no such draft.", fix=f"{PATH}/jobs lists yours.")
    try:
        job = store.jobs.get(str(UUID(job_id)))
    except (ValueError, NotFoundError):
        raise missing from None
    if (job.workspace, job.person) not in who.names:
        raise missing
    return job


def _listed(tally: JobMetrics, titles: Mapping[str, str]) -> dict[str, object]:
    milliseconds = UUID(tally.job_id).int >> 80
    when = datetime.fromtimestamp(milliseconds / 1000, UTC).strftime("%Y-%m-%d %H:%M")
    place = tally.dimensions
    return {
        "id": tally.job_id,
        "when": when,
        **{name: group_words(name, getattr(place, name), titles) for name in ("recipe", "surface", "model")},
        "outcome": OUTCOME_WORDS.get(tally.outcome, ""),
        "is_used": tally.outcome in {"accepted", "edited"},
        "distance": tally.distance,
    }


def _page(html: str) -> Response:
    return HTMLResponse(html, headers={"Content-Security-Policy": CONTENT_SECURITY_POLICY})
