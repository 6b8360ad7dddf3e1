"""Grades of people who read the outputs, beside the bar: A+B >= 70 %, H <= 2 %, and H = 0 in mails and documents.

Reads the graded sheets of benchmarks/data/writing/grades (`id,recipe,language,lane,system,output,grade,reason`) and
prints A, B, C and H by lane, recipe and language, with Wilson's 95 % intervals. Rows that lay open when rules were made
(their id ends in 01 to 04) and unread ones stand apart. Ends with 1 when a bar is missed.

    .venv/bin/python -m benchmarks.reading [FOLDER or SHEET.csv] [--lane grounded] [--system inlaid] [--json]
"""

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from core.errors import InlaidError
from core.insight.evaluation.grades import FEW, GradeCounts, grade_of
from core.insight.report.figures import Estimate
from core.insight.report.formats import read_table

SHEETS = Path(__file__).parent / "data" / "writing" / "grades"
COLUMNS = ("id", "recipe", "language", "lane", "system", "output", "grade", "reason")
MIN_USED, MAX_HARMFUL = 0.70, 0.02
# Rows that were looked at while rules were made; those of `unseen.csv` ("u-") were written later, by somebody else.
DEVELOPMENT = ("-01", "-02", "-03", "-04")
# What goes out in a person's name, or stands in their document: one harmful result is too many.
NONE_HARMFUL = frozenset({"reply", "compose", "proofread", "shorten", "rewrite", "plain", "translate", "fill"})


@dataclass(frozen=True)
class Read:
    """One output that a person read."""

    id: str
    recipe: str
    language: str
    lane: str
    system: str
    output: str
    grade: str
    reason: str


def read_sheets(files: Sequence[Path]) -> list[Read]:
    """The graded rows of all sheets; a row without a grade does not count, one that stands twice is refused."""
    found: dict[tuple[str, ...], Read] = {}
    for file in files:
        for line, row in enumerate(read_table(file.read_bytes(), file.name, COLUMNS), 2):
            place = f"{file.name}:{line}"
            read = Read(**{**{name: row[name].strip() for name in COLUMNS}, "grade": grade_of(row["grade"], place)})
            key = (file.name, read.id, read.recipe, read.language, read.lane, read.system)
            if key in found:
                raise SystemExit(f"{place}: {read.id} of {read.system} stands there twice.")
            if read.grade:
                found[key] = read
    return list(found.values())


def how_read(row: Read) -> str:
    """Tell whether a row was before whoever made the rules: "development", or "unread"."""
    return "development" if row.id.endswith(DEVELOPMENT) and not row.id.startswith("u-") else "unread"


@dataclass(frozen=True)
class Group:
    """One row of the tables, and what it has to reach."""

    name: str
    counts: GradeCounts
    none_harmful: bool

    @property
    def misses(self) -> list[str]:
        used, harmful = (one.value or 0.0 for one in (self.counts.used, self.counts.harmful))
        missed = [f"A+B {used:.0%} < {MIN_USED:.0%}"] if used < MIN_USED else []
        if self.none_harmful and self.counts.h:
            missed.append(f"H {self.counts.h} > 0")
        elif harmful > MAX_HARMFUL:
            missed.append(f"H {harmful:.0%} > {MAX_HARMFUL:.0%}")
        return missed


def groups(rows: Sequence[Read], key: Callable[[Read], str]) -> Iterator[Group]:
    for name in sorted({key(row) for row in rows}):
        those = [row for row in rows if key(row) == name]
        counts = GradeCounts.of(row.grade for row in those)
        yield Group(name, counts, all(row.recipe in NONE_HARMFUL for row in those))


KEYS: dict[str, Callable[[Read], str]] = {
    "lane and system": lambda row: f"{row.lane} / {row.system}",
    "lane and recipe": lambda row: f"{row.lane} / {row.recipe}",
    "recipe, development or unread": lambda row: f"{row.recipe} / {how_read(row)}",
    "all, development or unread": lambda row: f"{row.lane} / {how_read(row)}",
    "lane and language": lambda row: f"{row.lane} / {row.language}",
    "lane, recipe and language": lambda row: f"{row.lane} / {row.recipe} / {row.language}",
}


def shown(one: Estimate) -> str:
    if one.value is None:
        return "-"
    return f"{one.value:4.0%} ({one.low or 0:.0%} to {one.high or 0:.0%})"


def print_table(title: str, found: Sequence[Group]) -> None:
    width = max(len(title), *(len(group.name) for group in found))
    print(f"\n{title:{width}}    n    A    B    C    H  A+B                 H")
    for group in found:
        counts = group.counts
        few = "" if counts.n >= FEW else f"  (n < {FEW})"
        print(
            f"{group.name:{width}} {counts.n:4} {counts.a:4} {counts.b:4} {counts.c:4} {counts.h:4}"
            f"  {shown(counts.used):18}  {shown(counts.harmful):18}"
            f"{'  MISSED: ' + ', '.join(group.misses) if group.misses else ''}{few}"
        )


def as_json(found: Sequence[Group]) -> list[dict[str, object]]:
    return [
        {"name": group.name, **vars(group.counts), "n": group.counts.n, "used": vars(group.counts.used),
         "harmful": vars(group.counts.harmful), "misses": group.misses}
        for group in found
    ]  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sheets", nargs="?", type=Path, default=SHEETS, help="a folder of sheets, or one of them")
    parser.add_argument("--lane", default="")
    parser.add_argument("--system", default="")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    files = [given.sheets] if given.sheets.is_file() else sorted(given.sheets.glob("*.csv"))
    try:
        rows = read_sheets(files)
    except InlaidError as error:
        print(f"{error.message} {error.fix}", file=sys.stderr)
        return 2
    rows = [row for row in rows if given.lane in {"", row.lane} and given.system in {"", row.system}]
    if not rows:
        print(f"No graded row in {given.sheets}.", file=sys.stderr)
        return 2
    tables = {title: list(groups(rows, key)) for title, key in KEYS.items()}
    if given.json:
        print(json.dumps({title: as_json(found) for title, found in tables.items()}, ensure_ascii=False, indent=1))
    else:
        print(f"{len(rows)} outputs read, {len(files)} sheets; bar: A+B >= {MIN_USED:.0%}, H <= {MAX_HARMFUL:.0%}.")
        for title, found in tables.items():
            print_table(title, found)
    # The bar holds for each recipe of a lane, of Inlaid: other systems stand there to compare.
    own = [row for row in rows if not row.system.startswith("bare")]
    return int(any(group.misses for group in groups(own, KEYS["lane and recipe"])))


if __name__ == "__main__":
    sys.exit(main())
