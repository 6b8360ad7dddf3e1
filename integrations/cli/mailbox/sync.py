"""`inlaid mailbox sync`: look for new mail now, and put the drafts."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from integrations.cli.mailbox.list import print_decisions, public_judged
from integrations.cli.options import JsonFlag

if TYPE_CHECKING:
    from core.settings import Settings
    from integrations.cli.local_runner import LocalSession
    from integrations.mail.accounts.mailboxes import MailboxView
    from integrations.mail.mailbox.triage_records import TriageRecord

MAX_MAILS = 200


def sync(
    name: Annotated[str, typer.Argument(help="Only this mailbox.")] = "",
    as_json: JsonFlag = False,
) -> None:
    """Look for new mail now, and put a draft for each that needs an answer. Nothing is ever sent."""
    from core.job import LOCAL_WORKSPACE
    from core.settings import load_settings
    from integrations.cli.local_runner import LocalSession
    from integrations.cli.progress import shown_progress
    from integrations.cli.terminal import output_console, print_json
    from integrations.mail.accounts.mailboxes import find_mailbox, mailbox_views

    rows = []
    settings = load_settings()
    with shown_progress() as show, LocalSession(settings, show) as session:
        records = session.store.records
        for view in [find_mailbox(records, LOCAL_WORKSPACE, name)] if name else mailbox_views(records):
            show("progress", {"text": f"Reading {view.name}", "done": 0, "total": 0})
            rows.append(_sync_one(settings, session, view))
    if as_json:
        print_json({"mailboxes": rows})
    for row in rows:
        if not as_json:
            output_console().print(f"{row['name']}: {row['new']} new, {row['drafts']} drafted", markup=False)
            print_decisions(row["decisions"])
        if row["error"]:
            typer.echo(f"inlaid: {row['error']['message']} {row['error']['fix']}", err=True)
    if any(row["error"] for row in rows):
        raise typer.Exit(1)


def _sync_one(settings: "Settings", session: "LocalSession", view: "MailboxView") -> dict[str, Any]:
    """Read a mailbox and finish its jobs here, those too that an earlier run left; an error becomes part of the row."""
    from core.errors import InlaidError, JobFailed
    from integrations.mail.accounts.mailboxes import judged_mails, read_mailbox
    from integrations.mail.mailbox.triage_records import draft_statuses

    judged: Sequence[TriageRecord] = ()
    error: dict[str, str] | None = None
    finished = 0
    records = session.store.records
    try:
        judged = read_mailbox(settings, records, view, lambda request: session.store.jobs.add(request)[0])
        for status in reversed(draft_statuses(session.store, judged_mails(records, view, limit=MAX_MAILS)).values()):
            if status.job.has_ended:
                continue
            try:
                session.resume(status.job)
                finished += 1
            except JobFailed:
                continue  # shown with its mail
    except InlaidError as failure:
        error = failure.to_json()
    shown = public_judged(session.store, judged)
    return {"name": view.name, "new": len(judged), "drafts": finished, "decisions": shown, "error": error}
