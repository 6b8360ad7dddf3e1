"""`inlaid ask`: a question to the connected sources; `inlaid scan`: one look at files, of which nothing is kept."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from core.errors import InlaidError, InputError, LimitError, ModelTooSmall, PolicyRefused
from core.text.catalogues import told
from integrations.cli.terminal import (
    JsonFlag,
    ModelOption,
    document_text,
    error_console,
    output_console,
    print_draft,
    print_json,
    read_bytes,
    shown_progress,
)

if TYPE_CHECKING:
    from core.drafts import JsonObject
    from integrations.cli.local_runner import LocalSession


def ask(
    question: Annotated[str, typer.Argument(help="The question.")],
    follow: Annotated[str, typer.Option(help="The job of an earlier question that this one follows.")] = "",
    source: Annotated[
        list[str] | None, typer.Option(help="A source to look in, by its id or title; repeatable. Without it, all.")
    ] = None,
    model: ModelOption = "",
    as_json: JsonFlag = False,
) -> None:
    """Answer a question from your sources, with the passage cited; says so when none of them answers it."""
    from core.settings import load_settings
    from integrations.cli.local_runner import LocalSession

    settings = load_settings()
    with shown_progress() as show, LocalSession(settings, show) as session:
        given = {"question": question, "follows": follow, "sources": _ids_of(session, source or [])}
        job = session.ask("ask", {name: value for name, value in given.items() if value}, model=model)
    assert job.draft
    if as_json:
        print_json(job.draft.model_dump(mode="json", exclude_none=True))
    else:
        print_draft(job.draft)
    if not (as_json or job.draft.skeleton):
        error_console().print(told(f"[dim]To ask further: inlaid ask --follow {job.id} QUESTION[/]"))


def _ids_of(session: "LocalSession", names: list[str]) -> str:
    """Return the ids of sources, with commas between.

    Raises:
        NotFoundError: nothing has such a name.
    """
    from core.sources.management import SourceManager
    from integrations.registry import open_sync

    sources = session.pipeline.sources
    if not names or sources is None:
        return ""
    manager = SourceManager(sources, open_sync(sources).connector)
    return ",".join(manager.find(name).source.id for name in names)


def scan(
    paths: Annotated[list[Path], typer.Argument(help="Files or folders: text, Word, PDF, web pages, mail and others.")],
    model: ModelOption = "",
    as_json: JsonFlag = False,
) -> None:
    """Scan files once and keep nothing: what they hold, each with its quote. Same as `inlaid signals scan --once`."""
    scan_once(paths, "scan", {}, model=model, as_json=as_json)


def scan_once(paths: list[Path], recipe: str, given: dict[str, str], *, model: str = "", as_json: bool) -> None:
    """Print what files hold; see `scan`.

    Args:
        paths: files and folders.
        recipe: whose items are the findings.
        given: further inputs of the recipe.
        model: name of a model in place of the route's first.
        as_json: whether one JSON object is printed.
    """
    from core.settings import load_settings
    from integrations.cli.local_runner import LocalSession

    settings = load_settings()
    found, not_listed, not_read = [], dict[str, str](), dict[str, InlaidError]()
    with shown_progress() as show, LocalSession(settings, show) as session:
        main_input = session.pipeline.recipe(recipe).main_input
        for path in [*_files_in(paths)]:
            try:
                text = document_text(read_bytes(path), path.name)
                job = session.ask(recipe, {main_input: text, **given}, model=model)
            except (PolicyRefused, ModelTooSmall):  # no other file fares better
                raise
            except (InputError, LimitError) as error:
                not_read[str(path)] = error
                continue
            assert job.draft
            if job.draft.is_refusal:
                not_listed[str(path)] = job.draft.text
            items = job.draft.items or ()
            found += [{"file": str(path), **item.model_dump(mode="json", exclude_defaults=True)} for item in items]
    _print_found(found, not_listed, not_read, as_json=as_json)
    if not_read:
        raise typer.Exit(1)


def _print_found(
    found: "Sequence[JsonObject]",
    not_listed: "Mapping[str, str]",
    not_read: "Mapping[str, InlaidError]",
    *,
    as_json: bool,
) -> None:
    if as_json:
        refused = {file: error.to_json() for file, error in not_read.items()}
        print_json(
            {"items": found}
            | ({"not_listed": not_listed} if not_listed else {})
            | ({"not_read": refused} if refused else {})
        )
        return
    for finding in found:
        output_console().print(f"{finding['file']}: {finding['text']}", markup=False, soft_wrap=True)
    for file, why in not_listed.items():
        output_console().print(f"{file}: {told(why)}", markup=False, soft_wrap=True)
    for file, error in not_read.items():
        why = f"{told(error.message)} {told(error.fix)}".strip()
        error_console().print(told(f"Not read: {file}: {why}"), markup=False, soft_wrap=True)
    if not (found or not_listed or not_read):
        output_console().print(told("Nothing was found."))


def _files_in(paths: list[Path]) -> Iterator[Path]:
    """Return the files; of a folder all that can be read, hidden ones left out.

    Raises:
        InputError: a path does not exist.
    """
    from core.sources.formats import SUFFIXES, suffix_of

    for path in paths:
        if path.is_dir():
            inside = (file for file in sorted(path.rglob("*")) if suffix_of(file.name) in SUFFIXES and file.is_file())
            yield from (
                file for file in inside if not any(part.startswith(".") for part in file.relative_to(path).parts)
            )
        elif path.is_file():
            yield path
        else:
            raise InputError(f"{path} does not exist.", fix="Check the path.")
