"""`inlaid people`: who is known by which sign-ins, put together, told apart and shut out by an administrator."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from integrations.cli.terminal import JsonFlag, output_console, print_json

if TYPE_CHECKING:
    from core.people import KnownPerson, People

app = typer.Typer(
    help="See who is known by which sign-ins; put them together, tell them apart, end their access.",
    no_args_is_help=True,
)
Person = Annotated[str, typer.Argument(help="Mail address, WORKSPACE/PERSON, or the id that `people list` shows.")]


@app.command("list")
def list_people(as_json: JsonFlag = False) -> None:
    """List everybody who has come in by some door."""
    people = _open()
    known = people.everybody()
    if as_json:
        print_json({"people": [one.to_json() for one in known]})
        return
    from rich.markup import escape
    from rich.table import Table

    table = Table("Id", "Person", "Sign-ins", box=None, pad_edge=False)
    for one in known:
        table.add_row(one.person.id, escape(one.title), escape(", ".join("/".join(door.name) for door in one.doors)))
    output_console().print(table if known else "Nobody yet. People appear with their first sign-in or job.")


@app.command()
def show(person: Person, as_json: JsonFlag = False) -> None:
    """Show one person with all sign-ins, and what each link rests on."""
    found = _open().find(person)
    if as_json:
        print_json(found.to_json())
    else:
        _print(found)


@app.command()
def merge(person: Person, other: Person) -> None:
    """Make one person of two: the sign-ins of OTHER become those of PERSON, and so does what was decided there."""
    people = _open()
    _print(people.merge(people.find(person), people.find(other)))


@app.command()
def split(
    sign_in: Annotated[str, typer.Argument(help="WORKSPACE/PERSON, as `people show` lists it.")],
) -> None:
    """Make a sign-in a person of its own; what came through it goes with it."""
    workspace, _, name = sign_in.rpartition("/")
    _print(_open().split(workspace, name))


@app.command()
def disable(person: Person, as_json: JsonFlag = False) -> None:
    """End somebody's access at once: sessions, API tokens, mailboxes, waiting jobs. What they made stays."""
    from core.leavers import disable_person
    from core.people import load_people
    from core.settings import load_settings
    from core.store import open_store
    from integrations.web.connections import leave_mailboxes

    settings = load_settings()
    store = open_store(settings)
    people = load_people(settings, store.records)
    known = people.find(person)
    ended = disable_person(store, people, known)
    mailboxes = leave_mailboxes(settings, store.records, people.names_of(known.person.home))
    counts = {**asdict(ended), "mailboxes": mailboxes}
    if as_json:
        print_json({"id": known.person.id, **counts})
    else:
        told = ", ".join(f"{count} {name}" for name, count in counts.items())
        output_console().print(f"{known.title} is out. Ended: {told}.", markup=False)


@app.command()
def enable(person: Person) -> None:
    """Let somebody in again. What was ended stays so: they sign in and connect anew."""
    people = _open()
    known = people.find(person)
    words = "may come in again" if people.enable(known) else "was not shut out"
    output_console().print(f"{known.title} {words}.", markup=False)


def _open() -> "People":
    from core.people import load_people
    from core.settings import load_settings
    from core.store import open_store

    settings = load_settings()
    return load_people(settings, open_store(settings).records)


def _print(known: "KnownPerson") -> None:
    from rich.markup import escape
    from rich.table import Table

    out = ", access ended" if known.is_disabled else ""
    output_console().print(f"{known.title}  (id {known.person.id}{out})", markup=False)
    table = Table("Sign-in", "Way", "Rests on", box=None, pad_edge=False)
    for one in known.to_json()["sign_ins"]:
        rests = f"the address {one['address']}" if one["vouched_by"] == "address" else one["vouched_by"]
        table.add_row(escape(f"{one['workspace']}/{one['person']}"), one["way"], escape(rests))
    output_console().print(table)
