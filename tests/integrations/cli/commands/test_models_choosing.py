"""`inlaid model use`, `remove` and `find`, and one model from the Hub to an answer."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.llm import connect
from core.llm.ladder.choosing import find_servers
from core.llm.weights import find_weights
from core.settings import Settings
from core.settings.model_choice import ModelChoice, read_choice
from tests.core.llm.ladder.models import put_model
from tests.fakes.hub import Hub
from tests.fakes.openai_replies import Answer
from tests.fakes.openai_server import OpenAIServer
from tests.integrations.cli.conftest import REWORDED, TEXT, Terminal

NAME = "my-writer"


@pytest.fixture
def terminal(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Terminal:
    return Terminal(capsys, monkeypatch)


@pytest.fixture
def server() -> Iterator[OpenAIServer]:
    with OpenAIServer(respond=lambda _body: Answer(REWORDED)) as running:
        running.models = ["nomic-embed-text", "qwen3:4b"]
        running.model_details = {"owned_by": "library"}
        yield running


def test_an_installed_model_is_chosen_shown_and_given_up_again(
    terminal: Terminal, settings: Settings, tmp_path: Path
) -> None:
    put_model(settings, tmp_path, NAME)
    assert terminal.run("model", "use", NAME) == 0
    assert "writes drafts" in terminal.out
    assert "next start" in terminal.out
    rows = {row["name"]: row for row in terminal.json("model", "list")["models"]}
    assert (rows[NAME]["in_use"], rows["embedded"]["in_use"]) == (True, False)
    assert terminal.run("model", "use", "embedded") == 0
    assert read_choice(settings.home) is None


def test_settings_that_name_a_model_win_and_it_is_said(
    terminal: Terminal, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_model(settings, tmp_path, NAME)
    monkeypatch.setenv("INLAID_MODEL_URL", "http://gpu.example/v1")
    assert terminal.run("model", "use", NAME) == 0
    assert "INLAID_MODEL_URL is set to http://gpu.example/v1 and wins" in terminal.out
    monkeypatch.setenv("INLAID_MODEL_URL", "http://127.0.0.1:8091/v1")
    assert terminal.run("model", "use", NAME) == 0
    assert "Start `inlaid model serve` again" in terminal.out


def test_a_model_without_room_in_memory_is_refused_with_numbers(
    terminal: Terminal, settings: Settings, tmp_path: Path
) -> None:
    model = put_model(settings, tmp_path, NAME)
    pin = settings.home / "models" / f"{NAME}.toml"
    pin.write_text(pin.read_text().replace(f"memory_bytes = {model.memory_bytes}", "memory_bytes = 9000000000000"))
    error = terminal.error("model", "use", NAME)
    assert "needs 9000.0 GB of memory" in error
    assert "GB are free" in error
    assert read_choice(settings.home) is None
    assert terminal.run("model", "use", NAME, "--anyway") == 0
    assert read_choice(settings.home) == ModelChoice(NAME)


def test_what_is_in_use_is_removed_only_when_one_insists(
    terminal: Terminal, settings: Settings, tmp_path: Path
) -> None:
    model = put_model(settings, tmp_path, NAME)
    (tmp_path / f"{NAME}.gguf").unlink()  # else a link to it keeps the bytes
    terminal.run("model", "use", NAME)
    assert "is in use" in terminal.error("model", "remove", NAME)
    assert terminal.json("model", "remove", NAME, "--anyway") == {"removed": NAME, "freed_bytes": model.size_bytes}
    assert read_choice(settings.home) is None
    assert [path.name for path in (settings.home / "models").iterdir()] == [".install.lock"]
    gone = terminal.error("model", "remove", NAME)
    assert "No model called my-writer is installed" in gone
    assert "`inlaid model list` shows the names." in gone  # there is none of that name to install


def test_the_embedded_model_stays(terminal: Terminal) -> None:
    assert "part of the installation" in terminal.error("model", "remove", "embedded")


def test_a_server_is_found_chosen_and_used(terminal: Terminal, settings: Settings, server: OpenAIServer) -> None:
    (found,) = find_servers(ports={"Ollama": int(server.url.split(":")[2].partition("/")[0])})
    assert (found.kind, found.models) == ("Ollama", ("qwen3:4b",))
    assert terminal.run("model", "use", f"{found.url}#qwen3:4b") == 0, terminal.err
    assert read_choice(settings.home) == ModelChoice("qwen3:4b", server.url)
    assert terminal.json("run", "rewrite", "-", stdin=TEXT.encode())["model"] == "qwen3:4b"
    listed = terminal.json("model", "list")
    assert f"qwen3:4b at {server.url.split('/')[2]} is in use" in listed["standing"]
    assert not any(row["in_use"] for row in listed["models"])


@pytest.mark.parametrize(
    ("what", "words"),
    [
        ("{url}#gpt-9", "has no model gpt-9. Take one of: qwen3:4b"),
        ("http://127.0.0.1:1/v1#a", "Nothing answers"),
        ("http://ann:secret@127.0.0.1/v1#a", "INLAID_MODEL_KEY"),
        ("surely-not-there", "No model called surely-not-there is installed"),
    ],
)
def test_what_cannot_be_chosen_changes_nothing(
    terminal: Terminal, settings: Settings, server: OpenAIServer, what: str, words: str
) -> None:
    error = terminal.error("model", "use", what.format(url=server.url))
    assert words in error
    assert "secret" not in error
    assert read_choice(settings.home) is None


def test_servers_are_told_apart_by_what_they_call_themselves(server: OpenAIServer) -> None:
    port = int(server.url.split(":")[2].partition("/")[0])
    server.model_details = {"owned_by": "vllm", "max_model_len": 32768}
    assert [server.kind for server in find_servers(ports={"llama.cpp": port})] == ["vLLM"]
    server.model_details = {"owned_by": "someone"}
    assert [server.kind for server in find_servers(ports={"Jan": port})] == ["Jan"]


def test_a_server_that_wants_a_key_is_found_too() -> None:
    with OpenAIServer(key="sesame") as server:
        port = int(server.url.split(":")[2].partition("/")[0])
        (found,) = find_servers(ports={"Jan": port})
        assert found.wants_key
        (found,) = find_servers("sesame", ports={"Jan": port})
        assert found.models == ("fake-model",)


def test_what_is_no_model_server_is_not_found(hub: Hub) -> None:
    """Inlaid's own web process has vLLM's port."""
    assert find_servers(ports={"vLLM": int(hub.url.rpartition(":")[2]), "Ollama": 1}) == []


@pytest.mark.processes
def test_a_model_comes_from_the_hub_and_answers(terminal: Terminal, hub: Hub, settings: Settings) -> None:
    """The embedded model's own weights under another name, served by the real llama.cpp."""
    hub.add("Some/Writer-GGUF", "writer-q4_k_m.gguf", find_weights(settings).read_bytes(), cuts=[30_000_000])
    assert terminal.run("model", "install", "hf:Some/Writer-GGUF", "--use") == 0, terminal.err
    assert "too small to write drafts" in terminal.out
    checks = {one["name"]: one for one in terminal.json("doctor")["checks"]}
    assert checks["model"]["message"].startswith("Local model writer-q4_k_m.gguf")
    assert "(0.1 B) is in use" in checks["ladder"]["message"]

    from core.drafts import ChatMessage
    from core.llm.local import start_local_model
    from core.llm.ports import ChatOptions

    with start_local_model(settings) as running:
        chat = connect(running.applied_to(settings))
        assert (chat.name, chat.is_small) == ("writer-q4_k_m", True)
        done = chat.complete([ChatMessage(role="user", content="Say hello.")], options=ChatOptions(max_tokens=12))
    assert "hello" in done.text.lower()
    assert done.model == "writer-q4_k_m"


def test_the_list_is_one_json_object(terminal: Terminal) -> None:
    terminal.run("model", "list", "--json")
    assert json.loads(terminal.out)["models"][0]["name"] == "embedded"
    assert terminal.run("model", "list") == 0
    assert "inlaid model install" in terminal.out


def test_a_server_whose_list_has_no_kind_can_be_chosen(
    terminal: Terminal, settings: Settings, server: OpenAIServer
) -> None:
    server.list_head = {}
    assert terminal.run("model", "use", f"{server.url}#qwen3:4b") == 0
    assert read_choice(settings.home) == ModelChoice("qwen3:4b", server.url)
    assert "has no model gone" in terminal.error("model", "use", f"{server.url}#gone")
