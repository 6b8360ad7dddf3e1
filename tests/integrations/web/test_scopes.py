"""Each route of the API names the scope that a token needs, and takes no token without it."""

import re

from fastapi.routing import APIRoute

from core.store.tokens import SCOPES
from integrations.api.services import GuardedRoute
from tests.integrations.api.running import RunningWeb
from tests.integrations.console.conftest import alone, model  # noqa: F401 - fixtures

# Who asks here has no token: a page on this machine, a signed request.
WITHOUT_TOKEN = {"/api/v1/session", "/api/v1/webhooks/outcome"}
ID = "00000000-0000-7000-8000-000000000000"


def api_routes(web: RunningWeb) -> list[APIRoute]:
    return [route for route in web.routes if route.path.startswith("/api/")]


def test_every_route_of_the_api_names_a_scope(alone: RunningWeb) -> None:  # noqa: F811
    unguarded = {route.path for route in api_routes(alone) if not isinstance(route, GuardedRoute)}
    assert unguarded == WITHOUT_TOKEN
    for route in api_routes(alone):
        if isinstance(route, GuardedRoute):
            assert route.scope in SCOPES, route.path


def test_no_route_takes_a_token_of_another_scope(alone: RunningWeb) -> None:  # noqa: F811
    tokens = alone.services.store.tokens
    owner = alone.settings.local_person
    by_scope = {scope: tokens.add("local", owner, name=scope, scopes=[scope], days=1)[1] for scope in SCOPES}
    guarded = [route for route in api_routes(alone) if isinstance(route, GuardedRoute)]
    assert guarded
    for route in guarded:
        for scope, token in by_scope.items():
            with alone.client(token) as client:
                method = next(iter(route.methods or ()))
                status = client.request(method, re.sub(r"{\w+}", ID, route.path)).status_code
            assert (status == 403) == (scope != route.scope), (route.path, scope, status)
            assert status != 401
    for scope, token in by_scope.items():
        with alone.client(token) as client:
            assert (client.get("/report/data.json").status_code == 200) == (scope == "report")


def test_a_revoked_token_opens_nothing_and_a_job_is_its_persons(alone: RunningWeb) -> None:  # noqa: F811
    store = alone.services.store
    token, text = store.tokens.add("local", "ann@example.com", name="ci", scopes=["jobs"], days=None)
    with alone.client(text) as client:
        made = client.post("/api/v1/jobs", json={"recipe": "rewrite", "inputs": {"text": "Hello there, this is it."}})
        assert made.status_code == 202
        assert store.jobs.get(made.json()["id"]).person == "ann@example.com"
        store.tokens.revoke(token.id)
        refused = client.get("/api/v1/jobs")
    assert refused.status_code == 401
    assert "expired" in refused.text
