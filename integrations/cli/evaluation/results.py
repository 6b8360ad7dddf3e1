"""An evaluation as a person reads it in a terminal: the conclusion, grades, then what the checks say, briefly.

The blind sheet is written into a folder, and read back with its grades.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from core.errors import InputError
from core.insight.evaluation import EvalItem, Evaluation
from core.insight.evaluation.blind_sheets import (
    MEASURED,
    blind_sheet,
    joint_readings,
    read_grades,
    read_key,
    sheet_csv,
    sheet_page,
    written_key,
)
from core.insight.evaluation.grades import FEW, GradeCounts
from core.insight.evaluation.overview import HEADLINE, conclude, figures_of, grade_rows, measures_of, named, tasks_of
from core.insight.evaluation.running import Cost
from core.insight.evaluation.scores import Interval
from core.insight.report.figures import Estimate
from core.insight.report.formats import dollars
from core.text.catalogues import number, told
from integrations.cli.terminal import output_console, read_bytes, write_bytes

if TYPE_CHECKING:
    from rich.table import Table


_KEEP = "keep to the checks"
_PROOF = (
    f"Δ, in points, is Inlaid minus the bare model over the same items; few: less than {FEW}, too few to conclude from."
    " Checks say whether results keep to rules, grades whether they are good; --html FILE has every measure."
)
FILES = {"page": "sheet.html", "table": "sheet.csv", "key": "key.json"}
_MAX_SEED = 2**31


def print_evaluation(result: Evaluation) -> None:
    """Print the conclusion, the grades, the checks by task, and what the checks did to drafts."""
    from rich.markup import escape

    console = output_console()
    for place, sentence in enumerate(conclude(result)):
        console.print(escape(sentence), style="bold" if place == 0 else "", highlight=False)
    if rows := grade_rows(result):
        console.print(_grades_table(rows))
    console.print(_checks_table(result))
    _print_measures(result)
    if result.effects:
        _print_effects(result)
    console.print(_PROOF, style="dim")


def _grades_table(rows: Sequence[tuple[str, Mapping[str, GradeCounts]]]) -> "Table":
    from rich.table import Table

    systems = list(dict.fromkeys(name for _title, counts in rows for name in counts))
    table = Table(
        title=told(f"Grades: A+B (95 % interval), then A/B/C/H; grey: fewer than {FEW} results"), title_justify="left"
    )
    table.add_column("", no_wrap=True)
    for system in systems:
        table.add_column(system, justify="right")
    for title, counts in rows:
        table.add_row(title, *(_grades(counts.get(system)) for system in systems))
    return table


def _grades(counts: GradeCounts | None) -> str:
    if counts is None or not counts.n:
        return ""
    shown = f"{_percent(counts.used)} of {counts.n}  {counts.a}/{counts.b}/{counts.c}/{counts.h}"
    return f"[dim]{shown}[/]" if counts.n < FEW else shown


def _checks_table(result: Evaluation) -> "Table":
    from rich.table import Table

    systems = _systems(result)
    table = Table(title=told(f"Share of results that {_KEEP} (95 % interval)"), title_justify="left")
    table.add_column(told("task"), no_wrap=True)
    table.add_column(told("items"), justify="right")
    for name in ("trivial", *systems, "Δ"):
        table.add_column(name, justify="right")
    for task in tasks_of(result):
        figures = figures_of(result, task)
        headline = {system: value for (measure, system), value in figures.items() if measure == HEADLINE}
        trivial = [value for system, value in headline.items() if system not in systems]
        difference = next(
            (
                difference.interval
                for difference in result.differences
                if (difference.task, difference.measure) == (task, HEADLINE) and difference.other.startswith("bare")
            ),
            None,
        )
        n = max(figure.n for figure in headline.values())
        shown = (_percent(headline.get(system)) for system in systems)
        table.add_row(
            task,
            f"{n}{'' if n >= FEW else ' few'}",
            f"{100 * trivial[0].value:.0f} %" if trivial else "",
            *shown,
            _difference(difference),
        )
    return table


def _print_measures(result: Evaluation) -> None:
    """Print one line a task: the measures in which the systems differ, and what the answers took."""
    from rich.markup import escape

    console, systems = output_console(), _systems(result)
    console.print(told(f"Where they differ ({' / '.join(systems)}), and seconds, tokens and USD:"), highlight=False)
    for task in tasks_of(result):
        figures = figures_of(result, task)
        costs = {cost.system: cost for cost in result.costs if cost.task == task}
        lines = [
            f"{named(measure)} {' / '.join(_value(figures.get((measure, system))) for system in systems)}"
            for measure in measures_of(result, task)[0]
            if measure != HEADLINE
        ]
        lines.append(" / ".join(_cost(costs[system]) for system in systems if system in costs))
        console.print(f"  [bold]{escape(task)}[/]: {escape('; '.join(lines))}", highlight=False)


def _systems(result: Evaluation) -> list[str]:
    """Return the systems; of an evaluation that does not name them, all that answered."""
    return list(result.systems or dict.fromkeys(figure.system for figure in result.figures))


def _value(one: Interval | None) -> str:
    return "-" if one is None or not one.n else _short(one.value)


def _cost(cost: Cost) -> str:
    price = f", {dollars(cost.usd)}" if cost.usd else ""
    return f"{number(cost.median_seconds, 1)} s, {number(cost.median_tokens)} tokens{price}"


def _print_effects(result: Evaluation) -> None:
    from rich.markup import escape
    from rich.table import Table

    console = output_console()
    table = Table(title=told("What the checks did, in drafts"), title_justify="left")
    for name in ("check", "system", "objected", "repaired", "remark", "lost", "extra calls"):
        table.add_column(name, justify="left" if name in {"system", "check"} else "right")
    for effect in result.effects:
        counts = (
            f"{effect.objections} of {effect.drafts}",
            effect.repaired,
            effect.delivered,
            effect.lost,
            effect.extra_calls,
        )
        table.add_row(effect.check.replace("_", " "), effect.system, *map(str, counts))
    console.print(table)
    for effect in result.effects:
        for example in effect.examples:
            console.print(f"  [bold]{escape(effect.check)}[/]: {escape(example)}", highlight=False)


def _percent(one: Interval | Estimate | None) -> str:
    """Return a share with its interval; in grey where it is of too few items to conclude from."""
    if one is None or not one.n:
        return ""
    value, low, high = (f"{100 * (end or 0.0):.0f}" for end in (one.value, one.low, one.high))
    return f"{value} % ({low}\u2013{high})"


def _difference(one: Interval | None) -> str:
    """Return a difference in points; of few items a drawn interval means nothing."""
    if one is None or not one.n:
        return ""
    value, low, high = (f"{100 * end:+.0f}" for end in (one.value, one.low, one.high))
    return value if one.n < FEW else f"{value} ({low} to {high})"


def _short(value: float) -> str:
    """Return two decimals without a leading zero, so that several systems fit on a line."""
    return f"{value:.2f}".replace("0.", ".", 1) if abs(value) < 1 else f"{value:.2f}"


def require_sheet(items: Sequence[EvalItem], folder: Path) -> None:
    """Refuse, before any model is asked, what no sheet can be made of.

    Raises:
        InputError: nothing of the data set is to be read, or a sheet is there that somebody may be grading.
    """
    if all(item.task in MEASURED for item in items):
        raise InputError("The data set asks only for yes or no: nothing to read.", fix="Leave --grade out.")
    if (folder / FILES["key"]).exists():
        raise InputError(f"There is a sheet in {folder} already.", fix="Choose another folder, or take it away.")


def write_sheet(result: Evaluation, folder: Path, seed: int | None) -> dict[str, str]:
    """Write the sheet as a page and as a table, and the key; return the files by what they are."""
    rows, key = blind_sheet(result, secrets.randbelow(_MAX_SEED) if seed is None else seed)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"{folder} cannot be made: {error.strerror}.", fix="Choose another folder.") from error
    data = {
        "page": sheet_page(key.sheet, rows).encode(),
        "table": sheet_csv(rows),
        "key": written_key(key),
    }
    for what, content in data.items():
        write_bytes(folder / FILES[what], content)
    return {what: str(folder / name) for what, name in FILES.items()}


def read_back(sheets: Sequence[Path], key_file: Path) -> Evaluation:
    """Return the evaluation that a sheet was made of, with what its readers gave.

    Raises:
        InputError: the key or a sheet cannot be used; it says which and why.
    """
    key = read_key(read_bytes(key_file), key_file.name)
    read = [read_grades(read_bytes(sheet), sheet.name, key) for sheet in sheets]
    return replace(key.evaluation(), readings=joint_readings(key, read))
