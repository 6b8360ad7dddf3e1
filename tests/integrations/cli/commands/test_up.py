"""`inlaid up` while it is up: one real tree for all tests of this file."""

import http.client
import json
import os
import re
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import pytest
import redis

from core.llm.weights import FILE_NAME
from integrations.cli.processes.process_spec import valkey_answers
from tests.processes.commands import (
    INLAID,
    PARTS,
    Up,
    environment,
    processes_of,
    run_up,
    running_up,
    settings_of,
    wait_until,
)

pytestmark = pytest.mark.processes


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    """Run a tree, and stop it by Ctrl-C, which leaves nothing."""
    folder = tmp_path_factory.mktemp("up")
    with running_up(folder / "home", folder / "output") as up:
        up.wait_for("Stop with Ctrl-C.")
        yield up
        up.interrupt()
        assert up.wait_until_gone() == 0


def get(url: str, token: str = "") -> int:
    """Return the status of a GET with this bearer token."""
    address = urlsplit(url)
    asked = http.client.HTTPConnection(address.netloc, timeout=10)
    try:
        asked.request("GET", address.path, headers={"Authorization": f"Bearer {token}"} if token else {})
        return asked.getresponse().status
    except ConnectionError:
        return 0
    finally:
        asked.close()


def broker(up: Up) -> redis.Redis:
    """Return a client of the tree's broker."""
    return redis.Redis.from_url(settings_of(up.home).broker_url, socket_timeout=5)


def test_it_prints_a_line_for_each_part_and_where_it_is(up: Up) -> None:
    lines = up.output.splitlines()
    assert {line.split()[1] for line in lines if line.startswith("ready ")} >= PARTS
    assert f"{up.web_url}. API token in {up.home / 'api.token'}. Stop with Ctrl-C." in up.output
    assert "\x1b" not in up.output


def test_the_console_link_of_another_shell_leads_to_it(up: Up) -> None:
    asked = subprocess.run(
        [INLAID, "console", "--json"], env=environment(up.home, port="8411"), capture_output=True, check=True
    )
    link = json.loads(asked.stdout)["link"]
    assert link.startswith(f"{up.web_url}/console/sign-in?code=")


def test_the_pages_that_it_names_are_there(up: Up) -> None:
    named = [line.split()[0] for line in up.output.splitlines() if line.startswith("  http")]
    assert {urlsplit(page).path for page in named} == {"/console", "/report", "/word/taskpane.html"}
    assert {get(page) for page in named} <= {200, 303, 401}  # there, or for whoever is signed in
    assert "inlaid setup" in up.output


def test_the_web_process_is_ready_and_takes_the_token_of_the_file(up: Up) -> None:
    file = up.home / "api.token"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    wait_until(lambda: get(f"{up.web_url}/readyz") == 200)
    assert get(f"{up.web_url}/api/v1/recipes") == 401
    assert get(f"{up.web_url}/api/v1/recipes", file.read_text().strip()) == 200


def test_the_rung_in_use_and_the_next_are_told_in_one_line(up: Up) -> None:
    (line,) = [line for line in up.output.splitlines() if "is in use" in line]
    assert "embedded model" in line
    assert line.count("`inlaid model") == 1


def test_nothing_in_the_home_is_open_to_other_users(up: Up) -> None:
    found = {path.relative_to(up.home): stat.S_IMODE(path.stat().st_mode) for path in up.home.rglob("*")}
    assert stat.S_IMODE(up.home.stat().st_mode) == 0o700
    assert {"inlaid.db", "inlaid.db-wal", "api.token", "logs/web.log"} <= {str(path) for path in found}
    assert {str(path): oct(mode) for path, mode in found.items() if mode & 0o077} == {}


def test_no_secret_is_in_a_command_line(up: Up) -> None:
    password = urlsplit(settings_of(up.home).broker_url).password
    words = [word for part in up.parts().values() for word in part.cmdline()]
    assert password
    assert not any(password in word or (up.home / "api.token").read_text().strip() in word for word in words)


def test_each_part_has_a_process_group_of_its_own_so_that_ctrl_c_does_not_reach_it(up: Up) -> None:
    parts = up.parts()
    assert set(parts) == PARTS
    assert all(os.getpgid(part.pid) == part.pid for part in parts.values())
    assert {process.pid for process in processes_of(up.home)} == {
        up.process.pid,
        *(part.pid for part in parts.values()),
    }


@pytest.mark.skipif(sys.platform != "linux", reason="memory maps are read from /proc")
def test_only_the_model_maps_the_weights(up: Up) -> None:
    mapping = {name for name, part in up.parts().items() if any(FILE_NAME in one.path for one in part.memory_maps())}
    assert mapping == {"model"}


def test_the_broker_refuses_a_wrong_password_and_keeps_what_it_got(up: Up) -> None:
    with broker(up) as client:
        assert client.config_get("append*")["appendonly"] == "yes"
        assert client.config_get("appendfsync")["appendfsync"] == "everysec"
        assert client.config_get("maxmemory*")["maxmemory-policy"] == "volatile-ttl"
        assert int(client.config_get("maxmemory")["maxmemory"]) > 0
        port = client.connection_pool.connection_kwargs["port"]
        password = client.connection_pool.connection_kwargs["password"]
    assert valkey_answers(port, password)
    assert not valkey_answers(port, "a guess")


def test_every_part_that_crashes_is_started_again_where_it_was(up: Up) -> None:
    before, settings = up.parts(), settings_of(up.home)
    with broker(up) as client:
        client.set("kept", "yes")
    with up.ready_again(*PARTS):
        for part in before.values():
            part.kill()
    after = up.parts()
    assert set(after) == PARTS
    assert not {part.pid for part in before.values()} & {part.pid for part in after.values()}
    assert settings_of(up.home) == settings
    wait_until(lambda: get(f"{up.web_url}/readyz") == 200)
    with broker(up) as client:
        assert client.get("kept") == b"yes"
    assert re.search(rf"stopped +web +with code -9; starts again in 0\.5 s; see {up.home}/logs/web\.log", up.output)


def test_a_worker_that_ends_well_is_started_again_too(up: Up) -> None:
    up.asked_to_stop.add("worker")
    with up.ready_again("worker"):
        up.parts()["worker"].terminate()
    assert re.search(r"stopped +worker +with code 0; ", up.output)


def test_a_second_one_on_the_same_home_is_refused_with_the_first_ones_process(up: Up) -> None:
    done = run_up(up.home)
    expected = f"Inlaid is already up on {up.home} (process {up.process.pid})."
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.count("\n") == 1
    assert expected in done.stderr


def test_a_port_in_use_is_named_with_its_setting(up: Up, tmp_path: Path) -> None:
    port = str(urlsplit(up.web_url).port)
    done = run_up(tmp_path / "other", port=port)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.count("\n") == 1
    assert f"Port {port} on 127.0.0.1 is in use." in done.stderr
    assert "INLAID_PORT" in done.stderr


def test_the_logs_are_json_lines_without_secrets(up: Up) -> None:
    for name in ("worker", "beat"):
        text = (up.home / "logs" / f"{name}.log").read_text()
        assert any(json.loads(line) for line in text.splitlines() if line.startswith("{"))
        assert (urlsplit(settings_of(up.home).broker_url).password or "?") not in text


def test_the_supervisor_stays_small(up: Up) -> None:
    assert psutil.Process(up.process.pid).memory_info().rss < 120 * 2**20
