"""Every page of the console, and how errors are shown: as a page, or in place where a script asked."""

import pytest

from tests.integrations.api.running import RunningWeb
from tests.integrations.console.conftest import browser, comes_in

PAGES = ("", "/health", "/jobs", "/connections", "/learned", "/recipes", "/sessions", "/models", "/people", "/audit")


def test_each_page_of_the_menu_is_there(alone: RunningWeb) -> None:
    with comes_in(alone) as client:
        assert {path: client.get(f"/console{path}").status_code for path in PAGES} == dict.fromkeys(PAGES, 200)


def test_what_is_not_there_is_a_page_or_a_message_in_place(alone: RunningWeb) -> None:
    with comes_in(alone) as client:
        whole = client.get("/console/recipes/nothing")
        assert (whole.status_code, "There is no such recipe." in whole.text, "<html" in whole.text) == (404, True, True)
        in_place = client.get("/console/recipes/nothing", headers={"HX-Request": "true", "HX-Target": "flash-try"})
        assert (in_place.status_code, in_place.headers["HX-Retarget"]) == (200, "#flash-try")
        assert "<html" not in in_place.text
        assert in_place.headers["HX-Reselect"] == "unset"
        assert "Go home" in whole.text
        assert "Sign in" not in whole.text


@pytest.mark.parametrize("path", PAGES)
def test_without_a_session_a_script_is_led_to_the_sign_in(alone: RunningWeb, path: str) -> None:
    with browser(alone) as client:
        answer = client.get(f"/console{path}", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (204, "/console/sign-in")


def test_styles_and_the_script_are_given_out_to_everybody(alone: RunningWeb) -> None:
    with browser(alone) as client:
        assert client.get("/console/static/inlaid.css").headers["content-type"].startswith("text/css")
        assert client.get("/console/static/nothing.js").status_code == 404
