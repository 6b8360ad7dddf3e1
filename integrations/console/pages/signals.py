"""Signals: what scans of sources found, the most important first; decided on, handed over, exported; and the scans."""

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from core.audit.acting import current_actor
from core.audit.entries import AuditEvent
from core.signals.model import DEFAULT_RECIPE, SEVERITIES, STATES, Scan, Signal
from core.signals.store import SignalFilter
from core.signals.table import to_csv
from integrations.console.context import ConsoleContext, Visitor
from integrations.console.rendering import PATH, page, redirect

HERE = "/signals"
MAX_SHOWN = 100
MAX_EXPORTED = 5_000
FLASHES = {
    "decided": "Noted; others like it are ranked by it.",
    "added": "Added. It looks through the sources at its time, or when you press Run now.",
    "begun": "Begun: what it finds appears here.",
    "removed": "Removed, with all that it found.",
}
SCHEDULES = ("daily 08:00", "weekdays 08:00", "monday 08:00", "monday and thursday 08:00")
Id = Annotated[str, Form(max_length=80)]
Word = Annotated[str, Query(max_length=80)]


class ScanForm(BaseModel):
    """A scan to be added."""

    title: str = Field("", max_length=200)
    source: list[Annotated[str, Field(max_length=100)]] = Field(default_factory=list, max_length=100)
    focus: str = Field("", max_length=1000)
    schedule: str = Field("", max_length=100)
    zone: str = Field("", max_length=60)
    shared: bool = False


def add_signals(router: APIRouter, context: ConsoleContext) -> None:
    """Add the pages."""
    board = context.signals

    @router.get(HERE)
    def show(request: Request, kind: Word = "", state: Word = "", scan: Word = "", flash: str = "") -> Response:
        """Show what the visitor may read."""
        visitor = context.visitor(request)
        found = _found(context, visitor, (kind, state, scan), MAX_SHOWN)
        every = board.find(visitor.workspace, visitor.person, SignalFilter(), limit=MAX_EXPORTED)
        return page(
            "signals.html.jinja",
            visitor,
            here=HERE,
            flash=FLASHES.get(flash, ""),
            found=found,
            kinds=sorted({signal.kind for signal in every}),
            states=STATES,
            severities=SEVERITIES,
            asked={"kind": kind, "state": state, "scan": scan},
            scans=board.scans(visitor.workspace, visitor.person),
            is_mine=lambda owner: context.people.is_same(
                (owner.workspace, owner.person), (visitor.workspace, visitor.person)
            ),
            sources=board.scanner.sources.list(names=board.names(visitor.workspace, visitor.person)),
            schedules=SCHEDULES,
        )

    _add_acting(router, context)
    _add_scans(router, context)


def _add_acting(router: APIRouter, context: ConsoleContext) -> None:
    board = context.signals

    @router.get(HERE + "/signal")
    def show_one(request: Request, signal: Word, flash: str = "") -> Response:
        """Show a signal with the words that it rests on."""
        visitor = context.visitor(request)
        return page(
            "signal.html.jinja",
            visitor,
            here=HERE,
            flash=FLASHES.get(flash, ""),
            shown=board.get(visitor.workspace, visitor.person, signal),
            severities=SEVERITIES,
        )

    @router.post(HERE + "/decide")
    def decide(
        request: Request, signal: Id, state: Id = "", owner: Annotated[str | None, Form(max_length=300)] = None
    ) -> Response:
        """Store what the visitor decided."""
        visitor = context.visitor(request)
        known = board.get(visitor.workspace, visitor.person, signal)
        board.decide(visitor.workspace, visitor.person, known.id, state or known.state, owner=owner)
        return redirect(request, f"{PATH}{HERE}/signal?signal={known.id}&flash=decided")

    @router.get(HERE + "/export")
    def export(request: Request, kind: Word = "", state: Word = "", scan: Word = "") -> Response:
        """Return what the page shows as a table for a spreadsheet."""
        visitor = context.visitor(request)
        found = _found(context, visitor, (kind, state, scan), MAX_EXPORTED)
        actor = current_actor(visitor.workspace)
        context.store.audit.write(AuditEvent("signals.exported", actor, details={"signals": len(found)}))
        headers = {"Content-Disposition": 'attachment; filename="signals.csv"'}
        return Response(to_csv(found), media_type="text/csv; charset=utf-8", headers=headers)


def _add_scans(router: APIRouter, context: ConsoleContext) -> None:
    board = context.signals

    @router.post(HERE + "/scan")
    def add(request: Request, form: Annotated[ScanForm, Form()]) -> Response:
        """Add a scan of sources of the visitor, all of them when none is chosen."""
        visitor = context.visitor(request)
        own = board.scanner.sources.list(names=board.names(visitor.workspace, visitor.person))
        ids = tuple(form.source or [status.source.id for status in own])
        scan = Scan("", visitor.workspace, visitor.person, form.title.strip() or "Scan", ids, DEFAULT_RECIPE)
        board.add(replace(scan, focus=form.focus, schedule=form.schedule, zone=form.zone, is_shared=form.shared))
        return redirect(request, f"{PATH}{HERE}?flash=added")

    @router.post(HERE + "/run")
    def run(request: Request, scan: Id) -> Response:
        """Look through what is new or has changed."""
        visitor = context.visitor(request)
        known = board.own_scan(visitor.workspace, visitor.person, scan)
        board.begin(known, context.recipes[known.recipe].main_input, context.submit)
        return redirect(request, f"{PATH}{HERE}?flash=begun")

    @router.post(HERE + "/remove")
    def remove(request: Request, scan: Id) -> Response:
        """Delete a scan and all that it found."""
        visitor = context.visitor(request)
        board.remove(board.own_scan(visitor.workspace, visitor.person, scan))
        return redirect(request, f"{PATH}{HERE}?flash=removed")


def _found(context: ConsoleContext, visitor: Visitor, asked: tuple[str, str, str], limit: int) -> list[Signal]:
    kind, state, scan = asked
    wanted = SignalFilter((kind,) if kind else (), (state,) if state else STATES[:2], (scan,) if scan else ())
    return context.signals.find(visitor.workspace, visitor.person, wanted, limit=limit)
