"""The command line in this process, with a model server that the test scripts."""

import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from integrations.cli.app import main
from integrations.cli.demo.demo import SAMPLES
from tests.fakes.openai_replies import Answer
from tests.fakes.openai_server import OpenAIServer

TEXT = "The meeting is on Tuesday at 3 pm in room 4."
DOCUMENT = str(SAMPLES / "document.docx")
REWORDED = "We meet on Tuesday at 3 pm in room 4."


class Terminal:
    """Runs commands and keeps what they printed."""

    def __init__(self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
        self._capsys = capsys
        self._monkeypatch = monkeypatch
        self.out = ""
        self.err = ""

    def run(self, *arguments: str | Path, stdin: bytes = b"") -> int:
        """Run a command; returns its exit code."""
        self._monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        code = 0
        try:
            main([str(argument) for argument in arguments])
        except SystemExit as stop:
            code = int(stop.code or 0)
        self.out, self.err = self._capsys.readouterr()
        return code

    def json(self, *arguments: str | Path, stdin: bytes = b"") -> Any:
        """Return what a command prints with --json."""
        assert self.run(*arguments, "--json", stdin=stdin) == 0, self.err
        return json.loads(self.out)

    def error(self, *arguments: str | Path, stdin: bytes = b"") -> str:
        """Return the one line of an error."""
        assert self.run(*arguments, stdin=stdin) == 1
        assert self.err.startswith("inlaid: ")
        assert self.err.count("\n") == 1
        return self.err


@pytest.fixture
def terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, openai_server: OpenAIServer
) -> Terminal:
    """A terminal whose model gives one sentence."""
    openai_server.respond = lambda _body: Answer(REWORDED)
    monkeypatch.setenv("INLAID_MODEL_URL", openai_server.url)
    return Terminal(capsys, monkeypatch)
