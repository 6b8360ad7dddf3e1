"""Signing in at Microsoft from inside Word, with the real msal-browser: each way, and what is shown when none works."""

import base64
import json
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Route

from core.settings import load_settings
from tests.browser.conftest import House
from tests.browser.pages import MAX_MILLISECONDS, Pane, opened
from tests.fakes.microsoft import FakeMicrosoft
from tests.fakes.microsoft.fixture import microsoft
from tests.integrations.api.running import running_web
from tests.servers.valkey import ValkeyProcess

__all__ = ["microsoft"]
CLIENT_ID = "6e1b7b3c-36cc-4e1c-9e3a-3c3c0e2b7a11"
TENANT = "72f988bf-86f1-41af-91ab-2d7cd011db47"
NESTED = {"NestedAppAuth": "1.1", "IdentityAPI": "1.3", "DialogApi": "1.2"}


def jwt(name: str) -> str:
    """Return a token that looks like one; the server of this test believes it by its name."""
    claims = {"name": name, "exp": int(time.time()) + 3600, "oid": "an-oid", "tid": TENANT, "sub": "a-sub"}
    parts = [{"alg": "RS256", "typ": "JWT"}, claims]
    coded = [base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in parts]
    return ".".join([*coded, "c2lnbmF0dXJl"])


def granted(token: str) -> dict[str, Any]:
    """Return what the bridge answers when it has a token."""
    account = {
        "homeAccountId": f"an-oid.{TENANT}", "environment": "login.microsoftonline.com", "tenantId": TENANT,
        "username": "ann@contoso.com", "localAccountId": "an-oid",
    }  # fmt: skip
    return {
        "token": {"access_token": token, "id_token": jwt("id"), "expires_in": 3600, "scope": "s"},
        "account": account,
    }


@pytest.fixture
def sign_in(house: House, chromium: Browser) -> Iterator[Callable[..., tuple[Pane, list[str]]]]:
    """Return a function that opens the pane in a Word with those sets, and what its calls bore."""
    # msal-browser keeps what it knows in the profile.
    context = chromium.new_context()
    context.set_default_timeout(MAX_MILLISECONDS)

    def open_it(refuse_first_with: str = "", **word: Any) -> tuple[Pane, list[str]]:
        bearers: list[str] = []

        def recipes(route: Route) -> None:
            bearers.append(route.request.headers.get("authorization", "").removeprefix("Bearer "))
            if refuse_first_with and len(bearers) == 1:
                error = {"code": "credential", "message": "m", "fix": "f", "claims": refuse_first_with}
                route.fulfill(status=401, json={"error": error})
            else:
                route.fulfill(json={"recipes": []})

        config = {"client_id": CLIENT_ID, "authority": f"https://login.microsoftonline.com/{TENANT}"}
        context.route("**/word/config.json", lambda route: route.fulfill(json=config))
        context.route("**/api/v1/recipes", recipes)
        pane = opened(context, house.url, word={"paragraphs": [{"text": "Text."}], **word})
        pane.page.wait_for_selector("#run, [role=alert]")
        return pane, bearers

    yield open_it
    context.close()


SignIn = Callable[..., tuple[Pane, list[str]]]


def test_nested_app_authentication_asks_nobody(sign_in: SignIn, house: House) -> None:
    token = jwt("ann")
    pane, bearers = sign_in(sets=NESTED, bridge=[granted(token)])
    assert bearers == [token]
    (asked,) = pane.word_state("asked")
    host = house.url.removeprefix("http://")
    assert (asked["method"], asked["clientId"]) == ("GetToken", CLIENT_ID)
    assert f"api://{host}/{CLIENT_ID}/access_as_user" in asked["scope"].split()
    assert pane.complaints == []


def test_a_person_is_asked_when_the_service_wants_it(sign_in: SignIn) -> None:
    token = jwt("ann")
    pane, bearers = sign_in(sets=NESTED, bridge=[{"error": {"status": "USER_INTERACTION_REQUIRED"}}, granted(token)])
    assert bearers == [token]
    assert [one["method"] for one in pane.word_state("asked")] == ["GetToken", "GetTokenPopup"]


def test_the_claims_that_the_server_wants_are_asked_for(sign_in: SignIn) -> None:
    claims = '{"access_token":{"acrs":{"essential":true,"value":"c1"}}}'
    first, second = jwt("first"), jwt("second")
    pane, bearers = sign_in(claims, sets=NESTED, bridge=[granted(first), granted(second)])
    assert bearers == [first, second]
    assert json.loads(pane.word_state("asked")[1]["claims"])["access_token"]["acrs"]["value"] == "c1"


def test_without_it_the_sign_in_of_office_is_used(sign_in: SignIn) -> None:
    token = jwt("ann")
    _pane, bearers = sign_in(sets={"IdentityAPI": "1.3", "DialogApi": "1.2"}, office=[token])
    assert bearers == [token]


def test_where_that_is_not_set_up_a_window_signs_in(sign_in: SignIn, house: House) -> None:
    token = jwt("ann")
    pane, bearers = sign_in(sets={"IdentityAPI": "1.3", "DialogApi": "1.2"}, office=[13000], dialog={"token": token})
    assert bearers == [token]
    assert pane.word_state("dialogs") == [f"{house.url}/word/signin.html", "closed"]


def test_a_bridge_that_fails_leads_to_the_next_way(sign_in: SignIn) -> None:
    token = jwt("ann")
    _pane, bearers = sign_in(sets=NESTED, bridge=[{"error": {"status": "NO_NETWORK"}}] * 3, office=[token])
    assert bearers == [token]


@pytest.mark.parametrize("word", [{"office": [13002]}, {"office": [13000], "dialog": None}])
def test_a_person_who_refuses_is_told_how_to_go_on(sign_in: SignIn, word: dict[str, Any]) -> None:
    pane, bearers = sign_in(sets={"IdentityAPI": "1.3", "DialogApi": "1.2"}, **word)
    assert bearers == []
    alert = pane.page.locator("[role=alert]")
    assert "Try again" in alert.inner_text()
    assert alert.locator("button").count() == 1


def test_a_token_of_entra_opens_the_real_api_and_an_ended_one_is_renewed(
    chromium: Browser, microsoft: FakeMicrosoft, valkey_shared: ValkeyProcess, tmp_path: Path
) -> None:
    bob = microsoft.person("bob@example.org")
    ended = microsoft.entra.tokens.for_api(bob, exp=int(time.time()) - 3600)
    good = microsoft.entra.tokens.for_api(bob)
    settings = load_settings().model_copy(update={"home": tmp_path / "web", "broker_url": valkey_shared.url})
    with running_web(settings) as web, closing(chromium.new_context()) as context:
        word = {"paragraphs": [{"text": "Teh report."}], "sets": NESTED, "bridge": [granted(ended), granted(good)]}
        pane = opened(context, web.url, word=word)
        pane.page.wait_for_selector("#run")
        pane.run("proofread", scope="document")
        pane.page.wait_for_selector("#cancel")
        (job,) = web.services.store.jobs.list(limit=5)
        assert len(pane.word_state("asked")) == 2
        pane.page.close()
    assert (job.surface, job.person, job.workspace) == ("word", bob.oid, microsoft.tenant)
