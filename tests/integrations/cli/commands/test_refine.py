"""`inlaid refine` as a person uses it; without a larger model rules change the draft."""

import json

import pytest

from core.settings import Settings
from core.store import open_store
from tests.core.insight.making import finished_job
from tests.integrations.cli.commands.test_report import run

TEXT = "Hi Maria,\n\nThe table comes on Friday. It costs 400 euros.\n\nBest regards\nTom"


def stored(settings: Settings, person: str = "") -> str:
    store = open_store(settings)
    inputs = {"message": "When does the table come?"}
    job = finished_job(store, person=person or settings.local_person, text=TEXT, surface="cli", inputs=inputs)
    store.close()
    return job.id


def test_a_draft_is_changed_and_taken_back(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    job_id = stored(settings)
    assert run("refine", job_id, "drop the euros, and use Thursday instead", "--json") == 0
    version = json.loads(capsys.readouterr().out)
    assert version["draft"]["text"] == TEXT.replace(" It costs 400 euros.", "").replace("Friday", "Thursday")
    assert version["refines"] == job_id
    assert run("refine", version["id"], "undo") == 0
    shown = capsys.readouterr()
    assert "400 euros" in shown.out
    assert "To change it further" in shown.err


def test_a_question_is_answered(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("refine", stored(settings), "why?") == 0
    assert "It rests on what you gave" in capsys.readouterr().out


def test_what_only_a_larger_model_can_do_makes_no_version_and_says_what_can_be_done(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("refine", stored(settings), "warmer") == 1
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "Nothing was changed: “warmer” takes a larger model. Without" in shown.err


def test_a_draft_of_somebody_else_is_not_found(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("refine", stored(settings, "bob@example.com"), "shorter") == 1
    assert "no such job" in capsys.readouterr().err
