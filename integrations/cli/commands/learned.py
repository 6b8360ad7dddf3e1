"""What was learnt, and what is tried: `inlaid learned` of a person's edits, `inlaid variants` of prompts under test."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated

import typer

from core.text.catalogues import number, told
from integrations.cli.terminal import JsonFlag, output_console, print_json

if TYPE_CHECKING:
    from core.insight.learning.rule_store import RuleStore
    from core.insight.learning.variants import Decision, Variants
    from core.people import Identity
    from core.recipes.model import Recipe


app = typer.Typer(help="See what was learnt from your edits, and decide on it.", no_args_is_help=True)
Person = Annotated[str, typer.Option(help="Mail address, or another key of a person. Empty: you.")]
Workspace = Annotated[str, typer.Option(help="The person's workspace: local, or a Slack team id.")]
Key = Annotated[str, typer.Argument(help="Key of the rule, as `inlaid learned list` shows it.")]
variants_app = typer.Typer(help="See how prompt variants do; promote, pin or retire them.", no_args_is_help=True)
VariantWorkspace = Annotated[str, typer.Option(help="Whose: local, or a Slack team id.")]
RecipeName = Annotated[str, typer.Argument(help="Name of a recipe.")]
VariantName = Annotated[str, typer.Argument(help="Name of the variant; main is the recipe's own prompt.")]


@app.command("list")
def list_rules(person: Person = "", workspace: Workspace = "local", as_json: JsonFlag = False) -> None:
    """List what was learnt, with the evidence; --json exports it."""
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
            told(
                "Nothing yet. It takes about a dozen drafts that you edited in the same way; look with:"
                " inlaid learned find"
            )
        )
        return
    from rich.markup import escape
    from rich.table import Table

    table = Table(told("Key"), told("Rule"), told("State"), told("Proof"), told("From"), box=None, pad_edge=False)
    for learned_rule in rules:
        evidence = learned_rule.evidence
        proof = f"changed {number(evidence.before, 2)} → {number(evidence.after, 2)} in {evidence.tried} drafts"
        note = told(" (reworded since)") if learned_rule.changed_by_hand else ""
        surfaces = ", ".join(learned_rule.surfaces)
        table.add_row(learned_rule.key, escape(learned_rule.rule.words()), learned_rule.state, proof + note, surfaces)
    output_console().print(table)


@app.command()
def find(person: Person = "", workspace: Workspace = "local") -> None:
    """Look for style rules in your edits now; what holds up is offered, not yet used."""
    from core.insight.report.rollup import roll_up_all
    from integrations.cli.commands.report import open_rules

    store, rules = open_rules()
    roll_up_all(store, rules)
    learned, who = _open(person, workspace)
    offered = learned.find(who)
    for learned_rule in offered:
        output_console().print(f"{learned_rule.key}  {learned_rule.rule.words()}", markup=False)
    output_console().print(
        told("Use one with: inlaid learned enable KEY") if offered else told("Nothing new is proven.")
    )


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
    learned, who = _open(person, workspace)
    output_console().print(told(f"{learned.forget(who, key or None)} forgotten."))


@app.command()
def share(
    examples: Annotated[bool, typer.Option("--on/--off", help="Whether your team may learn from your work.")],
    person: Person = "",
    workspace: Workspace = "local",
) -> None:
    """Share accepted work, without names, as examples and for training; off by default."""
    learned, who = _open(person, workspace)
    learned.share_examples(who, shares=examples)


def _open(person: str, workspace: str) -> "tuple[RuleStore, Identity]":
    from core.insight.learning.rule_store import RuleStore
    from core.people import load_people
    from core.policies.enforcement import load_policies
    from core.settings import load_settings
    from core.store import open_store

    settings = load_settings()
    store = open_store(settings)
    people = load_people(settings, store.records)
    policies = load_policies(settings, store.records, people)
    return RuleStore(store, people, policies), people.identity(workspace, person or settings.local_person)


@variants_app.command("list")
def list_variants(workspace: VariantWorkspace = "local", as_json: JsonFlag = False) -> None:
    """List the variants of all recipes that have some, with what is known of them."""
    from core.insight.report.rollup import roll_up_all
    from integrations.cli.commands.report import open_rules

    store, rules = open_rules()
    roll_up_all(store, rules)
    variants, recipes = _open_variants()
    found = [
        variant
        for recipe in recipes.values()
        if recipe.prompt.variants
        for variant in variants.states(workspace, recipe)
    ]
    if as_json:
        print_json({"variants": [variant.to_json() for variant in found]})
        return
    from rich.table import Table

    from core.insight.report.figures import share
    from core.insight.report.formats import percent

    table = Table(told("Recipe"), told("Variant"), told("Success"), told("Decision"), box=None, pad_edge=False)
    for variant in found:
        decision = variant.decision or (
            told("stopped: worse than the main prompt") if variant.is_worse else told("under test")
        )
        table.add_row(variant.recipe, variant.name, percent(share(variant.wins, variant.trials)), decision)
    output_console().print(table)


@variants_app.command()
def promote(recipe: RecipeName, variant: VariantName, workspace: VariantWorkspace = "local") -> None:
    """Use a variant for all drafts but the recipe's share for exploration."""
    _decide(workspace, recipe, variant, "promoted")


@variants_app.command()
def pin(recipe: RecipeName, variant: VariantName, workspace: VariantWorkspace = "local") -> None:
    """Use a variant for all drafts, and end the experiment."""
    _decide(workspace, recipe, variant, "pinned")


@variants_app.command()
def retire(recipe: RecipeName, variant: VariantName, workspace: VariantWorkspace = "local") -> None:
    """Stop using a variant."""
    _decide(workspace, recipe, variant, "retired")


@variants_app.command("test")
def try_again(recipe: RecipeName, variant: VariantName, workspace: VariantWorkspace = "local") -> None:
    """Take a decision back: the variant is under test again."""
    _decide(workspace, recipe, variant, None)


def _decide(workspace: str, name: str, variant: str, decision: "Decision | None") -> None:
    from core.errors import NotFoundError
    from core.settings import load_settings

    variants, recipes = _open_variants()
    if name not in recipes:
        raise NotFoundError(f"There is no recipe called {name}.", fix="List them with: inlaid recipes")
    variants.decide(workspace, recipes[name], variant, decision, by=load_settings().local_person)


def _open_variants() -> "tuple[Variants, Mapping[str, Recipe]]":
    from core.insight.learning.variants import Variants
    from core.recipes.book import RecipeBook
    from core.settings import load_settings
    from core.store import open_store

    settings = load_settings()
    store = open_store(settings)
    return Variants(store), RecipeBook(settings.recipes_dir, store.records)
