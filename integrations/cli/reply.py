"""`inlaid reply MESSAGE.eml`: whether the mail needs a reply, and a draft of it as a mail file."""

from pathlib import Path
from typing import Annotated

import typer

from integrations.cli.run import JsonFlag, ModelOption


def reply(
    message: Annotated[Path, typer.Argument(help="The mail as a file (RFC 5322); - for stdin.")],
    output: Annotated[Path | None, typer.Option("-o", "--output", help="Where the draft (.eml) goes.")] = None,
    always: Annotated[bool, typer.Option("--always", help="Draft even when the mail needs no reply.")] = False,
    reply_all: Annotated[bool, typer.Option("--all", help="Reply to everybody.")] = False,
    model: ModelOption = "",
    as_json: JsonFlag = False,
) -> None:
    """Draft a reply to a mail. Nothing is ever sent."""
    from core.jobs import LOCAL_WORKSPACE, JobRequest
    from core.settings import load_settings
    from integrations.cli.inline import InlineSession, local_person
    from integrations.cli.progress import shown_progress
    from integrations.cli.terminal import output_console, print_draft, print_json, read_bytes, write_bytes
    from integrations.mail.isolated import parse_message, reply_file
    from integrations.mail.mailboxes import voice_of
    from integrations.mail.replying import RECIPE, owner_of, public_decision, reply_inputs
    from integrations.mail.triage import decide

    settings = load_settings()
    mail = parse_message(read_bytes(message))
    owner = owner_of(mail, name=settings.owner_name, address=settings.owner_address)
    decision = decide(mail, owner)
    if not decision.needs_reply and not always:
        if as_json:
            print_json(public_decision(False, decision.reason, None))
        else:
            output_console().print(f"No reply needed. {decision.reason} (--always drafts one.)", markup=False)
        return
    with shown_progress() as show, InlineSession(settings, show) as session:
        voice = voice_of(session.store.records, LOCAL_WORKSPACE, settings.owner_address)
        inputs = reply_inputs(mail, owner, voice)
        job = session.run(JobRequest(RECIPE, inputs, surface="cli", person=local_person(settings), model=model))
    assert job.draft
    if output:
        write_bytes(output, reply_file(mail, owner, job, reply_all=reply_all))
    if as_json:
        print_json(public_decision(decision.needs_reply, decision.reason, job.draft))
    elif output is None or str(output) != "-":
        print_draft(job.draft)
