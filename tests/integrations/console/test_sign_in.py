"""The ways into the console, and what each stranger meets."""

import hashlib
import re
from pathlib import Path

import httpx
import pytest

from core.store.audit import AuditFilter
from integrations.cli.processes.data_dir import api_token
from integrations.console.sign_in import MAX_SESSIONS
from tests.fakes.browsing import led_to
from tests.fakes.microsoft import FakeMicrosoft, Person
from tests.integrations.api.running import RunningWeb
from tests.integrations.console.conftest import browser, comes_in, microsoft_browser, new_code

EDGE = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0"
)


def test_without_a_session_every_page_leads_to_the_sign_in(alone: RunningWeb) -> None:
    with browser(alone) as client:
        answer = client.get("/console")
        partly = client.get("/console", headers={"HX-Request": "true"})

    assert (answer.status_code, answer.headers["Location"]) == (303, "/console/sign-in")
    assert partly.headers["HX-Redirect"] == "/console/sign-in"


def test_the_person_at_this_machine_comes_in_with_one_button_and_is_the_administrator(alone: RunningWeb) -> None:
    with comes_in(alone) as client:
        page = client.get("/console")

    assert page.status_code == 200
    assert "This installation" in page.text
    assert "is in use" in page.text
    assert "Models" in page.text


def test_a_link_shows_one_button_and_its_code_is_good_once(alone: RunningWeb) -> None:
    code = new_code(alone)
    with browser(alone) as client, browser(alone) as other:
        without, with_code = client.get("/console/sign-in").text, client.get(f"/console/sign-in?code={code}").text
        first = client.post("/console/sign-in/here", data={"code": code})
        again = other.post("/console/sign-in/here", data={"code": code})

    assert "inlaid console" in without
    assert "Continue" not in without
    assert "Continue" in with_code
    assert "signs you in as the person who runs Inlaid on this machine" in with_code
    assert (first.status_code, again.status_code) == (303, 403)
    assert "already used" in again.text


@pytest.mark.parametrize("code", ["", "x", "9999999999." + "0" * 32 + "." + "0" * 64])
def test_who_has_no_code_does_not_come_in_by_sitting_there(alone: RunningWeb, code: str) -> None:
    with browser(alone) as client:
        answer = client.post("/console/sign-in/here", data={"code": code})
        pane = client.post("/api/v1/session")

    assert (answer.status_code, pane.status_code) == (403, 403)
    assert "inlaid console" in answer.text


def test_all_other_sessions_end_at_once_and_many_are_folded(alone: RunningWeb) -> None:
    with comes_in(alone) as here, comes_in(alone) as other:
        for _ in range(MAX_SESSIONS):
            with comes_in(alone):
                pass
        listed = here.get("/console/sessions").text
        assert "<summary>and 2 more</summary>" in listed
        assert "this one" in listed.partition("<summary>")[0]
        assert here.post("/console/sessions/end", data={"session": "others"}).status_code == 303
        left = here.get("/console/sessions").text
        seen = [here.get("/console").status_code, other.get("/console").status_code]
    assert left.count("End it") == 1
    assert seen[0] == 200 != seen[1]


def test_a_browser_that_opens_the_pane_again_and_again_is_signed_in_there_once(alone: RunningWeb) -> None:
    with comes_in(alone) as client, comes_in(alone) as other:
        tokens = {client.post("/api/v1/session").json()["token"] for _ in range(4)}
        others = other.post("/api/v1/session").json()["token"]
        listed = client.get("/console/sessions").text
    assert len(tokens) == 1
    assert others not in tokens
    assert listed.count("the pane in a browser on this machine") == 2
    with alone.client(others) as pane:
        assert pane.get("/api/v1/recipes").status_code == 200


def test_a_session_can_be_ended_from_another_browser(alone: RunningWeb) -> None:
    with comes_in(alone) as first, comes_in(alone) as second:
        first.headers["User-Agent"] = EDGE
        bearer = first.post("/api/v1/session").json()["token"]
        listed = second.get("/console/sessions").text
        assert f'<span title="{EDGE}">Edge on Windows</span>' in listed
        ids = re.findall(r'name="session" value="([0-9a-f]{64})"', listed)
        own = hashlib.sha256(second.cookies["inlaid_console"].encode()).hexdigest()
        with alone.client(bearer) as pane:
            assert pane.get("/api/v1/recipes").status_code == 200
            for one in ids:
                if one != own:
                    assert second.post("/console/sessions/end", data={"session": one}).status_code == 303
            ended = pane.get("/api/v1/recipes").status_code
        again = second.post("/console/sessions/end", data={"session": next(one for one in ids if one != own)})
        seen = [first.get("/console").status_code, second.get("/console").status_code]

    assert len(ids) == 3
    assert ended == 401
    assert again.status_code == 404
    assert seen == [303, 200]


def test_nobody_ends_the_session_of_another(shared: RunningWeb, alice: Person, bob: Person) -> None:
    with microsoft_browser(shared, alice) as alices, microsoft_browser(shared, bob) as bobs:
        one = hashlib.sha256(alices.cookies["inlaid_console"].encode()).hexdigest()
        assert one not in bobs.get("/console/sessions").text
        assert bobs.post("/console/sessions/end", data={"session": one}).status_code == 404
        assert alices.get("/console").status_code == 200


def test_the_installations_token_comes_in(alone: RunningWeb, tmp_path: Path) -> None:
    token, _ = api_token(tmp_path / "alone")
    with browser(alone) as client:
        assert client.post("/console/sign-in", data={"token": token}).status_code == 303
        assert client.get("/console").status_code == 200


def test_a_wrong_token_says_so_and_lets_nobody_in(alone: RunningWeb) -> None:
    with browser(alone) as client:
        answer = client.post("/console/sign-in", data={"token": "wrong"})

        assert answer.status_code == 401
        assert "not known" in answer.text
        assert "inlaid tokens add" in answer.text
        assert client.get("/console").status_code == 303
    [refused] = alone.services.store.audit.newest(AuditFilter(action="access.refused"), limit=1)
    assert refused.who == "an unknown visitor"


def test_signing_out_ends_the_session_on_the_server(alone: RunningWeb) -> None:
    with comes_in(alone) as client:
        kept = client.cookies["inlaid_console"]
        client.post("/console/sign-out")
        client.cookies.set("inlaid_console", kept)

        assert client.get("/console").status_code == 303


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {},
    ],
)
def test_a_page_of_another_site_changes_nothing(alone: RunningWeb, headers: dict[str, str]) -> None:
    with comes_in(alone) as client:
        forged = httpx.Client(base_url=alone.url, cookies=client.cookies, trust_env=False)
        with forged:
            answer = forged.post("/console/sign-out", headers=headers)

        assert answer.status_code == 403
        assert client.get("/console").status_code == 200


def test_the_cookie_is_kept_from_scripts_and_other_sites(alone: RunningWeb) -> None:
    with browser(alone) as client:
        cookie = client.post("/console/sign-in/here", data={"code": new_code(alone)}).headers["Set-Cookie"]

    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie


def test_the_session_opens_the_report_too_until_it_ends(alone: RunningWeb) -> None:
    with comes_in(alone) as client:
        shown = client.get("/report")
        client.post("/console/sign-out")
        refused = client.get("/report")

    assert (shown.status_code, refused.status_code) == (200, 401)


def test_pages_allow_no_inline_script_and_no_frame(alone: RunningWeb) -> None:
    with comes_in(alone) as client:
        headers = client.get("/console").headers
        policy = headers["Content-Security-Policy"]
        files = [client.get(f"/console/static/{name}") for name in ("inlaid.css", "htmx-2.0.11.min.js")]

    assert "unsafe" not in policy
    assert headers["Referrer-Policy"] == "same-origin"  # else browsers post forms with `Origin: null`
    assert "frame-ancestors 'none'" in policy
    assert [file.status_code for file in files] == [200, 200]


def test_somebody_of_the_organisation_comes_in_and_is_no_administrator(shared: RunningWeb, bob: Person) -> None:
    with microsoft_browser(shared, bob) as client:
        page = client.get("/console")

    assert page.status_code == 200
    assert "Bob Ray" in page.text
    assert "Models" not in page.text


def test_who_the_settings_name_is_an_administrator(shared: RunningWeb, alice: Person) -> None:
    with microsoft_browser(shared, alice) as client:
        assert "Models" in client.get("/console").text


def test_an_answer_of_microsoft_is_good_for_the_browser_that_began_and_once(
    shared: RunningWeb, microsoft: FakeMicrosoft, bob: Person
) -> None:
    with browser(shared) as began, browser(shared) as other:
        link = led_to(began.post("/console/sign-in/microsoft"))
        form = bob.answers(link)
        back = other.post("/console/signed-in", data=form)
        stolen = other.get(back.headers["Location"])
        again = began.post("/console/signed-in", data=form)

    assert stolen.status_code == 403
    assert "not known" in stolen.text
    assert again.status_code == 403


def test_somebody_who_declines_stays_outside(shared: RunningWeb, bob: Person) -> None:
    with browser(shared) as client:
        link = led_to(client.post("/console/sign-in/microsoft"))
        back = client.post("/console/signed-in", data=bob.answers(link, accepts=False))
        answer = client.get(back.headers["Location"])

    assert answer.status_code == 401
    assert "declined" in answer.text


def test_where_others_come_in_too_nobody_comes_in_by_sitting_there(shared: RunningWeb) -> None:
    with browser(shared) as client:
        assert client.post("/console/sign-in/here").status_code == 403
