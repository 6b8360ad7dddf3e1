"""The measurement of the spine refuses what it cannot measure."""

import pytest

from benchmarks import spine


def test_too_few_jobs_are_refused_before_anything_is_started(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["spine", "--jobs", str(spine.WARM_UP_JOBS)])
    with pytest.raises(SystemExit) as ended:
        spine.main()
    assert ended.value.code == 2
    assert "at least 300" in capsys.readouterr().err
