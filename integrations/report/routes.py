"""The routes of the report. Who asks is told by a guard, so that a console can put its session in place of it."""

import base64
import binascii
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, Field
from starlette.responses import HTMLResponse, JSONResponse, Response

from core.errors import CredentialError, NotFoundError
from core.insight.report.charts import chart_svg, drawable
from core.insight.report.counting_rules import CountingRules, JobMetrics, discretion_of, load_counting_rules
from core.insight.report.cube import DIMENSIONS, USUAL_SINCE, make_query
from core.insight.report.figures import Discretion, Report
from core.insight.report.formats import report_csv, report_json
from core.insight.report.reader import MAX_COUNTED_BEFORE_READING, read_report
from core.insight.report.rollup import roll_up
from core.insight.report.rollup_store import RollupStore
from core.job import Job
from core.outcomes import effective_outcome
from core.recipes.model import Recipe
from core.settings import Settings
from core.store import Store
from core.store.rows import Scope
from integrations.report.page import PATH, content_security_policy, job_page, jobs_page, report_page, sign_in_page

MOST_JOBS = 100
PICTURE_SECONDS = 30


@dataclass(frozen=True)
class Viewer:
    """Who looks: `names` are all that the person has (workspace, person); `scope` are the workspaces, None for all."""

    names: Sequence[tuple[str, str]]
    scope: Scope | None = None


Guard = Callable[[Request], Viewer]


@dataclass(frozen=True)
class ReportDesk:
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


def report_desk(settings: Settings, store: Store, recipes: Mapping[str, Recipe], guard: Guard) -> ReportDesk:
    """Return the report's desk of an installation.

    Raises:
        SettingsError: a setting cannot be used.
    """
    return ReportDesk(store, load_counting_rules(settings, store, recipes), discretion_of(settings), guard)


def token_guard(viewer: Callable[[str | None], Viewer]) -> Guard:
    """Return a guard that takes an API token: as bearer, or as password of a browser's own sign-in (RFC 7617)."""

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


_Value = Annotated[str, Field(max_length=200)]


class Asked(BaseModel):
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


AnyAsked = Annotated[Asked, Query()]


def report_router(desk: ReportDesk) -> APIRouter:
    """Return the routes under `/report`."""
    router = APIRouter(prefix=PATH, include_in_schema=False)

    def viewer(request: Request) -> Viewer:
        return desk.guard(request)

    someone = Annotated[Viewer, Depends(viewer)]

    @router.get("")
    def show(request: Request, asked: AnyAsked) -> Response:
        try:
            who = desk.guard(request)
        except CredentialError:
            return _page(sign_in_page(), 401, {"WWW-Authenticate": 'Basic realm="Inlaid", charset="UTF-8"'})
        report = desk.read(who, asked.since, asked.filters, asked.by)
        return _page(report_page(report, since=asked.since, chosen=asked.filters))

    @router.get("/charts/{name}.svg")
    def draw(name: str, who: someone, asked: AnyAsked) -> Response:
        report = desk.read(who, asked.since, asked.filters, asked.by)
        if name not in drawable(report):
            raise NotFoundError("There is no such chart.", fix="Open the report.")
        headers = {"Cache-Control": f"private, max-age={PICTURE_SECONDS}"}
        return Response(chart_svg(report, name), media_type="image/svg+xml", headers=headers)

    @router.get("/data.json")
    def data(who: someone, asked: AnyAsked) -> Response:
        return JSONResponse(report_json(desk.read(who, asked.since, asked.filters, asked.by or DIMENSIONS)))

    @router.get("/data.csv")
    def table(who: someone, asked: AnyAsked) -> Response:
        headers = {"Content-Disposition": 'attachment; filename="report.csv"'}
        text = report_csv(desk.read(who, asked.since, asked.filters, asked.by or DIMENSIONS))
        return Response(text, media_type="text/csv; charset=utf-8", headers=headers)

    _add_own_jobs(router, desk, viewer)
    return router


def _add_own_jobs(router: APIRouter, desk: ReportDesk, viewer: Guard) -> None:
    someone = Annotated[Viewer, Depends(viewer)]

    @router.get("/jobs")
    def list_own(who: someone, request: Request, asked: AnyAsked) -> Response:
        roll_up(desk.store, desk.rules, most=MAX_COUNTED_BEFORE_READING)
        query = make_query(asked.since, desk.store.database.now_seconds(), filters={})
        sums = RollupStore(desk.store.database)
        found = sums.own_jobs(who.names, first_day=query.first_day, last_day=query.last_day, limit=MOST_JOBS)
        return _page(jobs_page([_listed(tally) for tally in found], asked=str(request.query_params)))

    @router.get("/jobs/{job_id}")
    def show_own(job_id: str, who: someone) -> Response:
        job = _own_job(desk.store, who, job_id)
        effective = effective_outcome(desk.store.outcomes.acts_of([job.id])[job.id])
        changed = "-" if effective.distance is None else f"{effective.distance:.2f}"
        facts = {"State": job.state, "Outcome": effective.outcome or "nothing yet", "Share changed": changed}
        if job.draft and job.draft.prompt_hash:
            facts |= {"Recipe version": str(job.draft.recipe_version), "Prompt": job.draft.prompt_hash}
        return _page(job_page(job, facts))


def _own_job(store: Store, who: Viewer, job_id: str) -> Job:
    missing = NotFoundError("There is no such draft of yours.", fix=f"{PATH}/jobs lists yours.")
    try:
        job = store.jobs.get(str(UUID(job_id)))
    except (ValueError, NotFoundError):
        raise missing from None
    if (job.workspace, job.person) not in who.names:
        raise missing
    return job


def _listed(tally: JobMetrics) -> dict[str, object]:
    milliseconds = UUID(tally.job_id).int >> 80
    when = datetime.fromtimestamp(milliseconds / 1000, UTC).strftime("%Y-%m-%d %H:%M")
    place = tally.dimensions
    return {
        "id": tally.job_id,
        "when": when,
        "recipe": place.recipe,
        "surface": place.surface,
        "model": place.model,
        "outcome": tally.outcome,
        "distance": tally.distance,
    }


def _page(html: str, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    return HTMLResponse(html, status, {"Content-Security-Policy": content_security_policy(), **(headers or {})})
