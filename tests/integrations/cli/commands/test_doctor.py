"""The doctor names what does not work, and shows no secret."""

import json
from pathlib import Path

import psycopg
import pytest
from cryptography.fernet import Fernet

from core.settings import Settings
from core.store import open_store
from tests.fakes.openai_replies import Answer
from tests.fakes.openai_server import OpenAIServer
from tests.integrations.cli.conftest import Terminal


@pytest.fixture(autouse=True)
def installed(settings: Settings) -> None:
    """Make the database of an installation; what is new and empty is no installation."""
    open_store(settings).close()


def test_doctor_masks_secrets_and_fails_when_the_model_is_down(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch, openai_server: OpenAIServer
) -> None:
    monkeypatch.setenv("INLAID_MODEL_KEY", "canary")
    assert terminal.run("doctor", "--all") == 0
    assert "INLAID_MODEL_KEY=****" in terminal.out
    assert "canary" not in terminal.out
    openai_server.refuse_connections()
    assert terminal.run("doctor", "--json") == 1
    checks = {check["name"]: check["ok"] for check in json.loads(terminal.out)["checks"]}
    assert (checks["model"], checks["database"]) == (False, True)


def test_a_setting_that_cannot_be_used_is_named(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INLAID_PORT", "many")
    assert "INLAID_PORT" in terminal.error("doctor")
    monkeypatch.setenv("INLAID_PORT", "8000")
    monkeypatch.setenv("INLAID_MODEL_URL", "localhost")
    assert "INLAID_MODEL_URL cannot be used: must begin with" in terminal.error("doctor")


def test_a_retention_for_a_group_that_is_not_there_is_told(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    monkeypatch.setenv("INLAID_RETENTION", "all=365,all@finance=3650,slack@analyst=30")
    assert terminal.run("doctor", "--json") == 1
    (told,) = [check for check in json.loads(terminal.out)["checks"] if check["name"] == "retention"]
    assert (told["ok"], "finance. Nothing is deleted" in told["message"]) == (False, True)
    (settings.home / "policies.toml").write_text("[group.finance]\n")
    assert terminal.run("doctor", "--all") == 0
    assert "all@finance=3650" in terminal.out


def test_a_server_that_answers_at_its_own_length_works(terminal: Terminal, openai_server: OpenAIServer) -> None:
    openai_server.script(Answer(pieces=("Yes. " * 100,)))
    assert terminal.run("doctor") == 0
    assert openai_server.chats


def test_what_is_wrong_comes_first_and_the_rest_is_a_line(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch, openai_server: OpenAIServer
) -> None:
    assert terminal.run("doctor") == 0
    first, second, *_ = terminal.out.splitlines()
    assert first.startswith("note processes: Web, worker and scheduler do not run on ")
    assert second.startswith("ok ")
    assert "Not set up: slack, microsoft, word, outlook, google, openid. To set one up: inlaid setup" in terminal.out
    assert "INLAID_HOME" not in terminal.out
    openai_server.refuse_connections()
    monkeypatch.setenv("INLAID_SLACK_APP_TOKEN", "xapp-1")  # without a bot token
    assert terminal.run("doctor") == 1
    first, second, third, fourth, *_ = terminal.out.splitlines()
    assert first.startswith("fail slack: There is no token for Slack")
    assert "Set INLAID_SLACK_BOT_TOKEN" in first
    assert second.startswith("fail model: ")
    assert third.startswith("note processes: ")
    assert fourth.startswith("ok ")
    assert len(terminal.out.splitlines()) <= 8


def test_one_trouble_of_many_checks_is_one_line(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INLAID_SECRET_KEYS", "nonsense")
    assert terminal.run("doctor") == 1
    failed = [line for line in terminal.out.splitlines() if line.startswith("fail")]
    assert len(failed) == len({line.partition(": ")[2] for line in failed})
    assert "secrets, database" in failed[0]


def test_the_add_ins_say_their_version_and_how_people_sign_in(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INLAID_PUBLIC_URL", "https://inlaid.example.com")
    assert terminal.run("doctor", "--all") == 0
    (line,) = [line for line in terminal.out.splitlines() if line.startswith("ok   outlook")]
    assert "at https://inlaid.example.com/outlook/manifest.xml" in line
    assert "with an access token" in line
    (line,) = [line for line in terminal.out.splitlines() if line.startswith("ok   word")]
    assert "at https://inlaid.example.com/word/manifest.xml" in line


def test_more_connections_than_the_server_has_room_for_are_a_note(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch, postgres_url: str
) -> None:
    monkeypatch.setenv("INLAID_DATABASE_URL", postgres_url)
    monkeypatch.setenv("INLAID_SECRET_KEYS", Fernet.generate_key().decode())
    with psycopg.connect(postgres_url, application_name="inlaid worker-1:7/60"):
        assert terminal.run("doctor", "--all") == 0
        assert "ok   connections: 1 processes may open 60; the server has room for 97." in terminal.out
        with psycopg.connect(postgres_url, application_name="inlaid worker-2:7/60"):
            assert terminal.run("doctor") == 0
    (line,) = [line for line in terminal.out.splitlines() if line.startswith("note connections")]
    assert "2 processes may open 120; the server has room for 97. Lower INLAID_DATABASE_CONNECTIONS" in line


def test_a_misspelt_setting_is_a_note_with_the_one_that_was_meant(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INLAID_SLAK_BOT_TOKEN", "xoxb-1")
    Path(".env").write_text("INLAID_WEATHER=fine\n")
    terminal.run("doctor")
    told = " ".join(terminal.out.split())
    assert (
        "note settings: INLAID_SLAK_BOT_TOKEN is no setting and does nothing. Did you mean INLAID_SLACK_BOT_TOKEN?"
        in told
    )
    assert "INLAID_WEATHER is no setting and does nothing." in told
    assert "xoxb-1" not in told


def test_a_setting_that_is_right_is_no_note(terminal: Terminal) -> None:
    terminal.run("doctor")
    assert "is no setting" not in terminal.out
