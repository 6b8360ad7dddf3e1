"""`inlaid mailbox`: the status of mailboxes with the decisions about their mail, looking for new mail, removing."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from shlex import quote
from typing import TYPE_CHECKING, Annotated, Any, TypedDict

import typer

from core.text.catalogues import N_, counted, told
from integrations.cli.terminal import JsonFlag, output_console, print_json, shown_progress

if TYPE_CHECKING:
    from core.drafts import JsonObject
    from core.settings import Settings
    from core.store import Store
    from integrations.cli.local_runner import LocalSession
    from integrations.mail.accounts.mailboxes import MailboxView
    from integrations.mail.accounts.removal import Removed
    from integrations.mail.mailbox.triage_records import TriageRecord


app = typer.Typer(help="Connect mailboxes; reply drafts then wait in their Drafts folder.", no_args_is_help=True)
DECISIONS_SHOWN = 20
# As many as are kept of a busy mailbox.
MAX_MAILS = 100_000
TIMES = N_({"checked_at": "checked", "noticed_at": "last notice", "drafted_at": "last draft", "renews_at": "renews"})
STATES = N_({"paused": "paused", "quiet": "in its quiet hours", "late": "not read for long"})
GONE = N_("gone")
NOT_READ = N_("Nothing reads these mailboxes now. Start it with: inlaid up. Or read them once: inlaid mailbox sync")
NONE_CONNECTED = N_("No mailbox is connected. Connect one with: inlaid mailbox add --help")

Name = Annotated[str, typer.Argument(help="Name of the mailbox; `inlaid mailbox list` shows it.")]
MAX_SYNCED_MAILS = 200


@app.command("list")
def list_mailboxes(
    name: Annotated[str, typer.Argument(help="Only this mailbox.")] = "",
    limit: Annotated[int, typer.Option(min=0, help="Most mails to show of each mailbox.")] = DECISIONS_SHOWN,
    as_json: JsonFlag = False,
) -> None:
    """List mailboxes, their status, and the newest decisions about their mail."""
    from core.job import LOCAL_WORKSPACE
    from core.settings import load_settings
    from core.store import open_store
    from integrations.cli.processes.data_dir import holder_of
    from integrations.mail.accounts.mailboxes import find_mailbox, mailbox_views, resting_servers
    from integrations.mail.graph.groups import MailGroups

    settings = load_settings()
    store = open_store(settings)
    views, servers = mailbox_views(store.records), resting_servers(store.records)
    if name:
        named = [view for view in views if view.name == name]
        views = named or [find_mailbox(store.records, LOCAL_WORKSPACE, name)]
    shown = [shown_mailbox(store, view, limit=limit) for view in views]
    groups = () if name else MailGroups(store.records).to_json()
    if as_json:
        further = {"servers": [asdict(server) for server in servers], "groups": groups}
        print_json({"mailboxes": shown} | {key: value for key, value in further.items() if value})
        return
    is_read = bool(settings.broker_url) or holder_of(settings.home.absolute()) is not None
    for row in shown:
        status = _status(row if is_read else {**row, "notices": "", "renews_at": 0.0})
        output_console().print(f"{row['name']}  {row['place']}  {status}", markup=False)
        print_decisions(row["decisions"])
        _print_open_gaps(row["name"], row["open_gaps"])
        if row["mails"] > len(row["decisions"]):
            count = told(f"{len(row['decisions'])} of {row['mails']} shown; --limit N for more")
            output_console().print(f"  {count}", markup=False)
    for server in servers:
        output_console().print(f"{server.name}  {told(server.trouble)}", markup=False)
    for group in groups:
        output_console().print(group_words(group), markup=False)
    if not shown or not is_read:
        output_console().print(told(NOT_READ if shown else NONE_CONNECTED), soft_wrap=True)


def _print_open_gaps(name: str, mails: Sequence[Mapping[str, str]]) -> None:
    for mail in mails:
        subject = " ".join(mail["subject"].split())[:60] or told("(no subject)")
        sender = mail["sender"] or told("those who got it")
        words = told(
            f"Warning: your answer to \u201c{subject}\u201d went out with a question to you still in it. Write to"
            f" {sender} once more. This stays until you have, or say that you know: inlaid mailbox acknowledge {name}"
            f" {quote(mail['mail'])}"
        )
        output_console().print(f"  {words}", markup=False, soft_wrap=True)


def group_words(group: "JsonObject") -> str:
    """Return a line about a group of Entra: how many mailboxes it has connected, or why its members are not known."""
    if group["error"]:
        return f"{told('group')} {group['name']}  {_trouble(group['error'])}"
    left = [told(f"{group['without']} without a mailbox")] if group["without"] else []
    left += [told(f"{len(group['left_out'])} removed by hand")] if group["left_out"] else []
    one, many = N_("1 mailbox connected"), N_(f"{group['members']} mailboxes connected")
    return f"{told('group')} {group['name']}  " + ", ".join([told(one if group["members"] == 1 else many), *left])


def shown_mailbox(store: "Store", view: "MailboxView", *, limit: int = DECISIONS_SHOWN) -> "JsonObject":
    """Return what `--json` prints of a mailbox: its status, and `limit` of its `mails`, newest first.

    `open_gaps` are those that were answered with a question to the owner still in it, see `draft_anyway.open_gaps`.
    """
    from integrations.mail.accounts.draft_anyway import open_gaps
    from integrations.mail.accounts.mailboxes import judged_mails

    judged = judged_mails(store.records, view, limit=MAX_MAILS)
    decisions, gaps = public_judged(store, view, judged[:limit]), open_gaps(store.records, view)
    return {**view.to_json(), "mails": len(judged), "decisions": decisions, "open_gaps": gaps}


def _status(row: Mapping[str, Any]) -> str:
    """Return the status of a mailbox in words."""
    works = row["state"] not in {"error", "late"}
    times = [
        f"{told(word)} {datetime.fromtimestamp(row[name], UTC).strftime('%Y-%m-%d %H:%M:%S')} UTC"
        for name, word in TIMES.items()
        if row[name] and (works or name != "renews_at")
    ]
    trouble, further = told(row["trouble"]), ", ".join(filter(None, (told(row["labels"]), *times)))
    if row["error"]:
        return " ".join(filter(None, (_trouble(row["error"]), trouble, further)))
    words = [told(STATES.get(row["state"], "")), told(row["notices"]) if works else "", trouble.removesuffix(".")]
    return ", ".join(filter(None, (*words, further))) or told("not read yet")


def _trouble(error: Mapping[str, str]) -> str:
    return " ".join(f"{told('error')}: {told(error['message'])} {told(error['fix'])}".split())


@app.command()
def remove(
    name: Name,
    yes: Annotated[bool, typer.Option("--yes", help="Remove without asking.")] = False,
    as_json: JsonFlag = False,
) -> None:
    """Forget a mailbox, or a group with its mailboxes, and delete all stored about their mail. Their drafts stay."""
    from core.events.streams import forget_events
    from core.insight.report.rollup import roll_up_all
    from core.job import LOCAL_WORKSPACE
    from core.people import load_people
    from core.settings import load_settings
    from integrations.cli.commands.report import open_rules
    from integrations.mail.accounts.groups import group_mailboxes
    from integrations.mail.accounts.mailboxes import find_mailbox, remove_mailbox
    from integrations.mail.accounts.removal import mails_deleted
    from integrations.mail.graph.groups import MailGroups

    settings = load_settings()
    store, rules = open_rules()
    records = store.records
    group = MailGroups(records).find(name)
    view = None if group else find_mailbox(records, LOCAL_WORKSPACE, name)
    if not yes and not typer.confirm(told(f"Remove {name}, and delete the mails and drafts that are stored for it?")):
        output_console().print(told("Nothing was removed."))
        raise typer.Exit(1)
    roll_up_all(store, rules)  # what has been done stays in the sums, which name nobody
    with mails_deleted(records, load_people(settings, records)) as removed:
        if group:
            count = group_mailboxes(settings, records).end(group)
            mailboxes = N_("1 mailbox") if count == 1 else N_(f"{count} mailboxes")
            words = N_(f"The group {group.name} is forgotten, with {mailboxes}.")
        elif view:
            remove_mailbox(settings, records, view)
            words = N_(f"{name} is forgotten.")
    forget_events(settings.broker_url, removed.job_ids)
    if as_json:
        print_json({"removed": name, "jobs": len(removed.job_ids), "held": list(removed.held)})
    else:
        _print_removed(words, removed)


def _print_removed(words: str, removed: "Removed") -> None:
    console, jobs = output_console(), len(removed.job_ids)
    deleted = counted(
        "%(shown)s job was deleted, with its mail.", "%(shown)s jobs were deleted, with their mails.", jobs
    )
    console.print(f"{told(words)} {deleted}", markup=False)
    for name in removed.held:
        console.print(told(f"The jobs of {name} stay: its owner is on a legal hold (inlaid holds list)."), markup=False)
    console.print(
        told("Drafts that Inlaid put into the Drafts folder stay there: delete there those that nobody needs.")
    )


def public_judged(store: "Store", view: "MailboxView", judged: "Sequence[TriageRecord]") -> "list[JsonObject]":
    """Return what `--json` prints about mails: decision, reason, label, and what became of the draft."""
    from integrations.mail.accounts.mailboxes import mail_labels
    from integrations.mail.mailbox.triage_records import alerts_of, draft_statuses

    known = draft_statuses(store, judged)
    rows = []
    for record, label in zip(judged, mail_labels(store, view, judged), strict=True):
        row: JsonObject = {
            "uid": record.uid,
            "from": record.sender,
            "subject": record.subject,
            **record.decision,
            "at": record.at,
            "label": label,
            "alerts": alerts_of(record, known.get(record.job)),
        }
        if status := known.get(record.job):
            row |= {**status.to_json(), "became": status.words}
        rows.append(row)
    return rows


def print_decisions(rows: Sequence[Mapping[str, Any]]) -> None:
    """Print a line for each mail: what became of it, its label, its subject, the reason; and what needs its owner."""
    for row in rows:
        word = f"{told('draft')} {told(row.get('became', GONE))}" if row["needs_reply"] else told("no draft")
        trouble = f" {_trouble(row['job_error'])}" if row.get("job_error") else ""
        title = " ".join(row["subject"].split())[:60] or told("(no subject)")
        label = f" [{row['label']}]" if row["label"] else ""
        reason = " ".join([*map(told, row["alerts"]), told(row["reason"])])
        output_console().print(f"  {word}{label}: {title} | {reason}{trouble}", markup=False)


class Synced(TypedDict):
    """What was done in a mailbox, as `inlaid mailbox sync --json` prints it."""

    name: str
    new: int
    drafts: int
    decisions: "list[JsonObject]"
    error: dict[str, str] | None


@app.command()
def sync(
    name: Annotated[str, typer.Argument(help="Only this mailbox.")] = "",
    as_json: JsonFlag = False,
) -> None:
    """Look for new mail and at drafts now, and put a draft for each mail to answer. Nothing is ever sent."""
    from core.job import LOCAL_WORKSPACE
    from core.settings import load_settings
    from integrations.cli.local_runner import LocalSession
    from integrations.mail.accounts.mailboxes import find_mailbox, mailbox_views

    rows = []
    settings = load_settings()
    with shown_progress() as show, LocalSession(settings, show) as session:
        records = session.store.records
        for view in [find_mailbox(records, LOCAL_WORKSPACE, name)] if name else mailbox_views(records):
            show("progress", {"text": N_(f"Reading {view.name}"), "done": 0, "total": 0})
            rows.append(_sync_one(settings, session, view))
    if as_json:
        print_json({"mailboxes": rows})
    if not rows and not as_json:
        output_console().print(told(NONE_CONNECTED))
    for row in rows:
        if not as_json and (row["new"] or row["drafts"] or not row["error"]):
            output_console().print(told(f"{row['name']}: {row['new']} new, {row['drafts']} drafted"), markup=False)
            print_decisions(row["decisions"])
        if row["error"]:
            typer.echo(f"inlaid: {told(row['error']['message'])} {told(row['error']['fix'])}", err=True)
    if any(row["error"] for row in rows):
        raise typer.Exit(1)


def _sync_one(settings: "Settings", session: "LocalSession", view: "MailboxView") -> Synced:
    """Read a mailbox and finish its jobs here, those too that an earlier run left; an error becomes part of the row."""
    from core.errors import InlaidError, JobFailed
    from integrations.mail.accounts.mailboxes import judged_mails, read_mailbox, settle_mailbox
    from integrations.mail.mailbox.triage_records import draft_statuses

    judged: Sequence[TriageRecord] = ()
    error: dict[str, str] | None = None
    finished = 0
    records = session.store.records
    try:
        settle_mailbox(settings, session.store, view)
        judged = read_mailbox(settings, records, view, lambda request: session.intake.add(request)[0])
        for status in reversed(
            draft_statuses(session.store, judged_mails(records, view, limit=MAX_SYNCED_MAILS)).values()
        ):
            if status.job.has_ended:
                continue
            try:
                session.resume(status.job)
                finished += 1
            except JobFailed:
                continue  # shown with its mail
    except InlaidError as failure:
        error = failure.to_json()
    shown = public_judged(session.store, view, judged)
    return {"name": view.name, "new": len(judged), "drafts": finished, "decisions": shown, "error": error}
