"""`inlaid learned` and `inlaid variants` as a person uses them."""

import json

import pytest

from core.settings import Settings
from core.store import open_store
from tests.core.insight.making import finished_job
from tests.integrations.cli.commands.test_report import run

ANN = ("--person", "ann")


def test_a_wish_is_found_decided_and_forgotten(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("learned", "list", *ANN) == 0
    assert "Nothing yet" in capsys.readouterr().out
    store = open_store(settings)
    for number in range(12):
        job = finished_job(store, text=f"Number {number} is done! Good.")
        text = f"Number {number} is done. Good."
        store.outcomes.add(job, "edited", person="ann", distance=None, detail={"text": text})
    store.close()
    assert run("learned", "find", *ANN) == 0
    key = capsys.readouterr().out.split()[0]
    assert run("learned", "enable", key, *ANN) == 0
    assert run("learned", "share", "--on", *ANN) == 0
    assert run("learned", "list", "--json", *ANN) == 0
    exported = json.loads(capsys.readouterr().out)
    assert [one["state"] for one in exported["wishes"]] == ["enabled"]
    assert exported["shares_examples"]
    assert run("learned", "list", *ANN) == 0
    assert "No exclamation marks." in capsys.readouterr().out
    assert run("learned", "disable", key, *ANN) == 0
    assert run("learned", "edit", key, "--old", "a", *ANN) == 1
    assert "no words to change" in capsys.readouterr().err
    assert run("learned", "forget", *ANN) == 0
    assert "1 forgotten" in capsys.readouterr().out


def test_variants_are_listed_and_decided(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("variants", "pin", "variants", "plain") == 0
    assert run("variants", "retire", "variants", "question") == 0
    assert run("variants", "list", "--json") == 0
    states = {row["variant"]: row["decision"] for row in json.loads(capsys.readouterr().out)["variants"]}
    assert (states["plain"], states["question"], states["benefit"]) == ("pinned", "retired", "")
    assert run("variants", "test", "variants", "plain") == 0
    assert run("variants", "promote", "variants", "main") == 0
    assert run("variants", "pin", "variants", "none") == 1
    assert run("variants", "pin", "none", "main") == 1
    assert run("variants", "list") == 0
    assert "under test" in capsys.readouterr().out
