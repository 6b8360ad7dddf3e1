"""`inlaid mailbox sync`: look for new mail now, and put the drafts."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from integrations.cli.mailbox_list import job_of, print_decisions, public_judged
from integrations.cli.run import JsonFlag

if TYPE_CHECKING:
    from integrations.cli.inline import InlineSession
    from integrations.mail.imap.accounts import Account, Accounts
    from integrations.mail.imap.decisions import Judged


def sync(
    name: Annotated[str, typer.Argument(help="Only this mailbox.")] = "",
    as_json: JsonFlag = False,
) -> None:
    """Look for new mail now, and put a draft for each that needs an answer. Nothing is ever sent."""
    from core.jobs import LOCAL_WORKSPACE
    from core.settings import load_settings
    from integrations.cli.inline import InlineSession
    from integrations.cli.progress import shown_progress
    from integrations.cli.terminal import output_console, print_json
    from integrations.mail.imap.accounts import Accounts

    rows = []
    with shown_progress() as show, InlineSession(load_settings(), show) as session:
        accounts = Accounts(session.store.records)
        for account in [accounts.get(LOCAL_WORKSPACE, name)] if name else accounts.list():
            show("progress", {"text": f"Reading {account.name}", "done": 0, "total": 0})
            rows.append(_sync_one(session, accounts, account))
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


def _sync_one(session: "InlineSession", accounts: "Accounts", account: "Account") -> dict[str, Any]:
    """Read a mailbox and finish its jobs here, those too that an earlier run left; an error becomes part of the row."""
    from core.errors import InlaidError, JobFailed
    from integrations.mail.imap.decisions import decisions
    from integrations.mail.imap.sync import MOST_MAILS, sync_mailbox

    judged: list[Judged] = []
    error: dict[str, str] | None = None
    finished = 0
    try:
        judged = sync_mailbox(accounts, account, lambda request: session.store.jobs.add(request)[0])
        for one in reversed(decisions(accounts, account, limit=MOST_MAILS)):
            job = job_of(session.store, one)
            if job is None or job.has_ended:
                continue
            try:
                session.resume(job)
                finished += 1
            except JobFailed:
                continue  # shown with its mail
    except InlaidError as failure:
        error = failure.to_json()
    shown = [public_judged(session.store, one) for one in judged]
    return {"name": account.name, "new": len(judged), "drafts": finished, "decisions": shown, "error": error}
