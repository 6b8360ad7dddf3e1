"""`inlaid mailbox`: the status of mailboxes with the decisions about their mail, looking for new mail, and settings."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any, TypedDict

import typer

from integrations.cli.terminal import JsonFlag, output_console, print_json, shown_progress

if TYPE_CHECKING:
    from core.drafts import JsonObject
    from core.settings import Settings
    from core.store import Store
    from core.store.records import RecordStore
    from integrations.cli.local_runner import LocalSession
    from integrations.mail.accounts.mailboxes import MailboxView
    from integrations.mail.mailbox.preferences import Preferences
    from integrations.mail.mailbox.triage_records import TriageRecord


app = typer.Typer(help="Connect mailboxes; reply drafts then wait in their Drafts folder.", no_args_is_help=True)
DECISIONS_SHOWN = 20
# As many as are kept of a busy mailbox.
MAX_MAILS = 100_000
TIMES = {"checked_at": "checked", "noticed_at": "last notice", "drafted_at": "last draft", "renews_at": "renews"}

Name = Annotated[str, typer.Argument(help="Name of the mailbox; `inlaid mailbox list` shows it.")]
MAX_SYNCED_MAILS = 200
OFF = "off"


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
    from integrations.mail.accounts.mailboxes import find_mailbox, mailbox_views, resting_servers

    store = open_store(load_settings())
    views, servers = mailbox_views(store.records), resting_servers(store.records)
    if name:
        named = [view for view in views if view.name == name]
        views = named or [find_mailbox(store.records, LOCAL_WORKSPACE, name)]
    shown = [shown_mailbox(store, view, limit=limit) for view in views]
    if as_json:
        print_json({"mailboxes": shown} | ({"servers": [asdict(server) for server in servers]} if servers else {}))
        return
    for row in shown:
        output_console().print(f"{row['name']}  {row['place']}  {_status(row)}", markup=False)
        print_decisions(row["decisions"])
        if row["mails"] > len(row["decisions"]):
            count = f"  {len(row['decisions'])} of {row['mails']} shown; --limit N for more"
            output_console().print(count, markup=False)
    for server in servers:
        output_console().print(f"{server.name}  {server.trouble}", markup=False)
    if not shown:
        output_console().print("No mailbox is connected. Connect one with: inlaid mailbox add --help")


def shown_mailbox(store: "Store", view: "MailboxView", *, limit: int = DECISIONS_SHOWN) -> "JsonObject":
    """Return what `--json` prints of a mailbox: its status, and `limit` of its `mails`, newest first."""
    from integrations.mail.accounts.mailboxes import judged_mails

    judged = judged_mails(store.records, view, limit=MAX_MAILS)
    return {**view.to_json(), "mails": len(judged), "decisions": public_judged(store, view, judged[:limit])}


def _status(row: Mapping[str, Any]) -> str:
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
    words.append(row["labels"])
    if row["trouble"]:
        words.append(row["trouble"].removesuffix("."))
    return ", ".join(word for word in (*words, *times) if word) or "not read yet"


@app.command()
def remove(name: Name, as_json: JsonFlag = False) -> None:
    """Forget a mailbox and everything stored about its mail. Nothing in the mailbox changes."""
    from core.job import LOCAL_WORKSPACE
    from core.settings import load_settings
    from core.store import open_store
    from integrations.mail.accounts.mailboxes import find_mailbox, remove_mailbox

    settings = load_settings()
    records = open_store(settings).records
    remove_mailbox(settings, records, find_mailbox(records, LOCAL_WORKSPACE, name))
    if as_json:
        print_json({"removed": name})
    else:
        output_console().print(f"{name} is forgotten.", markup=False)


def public_judged(store: "Store", view: "MailboxView", judged: "Sequence[TriageRecord]") -> "list[JsonObject]":
    """Return what `--json` prints about mails: decision, reason, label, and what became of the draft."""
    from integrations.mail.accounts.mailboxes import mail_labels
    from integrations.mail.mailbox.triage_records import draft_statuses

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
        }
        if status := known.get(record.job):
            row |= {**status.to_json(), "became": status.words}
        rows.append(row)
    return rows


def print_decisions(rows: Sequence[Mapping[str, Any]]) -> None:
    """Print a line for each mail: what became of it, its label, its subject, the reason; and what needs its owner."""
    for row in rows:
        word = f"draft {row.get('became', 'gone')}" if row["needs_reply"] else "no draft"
        trouble = f" {row['job_error']['message']} {row['job_error']['fix']}" if row.get("job_error") else ""
        title = " ".join(row["subject"].split())[:60] or "(no subject)"
        label = f" [{row['label']}]" if row["label"] else ""
        output_console().print(f"  {word}{label}: {title} | {row['reason']}{trouble}", markup=False)
        if row.get("open_gaps"):
            output_console().print("    Warning: it went out with a question to you still in it.", markup=False)


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
    """Look for new mail now, and put a draft for each that needs an answer. Nothing is ever sent."""
    from core.job import LOCAL_WORKSPACE
    from core.settings import load_settings
    from integrations.cli.local_runner import LocalSession
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


def _sync_one(settings: "Settings", session: "LocalSession", view: "MailboxView") -> Synced:
    """Read a mailbox and finish its jobs here, those too that an earlier run left; an error becomes part of the row."""
    from core.errors import InlaidError, JobFailed
    from integrations.mail.accounts.mailboxes import judged_mails, read_mailbox
    from integrations.mail.mailbox.triage_records import draft_statuses

    judged: Sequence[TriageRecord] = ()
    error: dict[str, str] | None = None
    finished = 0
    records = session.store.records
    try:
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


@app.command("set")
def set_preferences(  # noqa: PLR0913 - a mailbox has that many settings
    name: Name,
    threshold: Annotated[
        float | None, typer.Option(help="How probable (0..1) it must be that a mail needs an answer.")
    ] = None,
    pause: Annotated[
        bool | None, typer.Option("--pause/--resume", help="Leave the mailbox alone, until resumed.")
    ] = None,
    quiet: Annotated[str | None, typer.Option(metavar="HH:MM-HH:MM", help="No drafts in these hours, or off.")] = None,
    timezone: Annotated[str | None, typer.Option(help="Time zone of the quiet hours and of a day.")] = None,
    per_day: Annotated[
        int | None, typer.Option(metavar="COUNT", help="Most drafts in a day, up to 1000; 0: any number.")
    ] = None,
    follow_up: Annotated[
        int | None, typer.Option(metavar="DAYS", help="Follow up questions unanswered so long, up to 365; 0: never.")
    ] = None,
    on_request: Annotated[
        str | None, typer.Option(metavar="MARK", help="Draft for mail so marked: flagged, a keyword, or off.")
    ] = None,
    alias: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ADDRESS",
            help="Further address of the owner; repeat for more. They replace those set before; off: none.",
        ),
    ] = None,
    reply_all: Annotated[str | None, typer.Option(metavar="thread|always|never", help="Answer everybody?")] = None,
    gaps: Annotated[bool | None, typer.Option("--gaps/--no-gaps", help="Place drafts of questions alone.")] = None,
    as_json: JsonFlag = False,
) -> None:
    """Change settings of a mailbox; without options show them."""
    aliases = None if not alias else tuple(address for address in alias if address.casefold() != OFF)
    changes = {
        "threshold": threshold, "paused": pause, "quiet_hours": quiet, "timezone": timezone, "drafts_per_day": per_day,
        "follow_up_days": follow_up, "on_request": on_request, "aliases": aliases, "reply_all": reply_all,
        "gaps_only": gaps,
    }  # fmt: skip
    _change(name, changes, as_json=as_json)


def _change(name: str, changes: Mapping[str, object], *, as_json: bool) -> None:
    from integrations.mail.accounts.mailboxes import change_preferences

    records, view = _mailbox(name)
    value = change_preferences(records, view, **changes)
    if as_json:
        print_json({"name": name, "settings": value.to_json()})
        return
    for option, words in _in_words(value):
        output_console().print(f"{option}: {words}", markup=False)


def _in_words(value: "Preferences") -> list[tuple[str, str]]:
    """Return all settings by the names of their options."""
    return [
        ("threshold", f"{value.threshold:g}"),
        ("pause", "yes" if value.paused else "no"),
        ("quiet", value.quiet_hours or OFF),
        ("timezone", value.timezone),
        ("per-day", str(value.drafts_per_day or "0 (any number)")),
        ("follow-up", str(value.follow_up_days or "0 (never)")),
        ("on-request", value.on_request or OFF),
        ("alias", ", ".join(value.aliases) or OFF),
        ("reply-all", value.reply_all),
        ("gaps", "placed too" if value.gaps_only else "no draft of questions alone"),
        ("labels", value.labels or OFF),
        ("always drafts for", ", ".join(value.draft_for) or "nobody in particular"),
        ("never drafts for", ", ".join(value.never_for) or "nobody in particular"),
        ("voice", "learnt, with consent" if value.learns_voice else "not learnt"),
    ]


@app.command()
def correct(
    name: Name,
    sender: Annotated[str, typer.Argument(help="Address of the sender, or @example.com for everybody there.")],
    draft: Annotated[bool, typer.Option("--draft", help="Draft whenever mail of this sender asks anything.")] = False,
    never: Annotated[bool, typer.Option("--never", help="Never draft for mail of this sender.")] = False,
    as_json: JsonFlag = False,
) -> None:
    """Correct a decision once, for all mail of its sender; without an option judge it as any other again."""
    from core.errors import InputError

    if draft and never:
        raise InputError("Mail either gets drafts or none.", fix="Give --draft or --never.")
    _change(name, {"correction": ("draft" if draft else "never" if never else "forget", sender)}, as_json=as_json)


@app.command()
def labels(
    name: Name,
    state: Annotated[str, typer.Argument(metavar="on|off", help="Put them, or take away all that were put.")],
    language: Annotated[str, typer.Option(help="What they are written in: en, de, fr or es.")] = "en",
    as_json: JsonFlag = False,
) -> None:
    """Label mail in the mailbox: to reply, draft (2 gaps), waiting for answer, for information, suspicious."""
    from core.job import LOCAL_WORKSPACE
    from core.settings import load_settings
    from core.store import open_store
    from integrations.mail.accounts.mailboxes import change_labels, find_mailbox

    if state.casefold() not in {"on", OFF}:
        raise typer.BadParameter("give on or off")
    settings = load_settings()
    store = open_store(settings)
    view = find_mailbox(store.records, LOCAL_WORKSPACE, name)
    value = change_labels(settings, store, view, OFF if state.casefold() == OFF else language)
    if as_json:
        print_json({"name": name, "settings": value.to_json()})
    else:
        words = f"Labels are on ({value.labels})." if value.labels else "Labels are off, and those of Inlaid are gone."
        output_console().print(words, markup=False)


@app.command()
def voice(
    name: Name,
    learn: Annotated[bool, typer.Option("--learn", help="Agree, and learn from the sent mail now.")] = False,
    forget: Annotated[bool, typer.Option("--forget", help="Withdraw consent, and delete what was learnt.")] = False,
    as_json: JsonFlag = False,
) -> None:
    """Show all that was learnt of how the owner writes; learn it, with their consent, or forget it."""
    from core.errors import InputError
    from integrations.mail.accounts.mailboxes import change_preferences, shown_style

    if learn and forget:
        raise InputError("It is either learnt or forgotten.", fix="Give --learn or --forget.")
    records, view = _mailbox(name)
    if learn:
        _require_learning(records, view)
    if learn or forget:
        change_preferences(records, view, learns_voice=learn)
        _, view = _mailbox(name)
    if learn:
        _learn(records, view)
    shown = shown_style(records, view)
    if as_json:
        print_json(shown)
    else:
        _print_voice(shown)


def _mailbox(name: str) -> "tuple[RecordStore, MailboxView]":
    from core.job import LOCAL_WORKSPACE
    from core.settings import load_settings
    from core.store import open_store
    from integrations.mail.accounts.mailboxes import find_mailbox

    records = open_store(load_settings()).records
    return records, find_mailbox(records, LOCAL_WORKSPACE, name)


def _require_learning(records: "RecordStore", view: "MailboxView") -> None:
    from core.policies.enforcement import load_policies
    from core.settings import load_settings

    load_policies(load_settings(), records).require_learning(view.workspace, view.person)


def _learn(records: "RecordStore", view: "MailboxView") -> None:
    from core.settings import load_settings
    from integrations.mail.accounts.mailboxes import learn_mailbox

    learn_mailbox(load_settings(), records, view)


def _print_voice(shown: Mapping[str, Any]) -> None:
    console, found = output_console(), shown["voice"]
    if not found:
        word = "Nothing was learnt yet." if shown["consent"] else "Nothing was learnt: there is no consent (--learn)."
        console.print(word, markup=False)
        return
    console.print(_learnt_from(found), markup=False)
    for language, greeting in found["greetings"].items():
        console.print(f"Greeting ({language}): {greeting}", markup=False)
    for language, closing in found["closings"].items():
        console.print(f"Closing ({language}): {' / '.join(closing.splitlines())}", markup=False)
    for language, block in found["signatures"].items():
        console.print(f"Signature ({language}): {' / '.join(block.splitlines())}", markup=False)
    for example in shown["examples"]:
        console.print(f"Example: {' '.join(example['used'].split())}", markup=False)


def _learnt_from(found: Mapping[str, Any]) -> str:
    count, words = found["learnt_from"], found["typical_words"]
    if not count:
        return "Nothing was learnt: there is no sent mail to learn from yet."
    mails = "1 sent mail" if count == 1 else f"{count} sent mails"
    return f"Learnt from {mails}, typically of {words} {'word' if words == 1 else 'words'}."
