"""How long jobs are kept, as it is written in the settings."""

import pytest
from pydantic import ValidationError

from core.settings import Settings
from core.settings.storage import Period, parse_retention


def test_periods_are_read_and_what_is_none_says_how_one_is_written() -> None:
    assert parse_retention(["all=365", " slack = 30", "all@finance=3650", "documents @ interns=7"]) == (
        Period("all", "", 365),
        Period("slack", "", 30),
        Period("all", "finance", 3650),
        Period("documents", "interns", 7),
    )
    assert parse_retention([]) == ()
    for wrong in ("slack", "slack=", "=3", "slack=0", "slack=-1", "slack=1.5", "slack=²", "slack@=3", "@finance=3"):
        with pytest.raises(ValueError, match="all=365"):
            parse_retention([wrong])
    for twice in (["slack=3", "slack=4"], ["all@x=3", "all@x=3"]):
        with pytest.raises(ValueError, match="once"):
            parse_retention(twice)


def test_the_settings_take_periods_and_refuse_what_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INLAID_RETENTION", "all=365, slack=30")
    assert Settings().retention_periods == (Period("all", "", 365), Period("slack", "", 30))
    monkeypatch.setenv("INLAID_RETENTION", "slack")
    with pytest.raises(ValidationError, match="KIND=DAYS"):
        Settings()


def test_a_kind_that_is_none_is_refused_and_the_near_one_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INLAID_RETENTION", "alles=3,slack=2")
    with pytest.raises(ValidationError, match=r"there is no kind alles; did you mean all\?"):
        Settings()
    monkeypatch.setenv("INLAID_RETENTION", "all=3,slak@finance=2")
    with pytest.raises(ValidationError, match="did you mean slack"):
        Settings()


@pytest.mark.parametrize(
    ("retention", "seconds"),
    [("", 864_000), ("all=365,slack=1", 86_400), ("documents=1,learned=1", 864_000), ("all@interns=2", 172_800)],
)
def test_no_draft_is_kept_for_others_for_longer_than_any_job(
    retention: str, seconds: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INLAID_RETENTION", retention)
    monkeypatch.setenv("INLAID_CACHE_SECONDS", "864000")
    assert Settings().kept_cache_seconds == seconds
