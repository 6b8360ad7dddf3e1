"""Keys that a command prints: bounded in time and size, never shown, and followed when they change."""

import time
from pathlib import Path

import pytest
from pydantic import SecretStr

from core.errors import SettingsError
from core.privacy.encryption import key_name, load_cipher, new_key
from core.privacy.key_command import (
    MAX_OUTPUT_BYTES,
    MISSING_SECONDS,
    REFRESH_SECONDS,
    FollowedKeys,
    KeyCommand,
    key_command,
)
from core.settings import Settings, load_settings
from tests.processes.commands import wait_until

KEY = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="


class Clock:
    """A clock that goes when it is told to."""

    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


def script(folder: Path, text: str) -> str:
    path = folder / "keys.sh"
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return str(path)


def printing(folder: Path, *keys: str) -> str:
    return script(folder, "\n".join([f"echo run >> {folder}/runs", *(f"echo {key}" for key in keys)]))


def is_running(process: int) -> bool:
    """Whether it is there and no mere zombie."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def runs(folder: Path) -> int:
    return len((folder / "runs").read_text().splitlines())


def test_values_are_sealed_with_the_first_key_that_is_printed(tmp_path: Path, settings: Settings) -> None:
    new, old = new_key(), new_key()
    command = printing(tmp_path, f"{new},{old}")
    for _ in range(3):
        cipher = load_cipher(settings.model_copy(update={"secret_keys_command": command}))
        assert cipher.open("acme", cipher.seal("acme", "text")) == "text"
    assert list(cipher.names) == [key_name(new), key_name(old)]
    assert runs(tmp_path) == 1


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("exit 3", "ended with the code 3"),
        ("echo secret-in-the-output; exit 1", "ended with the code 1"),
        ("true", "prints nothing"),
        ("echo; echo ' '", "prints nothing"),
        ("echo secret-in-the-output", "Key 1 has 20 characters, 44 are wanted"),
        (f"echo {KEY}; echo {'secret-in-the-output' * 2}", "Key 2 has 40 characters"),
        ("head -c 99999 /dev/zero", "prints too much for keys"),
        ("yes secret-in-the-output", "prints too much for keys"),
        ("sleep 60", "takes longer than 1 s"),
        ("echo secret-in-the-output; sleep 60 & wait", "takes longer than 1 s"),
    ],
)
def test_what_is_wrong_is_said_without_what_was_printed(tmp_path: Path, text: str, problem: str) -> None:
    began = time.monotonic()
    with pytest.raises(SettingsError, match="INLAID_SECRET_KEYS_COMMAND") as raised:
        KeyCommand(script(tmp_path, text), timeout_seconds=1).keys()
    assert problem in str(raised.value)
    assert "secret-in-the-output" not in str(raised.value)
    assert raised.value.fix
    assert time.monotonic() - began < 10
    assert MAX_OUTPUT_BYTES < 99_999


@pytest.mark.parametrize("program", ["/nowhere/vault", "no-such-program-at-all"])
def test_a_program_that_is_not_there_is_named_without_its_arguments(program: str) -> None:
    with pytest.raises(SettingsError, match="is not there") as raised:
        KeyCommand(f"{program} --token secret").keys()
    assert program in str(raised.value)
    assert "--token" not in str(raised.value)


def test_a_file_that_is_no_program_is_told(tmp_path: Path) -> None:
    path = tmp_path / "keys"
    path.write_text("no program")
    with pytest.raises(SettingsError, match="cannot be run: Permission denied"):
        KeyCommand(str(path)).keys()


def test_what_hangs_is_ended_with_all_that_it_started(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="takes longer"):
        KeyCommand(script(tmp_path, f"sleep 60 & echo $! > {tmp_path}/pid; wait"), timeout_seconds=1).keys()
    child = int((tmp_path / "pid").read_text())
    wait_until(lambda: not is_running(child))


def test_no_shell_reads_it_and_our_settings_do_not_reach_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INLAID_API_TOKENS", "secret")
    monkeypatch.setenv("VAULT_ADDR", "https://vault.example.com")
    key = new_key()
    command = script(tmp_path, f'env > {tmp_path}/env; printf "%s\\n" "$@" > {tmp_path}/arguments; echo {key}')
    assert KeyCommand(f"{command} '$HOME; echo x' -field=keys").keys() == [key]
    assert (tmp_path / "arguments").read_text() == "$HOME; echo x\n-field=keys\n"
    told = (tmp_path / "env").read_text()
    assert "VAULT_ADDR" in told
    assert "INLAID_" not in told


def test_new_keys_are_taken_beside_the_work_now_and_then(tmp_path: Path) -> None:
    old, new, clock = new_key(), new_key(), Clock()
    followed = FollowedKeys(KeyCommand(printing(tmp_path, old), clock=clock))
    printing(tmp_path, new, old)
    assert followed.changed() is None
    clock.seconds += REFRESH_SECONDS
    wait_until(lambda: followed.changed() == [new, old])
    assert followed.changed() is None
    assert runs(tmp_path) == 2


def test_a_command_that_fails_later_costs_nothing(tmp_path: Path) -> None:
    key, clock = new_key(), Clock()
    followed = FollowedKeys(KeyCommand(printing(tmp_path, key), clock=clock))
    script(tmp_path, "exit 1")
    clock.seconds += REFRESH_SECONDS
    assert followed.missing() is None
    assert followed.keys == [key]


def test_what_another_process_seals_with_a_newer_key_opens_at_once(tmp_path: Path, settings: Settings) -> None:
    """One that was started before the rotation, as long as the command may be run again."""
    old, new = new_key(), new_key()
    command = printing(tmp_path, old)
    earlier = load_cipher(settings.model_copy(update={"secret_keys_command": command}))
    printing(tmp_path, new, old)
    key_command.cache_clear()  # another process
    sealed = load_cipher(settings.model_copy(update={"secret_keys_command": command})).seal("acme", "text")
    assert sealed.startswith(key_name(new).encode())
    wait_until(lambda: earlier.can_open(sealed), seconds=3 * MISSING_SECONDS)
    assert earlier.open("acme", sealed) == "text"
    assert earlier.names[0] == key_name(new)


def test_both_ways_at_once_are_refused_and_the_command_is_shown_without_arguments(settings: Settings) -> None:
    both = settings.model_copy(update={"secret_keys_command": "vault read x", "secret_keys": (SecretStr(new_key()),)})
    with pytest.raises(SettingsError, match="Keep one of them"):
        load_cipher(both)
    assert both.masked()["INLAID_SECRET_KEYS_COMMAND"] == "vault ****"


@pytest.mark.parametrize("command", ["'unbalanced", "  "])
def test_a_command_that_cannot_be_one_is_refused(command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INLAID_SECRET_KEYS_COMMAND", command)
    with pytest.raises(SettingsError, match="INLAID_SECRET_KEYS_COMMAND cannot be used"):
        load_settings()
