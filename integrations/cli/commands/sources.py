"""`inlaid sources`: documents for answers; `inlaid ask`: a question to them; `inlaid scan`: findings in files."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from core.errors import InputError
from integrations.cli.terminal import (
    JsonFlag,
    ModelOption,
    decode_text,
    error_console,
    output_console,
    print_draft,
    print_json,
    read_bytes,
    shown_progress,
)

if TYPE_CHECKING:
    from core.settings import Settings
    from core.sources.collection import Sources

# Files that can be read: Word, mail, Markdown and plain text.
SUFFIXES = (".txt", ".md", ".markdown", ".rst", ".docx", ".eml")

app = typer.Typer(help="Connect documents that answers may rest on.", no_args_is_help=True)
MineFlag = Annotated[bool, typer.Option("--mine/--shared", help="For you alone, or for everybody here.")]


@app.command()
def add(
    paths: Annotated[list[Path], typer.Argument(help="Files or folders: text, Markdown, Word, mail.")],
    mine: MineFlag = True,
    link: Annotated[str, typer.Option(help="Where people find the document, for a single file.")] = "",
    as_json: JsonFlag = False,
) -> None:
    """Add documents; one that was added before is replaced."""
    from dataclasses import asdict

    from core.errors import InlaidError

    settings, sources = _open()
    owner = settings.local_person if mine else ""
    added, refused = [], {}
    for path in _files_in(paths):
        try:
            where = link or path.resolve().as_uri()
            added.append(sources.collection.add("local", owner, title=path.name, link=where, text=_text_of(path)))
        except InlaidError as error:
            refused[str(path)] = str(error)
    if as_json:
        print_json({"added": [asdict(document) for document in added], "refused": refused})
    for name, reason in refused.items():
        error_console().print(f"Not added: {name}: {reason}", markup=False, soft_wrap=True)
    if not as_json:
        output_console().print(f"{len(added)} added, {sum(document.passages for document in added)} passages.")
    if refused and not added:
        raise typer.Exit(1)


@app.command("list")
def list_sources(as_json: JsonFlag = False) -> None:
    """List the documents that you may read."""
    from dataclasses import asdict

    settings, sources = _open()
    found = sources.collection.documents(sources.names("local", settings.local_person))
    if as_json:
        print_json({"sources": [asdict(document) for document in found]})
        return
    if not found:
        output_console().print("No documents yet. Add some with: inlaid sources add PATH")
    for document in found:
        whose = "yours" if document.person else "everybody's"
        output_console().print(
            f"{document.key}  {document.title}  ({document.passages} passages, {whose})", markup=False
        )


@app.command()
def remove(key: Annotated[str, typer.Argument(help="Key, as `inlaid sources list` shows it.")]) -> None:
    """Remove a document from the sources; the file stays."""
    settings, sources = _open()
    sources.collection.remove(sources.names("local", settings.local_person), key)


def ask(
    question: Annotated[str, typer.Argument(help="The question.")], model: ModelOption = "", as_json: JsonFlag = False
) -> None:
    """Answer a question from your sources, with the passage cited; says so when none of them answers it."""
    from core.settings import load_settings
    from integrations.cli.local_runner import LocalSession

    settings = load_settings()
    with shown_progress() as show, LocalSession(settings, show) as session:
        job = session.ask("ask", {"question": question}, model=model)
    assert job.draft
    if as_json:
        print_json(job.draft.model_dump(mode="json", exclude_none=True))
    else:
        print_draft(job.draft)


def scan(
    paths: Annotated[list[Path], typer.Argument(help="Files or folders: text, Markdown, Word, mail.")],
    model: ModelOption = "",
    as_json: JsonFlag = False,
) -> None:
    """Find ideas, opportunities and risks in files, each with its quote."""
    from core.settings import load_settings
    from integrations.cli.local_runner import LocalSession

    settings = load_settings()
    found = []
    with shown_progress() as show, LocalSession(settings, show) as session:
        main_input = session.pipeline.recipe("scan").main_input
        for path in _files_in(paths):
            job = session.ask("scan", {main_input: _text_of(path)}, model=model)
            assert job.draft
            items = job.draft.items or ()
            found += [{"file": str(path), **item.model_dump(mode="json", exclude_defaults=True)} for item in items]
    if as_json:
        print_json({"items": found})
        return
    for finding in found:
        output_console().print(f"{finding['file']}: {finding['text']}", markup=False, soft_wrap=True)
    if not found:
        output_console().print("Nothing was found.")


def _open() -> "tuple[Settings, Sources]":
    from core.settings import load_settings
    from core.sources.collection import load_sources
    from core.store import open_store

    settings = load_settings()
    return settings, load_sources(settings, open_store(settings))


def _files_in(paths: list[Path]) -> Iterator[Path]:
    """Return the files; of a folder all that can be read, hidden ones left out.

    Raises:
        InputError: a path does not exist.
    """
    for path in paths:
        if path.is_dir():
            inside = (file for file in sorted(path.rglob("*")) if file.suffix.lower() in SUFFIXES and file.is_file())
            yield from (
                file for file in inside if not any(part.startswith(".") for part in file.relative_to(path).parts)
            )
        elif path.is_file():
            yield path
        else:
            raise InputError(f"{path} does not exist.", fix="Check the path.")


def _text_of(path: Path) -> str:
    """Return the text of a file; headings of Word documents as Markdown headings.

    Raises:
        InlaidError: it cannot be read, or is refused with the reason.
    """
    data = read_bytes(path)
    suffix = path.suffix.lower()
    if suffix == ".docx":
        from integrations.documents.isolated import read_document

        paragraphs = [paragraph for paragraph in read_document(data).paragraphs if paragraph.text.strip()]
        return "\n\n".join(("# " if paragraph.heading_level else "") + paragraph.text for paragraph in paragraphs)
    if suffix == ".eml":
        from integrations.mail.isolated import parse_message

        message = parse_message(data)
        return f"# {message.subject}\n\n{message.text}"
    return decode_text(data)
