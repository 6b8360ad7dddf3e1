"""The doctor names what does not work, and shows no secret."""

import json

import pytest

from tests.fakes.openai_server import OpenAIServer
from tests.integrations.cli.conftest import Terminal


def test_doctor_masks_secrets_and_fails_when_the_model_is_down(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch, openai_server: OpenAIServer
) -> None:
    monkeypatch.setenv("INLAID_MODEL_KEY", "canary")
    assert terminal.run("doctor") == 0
    assert "canary" not in terminal.out
    openai_server.refuse_connections()
    assert terminal.run("doctor", "--json") == 1
    checks = {check["name"]: check["ok"] for check in json.loads(terminal.out)["checks"]}
    assert (checks["model"], checks["database"]) == (False, True)


def test_a_setting_that_cannot_be_used_is_named(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INLAID_PORT", "many")
    assert "INLAID_PORT" in terminal.error("doctor")
