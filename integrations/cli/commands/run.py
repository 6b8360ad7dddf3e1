"""`inlaid run RECIPE [FILE]`: any recipe on a text."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from core.errors import InputError

if TYPE_CHECKING:
    from core.job import Job

JsonFlag = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
ModelOption = Annotated[str, typer.Option("--model", help="Endpoint, or model, to use instead of the route.")]


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
    from integrations.cli.local_runner import InlineSession
    from integrations.cli.mailbox.compose import to_mailbox
    from integrations.cli.progress import shown_progress
    from integrations.cli.terminal import decode_text, read_bytes

    settings = load_settings()
    inputs = parse_pairs(settings_pairs or [])
    with shown_progress() as show, InlineSession(settings, show) as session:
        wanted = session.pipeline.recipe(recipe)
        if file is not None or wanted.main_input not in inputs:
            inputs[wanted.main_input] = decode_text(read_bytes(file))
        target = None
        if mailbox:
            target, inputs = to_mailbox(session.store.records, wanted, inputs, mailbox, to or [])
        elif to:
            raise InputError("--to says whom a mail in a mailbox goes to.", fix="Add --mailbox NAME.")
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


def parse_pairs(pairs: list[str]) -> dict[str, str]:
    """Return `K=V` arguments as a dictionary.

    Raises:
        InputError: an argument has no `=`.
    """
    values: dict[str, str] = {}
    for pair in pairs:
        name, separator, value = pair.partition("=")
        if not separator or not name.strip():
            raise InputError(f"--set {pair} is not of the form NAME=VALUE.", fix="For example: --set tone=friendly")
        values[name.strip()] = value
    return values
