"""`inlaid evaluate DATASET.jsonl`: the same items through a bare model and through Inlaid with that same model.

Checks measure how far results keep to rules. Whether they are good is judged by readers: people, who get a blind sheet
(`--grade`, `--grades`), or a model with the same rubric (`--judge`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from core.errors import InputError
from core.text.catalogues import told
from integrations.cli.terminal import (
    STANDARD_STREAM,
    JsonFlag,
    decode_text,
    error_console,
    print_json,
    read_bytes,
    write_bytes,
)

if TYPE_CHECKING:
    from core.insight.evaluation import BrokenLine, Dataset, EvalItem, Evaluation


@dataclass(frozen=True)
class _StopRequest:
    """What is to be run, and who reads the results."""

    models: tuple[str, ...]
    variants: bool
    grade: Path | None
    seed: int | None
    judge: str


def evaluate(  # noqa: PLR0913 - a command has its options as arguments
    datasets: Annotated[
        list[Path] | None, typer.Argument(metavar="DATASET.jsonl...", help="One item a line; - for stdin.")
    ] = None,
    models: Annotated[str, typer.Option("--models", help="Endpoints or models, comma-separated, smallest first.")] = "",
    limit: Annotated[int, typer.Option("--limit", min=0, help="At most so many items of each task; 0: all.")] = 0,
    from_accepted: Annotated[bool, typer.Option("--from-accepted", help="Also accepted work, as for export.")] = False,
    variants: Annotated[bool, typer.Option("--variants", help="Also each prompt variant of the recipes.")] = False,
    grade: Annotated[
        Path | None, typer.Option("--grade", help="Folder for a blind sheet that people grade, and its key.")
    ] = None,
    seed: Annotated[int | None, typer.Option("--seed", help="Of the order of the sheet; drawn when left out.")] = None,
    judge: Annotated[
        str, typer.Option("--judge", help="A model grades: an endpoint of the models file, or URL#MODEL.")
    ] = "",
    grades: Annotated[
        list[Path] | None, typer.Option("--grades", help="A graded sheet (CSV) to read; repeatable, one a reader.")
    ] = None,
    key: Annotated[Path | None, typer.Option("--key", help="The key.json that was written with the sheet.")] = None,
    html: Annotated[Path | None, typer.Option("--html", help="Also write the result as a page.")] = None,
    as_json: JsonFlag = False,
) -> None:
    """Measure drafts: a bare model, trivial outputs and Inlaid beside each other, with checks, grades and intervals."""
    if grades or key:
        if datasets or from_accepted or grade or judge or not (grades and key):
            raise InputError(
                "A graded sheet is read with its key and nothing else.",
                fix="inlaid evaluate --grades SHEET.csv --key KEY.json",
            )
        from integrations.cli.evaluation.results import read_back

        _show(read_back(grades, key), {}, html, as_json=as_json)
        return
    data = _with_accepted(_read(datasets or [])) if from_accepted else _read(datasets or [])
    names = tuple(name.strip() for name in models.split(",") if name.strip())
    _show(*_run(data, limit, _StopRequest(names, variants, grade, seed, judge)), html, as_json=as_json)


def _run(data: "Dataset", limit: int, asked: _StopRequest) -> "tuple[Evaluation, dict[str, str]]":
    """Return the evaluation, and the files of the sheet by what they are."""
    from dataclasses import replace

    from core.insight.evaluation import evaluate as run_evaluation
    from core.insight.evaluation.model_judge import judge_readings
    from core.settings import load_settings
    from integrations.cli.evaluation.results import require_sheet, write_sheet
    from integrations.cli.evaluation.systems import open_systems

    console = error_console()
    for line in data.broken:
        console.print(told(f"[yellow]left out:[/] {line.place}: {line.reason}"), highlight=False)
    items = _limited(data.items, limit)
    if not items:
        raise InputError("No line of the data set can be scored.", fix="See core/insight/evaluation/README.md.")
    if asked.grade:
        require_sheet(items, asked.grade)
    with (
        console.status("Starting") as status,
        open_systems(load_settings(), asked.models, status.update, _tried(items, asked)) as opened,
    ):
        judge = opened.judge(asked.judge) if asked.judge else None
        for note in opened.notes():
            console.print(note, markup=False, highlight=False)
        result = run_evaluation(
            items,
            opened.systems,
            broken=data.broken,
            say=lambda done, total, doing: status.update(f"{done} of {total}  {doing}"),
        )
        if judge:
            readings = judge_readings(
                result, judge, lambda done, total, doing: status.update(f"{done} of {total}  {doing}")
            )
            result = replace(result, readings=readings)
    return result, write_sheet(result, asked.grade, asked.seed) if asked.grade else {}


def _tried(items: "Sequence[EvalItem]", asked: _StopRequest) -> set[str]:
    """Return the recipes of which each prompt variant is tried."""
    from core.insight.evaluation.drafting import recipe_of

    return {recipe_of(item) for item in items} if asked.variants else set()


def _show(result: "Evaluation", files: dict[str, str], html: Path | None, *, as_json: bool) -> None:
    """Print the result; `files` are those of the sheet by what they are."""
    from core.insight.evaluation.overview import public_evaluation, route_sentences
    from core.insight.evaluation.page import evaluation_page
    from integrations.cli.evaluation.results import print_evaluation

    sentences = route_sentences(result)
    if html:
        write_bytes(html, evaluation_page(result, sentences).encode("utf-8", "replace"))
    if as_json:
        print_json({**public_evaluation(result), "route": sentences, "sheet": files})
        return
    print_evaluation(result)
    for sentence in sentences:
        error_console().print(sentence, markup=False)
    if files:
        error_console().print(
            told(
                f"Give {files['page']} (or {files['table']}) to the readers, and keep {files['key']} to yourself. Then:"
                f" inlaid evaluate --grades GRADED.csv --key {files['key']}"
            ),
            markup=False,
            highlight=False,
        )


def _read(paths: Sequence[Path]) -> "Dataset":
    """Return the items of all files; the broken lines of each are named by its file."""
    from core.insight.evaluation import Dataset, read_items

    items: dict[str, EvalItem] = {}
    broken: list[BrokenLine] = []
    for path in paths:
        name = "line" if str(path) == STANDARD_STREAM else path.name
        found = read_items(decode_text(read_bytes(path)).splitlines(), name)
        items.update({f"{name}/{item.id}" if item.id in items else item.id: item for item in found.items})
        broken.extend(found.broken)
    return Dataset(tuple(item.model_copy(update={"id": key}) for key, item in items.items()), tuple(broken))


def _with_accepted(data: "Dataset") -> "Dataset":
    """Return the data set with the accepted work of those who agreed, without names."""
    from core.insight.evaluation import Dataset
    from core.insight.export.files import as_items
    from integrations.cli.commands.export import collect_accepted

    return Dataset((*data.items, *as_items(collect_accepted("", "1y").pairs)), data.broken)


def _limited(items: Sequence["EvalItem"], limit: int) -> list["EvalItem"]:
    """Return the first items of each task."""
    taken: dict[str, int] = {}
    kept: list[EvalItem] = []
    for item in items:
        taken[item.task] = taken.get(item.task, 0) + 1
        if not limit or taken[item.task] <= limit:
            kept.append(item)
    return kept
