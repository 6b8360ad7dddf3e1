"""An evaluation as one HTML file that needs nothing else: readable in light and dark, a table for each task."""

from collections.abc import Sequence
from html import escape

from core.insight.evaluation.grades import FEW, GradeCounts
from core.insight.evaluation.overview import conclude, figures_of, grade_rows, measures_of, named, tasks_of
from core.insight.evaluation.running import Evaluation
from core.insight.evaluation.scores import Interval

_STYLE = """
:root { color-scheme: light dark; --text: light-dark(#1b1b1f, #e8e8ec); --ground: light-dark(#fff, #131316);
  --quiet: light-dark(#5a5a66, #a9a9b6); --line: light-dark(#d5d5dd, #3a3a44); }
body { margin: 0; background: var(--ground); color: var(--text); font: 1rem/1.5 system-ui, sans-serif; }
main { margin: 0 auto; padding: 1.25rem 1rem 3rem; max-width: 72rem; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.2rem; margin-top: 2rem; } h3 { font-size: 1rem; margin: 1.25rem 0 .3rem; }
.conclusion { font-size: 1.15rem; font-weight: 600; }
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
    left_out = "".join(f"<li>{escape(f'{line.place}: {line.reason}')}</li>" for line in result.broken)
    conclusion, *remarks = conclude(result)
    parts = [
        "<!doctype html>\n<html lang='en'><head><meta charset='utf-8'>",
        "<meta name='viewport' content='width=device-width, initial-scale=1'><title>Evaluation · Inlaid</title>",
        f"<style>{_STYLE}</style></head><body><main><h1>Evaluation</h1>",
        f"<p class='conclusion'>{escape(conclusion)}</p>",
        *(f"<p>{escape(remark)}</p>" for remark in remarks),
        *(f"<p><strong>{escape(sentence)}</strong></p>" for sentence in sentences),
        _grades(result),
        "<h2>What the checks say</h2><p class='quiet'>Whether results keep to the rules, not whether they are good."
        " Below each figure its 95 % interval and its number of items. A difference is the last system minus the one"
        " named, over the same items.</p>",
        *(_task(result, task) for task in tasks_of(result)),
        _effects(result),
        f"<h2>Left out</h2><ul>{left_out}</ul>" if left_out else "",
        "</main></body></html>\n",
    ]
    return "\n".join(part for part in parts if part)


def _grades(result: Evaluation) -> str:
    rows = grade_rows(result)
    if not rows:
        return ""
    systems = list(dict.fromkeys(name for _title, counts in rows for name in counts))
    table = [(title, [_grade_cell(counts.get(system)) for system in systems]) for title, counts in rows]
    return (
        "<h2>Grades</h2><p class='quiet'>The share that is used as is or after light edits, its 95 % interval, and how"
        " often each grade was given: A used as is, B after light edits, C discarded, H harmful.</p>"
        + _table("Grades", ["Results", *systems], table)
    )


def _grade_cell(counts: GradeCounts | None) -> str:
    if counts is None or not counts.n:
        return "-"
    used = counts.used
    low, high = (f"{100 * (end or 0.0):.0f}" for end in (used.low, used.high))
    few = f", fewer than {FEW}" if counts.n < FEW else ""
    return (
        f"{100 * (used.value or 0.0):.0f} %<small>{low} to {high} %, n {counts.n}{few}</small>"
        f"<small>A {counts.a}, B {counts.b}, C {counts.c}, H {counts.h}</small>"
    )


def _effects(result: Evaluation) -> str:
    if not result.effects:
        return ""
    head = ["Check", "System", "Objected", "Repaired", "Remark", "Lost", "Extra calls", "For example"]
    rows = [
        (
            effect.check.replace("_", " "),
            [
                escape(effect.system),
                f"{effect.objections} of {effect.drafts}",
                str(effect.repaired),
                str(effect.delivered),
                str(effect.lost),
                str(effect.extra_calls),
                "<br>".join(map(escape, effect.examples)),
            ],
        )
        for effect in result.effects
    ]
    return (
        "<h2>What the checks did</h2><p class='quiet'>Of all drafts: how many a check objected to, how many were"
        " repaired, went out with its remark, or were lost because of it, and the further calls of the model.</p>"
        + _table("What the checks did", head, rows)
    )


def _task(result: Evaluation, task: str) -> str:
    figures = figures_of(result, task)
    systems = list(dict.fromkeys(system for _measure, system in figures))
    differing, same = measures_of(result, task)
    costs = {cost.system: cost for cost in result.costs if cost.task == task}
    rows = [(named(measure), [_cell(figures.get((measure, system))) for system in systems]) for measure in differing]
    shown = [costs[system] for system in systems]
    rows.append(
        ("seconds, tokens (medians)", [f"{cost.median_seconds:.1f}, {cost.median_tokens:.0f}" for cost in shown])
    )
    rows.append(("cost, USD", [f"{cost.usd:.4f}" for cost in shown]))
    if any(cost.errors for cost in shown):
        rows.append(("errors", [str(cost.errors) for cost in shown]))
    others = [
        (f"{named(difference.measure)}, {difference.other}", [_cell(difference.interval)])
        for difference in result.differences
        if difference.task == task and difference.measure in differing
    ]
    return "\n".join(
        (
            f"<h3>{escape(task)}</h3>",
            _table(f"Measures of {task}", ["Measure", *systems], rows),
            f"<p class='quiet'>The same for all: {escape(', '.join(same))}.</p>" if same else "",
            "<details><summary>Differences</summary>",
            _table(f"Differences of {task}", ["Measure, and which system it is held against", "Difference"], others),
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
