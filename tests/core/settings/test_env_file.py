"""A broken `.env` ends every command with its line; what stands in a good one counts, however it was saved."""

from pathlib import Path

import pytest

from core.errors import SettingsError
from core.settings import load_settings, secrets_of_env_file
from core.settings.env_file import network_variables

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
    assert secrets_of_env_file() == (Path(".env").absolute() if is_one else None)


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
