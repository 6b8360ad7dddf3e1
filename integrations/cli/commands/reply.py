"""`inlaid reply MESSAGE.eml`: whether the mail needs a reply, and a draft of it as a mail file."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from core.errors import InputError
from integrations.cli.terminal import (
    JsonFlag,
    ModelOption,
    decode_text,
    output_console,
    print_draft,
    print_json,
    read_bytes,
    shown_progress,
    write_bytes,
)

if TYPE_CHECKING:
    from core.drafts import Draft, JsonObject


def reply(  # noqa: PLR0913 - options of a command
    message: Annotated[Path, typer.Argument(help="The mail as a file (RFC 5322); - for stdin.")],
    output: Annotated[Path | None, typer.Option("-o", "--output", help="Where the draft (.eml) goes.")] = None,
    instruction: Annotated[
        str, typer.Option("--instruction", help="What you want to say, in your words; - reads it from stdin.")
    ] = "",
    always: Annotated[bool, typer.Option("--always", help="Draft even when the mail needs no reply.")] = False,
    reply_all: Annotated[bool, typer.Option("--all", help="Reply to everybody.")] = False,
    model: ModelOption = "",
    as_json: JsonFlag = False,
) -> None:
    """Draft a reply to a mail. Nothing is ever sent."""
    from core.job import LOCAL_WORKSPACE
    from core.settings import load_settings
    from integrations.cli.local_runner import LocalSession
    from integrations.mail.accounts.mailboxes import style_of
    from integrations.mail.isolated import parse_message, reply_file
    from integrations.mail.message.message import owner_of
    from integrations.mail.reply.compose import RECIPE, reply_inputs
    from integrations.mail.triage.decide import decide

    settings, said = load_settings(), _instruction(instruction, message)
    mail = parse_message(read_bytes(message))
    owner = owner_of(mail, name=settings.owner_name, address=settings.owner_address)
    decision = decide(mail, owner)
    if not (decision.needs_reply or always or instruction):  # who says what to answer wants an answer
        _say_none_is_needed(decision.reason, as_json=as_json)
        return
    with shown_progress() as show, LocalSession(settings, show) as session:
        voice = style_of(session.store.records, LOCAL_WORKSPACE, settings.owner_address)
        inputs = reply_inputs(mail, owner, voice, instruction=said)
        job = session.ask(RECIPE, inputs, model=model)
    assert job.draft
    if output:
        write_bytes(output, reply_file(mail, owner, job, reply_all=reply_all))
    if as_json:
        print_json(_shown(decision.needs_reply, decision.reason, job.draft))
    elif output is None or str(output) != "-":
        print_draft(job.draft)


def _shown(needs_reply: bool, reason: str, draft: "Draft | None") -> "JsonObject":
    """Return what `--json` prints."""
    shown: JsonObject = {"needs_reply": needs_reply, "reason": reason}
    return {**shown, "draft": draft.model_dump(mode="json", exclude_none=True)} if draft else shown


def _say_none_is_needed(reason: str, *, as_json: bool) -> None:
    if as_json:
        print_json(_shown(False, reason, None))
    else:
        output_console().print(f"No reply needed. {reason} (--always drafts one.)", markup=False)


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
