"""A model that answers nonsense, and a data set to hold it to."""

import json
from pathlib import Path

import pytest

from tests.fakes.openai_replies import Answer
from tests.fakes.openai_server import OpenAIServer
from tests.integrations.cli.conftest import Terminal


@pytest.fixture
def terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, openai_server: OpenAIServer
) -> Terminal:
    """A terminal whose small model never does what it is asked."""
    openai_server.respond = lambda _body: Answer("Sure! Here is the text: I am a language model.")
    openai_server.models += ["one", "two"]
    monkeypatch.setenv("INLAID_MODEL_URL", openai_server.url)
    monkeypatch.setenv("INLAID_MODEL_SIZE", "small")
    return Terminal(capsys, monkeypatch)


def a_set(folder: Path) -> Path:
    """Write a data set of three items to read and one that is only measured."""
    data = folder / "set.jsonl"
    texts = [
        "The hall is closed on Monday.",
        "The report is due on Friday.",
        "Guten Tag, können wir das auf 15 Uhr verschieben?",
    ]
    lines = [{"task": "title", "id": f"t{at}", "source": text} for at, text in enumerate(texts)]
    lines.append({"task": "request", "id": "y", "source": "Please call me.", "label": "yes"})
    data.write_text("\n".join(map(json.dumps, lines)))
    return data
