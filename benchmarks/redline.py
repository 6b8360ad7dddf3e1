"""Measures the document engine: time and memory beside python-docx, growth, hostile files, size of changes, refusals.

Usage: benchmarks/redline.py [--json] [--peers]

Every figure comes from a process of its own, which reports its time (imports left out) and its peak memory (all of
it). The bar for time is python-docx's own load and save of the same file in the same run. With `--peers` packages
that do the same are installed into a scratch folder and run on the same file; what cannot be had is said. Whether a
file is right is judged without the engine's own reading.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

from benchmarks.redline_files import hostile_files, long_document  # noqa: E402 - the path is set above
from benchmarks.redline_peers import measure_peers  # noqa: E402
from benchmarks.redline_tasks import CORPUS  # noqa: E402
from benchmarks.redline_verdicts import Schema, edited  # noqa: E402

PAGES = 101
LONG_PAGES = (300, 1_000, 3_000)
BARS = {
    "seconds / python-docx": 6.0,
    "peak MB": 60.0,
    "growth to 3,000 pages": 1.5,
    "hostile: seconds": 2.0,
    "hostile: peak MB": 200.0,
    "changed / minimal characters": 1.1,
    "refused": 0.03,
    "corpus: reject is not the original": 0,
    "corpus: accept is not the intended": 0,
    "corpus: elements lost": 0,
    "corpus: new schema errors": 0,
    "corpus: silent skips": 0,
}
Row = dict[str, object]


def child(task: str, path: Path | str = "", *, python: str = sys.executable) -> dict[str, float]:
    """Run one task in a fresh process and return what it measured."""
    command = [python, str(HERE / "redline_tasks.py"), task, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{task} failed: {done.stderr[-500:]}")
    return json.loads(done.stdout)  # type: ignore[no-any-return]


def best(task: str, path: Path, runs: int = 5) -> dict[str, float]:
    """Return the fastest of several runs."""
    return min((child(task, path) for _ in range(runs)), key=lambda found: found["seconds"])


def time_and_memory(folder: Path) -> tuple[list[Row], Path]:
    """Compare the engine with python-docx on a document of 101 pages, 200 of its paragraphs edited."""
    path = folder / "pages.docx"
    path.write_bytes(long_document(PAGES))
    base, ours = best("base", path), best("apply", path)
    ratio = ours["seconds"] / base["seconds"]
    rows = [
        row("python-docx load + save: seconds", base["seconds"]),
        row(f"{PAGES} pages, {ours['applied']:.0f} edits: seconds", ours["seconds"]),
        row("seconds / python-docx", ratio),
        row("peak MB", ours["peak_mb"]),
        row("changed / minimal characters", ours["changed_ratio"]),
    ]
    return rows, path


def growth(folder: Path, base_seconds_per_page: float) -> list[Row]:
    """Tell how time grows with the document; 1.0 is exactly in proportion."""
    rows = []
    per_page = base_seconds_per_page
    for pages in LONG_PAGES:
        path = folder / f"long{pages}.docx"
        path.write_bytes(long_document(pages))
        found = child("apply", path)
        rows.append(row(f"{pages:,} pages: seconds", found["seconds"]))
        rows.append(row(f"{pages:,} pages: peak MB", found["peak_mb"]))
        per_page = found["seconds"] / pages
    rows.append(row("growth to 3,000 pages", per_page / base_seconds_per_page))
    return rows


def hostile(folder: Path) -> list[Row]:
    """Open files that must be refused; the worst of them counts."""
    found = []
    for name, data in hostile_files():
        path = folder / f"hostile-{name}.docx"
        path.write_bytes(data)
        found.append(child("refuse", path))
    return [
        row("hostile: files refused", sum(one["refused"] for one in found)),
        row("hostile: seconds", max(one["seconds"] for one in found)),
        row("hostile: peak MB", max(one["peak_mb"] for one in found)),
    ]


def corpus() -> list[Row]:
    """Edit every paragraph of every file of the corpus that can be edited, and count what went wrong."""
    with Schema() as schema:
        found = [judged for path in sorted(CORPUS.glob("*.docx")) if (judged := edited(path.read_bytes(), schema))]
    schema_errors = [one.schema_errors for one in found if one.schema_errors is not None]
    rows = [
        row("corpus: files edited", len(found)),
        row("corpus: reject is not the original", sum(not one.rejects for one in found)),
        row("corpus: accept is not the intended", sum(not one.accepts for one in found)),
        row("corpus: elements lost", sum(one.lost for one in found)),
        row("corpus: silent skips", sum(one.skipped for one in found)),
    ]
    return [*rows, row("corpus: new schema errors", sum(schema_errors))] if schema_errors else rows


def row(name: str, value: float) -> Row:
    """Return one line of the result, with its bar if it has one."""
    bar = BARS.get(name)
    return {"name": name, "value": round(value, 4), "bar": bar, "met": None if bar is None else value <= bar}


def print_table(rows: Sequence[Row], peers: Sequence[Row]) -> None:
    for row in rows:
        bar = "" if row["bar"] is None else f"<= {row['bar']}  {'ok' if row['met'] else 'MISSED'}"
        print(f"{row['name']:<44} {row['value']:>10} {bar}")
    for peer in peers:
        print(f"{peer['name']:<34} {peer['note']}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", dest="as_json")
    parser.add_argument("--peers", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        rows, path = time_and_memory(folder)
        rows += growth(folder, float(str(rows[1]["value"])) / PAGES)
        rows += hostile(folder)
        random_edits = child("refusals")
        rows += [row("random word edits", random_edits["edits"]), row("refused", random_edits["refused"])]
        rows += corpus()
        peers = measure_peers(path, folder) if options.peers else []
    if options.as_json:
        print(json.dumps({"rows": rows, "peers": peers}, indent=2))
    else:
        print_table(rows, peers)
    return 0 if all(row["met"] is not False for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
