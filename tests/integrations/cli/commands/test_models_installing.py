"""`inlaid model install`: from a Hub that behaves as the real one, with all that goes wrong on the way."""

import hashlib
import json
import subprocess
import threading
from pathlib import Path
from typing import Any

import pytest

from core.settings import Settings
from tests.fakes.hub import COMMIT, TOKEN, Hub, small_gguf
from tests.integrations.cli.conftest import Terminal
from tests.processes.commands import INLAID, environment, wait_until

NAME = "qwen2.5-1.5b-instruct"
REPOSITORY = "Qwen/Qwen2.5-1.5B-Instruct-GGUF"
FILE = "qwen2.5-1.5b-instruct-q4_k_m.gguf"
DATA = small_gguf()


@pytest.fixture
def terminal(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Terminal:
    return Terminal(capsys, monkeypatch)


def folder(settings: Settings) -> Path:
    return settings.home / "models"


def left(settings: Settings) -> list[str]:
    """Return what lies in the folder besides the lock."""
    return sorted(path.name for path in folder(settings).iterdir() if path.name != ".install.lock")


def refused(terminal: Terminal, *arguments: str) -> str:
    """Return the one line of an error that comes after those of the progress."""
    assert terminal.run(*arguments) == 1
    error = terminal.err.splitlines()[-1]
    assert error.startswith("inlaid: ")
    return error


def listed(terminal: Terminal, name: str) -> Any:
    return next(row for row in terminal.json("model", "list")["models"] if row["name"] == name)


def test_a_model_of_the_catalogue_is_fetched_checked_and_pinned(
    terminal: Terminal, hub: Hub, settings: Settings
) -> None:
    hub.add(REPOSITORY, FILE, DATA)
    assert terminal.run("model", "install", NAME) == 0, terminal.err
    assert f"inlaid model use {NAME}" in terminal.out
    assert "100 %" in terminal.err
    assert (folder(settings) / f"{NAME}.gguf").read_bytes() == DATA
    pin = (folder(settings) / f"{NAME}.toml").read_text()
    assert hashlib.sha256(DATA).hexdigest() in pin
    assert COMMIT in pin
    assert left(settings) == [f"{NAME}.gguf", f"{NAME}.toml"]
    row = listed(terminal, NAME)
    assert (row["installed"], row["in_use"], row["size_bytes"]) == (True, False, len(DATA))


def test_progress_is_json_on_stderr_and_the_result_json_on_stdout(terminal: Terminal, hub: Hub) -> None:
    hub.add(REPOSITORY, FILE, DATA)
    done = terminal.json("model", "install", NAME)
    steps = [json.loads(line) for line in terminal.err.splitlines()]
    assert steps[-1] == {"name": NAME, "done_bytes": len(DATA), "total_bytes": len(DATA)}
    assert done["installed"]["sha256"] == hashlib.sha256(DATA).hexdigest()


def test_the_token_goes_to_the_hub_and_never_to_its_store(
    terminal: Terminal, hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub.add(REPOSITORY, FILE, DATA, is_gated=True)
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    assert terminal.run("model", "install", NAME) == 0, terminal.err
    assert {request.authorization for request in hub.requests if request.place == "hub"} == {f"Bearer {TOKEN}"}
    assert {one.authorization for one in hub.of_store()} == {""}


@pytest.mark.parametrize("token", ["", "hf_of_somebody_else"])
def test_a_gated_model_names_the_page_and_the_variable(
    terminal: Terminal, hub: Hub, monkeypatch: pytest.MonkeyPatch, token: str
) -> None:
    hub.add(REPOSITORY, FILE, DATA, is_gated=True)
    monkeypatch.setenv("HF_TOKEN", token)
    error = refused(terminal, "model", "install", NAME)
    assert f"{hub.url}/{REPOSITORY}" in error
    assert "HF_TOKEN" in error
    assert "hf_of_somebody_else" not in error


def test_a_cut_line_is_gone_on_with_from_where_it_was(terminal: Terminal, hub: Hub, settings: Settings) -> None:
    hub.add(REPOSITORY, FILE, DATA, cuts=[300_000, 300_000])
    assert terminal.run("model", "install", NAME) == 0, terminal.err
    starts = [one.range for one in hub.of_store()]
    assert starts[0] == ""
    assert [int(start.removeprefix("bytes=").rstrip("-")) > 0 for start in starts[1:]] == [True, True]
    assert (folder(settings) / f"{NAME}.gguf").read_bytes() == DATA


def test_a_line_that_is_cut_for_good_leaves_what_is_here_for_the_next_command(
    terminal: Terminal, hub: Hub, settings: Settings
) -> None:
    file = hub.add(REPOSITORY, FILE, DATA, cuts=[400_000, 0, 0, 0, 0, 0, 0, 0])
    assert "Run the same command again" in refused(terminal, "model", "install", NAME)
    (part,) = left(settings)
    here = (folder(settings) / part).stat().st_size
    file.cuts.clear()
    hub.requests.clear()
    assert terminal.run("model", "install", NAME) == 0, terminal.err
    assert [one.range for one in hub.of_store()] == [f"bytes={here}-"]
    assert (folder(settings) / f"{NAME}.gguf").read_bytes() == DATA


def test_a_store_without_ranges_is_begun_anew(terminal: Terminal, hub: Hub, settings: Settings) -> None:
    hub.add(REPOSITORY, FILE, DATA, cuts=[300_000], has_ranges=False)
    assert terminal.run("model", "install", NAME) == 0, terminal.err
    assert (folder(settings) / f"{NAME}.gguf").read_bytes() == DATA


def test_a_part_of_another_version_is_not_gone_on_with(terminal: Terminal, hub: Hub, settings: Settings) -> None:
    hub.add(REPOSITORY, FILE, DATA, cuts=[400_000, 0, 0, 0, 0, 0])
    refused(terminal, "model", "install", NAME)
    newer = small_gguf(size_bytes=1_200_000)
    hub.add(REPOSITORY, FILE, newer)
    assert terminal.run("model", "install", NAME) == 0, terminal.err
    assert (folder(settings) / f"{NAME}.gguf").read_bytes() == newer


def test_a_repository_that_was_renamed_is_found(
    terminal: Terminal, hub: Hub, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub.renamed[REPOSITORY] = "Qwen/New-Name-GGUF"
    hub.add("Qwen/New-Name-GGUF", FILE, DATA, is_gated=True)
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    assert terminal.run("model", "install", NAME) == 0, terminal.err
    assert (folder(settings) / f"{NAME}.gguf").read_bytes() == DATA


def test_addresses_that_lead_in_a_circle_end_in_one_line(terminal: Terminal, hub: Hub) -> None:
    hub.renamed[REPOSITORY] = REPOSITORY
    assert "redirects in a circle" in refused(terminal, "model", "install", NAME)


def test_a_wrong_hash_installs_nothing(terminal: Terminal, hub: Hub, settings: Settings) -> None:
    hub.add(REPOSITORY, FILE, DATA, sha256="0" * 64)
    error = refused(terminal, "model", "install", NAME)
    assert "damaged" in error
    assert "Nothing was installed" in error
    assert left(settings) == []
    assert not listed(terminal, NAME)["installed"]


def test_an_entry_whose_file_is_gone_says_what_else_there_is(terminal: Terminal, hub: Hub) -> None:
    hub.add(REPOSITORY, "other.gguf", DATA)
    error = refused(terminal, "model", "install", NAME)
    assert f"hf:{REPOSITORY}:{FILE} is gone (404)" in error
    assert "inlaid model find" in error
    assert "hf:OWNER/REPO:FILE" in error


def test_a_repository_that_is_not_there_is_not_called_gated(terminal: Terminal, hub: Hub) -> None:
    del hub
    error = refused(terminal, "model", "install", NAME)
    assert f"{REPOSITORY} is not on the Hub" in error
    assert "HF_TOKEN" not in error


def test_a_hub_that_is_down_is_one_line(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    with Hub() as hub:
        url = hub.url
    monkeypatch.setenv("HF_ENDPOINT", url)
    assert "cannot be reached" in refused(terminal, "model", "install", NAME)
    assert "cannot be reached" in terminal.error("model", "install", "hf:Some/Repository")


def test_what_is_no_gguf_file_is_refused_at_its_first_bytes(terminal: Terminal, hub: Hub, settings: Settings) -> None:
    hub.add(REPOSITORY, FILE, b"<html>" * 200_000)
    assert "is not a GGUF file" in refused(terminal, "model", "install", NAME)
    assert left(settings) == []


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (DATA[:100], "not a whole GGUF file"),
        (b"GGUF" + b"\xff" * 2000, "not a whole GGUF file"),
        (small_gguf(kind="bert"), "makes embeddings"),
    ],
)
def test_a_file_whose_head_is_wrong_is_refused(
    terminal: Terminal, hub: Hub, settings: Settings, data: bytes, words: str
) -> None:
    hub.add(REPOSITORY, FILE, data)
    assert words in refused(terminal, "model", "install", NAME)
    assert left(settings) == []


def test_of_a_repository_the_file_that_suits_is_taken(terminal: Terminal, hub: Hub) -> None:
    for name in ("w-f16.gguf", "w-q8_0.gguf", "W-Q4_K_M.gguf", "w-q4_k_m-00001-of-00002.gguf"):
        hub.add("Some/Writer-GGUF", name, DATA)
    assert terminal.json("model", "install", "hf:Some/Writer-GGUF")["installed"]["name"] == "w-q4_k_m"


@pytest.mark.parametrize(
    ("what", "words"),
    [
        ("hf:Some/Repository:model-00001-of-00002.gguf", "several files"),
        ("hf:Some/Repository:../../../secret.gguf", "not a GGUF file"),
        ("hf:Some", "names no repository"),
        ("surely-not-there", "no model called surely-not-there"),
        ("qwen", "several models called qwen"),
        ("./missing.gguf", "no file"),
    ],
)
def test_what_cannot_be_meant_is_one_line(terminal: Terminal, hub: Hub, what: str, words: str) -> None:
    del hub
    assert words in terminal.error("model", "install", what)


def test_an_address_of_any_server_works_and_pins_what_came(terminal: Terminal, hub: Hub) -> None:
    file = hub.add("a/b", "Some Model.gguf", DATA)
    hub.addresses |= {"/store/Some%20Model.gguf": file}
    # The store's addresses are good for one request; the head takes the first.
    done = terminal.run("model", "install", f"{hub.store_url}/store/Some%20Model.gguf")
    assert done == 1
    assert "may not be read (403)" in terminal.err
    hub.add("Some/Repository", "Some-Model.gguf", DATA)
    url = f"{hub.url}/Some/Repository/resolve/main/Some-Model.gguf"
    assert terminal.json("model", "install", url)["installed"]["origin"] == url


def test_a_file_of_this_machine_is_linked_or_copied(terminal: Terminal, settings: Settings, tmp_path: Path) -> None:
    path = tmp_path / "My Writer (v2).gguf"
    path.write_bytes(DATA)
    done = terminal.json("model", "install", path)["installed"]
    assert (done["name"], done["parameters"], done["context"]) == ("my-writer-v2", 1_540_000_000, 8192)
    here = folder(settings) / "my-writer-v2.gguf"
    assert here.samefile(path)
    assert terminal.run("model", "install", here) == 0  # the file that is there already
    assert left(settings) == ["my-writer-v2.gguf", "my-writer-v2.toml"]


@pytest.mark.parametrize("name", ["choice", "embedded"])
def test_a_link_in_a_cache_of_others_is_followed_and_no_name_of_ours_is_taken(
    terminal: Terminal, settings: Settings, tmp_path: Path, name: str
) -> None:
    (tmp_path / "blob").write_bytes(DATA)
    (tmp_path / f"{name}.gguf").symlink_to(tmp_path / "blob")
    assert terminal.json("model", "install", tmp_path / f"{name}.gguf", "--use")["installed"]["name"] == f"{name}-model"
    assert not (folder(settings) / f"{name}-model.gguf").is_symlink()
    assert listed(terminal, f"{name}-model")["in_use"]


def test_what_is_here_already_is_not_fetched_again(terminal: Terminal, hub: Hub, settings: Settings) -> None:
    hub.add(REPOSITORY, FILE, DATA)
    terminal.json("model", "install", NAME)
    hub.requests.clear()
    terminal.json("model", "install", NAME)
    assert hub.of_store() == []
    (folder(settings) / f"{NAME}.gguf").write_bytes(b"GGUF, but damaged")
    terminal.json("model", "install", NAME)
    assert (folder(settings) / f"{NAME}.gguf").read_bytes() == DATA


def test_a_command_that_is_killed_leaves_what_it_has_for_the_next(hub: Hub, settings: Settings) -> None:
    data = small_gguf(size_bytes=4_000_000)
    file = hub.add(REPOSITORY, FILE, data, held=threading.Event())
    command = [str(INLAID), "model", "install", NAME]
    first = subprocess.Popen(command, env=environment(settings.home), stderr=subprocess.DEVNULL)
    wait_until(lambda: any(path.stat().st_size > 1_000_000 for path in folder(settings).glob(".*.part")))
    first.kill()
    first.wait()
    assert file.held is not None
    file.held.set()
    hub.requests.clear()
    subprocess.run(command, env=environment(settings.home), stderr=subprocess.DEVNULL, check=True)
    assert [one.range.startswith("bytes=") for one in hub.of_store()] == [True]
    assert (folder(settings) / f"{NAME}.gguf").read_bytes() == data


def test_two_installs_at_once_are_told_apart(hub: Hub, settings: Settings) -> None:
    file = hub.add(REPOSITORY, FILE, DATA, held=threading.Event())
    command = [str(INLAID), "model", "install", NAME]
    first = subprocess.Popen(command, env=environment(settings.home), stderr=subprocess.DEVNULL)
    wait_until(hub.begun.is_set)
    second = subprocess.run(command, env=environment(settings.home), capture_output=True, text=True, check=False)
    assert second.returncode == 1
    assert f"Process {first.pid} installs {NAME}" in second.stderr
    assert file.held is not None
    file.held.set()
    assert first.wait(30) == 0
    assert (folder(settings) / f"{NAME}.gguf").read_bytes() == DATA
