"""`inlaid facts` as a person uses it."""

import json

import pytest

from core.settings import Settings
from tests.integrations.cli.commands.test_report import run

ANN = ("--person", "ann")


def test_a_fact_is_kept_listed_and_removed(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    del settings
    assert run("facts", "list", *ANN) == 0
    assert "None yet" in capsys.readouterr().out
    assert run("facts", "set", "booking link", "https://x.example/b", "--phrase", "calendar", *ANN) == 0
    assert run("facts", "set", "notice", "three months", "--for", "everybody") == 0
    assert run("facts", "set", "bank", "GB29 NWBK 6016 1331 9268 19", *ANN) == 0
    capsys.readouterr()
    assert run("facts", "list", "--json", *ANN) == 0
    kept = json.loads(capsys.readouterr().out)
    assert [(fact["name"], fact["audience"], fact["is_guarded"]) for fact in kept["facts"]] == [
        ("bank", "", True), ("booking link", "", False), ("notice", "everybody", False),
    ]  # fmt: skip
    assert run("facts", "list", *ANN) == 0
    assert "booking link" in capsys.readouterr().out
    assert run("facts", "remove", "booking link", *ANN) == 0
    assert run("facts", "remove", "booking link", *ANN) == 1
    assert "no fact called booking link" in capsys.readouterr().err
    assert run("facts", "set", "x", " ", *ANN) == 1


def test_a_person_switches_grounds_off(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    del settings
    assert run("facts", "use", "--off", *ANN) == 0
    assert run("facts", "list", "--json", *ANN) == 0
    assert json.loads(capsys.readouterr().out)["use"] is False
    assert run("facts", "list", *ANN) == 0
    assert "inlaid facts use --on" in capsys.readouterr().out
    assert run("facts", "use", "--on", *ANN) == 0
