"""Errors are pages where a browser looks at pages, and JSON for programs."""

import pytest

from tests.integrations.api.running import RunningWeb
from tests.integrations.console.conftest import alone, browser, comes_in, microsoft, model

__all__ = ["alone", "microsoft", "model"]
HTML = {"Accept": "text/html,application/xhtml+xml"}


@pytest.mark.parametrize("path", ["/console/no-such-page", "/report/no-such-page", "/report/jobs/nothing"])
def test_a_browser_gets_a_page_that_says_what_to_do(alone: RunningWeb, path: str) -> None:
    with comes_in(alone) as client:
        answer = client.get(path, headers=HTML)
    assert answer.status_code == 404
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "<h1>" in answer.text
    assert 'href="/console"' in answer.text
    assert "unsafe" not in answer.headers["Content-Security-Policy"]


def test_an_address_that_nothing_has_is_a_page_with_the_way_to_the_front(alone: RunningWeb) -> None:
    with browser(alone) as client:
        answer = client.get("/nowhere", headers=HTML)
        german = client.get("/word/nowhere", headers={**HTML, "Accept-Language": "de"}).text
        program = client.get("/nowhere", headers={"Accept": "*/*"})
    assert (answer.status_code, answer.headers["Content-Type"]) == (404, "text/html; charset=utf-8")
    assert "<h1>This page does not exist</h1>" in answer.text
    assert 'class="button" href="/"' in answer.text
    assert "Diese Seite gibt es nicht" in german
    assert (program.status_code, program.json()["error"]["code"]) == (404, "not_found")


def test_a_program_and_the_api_get_json(alone: RunningWeb) -> None:
    with browser(alone) as client:
        program = client.get("/console/no-such-page")
        api = client.get("/api/v1/no-such-route", headers=HTML)
    assert program.json()["error"]["code"] == "not_found"
    assert api.json()["error"]["code"] == "not_found"


def test_a_wrong_method_and_a_wrong_value_say_so(alone: RunningWeb) -> None:
    with comes_in(alone) as client:
        method = client.delete("/report", headers=HTML)
        value = client.get(f"/report?since={'9' * 30}", headers=HTML)
    assert (method.status_code, "cannot be opened like this" in method.text) == (405, True)
    assert (value.status_code, "cannot be used as it is" in value.text) == (422, True)
