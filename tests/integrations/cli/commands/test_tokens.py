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
    assert run("tokens", "revoke", text) == 0
    assert run("tokens", "revoke", found.id) == 1
    assert store.tokens.find(text) is None
    assert run("tokens", "add", "ci", "--scopes", "everything") == 1
    actions = [(one.entry.action, one.entry.door) for one in store.audit.walk()]
    assert actions == [("token.added", "cli"), ("token.revoked", "cli")]


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
