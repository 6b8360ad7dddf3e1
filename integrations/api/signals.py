"""Signals and the scans that find them, of the person who asks."""

import time
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import Field
from starlette.responses import JSONResponse, Response

from core.signals.digest import read_wish
from core.signals.model import DEFAULT_RECIPE, STATES, Scan, SignalFilter, day_begins
from core.signals.report import MAX_QUOTES, MEDIA_TYPE, report_document
from core.signals.table import to_csv
from integrations.api.forms import Form, RecipeName, recipe_named
from integrations.api.services import ACCEPTED, AnyCaller, JobsRoute

MAX_LISTED = 500
router = APIRouter(prefix="/api/v1", tags=["signals"], route_class=JobsRoute)
Some = Annotated[list[Annotated[str, Field(max_length=100)]] | None, Query(max_length=20)]


class DecisionForm(Form):
    """What somebody decides on a signal: a state, who takes care of it, or both."""

    state: str = Field("", max_length=20)
    owner: str | None = Field(None, max_length=300)


class ScanForm(Form):
    """A scan to be added; without `sources` it looks through all of the person's own."""

    sources: list[Annotated[str, Field(max_length=100)]] = Field(default_factory=list, max_length=100)
    title: str = Field("", max_length=200)
    recipe: RecipeName = DEFAULT_RECIPE
    focus: str = Field("", max_length=1_000)
    schedule: str = Field("", max_length=100)
    zone: str = Field("", max_length=60)
    shared: bool = False
    digest: list[Annotated[str, Field(max_length=40)]] = Field(default_factory=list, max_length=5)
    only_news: bool = False


@router.get("/signals")
def list_signals(  # noqa: PLR0913 - each is a parameter of the query
    caller: AnyCaller,
    kind: Some = None,
    state: Some = None,
    scan: Some = None,
    since: Annotated[str, Query(max_length=20)] = "",
    source: Some = None,
    severity: Annotated[int, Query(ge=1, le=3)] = 1,
    owner: Annotated[str, Query(max_length=300)] = "",
    limit: Annotated[int, Query(ge=1, le=MAX_LISTED)] = 50,
    form: Annotated[Literal["json", "csv", "docx"], Query(alias="format")] = "json",
) -> Response:
    """Return signals of your scans and of shared ones, the most important first; open or confirmed unless you say.

    `since` is a day (2026-11-23): only what was said again since; `source` is the id of one, and what is said elsewhere
    does not count then; `severity` the least, 1 to 3; `owner` a part of who takes care of it.
    `format` gives them as a table for a spreadsheet (csv) or as a report for Word (docx).
    """
    seen = kind or (), state or STATES[:2], scan or (), day_begins(since)
    wanted = SignalFilter(*seen, source or (), severity, owner.strip())
    quotes = MAX_QUOTES if form == "docx" else 1
    found = caller.api.signals.find(caller.workspace, caller.person, wanted, limit=limit, quotes=quotes)
    if form == "csv":
        return Response(to_csv(found), media_type="text/csv; charset=utf-8")
    if form == "docx":
        return Response(report_document(found, "Signals", time.time()), media_type=MEDIA_TYPE)
    return JSONResponse({"signals": [signal.to_json() for signal in found]})


@router.get("/signals/{signal_id}")
def read_signal(signal_id: str, caller: AnyCaller) -> Response:
    """Return a signal with the words that it rests on."""
    return JSONResponse(caller.api.signals.get(caller.workspace, caller.person, signal_id).to_json())


@router.post("/signals/{signal_id}/decide")
def decide(signal_id: str, form: DecisionForm, caller: AnyCaller) -> Response:
    """Confirm or dismiss a signal, have it done or open again, say who takes care of it."""
    board = caller.api.signals
    known = board.get(caller.workspace, caller.person, signal_id)
    state = form.state or known.state
    return JSONResponse(board.decide(caller.workspace, caller.person, signal_id, state, owner=form.owner).to_json())


@router.get("/scans")
def list_scans(caller: AnyCaller) -> Response:
    """Return your scans, and those that are shared."""
    found = caller.api.signals.scans(caller.workspace, caller.person)
    return JSONResponse({"scans": [status.to_json() for status in found]})


@router.post("/scans", status_code=201)
def add_scan(form: ScanForm, caller: AnyCaller) -> Response:
    """Add a scan; it runs when its schedule says, or when somebody asks."""
    recipe_named(caller.api.recipes, form.recipe)
    board = caller.api.signals
    own = board.scanner.sources.list(names=board.names(caller.workspace, caller.person))
    ids = form.sources or [status.source.id for status in own]
    scan = Scan(
        "",
        caller.workspace,
        caller.person,
        form.title,
        tuple(ids),
        form.recipe,
        form.focus,
        form.schedule,
        is_shared=form.shared,
        zone=form.zone,
        digest=read_wish(form.digest, only_news=form.only_news),
    )
    return JSONResponse(board.scanner.scans.get(board.add(scan).id).to_json(), 201)


@router.get("/scans/{scan_id}/digest")
def read_digest(scan_id: str, caller: AnyCaller) -> Response:
    """Return what the last run of a scan by its schedule came to: what is new, what has grown, what is quiet."""
    board = caller.api.signals
    scan = board.seen_scan(caller.workspace, caller.person, scan_id)
    return JSONResponse(board.digest(scan, (caller.workspace, caller.person)).to_json())


@router.post("/scans/{scan_id}/run", status_code=ACCEPTED)
def run_scan(scan_id: str, caller: AnyCaller) -> Response:
    """Look through what is new or has changed; `jobs` says in how many parts."""
    board = caller.api.signals
    scan = board.own_scan(caller.workspace, caller.person, scan_id)
    main_input = recipe_named(caller.api.recipes, scan.recipe).main_input
    begun = board.begin(scan, main_input, caller.api.submit)
    return JSONResponse({"scan": scan.id, "jobs": len(begun.jobs)}, ACCEPTED)


@router.delete("/scans/{scan_id}", status_code=204)
def remove_scan(scan_id: str, caller: AnyCaller) -> Response:
    """Delete a scan of yours and all that it found."""
    board = caller.api.signals
    board.remove(board.own_scan(caller.workspace, caller.person, scan_id))
    return Response(status_code=204)
