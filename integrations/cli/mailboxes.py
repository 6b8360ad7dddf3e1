"""`inlaid mailbox`: connect mailboxes, see what was decided about their mail, look for new mail."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from integrations.cli.run import JsonFlag

if TYPE_CHECKING:
    from core.jobs import Job
    from core.store import Store
    from integrations.cli.inline import InlineSession
    from integrations.mail.imap.accounts import Account, Accounts
    from integrations.mail.imap.decisions import Judged

DECISIONS_SHOWN = 20

app = typer.Typer(help="Connect mailboxes; reply drafts then wait in their Drafts folder.", no_args_is_help=True)
add_app = typer.Typer(help="Connect a mailbox; it is tested first.", no_args_is_help=True)
app.add_typer(add_app, name="add")

Name = Annotated[str, typer.Argument(help="Name of the mailbox; `inlaid mailbox list` shows it.")]


@add_app.callback()
def add() -> None:
    """Connect a mailbox; it is tested first."""


@add_app.command()
def imap(  # noqa: PLR0913 - a mailbox has that many settings
    host: Annotated[str, typer.Option(help="Name of the IMAP server.")],
    user: Annotated[str, typer.Option(help="User name, often the mail address.")],
    port: Annotated[int | None, typer.Option(min=1, max=65535, help="993 by default; 143 with --no-tls.")] = None,
    address: Annotated[str, typer.Option(help="Mail address, when the user name is none.")] = "",
    password_stdin: Annotated[bool, typer.Option("--password-stdin", help="Read the password from stdin.")] = False,
    no_tls: Annotated[bool, typer.Option("--no-tls", help="Send password and mail unencrypted.")] = False,
    as_json: JsonFlag = False,
) -> None:
    """Connect an IMAP mailbox. Login and Drafts folder are tested before anything is saved."""
    from core.settings import load_settings
    from core.store import open_store
    from integrations.cli.inline import local_person
    from integrations.cli.terminal import output_console, print_json
    from integrations.mail.imap.accounts import Account, Accounts, public_account
    from integrations.mail.imap.connecting import check_mailbox

    settings = load_settings()
    account = Account(
        host=host,
        port=port or (143 if no_tls else 993),
        user=user,
        password=_password(from_stdin=password_stdin),
        security="none" if no_tls else "tls",
        person=local_person(settings),
        address=address or (user if "@" in user else settings.owner_address),
        owner_name=settings.owner_name,
    )
    account, folder = check_mailbox(account)
    accounts = Accounts(open_store(settings).records)
    accounts.save(account)
    if as_json:
        print_json({**public_account(account, accounts.cursor(account)), "drafts_folder": folder})
    else:
        output_console().print(f"{account.name} is connected; drafts go to {folder}.", markup=False)


@app.command("list")
def list_mailboxes(as_json: JsonFlag = False) -> None:
    """List mailboxes, how they stand, and the newest decisions about their mail."""
    from core.settings import load_settings
    from core.store import open_store
    from integrations.cli.terminal import output_console, print_json
    from integrations.mail.imap.accounts import Accounts, public_account
    from integrations.mail.imap.decisions import decisions

    store = open_store(load_settings())
    accounts = Accounts(store.records)
    shown = []
    for account in accounts.list():
        newest = decisions(accounts, account, limit=DECISIONS_SHOWN)
        row = public_account(account, accounts.cursor(account))
        shown.append({**row, "decisions": [public_judged(store, one) for one in newest]})
    if as_json:
        print_json({"mailboxes": shown})
        return
    for row in shown:
        checked = datetime.fromtimestamp(row["checked_at"], UTC).strftime("%Y-%m-%d %H:%M:%S")
        state = f"checked {checked} UTC" if row["checked_at"] else "not read yet"
        if row["error"]:
            state += f"; {row['error']['message']} {row['error']['fix']}"
        output_console().print(f"{row['name']}  {row['host']}:{row['port']}  {state}", markup=False)
        _print_decisions(row["decisions"])
    if not shown:
        output_console().print("No mailbox is connected. Connect one with: inlaid mailbox add imap --help")


@app.command()
def remove(name: Name, as_json: JsonFlag = False) -> None:
    """Forget a mailbox and everything stored about its mail. Nothing in the mailbox changes."""
    from core.jobs import LOCAL_WORKSPACE
    from core.settings import load_settings
    from core.store import open_store
    from integrations.cli.terminal import output_console, print_json
    from integrations.mail.imap.accounts import Accounts

    accounts = Accounts(open_store(load_settings()).records)
    accounts.remove(accounts.get(LOCAL_WORKSPACE, name))
    if as_json:
        print_json({"removed": name})
    else:
        output_console().print(f"{name} is forgotten.", markup=False)


@app.command()
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
            _print_decisions(row["decisions"])
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
            job = _job(session.store, one)
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


def public_judged(store: "Store", one: "Judged") -> dict[str, Any]:
    """Return what `--json` prints about a mail: decision, reason, and how the job stands that answers it."""
    shown: dict[str, Any] = {"uid": one.uid, "from": one.sender, "subject": one.subject, **one.decision, "at": one.at}
    job = _job(store, one)
    if job:
        placed = store.effects.get_detail(job, "draft").get("placed", "")
        shown |= {"job": job.id, "state": job.state, "placed": placed, "job_error": job.error}
    return shown


def _job(store: "Store", one: "Judged") -> "Job | None":
    """Return the job that answers the mail; None when there is none, or no longer."""
    from core.errors import NotFoundError

    try:
        return store.jobs.get(one.job) if one.job else None
    except NotFoundError:
        return None


def _print_decisions(rows: list[dict[str, Any]]) -> None:
    from integrations.cli.terminal import output_console

    for row in rows:
        word = f"draft {row.get('placed') or row.get('state')}" if row["needs_reply"] else "no draft"
        trouble = f" {row['job_error']['message']} {row['job_error']['fix']}" if row.get("job_error") else ""
        title = " ".join(row["subject"].split())[:60] or "(no subject)"
        output_console().print(f"  {word}: {title} | {row['reason']}{trouble}", markup=False)


def _password(*, from_stdin: bool) -> str:
    import sys

    from core.errors import InputError

    if not from_stdin:
        return str(typer.prompt("Password", hide_input=True))
    password = sys.stdin.readline().rstrip("\r\n")
    if not password:
        raise InputError("No password came from stdin.", fix="For example: inlaid mailbox add imap … < password-file")
    return password
