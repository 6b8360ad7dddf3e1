"""A broken `.env` ends every command with its line; what stands in a good one counts, however it was saved."""

import os
import re
from pathlib import Path

import pytest

from core.errors import SettingsError
from core.settings import files_with_secrets, load_settings
from core.settings.env_file import env_file_to_write, env_files, network_variables
from integrations.cli.app import main

BROKEN = {
    "a quote that does not end": (b'INLAID_PORT=1\nINLAID_ADMINS="it@corp.example\nINLAID_HOST=::1\n', "Line 2 of"),
    "no line of settings": (b"\n\nthis is none\n", "Line 3 of"),
    "a name alone": (b"INLAID_ADMINS\n", "Line 1 of"),
    "another encoding": (b"\xff\xfeI\x00N\x00", "not a text in UTF-8"),
}


@pytest.mark.parametrize(("written", "told"), BROKEN.values(), ids=BROKEN)
def test_a_broken_file_is_refused_with_its_path_and_line(written: bytes, told: str) -> None:
    Path(".env").write_bytes(written)
    with pytest.raises(SettingsError, match=told) as refused:
        load_settings()
    assert str(Path(".env").absolute()) in refused.value.message
    assert "corp.example" not in str(refused.value)


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["plain", "with a mark"])
def test_a_good_file_counts(mark: bytes) -> None:
    Path(".env").write_bytes(mark + b"# ours\n\nINLAID_OWNER_NAME='Ann Lee'\n")
    assert load_settings().owner_name == "Ann Lee"


def test_a_folder_of_that_name_is_somebodys_own() -> None:
    Path(".env").mkdir()
    assert load_settings().port > 0


@pytest.mark.parametrize(
    ("line", "is_one"),
    [
        ("INLAID_API_TOKENS=secret=it@corp.example", True),
        ("INLAID_DATABASE_URL=postgresql://u:secret@db/x", True),
        ("INLAID_DATABASE_URL=postgresql://db/x", False),
        ("INLAID_SLACK_BOT_TOKEN=", False),
        ("INLAID_SLACK_BOT_TOKEN_FILE=/run/secrets/slack", False),
        ("INLAID_PORT=8411", False),
    ],
)
def test_a_secret_in_the_file_is_known_as_one(line: str, is_one: bool) -> None:
    Path(".env").write_text(f"{line}\n")
    assert files_with_secrets() == ([Path(".env").absolute()] if is_one else [])


def test_authorities_and_proxies_are_told_and_no_setting_or_broken_file() -> None:
    file = Path(".env")
    file.write_text("SSL_CERT_FILE=/etc/own.pem\nhttps_proxy=http://p:1\nNO_PROXY=\nPATH=/bin\nINLAID_PORT=1\n")
    assert network_variables(file) == {"SSL_CERT_FILE": "/etc/own.pem", "https_proxy": "http://p:1"}
    file.write_text('SSL_CERT_FILE="/etc/own.pem\n')
    assert network_variables(file) == {}


def test_a_name_in_a_value_is_put_in_as_the_settings_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROXY_HOST", "proxy.corp.example")
    address = "http://${PROXY_HOST}:${PROXY_PORT}"
    Path(".env").write_text(f"PROXY_PORT=3128\nHTTPS_PROXY={address}\nINLAID_MODEL_URL={address}\n")
    assert network_variables(Path(".env")) == {"HTTPS_PROXY": "http://proxy.corp.example:3128"}
    assert load_settings().model_url == "http://proxy.corp.example:3128"


def test_the_folder_one_stands_in_counts_before_the_data_folder_and_the_environment_before_both(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.mkdir(exist_ok=True)
    (home / ".env").write_text("INLAID_PORT=1\nINLAID_HOST=::1\nINLAID_OWNER_NAME=Ann\n")
    Path(".env").write_text("INLAID_PORT=2\nINLAID_HOST=::2\n")
    monkeypatch.setenv("INLAID_PORT", "3")
    settings = load_settings()
    assert (settings.port, settings.host, settings.owner_name) == (3, "::2", "Ann")
    assert env_files() == ((home / ".env").absolute(), Path(".env").absolute())


@pytest.mark.parametrize("variable", ["INLAID_HOME", "inlaid_home", "Inlaid_Home"])
def test_the_data_folder_that_a_file_here_names_is_looked_into(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.delenv("INLAID_HOME")
    named = tmp_path / "named"
    named.mkdir()
    (named / ".env").write_text("INLAID_OWNER_NAME=Ann\n")
    Path(".env").write_text(f"{variable}={named}\n")
    assert (load_settings().owner_name, load_settings().home) == ("Ann", named)


def test_the_data_folder_is_one_however_its_variable_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("INLAID_HOME")
    monkeypatch.setenv("inlaid_home", str(tmp_path))
    (tmp_path / ".env").write_text("INLAID_OWNER_NAME=Ann\n")
    assert (load_settings().owner_name, load_settings().home) == ("Ann", tmp_path)


def test_a_data_folder_whose_file_names_another_is_refused(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.mkdir(exist_ok=True)
    monkeypatch.setenv("XDG_DATA_HOME", str(home.parent))
    monkeypatch.delenv("INLAID_HOME")
    default = home.parent / "inlaid"
    default.mkdir(exist_ok=True)
    (default / ".env").write_text(f"INLAID_HOME={tmp_path / 'other'}\n")
    with pytest.raises(SettingsError, match=re.escape(str(default / ".env"))):
        load_settings()
    (default / ".env").write_text("INLAID_HOME=\n")
    assert load_settings().home == default


def test_settings_are_written_here_in_a_clone_unless_the_data_folder_has_a_file(home: Path) -> None:
    assert env_file_to_write() == Path(".env").absolute()
    home.mkdir(exist_ok=True)
    (home / ".env").touch()
    assert env_file_to_write() == (home / ".env").absolute()


def test_a_proxy_in_the_data_folder_counts_and_one_here_counts_before_it(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("HTTPS_PROXY", "NO_PROXY"):
        monkeypatch.setenv(name, "")  # so that what is set here goes with this test
        monkeypatch.delenv(name)
    home.mkdir(exist_ok=True)
    (home / ".env").write_text("HTTPS_PROXY=http://far:1\nNO_PROXY=far\n")
    Path(".env").write_text("HTTPS_PROXY=http://near:1\n")
    with pytest.raises(SystemExit):
        main(["--version"])
    assert (os.environ["HTTPS_PROXY"], os.environ["NO_PROXY"]) == ("http://near:1", "far")
    assert capsys.readouterr().out.startswith("inlaid ")
