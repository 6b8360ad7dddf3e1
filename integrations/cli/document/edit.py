"""`inlaid edit DOCUMENT.docx --recipe NAME`: a recipe over a Word document, as tracked changes."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from integrations.cli.options import JsonFlag, ModelOption, parse_pairs

if TYPE_CHECKING:
    from core.drafts import Draft


def edit(  # noqa: PLR0913 - a command has its options as arguments
    document: Annotated[Path, typer.Argument(help="The .docx file; it is not changed.")],
    recipe: Annotated[
        str, typer.Option("--recipe", help="Such as proofread or risks; with a larger model also shorten or rewrite.")
    ],
    instruction: Annotated[str, typer.Option("--instruction", help="What to aim for, in your words.")] = "",
    settings_pairs: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="K=V", help="Value of an input, such as tone=direct; may be repeated."),
    ] = None,
    max_change: Annotated[
        float | None, typer.Option("--max-change", min=0.01, max=1.0, help="Largest share of the text that may change.")
    ] = None,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="Where the result goes; - for stdout.")] = None,
    model: ModelOption = "",
    as_json: JsonFlag = False,
) -> None:
    """Edit a Word document: the result holds tracked changes that can be accepted or rejected one by one."""
    from core.job import DocumentTarget
    from core.settings import load_settings
    from integrations.cli.local_runner import LocalSession
    from integrations.cli.progress import shown_progress
    from integrations.cli.terminal import print_json, read_bytes, write_bytes
    from integrations.documents.isolated import check_document

    settings = load_settings()
    inputs = parse_pairs(settings_pairs or []) | ({"instruction": instruction} if instruction else {})
    target = output or document.with_name(f"{document.stem}-inlaid.docx")
    given = {name: value for name, value in {**inputs, "max_change": max_change}.items() if value not in ("", None)}
    files = {DocumentTarget.DOCUMENT_FILE: read_bytes(document)}
    check_document(files[DocumentTarget.DOCUMENT_FILE])
    with shown_progress() as show, LocalSession(settings, show) as session:
        job = session.ask(recipe, given, target=DocumentTarget(), model=model, files=files)
        result = session.store.effects.get_file(job, DocumentTarget.RESULT_FILE)
        report = session.store.effects.get_detail(job, DocumentTarget.RESULT_FILE)
    assert job.draft
    write_bytes(target, result)
    if as_json:
        print_json({**job.draft.model_dump(mode="json", exclude_none=True), **report, "file": str(target)})
    else:
        _print_report(report, target, job.draft)


def _summary(count: int, *, are_comments: bool) -> str:
    """Return what was done, up to the name of the file."""
    if not count:
        return "Nothing was found to change; the document is as it was in"
    if are_comments:
        return "1 comment in" if count == 1 else f"{count} comments in"
    return ("1 paragraph" if count == 1 else f"{count} paragraphs") + " changed, as tracked changes in"


def _print_report(report: dict[str, list[dict[str, str]]], target: Path, draft: "Draft") -> None:
    from rich.markup import escape

    from integrations.cli.terminal import error_console, print_remarks

    # A changed paragraph may have a comment that says why.
    are_comments = all(edit.text is None for edit in draft.edits or ())
    console = error_console()
    applied = [result for result in report["results"] if result["status"] == "applied"]
    console.print(f"{_summary(len(applied), are_comments=are_comments)} {escape(str(target))}")
    for result in report["results"]:
        if result["status"] != "applied":
            console.print(f"[yellow]Not changed:[/] {escape(result['reason'])}")
    print_remarks(draft)
