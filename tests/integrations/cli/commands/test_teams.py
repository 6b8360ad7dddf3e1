"""People are put into teams, for the report."""

import json

import pytest

from tests.integrations.cli.commands.test_report import run


def test_people_are_put_into_teams(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("teams", "assign", "sales", "ann@example.com", "bob@example.com") == 0
    assert run("teams", "assign", "", "bob@example.com") == 0
    assert run("teams", "list", "--json") == 0
    assert json.loads(capsys.readouterr().out) == {"teams": {"sales": ["ann@example.com"]}}
