import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from pydantic import SecretStr

from core.drafts import ChatMessage
from core.errors import ModelOutage, SettingsError
from core.llm import connect
from core.llm.local import LocalModel, model_command, serve_model, start_local_model, thread_count
from core.llm.ports import ChatOptions
from core.llm.weights import FILE_NAME, MODEL_NAME
from core.settings import Settings, settings_environment

pytestmark = pytest.mark.processes

WAIT_SECONDS = 10.0
LONG_TEXT = {"messages": [{"role": "user", "content": "Count. " * 3000}], "max_tokens": 2000}


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalModel]:
    """Run one real model server for the tests of this file."""
    with start_local_model(Settings(home=tmp_path_factory.mktemp("home"))) as running:
        yield running


def own_child() -> psutil.Process:
    """Return the process of the running model server."""
    (child,) = [child for child in psutil.Process().children() if "core.llm.local" in child.cmdline()]
    return child


def connection(model: LocalModel) -> http.client.HTTPConnection:
    """Return a connection to the server."""
    return http.client.HTTPConnection(model.url.split("/")[2], timeout=WAIT_SECONDS)


def status(model: LocalModel, path: str, key: str = "") -> int:
    """Return the status of a GET with this bearer token."""
    asked = connection(model)
    try:
        asked.request("GET", path, headers={"Authorization": f"Bearer {key}"} if key else {})
        return asked.getresponse().status
    finally:
        asked.close()


def test_only_health_is_answered_without_the_key(model: LocalModel) -> None:
    assert status(model, "/health") == 200
    assert [status(model, path) for path in ("/v1/models", "/props", "/slots", "/metrics")] == [401] * 4
    assert status(model, "/v1/models", "wrong") == 401


def test_with_the_key_the_model_is_listed_by_its_name_and_answers(model: LocalModel) -> None:
    headers = {"Authorization": f"Bearer {model.key}", "Content-Type": "application/json"}
    asked = connection(model)
    asked.request("GET", "/v1/models", headers=headers)
    assert [one["id"] for one in json.load(asked.getresponse())["data"]] == [MODEL_NAME]
    question = {"messages": [{"role": "user", "content": "Say hello."}], "max_tokens": 8, "temperature": 0}
    asked.request("POST", "/v1/chat/completions", json.dumps(question), headers)
    answer = json.load(asked.getresponse())
    asked.close()
    assert answer["model"] == MODEL_NAME
    assert "hello" in answer["choices"][0]["message"]["content"].lower()


def test_the_key_is_in_no_command_line(model: LocalModel) -> None:
    assert model.key not in " ".join(own_child().cmdline())


@pytest.mark.skipif(sys.platform != "linux", reason="memory maps are read from /proc")
@pytest.mark.usefixtures("model")
def test_the_weights_are_mapped_from_their_file_not_copied() -> None:
    (weights,) = [one for one in own_child().memory_maps() if one.path.endswith(FILE_NAME)]
    assert weights.size > 90_000_000
    assert weights.private_dirty == weights.anonymous == 0


def test_the_settings_of_the_model_point_to_it(model: LocalModel, settings: Settings) -> None:
    applied = model.applied_to(settings)
    assert (applied.model_url, applied.model_name) == (model.url, MODEL_NAME)
    assert applied.model_key == SecretStr(model.key)


def test_sigterm_ends_it_at_once_in_the_middle_of_a_long_prompt(settings: Settings) -> None:
    with start_local_model(settings) as model:
        (child,) = [child for child in psutil.Process().children() if model.url.split(":")[2][:-3] in child.cmdline()]
        headers = {"Authorization": f"Bearer {model.key}", "Content-Type": "application/json"}
        asked = connection(model)
        asked.request("POST", "/v1/chat/completions", json.dumps(LONG_TEXT), headers)
        used = child.cpu_times().user
        while child.cpu_times().user < used + 0.2:
            time.sleep(0.01)
        started = time.monotonic()
        child.send_signal(signal.SIGTERM)
        assert os.waitstatus_to_exitcode(os.waitpid(child.pid, 0)[1]) == 0
        assert time.monotonic() - started < 2
        asked.close()


def test_a_server_that_does_not_start_is_reported_with_its_last_words(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "xllamacpp.py").write_text("raise ImportError('this processor is too old')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with (
        pytest.raises(ModelOutage, match="did not start: ImportError: this processor is too old"),
        start_local_model(settings),
    ):
        raise AssertionError("it started")


def test_without_llama_cpp_the_error_says_what_to_install(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "xllamacpp", None)
    with pytest.raises(SettingsError, match=r"inlaid\[embedded\]"), start_local_model(settings):
        raise AssertionError("it started")


def test_a_server_without_a_key_is_refused(settings: Settings) -> None:
    with pytest.raises(SettingsError, match="INLAID_MODEL_KEY"):
        serve_model(settings, port=0, key="")


def test_a_port_in_use_is_one_line_and_exit_code_1(settings: Settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = subprocess.run(
            model_command(port), env=settings_environment(settings, model_key="k"), capture_output=True, text=True
        )
    assert done.returncode == 1
    assert f"The local model cannot listen on port {port}" in done.stderr
    assert done.stderr.count("\n") == 1


def test_an_address_that_is_not_of_this_machine_is_refused(settings: Settings) -> None:
    with pytest.raises(SettingsError, match="cannot listen") as refused:
        serve_model(settings, port=0, key="k", host="192.0.2.1")
    assert "--host" in refused.value.fix


def test_threads_are_as_set_else_fewer_than_the_cores(settings: Settings) -> None:
    assert thread_count(settings.model_copy(update={"model_threads": 5})) == 5
    assert 1 <= thread_count(settings) <= max(1, (os.cpu_count() or 1) - 1)


def test_it_writes_and_tells_its_window(model: LocalModel) -> None:
    asked = [ChatMessage(role="user", content="Name the capital of France in one sentence.")]
    chat = connect(model.applied_to(Settings()))
    done = chat.complete(asked, options=ChatOptions(max_tokens=12, temperature=0.9, seed=1))
    assert done.text
    assert chat.window_tokens == 8192
