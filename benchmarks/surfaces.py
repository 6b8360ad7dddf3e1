"""The surfaces as people meet them, a section each: figures beside their bars, in the order of the table.

`.venv/bin/python -m benchmarks.surfaces [SECTION ...] [--rounds 5] [--json]`; exit code 1 when a bar is not met, and
with a notice 0 (1 with --json) when the pane is wanted and there is no Chromium. A section is a module with
`measure(rounds)`, which returns its figures; a further one is a further row of the table. The machine and its load
before and after stand below them.
"""

import argparse
import importlib
import json
import os
import shutil
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass

SECTIONS = {
    "slack": "benchmarks.surfaces_slack",
    "pane": "benchmarks.surfaces_pane",
    "console": "benchmarks.surfaces_console",
}
IN_CHROMIUM = frozenset({"pane"})


@dataclass(frozen=True)
class Figure:
    """What was measured.

    Attributes:
        value: in the unit that the figure's name ends with.
        bar: how much it may be, or has to be.
        is_least: whether the bar is the least.
    """

    value: float
    bar: float
    is_least: bool = False

    @property
    def is_met(self) -> bool:
        """Whether the bar is met."""
        return self.value >= self.bar if self.is_least else self.value <= self.bar


def main() -> None:
    """Measure, print, and exit with 1 when a bar is not met."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sections", nargs="*", default=[], help=f"of {', '.join(SECTIONS)}; all by default")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    wanted: Sequence[str] = options.sections or [*SECTIONS]
    if unknown := [name for name in wanted if name not in SECTIONS]:
        parser.error(f"There is no section {unknown[0]}; take one of {', '.join(SECTIONS)}.")
    if IN_CHROMIUM.intersection(wanted) and shutil.which("chromium") is None:
        why = "no chromium here: run tests/office/install.sh"
        print(json.dumps({"ok": False, "skipped": why}) if options.json else why)
        sys.exit(options.json)
    found: dict[str, dict[str, Figure]] = {}
    before = os.getloadavg()[0]
    for name in wanted:
        found[name] = importlib.import_module(SECTIONS[name]).measure(options.rounds)
    machine = {"cores": os.cpu_count(), "load_before": round(before, 1), "load_after": round(os.getloadavg()[0], 1)}
    is_met = all(figure.is_met for figures in found.values() for figure in figures.values())
    if options.json:
        told = {name: {key: asdict(figure) for key, figure in figures.items()} for name, figures in found.items()}
        print(json.dumps({**told, "machine": machine, "ok": is_met}))
    else:
        for section, figures in found.items():
            for key, figure in figures.items():
                bar = f"{'at least' if figure.is_least else 'at most'} {figure.bar:.0f}"
                print(
                    f"{section} {key:28} {figure.value:>10.1f}  {bar:>18}  {'' if figure.is_met else 'MISSED'}".rstrip()
                )
        print(", ".join(f"{name.replace('_', ' ')} {value}" for name, value in machine.items()))
    sys.exit(not is_met)


if __name__ == "__main__":
    main()
