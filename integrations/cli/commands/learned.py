"""`inlaid learned`: what was learnt from your edits, to see, decide, change, export and forget."""

from typing import TYPE_CHECKING, Annotated

import typer

from integrations.cli.commands.run import JsonFlag

if TYPE_CHECKING:
    from core.insight.learning.rule_store import RuleStore
    from core.people import Identity

app = typer.Typer(help="See and decide what was learnt from your edits.", no_args_is_help=True)
Person = Annotated[str, typer.Option(help="Mail address, or another key of a person. Empty: you.")]
Workspace = Annotated[str, typer.Option(help="The person's workspace: local, or a Slack team id.")]
Key = Annotated[str, typer.Argument(help="Key of the wish, as `inlaid learned list` shows it.")]


@app.command("list")
def list_wishes(person: Person = "", workspace: Workspace = "local", as_json: JsonFlag = False) -> None:
    """List what was learnt, with its proof; --json is the export."""
    from integrations.cli.terminal import output_console, print_json

    learned, who = _open(person, workspace)
    wishes = learned.all(who)
    if as_json:
        shared = learned.shares_examples(who)
        print_json({"person": who.person, "wishes": [one.to_json() for one in wishes], "shares_examples": shared})
        return
    if not wishes:
        output_console().print(
            "Nothing yet. It takes a dozen drafts that you edited alike; look with: inlaid learned find"
        )
        return
    from rich.markup import escape
    from rich.table import Table

    table = Table("Key", "Wish", "State", "Proof", "From", box=None, pad_edge=False)
    for one in wishes:
        proof = f"changed {one.evidence.before:.2f} → {one.evidence.after:.2f} in {one.evidence.tried} drafts"
        note = " (reworded since)" if one.changed_by_hand else ""
        table.add_row(one.key, escape(one.rule.words()), one.state, proof + note, ", ".join(one.surfaces))
    output_console().print(table)


@app.command()
def find(person: Person = "", workspace: Workspace = "local") -> None:
    """Look for wishes in your edits now; what is proven is offered, not yet used."""
    from core.insight.report.rollup import roll_up_all
    from integrations.cli.commands.report import open_rules
    from integrations.cli.terminal import output_console

    store, rules = open_rules()
    roll_up_all(store, rules)
    learned, who = _open(person, workspace)
    offered = learned.find(who)
    for one in offered:
        output_console().print(f"{one.key}  {one.rule.words()}", markup=False)
    output_console().print("Use one with: inlaid learned enable KEY" if offered else "Nothing new is proven.")


@app.command()
def enable(key: Key, person: Person = "", workspace: Workspace = "local") -> None:
    """Use a wish in every draft from now on, where the recipe allows."""
    learned, who = _open(person, workspace)
    learned.switch(who, key, "enabled")


@app.command()
def disable(key: Key, person: Person = "", workspace: Workspace = "local") -> None:
    """Use a wish no more; it is not offered again."""
    learned, who = _open(person, workspace)
    learned.switch(who, key, "disabled")


@app.command()
def edit(
    key: Key,
    old: Annotated[str, typer.Option(help="Words to replace, or the sentence to leave out.")],
    new: Annotated[str, typer.Option(help="Words to write instead.")] = "",
    person: Person = "",
    workspace: Workspace = "local",
) -> None:
    """Change the words of a wish."""
    learned, who = _open(person, workspace)
    learned.edit(who, key, old=old, new=new)


@app.command()
def forget(
    key: Annotated[str, typer.Argument(help="Key of the wish. Empty: everything that was learnt.")] = "",
    person: Person = "",
    workspace: Workspace = "local",
) -> None:
    """Delete a wish, or everything that was learnt from the person."""
    from integrations.cli.terminal import output_console

    learned, who = _open(person, workspace)
    output_console().print(f"{learned.forget(who, key or None)} forgotten.")


@app.command()
def share(
    examples: Annotated[bool, typer.Option("--on/--off", help="Whether your team may learn from your work.")],
    person: Person = "",
    workspace: Workspace = "local",
) -> None:
    """Let accepted work serve others as examples and for training, without names; off unless you say so."""
    learned, who = _open(person, workspace)
    learned.share_examples(who, shares=examples)


def _open(person: str, workspace: str) -> "tuple[RuleStore, Identity]":
    from core.insight.learning.rule_store import RuleStore
    from core.people import load_people
    from core.settings import load_settings
    from core.store import open_store
    from integrations.cli.local_runner import local_person

    settings = load_settings()
    store = open_store(settings)
    people = load_people(settings, store.records)
    return RuleStore(store, people), people.identity(workspace, person or local_person(settings))
