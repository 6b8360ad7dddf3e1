"""How long jobs are kept, as it is written in the settings."""

import pytest
from pydantic import ValidationError

from core.settings import Settings
from core.settings.storage import parse_retention


def test_periods_are_read_and_what_is_none_says_how_one_is_written() -> None:
    assert parse_retention(["all=365", " slack = 30"]) == {"all": 365, "slack": 30}
    assert parse_retention([]) == {}
    for wrong in ("slack", "slack=", "=3", "slack=0", "slack=-1", "slack=1.5", "slack=²"):
        with pytest.raises(ValueError, match="all=365"):
            parse_retention([wrong])
    with pytest.raises(ValueError, match="once"):
        parse_retention(["slack=3", "slack=4"])


def test_the_settings_take_periods_and_refuse_what_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INLAID_RETENTION", "all=365, slack=30")
    assert Settings().retention_days == {"all": 365, "slack": 30}
    monkeypatch.setenv("INLAID_RETENTION", "slack")
    with pytest.raises(ValidationError, match="SURFACE=DAYS"):
        Settings()
