"""`inlaid purge --person ADDRESS`: delete what is kept of a person."""

from typing import TYPE_CHECKING, Annotated

import typer

from core.errors import InputError, NotFoundError
from integrations.cli.terminal import JsonFlag, output_console, print_json

if TYPE_CHECKING:
    from core.store.records import RecordStore


def purge(
    person: Annotated[str, typer.Option(help="Mail address, or another key of the person.")],
    workspace: Annotated[str, typer.Option(help="The person's workspace: local, or a Slack team id.")] = "local",
    yes: Annotated[bool, typer.Option("--yes", help="Delete without asking.")] = False,
    as_json: JsonFlag = False,
) -> None:
    """Delete a person's jobs, drafts, outcomes, connected mailboxes, settings and what was learnt, on every surface."""
    from core.insight.report.rollup import roll_up_all
    from core.people import load_people
    from core.settings import load_settings
    from core.store.purge import purge_person
    from integrations.cli.commands.report import open_rules
    from integrations.web.connections import leave_mailboxes

    if not person.strip():
        raise InputError("Name the person.", fix="For example: inlaid purge --person ann@example.com")
    if not yes and not typer.confirm(f"Delete everything that is kept of {person}? It cannot be taken back."):
        raise typer.Exit(1)
    store, rules = open_rules()
    roll_up_all(store, rules)  # what has been done stays in the sums, which name nobody
    settings = load_settings()
    people = load_people(settings, store.records)
    names = people.names_of(people.identity(workspace, person))
    mailboxes = leave_mailboxes(settings, store.records, names)  # ends what Microsoft tells of them
    done = purge_person(store.records, names)
    if not (mailboxes or done.jobs or done.records):
        raise _nobody(store.records, person)
    if as_json:
        print_json({"jobs": done.jobs, "records": done.records})
    else:
        output_console().print(f"{done.jobs} jobs and {done.records} records deleted.")


def _nobody(records: "RecordStore", person: str) -> NotFoundError:
    """Return the error that nothing was kept under that name, with the name under which something may be."""
    from integrations.mail.accounts.mailboxes import mailbox_views

    views = [view for view in mailbox_views(records) if view.address.casefold() == person.casefold()]
    fix = "The page People of the console lists the persons."
    if views:
        fix = f"That mailbox is kept under --person {views[0].person} --workspace {views[0].workspace}."
    return NotFoundError(f"Nothing is kept of {person}, so nothing was deleted.", fix=fix)
