"""API tokens in the console: shown once, one's own alone, and ended by an administrator too."""

import re

from tests.fakes.microsoft import Person
from tests.integrations.api.running import RunningWeb
from tests.integrations.console.conftest import browser, microsoft_browser


def test_a_token_is_made_shown_once_used_and_revoked(shared: RunningWeb, bob: Person) -> None:
    with microsoft_browser(shared, bob) as client:
        made = client.post("/console/tokens", data={"name": "ci <b>", "scopes": ["jobs", "report"], "days": "30"})
        (text,) = re.findall(r"inlaid_[0-9a-f]{12}_[\w-]{43}", made.text)
        assert "ci &lt;b&gt;" in made.text
        with shared.client(text) as api:
            assert api.get("/api/v1/jobs").status_code == 200
        again = client.get("/console/tokens").text
        assert text not in again
        token = text.split("_")[1]
        assert client.post("/console/tokens/revoke", data={"token": token}).status_code == 303
        with shared.client(text) as api:
            assert api.get("/api/v1/jobs").status_code == 401
        assert client.post("/console/tokens/revoke", data={"token": token}).status_code == 404


def test_nobody_makes_more_than_they_may_or_ends_what_is_not_theirs(
    shared: RunningWeb, alice: Person, bob: Person
) -> None:
    tokens = shared.services.store.tokens
    tenant = alice.microsoft.tenant
    hers, _ = tokens.add(tenant, alice.oid, name="hers", scopes=["jobs"], days=None)
    his, _ = tokens.add(tenant, bob.oid, name="his", scopes=["jobs"], days=None)
    with microsoft_browser(shared, bob) as client:
        assert client.post("/console/tokens", data={"name": "x", "scopes": "admin"}).status_code == 403
        assert client.post("/console/tokens", data={"name": "x"}).status_code == 422
        assert client.post("/console/tokens", data={"name": "x", "scopes": "jobs", "days": "many"}).status_code == 422
        assert "hers" not in client.get("/console/tokens").text
        assert client.post("/console/tokens/revoke", data={"token": hers.id}).status_code == 404
    with microsoft_browser(shared, alice) as client:
        assert "his" in client.get("/console/tokens").text
        assert client.post("/console/tokens/revoke", data={"token": his.id}).status_code == 303
    assert [one.name for one in tokens.list()] == ["hers"]


def test_only_a_token_for_it_signs_in_to_the_console(alone: RunningWeb) -> None:
    tokens = alone.services.store.tokens
    _, for_jobs = tokens.add("local", "ann", name="x", scopes=["jobs"], days=1)
    console, for_console = tokens.add("local", "ann", name="y", scopes=["admin"], days=1)
    with browser(alone) as client:
        assert client.post("/console/sign-in", data={"token": for_jobs}).status_code == 403
        assert client.post("/console/sign-in", data={"token": for_console}).status_code == 303
        assert client.get("/console/tokens").status_code == 200
        tokens.revoke(console.id)
        assert client.get("/console/tokens").status_code == 303
