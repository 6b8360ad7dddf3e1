"""`inlaid document`: read, change, accept, reject and compare Word documents; `inlaid edit`: run a recipe over one."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from core.errors import InlaidError, InputError, ModelTooSmall
from core.text.catalogues import counted, ngettext, told
from integrations.cli.terminal import (
    STANDARD_STREAM,
    ForceFlag,
    JsonFlag,
    ModelOption,
    decode_text,
    error_console,
    output_console,
    parse_pairs,
    print_gaps,
    print_json,
    print_remarks,
    read_bytes,
    require_free,
    result_path,
    shown_progress,
    write_bytes,
)

if TYPE_CHECKING:
    from core.drafts import Draft
    from core.store import Store
    from integrations.documents import ApplyResult
    from integrations.documents.decisions import ChangeAttribution
    from integrations.documents.model import DocumentText


app = typer.Typer(help="Read and change Word documents by tracked changes.", no_args_is_help=True)

FileArgument = Annotated[Path, typer.Argument(help="The .docx file; - for stdin.")]
OutputOption = Annotated[
    Path | None,
    typer.Option("-o", "--output", help="Where the new file goes; - for stdout. Without it a new name beside the old."),
]
OnlyAuthor = Annotated[str | None, typer.Option("--author", help="Only this author's changes.")]
OnlyIds = Annotated[list[str] | None, typer.Option("--id", help="Only the change with this id; repeatable.")]
AuthorOption = Annotated[str, typer.Option("--author", help="Author of the changes.")]


@app.callback()
def document() -> None:
    """Read and change Word documents by tracked changes."""


@app.command()
def read(
    file: FileArgument,
    view: Annotated[Literal["current", "original"], typer.Option(help="With or without tracked changes.")] = "current",
    as_json: JsonFlag = False,
) -> None:
    """Print the paragraphs of a document with their ids."""
    from dataclasses import asdict

    from integrations.documents.isolated import read_document

    text = read_document(read_bytes(file), view=view)
    if as_json:
        print_json(asdict(text))
        return
    for paragraph in text.paragraphs:
        output_console().print(f"{paragraph.id}  {paragraph.text}", markup=False)
    for warning in text.warnings:
        error_console().print(f"{told('note')}: {told(warning)}", markup=False)


@app.command()
def apply(  # noqa: PLR0913 - options of a command
    file: FileArgument,
    edits: Annotated[Path, typer.Argument(help="A JSON list of edits; - for stdin.")],
    output: OutputOption = None,
    force: ForceFlag = False,
    author: AuthorOption = "Inlaid",
    strict: Annotated[bool, typer.Option("--strict", help="All edits or none.")] = False,
    as_json: JsonFlag = False,
) -> None:
    """Make edits as tracked changes; says for each whether it was applied, or why it was refused."""
    from datetime import UTC, datetime

    from integrations.documents import parse_edits
    from integrations.documents.isolated import apply_edits

    place = result_path(output, file, "edited")
    _check_files((file, edits), place, force=force, as_json=as_json)
    data = read_bytes(file)
    result = apply_edits(data, parse_edits(read_bytes(edits)), author=author, date=datetime.now(UTC), strict=strict)
    lines = [f"{row.index + 1} {row.status}{f': {told(row.reason)}' if row.reason else ''}" for row in result.results]
    _finish(result, place, as_json=as_json, lines=lines)


@app.command()
def accept(
    file: FileArgument,
    output: OutputOption = None,
    force: ForceFlag = False,
    author: OnlyAuthor = None,
    ids: OnlyIds = None,
    as_json: JsonFlag = False,
) -> None:
    """Make tracked changes final: all, those of one author, or single ones."""
    _resolve(file, result_path(output, file, "accepted"), (author, ids), accept=True, force=force, as_json=as_json)


@app.command()
def reject(
    file: FileArgument,
    output: OutputOption = None,
    force: ForceFlag = False,
    author: OnlyAuthor = None,
    ids: OnlyIds = None,
    as_json: JsonFlag = False,
) -> None:
    """Undo tracked changes: all, those of one author, or single ones."""
    _resolve(file, result_path(output, file, "rejected"), (author, ids), accept=False, force=force, as_json=as_json)


@app.command()
def compare(
    old: Annotated[Path, typer.Argument(help="The older .docx; its changes are marked.")],
    new: Annotated[Path, typer.Argument(help="The newer .docx.")],
    output: OutputOption = None,
    force: ForceFlag = False,
    author: AuthorOption = "Inlaid",
    as_json: JsonFlag = False,
) -> None:
    """Write the older document with the newer one's changes as tracked changes."""
    from dataclasses import replace
    from datetime import UTC, datetime

    from integrations.documents.isolated import compare_documents

    place = result_path(output, old, "compared")
    _check_files((old, new), place, force=force, as_json=as_json)
    data = read_bytes(old)
    result = compare_documents(data, read_bytes(new), author=author, date=datetime.now(UTC))
    if result.data is None and not result.results:
        result = replace(result, data=data)
    # Nobody numbered these changes: how many there are is said, and what could not be marked.
    refused = [told(row.reason) for row in result.results if row.status != "applied"]
    marked = [counted("%(shown)s change is marked.", "%(shown)s changes are marked.", result.applied)]
    _finish(result, place, as_json=as_json, lines=[*marked, *refused] if result.results else [])


@app.command()
def fill(
    template: Annotated[Path, typer.Argument(help="A .docx file with fields: {{ customer_name }}, [Customer name].")],
    brief: Annotated[Path, typer.Argument(help="What the document is about, as text; - for stdin.")],
    output: OutputOption = None,
    force: ForceFlag = False,
    model: ModelOption = "",
    as_json: JsonFlag = False,
) -> None:
    """Fill a template from a brief; what the brief does not give, and blanks such as ____, stay open for you."""
    from core.job import TemplateTarget
    from core.settings import load_settings
    from integrations.cli.local_runner import LocalSession

    place = result_path(output, template, "filled")
    _check_files((template, brief), place, force=force, as_json=as_json)
    settings = load_settings()
    inputs, files = {"brief": decode_text(read_bytes(brief))}, {TemplateTarget.DOCUMENT_FILE: read_bytes(template)}
    with shown_progress() as show, LocalSession(settings, show) as session:
        job = session.ask("fill", inputs, target=TemplateTarget(subject=template.name), model=model, files=files)
        write_bytes(place, session.store.effects.get_file(job, TemplateTarget.RESULT_FILE))
    assert job.draft
    if as_json:
        print_json({**job.draft.model_dump(mode="json", exclude_none=True), "file": str(place)})
        return
    for entry in job.draft.entries or ():
        error_console().print(entry.in_line(), markup=False)
    print_gaps(job.draft)
    for notice in job.draft.notices:
        error_console().print(f"{told('note')}: {told(notice)}", markup=False)
    if str(place) != STANDARD_STREAM:
        error_console().print(_where(place), markup=False)


def _resolve(
    file: Path, output: Path, chosen: tuple[str | None, list[str] | None], *, accept: bool, force: bool, as_json: bool
) -> None:
    from integrations.documents.isolated import read_document, resolve_revisions

    _check_files((file,), output, force=force, as_json=as_json)
    data = read_bytes(file)
    author, ids = chosen
    result = resolve_revisions(data, accept=accept, author=author, ids=ids or None)
    before, after = read_document(data), read_document(result)
    write_bytes(output, result)
    noted, left = _note_decisions(before, after), len(after.revisions)
    count = len(before.revisions) - left
    counts = {"resolved": count, "left": left, "noted": noted, "file": str(output)}
    _print(counts, [f"{count} resolved, {left} left"], output, as_json)


def _finish(result: "ApplyResult", output: Path, *, as_json: bool, lines: list[str]) -> None:
    """Write the document if there is one and print lines about its edits; exit 1 when nothing was written."""
    if result.data is not None:
        write_bytes(output, result.data)
    lines = lines or ([told("There is nothing to change.")] if result.data is not None else [])
    lines += [f"{told('note')}: {told(warning)}" for warning in result.warnings]
    _print({**result.to_json(), "file": str(output) if result.data is not None else None}, lines, output, as_json)
    if result.data is None:
        typer.echo(told("inlaid: Nothing was written: no edit could be applied."), err=True)
        raise typer.Exit(1)


def _print(value: Mapping[str, Any], lines: list[str], output: Path, as_json: bool) -> None:
    if as_json:
        print_json(value)
        return
    console = error_console() if str(output) == STANDARD_STREAM else output_console()
    for line in lines:
        console.print(line, markup=False)
    if value["file"] and str(output) != STANDARD_STREAM:
        console.print(_where(output), markup=False)


def _where(place: Path) -> str:
    return told(f"It is in {place}.")


def _check_files(inputs: tuple[Path, ...], output: Path, *, force: bool, as_json: bool) -> None:
    """Stop with a usage error when one stream would have to carry two things.

    Raises:
        InputError: the result would have the ending of another kind of file.
        ConflictError: as `require_free`.
    """
    if sum(str(path) == STANDARD_STREAM for path in inputs) > 1:
        raise typer.BadParameter(told("Only one file can come from stdin."))
    if as_json and str(output) == STANDARD_STREAM:
        raise typer.BadParameter(told("--json and the document cannot both go to stdout."))
    if str(output) != STANDARD_STREAM and output.suffix.casefold() not in ("", ".docx", inputs[0].suffix.casefold()):
        raise InputError(
            f"{output} would be a Word document with another ending.", fix="Name a file that ends in .docx."
        )
    require_free(output, inputs, force=force)


def _note_decisions(before: "DocumentText", after: "DocumentText") -> int:
    """Store what was decided about the changes of the person's own drafts, and return about how many edits.

    Changes of others, and of drafts that are not in this installation, are left out. The document matters most: when
    something cannot be stored, the command says so and continues.
    """
    from integrations.documents.decisions import attributions_of
    from integrations.documents.surface import AUTHOR

    marks = attributions_of(before, AUTHOR)
    if not marks:
        return 0
    from core.settings import load_settings
    from core.store import open_store

    try:
        settings = load_settings()
        store = open_store(settings)
        try:
            return sum(_note(store, settings.local_person, mark, before, after) for mark in marks)
        finally:
            store.close()
    except InlaidError as error:
        error_console().print(told(f"note: What you decided was not kept to learn from: {error.message}"), markup=False)
        return 0


def _note(store: "Store", person: str, mark: "ChangeAttribution", before: "DocumentText", after: "DocumentText") -> int:
    from core.job import LOCAL_WORKSPACE
    from integrations.documents.decisions import decisions_of

    try:
        finished = datetime.fromisoformat(mark.date).timestamp()
    except ValueError:
        return 0
    noted = 0
    for job in store.outcomes.finished_jobs(LOCAL_WORKSPACE, person, from_seconds=finished, to_seconds=finished + 1):
        edits = job.draft.edits if job.draft else None
        for decision in decisions_of(edits or (), mark, before, after):
            detail = (
                {"edit": str(decision.place), "text": decision.text}
                if decision.outcome == "edited"
                else {"edit": str(decision.place)}
            )
            distance = 0.0 if decision.outcome == "accepted" else None
            noted += store.outcomes.add(job, decision.outcome, person=person, distance=distance, detail=detail)
    return noted


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
    output: OutputOption = None,
    force: ForceFlag = False,
    model: ModelOption = "",
    as_json: JsonFlag = False,
) -> None:
    """Edit a Word document: the result holds tracked changes that can be accepted or rejected one by one."""
    from core.job import DocumentTarget
    from core.settings import load_settings
    from integrations.cli.local_runner import LocalSession
    from integrations.documents.isolated import read_document

    settings = load_settings()
    inputs = parse_pairs(settings_pairs or []) | ({"instruction": instruction} if instruction else {})
    target = result_path(output, document, "inlaid")
    _check_files((document,), target, force=force, as_json=as_json)
    given = {name: value for name, value in {**inputs, "max_change": max_change}.items() if value not in ("", None)}
    files = {DocumentTarget.DOCUMENT_FILE: read_bytes(document)}
    before = read_document(files[DocumentTarget.DOCUMENT_FILE])
    with shown_progress() as show, LocalSession(settings, show) as session:
        job = session.ask(recipe, given, target=DocumentTarget(subject=document.name), model=model, files=files)
        result = session.store.effects.get_file(job, DocumentTarget.RESULT_FILE)
        report = session.store.effects.get_detail(job, DocumentTarget.RESULT_FILE)
    assert job.draft
    if not job.draft.is_refusal:
        write_bytes(target, result)
    comments = 0 if job.draft.is_refusal or as_json else len(read_document(result).comments) - len(before.comments)
    _tell(job.draft, report, target, comments, as_json=as_json)


def _tell(
    draft: "Draft", report: dict[str, list[dict[str, str]]], target: Path, comments: int, *, as_json: bool
) -> None:
    """Print what an edit came to, and how many comments it put into the file.

    Raises:
        ModelTooSmall: nothing was written, since it takes a larger model.
    """
    from core.writing.lanes import LARGER_MODEL_FIX

    if as_json:
        file = None if draft.is_refusal else str(target)
        print_json({**draft.model_dump(mode="json", exclude_none=True), **report, "file": file})
    if draft.is_refusal:
        raise ModelTooSmall(draft.text, fix=LARGER_MODEL_FIX)
    if not as_json:
        _print_report(report, target, draft, comments)


def _summary(changed: int, remarked: int) -> Iterator[str]:
    """Yield what was done: how many paragraphs bear tracked changes, how many comments there are."""
    if changed:
        yield ngettext(
            "%(count)s paragraph changed, as tracked changes in",
            "%(count)s paragraphs changed, as tracked changes in",
            changed,
        ) % {"count": changed}
    if remarked:
        yield ngettext("%(count)s comment in", "%(count)s comments in", remarked) % {"count": remarked}
    if not changed and not remarked:
        yield told("Nothing was found to change or to remark; an unchanged copy is in")


def _print_report(report: dict[str, list[dict[str, str]]], target: Path, draft: "Draft", comments: int) -> None:
    from rich.markup import escape

    rewritten = {edit.id for edit in draft.edits or () if edit.text is not None}
    applied = [result["id"] for result in report["results"] if result["status"] == "applied"]
    console = error_console()
    for line in _summary(len(rewritten.intersection(applied)), comments):
        console.print(f"{line} {escape(str(target))}")
    for result in report["results"]:
        if result["status"] != "applied":
            console.print(f"[yellow]{told('Not changed')}:[/] {escape(told(result['reason']))}")
    print_remarks(draft)
