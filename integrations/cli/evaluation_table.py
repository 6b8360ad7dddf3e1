"""An evaluation as tables for a terminal: one for each task, measures down, systems across."""

from core.insight.evaluation import Evaluation
from core.insight.evaluation.intervals import Interval

_HEADLINE = "usable"


def print_evaluation(result: Evaluation) -> None:
    """Print the tables, then what the answers cost."""
    from integrations.cli.terminal import output_console

    console = output_console()
    for task in dict.fromkeys(figure.task for figure in result.figures):
        console.print(task_table(result, task))
    console.print(
        "In brackets the 95 % interval. Δ is Inlaid minus the bare model over the same items. A measure without a"
        " value does not arise there.",
        style="dim",
    )


def task_table(result: Evaluation, task: str) -> "object":
    """Return the table of one task."""
    from rich.table import Table

    figures = {(one.system, one.measure): one.interval for one in result.figures if one.task == task}
    systems = list(dict.fromkeys(system for system, _ in figures))
    n = max(one.n for (_, measure), one in figures.items() if measure == _HEADLINE)
    table = Table(title=f"{task} ({n} items)", title_justify="left")
    table.add_column("measure", no_wrap=True)
    for system in systems:
        table.add_column(system, justify="right")
    differences = {
        one.measure: one.interval for one in result.differences if one.task == task and one.other.startswith("bare")
    }
    table.add_column("Δ", justify="right")
    for measure in dict.fromkeys(measure for _, measure in figures):
        row = [_shown(figures.get((system, measure))) for system in systems]
        table.add_row(measure, *row, _shown(differences.get(measure), signed=True))
    costs = {cost.system: cost for cost in result.costs if cost.task == task}
    table.add_row("seconds (median)", *(f"{costs[system].median_seconds:.1f}" for system in systems), "")
    table.add_row("tokens (median)", *(f"{costs[system].median_tokens:.0f}" for system in systems), "")
    table.add_row("cost (USD)", *(f"{costs[system].usd:.4f}" for system in systems), "")
    return table


def _shown(interval: Interval | None, *, signed: bool = False) -> str:
    if interval is None or not interval.n:
        return ""
    value, low, high = (_short(one, signed=signed) for one in (interval.value, interval.low, interval.high))
    return f"{value} ({low}\u2013{high})" if not signed else f"{value} ({low} to {high})"


def _short(value: float, *, signed: bool) -> str:
    """Return two decimals without a leading zero, so that three systems fit on a narrow terminal."""
    return f"{value:{'+' if signed else ''}.2f}".replace("0.", ".", 1) if abs(value) < 1 else f"{value:.2f}"
