"""`inlaid learned`: what was learnt from your edits, to see, decide, change, export and forget."""

from typing import TYPE_CHECKING, Annotated

import typer

from integrations.cli.options import JsonFlag

if TYPE_CHECKING:
    from core.insight.learning.rule_store import RuleStore
    from core.people import Identity

app = typer.Typer(help="See and decide what was learnt from your edits.", no_args_is_help=True)
Person = Annotated[str, typer.Option(help="Mail address, or another key of a person. Empty: you.")]
Workspace = Annotated[str, typer.Option(help="The person's workspace: local, or a Slack team id.")]
Key = Annotated[str, typer.Argument(help="Key of the rule, as `inlaid learned list` shows it.")]


@app.command("list")
def list_rules(person: Person = "", workspace: Workspace = "local", as_json: JsonFlag = False) -> None:
    """List what was learnt, with its proof; --json is the export."""
    from integrations.cli.terminal import output_console, print_json

    learned, who = _open(person, workspace)
    rules = learned.all(who)
    if as_json:
        shared = learned.shares_examples(who)
        print_json(
            {
                "person": who.person,
                "wishes": [learned_rule.to_json() for learned_rule in rules],
                "shares_examples": shared,
            }
        )
        return
    if not rules:
        output_console().print(
            "Nothing yet. It takes a dozen drafts that you edited alike; look with: inlaid learned find"
        )
        return
    from rich.markup import escape
    from rich.table import Table

    table = Table("Key", "Rule", "State", "Proof", "From", box=None, pad_edge=False)
    for learned_rule in rules:
        evidence = learned_rule.evidence
        proof = f"changed {evidence.before:.2f} → {evidence.after:.2f} in {evidence.tried} drafts"
        note = " (reworded since)" if learned_rule.changed_by_hand else ""
        surfaces = ", ".join(learned_rule.surfaces)
        table.add_row(learned_rule.key, escape(learned_rule.rule.words()), learned_rule.state, proof + note, surfaces)
    output_console().print(table)


@app.command()
def find(person: Person = "", workspace: Workspace = "local") -> None:
    """Look for style rules in your edits now; what is proven is offered, not yet used."""
    from core.insight.report.rollup import roll_up_all
    from integrations.cli.commands.report import open_rules
    from integrations.cli.terminal import output_console

    store, rules = open_rules()
    roll_up_all(store, rules)
    learned, who = _open(person, workspace)
    offered = learned.find(who)
    for learned_rule in offered:
        output_console().print(f"{learned_rule.key}  {learned_rule.rule.words()}", markup=False)
    output_console().print("Use one with: inlaid learned enable KEY" if offered else "Nothing new is proven.")


@app.command()
def enable(key: Key, person: Person = "", workspace: Workspace = "local") -> None:
    """Use a style rule in every draft from now on, where the recipe allows."""
    learned, who = _open(person, workspace)
    learned.switch(who, key, "enabled")


@app.command()
def disable(key: Key, person: Person = "", workspace: Workspace = "local") -> None:
    """Stop using a style rule; it is not offered again."""
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
    """Change the words of a style rule."""
    learned, who = _open(person, workspace)
    learned.edit(who, key, old=old, new=new)


@app.command()
def forget(
    key: Annotated[str, typer.Argument(help="Key of the rule. Empty: everything that was learnt.")] = "",
    person: Person = "",
    workspace: Workspace = "local",
) -> None:
    """Delete a style rule, or everything that was learnt from the person."""
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

    settings = load_settings()
    store = open_store(settings)
    people = load_people(settings, store.records)
    return RuleStore(store, people), people.identity(workspace, person or settings.local_person)
