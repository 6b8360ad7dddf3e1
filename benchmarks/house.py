"""Counts what the house is measured by: sizes, import circles, back arrows, untyped dictionaries, mirrored tests.

`python -m benchmarks.house` prints the counts, `--circles` what stands in a circle, `--unmirrored` the modules without
a test of their own, `--fragments` the small files with one importer beside them, `--words` the patterns that spell out
words, `--loops` the loops whose variable is `one`, and `--requests` sends a request on each surface and prints how many
files it enters.
"""

import ast
import re
import statistics
import subprocess
import sys
import tempfile
import tomllib
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent
PACKAGES = ("core", "worker", "integrations")
# Readers of data formats, whose patterns are the format's and no language's.
DATA_READERS = ("core/text/lexicon.py",)
# Calls that take a pattern where they stand, and those of the reader of data that assemble one.
IN_PLACE = ("sub", "subn", "search", "match", "fullmatch", "findall", "finditer", "split")
ASSEMBLING = ("either", "either_of", "pattern_beside", "whole")
MIN_FRAGMENT_LINES = 60
# A pattern that spells out so many words is a list of words; the rest describe the form of something.
MIN_WORDS = 3
REQUESTS = "tests/scenarios/test_way_of_a_request.py"


def sources() -> dict[str, Path]:
    """Return the source files by the dotted name under which each is imported."""
    return {module_name(path): path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))}


def module_name(path: Path) -> str:
    """Return the dotted name of a file."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def parsed(path: Path) -> ast.Module:
    """Return the syntax tree of a file."""
    return ast.parse(path.read_text())


def imports(modules: Mapping[str, Path]) -> dict[str, set[str]]:
    """Return what each module imports of the others: at the top, in functions, and under TYPE_CHECKING."""
    return {name: set(_imported(parsed(path), modules)) - {name} for name, path in modules.items()}


def _imported(tree: ast.Module, modules: Mapping[str, Path]) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                if found := inner if inner in modules else node.module if node.module in modules else "":
                    yield found
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in modules)


def circles(arrows: Mapping[str, set[str]]) -> list[list[str]]:
    """Return the groups of modules in which each reaches each other (strongly connected components above one)."""
    reached = {name: _reachable(name, arrows) for name in arrows}
    groups = {frozenset({other for other in reached[name] if name in reached[other]}) for name in arrows}
    return sorted(sorted(group) for group in groups if len(group) > 1)


def _reachable(start: str, arrows: Mapping[str, set[str]]) -> set[str]:
    seen: set[str] = set()
    left = [start]
    while left:
        for name in arrows[left.pop()]:
            if name not in seen:
                seen.add(name)
                left.append(name)
    return seen


def layers_of_core() -> dict[str, int]:
    """Return the height of each part of the core, 0 at the bottom, from the contract in pyproject.toml."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    layers = next(contract["layers"] for contract in contracts if contract.get("containers") == ["core"])
    return {part.strip(): height for height, line in enumerate(reversed(layers)) for part in re.split("[:|]", line)}


def back_arrows(arrows: Mapping[str, set[str]]) -> list[str]:
    """Return the imports in the core that do not go down."""
    heights = layers_of_core()
    return [
        f"{name} -> {other}"
        for name, others in arrows.items()
        for other in sorted(others)
        if (mine := _part(name)) and (theirs := _part(other)) and mine != theirs and heights[mine] <= heights[theirs]
    ]


def _part(name: str) -> str:
    package, _, rest = name.partition(".")
    return rest.partition(".")[0] if package == "core" else ""


def mirrored(modules: Mapping[str, Path]) -> tuple[list[str], list[str]]:
    """Return the modules with a test at the path of their own, and those without; packages' own files do not count."""
    tested: list[str] = []
    untested: list[str] = []
    for name, path in modules.items():
        place = path.relative_to(ROOT)
        if path.stem != "__init__" and "migrations" not in path.parts:
            has_test = (ROOT / "tests" / place.parent / f"test_{place.stem}.py").exists()
            (tested if has_test else untested).append(name)
    return tested, untested


def fragments(modules: Mapping[str, Path], arrows: Mapping[str, set[str]]) -> list[str]:
    """Return the small files that one file alone imports, from the same folder: what could be one with it."""
    importers: dict[str, list[str]] = {}
    for name, others in arrows.items():
        for other in others:
            importers.setdefault(other, []).append(name)
    return [
        name
        for name, path in modules.items()
        if len(path.read_text().splitlines()) < MIN_FRAGMENT_LINES
        and len(users := importers.get(name, [])) == 1
        and modules[users[0]].parent == path.parent
    ]


def word_patterns(modules: Mapping[str, Path]) -> list[str]:
    """Return where a regular expression in code spells out words of a language, or of a protocol."""
    found = []
    for path in modules.values():
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "re.compile":
                texts = [part.value for part in ast.walk(node) if isinstance(part, ast.Constant)]
                spelt = "".join(text for text in texts if isinstance(text, str))
                forms = re.sub(r"\\[a-zA-Z]|\(\?P<\w+>|\(\?[a-zA-Z]+[):]|\[[^\]]*\]", " ", spelt)
                if len(words := re.findall(r"[^\W\d_]{3,}", forms)) >= MIN_WORDS:
                    found.append(f"{path.relative_to(ROOT)}:{node.lineno} {' '.join(words[:8])}")
    return found


def pattern_calls(modules: Mapping[str, Path]) -> tuple[int, int]:
    """Return how often a pattern is written where it is used, and how often one is assembled from data."""
    calls = Counter(
        ast.unparse(node.func)
        for path in modules.values()
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Call)
    )
    return sum(calls[f"re.{name}"] for name in IN_PLACE), sum(calls[name] for name in ASSEMBLING)


def unnamed_loops(modules: Mapping[str, Path]) -> list[str]:
    """Return where a loop calls what it goes through `one`, which says nothing of it."""
    return [
        f"{path.relative_to(ROOT)}:{target.lineno}"
        for path in modules.values()
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.For | ast.AsyncFor | ast.comprehension)
        for target in ast.walk(node.target)
        if isinstance(target, ast.Name) and target.id == "one"
    ]


def ways() -> dict[str, set[str]]:
    """Return the files that the README names for the way of each request: those of every surface, and its own.

    What stands in brackets is another provider's instead.
    """
    section = (ROOT / "README.md").read_text().partition("## The way of a request")[2].partition("\n## ")[0]
    steps, _, surfaces = section.partition("| Request |")
    rows = [line for line in surfaces.splitlines() if "`" in line and line.startswith("| ")]
    return {
        row.split(" | ")[0].strip("| ").replace("`", ""): set(
            re.findall(r"`((?:core|integrations|worker)/[\w/]+\.py)`", steps + re.sub(r"\([^)]*\)", "", row))
        )
        for row in rows
    }


def entered_files() -> dict[str, str]:
    """Send a request on each surface, and return how many files it entered; the test says how they are counted."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        command = [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-n",
            "0",
            "-o",
            "junit_family=xunit1",
            f"--junitxml={report}",
            REQUESTS,
        ]
        subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        return {str(found.get("name")): str(found.get("value")) for found in ET.parse(report).iter("property")}  # noqa: S314


def counts() -> dict[str, str]:
    """Return each count in words."""
    modules = sources()
    texts = {path: path.read_text() for path in modules.values()}
    lines = {path: len(text.splitlines()) for path, text in texts.items()}
    longest = max(lines, key=lambda path: lines[path])
    arrows = imports(modules)
    tested, untested = mirrored(modules)
    modules_count = len(tested) + len(untested)
    of_data = sum(text.count("re.compile(") for path, text in texts.items() if _is_data_reader(path))
    return {
        "source files": f"{len(lines):,}",
        "lines": f"{sum(lines.values()):,}",
        "median lines": f"{statistics.median(lines.values()):g}",
        "largest": f"{longest.relative_to(ROOT)} ({lines[longest]})",
        "files under 60 lines": str(sum(count < 60 for count in lines.values())),
        "fragments": f"{len(fragments(modules, arrows))} of them with one importer, beside them",
        "import circles": str(len(circles(arrows))),
        "back arrows in core": str(len(back_arrows(arrows))),
        "dict[str, Any]": f"{_count(texts, 'dict[str, Any]')}, and {_count(texts, ': JsonObject')} values of JSON",
        "# fmt: skip": str(_count(texts, "# fmt: skip")),
        "re.compile": f"{_count(texts, 're.compile(') - of_data} outside data readers",
        "other patterns": "{} in place, {} assembled from data".format(*pattern_calls(modules)),
        "patterns of words": f"{len(word_patterns(modules))} of them spell out {MIN_WORDS} words or more",
        "loops over one": f"{len(unnamed_loops(modules))} whose variable does not say what it holds",
        "mirrored tests": f"{len(tested)} of {modules_count} ({len(tested) / modules_count:.0%})",
        "files to open": ", ".join(f"{name} {len(files)}" for name, files in ways().items()),
    }


def places(name: str) -> list[str]:
    """Return where something stands that `counts` counts: the files, each with how often where that can be several."""
    modules = sources()
    if name == "fragments":
        return [str(modules[module].relative_to(ROOT)) for module in fragments(modules, imports(modules))]
    if name == "loops over one":
        return unnamed_loops(modules)
    wanted = "re.compile(" if name == "re.compile" else name
    found = {str(path.relative_to(ROOT)): path.read_text().count(wanted) for path in modules.values()}
    left_out = DATA_READERS if name == "re.compile" else ()
    return [f"{path} ({count})" for path, count in found.items() if count and path not in left_out]


def _is_data_reader(path: Path) -> bool:
    return str(path.relative_to(ROOT)) in DATA_READERS


def _count(texts: Mapping[Path, str], wanted: str) -> int:
    return sum(text.count(wanted) for text in texts.values())


def main() -> None:
    """Print what was asked for."""
    if "--circles" in sys.argv:
        for group in circles(imports(sources())):
            print(" <-> ".join(group))
    elif "--unmirrored" in sys.argv:
        print("\n".join(mirrored(sources())[1]))
    elif "--fragments" in sys.argv:
        print("\n".join(fragments(sources(), imports(sources()))))
    elif "--loops" in sys.argv:
        print("\n".join(unnamed_loops(sources())))
    elif "--words" in sys.argv:
        print("\n".join(word_patterns(sources())))
    elif "--requests" in sys.argv:
        for name, value in entered_files().items():
            print(f"{name:25} {value}")
    else:
        for name, value in counts().items():
            print(f"{name:22} {value}")


if __name__ == "__main__":
    main()
