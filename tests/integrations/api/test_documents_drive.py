"""Documents of OneDrive and SharePoint at the job API: consent shows at once, the job holds what the worker needs."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.settings import load_settings
from integrations.documents.drive import SCOPES
from tests.fakes.microsoft import FakeMicrosoft, Person
from tests.fakes.microsoft.fixture import microsoft
from tests.integrations.api.running import RunningWeb, running_web
from tests.servers.valkey import ValkeyProcess

__all__ = ["microsoft"]
PATH = "/api/v1/documents/drive"
ASKED = {"link": "https://example-my.sharepoint.com/personal/bob/Documents/Letter.docx", "recipe": "proofread"}


@pytest.fixture
def web(microsoft: FakeMicrosoft, valkey_shared: ValkeyProcess, tmp_path: Path) -> Iterator[RunningWeb]:
    del microsoft  # its settings have to be in force
    settings = load_settings().model_copy(update={"home": tmp_path / "web", "broker_url": valkey_shared.url})
    with running_web(settings) as running:
        yield running


@pytest.fixture
def bob(microsoft: FakeMicrosoft) -> Person:
    person = microsoft.person("bob@example.org", "Bob Ray")
    person.consented.update(SCOPES)
    return person


def test_a_link_becomes_a_job_with_a_token_that_no_answer_shows(
    web: RunningWeb, microsoft: FakeMicrosoft, bob: Person
) -> None:
    token = microsoft.entra.tokens.for_api(bob)
    with web.client(token) as client:
        made = client.post(PATH, json=ASKED)

        assert made.status_code == 202, made.text
        assert token not in client.get(f"/api/v1/jobs/{made.json()['id']}").text
        assert client.get(f"/api/v1/jobs/{made.json()['id']}/saved").status_code == 409
    job = web.services.store.jobs.get(made.json()["id"])
    assert (job.workspace, job.person) == (microsoft.tenant, bob.oid)
    assert job.delivery["assertion"] == token


def test_missing_consent_is_a_clear_step_and_no_job(web: RunningWeb, microsoft: FakeMicrosoft, bob: Person) -> None:
    bob.consented.clear()
    with web.client(microsoft.entra.tokens.for_api(bob)) as client:
        answer = client.post(PATH, json=ASKED)

        assert answer.status_code == 401
        assert answer.json()["error"]["code"] == "microsoft_consent"
        assert client.get("/api/v1/jobs").json()["jobs"] == []


def test_a_further_proof_comes_with_the_claims_to_ask_for(
    web: RunningWeb, microsoft: FakeMicrosoft, bob: Person
) -> None:
    bob.must_prove_more('{"access_token":{"acrs":{"essential":true,"value":"c1"}}}')
    with web.client(microsoft.entra.tokens.for_api(bob)) as client:
        error = client.post(PATH, json=ASKED).json()["error"]

    assert "acrs" in error["claims"]


def test_our_own_tokens_do_not_reach_drives(web: RunningWeb, microsoft: FakeMicrosoft) -> None:
    del microsoft
    with web.client("no-such-token") as client:
        assert client.post(PATH, json=ASKED).status_code == 401
