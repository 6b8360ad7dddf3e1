"""`inlaid people`: listed, shown, put together and told apart, with a trail."""

import json

import pytest

from core.people import People
from core.settings import Settings
from core.store import open_store
from core.store.audit import AuditTrail
from tests.integrations.cli.commands.test_report import run

ANN = "ann@example.com"


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, object]:
    assert run("people", *arguments, "--json") == 0
    found: dict[str, object] = json.loads(capsys.readouterr().out)
    return found


def test_people_are_listed_put_together_and_told_apart(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("people", "list") == 0
    assert "Nobody yet" in capsys.readouterr().out
    store = open_store(settings)
    people = People(store.records, tenants=("tenant",))
    people.remember("tenant", "oid", ANN)
    people.enter("T1", "U1", "slack")
    store.close()
    listed = printed(capsys, "list")["people"]
    assert isinstance(listed, list)
    assert [one["name"] for one in listed] == [ANN, "U1"]
    assert run("people", "merge", ANN, "T1/U1") == 0
    assert "T1/U1" in capsys.readouterr().out
    shown = printed(capsys, "show", "T1/U1")
    assert shown["name"] == ANN
    assert shown["sign_ins"] == [
        {"workspace": "local", "person": ANN, "way": "address", "address": "", "vouched_by": ""},
        {"workspace": "tenant", "person": "oid", "way": "entra", "address": ANN, "vouched_by": "administrator"},
        {"workspace": "T1", "person": "U1", "way": "slack", "address": "", "vouched_by": "administrator"},
    ]
    assert run("people", "split", "T1/U1") == 0
    capsys.readouterr()
    assert run("people", "split", "T1/U1") == 1
    assert "only sign-in" in capsys.readouterr().err
    assert run("people", "show", "nobody@example.com") == 1
    assert "Nobody is known" in capsys.readouterr().err
    store = open_store(settings)
    by_hand = [
        one.to_json()["details"]
        for one in AuditTrail(store.database).walk()
        if (one.entry.action, one.entry.door) == ("person.linked", "cli")
    ]
    assert [one["vouched_by"] for one in by_hand] == ["administrator"] * 3
    store.close()


def test_access_is_ended_and_given_again(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    store = open_store(settings)
    People(store.records, tenants=("tenant",)).remember("tenant", "oid", ANN)
    store.close()
    ended = printed(capsys, "disable", ANN)
    assert {name: ended[name] for name in ("sessions", "tokens", "jobs", "mailboxes")} == dict.fromkeys(
        ("sessions", "tokens", "jobs", "mailboxes"), 0
    )
    assert run("people", "show", ANN) == 0
    assert "access ended" in capsys.readouterr().out
    assert run("people", "enable", ANN) == 0
    assert "may come in again" in capsys.readouterr().out
    assert run("people", "enable", ANN) == 0
    assert "was not shut out" in capsys.readouterr().out
    assert run("people", "disable", "nobody@example.com") == 1
