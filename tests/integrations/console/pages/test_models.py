"""The page of models: each is asked for a word."""

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
