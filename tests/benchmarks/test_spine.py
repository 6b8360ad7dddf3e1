"""The measurement of the spine refuses what it cannot measure, and says where a bar is missed."""

import json
from typing import Any

import pytest

from benchmarks import spine


def run(store: str, workers: int, ratio: float, milliseconds: float = 5.0) -> dict[str, Any]:
    """One combination as `measure` finds it."""
    return {
        "store": store,
        "workers": workers,
        "jobs_per_second": 1000 * ratio,
        "cpu_ms_per_job": milliseconds,
        "times_raw_celery": ratio,
    }


def found(*runs: dict[str, Any]) -> dict[str, Any]:
    return {"raw_celery_per_second": 1000.0, "load_at_start": 0.5, "runs": [*runs]}


@pytest.mark.parametrize(("given", "said"), [(["--jobs", "100"], "at least 300"), (["--stores", "oracle"], "oracle")])
def test_what_cannot_be_measured_is_refused_before_anything_is_started(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], given: list[str], said: str
) -> None:
    monkeypatch.setattr("sys.argv", ["spine", *given])
    with pytest.raises(SystemExit) as ended:
        spine.main()
    assert ended.value.code == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    ("one", "missed"),
    [
        (run("postgresql", 1, 0.5), []),
        (run("sqlite", 1, 0.35), []),
        (run("postgresql", 1, 0.499), ["postgresql, one worker, times raw Celery"]),
        (run("sqlite", 1, 0.349), ["sqlite, one worker, times raw Celery"]),
        (run("sqlite", 1, 0.4, 6.1), ["sqlite, one worker, CPU ms a job"]),
    ],
)
def test_one_worker_has_a_bar_on_each_store(
    capsys: pytest.CaptureFixture[str], one: dict[str, Any], missed: list[str]
) -> None:
    code = spine.report(found(one), as_json=True)
    said = json.loads(capsys.readouterr().out)
    assert (code, said["ok"], said["missed"]) == (int(bool(missed)), not missed, missed)


def test_several_workers_have_no_bar() -> None:
    assert all(figure.bar is None for figure in spine.figures_of(found(run("sqlite", 2, 0.1, 20.0))))


def test_a_bar_that_is_missed_is_printed_so(capsys: pytest.CaptureFixture[str]) -> None:
    spine.report(found(run("postgresql", 1, 0.33)), as_json=False)
    (line,) = [line for line in capsys.readouterr().out.splitlines() if "times raw Celery" in line]
    assert "NOT met" in line
    assert "0.5" in line
