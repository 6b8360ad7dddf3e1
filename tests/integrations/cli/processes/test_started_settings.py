"""What a start was given is kept so that differences can be named and no value read."""

from pathlib import Path

import pytest

from core.settings import Settings, load_settings
from integrations.cli.processes.started_settings import FILE_NAME, differing_settings, keep_started_settings


@pytest.fixture(autouse=True)
def data_folder(settings: Settings) -> None:
    """Make the data folder, as `inlaid up` does first."""
    settings.home.mkdir(exist_ok=True)


def test_what_differs_is_named_and_the_folder_itself_never(
    settings: Settings, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep_started_settings(settings)
    assert differing_settings(load_settings()) == []
    monkeypatch.chdir(home.parent)
    monkeypatch.setenv("INLAID_HOME", home.name)
    monkeypatch.setenv("INLAID_ADMINS", "ann@example.com,ben@example.com")
    monkeypatch.setenv("INLAID_PORT", "8411")
    assert differing_settings(load_settings()) == ["INLAID_PORT", "INLAID_ADMINS"]


def test_the_same_value_is_kept_otherwise_at_each_start(settings: Settings) -> None:
    kept = []
    for _ in range(2):
        keep_started_settings(settings)
        kept.append((settings.home / FILE_NAME).read_text())
    assert kept[0] != kept[1]


@pytest.mark.parametrize("written", [b"", b"[]", b"{}", b"\xff", b'{"salt": 1}'])
def test_nothing_is_said_where_the_file_is_away_or_broken(settings: Settings, written: bytes) -> None:
    assert differing_settings(settings) == []
    (settings.home / FILE_NAME).write_bytes(written)
    assert differing_settings(settings) == []
