"""`inlaid export`: only what was agreed to, without names, in two splits."""

import json
from pathlib import Path

import pytest

from core.insight.learning.rule_store import RuleStore
from core.people import Identity, People
from core.settings import Settings
from core.store import open_store
from tests.core.insight.making import finished_job
from tests.integrations.cli.commands.test_report import run


def test_accepted_work_of_those_who_agreed_is_written_without_names(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = open_store(settings)
    for person in ("ann@example.com", "bob@example.com", "eve@example.com"):
        for number in range(30):
            given = {
                "message": f"Dear Miriam, is {person[:3]} order {number} of {person} on its way?\n\nRegards\nTom Stark"
            }
            text = f"Hello Tom,\n\nOrder {number} is on its way to Miriam.\n\nRegards\nAnn"
            job = finished_job(store, person=person, inputs=given, text=text)
            store.outcomes.add(job, "accepted", person=person, distance=0.0, detail={})
    people = People(store.records, believes_slack=False)
    for person in ("ann@example.com", "bob@example.com"):
        RuleStore(store, people).share_examples(Identity("local", person), shares=True)
    store.close()
    assert run("export", "-o", str(tmp_path / "data")) == 0
    training, held_out = (
        [json.loads(line) for line in (tmp_path / "data" / name).read_text().splitlines()]
        for name in ("training.jsonl", "held_out.jsonl")
    )
    assert (len(training), len(held_out)) == (30, 30)
    whole = (tmp_path / "data" / "training.jsonl").read_text()
    assert "Miriam" not in whole
    assert "example.com" not in whole
    roles = [one["role"] for one in training[0]["messages"]]
    assert (roles[0], roles[-2:]) == ("system", ["user", "assistant"])
    assert "is on its way to" in training[0]["messages"][-1]["content"]
    told = {one["messages"][-2]["content"] for one in training}
    assert not told & {one["messages"][-2]["content"] for one in held_out}
    assert "- 1: people who have not consented" in (tmp_path / "data" / "README.md").read_text()
    card = json.loads((tmp_path / "data" / "card.json").read_text())
    assert card["files"]["training"]["by_recipe"] == {"reply": 30}
    capsys.readouterr()
    assert run("export", "-o", str(tmp_path / "data"), "--recipe", "none") == 1
    assert run("export", "-o", str(tmp_path / "data"), "--recipe", "title") == 0
    assert (tmp_path / "data" / "training.jsonl").read_text() == ""


def test_nothing_is_written_of_people_who_did_not_agree(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = open_store(settings)
    job = finished_job(store)
    store.outcomes.add(job, "accepted", person="ann", distance=0.0, detail={})
    store.close()
    assert run("export", "-o", str(tmp_path / "data")) == 0
    assert "share --on" in capsys.readouterr().out
    assert (tmp_path / "data" / "training.jsonl").read_text() == ""
    assert run("export", "-o", str(tmp_path / "data"), "--format", "parquet") == 1
