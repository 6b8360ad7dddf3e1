"""`inlaid sources`: documents for answers; `inlaid ask`: a question to them; `inlaid scan`: findings in files."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from integrations.cli.commands.run import JsonFlag, ModelOption

if TYPE_CHECKING:
    from core.settings import Settings
    from core.sources.retrieval import Sources

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
    from integrations.cli.commands.source_files import files_in, text_of
    from integrations.cli.local_runner import local_person
    from integrations.cli.terminal import error_console, output_console, print_json

    settings, sources = _open()
    owner = local_person(settings) if mine else ""
    added, refused = [], {}
    for path in files_in(paths):
        try:
            where = link or path.resolve().as_uri()
            added.append(sources.collection.add("local", owner, title=path.name, link=where, text=text_of(path)))
        except InlaidError as error:
            refused[str(path)] = str(error)
    if as_json:
        print_json({"added": [asdict(one) for one in added], "refused": refused})
    for name, reason in refused.items():
        error_console().print(f"Not added: {name}: {reason}", markup=False, soft_wrap=True)
    if not as_json:
        output_console().print(f"{len(added)} added, {sum(one.passages for one in added)} passages.")
    if refused and not added:
        raise typer.Exit(1)


@app.command("list")
def list_sources(as_json: JsonFlag = False) -> None:
    """List the documents that you may read."""
    from dataclasses import asdict

    from integrations.cli.local_runner import local_person
    from integrations.cli.terminal import output_console, print_json

    settings, sources = _open()
    found = sources.collection.documents(sources.names("local", local_person(settings)))
    if as_json:
        print_json({"sources": [asdict(one) for one in found]})
        return
    if not found:
        output_console().print("No documents yet. Add some with: inlaid sources add PATH")
    for one in found:
        whose = "yours" if one.person else "everybody's"
        output_console().print(f"{one.key}  {one.title}  ({one.passages} passages, {whose})", markup=False)


@app.command()
def remove(key: Annotated[str, typer.Argument(help="Key, as `inlaid sources list` shows it.")]) -> None:
    """Remove a document from the sources; the file stays."""
    from integrations.cli.local_runner import local_person

    settings, sources = _open()
    sources.collection.remove(sources.names("local", local_person(settings)), key)


def ask(
    question: Annotated[str, typer.Argument(help="The question.")], model: ModelOption = "", as_json: JsonFlag = False
) -> None:
    """Answer a question from your sources, with the passage cited; says so when none of them answers it."""
    from core.settings import load_settings
    from integrations.cli.local_runner import InlineSession
    from integrations.cli.progress import shown_progress
    from integrations.cli.terminal import print_draft, print_json

    settings = load_settings()
    with shown_progress() as show, InlineSession(settings, show) as session:
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
    from integrations.cli.commands.source_files import files_in, text_of
    from integrations.cli.local_runner import InlineSession
    from integrations.cli.progress import shown_progress
    from integrations.cli.terminal import output_console, print_json

    settings = load_settings()
    found = []
    with shown_progress() as show, InlineSession(settings, show) as session:
        main_input = session.pipeline.recipe("scan").main_input
        for path in files_in(paths):
            job = session.ask("scan", {main_input: text_of(path)}, model=model)
            assert job.draft
            items = job.draft.items or ()
            found += [{"file": str(path), **item.model_dump(mode="json", exclude_defaults=True)} for item in items]
    if as_json:
        print_json({"items": found})
        return
    for one in found:
        output_console().print(f"{one['file']}: {one['text']}", markup=False, soft_wrap=True)
    if not found:
        output_console().print("Nothing was found.")


def _open() -> "tuple[Settings, Sources]":
    from core.settings import load_settings
    from core.sources.retrieval import load_sources
    from core.store import open_store

    settings = load_settings()
    return settings, load_sources(settings, open_store(settings))
