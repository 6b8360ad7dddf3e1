"""`inlaid tokens`: a token is printed once, listed without its secret, and revoked."""

import json

import pytest

from core.people import load_people
from core.settings import Settings
from core.store import open_store
from tests.integrations.cli.commands.test_report import run


def test_a_token_is_made_listed_and_revoked(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("tokens", "list") == 0
    assert "No tokens yet" in capsys.readouterr().out
    assert run("tokens", "add", "ci", "--scopes", "jobs, report") == 0
    text = capsys.readouterr().out.strip()
    store = open_store(settings)
    found = store.tokens.find(text)
    assert found
    assert (found.person, sorted(found.scopes)) == (settings.local_person, ["jobs", "report"])
    assert run("tokens", "list", "--json") == 0
    listed = capsys.readouterr().out
    assert json.loads(listed)["tokens"][0]["id"] == found.id
    assert text not in listed
    assert run("tokens", "list") == 0
    assert "jobs, report; expires" in capsys.readouterr().out
    assert run("tokens", "revoke", text, "--json") == 0
    assert json.loads(capsys.readouterr().out) == {"id": found.id, "revoked": True}
    assert run("tokens", "revoke", found.id) == 1
    assert store.tokens.find(text) is None
    assert run("tokens", "add", "ci", "--scopes", "everything") == 1
    actions = [(one.entry.action, one.entry.door) for one in store.audit.walk()]
    assert actions == [("token.added", "cli"), ("person.linked", "cli"), ("token.revoked", "cli")]


def test_whose_access_has_ended_gets_no_token(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    store = open_store(settings)
    people = load_people(settings, store.records)
    people.enter("local", "ben@example.com", "local")
    assert run("tokens", "add", "ci", "--person", "ben@example.com") == 0
    people.disable(people.find("ben@example.com"))
    capsys.readouterr()
    assert run("tokens", "add", "again", "--person", "ben@example.com") == 1
    assert "inlaid people enable ben@example.com" in capsys.readouterr().err
    assert [token.name for token in store.tokens.list()] == ["ci"]
    store.close()


def test_who_has_a_token_alone_is_listed_and_shut_out(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("tokens", "add", "ci", "--person", "Cara@example.com") == 0
    text = capsys.readouterr().out.strip()
    assert run("people", "list") == 0
    assert "cara@example.com" in capsys.readouterr().out
    assert run("people", "disable", "cara@example.com") == 0
    assert "1 tokens" in capsys.readouterr().out
    store = open_store(settings)
    assert store.tokens.find(text) is None
    store.close()


def test_an_address_is_not_taken_for_a_label_nor_a_label_for_an_address(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("tokens", "add", "ann@example.com") == 0
    said = capsys.readouterr().err
    assert f"It acts for {settings.local_person}, not for ann@example.com." in said
    assert "--person ann@example.com" in said
    assert run("tokens", "add", "ci", "--person", "not an address") == 1
    assert "no email address" in capsys.readouterr().err
    store = open_store(settings)
    assert [token.name for token in store.tokens.list()] == ["ann@example.com"]
    store.close()
