"""The units of `deploy/systemd`: read by systemd itself, and as closed as they claim."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from core.job import QUEUES

ROOT = Path(__file__).parents[2]
UNITS = ROOT / "deploy/systemd"
INSTALLED = "/opt/inlaid/bin/inlaid"
SERVICES = (
    "inlaid-web.service",
    "inlaid-beat.service",
    "inlaid-model.service",
    "inlaid-migrate.service",
    *(f"inlaid-worker@{queue}.service" for queue in QUEUES),
)
# Of ten; what systemd calls "OK". Half of it is the network, which every process needs.
MAX_EXPOSURE = 2.5


@pytest.fixture
def analyze(tmp_path: Path) -> Path:
    """Return a folder with the units, whose program is this machine's."""
    if not shutil.which("systemd-analyze"):
        pytest.skip("systemd-analyze is missing: apt-get install systemd")
    program = tmp_path / "inlaid"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    folder = tmp_path / "units"
    shutil.copytree(UNITS, folder)
    for path in (*folder.rglob("*.service"), *folder.rglob("*.conf")):
        path.write_text(path.read_text().replace(INSTALLED, str(program)))
    for queue in QUEUES:
        (folder / f"inlaid-worker@{queue}.service").symlink_to("inlaid-worker@.service")
    return folder


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {"SYSTEMD_UNIT_PATH": f"{folder}:", "PATH": "/usr/bin:/bin"}
    return subprocess.run(
        ["systemd-analyze", *arguments], env=environment, cwd=folder, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("unit", [*SERVICES, "inlaid.target"])
def test_systemd_finds_nothing_wrong_with_a_unit(analyze: Path, unit: str) -> None:
    done = run(analyze, "verify", "--man=no", "--recursive-errors=one", unit)
    ours = [line for line in done.stderr.splitlines() if "inlaid" in line]
    assert ours == []


@pytest.mark.parametrize("unit", SERVICES)
def test_a_unit_is_as_closed_as_it_claims(analyze: Path, unit: str) -> None:
    done = run(analyze, "security", "--offline=true", "--no-pager", unit)
    told = re.search(r"Overall exposure level for .*: ([\d.]+)", done.stdout)
    assert told, done.stderr
    assert float(told[1]) <= MAX_EXPOSURE, done.stdout


def test_the_target_starts_each_class_of_workers() -> None:
    target = (UNITS / "inlaid.target").read_text()
    assert re.findall(r"inlaid-worker@(\w+)\.service", target) == list(QUEUES)


def test_one_pool_of_workers_looks_after_mailboxes() -> None:
    # `Environment=` would lose to a line of inlaid.env.
    told = re.compile(rf"^ExecStart=/usr/bin/env INLAID_WORKER_MAILBOXES=false {INSTALLED} worker --queue %i$", re.M)
    closed = {path.parent.name for path in UNITS.glob("*.d/*.conf") if told.search(path.read_text())}
    assert closed == {f"inlaid-worker@{queue}.service.d" for queue in QUEUES if queue != "background"}
