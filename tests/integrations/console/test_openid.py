"""The console with the organisation's own OpenID Connect provider: who comes in, as what, and until when."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr
from starlette.requests import Request

from core.people import load_people
from core.settings import load_settings
from core.store.rows import Scope
from core.store.sessions import KIND, LIFE_SECONDS, WORKSPACE
from integrations.web.visitors import load_sign_ins, report_guard
from tests.fakes.browsing import led_to
from tests.integrations.api.running import RunningWeb, running_web
from tests.integrations.console.conftest import browser
from tests.servers.openid import CLIENT_ID, CLIENT_SECRET, OpenIdProvider, openid_provider
from tests.servers.valkey import ValkeyProcess

ROLES = ("administrator=it", "analyst=controlling", "author=editors")


@pytest.fixture
def provider() -> Iterator[OpenIdProvider]:
    with openid_provider() as running:
        running.set_person("ann", name="Ann Lee", email="ann@example.com", email_verified=True)
        yield running


@contextmanager
def installation(
    provider: OpenIdProvider, valkey: ValkeyProcess, home: Path, *roles: str, admins: tuple[str, ...] = ()
) -> Iterator[RunningWeb]:
    changes = {
        "home": home,
        "broker_url": valkey.url,
        "openid_issuer": provider.issuer,
        "openid_client_id": CLIENT_ID,
        "openid_client_secret": SecretStr(CLIENT_SECRET),
        "group_roles": roles,
        "admins": admins,
    }
    with running_web(load_settings().model_copy(update=changes)) as running:
        yield running


@pytest.fixture
def web(provider: OpenIdProvider, valkey_shared: ValkeyProcess, tmp_path: Path) -> Iterator[RunningWeb]:
    with installation(provider, valkey_shared, tmp_path, *ROLES) as running:
        yield running


def comes_back(provider: OpenIdProvider, client: httpx.Client, subject: str) -> httpx.Response:
    """Sign somebody in, and return what the console answers when their browser comes back."""
    begun = client.post("/console/sign-in/openid")
    assert begun.status_code == 200, begun.text
    back = provider.consent(led_to(begun), subject)
    return client.get(back, headers={"Sec-Fetch-Site": "cross-site", "Origin": ""})


def an_hour_passes(web: RunningWeb, subject: str) -> None:
    """Have every session of somebody be due for the question whether the account lives on."""
    records = web.services.store.records
    for record in records.list(KIND, workspace=WORKSPACE, person=subject):
        due = {**record.data, "check_at": 0.0}
        records.put(KIND, WORKSPACE, record.key, due, person=subject, expires_in_seconds=LIFE_SECONDS)


def test_somebody_comes_in_and_is_known_by_their_verified_address(web: RunningWeb, provider: OpenIdProvider) -> None:
    with browser(web) as client:
        assert "Sign in at 127.0.0.1" in client.get("/console/sign-in").text
        assert comes_back(provider, client, "ann").status_code == 303
        page = client.get("/console")
        sessions = client.get("/console/sessions").text
    assert "Ann Lee" in page.text
    assert "This installation" not in page.text
    assert "with the organisation&#39;s account" in sessions
    people = load_people(web.services.settings, web.services.store.records)
    assert {one.way for one in people.find("ann@example.com").sign_ins} == {"address", "openid"}


def test_an_answer_is_good_for_the_browser_that_began_and_once(web: RunningWeb, provider: OpenIdProvider) -> None:
    with browser(web) as client, browser(web) as other:
        back = provider.consent(led_to(client.post("/console/sign-in/openid")), "ann")
        assert other.get(back).status_code == 403
        assert client.get(back).status_code == 403  # it was taken
        back = provider.consent(led_to(client.post("/console/sign-in/openid")), "ann")
        assert client.get(back).status_code == 303
        assert client.get(back).status_code == 403
        assert client.get("/console/signed-in/openid?code=x&state=y").status_code == 403


def test_who_declines_stays_outside(web: RunningWeb, provider: OpenIdProvider) -> None:
    with browser(web) as client:
        answer = client.get(provider.deny(led_to(client.post("/console/sign-in/openid"))))
        assert answer.status_code == 401
        assert "refused" in answer.text
        assert client.get("/console").headers["Location"] == "/console/sign-in"


@pytest.mark.parametrize(
    ("groups", "is_author", "is_admin"),
    [(["editors"], True, False), (["it"], True, True), (["controlling"], False, False), ([], False, False)],
)
def test_groups_open_what_their_role_may(
    web: RunningWeb, provider: OpenIdProvider, groups: list[str], is_author: bool, is_admin: bool
) -> None:
    provider.set_person("ann", name="Ann", groups=groups)
    with browser(web) as client:
        assert comes_back(provider, client, "ann").status_code == 303
        recipe = client.get("/console/recipes/rewrite")
        checked = client.post("/console/recipes/rewrite/check", data={"text": "x"})
        people = client.get("/console/people")
    assert ("Save" in recipe.text) is is_author
    assert (checked.status_code != 403) is is_author
    assert (people.status_code == 200) is is_admin


def test_where_a_group_is_named_for_everybody_nobody_else_comes_in(
    provider: OpenIdProvider, valkey_shared: ValkeyProcess, tmp_path: Path
) -> None:
    with installation(provider, valkey_shared, tmp_path, "person=staff") as web, browser(web) as client:
        assert comes_back(provider, client, "ann").status_code == 403
        provider.set_person("ann", groups=["staff"])
        assert comes_back(provider, client, "ann").status_code == 303


def test_an_address_makes_an_administrator_only_when_it_was_verified(
    provider: OpenIdProvider, valkey_shared: ValkeyProcess, tmp_path: Path
) -> None:
    with installation(provider, valkey_shared, tmp_path, admins=("boss@example.com",)) as web:
        for is_verified, status in ((False, 403), (True, 200)):
            provider.set_person("eve", email="boss@example.com", email_verified=is_verified)
            with browser(web) as client:
                assert comes_back(provider, client, "eve").status_code == 303
                assert client.get("/console/people").status_code == status


def test_a_session_follows_the_groups_and_ends_with_the_account(web: RunningWeb, provider: OpenIdProvider) -> None:
    with browser(web) as client:
        comes_back(provider, client, "ann")
        assert client.get("/console/people").status_code == 403
        provider.set_person("ann", groups=["it"])
        an_hour_passes(web, "ann")
        assert client.get("/console/people").status_code == 200
        provider.end_account("ann")
        assert client.get("/console").status_code == 200
        an_hour_passes(web, "ann")
        assert client.get("/console").headers["Location"] == "/console/sign-in"


def test_a_provider_that_is_down_ends_no_session(web: RunningWeb, provider: OpenIdProvider) -> None:
    with browser(web) as client:
        comes_back(provider, client, "ann")
        provider.is_down = True
        an_hour_passes(web, "ann")
        assert client.get("/console").status_code == 200


def test_what_the_provider_says_of_itself_is_asked_for_once(web: RunningWeb, provider: OpenIdProvider) -> None:
    with browser(web) as client:
        comes_back(provider, client, "ann")
        for page in ("/console", "/report"):
            an_hour_passes(web, "ann")
            assert client.get(page).status_code == 200
    assert provider.asked.count("/token") == 3
    assert provider.asked.count("/.well-known/openid-configuration") == 1
    assert provider.asked.count("/jwks") == 1


def test_a_provider_that_is_down_is_said(web: RunningWeb, provider: OpenIdProvider) -> None:
    provider.is_down = True
    with browser(web) as client:
        answer = client.post("/console/sign-in/openid")
    assert answer.status_code == 403
    assert "cannot be reached" in answer.text


def test_only_analysts_see_everybody_s_figures_where_a_group_is_named_for_it(
    web: RunningWeb, provider: OpenIdProvider
) -> None:
    api = web.services.api
    settings, records = web.services.settings, web.services.store.records
    guard = report_guard(settings, records, api.access, load_sign_ins(settings, records).sessions)
    seen = {}
    for subject, groups in (("ann", ["controlling"]), ("bob", []), ("cat", ["it"])):
        provider.set_person(subject, groups=groups)
        with browser(web) as client:
            comes_back(provider, client, subject)
            cookies = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
        viewer = guard(Request({"type": "http", "headers": [(b"cookie", cookies.encode())]}))
        assert [person for _, person in viewer.names] == [subject]
        seen[subject] = viewer.scope
    assert seen["bob"] == Scope()
    assert seen["ann"] == seen["cat"] != Scope()


def test_an_administrator_of_one_workspace_changes_no_recipe_of_all(
    provider: OpenIdProvider, valkey_shared: ValkeyProcess, tmp_path: Path
) -> None:
    realm = provider.issuer.partition("://")[2].rstrip("/")
    with installation(provider, valkey_shared, tmp_path, f"administrator@{realm}=leads") as web, browser(web) as client:
        provider.set_person("ann", name="Ann", groups=["leads"])
        assert comes_back(provider, client, "ann").status_code == 303
        shown = client.get("/console/recipes/rewrite").text
        text = (web.services.recipes.text("rewrite")) + "\n# changed\n"
        answers = [
            client.post("/console/recipes/rewrite/save", data={"text": text, "after": 0}),
            client.post("/console/recipes/rewrite/restore", data={"after": 0}),
            client.post("/console/recipes/rewrite/check", data={"text": text}),
        ]
        assert client.get("/console/people").status_code == 200
    assert [answer.status_code for answer in answers] == [403, 403, 403]
    assert "Save for everybody" not in shown
    assert web.services.recipes.newest("rewrite") is None
