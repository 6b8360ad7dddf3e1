"""The files under deploy/ name commands, options and settings that exist, and bring no secret of their own."""

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


def test_the_image_and_make_install_bring_the_same_packages() -> None:
    makefile = (ROOT / "Makefile").read_text()
    recipe = makefile[makefile.index("\ninstall: ##") : makefile.index("\nsync: ")]
    for pattern in (r"--extra (\w+)", r"--(constraint|no-deps|requirements|wheel) ", r"! -name ([\w.]+)"):
        assert set(re.findall(pattern, recipe)) == set(re.findall(pattern, DOCKERFILE)) != set()
    assert not re.search(r"--(group|all-extras|editable)", recipe)
