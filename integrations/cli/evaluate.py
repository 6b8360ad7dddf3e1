"""`inlaid evaluate DATASET.jsonl`: the same items through a bare model and through Inlaid with that same model."""

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from core.errors import InputError, MessageError
from integrations.cli.run import JsonFlag

if TYPE_CHECKING:
    from core.insight.evaluation import BrokenLine, Dataset, EvalItem, Evaluation, System
    from core.settings import Settings


def evaluate(  # noqa: PLR0913 - a command has its options as arguments
    datasets: Annotated[
        list[Path] | None, typer.Argument(metavar="DATASET.jsonl...", help="One item a line; - for stdin.")
    ] = None,
    models: Annotated[str, typer.Option("--models", help="Endpoints or models, comma-separated, smallest first.")] = "",
    limit: Annotated[int, typer.Option("--limit", min=0, help="At most so many items of each task; 0: all.")] = 0,
    from_accepted: Annotated[bool, typer.Option("--from-accepted", help="Also accepted work, as for export.")] = False,
    variants: Annotated[bool, typer.Option("--variants", help="Also each prompt variant of the recipes.")] = False,
    html: Annotated[Path | None, typer.Option("--html", help="Also write the result as a page.")] = None,
    as_json: JsonFlag = False,
) -> None:
    """Measure drafts: a bare model, trivial outputs and Inlaid beside each other, with 95 % intervals."""
    from core.insight.evaluation import evaluate as run_evaluation
    from core.settings import load_settings
    from integrations.cli.terminal import error_console

    data = _with_accepted(_read(datasets or [])) if from_accepted else _read(datasets or [])
    console = error_console()
    for line in data.broken:
        console.print(f"[yellow]left out:[/] {line.place}: {line.reason}", highlight=False)
    items = _limited(data.items, limit)
    if not items:
        raise InputError("No line of the data set can be scored.", fix="See core/insight/evaluation/README.md.")
    names = [name.strip() for name in models.split(",") if name.strip()]
    from core.insight.evaluation.drafting import recipe_of

    tried = {recipe_of(item) for item in items} if variants else set()
    with console.status("Starting") as status, _systems(load_settings(), names, status.update, tried) as systems:
        result: Evaluation = run_evaluation(
            items, systems, broken=data.broken,
            say=lambda done, total, doing: status.update(f"{done} of {total}  {doing}"),
        )  # fmt: skip
    _show(result, _route_sentences(result, names), html, as_json=as_json)


def _route_sentences(result: "Evaluation", names: Sequence[str]) -> list[str]:
    """Return for each model but the largest what the evaluation says about putting it first."""
    from core.insight.evaluation.recommending import recommend

    return [recommend(result, f"inlaid with {name}", f"inlaid with {names[-1]}") for name in names[:-1]]


def _show(result: "Evaluation", sentences: Sequence[str], html: Path | None, *, as_json: bool) -> None:
    from core.insight.evaluation.page import evaluation_page
    from core.insight.evaluation.public import public_evaluation
    from integrations.cli.evaluation_table import print_evaluation
    from integrations.cli.terminal import error_console, print_json, write_bytes

    if html:
        write_bytes(html, evaluation_page(result, sentences).encode())
    if as_json:
        print_json({**public_evaluation(result), "route": list(sentences)})
        return
    print_evaluation(result)
    for sentence in sentences:
        error_console().print(sentence, markup=False)


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
def _systems(
    settings: "Settings", models: Sequence[str], show: Callable[[str], None], tried: Collection[str]
) -> Iterator[list["System"]]:
    """Give the bare model and Inlaid for each model; the local model runs as long as the block lasts.

    For the recipes in `tried` each prompt variant is a system of its own, before the main prompt.
    """
    from core.insight.evaluation import BareModel, InlaidModel
    from core.insight.evaluation.drafting import pipeline_writer, with_variant
    from core.pipeline import Pipeline
    from integrations.cli.inline import InlineSession

    with InlineSession(settings, lambda _kind, data: show(str(data.get("text", "")))) as session:
        endpoints = session.pipeline.models
        # Without the cache and the budgets of people: every answer is written, and nobody pays.
        recipes = session.pipeline.recipes
        asked = [recipes[name] for name in sorted(tried) if name in recipes]
        variants = dict.fromkeys(variant for recipe in asked for variant in recipe.prompt.variants)
        systems: list[System] = []
        for name in models or [""]:
            bare, inlaid = (f"bare {name}", f"inlaid with {name}") if len(models) > 1 else ("bare model", "inlaid")
            systems.append(BareModel(endpoints.route("", name).endpoints[0], bare))
            for variant in (*variants, ""):
                pipeline = Pipeline(with_variant(recipes, variant), endpoints)
                label = f"{inlaid}, {variant}" if variant else inlaid
                systems.append(InlaidModel(pipeline_writer(pipeline.generate, name), label, needs_reply=_needs_reply))
        yield systems


def _needs_reply(raw_mail: str) -> bool:
    from integrations.mail.isolated import parse_message
    from integrations.mail.replying import owner_of
    from integrations.mail.triage import decide

    try:
        mail = parse_message(raw_mail.encode("utf-8", "surrogateescape"))
    except MessageError:
        return False
    return decide(mail, owner_of(mail, name="", address="")).needs_reply
