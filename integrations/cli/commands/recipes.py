"""`inlaid recipes`: list what can be picked, and validate a recipe file; `inlaid run` and `inlaid reply`: run one.

`run` takes any recipe and a text; `reply` takes a mail, says whether it needs a reply, and drafts one as a mail file.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from core.errors import InputError
from core.text.catalogues import N_, told
from integrations.cli.commands import recipe_versions
from integrations.cli.terminal import (
    STANDARD_STREAM,
    ForceFlag,
    JsonFlag,
    ModelOption,
    decode_text,
    error_console,
    output_console,
    parse_pairs,
    print_draft,
    print_error,
    print_json,
    read_bytes,
    read_material,
    require_free,
    shown_progress,
    write_bytes,
)

if TYPE_CHECKING:
    from core.drafts import Draft, JsonObject
    from core.job import Job
    from core.recipes.model import Recipe
    from core.store.records import RecordStore
    from integrations.cli.local_runner import LocalSession
    from integrations.mail.accounts.new_mail import NewMailTarget
    from integrations.mail.message.addresses import Address
    from integrations.mail.message.message import MailMessage


app = typer.Typer(help="List recipes, or make and change them, with their versions.", invoke_without_command=True)
for _name, _command in recipe_versions.COMMANDS.items():
    app.command(_name)(_command)


@app.callback()
def list_recipes(context: typer.Context, as_json: JsonFlag = False) -> None:
    """List the recipes and their inputs."""
    if context.invoked_subcommand:
        return
    from core.job import LOCAL_WORKSPACE
    from core.llm.models_file import load_models_file
    from core.policies.enforcement import load_policies
    from core.recipes.book import RecipeBook
    from core.settings import load_settings
    from core.store import open_store
    from core.writing.lanes import LARGER_MODEL_FIX, allowed_recipes, as_listed, offered, public_recipes

    settings = load_settings()
    models = load_models_file(settings)
    records = open_store(settings).records
    policy = load_policies(settings, records).of(LOCAL_WORKSPACE, settings.local_person)
    book = RecipeBook(settings.recipes_dir, records)
    for error in book.broken:
        print_error(error)
    recipes = allowed_recipes(book, models, policy, "cli")
    if as_json:
        print_json(public_recipes(recipes, models, policy))
        return
    here = {name: as_listed(recipe) for name, recipe in sorted(recipes.items())}
    ready = {name: recipe for name, recipe in here.items() if offered(recipe, models, policy).is_offered}
    _print_recipes(ready)
    if len(ready) < len(here):
        output_console().print(
            f"\n{told('These need a larger model than the one that is set up.')} {LARGER_MODEL_FIX}\n"
        )
        _print_recipes({name: recipe for name, recipe in here.items() if name not in ready})


def _print_recipes(recipes: "Mapping[str, Recipe]") -> None:
    from rich.table import Table

    table = Table(told("Recipe"), told("What it does"), told("Inputs"), box=None, pad_edge=False)
    for name, recipe in recipes.items():
        inputs = ", ".join(
            f"[bold]{recipe_input.name}[/]" if recipe_input.required else recipe_input.name
            for recipe_input in recipe.asked_inputs
        )
        table.add_row(name, recipe.description, inputs)
    output_console().print(table)


@app.command()
def check(
    file: Annotated[Path, typer.Argument(help="The recipe file (TOML).")],
    as_json: JsonFlag = False,
) -> None:
    """Check a recipe file; every problem is named with its key and the fix."""
    from core.recipes.loader import load_recipe_file
    from core.recipes.notes import notes_on

    recipe = load_recipe_file(file)
    notes = list(notes_on(recipe))
    if as_json:
        print_json({"name": recipe.name, "valid": True, "notes": notes})
        return
    can_be_used = N_(f"{recipe.name}: it can be used. Look at this:")
    output_console().print(told(can_be_used if notes else f"{recipe.name}: no problems found."))
    for note in notes:
        output_console().print(told(note), markup=False)


def run(  # noqa: PLR0913 - options of a command
    recipe: Annotated[str, typer.Argument(help="Name of a recipe; `inlaid recipes` lists them.")],
    file: Annotated[
        Path | None, typer.Argument(help="Text, Word file or PDF for the main input; - or nothing: stdin.")
    ] = None,
    settings_pairs: Annotated[
        list[str] | None, typer.Option("--set", metavar="K=V", help="Value of an input; may be repeated.")
    ] = None,
    model: ModelOption = "",
    mailbox: Annotated[
        str, typer.Option(metavar="NAME", help="Also save the draft in this mailbox, as a new mail.")
    ] = "",
    to: Annotated[list[str] | None, typer.Option(help="Whom that mail goes to; repeat for more.")] = None,
    as_json: JsonFlag = False,
) -> None:
    """Run a recipe on a text and print the draft."""
    from core.settings import load_settings
    from integrations.cli.local_runner import LocalSession

    settings = load_settings()
    inputs = parse_pairs(settings_pairs or [])
    with shown_progress() as show, LocalSession(settings, show) as session:
        wanted = session.pipeline.recipe(recipe)
        if file is not None or wanted.main_input not in inputs:
            inputs[wanted.main_input] = read_material(file)
        target = None
        if mailbox:
            target, inputs = _to_mailbox(session.store.records, wanted, inputs, mailbox, to or [])
        elif to:
            raise InputError("--to needs a mailbox to put the mail into.", fix="Add --mailbox NAME.")
        job = session.ask(recipe, inputs, target=target, model=model)
    _show(job, mailbox, as_json=as_json)


def _show(job: "Job", mailbox: str, *, as_json: bool) -> None:
    assert job.draft
    if as_json:
        place = {"mailbox": mailbox} if mailbox else {}
        print_json({**job.draft.model_dump(mode="json", exclude_none=True), **place})
        return
    print_draft(job.draft)
    if mailbox:
        error_console().print(told(f"It waits in the Drafts folder of {mailbox}."), markup=False)


def _to_mailbox(
    records: "RecordStore", recipe: "Recipe", inputs: Mapping[str, object], name: str, to: Sequence[str]
) -> "tuple[NewMailTarget, JsonObject]":
    """Return target and inputs of the job, before a model is asked.

    Raises:
        NotFoundError: there is no mailbox of that name.
        InputError: a recipient is no email address, or the recipe gives no text.
    """
    from core.job import LOCAL_WORKSPACE
    from integrations.mail.accounts.mailboxes import find_mailbox
    from integrations.mail.accounts.new_mail import address_new_mail
    from integrations.mail.mailbox.account import MailOwner

    view = find_mailbox(records, LOCAL_WORKSPACE, name)
    owner = MailOwner(view.workspace, view.person, view.address, view.name)
    return address_new_mail(records, owner, recipe, inputs, to)


AlwaysOption = Annotated[
    bool, typer.Option("--always", help="Draft even when the mail needs no reply, or looks like fraud.")
]
InstructionOption = Annotated[
    str, typer.Option("--instruction", help="What you want to say, in your words; - reads it from stdin.")
]


def reply(  # noqa: PLR0913 - options of a command
    message: Annotated[Path, typer.Argument(help="The mail as a file (RFC 5322); - for stdin.")],
    output: Annotated[Path | None, typer.Option("-o", "--output", help="Where the draft (.eml) goes.")] = None,
    force: ForceFlag = False,
    instruction: InstructionOption = "",
    always: AlwaysOption = False,
    reply_all: Annotated[bool, typer.Option("--all", help="Reply to everybody.")] = False,
    model: ModelOption = "",
    as_json: JsonFlag = False,
) -> None:
    """Draft a reply to a mail. Nothing is ever sent."""
    from core.job import CAUTION, LOCAL_WORKSPACE, MailFileTarget
    from core.settings import load_settings
    from core.store.effects import SOURCE_FILE
    from integrations.cli.local_runner import LocalSession
    from integrations.mail.accounts.mailboxes import style_of
    from integrations.mail.isolated import decided, parse_message
    from integrations.mail.message.message import owner_of
    from integrations.mail.reply.compose import RECIPE, reply_inputs
    from integrations.mail.triage.decide import SUSPICIOUS

    require_free(output, [message], force=force)
    settings, said = load_settings(), _instruction(instruction, message)
    mail = parse_message(data := read_bytes(message))
    decision = decided(mail, owner := owner_of(mail, name=settings.owner_name, address=settings.owner_address))
    warning = {CAUTION: decision.reason} if decision.rule == SUSPICIOUS else {}
    # Who says what to answer wants an answer, and reads a warning first.
    if not (decision.needs_reply or always or (instruction and not warning)):
        _say_none_is_needed(decision.reason, as_json=as_json)
        return
    with shown_progress() as show, LocalSession(settings, show) as session:
        voice = style_of(session.store.records, LOCAL_WORKSPACE, settings.owner_address)
        inputs = {**reply_inputs(mail, owner, voice, instruction=said), **_attached(data, mail), **warning}
        files = {SOURCE_FILE: mail.model_dump_json().encode()}
        job = session.ask(RECIPE, inputs, target=MailFileTarget(reply_all), model=model, files=files)
        how_to_change = next_words(session, job)
    write_reply(output, mail, owner, job, reply_all=reply_all)
    if as_json:
        print_json(_shown(decision.needs_reply, decision.reason, job.draft))
    else:
        show_result(job, output, how_to_change)


def write_reply(output: Path | None, mail: "MailMessage", owner: "Address", job: "Job", *, reply_all: bool) -> None:
    """Write the draft of a job as a mail file, if one is wanted, as it would stand in a mailbox."""
    if output is None:
        return
    from integrations.mail.isolated import reply_file
    from integrations.mail.reply.compose import unsent_file
    from integrations.mail.reply.in_mailbox import as_in_mailbox

    assert job.draft
    remarked = replace(job, draft=as_in_mailbox(job.draft))
    write_bytes(output, unsent_file(reply_file(mail, owner, remarked, reply_all=reply_all)))


def next_words(session: "LocalSession", job: "Job") -> Sequence[str]:
    """Return how a draft is changed further, with examples that the model in use can follow."""
    from core.policies.resolution import NO_POLICY
    from core.runner.refinements import wish_hint

    hint = wish_hint(session.pipeline.recipe(job.recipe), session.pipeline.models.file, NO_POLICY)
    return N_(f'To change it: inlaid refine {job.id} "WISH"'), hint


def show_result(job: "Job", output: Path | None, how_to_change: Sequence[str]) -> None:
    """Print a draft, unless its file went to standard output, and what `next_words` returns on stderr."""
    assert job.draft
    if str(output) == STANDARD_STREAM:
        return
    print_draft(job.draft)
    for line in how_to_change:
        error_console().print(told(line), markup=False, style="dim")


def _attached(data: bytes, mail: "MailMessage") -> dict[str, str]:
    """Return what stands in the files that came with a mail, as inputs."""
    from core.sources.attached import attached_value
    from core.sources.formats import is_document
    from integrations.mail.isolated import attached_files
    from integrations.registry import read_file

    if not any(is_document(file.name) for file in mail.attachments):
        return {}
    return {"attached": attached_value(attached_files(data), read_file)}


def _shown(needs_reply: bool, reason: str, draft: "Draft | None") -> "JsonObject":
    """Return what `--json` prints."""
    shown: JsonObject = {"needs_reply": needs_reply, "reason": reason}
    return {**shown, "draft": draft.model_dump(mode="json", exclude_none=True)} if draft else shown


def _say_none_is_needed(reason: str, *, as_json: bool) -> None:
    if as_json:
        print_json(_shown(False, reason, None))
    else:
        output_console().print(told(f"No reply was drafted. {reason} To draft one anyway: --always"), markup=False)


def _instruction(given: str, message: Path) -> str:
    """Return what the person wants to say.

    Raises:
        InputError: mail and instruction cannot both come from stdin.
    """
    if given != "-":
        return given
    if str(message) == "-":
        raise InputError("Only one of mail and instruction can come from stdin.", fix="Give the mail as a file.")
    return decode_text(read_bytes(Path("-"))).strip()
