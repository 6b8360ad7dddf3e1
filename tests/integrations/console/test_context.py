"""What somebody may see is asked of the settings at each request: a session only says who they are."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from core.settings import Settings, load_settings
from tests.fakes.microsoft import FakeMicrosoft, Person
from tests.integrations.api.running import RunningWeb, running_web
from tests.integrations.console.conftest import browser, comes_in, microsoft_browser
from tests.servers.valkey import ValkeyProcess

ADMIN_PAGES = ("/console/people", "/console/audit", "/console/models")


def secrets(*tokens: str) -> tuple[SecretStr, ...]:
    return tuple(SecretStr(token) for token in tokens)


@contextmanager
def two_webs(settings: Settings, **changes: object) -> Iterator[tuple[RunningWeb, RunningWeb]]:
    """Run two web processes on one database; the second one's settings have changed."""
    with ExitStack() as stack:
        before = stack.enter_context(running_web(settings))
        yield before, stack.enter_context(running_web(settings.model_copy(update=changes)))


@contextmanager
def with_cookies(web: RunningWeb, client: httpx.Client) -> Iterator[httpx.Client]:
    """Give the same browser at another web process."""
    with browser(web) as moved:
        moved.cookies.set("inlaid_console", client.cookies["inlaid_console"])
        yield moved


@pytest.fixture
def team(valkey_shared: ValkeyProcess, tmp_path: Path) -> Settings:
    tokens = secrets("a=ann@example.com", "b=bea@example.com")
    return Settings(
        home=tmp_path / "team", broker_url=valkey_shared.url, api_tokens=tokens, admins=("ann@example.com",)
    )


@contextmanager
def signed_in(web: RunningWeb, token: str) -> Iterator[httpx.Client]:
    with browser(web) as client:
        assert client.post("/console/sign-in", data={"token": token}).status_code == 303
        yield client


def test_a_token_that_is_taken_away_ends_its_sessions(team: Settings) -> None:
    changed = secrets("a=ann@example.com")
    with (
        two_webs(team, api_tokens=changed) as (before, after),
        signed_in(before, "b") as beas,
        with_cookies(after, beas) as client,
    ):
        assert beas.get("/console").status_code == 200
        seen = [client.get("/console"), client.get("/report"), client.get("/report/data.json")]
        bearer = client.get("/api/v1/recipes", headers={"Authorization": "Bearer b"})

    assert [one.status_code for one in seen] == [303, 401, 401]
    assert bearer.status_code == 401


def test_a_token_given_to_somebody_else_does_not_open_the_earlier_session(team: Settings) -> None:
    changed = secrets("a=ann@example.com", "b=new@example.com")
    with (
        two_webs(team, api_tokens=changed) as (before, after),
        signed_in(before, "b") as beas,
        with_cookies(after, beas) as client,
    ):
        assert client.get("/console").status_code == 303


def test_who_is_no_administrator_any_more_gets_none_of_their_pages(team: Settings) -> None:
    with two_webs(team, admins=()) as (before, after), signed_in(before, "a") as anns:
        assert [anns.get(page).status_code for page in ADMIN_PAGES] == [200] * 3
        with with_cookies(after, anns) as client:
            refused = [client.get(page).status_code for page in ADMIN_PAGES]
            posted = client.post("/console/people/team", data={"workspace": "local", "person": "x", "team": "y"})
            own = client.get("/console")

    assert refused == [403] * 3
    assert posted.status_code == 403
    assert own.status_code == 200
    assert "Models" not in own.text


def test_an_organisation_that_is_shut_out_sees_nothing_more(
    shared: RunningWeb, microsoft: FakeMicrosoft, valkey_shared: ValkeyProcess, tmp_path: Path, alice: Person
) -> None:
    changes = {"home": tmp_path / "shared", "broker_url": valkey_shared.url, "admins": ("alice@example.org",)}
    elsewhere = {"microsoft_tenants": ("00000000-0000-4000-8000-000000000000",), "microsoft_tenant_id": ""}
    with (
        running_web(load_settings().model_copy(update={**changes, **elsewhere})) as after,
        microsoft_browser(shared, alice) as alices,
        with_cookies(after, alices) as client,
    ):
        assert alices.get("/console/people").status_code == 200
        assert client.get("/console/people").status_code == 303


def test_the_session_of_this_machine_ends_when_others_come_in_too(alone: RunningWeb, tmp_path: Path) -> None:
    home = alone.services.store.database.url.database
    assert home
    settings = load_settings().model_copy(
        update={"home": Path(home).parent, "api_tokens": secrets("t=bea@example.com"), "broker_url": "redis://x"}
    )
    with comes_in(alone) as own, running_web(settings) as after, with_cookies(after, own) as client:
        assert own.get("/console/people").status_code == 200
        assert client.get("/console/people").status_code == 303


@pytest.mark.parametrize("scheme", ["https", "ftp", "HTTP"])
def test_a_page_of_another_scheme_changes_nothing(alone: RunningWeb, scheme: str) -> None:
    with comes_in(alone) as client:
        origin = f"{scheme}://{alone.url.partition('://')[2]}"
        assert client.post("/console/sign-out", headers={"Origin": origin}).status_code == 403
        assert client.get("/console").status_code == 200


def test_behind_a_proxy_that_speaks_https_the_public_address_is_an_own_page(team: Settings) -> None:
    with (
        running_web(team.model_copy(update={"public_url": "https://inlaid.example.com"})) as web,
        browser(web) as client,
    ):
        good = client.post("/console/sign-in", data={"token": "a"}, headers={"Origin": "https://inlaid.example.com"})
        bad = client.post("/console/sign-in", data={"token": "a"}, headers={"Origin": "http://inlaid.example.com"})

    assert (good.status_code, bad.status_code) == (303, 403)
