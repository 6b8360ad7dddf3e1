"""Signals: what scans of sources found, the most important first; decided on, handed over, exported; and the scans."""

import time
from dataclasses import replace
from typing import Annotated, Literal

from fastapi import APIRouter, Form, Query, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from core.audit.acting import current_actor
from core.audit.entries import AuditEvent
from core.signals.digest import read_wish
from core.signals.model import DEFAULT_RECIPE, SEVERITIES, STATES, Scan, Signal, SignalFilter
from core.signals.report import MAX_QUOTES, MEDIA_TYPE, report_document
from core.signals.table import to_csv
from core.text.catalogues import N_
from integrations.console.context import ConsoleContext, Visitor
from integrations.console.rendering import PATH, page, redirect

HERE = "/signals"
MAX_SHOWN = 100
MAX_EXPORTED = 5_000
MAX_REPORTED = 300
FLASHES = N_(
    {
        "decided": "Noted; others like it are ranked by it.",
        "added": "Added. It looks through the sources at its time, or when you press Run now.",
        "begun": "Begun: what it finds appears here.",
        "removed": "Removed, with all that it found.",
    }
)
SCHEDULES = ("daily 08:00", "weekdays 08:00", "monday 08:00", "monday and thursday 08:00")
Id = Annotated[str, Form(max_length=80)]
Word = Annotated[str, Query(max_length=80)]


class ConsoleScanForm(BaseModel):
    """A scan to be added."""

    title: str = Field("", max_length=200)
    source: list[Annotated[str, Field(max_length=100)]] = Field(default_factory=list, max_length=100)
    focus: str = Field("", max_length=1000)
    schedule: str = Field("", max_length=100)
    zone: str = Field("", max_length=60)
    shared: bool = False
    digest: list[Annotated[str, Field(max_length=20)]] = Field(default_factory=list, max_length=5)
    channel: str = Field("", max_length=81)
    only_news: bool = False


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
    _add_export(router, context)
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


def _add_export(router: APIRouter, context: ConsoleContext) -> None:
    @router.get(HERE + "/export")
    def export(
        request: Request,
        kind: Word = "",
        state: Word = "",
        scan: Word = "",
        form: Annotated[Literal["csv", "docx"], Query(alias="format")] = "csv",
    ) -> Response:
        """Return what the page shows as a table for a spreadsheet, or as a report for Word."""
        visitor = context.visitor(request)
        is_report = form == "docx"
        found = _found(context, visitor, (kind, state, scan), MAX_REPORTED if is_report else MAX_EXPORTED, MAX_QUOTES)
        actor = current_actor(visitor.workspace)
        context.store.audit.write(AuditEvent("signals.exported", actor, details={"signals": len(found)}))
        headers = {"Content-Disposition": f'attachment; filename="signals.{form}"'}
        if is_report:
            return Response(report_document(found, "Signals", time.time()), media_type=MEDIA_TYPE, headers=headers)
        return Response(to_csv(found), media_type="text/csv; charset=utf-8", headers=headers)


def _add_scans(router: APIRouter, context: ConsoleContext) -> None:
    board = context.signals

    @router.get(HERE + "/digest")
    def digest(request: Request, scan: Word) -> Response:
        """Show what the last run of a scan came to."""
        visitor = context.visitor(request)
        known = board.seen_scan(visitor.workspace, visitor.person, scan)
        told = board.digest(known, (visitor.workspace, visitor.person))
        return page("digest.html.jinja", visitor, here=HERE, digest=told, severities=SEVERITIES)

    @router.post(HERE + "/scan")
    def add(request: Request, form: Annotated[ConsoleScanForm, Form()]) -> Response:
        """Add a scan of sources of the visitor, all of them when none is chosen."""
        visitor = context.visitor(request)
        own = board.scanner.sources.list(names=board.names(visitor.workspace, visitor.person))
        ids = tuple(form.source or [status.source.id for status in own])
        scan = Scan("", visitor.workspace, visitor.person, form.title.strip() or "Scan", ids, DEFAULT_RECIPE)
        wish = read_wish([*form.digest, form.channel], only_news=form.only_news)
        when = replace(scan, schedule=form.schedule, zone=form.zone, digest=wish)
        board.add(replace(when, focus=form.focus, is_shared=form.shared))
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


def _found(
    context: ConsoleContext, visitor: Visitor, asked: tuple[str, str, str], limit: int, quotes: int = 1
) -> list[Signal]:
    kind, state, scan = asked
    wanted = SignalFilter((kind,) if kind else (), (state,) if state else STATES[:2], (scan,) if scan else ())
    return context.signals.find(visitor.workspace, visitor.person, wanted, limit=limit, quotes=quotes)
