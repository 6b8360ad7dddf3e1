"""`inlaid signals`: what scans of sources found and keep: risks, chances, complaints, promises."""

import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from core.errors import InputError, NotFoundError
from core.signals.schedule import shown
from core.text.catalogues import N_, counted, told
from integrations.cli.terminal import JsonFlag, error_console, output_console, print_json, shown_progress

if TYPE_CHECKING:
    from core.job import Job
    from core.settings import Settings
    from core.signals.board import SignalBoard
    from core.signals.model import Scan, ScanStatus, Signal
    from integrations.cli.local_runner import LocalSession

app = typer.Typer(help="Work with what scans of your sources have found.", no_args_is_help=True)
Id = Annotated[str, typer.Argument(help="Id, or the end of an id, as `inlaid signals list` shows it.")]
ScanId = Annotated[str, typer.Argument(help="Id, the end of an id, or title, as `inlaid signals scans` shows it.")]
ENDING_CHARS = 8
BARS = " ▁▂▃▄▅▆▇█"
SHOWN_TEXT_CHARS = 200
NO_SCANS = N_("""No scans yet. Have your sources looked through, and again every Monday:
  inlaid signals scan --every "monday 08:00"
`inlaid sources list` shows the sources; name some to scan only those.""")


@app.command("list")
def list_signals(  # noqa: PLR0913 - each is an option
    kind: Annotated[list[str] | None, typer.Option(help="Of this kind: risk, opportunity, complaint, ...")] = None,
    state: Annotated[list[str] | None, typer.Option(help="open, confirmed, dismissed, done.")] = None,
    scan: Annotated[str, typer.Option(help="Of this scan only.")] = "",
    since: Annotated[str, typer.Option(help="Said again since a day: 2026-11-23.")] = "",
    source: Annotated[list[str] | None, typer.Option(help="Said in this source, by its id or title.")] = None,
    severity: Annotated[str, typer.Option(help="At least: low, medium, high.")] = "low",
    owner: Annotated[str, typer.Option(help="Part of the name of who takes care of it.")] = "",
    limit: Annotated[int, typer.Option(min=1, max=5_000, help="Most signals to show.")] = 50,
    as_csv: Annotated[bool, typer.Option("--csv", help="As a table for a spreadsheet.")] = False,
    as_json: JsonFlag = False,
) -> None:
    """List open and confirmed signals, most important first."""
    from core.signals.model import SignalFilter, day_begins
    from core.signals.table import to_csv

    with _opened() as opened:
        scans = (opened.scan(scan).scan.id,) if scan else ()
        sources = tuple(opened.source(name)[0] for name in source or ())
        seen = kind or (), state or ("open", "confirmed"), scans, day_begins(since)
        wanted = SignalFilter(*seen, sources, _severity(severity), owner.strip())
        found = opened.board.find(*opened.here, wanted, limit=limit)
        has_scans = bool(opened.board.scans(*opened.here))
    if as_json:
        print_json({"signals": [signal.to_json() for signal in found]})
    elif as_csv:
        sys.stdout.write(to_csv(found))
    else:
        for signal in found:
            _print_signal(signal)
        if not found:
            output_console().print(told("Nothing was found.") if has_scans else told(NO_SCANS), markup=False)


@app.command()
def show(signal_id: Id, as_json: JsonFlag = False) -> None:
    """Show a signal with the words that it rests on."""
    from core.signals.model import SEVERITIES

    with _opened() as opened:
        found = opened.signal(signal_id)
    if as_json:
        print_json(found.to_json())
        return
    _print_signal(found)
    if found.grounds:
        output_console().print(f"  {SEVERITIES[found.severity].capitalize()}: {found.grounds}.", markup=False)
    if found.why:
        output_console().print(f"  {found.why}", markup=False)
    for quote in found.quotes:
        said = ", ".join(part for part in (quote.who, _day(quote.said_at), quote.title, quote.link) if part)
        output_console().print(f"  “{quote.quote}”\n    {said}", markup=False, soft_wrap=True)


@app.command()
def confirm(signal_id: Id, as_json: JsonFlag = False) -> None:
    """Confirm that a signal matters; others like it rank higher from now on."""
    _decide(signal_id, "confirmed", as_json=as_json)


@app.command()
def dismiss(signal_id: Id, as_json: JsonFlag = False) -> None:
    """Dismiss a signal; others like it rank lower from now on."""
    _decide(signal_id, "dismissed", as_json=as_json)


@app.command()
def done(signal_id: Id, as_json: JsonFlag = False) -> None:
    """Mark a signal as done."""
    _decide(signal_id, "done", as_json=as_json)


@app.command()
def reopen(signal_id: Id, as_json: JsonFlag = False) -> None:
    """Reopen a signal that was dismissed or done."""
    _decide(signal_id, "open", as_json=as_json)


@app.command()
def assign(
    signal_id: Id,
    owner: Annotated[str, typer.Argument(help='Who takes care of it; "" for nobody.')],
    as_json: JsonFlag = False,
) -> None:
    """Say who takes care of a signal."""
    _decide(signal_id, "", owner=owner, as_json=as_json)


@app.command()
def scan(  # noqa: PLR0913 - the parts of a scan
    sources: Annotated[
        list[str] | None, typer.Argument(help="Sources by id or title; without any, all that you added.")
    ] = None,
    every: Annotated[str, typer.Option(help="When again: daily 08:00, weekdays 17:30, monday and thursday.")] = "",
    zone: Annotated[str, typer.Option(help="Time zone, such as Europe/Berlin; else this computer's.")] = "",
    digest: Annotated[
        list[str] | None, typer.Option(help="Where to send a digest of each run: slack, mail, or #channel.")
    ] = None,
    only_news: Annotated[bool, typer.Option("--only-news", help="No digest when there is nothing new.")] = False,
    title: Annotated[str, typer.Option(help="What people call it.")] = "",
    recipe: Annotated[str, typer.Option(help="The recipe that finds them.")] = "scan",
    focus: Annotated[str, typer.Option(help="What to find; else risks, complaints and so on.")] = "",
    shared: Annotated[
        bool, typer.Option("--shared/--mine", help="For everybody who may read the sources, or for you only.")
    ] = False,
    once: Annotated[bool, typer.Option("--once", help="Look at files or folders, and keep nothing.")] = False,
    as_json: JsonFlag = False,
) -> None:
    """Scan sources now, keep what is found, and scan again on a schedule."""
    from core.signals.digest import read_wish
    from core.signals.model import Scan
    from integrations.cli.commands.ask import scan_once
    from integrations.cli.scan_keeping import keep_scan

    if once:
        if every or not sources:
            raise typer.BadParameter(told("--once takes files or folders, and comes once."))
        scan_once([Path(name) for name in sources], recipe, {"focus": focus} if focus else {}, as_json=as_json)
        return
    with _opened() as opened:
        chosen = [opened.source(name) for name in sources] if sources else opened.own_sources()
        if not chosen:
            raise InputError("There are no sources yet.", fix="Add some with: inlaid sources add PLACE")
        names = ", ".join(name for _, name in chosen)
        wanted = Scan(
            "", *opened.here, title or names[:80], tuple(key for key, _ in chosen),
            recipe, focus, every, is_shared=shared, zone=zone, digest=read_wish(digest or (), only_news=only_news),
        )  # fmt: skip
        _run(opened, keep_scan(opened.board, opened.settings, wanted), as_json=as_json)


@app.command("scans")
def list_scans(as_json: JsonFlag = False) -> None:
    """List the scans with their sources and schedules."""
    with _opened() as opened:
        found = opened.board.scans(*opened.here)
    if as_json:
        print_json({"scans": [status.to_json() for status in found]})
        return
    for status in found:
        scan = status.scan
        when = " ".join(filter(None, (shown(scan.schedule), scan.zone))) if scan.is_active else told("paused")
        last = told(f"last {_day(status.ran_at)}") if status.ran_at else told("never run")
        line = f"{status.scan.id[-ENDING_CHARS:]}  {status.scan.title}  ({when or told('when asked')}; {last})"
        output_console().print(line, markup=False)
        if error := status.digest_error:
            why = f"{told(error['message'])} {told(error['fix'])}".strip()
            output_console().print("  " + told(f"Its last digest was not delivered: {why}"), markup=False)
    if not found:
        output_console().print(told(NO_SCANS), markup=False)


@app.command("digest")
def show_digest(scan_id: ScanId, as_json: JsonFlag = False) -> None:
    """Show the digest of a scan's last scheduled run: what is new, what has grown, what has gone quiet."""
    with _opened() as opened:
        told = opened.board.digest(opened.scan(scan_id).scan, opened.here)
    if as_json:
        print_json(told.to_json())
    else:
        output_console().print(told.to_text(), markup=False, highlight=False, soft_wrap=True)


@app.command()
def report(
    file: Annotated[Path, typer.Argument(help="The Word document to be written.")],
    scan: Annotated[str, typer.Option(help="Of this scan only.")] = "",
    title: Annotated[str, typer.Option(help="Of the report.")] = "Signals",
    limit: Annotated[int, typer.Option(min=1, max=1_000, help="Most signals.")] = 300,
) -> None:
    """Write a report for Word: open and confirmed signals with quotes, links and trend."""
    from core.signals.model import SignalFilter
    from core.signals.report import MAX_QUOTES, report_document

    with _opened() as opened:
        scans = (opened.scan(scan).scan.id,) if scan else ()
        wanted = SignalFilter(states=("open", "confirmed"), scan_ids=scans)
        found = opened.board.find(*opened.here, wanted, limit=limit, quotes=MAX_QUOTES)
    file.write_bytes(report_document(found, title, time.time()))
    output_console().print(
        counted("%(shown)s signal in %(file)s", "%(shown)s signals in %(file)s", len(found), file=file), markup=False
    )


@app.command()
def run(scan_id: ScanId, as_json: JsonFlag = False) -> None:
    """Run a scan now, over what is new or has changed in its sources."""
    with _opened() as opened:
        _run(opened, opened.scan(scan_id).scan, as_json=as_json)


@app.command()
def pause(scan_id: ScanId) -> None:
    """Pause the schedule of a scan; what it found stays."""
    with _opened() as opened:
        opened.board.set_active(opened.scan(scan_id).scan, is_active=False)


@app.command()
def resume(scan_id: ScanId) -> None:
    """Resume the schedule of a scan."""
    with _opened() as opened:
        opened.board.set_active(opened.scan(scan_id).scan, is_active=True)


@app.command()
def remove(scan_id: ScanId) -> None:
    """Delete a scan and all that it found."""
    with _opened() as opened:
        scan = opened.scan(scan_id).scan
        opened.board.remove(scan)
    output_console().print(told(f"The scan {scan.title} and what it found are deleted."), markup=False)


@dataclass(frozen=True)
class _Opened:
    """The signals of the person at this machine."""

    board: "SignalBoard"
    session: "LocalSession"
    settings: "Settings"
    here: tuple[str, str]

    def signal(self, text: str) -> "Signal":
        """Return the signal of an id or the end of one, with its quotes."""
        from core.signals.model import SignalFilter

        found = self.board.find(*self.here, SignalFilter(), limit=5_000)
        ids = [signal.id for signal in found if signal.id.endswith(text.strip().casefold())] if text.strip() else []
        if len(ids) > 1:
            raise InputError(f"{len(ids)} signals end with {text}.", fix="Give more characters of the id.")
        return self.board.get(*self.here, ids[0] if ids else text)

    def scan(self, text: str) -> "ScanStatus":
        """Return the person's own scan of an id, the end of one, or a title."""
        known = self.board.scans(*self.here)
        wanted = text.strip().casefold()
        found = [
            entry
            for entry in known
            if wanted and (entry.scan.id.endswith(wanted) or entry.scan.title.casefold() == wanted)
        ]
        if len(found) != 1:
            problem = f"{len(found)} scans are called {text[:60]!r}." if found else f"There is no scan {text[:60]!r}."
            raise NotFoundError(problem, fix="List them with: inlaid signals scans")
        self.board.own_scan(*self.here, found[0].scan.id)
        return found[0]

    def source(self, text: str) -> tuple[str, str]:
        """Return id and title of a source."""
        wanted = text.strip().casefold()
        known = [(source.id, source.title) for source in self.board.sources(*self.here)]
        found = [
            (key, title) for key, title in known if wanted and (key.endswith(wanted) or title.casefold() == wanted)
        ]
        if len(found) != 1:
            problem = f"{len(found)} sources are called" if found else "There is no source"
            fix = "List them with: inlaid sources list"
            if not found and Path(text).exists():
                fix = f"Add it with: inlaid sources add {text}   or look once: inlaid signals scan {text} --once"
            raise NotFoundError(f"{problem} {text[:60]!r}.", fix=fix)
        return found[0]

    def own_sources(self) -> list[tuple[str, str]]:
        """Return ids and titles of the sources of the person."""
        names = self.board.names(*self.here)
        return [(known.source.id, known.source.title) for known in self.board.scanner.sources.list(names=names)]


@contextmanager
def _opened() -> Iterator[_Opened]:
    from core.job import LOCAL_WORKSPACE
    from core.settings import load_settings
    from core.signals.board import load_board
    from integrations.cli.local_runner import LocalSession
    from integrations.slack.delivery.digest import channel_finder

    settings = load_settings()
    with shown_progress() as show, LocalSession(settings, show) as session:
        find_channel = channel_finder(settings, session.store.records)
        board = load_board(settings, session.store.records, session.store.jobs, find_channel)
        yield _Opened(board, session, settings, (LOCAL_WORKSPACE, settings.local_person))


def _run(opened: _Opened, scan: "Scan", *, as_json: bool) -> None:
    """Do a scan in this process, part by part; `inlaid signals run` continues one that was stopped."""
    from core.signals.model import SignalFilter

    main_input = opened.session.pipeline.recipe(scan.recipe).main_input
    jobs = opened.board.begin(scan, main_input, lambda request: opened.session.intake.add(request)[0]).jobs
    failed = sum(_failed(opened, job) for job in jobs)
    wanted = SignalFilter(states=("open", "confirmed"), scan_ids=(scan.id,))
    found = opened.board.find(*opened.here, wanted, limit=50)
    if as_json:
        counts = {"scan": scan.id, "jobs": len(jobs), "failed": failed}
        print_json({**counts, "signals": [signal.to_json() for signal in found]})
        return
    for signal in found:
        _print_signal(signal)
    signals = counted("%(shown)s signal", "%(shown)s signals", len(found))
    parts = counted("%(shown)s part looked through", "%(shown)s parts looked through", len(jobs))
    output_console().print(f"{parts}, {signals}.", markup=False)
    if failed:
        unread = counted("%(shown)s part could not be read;", "%(shown)s parts could not be read;", failed)
        error_console().print(f"{unread} {told('try again: inlaid signals run')} {scan.id[-8:]}")
        raise typer.Exit(1)


def _failed(opened: _Opened, job: "Job") -> int:
    from core.errors import JobFailed

    try:
        opened.session.resume(job)
    except JobFailed:
        return 1
    return 0


def _severity(word: str) -> int:
    """Return the number of a severity, as its word or its number is given.

    Raises:
        InputError: there is none.
    """
    from core.signals.model import SEVERITIES

    word = word.strip().casefold()[:20]
    found = [number for number, name in SEVERITIES.items() if word in {name, str(number)}]
    if not found:
        raise InputError(f"There is no severity {word}.", fix=f"Take one of: {', '.join(SEVERITIES.values())}.")
    return found[0]


def _decide(signal_id: str, state: str, *, owner: str | None = None, as_json: bool) -> None:
    with _opened() as opened:
        known = opened.signal(signal_id)
        decided = opened.board.decide(*opened.here, known.id, state or known.state, owner=owner)
    if as_json:
        print_json(decided.to_json())
    else:
        _print_signal(decided)


def _print_signal(signal: "Signal") -> None:
    from core.signals.model import SEVERITIES

    line = f"{signal.id[-ENDING_CHARS:]}  {told(SEVERITIES[signal.severity])} {told(signal.kind)}"
    line += f"  {told(signal.state)}" if signal.state != "open" else ""
    line += "  " + told(f"{signal.count} times") if signal.count > 1 else ""
    line += f"  {_bars(signal.trend)}" if any(signal.trend) else ""
    line += f"  → {signal.owner}" if signal.owner else ""
    text = signal.text if len(signal.text) <= SHOWN_TEXT_CHARS else f"{signal.text[:SHOWN_TEXT_CHARS]}…"
    output_console().print(f"{line}\n  {text}", markup=False, highlight=False, soft_wrap=True)


def _bars(trend: Sequence[int]) -> str:
    """Return the weeks as a row of bars."""
    most = max(trend)
    return "".join(BARS[-(-count * (len(BARS) - 1) // most)] for count in trend).lstrip()


def _day(moment: float | None) -> str:
    return datetime.fromtimestamp(moment, UTC).astimezone().strftime("%Y-%m-%d") if moment else ""
