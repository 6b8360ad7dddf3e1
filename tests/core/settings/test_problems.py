"""What an administrator reads of a value that a setting cannot have: what is allowed, and where it was read."""

from pathlib import Path

import pytest

from core.errors import SettingsError
from core.settings import read_settings


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("INLAID_LOG_LEVEL", "LOUD", "has to be one of DEBUG, INFO, WARNING, ERROR."),
        ("INLAID_MAIL_SOURCES", "all", "has to be one of warn, leave_out."),
        ("INLAID_PORT", "abc", "has to be a whole number from 0 to 65535."),
        ("INLAID_PORT", "70000", "has to be a whole number from 0 to 65535."),
        ("INLAID_REQUESTS_PER_MINUTE", "-1", "has to be a whole number, 0 or more."),
        ("INLAID_SOURCE_RIGHTS_SECONDS", "5", "has to be a number from 3600 to 2592000."),
        ("INLAID_LEASE_SECONDS", "900", "has to be a number above 0 and up to 300."),
        ("INLAID_MODEL_TIMEOUT_SECONDS", "long", "has to be a number above 0."),
        ("INLAID_WORKER_MAILBOXES", "maybe", "has to be true or false."),
        ("INLAID_PUBLIC_URL", "inlaid.example", "cannot be used: must begin with http:// or https://."),
        ("INLAID_RETENTION", "alles=3", "cannot be used: there is no kind alles; did you mean all?"),
        ("INLAID_TRUSTED_PROXIES", "10.0.0.1,proxy", "no names of hosts."),
    ],
)
def test_a_value_that_cannot_be_is_told_with_what_can(
    name: str, value: str, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as caught:
        read_settings()
    assert caught.value.message.startswith(f"{name} ")
    assert caught.value.message.endswith(told)
    assert caught.value.fix == f"It is an environment variable: change {name} there."


def test_a_level_of_logs_may_be_written_small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INLAID_LOG_LEVEL", "warning")
    assert read_settings().log_level == "WARNING"


def test_where_a_value_was_read_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    Path(".env").write_text("INLAID_PORT=abc\n")
    with pytest.raises(SettingsError) as caught:
        read_settings()
    assert caught.value.fix == f"Change it in {Path('.env').absolute()}, where it was read."
    monkeypatch.setenv("INLAID_PORT", "abc")
    with pytest.raises(SettingsError, match="an environment variable"):
        read_settings()


def test_networks_and_addresses_of_proxies_are_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INLAID_TRUSTED_PROXIES", "127.0.0.1,::1,10.0.0.0/8,172.16.0.5/12")
    assert len(read_settings().trusted_proxies) == 4
