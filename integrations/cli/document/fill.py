"""`inlaid document fill TEMPLATE.docx BRIEF.txt`: the template's fields, filled from a brief."""

from pathlib import Path
from typing import Annotated

import typer

from integrations.cli.commands.run import JsonFlag, ModelOption


def fill(
    template: Annotated[Path, typer.Argument(help="A .docx file with fields such as {{ customer_name }}.")],
    brief: Annotated[Path, typer.Argument(help="What the document is about, as text; - for stdin.")],
    output: Annotated[Path, typer.Option("-o", "--output", help="Where the document goes; - for stdout.")],
    model: ModelOption = "",
    as_json: JsonFlag = False,
) -> None:
    """Fill a template from a brief; a value that the brief does not hold stays open for you."""
    from core.settings import load_settings
    from core.targets import TemplateTarget
    from integrations.cli.local_runner import InlineSession
    from integrations.cli.progress import shown_progress
    from integrations.cli.terminal import decode_text, error_console, print_json, read_bytes, write_bytes

    settings = load_settings()
    inputs, files = {"brief": decode_text(read_bytes(brief))}, {TemplateTarget.DOCUMENT_FILE: read_bytes(template)}
    with shown_progress() as show, InlineSession(settings, show) as session:
        job = session.ask("fill", inputs, target=TemplateTarget(), model=model, files=files)
        write_bytes(output, session.store.effects.get_file(job, TemplateTarget.RESULT_FILE))
    assert job.draft
    if as_json:
        print_json({**job.draft.model_dump(mode="json", exclude_none=True), "file": str(output)})
        return
    for item in job.draft.items or ():
        error_console().print(f"{item.field}: {item.text}", markup=False)
    for one in job.draft.gaps:
        error_console().print(f"open: {one.question}", markup=False)
