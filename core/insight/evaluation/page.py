"""An evaluation as one HTML file that needs nothing else: readable in light and dark, a table for each task."""

from collections.abc import Sequence
from html import escape

from core.insight.evaluation.intervals import Interval
from core.insight.evaluation.running import Evaluation

_STYLE = """
:root { color-scheme: light dark; --quiet: light-dark(#5a5a66, #a9a9b6); --line: light-dark(#d5d5dd, #3a3a44); }
body { margin: 0 auto; padding: 1.25rem 1rem 3rem; max-width: 72rem; font: 1rem/1.5 system-ui, sans-serif; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.2rem; margin-top: 2rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-size: .92rem; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: .35rem .9rem .35rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
small { display: block; color: var(--quiet); }
.quiet { color: var(--quiet); }
"""


def evaluation_page(result: Evaluation, sentences: Sequence[str] = ()) -> str:
    """Return the page.

    Args:
        result: the evaluation.
        sentences: what it says about the route.
    """
    tasks = list(dict.fromkeys(figure.task for figure in result.figures))
    left_out = "".join(f"<li>{escape(f'{line.place}: {line.reason}')}</li>" for line in result.broken)
    parts = [
        "<!doctype html>\n<html lang='en'><head><meta charset='utf-8'>",
        "<meta name='viewport' content='width=device-width, initial-scale=1'><title>Evaluation · Inlaid</title>",
        f"<style>{_STYLE}</style></head><body><main><h1>Evaluation</h1>",
        "<p class='quiet'>Below each figure its 95 % interval and its number of items. A difference is the last system"
        " minus the one named, over the same items.</p>",
        *(f"<p><strong>{escape(sentence)}</strong></p>" for sentence in sentences),
        *(_task(result, task) for task in tasks),
        f"<h2>Left out</h2><ul>{left_out}</ul>" if left_out else "",
        "</main></body></html>\n",
    ]
    return "\n".join(part for part in parts if part)


def _task(result: Evaluation, task: str) -> str:
    figures = {(one.measure, one.system): one.interval for one in result.figures if one.task == task}
    systems = list(dict.fromkeys(system for _measure, system in figures))
    measures = dict.fromkeys(measure for measure, _system in figures)
    costs = {one.system: one for one in result.costs if one.task == task}
    rows = [
        (measure.replace("_", " "), [_cell(figures.get((measure, system))) for system in systems])
        for measure in measures
    ]
    rows.append(("seconds, median", [f"{costs[system].median_seconds:.1f}" for system in systems]))
    rows.append(("tokens, median", [f"{costs[system].median_tokens:.0f}" for system in systems]))
    rows.append(("cost, USD", [f"{costs[system].usd:.4f}" for system in systems]))
    rows.append(("errors", [str(costs[system].errors) for system in systems]))
    others = [(one.measure, one.other, one.interval) for one in result.differences if one.task == task]
    differences = [(f"{measure.replace('_', ' ')}, {other}", [_cell(value)]) for measure, other, value in others]
    return "\n".join(
        (
            f"<h2>{escape(task)}</h2>",
            _table(f"Measures of {task}", ["Measure", *systems], rows),
            "<details><summary>Differences</summary>",
            _table(
                f"Differences of {task}", ["Measure, and which system it is held against", "Difference"], differences
            ),
            "</details>",
        )
    )


def _table(label: str, head: Sequence[str], rows: Sequence[tuple[str, Sequence[str]]]) -> str:
    columns = "".join(f"<th scope='col'>{escape(name)}</th>" for name in head)
    body = "".join(
        f"<tr><th scope='row'>{escape(name)}</th>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"
        for name, cells in rows
    )
    return (
        f"<div class='scroll' tabindex='0' role='region' aria-label='{escape(label)}'>"
        f"<table><thead><tr>{columns}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _cell(value: Interval | None) -> str:
    if value is None or not value.n:
        return "-"
    return f"{value.value:.2f}<small>{value.low:.2f} to {value.high:.2f}, n {value.n}</small>"
