"""`inlaid run RECIPE [FILE]`: any recipe on a text."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from core.errors import InputError
from integrations.cli.options import JsonFlag, ModelOption, parse_pairs

if TYPE_CHECKING:
    from core.job import Job
    from core.recipes.model import Recipe
    from core.store.records import RecordStore
    from integrations.mail.accounts.new_mail import NewMailTarget


def run(  # noqa: PLR0913 - options of a command
    recipe: Annotated[str, typer.Argument(help="Name of a recipe; `inlaid recipes` lists them.")],
    file: Annotated[Path | None, typer.Argument(help="Text for the recipe's main input; - or none: stdin.")] = None,
    settings_pairs: Annotated[
        list[str] | None, typer.Option("--set", metavar="K=V", help="Value of an input; may be repeated.")
    ] = None,
    model: ModelOption = "",
    mailbox: Annotated[
        str, typer.Option(metavar="NAME", help="Also put the draft into this mailbox, as a new mail.")
    ] = "",
    to: Annotated[list[str] | None, typer.Option(help="Whom that mail goes to; repeat for more.")] = None,
    as_json: JsonFlag = False,
) -> None:
    """Run a recipe on a text and print the draft."""
    from core.settings import load_settings
    from integrations.cli.local_runner import LocalSession
    from integrations.cli.progress import shown_progress
    from integrations.cli.terminal import decode_text, read_bytes

    settings = load_settings()
    inputs = parse_pairs(settings_pairs or [])
    with shown_progress() as show, LocalSession(settings, show) as session:
        wanted = session.pipeline.recipe(recipe)
        if file is not None or wanted.main_input not in inputs:
            inputs[wanted.main_input] = decode_text(read_bytes(file))
        target = None
        if mailbox:
            target, inputs = _to_mailbox(session.store.records, wanted, inputs, mailbox, to or [])
        elif to:
            raise InputError("--to needs a mailbox to put the mail into.", fix="Add --mailbox NAME.")
        job = session.ask(recipe, inputs, target=target, model=model)
    _show(job, mailbox, as_json=as_json)


def _show(job: "Job", mailbox: str, *, as_json: bool) -> None:
    from integrations.cli.terminal import error_console, print_draft, print_json

    assert job.draft
    if as_json:
        place = {"mailbox": mailbox} if mailbox else {}
        print_json({**job.draft.model_dump(mode="json", exclude_none=True), **place})
        return
    print_draft(job.draft)
    if mailbox:
        error_console().print(f"It waits in the Drafts folder of {mailbox}.", markup=False)


def _to_mailbox(
    records: "RecordStore", recipe: "Recipe", inputs: dict[str, Any], name: str, to: Sequence[str]
) -> "tuple[NewMailTarget, dict[str, Any]]":
    """Return target and inputs of the job, before a model is asked.

    Raises:
        NotFoundError: there is no mailbox of that name.
        InputError: a recipient is no mail address, or the recipe gives no text.
    """
    from core.job import LOCAL_WORKSPACE
    from integrations.mail.accounts.mailboxes import find_mailbox
    from integrations.mail.accounts.new_mail import address_new_mail
    from integrations.mail.mailbox.account import MailOwner

    view = find_mailbox(records, LOCAL_WORKSPACE, name)
    owner = MailOwner(view.workspace, view.person, view.address, view.name)
    return address_new_mail(records, owner, recipe, inputs, to)
