"""`inlaid refine`: what is said next about a draft."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from core.errors import InputError, NotFoundError
from core.text.catalogues import N_, told
from integrations.cli.commands.jobs import JobId
from integrations.cli.commands.recipes import next_words, show_result, write_reply
from integrations.cli.terminal import (
    ForceFlag,
    JsonFlag,
    error_console,
    output_console,
    print_json,
    require_free,
    shown_progress,
)

if TYPE_CHECKING:
    from core.job import Job
    from integrations.cli.local_runner import LocalSession
    from integrations.mail.message.message import MailMessage

OF_MAILBOX = N_("This draft is for a connected mailbox, whose address may not be the one that -o writes as the sender.")
OF_MAILBOX_FIX = N_("Leave out -o, and copy the text.")
STAYS = N_(
    "The draft in your mailbox stays as it is, since it was changed there or is gone: what you need of this text is to "
    "be copied. It rests on the version before your changes."
)
PLACED = N_("It stands in your mailbox in place of the version before.")
FOLLOWS = N_(
    "This version takes the place of the draft in your mailbox once that can be reached, as long as Inlaid runs; a "
    "draft that you changed there stays."
)


def refine(
    job_id: JobId,
    wish: Annotated[
        str,
        typer.Argument(
            help='What should change: "drop the price", "without the greeting", with a larger model also "shorter" or'
            ' "in German"; or "undo", "why?".'
        ),
    ],
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="Where the changed reply to a mail (.eml) goes.")
    ] = None,
    force: ForceFlag = False,
    as_json: JsonFlag = False,
) -> None:
    """Make a new version of one of your drafts, or say what it rests on."""
    from core.job import Job
    from core.settings import load_settings
    from integrations.cli.local_runner import LocalSession
    from integrations.mail.message.message import owner_of

    require_free(output, force=force)
    settings = load_settings()
    with shown_progress() as show, LocalSession(settings, show) as session:
        mail, to_all = _answered(session, job_id) if output else (None, False)
        made = session.refine(job_id, wish)
        beside = _beside_mailbox(session, made) if isinstance(made, Job) else ()
        how_to_change = next_words(session, made) if isinstance(made, Job) else ()
    if not isinstance(made, Job):
        _print_answer(made, as_json=as_json)
        return
    if mail:
        owner = owner_of(mail, name=settings.owner_name, address=settings.owner_address)
        write_reply(output, mail, owner, made, reply_all=to_all)
    if as_json:
        print_json(made.to_json())
        for line in beside:
            error_console().print(told(line), markup=False)
    else:
        show_result(made, output, (*beside, *how_to_change))


def _print_answer(answer: str, *, as_json: bool) -> None:
    if as_json:
        print_json({"answer": answer})
    else:
        output_console().print(answer, markup=False, soft_wrap=True)


def _beside_mailbox(session: "LocalSession", made: "Job") -> Sequence[str]:
    """Return what to say of the draft in a connected mailbox: a new version takes its place, unless it was changed."""
    *before, newest = map(session.store.effects.is_in_mailbox, session.versions(made.id))
    if made.state == "ready":
        return (FOLLOWS,)
    return (PLACED,) if newest else (STAYS,) if any(before) else ()


def _answered(session: "LocalSession", job_id: str) -> "tuple[MailMessage, bool]":
    """Return the mail that a draft answers, which the first version has, and whether everybody gets the answer.

    Raises:
        InputError: it answers none, or one of which no copy was kept, or one to a connected mailbox.
    """
    from core.store.effects import SOURCE_FILE
    from integrations.mail.message.message import MailMessage

    for version in session.versions(job_id):
        try:
            kept = session.store.effects.get_file(version, SOURCE_FILE)
        except NotFoundError:
            continue
        if not version.delivery.get("mail"):  # see `MailFileTarget`
            raise InputError(OF_MAILBOX, fix=OF_MAILBOX_FIX)
        return MailMessage.model_validate_json(kept), bool(version.delivery.get("to_all"))
    raise InputError("This is no draft that can be written as a mail.", fix="Leave out -o.")
