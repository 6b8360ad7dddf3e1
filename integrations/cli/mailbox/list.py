"""`inlaid mailbox list` and `remove`: the status of mailboxes, and the decisions about their mail."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from integrations.cli.options import JsonFlag

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.store import Store
    from integrations.mail.accounts.mailboxes import MailboxView
    from integrations.mail.mailbox.triage_records import TriageRecord

DECISIONS_SHOWN = 20
# As many as are kept of a busy mailbox.
MAX_MAILS = 100_000
TIMES = {"checked_at": "checked", "noticed_at": "last notice", "drafted_at": "last draft", "renews_at": "renews"}

Name = Annotated[str, typer.Argument(help="Name of the mailbox; `inlaid mailbox list` shows it.")]


def list_mailboxes(
    name: Annotated[str, typer.Argument(help="Only this mailbox.")] = "",
    limit: Annotated[int, typer.Option(min=0, help="Most mails to show of each mailbox.")] = DECISIONS_SHOWN,
    as_json: JsonFlag = False,
) -> None:
    """List mailboxes, their status, and the newest decisions about their mail."""
    from core.job import LOCAL_WORKSPACE
    from core.settings import load_settings
    from core.store import open_store
    from integrations.cli.terminal import output_console, print_json
    from integrations.mail.accounts.mailboxes import find_mailbox, mailbox_views

    store = open_store(load_settings())
    views = mailbox_views(store.records)
    if name:
        named = [view for view in views if view.name == name]
        views = named or [find_mailbox(store.records, LOCAL_WORKSPACE, name)]
    shown = [shown_mailbox(store, view, limit=limit) for view in views]
    if as_json:
        print_json({"mailboxes": shown})
        return
    for row in shown:
        output_console().print(f"{row['name']}  {row['place']}  {_status(row)}", markup=False)
        print_decisions(row["decisions"])
        if row["mails"] > len(row["decisions"]):
            count = f"  {len(row['decisions'])} of {row['mails']} shown; --limit N for more"
            output_console().print(count, markup=False)
    if not shown:
        output_console().print("No mailbox is connected. Connect one with: inlaid mailbox add --help")


def shown_mailbox(store: "Store", view: "MailboxView", *, limit: int = DECISIONS_SHOWN) -> dict[str, Any]:
    """Return what `--json` prints of a mailbox: its status, and `limit` of its `mails`, newest first."""
    from integrations.mail.accounts.mailboxes import judged_mails

    judged = judged_mails(store.records, view, limit=MAX_MAILS)
    return {**view.to_json(), "mails": len(judged), "decisions": public_judged(store, judged[:limit])}


def _status(row: dict[str, Any]) -> str:
    """Return the status of a mailbox in words."""
    works = row["state"] not in {"error", "late"}
    times = [
        f"{word} {datetime.fromtimestamp(row[name], UTC).strftime('%Y-%m-%d %H:%M:%S')} UTC"
        for name, word in TIMES.items()
        if row[name] and (works or name != "renews_at")
    ]
    words = [row["state"] if row["state"] in {"paused", "quiet", "late"} else "", row["notices"] if works else ""]
    if row["error"]:
        words = [" ".join(f"error: {row['error']['message']} {row['error']['fix']}".split())]
    if row["trouble"]:
        words.append(row["trouble"].removesuffix("."))
    return ", ".join(word for word in (*words, *times) if word) or "not read yet"


def remove(name: Name, as_json: JsonFlag = False) -> None:
    """Forget a mailbox and everything stored about its mail. Nothing in the mailbox changes."""
    from core.job import LOCAL_WORKSPACE
    from core.settings import load_settings
    from core.store import open_store
    from integrations.cli.terminal import output_console, print_json
    from integrations.mail.accounts.mailboxes import find_mailbox, remove_mailbox

    settings = load_settings()
    records = open_store(settings).records
    remove_mailbox(settings, records, find_mailbox(records, LOCAL_WORKSPACE, name))
    if as_json:
        print_json({"removed": name})
    else:
        output_console().print(f"{name} is forgotten.", markup=False)


def public_judged(store: "Store", judged: "Sequence[TriageRecord]") -> list[dict[str, Any]]:
    """Return what `--json` prints about mails: decision, reason, and what became of the draft."""
    from integrations.mail.mailbox.triage_records import draft_statuses

    known = draft_statuses(store, judged)
    rows = []
    for record in judged:
        row: dict[str, Any] = {
            "uid": record.uid,
            "from": record.sender,
            "subject": record.subject,
            **record.decision,
            "at": record.at,
        }
        if status := known.get(record.job):
            row |= {**status.to_json(), "became": status.words}
        rows.append(row)
    return rows


def print_decisions(rows: list[dict[str, Any]]) -> None:
    """Print a line for each mail: what became of it, its subject, the reason."""
    from integrations.cli.terminal import output_console

    for row in rows:
        word = f"draft {row.get('became', 'gone')}" if row["needs_reply"] else "no draft"
        trouble = f" {row['job_error']['message']} {row['job_error']['fix']}" if row.get("job_error") else ""
        title = " ".join(row["subject"].split())[:60] or "(no subject)"
        output_console().print(f"  {word}: {title} | {row['reason']}{trouble}", markup=False)
