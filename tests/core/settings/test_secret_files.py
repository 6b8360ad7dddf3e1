"""Secrets from files: read once, either the variable or its file, and never shown."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import SecretStr

from core.errors import SettingsError
from core.settings import Settings, load_settings, settings_environment
from core.settings.secret_files import file_variable, secret_names


def secret_file(tmp_path: Path, text: str) -> str:
    path = tmp_path / "secret"
    path.write_text(text)
    return str(path)


@pytest.mark.parametrize("name", secret_names(Settings))
def test_every_secret_may_come_from_a_file(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "redis://:canary@host:1/0" if name.endswith("_url") else "canary-1"
    monkeypatch.setenv(file_variable(name), secret_file(tmp_path, text + "\n"))
    settings = load_settings()
    value = getattr(settings, name)
    first = value[0] if isinstance(value, tuple) else value
    assert (first.get_secret_value() if isinstance(first, SecretStr) else first) == text
    shown = settings.masked()[f"INLAID_{name.upper()}"]
    assert shown.endswith(f"(from {tmp_path / 'secret'})")
    assert "canary" not in shown


def test_every_secret_setting_is_among_them() -> None:
    secrets = {
        name
        for name, field in Settings.model_fields.items()
        if "SecretStr" in str(field.annotation) or "assword" in (field.description or "")
    }
    assert secrets <= set(secret_names(Settings))
    assert {"database_url", "broker_url", "slack_bot_token", "secret_keys"} <= set(secret_names(Settings))


def test_a_list_may_stand_in_lines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INLAID_API_TOKENS_FILE", secret_file(tmp_path, "one=a@b.c\ntwo=d@e.f, three\n"))
    assert [token.get_secret_value() for token in load_settings().api_tokens] == ["one=a@b.c", "two=d@e.f", "three"]


def test_only_the_line_break_at_the_end_is_no_part_of_a_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INLAID_MODEL_KEY_FILE", secret_file(tmp_path, " a b \r\n"))
    assert load_settings().model_key.get_secret_value() == " a b "


@pytest.mark.parametrize(
    ("content", "why"), [(None, "No such file"), ("", "empty"), ("\n", "empty"), ("x" * 70_000, "too long")]
)
def test_a_file_that_cannot_be_used_is_named_by_its_variable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str | None, why: str
) -> None:
    path = str(tmp_path / "none") if content is None else secret_file(tmp_path, content)
    monkeypatch.setenv("INLAID_MODEL_KEY_FILE", path)
    with pytest.raises(SettingsError, match=f"INLAID_MODEL_KEY_FILE.*{why}") as refused:
        load_settings()
    assert refused.value.fix


def test_bytes_that_are_no_text_are_not_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "secret").write_bytes(b"\xffcanary")
    monkeypatch.setenv("INLAID_MODEL_KEY_FILE", str(tmp_path / "secret"))
    with pytest.raises(SettingsError) as refused:
        load_settings()
    assert "canary" not in str(refused.value)


@pytest.mark.parametrize("place", ["environment", "file"])
def test_set_both_ways_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    path = secret_file(tmp_path, "canary")
    if place == "environment":
        monkeypatch.setenv("INLAID_MODEL_KEY_FILE", path)
        monkeypatch.setenv("INLAID_MODEL_KEY", "other-canary")
    else:
        Path(".env").write_text(f"INLAID_MODEL_KEY_FILE={path}\nINLAID_MODEL_KEY=other-canary\n")
    with pytest.raises(SettingsError, match="INLAID_MODEL_KEY and INLAID_MODEL_KEY_FILE are both set") as refused:
        load_settings()
    assert "canary" not in str(refused.value)


def test_an_empty_variable_is_not_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INLAID_MODEL_KEY", "")
    monkeypatch.setenv("INLAID_MODEL_KEY_FILE", secret_file(tmp_path, "key"))
    assert load_settings().model_key.get_secret_value() == "key"


@pytest.mark.parametrize("place", ["environment", "file"])
def test_a_child_gets_the_value_and_does_not_read_the_file_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    path = secret_file(tmp_path, "key\n")
    if place == "environment":
        monkeypatch.setenv("INLAID_MODEL_KEY_FILE", path)
    else:
        Path(".env").write_text(f"INLAID_MODEL_KEY_FILE={path}\n")
    environment = settings_environment(load_settings())
    os.unlink(path)
    code = "from core.settings import load_settings; print(load_settings().model_key.get_secret_value())"
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout == "key\n"
