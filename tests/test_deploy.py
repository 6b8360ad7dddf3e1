"""The files under deploy/ name commands, options and settings that exist, and bring no secret of their own."""

import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml

from core.settings import Settings
from core.settings.secret_files import file_variable, secret_names
from integrations.cli.app import app

ROOT = Path(__file__).parent.parent
DEPLOY = ROOT / "deploy"
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
SERVICES: dict[str, Any] = COMPOSE["services"]
DOCKERFILE = (DEPLOY / "Dockerfile").read_text()
RUNBOOK = (DEPLOY / "runbook.md").read_text()
OURS = {name: service for name, service in SERVICES.items() if service.get("command", [""])[0] == "inlaid"}


def named_commands() -> list[list[str]]:
    """Return every `inlaid ...` command line that the files under deploy/ name, without the program's name."""
    lines = [service["command"] for service in OURS.values()]
    lines += [yaml.safe_load(line) for line in re.findall(r"^CMD (\[.*\])$", DOCKERFILE, flags=re.MULTILINE)]
    lines += [quoted.split() for quoted in re.findall(r"`(?:docker compose exec \w+ )?(inlaid [^`]+)`", RUNBOOK)]
    assert all(line[0] == "inlaid" for line in lines)
    return [line[1:] for line in lines]


@pytest.mark.parametrize("words", named_commands(), ids=" ".join)
def test_every_named_command_exists_with_its_options(words: list[str]) -> None:
    command: Any = typer.main.get_command(app)
    rest = list(words)
    while rest and rest[0] in getattr(command, "commands", {}):
        command = command.commands[rest.pop(0)]
    assert len(rest) < len(words), "no such command"
    options = {name for parameter in command.params for name in parameter.opts}
    assert {word for word in rest if word.startswith("--")} <= options


def test_the_processes_of_the_installation_are_all_there() -> None:
    assert set(OURS) == {"migrate", "web", "worker", "beat", "model"}
    assert set(SERVICES) - set(OURS) == {"pod", "flower", "valkey", "postgres"}
    assert all(service["restart"] == "always" for name, service in SERVICES.items() if name != "migrate")


def test_the_log_of_each_container_is_bounded() -> None:
    assert [name for name, service in SERVICES.items() if "max-size" not in service.get("logging", {})["options"]] == []


def test_each_process_is_health_checked() -> None:
    """The web process by the image's own check; what has no port to ask is exempt."""
    unchecked = {name for name, service in SERVICES.items() if service.get("healthcheck", {}).get("disable")}
    assert unchecked == {"pod", "migrate", "beat"}
    assert {name for name, service in SERVICES.items() if "healthcheck" not in service} == {"web"}
    assert "HEALTHCHECK" in DOCKERFILE


def test_flower_is_for_who_asks_for_it_on_this_machine_with_a_password() -> None:
    flower = SERVICES["flower"]
    assert flower["profiles"] == ["flower"]
    assert all(port.startswith("127.0.0.1:") for port in flower["ports"])
    assert "env_file" not in flower  # it has none of our keys
    script = flower["command"][0].replace("$$", "$")
    for password, started in (("", False), ("ann:secret", True)):
        run = subprocess.run(
            ["sh", "-c", script.replace("exec celery flower", "echo started")],
            env={"FLOWER_BASIC_AUTH": password},
            capture_output=True,
            text=True,
            check=False,
        )
        assert ("started" in run.stdout, run.returncode == 0) == (started, started)


def test_our_processes_wait_for_the_migration() -> None:
    waiting = {name for name, service in OURS.items() if "migrate" in service["depends_on"]}
    assert waiting == {"web", "worker", "beat"}


def test_no_secret_has_a_default() -> None:
    text = (DEPLOY / "compose.yaml").read_text()
    used = re.findall(r"\$\{(\w*(?:PASSWORD|KEY|TOKEN)\w*)([^}]*)\}", text)
    required = {name for name, rest in used if rest.startswith(":?")}
    assert {name for name, _ in used} == required
    assert not [name for name, rest in used if rest and not rest.startswith(":?")]
    for service in SERVICES.values():
        for name, value in service.get("environment", {}).items():
            assert value.startswith("${") or not re.search("PASSWORD|KEY|TOKEN|AUTH", name)


def test_a_secret_may_be_a_file_that_the_containers_can_read() -> None:
    for name, service in OURS.items():
        assert "./secrets:/run/secrets:ro" in service["volumes"], name
        # What stands there as well could not be set by a file.
        secrets = {name.upper() for name in secret_names(Settings)} - {"DATABASE_URL", "BROKER_URL"}
        assert not {f"INLAID_{secret}" for secret in secrets} & set(service["environment"])
    named = re.findall(r"`?(INLAID_[A-Z_]+_FILE)=/run/secrets/", RUNBOOK)
    assert named
    assert set(named) <= {file_variable(name) for name in secret_names(Settings)}


def test_what_compose_demands_is_what_the_runbook_tells_to_write() -> None:
    demanded = set(re.findall(r"\$\{(\w+):\?", (DEPLOY / "compose.yaml").read_text()))
    written = set(re.findall(r"^ +([A-Z_]+)=", RUNBOOK, flags=re.MULTILINE))
    assert demanded <= written


def test_the_image_runs_as_an_ordinary_user_and_holds_only_what_is_shipped() -> None:
    final = DOCKERFILE.rpartition("\nFROM ")[2]
    assert re.findall(r"^USER (\w+)$", final, flags=re.MULTILINE) == ["inlaid"]
    copied = {
        name
        for line in re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, flags=re.MULTILINE)
        for name in line.split()
    }
    let_through = set(re.findall(r"^!(.+)$", (DEPLOY / "Dockerfile.dockerignore").read_text(), flags=re.MULTILINE))
    assert copied == let_through
    assert all((ROOT / name).exists() for name in copied)


def test_the_image_and_the_makefile_bring_the_same_uv() -> None:
    versions = re.findall(r"uv==([\d.]+)", DOCKERFILE)
    assert versions == re.findall(r"^UV_VERSION := ([\d.]+)$", (ROOT / "Makefile").read_text(), flags=re.MULTILINE)


def uv_lines(text: str) -> list[list[str]]:
    """Return the words of each line that has uv install or build; of paths the last part alone."""
    joined = text.replace("\\\n", " ").replace('"', "").replace("$$uv", "uv")
    lines = re.findall(r"\buv ((?:pip|build) [^;&#\n]+)", joined)
    # The image says by a variable that Python's code is compiled.
    beside = {"--quiet", "--compile-bytecode"}
    return [[Path(word).name for word in line.split() if word not in beside] for line in lines]


def test_the_image_and_make_install_bring_the_same_packages() -> None:
    makefile = (ROOT / "Makefile").read_text()
    recipe = makefile[makefile.index("\ninstall: ##") : makefile.index("\nsync: ")]
    lines = uv_lines(recipe)
    assert lines == uv_lines(DOCKERFILE)
    assert [line[:2] for line in lines] == [
        ["pip", "compile"],
        ["pip", "sync"],
        ["build", "--wheel"],
        ["pip", "install"],
    ]
    # What is neither locked nor built here is not installed.
    assert all({"--require-hashes", "requirements.lock"} <= set(line) for line in lines[1:3])
    assert lines[3] == ["pip", "install", "--no-deps", "*.whl"]
    trimmed = r"! -name ([\w.]+)"
    assert re.findall(trimmed, recipe) == re.findall(trimmed, DOCKERFILE) != []


def make_install(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run `make install` with a Python that makes nothing."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
    return subprocess.run(
        ["make", "install", "PYTHON=false", *arguments],
        cwd=ROOT,
        env={**environment, **variables},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("named", ["", "{}/a b", "{}/a {}/b"])
def test_make_install_begins_nothing_without_one_folder(named: str, tmp_path: Path) -> None:
    run = make_install(f"TO={named.format(tmp_path, tmp_path)}")
    assert "Name one folder" in run.stderr
    assert (run.returncode, run.stdout, list(tmp_path.iterdir())) == (2, "", [])


@pytest.mark.parametrize("beside", ["", ".new", ".old"])
def test_make_install_leaves_alone_what_it_did_not_make(beside: str, tmp_path: Path) -> None:
    theirs = tmp_path / f"inlaid{beside}" / "theirs"
    theirs.parent.mkdir()
    theirs.write_text("kept")
    run = make_install(f"TO={tmp_path}/inlaid")
    assert f"{theirs.parent} is not empty and was not made by this." in run.stderr
    assert (run.returncode, [path for path in tmp_path.rglob("*") if path.is_file()]) == (2, [theirs])


def test_an_update_that_breaks_off_leaves_what_is_installed(tmp_path: Path) -> None:
    installed = tmp_path / "inlaid"
    (installed / "bin").mkdir(parents=True)
    for name in (".made-by-inlaid", "bin/inlaid"):
        (installed / name).touch()
    run = make_install(f"TO={installed}")
    assert run.returncode == 2
    assert "was not made by this" not in run.stderr
    assert (tmp_path / "inlaid.new").is_dir()
    assert {path.name for path in installed.rglob("*")} == {".made-by-inlaid", "bin", "inlaid"}


def test_make_install_takes_its_folder_from_no_variable_of_the_environment(tmp_path: Path) -> None:
    run = make_install("--dry-run", TO=str(tmp_path))
    assert "/opt/inlaid" in run.stdout
    assert str(tmp_path) not in run.stdout
