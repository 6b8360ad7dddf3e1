"""Tokens: each stands for one person, and nothing is answered without one."""

from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from core.errors import CredentialError, SettingsError
from core.settings import Settings
from integrations.api.access import Access, CallerIdentity, load_access
from integrations.cli.processes.data_dir import api_token
from tests.integrations.api.running import RunningWeb

PATHS = [
    ("GET", "/api/v1/jobs"),
    ("POST", "/api/v1/jobs"),
    ("GET", "/api/v1/recipes"),
    ("GET", "/api/v1/jobs/0192d000-0000-7000-8000-000000000000"),
    ("GET", "/api/v1/jobs/0192d000-0000-7000-8000-000000000000/events"),
    ("GET", "/api/v1/jobs/0192d000-0000-7000-8000-000000000000/document"),
    ("POST", "/api/v1/jobs/0192d000-0000-7000-8000-000000000000/cancel"),
    ("POST", "/api/v1/jobs/0192d000-0000-7000-8000-000000000000/retry"),
    ("POST", "/api/v1/jobs/0192d000-0000-7000-8000-000000000000/outcome"),
    ("GET", "/api/v1/jobs/0192d000-0000-7000-8000-000000000000/paragraphs"),
    ("POST", "/api/v1/jobs/0192d000-0000-7000-8000-000000000000/document"),
    ("POST", "/api/v1/documents/edit"),
]


@pytest.mark.parametrize(("method", "path"), PATHS)
def test_nothing_is_answered_without_a_token(web: RunningWeb, method: str, path: str) -> None:
    with web.client() as stranger:
        response = stranger.request(method, path, content=b"{not even JSON")
    assert response.status_code == 401
    assert response.json()["error"]["code"] == "credential"
    assert response.headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize(
    "header",
    ["", "Bearer", "Bearer ", "token-0", "Basic token-0", "Bearer token-", "Bearer token-0=person0@example.com"],
)
def test_a_header_without_a_known_token_is_refused(web: RunningWeb, header: str) -> None:
    with web.client() as stranger:
        response = stranger.get("/api/v1/recipes", headers={"Authorization": header.strip() or "-"})
    assert response.status_code == 401


def test_the_api_describes_itself_without_a_token_and_names_every_path(web: RunningWeb) -> None:
    with web.client() as stranger:
        described = stranger.get("/api/v1/openapi.json").json()["paths"]
    for method, path in PATHS:
        shown = path.replace("0192d000-0000-7000-8000-000000000000", "{job_id}")
        assert method.lower() in described[shown]


def test_the_description_is_enough_for_a_client(web: RunningWeb) -> None:
    with web.client() as stranger:
        described = stranger.get("/api/v1/openapi.json").json()
    (scheme,) = described["components"]["securitySchemes"].values()
    assert (scheme["type"], scheme["scheme"]) == ("http", "bearer")
    assert "HTTPValidationError" not in described["components"]["schemas"]
    jobs = [(path, method) for method, path in PATHS if "jobs" in path or "recipes" in path]
    for path, method in jobs:
        operation = described["paths"][path.replace("0192d000-0000-7000-8000-000000000000", "{job_id}")][method.lower()]
        assert operation["security"]
        assert {"401", "403", "422", "429", "503"} < set(operation["responses"])
        assert method == "GET" or {"400", "404", "409", "413"} < set(operation["responses"])
        contents = [told["content"] for told in operation["responses"].values()]
        assert all(kind["schema"] for content in contents for kind in content.values())
    events = described["paths"]["/api/v1/jobs/{job_id}/events"]["get"]["responses"]
    assert list(events["200"]["content"]) == ["text/event-stream"]
    assert events["409"]["content"]["application/json"]["schema"]["$ref"].endswith("/ErrorAnswer")


@pytest.mark.parametrize(
    ("entry", "token", "person"),
    [
        ("abc=ann@example.com", "abc", "ann@example.com"),
        ("abc= ann@example.com ", "abc", "ann@example.com"),
        ("dGVzdA===ann@example.com", "dGVzdA==", "ann@example.com"),
        ("grüße=ann@example.com", "grüße", "ann@example.com"),
    ],
)
def test_a_token_stands_for_an_address(entry: str, token: str, person: str) -> None:
    assert Access([entry]).identify(f"Bearer {token}", "jobs") == CallerIdentity(person)
    assert Access([entry]).identify(f"bearer  {token} ", "jobs") == CallerIdentity(person)


@pytest.mark.parametrize("token", ["abc", "dGVzdA==", "dGVzdDE="])
def test_a_bare_token_is_a_person_of_its_own(token: str) -> None:
    access = Access([token, "other"])
    assert access.identify(f"Bearer {token}", "jobs") != access.identify("Bearer other", "jobs")
    assert token not in access.identify(f"Bearer {token}", "jobs").person


@pytest.mark.parametrize("entry", ["", "=", "==", "=ann@example.com", "==ann@example.com"])
def test_an_entry_without_a_token_is_a_setting_to_correct(entry: str) -> None:
    with pytest.raises(SettingsError, match="INLAID_API_TOKENS"):
        Access([entry])


def test_without_settings_the_token_of_the_installation_counts(settings: Settings) -> None:
    settings.home.mkdir()
    token, _ = api_token(settings.home)
    owned = settings.model_copy(update={"owner_address": "ann@example.com"})
    assert load_access(owned).identify(f"Bearer {token}", "jobs").person == "ann@example.com"
    assert load_access(settings).identify(f"Bearer {token}", "jobs").person == settings.local_person
    chosen = settings.model_copy(update={"api_tokens": (SecretStr("chosen"),)})
    with pytest.raises(CredentialError):
        load_access(chosen).identify(f"Bearer {token}", "jobs")


def test_without_any_token_the_error_names_the_setting(settings: Settings, home: Path) -> None:
    assert not home.exists()
    with pytest.raises(CredentialError) as refused:
        load_access(settings).identify("Bearer anything", "jobs")
    assert "INLAID_API_TOKENS" in refused.value.fix


def test_a_refusal_does_not_repeat_what_was_sent(web: RunningWeb) -> None:
    with web.client("canary-token") as stranger:
        response: httpx.Response = stranger.get("/api/v1/recipes")
    assert "canary" not in response.text + str(response.headers)
