"""`inlaid refine`: what is said next about a draft."""

from typing import Annotated

import typer

from core.text.catalogues import told
from integrations.cli.commands.jobs import JobId
from integrations.cli.terminal import (
    JsonFlag,
    error_console,
    output_console,
    print_draft,
    print_json,
    shown_progress,
)


def refine(
    job_id: JobId,
    wish: Annotated[str, typer.Argument(help="What should change: “shorter”, “in German”; or “undo”, “why?”.")],
    as_json: JsonFlag = False,
) -> None:
    """Make a new version of one of your drafts, or say what it rests on."""
    from core.job import Job
    from core.settings import load_settings
    from integrations.cli.local_runner import LocalSession

    with shown_progress() as show, LocalSession(load_settings(), show) as session:
        made = session.refine(job_id, wish)
    if not isinstance(made, Job):
        if as_json:
            print_json({"answer": made})
        else:
            output_console().print(made, markup=False, soft_wrap=True)
        return
    assert made.draft
    if as_json:
        print_json(made.to_json())
    else:
        print_draft(made.draft)
        error_console().print(told(f"[dim]To change it further: inlaid refine {made.id} “shorter”; or: “undo”[/]"))
