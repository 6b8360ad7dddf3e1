"""A scan that is asked for once more is the one that is there; and when it runs next is said at once."""

import time
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from core.signals.schedule import next_time
from core.text.catalogues import told
from integrations.cli.terminal import error_console

if TYPE_CHECKING:
    from core.settings import Settings
    from core.signals.board import SignalBoard
    from core.signals.model import Scan


def keep_scan(board: "SignalBoard", settings: "Settings", scan: "Scan") -> "Scan":
    """Store a scan, and say when it runs next and what keeps its digest from getting where it is to go.

    One of the same title that looks for the same in the same sources is changed instead.

    Raises:
        InputError, NotFoundError, PolicyRefused: see `SignalBoard.add`.
    """
    kept = _kept(board, scan)
    _say_schedule(board, settings, kept)
    return kept


def _kept(board: "SignalBoard", scan: "Scan") -> "Scan":
    wanted = _identity(scan)
    known = (status.scan for status in board.scans(scan.workspace, scan.person))
    before = next((own for own in known if own.person == scan.person and _identity(own) == wanted), None)
    if before is None:
        return board.add(scan)
    anew = replace(
        scan,
        id=before.id,
        schedule=scan.schedule or before.schedule,
        zone=scan.zone or before.zone,
        digest=scan.digest if scan.digest.slack or scan.digest.mail else before.digest,
    )
    board.change(anew)
    error_console().print(told(f"The scan {scan.title} is there already; it was changed."), markup=False)
    return board.scanner.scans.get(before.id).scan


def _say_schedule(board: "SignalBoard", settings: "Settings", scan: "Scan") -> None:
    from integrations.slack.delivery.digest import is_in_slack

    console = error_console()
    at = next_time(scan.schedule, time.time(), scan.zone)
    if at is not None:
        zone = ZoneInfo(scan.zone) if scan.zone else None
        when = datetime.fromtimestamp(at, zone).astimezone(zone).strftime("%Y-%m-%d %H:%M %Z")
        console.print(told(f"It runs next on {when}, while Inlaid is up."), markup=False)
    if scan.digest.slack and not is_in_slack(settings, board.records, board.names(scan.workspace, scan.person)):
        console.print(
            told(
                "Warning: its digest cannot go to Slack, for you have never used Inlaid there. Open the app in Slack"
                " once, or take --digest mail."
            ),
            markup=False,
        )


def _identity(scan: "Scan") -> tuple[str, frozenset[str], str, str]:
    return scan.title.casefold(), frozenset(scan.source_ids), scan.recipe, scan.focus
