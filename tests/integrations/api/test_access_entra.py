"""People of Microsoft 365 at the job API: their organisation is their workspace, their object id their key."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from core.settings import load_settings
from core.store.claims import claims_of
from tests.fakes.microsoft import FakeMicrosoft, Person
from tests.fakes.microsoft.fixture import microsoft
from tests.integrations.api.running import RunningWeb, running_web
from tests.servers.valkey import ValkeyProcess

__all__ = ["microsoft"]
JOB = {"recipe": "summarize", "inputs": {"text": "Please send the report by Friday."}}


@pytest.fixture
def web(microsoft: FakeMicrosoft, valkey_shared: ValkeyProcess, tmp_path: Path) -> Iterator[RunningWeb]:
    del microsoft  # its settings have to be in force
    settings = load_settings().model_copy(update={"home": tmp_path / "web", "broker_url": valkey_shared.url})
    with running_web(settings) as running:
        yield running


def client_of(web: RunningWeb, microsoft: FakeMicrosoft, person: Person) -> httpx.Client:
    return web.client(microsoft.entra.tokens.for_api(person))


def test_a_person_of_the_organisation_has_jobs_of_their_own(web: RunningWeb, microsoft: FakeMicrosoft) -> None:
    bob, eve = (client_of(web, microsoft, microsoft.person(f"{name}@example.org")) for name in ("bob", "eve"))
    with bob, eve:
        made = bob.post("/api/v1/jobs", json=JOB)
        path = f"/api/v1/jobs/{made.json()['id']}"

        assert made.status_code == 202, made.text
        assert bob.get(path).status_code == 200
        assert [job["id"] for job in bob.get("/api/v1/jobs").json()["jobs"]] == [made.json()["id"]]
        assert eve.get(path).status_code == 404
        assert eve.post(f"{path}/cancel").status_code == 404
        assert eve.get("/api/v1/jobs").json()["jobs"] == []


def test_a_token_for_another_audience_gets_401_and_a_wrong_scope_403(web: RunningWeb, microsoft: FakeMicrosoft) -> None:
    bob = microsoft.person("bob@example.org")
    elsewhere = microsoft.entra.tokens.for_api(bob, aud="https://graph.microsoft.com")
    scopeless = microsoft.entra.tokens.for_api(bob, scope="profile")

    with web.client(elsewhere) as one, web.client(scopeless) as other:
        answers = [one.get("/api/v1/jobs"), other.get("/api/v1/jobs")]

    assert [answer.status_code for answer in answers] == [401, 403]
    assert all(answer.json()["error"]["fix"] for answer in answers)


def test_the_groups_of_the_token_stay_with_the_person(web: RunningWeb, microsoft: FakeMicrosoft) -> None:
    """Those of a token that lists none, which is usual, change nothing."""
    bob = microsoft.person("bob@example.org")
    name = (microsoft.tenant, bob.oid)
    found = []
    for token in (
        microsoft.entra.tokens.for_api(bob, groups=["Finance"]),
        microsoft.entra.tokens.for_api(bob),
        microsoft.entra.tokens.for_api(bob, groups=["Sales"]),
    ):
        with web.client(token) as client:
            assert client.get("/api/v1/jobs").status_code == 200
        found.append(claims_of(web.app.state.api.store.records, [name]))
    assert found == [{"Finance"}, {"Finance"}, {"Sales"}]
