"""What is shipped: the wheel, installed into an environment of its own and run where the sources are out of sight."""

import json
import os
import re
import subprocess
import sys
import sysconfig
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
import yaml
from cryptography.fernet import Fernet

from tests.catalogue_sources import messages
from tests.servers.valkey import ValkeyProcess, free_port

ROOT = Path(__file__).parent.parent
# Documents that are named in those that are installed, and lie in a clone alone.
FOR_DEVELOPERS = ["CONTRIBUTING.md", "DECISIONS.md", "benchmarks/README.md"]
DOCUMENT = re.compile(r"(?<![\w/.])(?:[\w-]+/)*\w+\.md\b")
PACKAGES = ("core", "worker", "integrations")
BIN = Path(sys.executable).parent
START_SECONDS = 40.0
STOP_SECONDS = 15.0

pytestmark = pytest.mark.processes


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel, with the build backend of the lock."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run([BIN / "hatchling", "build", "-t", "wheel", "-d", folder], cwd=ROOT, check=True, capture_output=True)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the wheel into a new virtual environment that borrows only the third-party packages of this one."""
    folder = tmp_path_factory.mktemp("elsewhere") / "venv"
    uv = [str(BIN / "uv"), "--quiet", "--offline"]
    subprocess.run([*uv, "venv", "--python", sys.executable, folder], check=True)
    subprocess.run([*uv, "pip", "install", "--no-deps", "--python", folder, wheel], check=True)
    (site,) = folder.glob("lib/python*/site-packages")
    # A path named in a .pth file brings its packages, but not the .pth file of our editable install.
    (site / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return folder / "bin"


def call(program: Path, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run a program of the new environment, out of sight of these sources."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return subprocess.run(
        [program, *arguments], cwd=cwd, env=environment, capture_output=True, text=True, timeout=60, check=False
    )


def run(program: Path, *arguments: str, cwd: Path) -> str:
    """Run a program that is to succeed, and return what it printed."""
    done = call(program, *arguments, cwd=cwd)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_wheel_holds_every_file_of_the_three_packages_and_what_is_handed_over(wheel: Path) -> None:
    names = {name for name in zipfile.ZipFile(wheel).namelist() if not name.endswith("/") and ".data/" not in name}
    tops = {name.partition("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == set(PACKAGES)
    on_disk = {
        str(path.relative_to(ROOT))
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert {name for name in names if ".dist-info/" not in name} == on_disk
    assert {f"{package}/py.typed" for package in PACKAGES} <= names


def test_the_installed_packages_are_the_wheels(installed: Path, tmp_path: Path) -> None:
    code = "import core, worker, integrations; print(*(m.__file__ for m in (core, worker, integrations)), sep='\\n')"
    places = run(installed / "python", "-c", code, cwd=tmp_path).split()
    assert [Path(place).is_relative_to(installed.parent) for place in places] == [True] * len(PACKAGES)


@pytest.fixture(scope="module")
def shared(installed: Path) -> Path:
    """Return the folder with what is handed over to administrators."""
    return installed.parent / "share" / "inlaid"


def test_whatever_a_text_sends_an_administrator_to_is_installed(shared: Path) -> None:
    """Each text that people see is in the catalogue; what names a path there has to lead somewhere."""
    texts = [part for text in messages() for part in ([text] if isinstance(text, str) else text)]
    named = {
        path
        for text in texts
        for path in re.findall(r"(?<![\w/.])(?:deploy/[\w./-]*[\w/]|\.env\.example|[\w/]+/README\.md)", text)
    }
    assert {"deploy/entra/README.md", "deploy/runbook.md", ".env.example"} <= named
    assert [path for path in sorted(named) if not (shared / path).exists()] == []


def test_whatever_an_installed_document_sends_to_is_installed(shared: Path) -> None:
    documents = [path for path in shared.rglob("*") if path.suffix in {".md", ".toml"} and path.name != "CHANGELOG.md"]
    named = {path for document in documents for path in DOCUMENT.findall(document.read_text(encoding="utf-8"))}
    assert {"integrations/README.md", "core/llm/README.md"} <= named
    missing = [path for path in sorted(named) if (ROOT / path).exists() and not (shared / path).exists()]
    assert missing == FOR_DEVELOPERS


@pytest.mark.parametrize(
    "command", [["setup", "microsoft", "gmail", "--check"], ["doctor", "--all"], ["doctor", "--json"]]
)
def test_paths_that_setup_and_doctor_print_are_there_and_full(
    installed: Path, shared: Path, tmp_path: Path, home: Path, command: list[str]
) -> None:
    run(installed / "inlaid", "migrate", cwd=tmp_path)
    printed = call(installed / "inlaid", *command, cwd=tmp_path).stdout
    words = [word.strip('",.;)(') for word in printed.split()]
    paths = {Path(word) for word in words if "deploy/" in word}
    assert shared / "deploy/entra" / ("word.sh" if command[0] == "setup" else "README.md") in paths
    assert [path for path in paths if not path.is_absolute() or not path.exists()] == []
    assert [path for path in paths if path.suffix == ".sh" and not os.access(path, os.X_OK)] == []
    if command[0] == "setup":
        assert f"Settings go into: {home / '.env'}" in printed.splitlines()


def test_nothing_of_a_clones_own_settings_is_handed_over(shared: Path) -> None:
    handed = {path.relative_to(shared) for path in shared.rglob("*") if path.is_file()}
    tracked = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    assert {str(path) for path in handed} <= set(tracked)


def test_the_installed_command_finds_its_recipes_and_migrations(installed: Path, tmp_path: Path, home: Path) -> None:
    assert "Usage" in run(installed / "inlaid", "--help", cwd=tmp_path)
    assert "reply" in run(installed / "inlaid", "recipes", cwd=tmp_path)
    names = {
        recipe["name"] for recipe in json.loads(run(installed / "inlaid", "recipes", "--json", cwd=tmp_path))["recipes"]
    }
    assert names >= {"reply", "compose", "rewrite", "shorten", "proofread", "summarize", "actions"}
    run(installed / "inlaid", "migrate", cwd=tmp_path)
    assert (home / "inlaid.db").exists()


@contextmanager
def processes(program: Path, *commands: list[str], cwd: Path) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Run a program several times at once; each has to end by itself after SIGTERM."""
    started = []
    try:
        for command in commands:
            with (cwd / f"{command[0]}.log").open("wb") as log:
                started.append(subprocess.Popen([program, *command], cwd=cwd, stdout=log, stderr=log))
        yield started
        assert [process.poll() for process in started] == [None] * len(commands), "a process ended by itself"
    finally:
        for process in started:
            process.terminate()
        for process in started:
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
                raise


def wait_until(condition: Callable[[], bool], running: list[subprocess.Popen[bytes]], cwd: Path) -> None:
    """Wait for a condition while all processes live; fail with what they printed."""
    deadline = time.monotonic() + START_SECONDS
    while not condition():
        if time.monotonic() > deadline or any(process.poll() is not None for process in running):
            logs = {log.name: log.read_text() for log in cwd.glob("*.log")}
            pytest.fail(f"exit codes {[process.poll() for process in running]}, logs: {logs}")
        time.sleep(0.1)


def is_ok(url: str) -> bool:
    """Say whether a GET is answered with 200."""
    try:
        return httpx.get(url, timeout=5).is_success
    except httpx.TransportError:
        return False


def is_healthy(service: str, environment: dict[str, str]) -> bool:
    """Run the health check of a service of compose.yaml, with the paths of this test in it."""
    check = yaml.safe_load((ROOT / "deploy/compose.yaml").read_text())["services"][service]["healthcheck"]["test"]
    assert check[0] == "CMD-SHELL"
    command = check[1].replace("$$", "$").replace("/tmp/inlaid-worker.ready", environment["INLAID_READY_FILE"])  # noqa: S108
    return subprocess.run(["sh", "-c", command], capture_output=True, check=False).returncode == 0


def test_the_deployed_processes_run_from_the_wheel_and_pass_their_health_checks(
    installed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, valkey_own: ValkeyProcess
) -> None:
    """The commands and settings of deploy/compose.yaml, with the servers that this machine has."""
    web_port, model_port = free_port(), free_port()
    settings = {
        "INLAID_DATABASE_URL": f"sqlite:///{tmp_path}/jobs.db",
        "INLAID_BROKER_URL": valkey_own.url,
        "INLAID_SECRET_KEYS": Fernet.generate_key().decode(),
        "INLAID_API_TOKENS": "token=ann@example.org",
        "INLAID_MODEL_URL": f"http://127.0.0.1:{model_port}/v1",
        "INLAID_MODEL_KEY": "key",
        "INLAID_PORT": str(web_port),
        "INLAID_READY_FILE": str(tmp_path / "worker.ready"),
    }
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    run(installed / "inlaid", "migrate", cwd=tmp_path)
    model = ["model", "--port", str(model_port)]
    with processes(installed / "inlaid", model, ["web"], ["worker"], ["beat"], cwd=tmp_path) as running:
        wait_until(lambda: is_ok(f"http://127.0.0.1:{model_port}/health"), running, tmp_path)
        wait_until(lambda: is_ok(f"http://127.0.0.1:{web_port}/healthz"), running, tmp_path)
        wait_until(lambda: is_ok(f"http://127.0.0.1:{web_port}/readyz"), running, tmp_path)
        wait_until(lambda: is_healthy("worker", settings), running, tmp_path)
    assert not is_healthy("worker", settings)
