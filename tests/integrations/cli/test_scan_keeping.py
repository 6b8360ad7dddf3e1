"""Whoever asks for a scan once more gets no second one, and hears what becomes of it."""

from pathlib import Path

import pytest

from tests.integrations.cli.commands.test_signals import notes
from tests.integrations.cli.conftest import Terminal

__all__ = ["notes"]


def test_a_scan_that_is_asked_for_again_is_the_same_and_says_what_becomes_of_it(
    terminal: Terminal, notes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INLAID_SLACK_SIGNING_SECRET", "of the app")
    first = terminal.json("signals", "scan", "notes", "--every", "monday 08:00", "--zone", "Europe/Berlin")
    assert terminal.run("signals", "scan", "notes", "--every", "daily 09:30", "--digest", "slack") == 0
    said = " ".join(terminal.err.split())
    assert "is there already; it was changed." in said
    assert "09:30 CE" in said
    assert "Warning: its digest cannot go to Slack" in said
    [kept] = terminal.json("signals", "scans")["scans"]
    assert (kept["id"], kept["schedule"], kept["digest"]["slack"]) == (first["scan"], "daily 09:30", True)
    terminal.json("signals", "scan", "notes", "--focus", "what customers praise")
    assert len(terminal.json("signals", "scans")["scans"]) == 2
