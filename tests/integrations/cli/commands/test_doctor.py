"""The doctor names what does not work, and shows no secret."""

import json

import pytest

from core.settings import Settings
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


def test_a_retention_for_a_group_that_is_not_there_is_told(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    monkeypatch.setenv("INLAID_RETENTION", "all=365,all@finance=3650,slack@analyst=30")
    assert terminal.run("doctor", "--json") == 1
    (told,) = [check for check in json.loads(terminal.out)["checks"] if check["name"] == "retention"]
    assert (told["ok"], "finance. Nothing is deleted" in told["message"]) == (False, True)
    (settings.home / "policies.toml").write_text("[group.finance]\n")
    assert terminal.run("doctor") == 0
    assert "all@finance=3650" in terminal.out
