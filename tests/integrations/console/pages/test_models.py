"""The page of models: each is asked for a word."""

import pytest

from core.llm.models_file import parse_models_file
from tests.fakes.openai_server import OpenAIServer
from tests.integrations.api.running import RunningWeb
from tests.integrations.console.conftest import comes_in
from tests.integrations.console.pages.test_recipes import HTMX


def test_a_model_is_tested_by_a_button(alone: RunningWeb, model: OpenAIServer) -> None:
    with comes_in(alone) as client:
        page = client.get("/console/models").text
        name = page.partition('hx-post="/console/models/')[2].partition("/test")[0]
        works = client.post(f"/console/models/{name}/test", headers=HTMX).text
        model.refuse_connections()
        fails = client.post(f"/console/models/{name}/test", headers=HTMX)

    assert "on our own machines" in page
    assert ">Action items</a>" in page
    assert "answered in" in works
    assert fails.headers["HX-Retarget"] == "#notice"


def test_the_page_says_when_other_models_are_asked(alone: RunningWeb, monkeypatch: pytest.MonkeyPatch) -> None:
    entries = "".join(f'[[endpoints]]\nname = "{name}"\nurl = "http://gpu.example/v1"\n' for name in ("a", "spare"))
    file = parse_models_file(f'fallback = ["spare"]\n{entries}[routes]\ndefault = ["a"]\n', "models.toml")
    monkeypatch.setattr("integrations.console.pages.models.load_models_file", lambda _settings: file)
    with comes_in(alone) as client:
        page = client.get("/console/models").text
    assert "the next one if it does not answer, or if its draft fails the checks" in page
    assert "When all of a route are out: spare." in page
