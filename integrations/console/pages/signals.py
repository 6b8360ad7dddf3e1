"""Signals: what scans of sources found, the most important first; decided on, handed over, exported; and the scans."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from core.audit.acting import current_actor
from core.audit.entries import AuditEvent
from core.errors import ForbiddenError, InputError, NotFoundError
from core.signals.digest import read_wish
from core.signals.model import (
    DEFAULT_RECIPE,
    SEVERITIES,
    STATES,
    TREND_WEEKS,
    WEEK_SECONDS,
    Scan,
    ScanStatus,
    Signal,
    SignalFilter,
    day_begins,
)
from core.signals.report import MAX_QUOTES, MEDIA_TYPE, report_document
from core.signals.scanning import SURFACE
from core.signals.schedule import shown as shown_schedule
from core.signals.schedule import written, zone_named
from core.signals.table import to_csv
from core.text.catalogues import N_, short_day
from integrations.console.context import ConsoleContext, FormError, Visitor
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
        "changed": "Changed; what it found stays.",
        "paused": "Paused: its schedule rests until you resume it.",
        "resumed": "Resumed: it runs when its schedule says.",
    }
)
SCHEDULES = ("daily 08:00", "weekdays 08:00", "monday 08:00", "monday and thursday 08:00")
Id = Annotated[str, Form(max_length=80)]
Word = Annotated[str, Query(max_length=80)]


class SignalsAsked(BaseModel):
    """Which signals somebody wants to see; `since` is a day, "" for ever."""

    kind: str = Field("", max_length=80)
    state: str = Field("", max_length=80)
    scan: str = Field("", max_length=80)
    since: str = Field("", max_length=20)
    source: str = Field("", max_length=100)
    severity: int = Field(1, ge=1, le=3)
    owner: str = Field("", max_length=300)

    @property
    def query(self) -> str:
        """The same as the query of an address."""
        return urlencode(self.model_dump(include={*SignalsAsked.model_fields}, exclude_defaults=True))


class SignalsPageAsked(SignalsAsked):
    """Which of them a page shows, and `edit`: a scan of the visitor's whose form is filled in."""

    start: int = Field(0, ge=0, le=MAX_EXPORTED)
    edit: str = Field("", max_length=80)
    flash: str = Field("", max_length=20)


class SignalsFileAsked(SignalsAsked):
    """In which form they are exported."""

    form: Literal["csv", "docx"] = Field("csv", alias="format")


class ConsoleScanForm(BaseModel):
    """A scan to be added, or with `scan` the one to be changed."""

    scan: str = Field("", max_length=80)
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
    def show(request: Request, asked: Annotated[SignalsPageAsked, Query()]) -> Response:
        """Show what the visitor may read, some at a time."""
        visitor = context.visitor(request)
        changed = board.own_scan(visitor.workspace, visitor.person, asked.edit) if asked.edit else None
        return _signals_page(context, visitor, asked, _form_of(changed) if changed else ConsoleScanForm())

    _add_acting(router, context)
    _add_export(router, context)
    _add_scans(router, context)
    _add_scan_acts(router, context)


def _signals_page(
    context: ConsoleContext,
    visitor: Visitor,
    asked: SignalsPageAsked,
    form: ConsoleScanForm,
    wrong: InputError | None = None,
) -> Response:
    """Return the page; `form` is what its form of a scan holds, and `wrong` what cannot be as it is there."""
    board, me, start = context.signals, (visitor.workspace, visitor.person), asked.start
    found = _found(context, visitor, asked, start + MAX_SHOWN + 1)[start:]
    scans = board.scans(*me)
    return page(
        "signals.html.jinja",
        visitor,
        here=HERE,
        status=404 if isinstance(wrong, NotFoundError) else 422 if wrong else 200,
        flash=FLASHES.get(asked.flash, ""),
        found=found[:MAX_SHOWN],
        start=start,
        step=MAX_SHOWN,
        has_more=len(found) > MAX_SHOWN,
        form=form,
        bad=wrong if isinstance(wrong, FormError) else None,
        error=None if isinstance(wrong, FormError) else wrong,
        kinds=board.kinds(*me),
        weeks=board.weeks(*me, _wanted(asked), time.time()),
        week_days=_week_days(time.time()),
        recipes=context.recipes,
        states=STATES,
        severities=SEVERITIES,
        asked=asked,
        chosen=asked.query,
        scans=scans,
        waits=not found and _waits(context, [status for status in scans if asked.scan in {"", status.scan.id}]),
        is_mine=lambda owner: context.people.is_same((owner.workspace, owner.person), me),
        sources=board.sources(*me),
        schedules=SCHEDULES,
        shown_schedule=shown_schedule,
    )


def _waits(context: ConsoleContext, scans: Sequence[ScanStatus]) -> Literal["never", "running", ""]:
    """Return why nothing of these scans can be there yet, "" where something could be."""
    if not scans or any(status.parts for status in scans):
        return ""
    if not any(status.ran_at for status in scans):
        return "never"
    return "running" if any(context.signals.runs.is_waiting(status.scan, SURFACE) for status in scans) else ""


def _form_of(scan: Scan) -> ConsoleScanForm:
    """Return the form that a scan would be made with."""
    wish = scan.digest
    return ConsoleScanForm.model_construct(
        scan=scan.id,
        title=scan.title,
        source=[*scan.source_ids],
        focus=scan.focus,
        schedule=shown_schedule(scan.schedule),
        zone=scan.zone,
        shared=scan.is_shared,
        digest=[*(["slack"] if wish.slack and not wish.channel else []), *(["mail"] if wish.mail else [])],
        channel=wish.channel_name or wish.channel,
        only_news=wish.only_news,
    )


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

    @router.get(HERE + "/passage")
    def open_quote(request: Request, signal: Word, quote: Word) -> Response:
        """Open what a signal rests on at its place, if the visitor may still read it."""
        visitor = context.visitor(request)
        opened = board.open_quote(visitor.workspace, visitor.person, signal, quote)
        return page("signal_opened.html.jinja", visitor, here=HERE, signal=signal, passage=opened)

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
    def export(request: Request, asked: Annotated[SignalsFileAsked, Query()]) -> Response:
        """Return what the page shows as a table for a spreadsheet, or as a report for Word."""
        visitor = context.visitor(request)
        form = asked.form
        is_report = form == "docx"
        found = _found(context, visitor, asked, MAX_REPORTED if is_report else MAX_EXPORTED, MAX_QUOTES)
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
        """Add a scan of sources that the visitor reads (all that they added when none is chosen), or change one."""
        visitor = context.visitor(request)
        if form.scan:
            board.own_scan(visitor.workspace, visitor.person, form.scan)
        try:
            wanted = _wanted_scan(context, visitor, form)
            if form.scan:
                board.change(wanted)
            else:
                board.add(wanted)
        except ForbiddenError:
            raise
        except InputError as error:
            return _signals_page(context, visitor, SignalsPageAsked(), form, error)
        return redirect(request, f"{PATH}{HERE}?flash={'changed' if form.scan else 'added'}")


def _wanted_scan(context: ConsoleContext, visitor: Visitor, form: ConsoleScanForm) -> Scan:
    """Return the scan that a form asks for.

    Raises:
        FormError: a field cannot be read.
    """
    board, me = context.signals, (visitor.workspace, visitor.person)
    if form.scan:
        before = board.own_scan(*me, form.scan)
        # What the form does not show stays: it may be readable again tomorrow.
        shown = {source.id for source in board.sources(*me)}
        kept = [known for known in before.source_ids if known not in shown]
        ids = tuple(dict.fromkeys((*form.source, *kept)))
        scan = replace(before, title=form.title.strip() or before.title, source_ids=ids)
    else:
        own = board.scanner.sources.list(names=board.names(*me))
        ids = tuple(form.source or [status.source.id for status in own])
        scan = Scan("", *me, form.title.strip(), ids, DEFAULT_RECIPE)
    with _reading("schedule"):
        written(form.schedule)
    with _reading("zone"):
        zone_named(form.zone)
    with _reading("channel"):
        wish = read_wish([*form.digest, form.channel], only_news=form.only_news)
    when = replace(scan, schedule=form.schedule, zone=form.zone, digest=wish)
    return replace(when, focus=form.focus, is_shared=form.shared)


@contextmanager
def _reading(name: str) -> Iterator[None]:
    """Name the field of the form that is being read where it cannot be.

    Raises:
        FormError: so it is.
    """
    try:
        yield
    except InputError as error:
        raise FormError(name, error.message, fix=error.fix) from error


def _add_scan_acts(router: APIRouter, context: ConsoleContext) -> None:
    board = context.signals

    @router.post(HERE + "/run")
    def run(request: Request, scan: Id) -> Response:
        """Look through what is new or has changed."""
        visitor = context.visitor(request)
        known = board.own_scan(visitor.workspace, visitor.person, scan)
        board.begin(known, context.recipes[known.recipe].main_input, context.submit)
        return redirect(request, f"{PATH}{HERE}?flash=begun")

    @router.post(HERE + "/pause")
    def pause(request: Request, scan: Id, active: Annotated[bool, Form()]) -> Response:
        """Have the schedule of a scan rest, or hold again."""
        visitor = context.visitor(request)
        known = board.own_scan(visitor.workspace, visitor.person, scan)
        board.set_active(known, is_active=active)
        return redirect(request, f"{PATH}{HERE}?flash={'resumed' if active else 'paused'}")

    @router.post(HERE + "/remove")
    def remove(request: Request, scan: Id) -> Response:
        """Delete a scan and all that it found."""
        visitor = context.visitor(request)
        board.remove(board.own_scan(visitor.workspace, visitor.person, scan))
        return redirect(request, f"{PATH}{HERE}?flash=removed")


def _found(context: ConsoleContext, visitor: Visitor, asked: SignalsAsked, limit: int, quotes: int = 1) -> list[Signal]:
    return context.signals.find(visitor.workspace, visitor.person, _wanted(asked), limit=limit, quotes=quotes)


def _week_days(at: float) -> list[str]:
    """Return when each of the last weeks began, the oldest first; `at` is now, in Unix seconds."""
    begun = (at - ago * WEEK_SECONDS for ago in range(TREND_WEEKS, 0, -1))
    return [short_day(datetime.fromtimestamp(moment, UTC)) for moment in begun]


def _wanted(asked: SignalsAsked) -> SignalFilter:
    kinds, scans = ((asked.kind,) if asked.kind else ()), ((asked.scan,) if asked.scan else ())
    return SignalFilter(
        kinds,
        (asked.state,) if asked.state else STATES[:2],
        scans,
        day_begins(asked.since),
        (asked.source,) if asked.source else (),
        asked.severity,
        asked.owner.strip(),
    )
