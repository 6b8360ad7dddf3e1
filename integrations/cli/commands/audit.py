"""`inlaid audit`: who did what, on every surface and by every command; nobody changes it."""

from pathlib import Path
from typing import Annotated

import typer

from core.errors import InputError
from core.text.catalogues import counted, told
from integrations.cli.terminal import ForceFlag, JsonFlag, error_console, output_console, print_json, require_free

app = typer.Typer(help="Read, check and export the audit trail.", no_args_is_help=True)
OCSF, PLAIN = "ocsf", "plain"

Who = Annotated[str, typer.Option(help="Only what this person did: their name, address or pseudonym.")]
Thing = Annotated[str, typer.Option(help="Only what was done to this: a job, a recipe, a person, a mailbox.")]
ActionName = Annotated[
    str, typer.Option("--action", help="Only this action: words of the list, or its kind: job, session ...")
]
Door = Annotated[str, typer.Option(help="Only what came in this way: console, cli, api, slack, word, outlook, mail.")]
Days = Annotated[int, typer.Option(min=0, help="How far back; 0: all.")]


@app.command("list")
def list_entries(  # noqa: PLR0913 - one parameter for each option
    who: Who = "",
    thing: Thing = "",
    action: ActionName = "",
    door: Door = "",
    days: Days = 30,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="At most so many, the newest.")] = 50,
    before: Annotated[int | None, typer.Option(help="Only entries before this number, for the next page.")] = None,
    as_json: JsonFlag = False,
) -> None:
    """List what was done, the newest first."""
    from core.settings import load_settings
    from core.store import open_store
    from core.store.audit import AuditFilter

    trail = open_store(load_settings()).audit
    looked = trail.newest(AuditFilter(None, who, thing, action, door, days), limit=limit + 1, before=before)
    found = looked[:limit]
    if as_json:
        print_json({"entries": [entry.to_json() for entry in found]})
        return
    console = output_console()
    for record in found:
        entry = record.to_json()
        done = f"{told(record.title)} {record.thing}".strip()
        if record.entry.outcome == "failure":
            done += f" ({', '.join(f'{name}: {value}' for name, value in entry['details'].items())})"
        line = f"{record.entry.sequence}  {entry['at']}  {told(record.who)} ({record.entry.door}): {done}"
        console.print(line, markup=False)
    if len(looked) > limit:
        last = found[-1].entry.sequence
        console.print(told(f"There are earlier ones. The next page: inlaid audit list --before {last}"), markup=False)
    if not found:
        is_filtered = bool(who or thing or action or door or before or days)
        console.print(told("No entry matches.") if is_filtered else told("Nothing was done."))


@app.command()
def verify(
    head: Annotated[
        str, typer.Option(help="A head that an earlier check or export printed; proves that nothing was cut off since.")
    ] = "",
    as_json: JsonFlag = False,
) -> None:
    """Check that no entry was changed, deleted or reordered, and print the head to keep elsewhere."""
    from core.audit.entries import parse_head
    from core.errors import ConflictError
    from core.settings import load_settings
    from core.store import open_store

    known = parse_head(head) if head else None
    if head and known is None:
        raise InputError("That is not a head.", fix="Give it as it was printed: NUMBER:64 HEXADECIMAL DIGITS.")
    checked = open_store(load_settings()).audit.verify(known)
    if as_json:
        print_json({"count": checked.count, "head": str(checked.head), "problems": list(checked.problems)})
        if checked.problems:
            raise typer.Exit(1)
        return
    if checked.problems:
        shown = " ".join(checked.problems[:10])
        raise ConflictError(
            f"The audit trail has been altered. {shown}", fix="Compare it with the last export or a backup."
        )
    console = output_console()
    console.print(
        counted("%(shown)s entry, as it was written.", "%(shown)s entries, each as it was written.", checked.count)
    )
    console.print(told(f"head: {checked.head}"))


@app.command()
def export(
    output: Annotated[Path, typer.Option("-o", "--output", help="File to write; - is standard output.")] = Path("-"),
    force: ForceFlag = False,
    after: Annotated[int, typer.Option(min=0, help="Only entries after this number.")] = 0,
    form: Annotated[str, typer.Option("--format", help=f"{OCSF}: events of OCSF 1.6.0; {PLAIN}: entries.")] = OCSF,
) -> None:
    """Write the trail as JSON lines, the oldest first; the last line on stderr is the head to keep elsewhere."""
    import contextlib
    import json
    import sys

    from core.audit.acting import current_actor
    from core.audit.entries import AuditEvent
    from core.audit.ocsf import ocsf_event
    from core.job import LOCAL_WORKSPACE
    from core.settings import load_settings
    from core.store import open_store

    if form not in {OCSF, PLAIN}:
        raise InputError(f"There is no format {form}.", fix=f"Take {OCSF} or {PLAIN}.")
    require_free(output, force=force)
    trail = open_store(load_settings()).audit
    count = 0
    is_stdout = str(output) == "-"
    with contextlib.nullcontext(sys.stdout) if is_stdout else output.open("w", encoding="utf-8") as file:
        for record in trail.walk(after=after):
            count += 1
            entry = ocsf_event(record) if form == OCSF else record.to_json()
            file.write(json.dumps(entry, ensure_ascii=False, separators=(",", ":")) + "\n")
        file.flush()
    trail.write(AuditEvent("audit.exported", current_actor(LOCAL_WORKSPACE), details={"count": count, "format": form}))
    error_console().print(
        counted("%(shown)s entry; head: %(head)s", "%(shown)s entries; head: %(head)s", count, head=trail.head()),
        markup=False,
    )


def write_down(action: str, thing: str = "", **told: object) -> None:
    """Write down what a command did that stores nothing by which it would be known."""
    from core.audit.acting import current_actor
    from core.audit.entries import AuditEvent, Thing
    from core.job import LOCAL_WORKSPACE
    from core.settings import load_settings
    from core.store import open_store

    store = open_store(load_settings())
    try:
        what = Thing(action.partition(".")[0], thing) if thing else None
        store.audit.write(AuditEvent(action, current_actor(LOCAL_WORKSPACE), what, details=told))
    finally:
        store.close()
