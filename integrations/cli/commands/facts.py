"""`inlaid facts`: short texts with a name that drafts may use, and whether drafts may rest on what is known at all."""

from typing import TYPE_CHECKING, Annotated

import typer

from core.text.catalogues import told
from integrations.cli.terminal import JsonFlag, output_console, print_json

if TYPE_CHECKING:
    from core.people import Identity
    from core.sources.facts import StandingFacts

app = typer.Typer(help="Keep short facts that drafts may use, such as your booking link.", no_args_is_help=True)
Person = Annotated[str, typer.Option(help="Mail address, or another key of a person. Empty: you.")]
Workspace = Annotated[str, typer.Option(help="The person's workspace: local, or a Slack team id.")]
Name = Annotated[str, typer.Argument(help='What it is called, such as "booking link".')]
Language = Annotated[str, typer.Option(help="Two letters, such as de. Empty: it serves in every language.")]
Audience = Annotated[
    str, typer.Option("--for", help="Who it is for: everybody, or group:NAME of the policies. Empty: the person's own.")
]


@app.command("list")
def list_facts(person: Person = "", workspace: Workspace = "local", as_json: JsonFlag = False) -> None:
    """List your own facts, those of your groups, and those of everybody."""
    facts, who = _open(person, workspace)
    found, use = [*facts.own(who), *facts.shared()], facts.are_wanted(who)
    if as_json:
        print_json({"person": who.person, "facts": [fact.to_json() for fact in found], "use": use})
        return
    if not use:
        output_console().print(told("Drafts use only what they are given. Change that with: inlaid facts use --on"))
    if not found:
        output_console().print(told('None yet. Keep one with: inlaid facts set "booking link" "https://…"'))
        return
    from rich.markup import escape
    from rich.table import Table

    table = Table(
        told("Name"), told("Text"), told("Other names for it"), told("Language"), "For", box=None, pad_edge=False
    )
    for fact in found:
        guard = told(" (you put it in yourself)") if fact.is_guarded else ""
        row = (
            fact.name,
            fact.text + guard,
            ", ".join(fact.phrases),
            fact.language,
            fact.audience or told("the person"),
        )
        table.add_row(*map(escape, row))
    output_console().print(table)


@app.command("set")
def set_fact(  # noqa: PLR0913 - the options of the command
    name: Name,
    text: Annotated[str, typer.Argument(help="What a draft may say.")],
    phrase: Annotated[list[str] | None, typer.Option(help="Other words that people use for it; repeatable.")] = None,
    language: Language = "",
    audience: Audience = "",
    guarded: Annotated[
        bool, typer.Option("--guarded", help="Never put in because somebody asks for it; accounts are so anyway.")
    ] = False,
    person: Person = "",
    workspace: Workspace = "local",
) -> None:
    """Save a fact; it replaces an earlier one of the same name."""
    from core.sources.facts import StandingFact

    facts, who = _open(person, workspace)
    kept = facts.put(who, StandingFact(name, text, tuple(phrase or ()), language, audience, guarded))
    output_console().print(f"{told('Kept')}: {kept.name}", markup=False)


@app.command()
def remove(
    name: Name,
    language: Annotated[str | None, typer.Option(help="Only the text in this language. Without it, all.")] = None,
    audience: Audience = "",
    person: Person = "",
    workspace: Workspace = "local",
) -> None:
    """Remove a fact."""
    facts, who = _open(person, workspace)
    output_console().print(told(f"{facts.remove(who, name, audience=audience, language=language)} removed."))


@app.command()
def use(
    grounds: Annotated[bool, typer.Option("--on/--off", help="Whether drafts may rest on what is known.")],
    person: Person = "",
    workspace: Workspace = "local",
) -> None:
    """Say whether drafts may use sources, past answers and standing facts, or only what they are given."""
    facts, who = _open(person, workspace)
    facts.want(who, use=grounds)


def _open(person: str, workspace: str) -> "tuple[StandingFacts, Identity]":
    from core.people import load_people
    from core.policies.enforcement import load_policies
    from core.settings import load_settings
    from core.sources.facts import StandingFacts
    from core.store import open_store

    settings = load_settings()
    store = open_store(settings)
    people = load_people(settings, store.records)
    facts = StandingFacts(store.records, people, load_policies(settings, store.records, people))
    return facts, people.identity(workspace, person or settings.local_person)
