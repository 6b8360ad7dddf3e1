"""`inlaid people`: who is known by which sign-ins, put together, told apart and shut out by an administrator."""

import sys
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from core.errors import InputError, NotFoundError
from core.text.catalogues import told
from integrations.cli.terminal import STANDARD_STREAM, JsonFlag, output_console, print_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from core.people import Identity, KnownPerson, People
    from core.store.records import RecordStore

person_app = typer.Typer(help="Export what is stored about one person.", no_args_is_help=True)
app = typer.Typer(
    help="See who uses which sign-ins; merge or split them, and end somebody's access.",
    no_args_is_help=True,
)
Person = Annotated[str, typer.Argument(help="Mail address, WORKSPACE/PERSON, or the id that `people list` shows.")]


@app.command("list")
def list_people(as_json: JsonFlag = False) -> None:
    """List everybody who has ever signed in, on any surface, or has a token."""
    people = _open()
    known = people.everybody()
    if as_json:
        print_json({"people": [person.to_json() for person in known]})
        return
    from rich.markup import escape
    from rich.table import Table

    table = Table("Id", told("Person"), told("Sign-ins"), box=None, pad_edge=False)
    for entry in known:
        table.add_row(
            entry.person.id, escape(entry.title), escape(", ".join("/".join(door.name) for door in entry.doors))
        )
    output_console().print(table if known else told("Nobody yet. People appear with their first sign-in or job."))


@app.command()
def show(person: Person, as_json: JsonFlag = False) -> None:
    """Show one person with all sign-ins, and why each belongs to them."""
    found = _open().find(person)
    if as_json:
        print_json(found.to_json())
    else:
        _print(found)


@app.command()
def merge(person: Person, other: Person) -> None:
    """Merge two people: PERSON takes over the sign-ins and settings of OTHER."""
    people = _open()
    _print(people.merge(people.find(person), people.find(other)))


@app.command()
def split(
    sign_in: Annotated[str, typer.Argument(help="WORKSPACE/PERSON, as `people show` lists it.")],
) -> None:
    """Split off a sign-in as a person of its own, with everything that came through it."""
    workspace, _, name = sign_in.rpartition("/")
    _print(_open().split(workspace, name))


@app.command()
def disable(person: Person, as_json: JsonFlag = False) -> None:
    """End somebody's access at once: sessions, API tokens, mailboxes, waiting jobs. What they made stays."""
    from core.leavers import disable_person, find_leaver
    from core.people import load_people
    from core.settings import load_settings
    from core.store import open_store
    from integrations.web.connections import leave_mailboxes

    settings = load_settings()
    store = open_store(settings)
    people = load_people(settings, store.records)
    with _mailbox_named(store.records, person):
        known = find_leaver(store, people, person)
    ended = disable_person(store, people, known)
    mailboxes = leave_mailboxes(settings, store.records, people.names_of(known.person.home))
    counts = {**asdict(ended), "mailboxes": mailboxes}
    if as_json:
        print_json({"id": known.person.id, **counts})
    else:
        ended_words = ", ".join(f"{count} {told(name)}" for name, count in counts.items())
        output_console().print(told(f"Access has ended for {known.title}, and with it: {ended_words}."), markup=False)


@app.command()
def enable(person: Person) -> None:
    """Let somebody in again. They have to sign in and reconnect; what was ended is not restored."""
    people = _open()
    known = people.find(person)
    words = told("may come in again") if people.enable(known) else told("was not shut out")
    output_console().print(f"{known.title} {words}.", markup=False)


@app.command()
@person_app.command("export")
def export(
    person: Person,
    output: Annotated[Path, typer.Argument(help="The zip archive to write; - is standard output.")],
) -> None:
    """Export everything stored about a person, from every surface: JSON lines, documents and a manifest."""
    from core.people import load_people
    from core.settings import load_settings
    from core.store import open_store
    from core.store.person_export import export_of

    settings = load_settings()
    store = open_store(settings)
    people = load_people(settings, store.records)
    made = export_of(settings, store.records, _names(people, person))
    with _mailbox_named(store.records, person):
        made.begin()
    if str(output) == STANDARD_STREAM:
        for chunk in made.chunks():
            sys.stdout.buffer.write(chunk)
        return
    _write_private(output, made.chunks())
    output_console().print(
        told(f"Written to {output}. It holds what somebody wrote: give it to nobody else."), markup=False
    )


@contextmanager
def _mailbox_named(records: "RecordStore", person: str) -> "Iterator[None]":
    """Say of somebody who is not found whose the mailbox of that address is."""
    from integrations.cli.commands.purge import mailbox_hint

    try:
        yield
    except NotFoundError as error:
        raise NotFoundError(error.message, fix=mailbox_hint(records, person) or error.fix) from error


def _names(people: "People", person: str) -> "list[Identity]":
    """Return the names of a person; somebody who never signed in has the one under which their work is kept."""
    from core.job import LOCAL_WORKSPACE

    try:
        return people.names_of(people.find(person).person.home)
    except NotFoundError:
        workspace, slash, key = person.rpartition("/")
        return people.names(workspace if slash else LOCAL_WORKSPACE, key)


def _write_private(output: Path, chunks: "Iterable[bytes]") -> None:
    from core.system.private_files import open_private

    draft = output.with_name(f".{output.name}.part")
    try:
        with open_private(draft, "wb") as file:
            file.writelines(chunks)
        draft.replace(output)
    except OSError as error:
        raise InputError(f"{output} cannot be written: {error.strerror}.", fix="Choose another place.") from error
    finally:
        draft.unlink(missing_ok=True)


def _open() -> "People":
    from core.people import load_people
    from core.settings import load_settings
    from core.store import open_store

    settings = load_settings()
    return load_people(settings, open_store(settings).records)


def _print(known: "KnownPerson") -> None:
    from rich.markup import escape
    from rich.table import Table

    out = told(", access ended") if known.is_disabled else ""
    output_console().print(f"{known.title}  (id {known.person.id}{out})", markup=False)
    table = Table(told("Sign-in"), told("Way"), told("Rests on"), box=None, pad_edge=False)
    for sign_in in known.to_json()["sign_ins"]:
        rests = (
            told(f"the address {sign_in['address']}") if sign_in["vouched_by"] == "address" else sign_in["vouched_by"]
        )
        table.add_row(escape(f"{sign_in['workspace']}/{sign_in['person']}"), sign_in["way"], escape(rests))
    output_console().print(table)
