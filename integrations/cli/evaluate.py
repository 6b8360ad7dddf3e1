"""`inlaid evaluate DATASET.jsonl`: the same items through a bare model and through Inlaid with that same model."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from core.errors import InputError, MessageError
from integrations.cli.run import JsonFlag

if TYPE_CHECKING:
    from core.insight.evaluation import BrokenLine, Dataset, EvalItem, Evaluation, System
    from core.settings import Settings


def evaluate(
    datasets: Annotated[
        list[Path] | None, typer.Argument(metavar="DATASET.jsonl...", help="One item a line; - for stdin.")
    ] = None,
    models: Annotated[str, typer.Option("--models", help="Endpoints or models, comma-separated, smallest first.")] = "",
    limit: Annotated[int, typer.Option("--limit", min=0, help="At most so many items of each task; 0: all.")] = 0,
    from_accepted: Annotated[bool, typer.Option("--from-accepted", help="Also accepted work, as for export.")] = False,
    as_json: JsonFlag = False,
) -> None:
    """Measure drafts: a bare model, trivial outputs and Inlaid beside each other, with 95 % intervals."""
    from core.insight.evaluation import evaluate as run_evaluation
    from core.insight.evaluation.public import public_evaluation
    from core.settings import load_settings
    from integrations.cli.evaluation_table import print_evaluation
    from integrations.cli.terminal import error_console, print_json

    data = _with_accepted(_read(datasets or [])) if from_accepted else _read(datasets or [])
    console = error_console()
    for line in data.broken:
        console.print(f"[yellow]left out:[/] {line.place}: {line.reason}", highlight=False)
    items = _limited(data.items, limit)
    if not items:
        raise InputError("No line of the data set can be scored.", fix="See core/insight/evaluation/README.md.")
    names = [name.strip() for name in models.split(",") if name.strip()]
    with console.status("Starting") as status, _systems(load_settings(), names, status.update) as systems:
        result: Evaluation = run_evaluation(
            items, systems, broken=data.broken,
            say=lambda done, total, doing: status.update(f"{done} of {total}  {doing}"),
        )  # fmt: skip
    if as_json:
        print_json(public_evaluation(result))
    else:
        print_evaluation(result)
        if len(names) > 1:
            from core.insight.evaluation.recommending import recommend

            for name in names[:-1]:
                console.print(recommend(result, f"inlaid with {name}", f"inlaid with {names[-1]}"), markup=False)


def _read(paths: Sequence[Path]) -> "Dataset":
    """Return the items of all files; the broken lines of each are named by its file."""
    from core.insight.evaluation import Dataset, read_items
    from integrations.cli.terminal import STANDARD_STREAM, decode_text, read_bytes

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
    from core.insight.export_files import as_items
    from integrations.cli.export import collect_accepted

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


@contextmanager
def _systems(settings: "Settings", models: Sequence[str], show: Callable[[str], None]) -> Iterator[list["System"]]:
    """Give the bare model and Inlaid for each model; the local model runs as long as the block lasts."""
    from core.insight.evaluation import BareModel, InlaidModel
    from core.insight.evaluation.drafting import pipeline_writer
    from core.pipeline import Pipeline
    from integrations.cli.inline import InlineSession

    with InlineSession(settings, lambda _kind, data: show(str(data.get("text", "")))) as session:
        endpoints = session.pipeline.models
        # Without the cache and the budgets of people: every answer is written, and nobody pays.
        pipeline = Pipeline(session.pipeline.recipes, endpoints)
        systems: list[System] = []
        for name in models or [""]:
            bare, inlaid = (f"bare {name}", f"inlaid with {name}") if len(models) > 1 else ("bare model", "inlaid")
            systems.append(BareModel(endpoints.route("", name).endpoints[0], bare))
            write = pipeline_writer(pipeline.generate, name)
            systems.append(InlaidModel(write, inlaid, needs_reply=_needs_reply))
        yield systems


def _needs_reply(raw_mail: str) -> bool:
    from integrations.mail.message import parse_message
    from integrations.mail.replying import owner_of
    from integrations.mail.triage import decide

    try:
        mail = parse_message(raw_mail.encode("utf-8", "surrogateescape"))
    except MessageError:
        return False
    return decide(mail, owner_of(mail, name="", address="")).needs_reply
