"""`inlaid purge --person ADDRESS`: delete what is kept of a person; `inlaid holds`: whose is not to be deleted."""

import shlex
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from core.errors import InputError, NotFoundError
from core.text.catalogues import N_, counted, told
from integrations.cli.terminal import JsonFlag, error_console, output_console, print_json

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from core.people import People
    from core.store.people.rows import Identity
    from core.store.records import RecordStore


holds_app = typer.Typer(help="Legal holds: people whose data must not be deleted.", no_args_is_help=True)
Person = Annotated[str, typer.Argument(help="Mail address, or WORKSPACE/KEY of the person.")]


@holds_app.command("add")
def add_hold(
    person: Person,
    reason: Annotated[str, typer.Option(help="Why, such as the number of a case.")],
    as_json: JsonFlag = False,
) -> None:
    """Keep all of a person's data, whatever the retention period, and refuse to purge it."""
    from core.store.retention import Holds

    home, people, kept, by = _home_of(person)
    Holds(kept).put(home, reason=reason, by=by)
    is_known = _is_known(people, kept, home)
    if not is_known:
        unknown = N_(
            f"Nobody is known as {person} so far; the hold is placed all the same. Look whether it is mistyped."
        )
        error_console().print(told(unknown), markup=False)
    if as_json:
        print_json({"person": "/".join(home), "held": True, "known": is_known})
        return
    output_console().print(told(f"Nothing of {home.person} is deleted until: inlaid holds lift {person}"), markup=False)


@holds_app.command("lift")
def lift_hold(person: Person, as_json: JsonFlag = False) -> None:
    """End a hold. What is past its retention period by then is deleted within the hour."""
    from core.store.retention import Holds

    home, _, kept, _ = _home_of(person)
    if not Holds(kept).lift(home):
        raise NotFoundError(f"{home.person} is on no hold.", fix="List them with: inlaid holds list")
    if as_json:
        print_json({"person": "/".join(home), "held": False})
    else:
        output_console().print(told("Lifted."))


@holds_app.command("list")
def list_holds(as_json: JsonFlag = False) -> None:
    """List the people on hold, why, by whom and since when."""
    from core.settings import load_settings
    from core.store import open_store
    from core.store.retention import Holds

    holds = Holds(open_store(load_settings()).records).all()
    if as_json:
        listed = [{**asdict(hold), "person": "/".join(hold.home)} for hold in holds]
        print_json({"holds": [{name: value for name, value in hold.items() if name != "home"} for hold in listed]})
        return
    for hold in holds:
        since = datetime.fromtimestamp(hold.since, UTC).strftime("%Y-%m-%d")
        output_console().print(told(f"{'/'.join(hold.home)}  since {since} by {hold.by}: {hold.reason}"), markup=False)
    if not holds:
        output_console().print(told("Nobody is on a legal hold."))


def _is_known(people: "People", kept: "RecordStore", home: "Identity") -> bool:
    """Say whether somebody came in by one of these names, or anything is stored under one."""
    from core.store.people.stored_names import stored_names
    from core.store.rows import Scope

    names = set(people.names_of(home))
    stored = stored_names(kept.database, Scope(frozenset(name.workspace for name in names)), other_than=())
    return home in people.homes().values() or not names.isdisjoint(stored)


def _home_of(person: str) -> tuple["Identity", "People", "RecordStore", str]:
    """Return where it is kept what somebody decided, who is who, the records, and who asks."""
    from core.job import LOCAL_WORKSPACE
    from core.people import load_people
    from core.settings import load_settings
    from core.store import open_store

    if not person.strip():
        raise InputError("Name the person.", fix="For example: ann@example.com")
    settings = load_settings()
    kept = open_store(settings).records
    workspace, slash, key = person.rpartition("/")
    people = load_people(settings, kept)
    home = people.identity(workspace if slash else LOCAL_WORKSPACE, key)
    return home, people, kept, settings.owner_name or settings.local_person


def purge(
    person: Annotated[str, typer.Option(help="Mail address, or another key of the person.")],
    workspace: Annotated[str, typer.Option(help="The person's workspace: local, or a Slack team id.")] = "local",
    yes: Annotated[bool, typer.Option("--yes", help="Delete without asking.")] = False,
    as_json: JsonFlag = False,
) -> None:
    """Delete a person's jobs, drafts, outcomes, connected mailboxes, settings and what was learnt, on every surface."""
    from core.events.streams import forget_events
    from core.insight.report.rollup import roll_up_all
    from core.people import load_people
    from core.settings import load_settings
    from core.store.backup import kept_before
    from core.store.purge import purge_person
    from core.store.retention import Holds
    from integrations.cli.commands.report import open_rules
    from integrations.web.connections import leave_mailboxes

    _require_sure(person, yes=yes)
    store, rules = open_rules()
    roll_up_all(store, rules)  # what has been done stays in the sums, which name nobody
    settings = load_settings()
    people = load_people(settings, store.records)
    names = people.names_of(people.identity(workspace, person))
    Holds(store.records).require_free(names)
    mailboxes = leave_mailboxes(settings, store.records, names)  # ends Microsoft's notifications about them
    done = purge_person(store.records, names)
    is_forgotten = forget_events(settings.broker_url, done.job_ids)
    before = kept_before(settings.home)
    if not (mailboxes or done.named):
        _say_left("", before)
        raise _nobody(store.records, person)
    ended = {"sessions": done.sessions, "tokens": done.tokens, "mailboxes": mailboxes}
    if as_json:
        counts = {"jobs": done.jobs, "records": done.records, **ended}
        print_json({**counts, "before_restores": [str(path) for path in before]})
        return
    output_console().print(_deleted(done.jobs, done.records))
    if said := ", ".join(f"{told(name)}: {count}" for name, count in ended.items() if count):
        output_console().print(told(f"Ended as well: {said}."), markup=False)
    _say_left(settings.broker_url, before, is_forgotten=is_forgotten)


def _require_sure(person: str, *, yes: bool) -> None:
    if not person.strip():
        raise InputError("Name the person.", fix="For example: inlaid purge --person ann@example.com")
    if not yes and not typer.confirm(told(f"Delete everything that is kept of {person}? It cannot be taken back.")):
        output_console().print(told("Nothing was deleted."))
        raise typer.Exit(1)


def _say_left(broker_url: str, before: "Sequence[Path]", *, is_forgotten: bool = True) -> None:
    """Say what of the person may be left: at a broker, and in what restores have put aside."""
    console = error_console()
    if not is_forgotten and broker_url:
        console.print(told("The broker does not answer; what it holds of the jobs' progress ends in an hour."))
    elif not is_forgotten:  # the password of that of `inlaid up` is known to it alone
        ends = N_("What the broker of `inlaid up` holds of the jobs' progress ends in an hour, while it runs.")
        console.print(told(ends))
    for path in before:
        place = shlex.quote(str(path))
        held = N_(f"{path} holds what was there before a restore, perhaps of this person too. Delete it: rm -r {place}")
        console.print(told(held), markup=False, soft_wrap=True)


def _deleted(jobs: int, records: int) -> str:
    others = counted("%(shown)s record", "%(shown)s records", records)
    return counted(
        "%(shown)s job and %(records)s deleted.", "%(shown)s jobs and %(records)s deleted.", jobs, records=others
    )


def _nobody(records: "RecordStore", person: str) -> NotFoundError:
    """Return the error that nothing was kept under that name, with the name under which something may be."""
    from core.store.person_export import OTHERS_MAILS

    fix = mailbox_hint(records, person) or "The page People of the console lists the persons."
    return NotFoundError(f"Nobody has used Inlaid as {person}, so nothing was deleted. {OTHERS_MAILS}", fix=fix)


def mailbox_hint(records: "RecordStore", address: str) -> str:
    """Return whose the mailbox of an address is, and how to end or purge it; "" where none is connected."""
    from core.job import LOCAL_WORKSPACE
    from integrations.mail.accounts.mailboxes import mailbox_views

    view = next((view for view in mailbox_views(records) if view.address.casefold() == address.casefold()), None)
    if view is None:
        return ""
    named = f"--person {view.person} --workspace {view.workspace}"
    if view.workspace != LOCAL_WORKSPACE:
        return N_(f"A mailbox of that address belongs to {view.workspace}/{view.person}; purge it with {named}.")
    return N_(
        f"A mailbox of that address belongs to {view.person}. To end it: inlaid mailbox remove {view.name}."
        f" Its owner is purged with {named}."
    )
