"""What became of results: told by their person, or from outside."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Iterator
from itertools import count
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from core.drafts import Draft, Edit, Item
from core.errors import CredentialError
from core.job import Job
from core.settings import Settings
from integrations.api.outcomes import checked_id, sign
from tests.core.insight.making import finished_job
from tests.integrations.api.jobs import made
from tests.integrations.api.running import RunningWeb, running_web
from tests.servers.valkey import ValkeyProcess


def delivered(web: RunningWeb, client: httpx.Client, draft: Draft) -> str:
    job_id: str = made(client)["id"]
    web.finish(web.claim(job_id), draft)
    return job_id


@pytest.mark.parametrize(
    ("form", "distance"),
    [
        ({"outcome": "accepted"}, 0.0),
        ({"outcome": "accepted", "text": "abcdefghij"}, 0.0),
        ({"outcome": "edited", "text": "abcdefghiX"}, 0.1),
        ({"outcome": "edited", "text": "", "reason": "All wrong: ü\u0000"}, 1.0),
        ({"outcome": "edited", "text": "a\u0000b"}, 0.9),
        ({"outcome": "rejected", "reason": "tone"}, None),
        ({"outcome": "regenerated"}, None),
        ({"outcome": "expired"}, None),
    ],
)
def test_an_outcome_is_stored_with_its_distance(
    web: RunningWeb, client: httpx.Client, form: dict[str, str], distance: float | None
) -> None:
    job_id = delivered(web, client, Draft(recipe="reply", text="abcdefghij"))
    response = client.post(f"/api/v1/jobs/{job_id}/outcome", json=form)
    assert response.status_code == 200, response.text
    assert response.json() == {"outcome": form["outcome"], "distance": distance}


@pytest.mark.parametrize(
    "draft",
    [
        Draft(recipe="actions", items=(Item(text="One"), Item(text="Two"))),
        Draft(recipe="proofread", edits=(Edit(id="1", hash="a", text="One"), Edit(id="2", hash="b", text="Two"))),
    ],
)
def test_the_distance_of_a_list_is_that_of_its_lines(web: RunningWeb, client: httpx.Client, draft: Draft) -> None:
    job_id = delivered(web, client, draft)
    answer = client.post(f"/api/v1/jobs/{job_id}/outcome", json={"outcome": "edited", "text": "One\nTwo"}).json()
    assert answer["distance"] == 0.0


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({}, "outcome"),
        ({"outcome": "loved"}, "outcome"),
        ({"outcome": None}, "outcome"),
        ({"outcome": "edited"}, "text"),
        ({"outcome": "edited", "text": 7}, "text"),
        ({"outcome": "edited", "text": "x" * 200_001}, "text"),
        ({"outcome": "rejected", "reason": "x" * 2001}, "reason"),
        ({"outcome": "rejected", "why": "x"}, "why"),
    ],
)
def test_an_outcome_that_cannot_be_one_is_refused_by_field(
    web: RunningWeb, client: httpx.Client, form: dict[str, Any], field: str
) -> None:
    job_id = delivered(web, client, Draft(recipe="reply", text="abc"))
    response = client.post(f"/api/v1/jobs/{job_id}/outcome", json=form)
    assert response.status_code == 422
    assert set(response.json()["error"]["fields"]) == {field}


def test_what_has_no_draft_cannot_be_judged(client: httpx.Client) -> None:
    job_id = made(client)["id"]
    response = client.post(f"/api/v1/jobs/{job_id}/outcome", json={"outcome": "accepted"})
    assert response.status_code == 409


SECRET = "whsec_" + base64.b64encode(b"a secret of thirty-two bytes....").decode()
_ids = count()


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory, valkey_shared: ValkeyProcess) -> Iterator[RunningWeb]:
    """Run the app with a webhook secret."""
    settings = Settings(
        home=tmp_path_factory.mktemp("shop"),
        broker_url=valkey_shared.url,
        api_tokens=(SecretStr("token-ann=ann"), SecretStr("token-bob=bob")),
        webhook_secret=SecretStr(SECRET),
    )
    with running_web(settings) as running:
        yield running


@pytest.fixture
def job(shop: RunningWeb) -> Job:
    """Return a job of Ann with a draft."""
    return finished_job(shop.services.store)


def send(
    shop: RunningWeb, body: bytes, *, message_id: str = "", at: float | None = None, secret: str = SECRET
) -> httpx.Response:
    """Send a signed webhook."""
    message_id = message_id or f"msg_{next(_ids)}"
    stamp = int(time.time() if at is None else at)
    headers = {
        "webhook-id": message_id,
        "webhook-timestamp": str(stamp),
        "webhook-signature": f"v1,bm8= {sign(secret, message_id, stamp, body)}",
    }
    return httpx.post(f"{shop.url}/api/v1/webhooks/outcome", content=body, headers=headers, trust_env=False)


def event(job: Job, /, **given: Any) -> bytes:
    """Return the body of an event."""
    return json.dumps({"job": job.id, "event": "sale", "value": 12.5} | given).encode()


def events_of(shop: RunningWeb, job: Job) -> list[tuple[str, float | None]]:
    """Return what is stored."""
    return [(act.subject, act.value) for act in shop.services.store.outcomes.acts_of([job.id])[job.id]]


def test_the_signature_is_that_of_the_specification() -> None:
    key = base64.b64decode(SECRET.removeprefix("whsec_"))
    wanted = base64.b64encode(hmac.new(key, b"id.1.{}", hashlib.sha256).digest()).decode()
    assert sign(SECRET, "id", 1, b"{}") == f"v1,{wanted}"


def test_a_signed_event_is_stored_once_however_often_it_is_sent(shop: RunningWeb, job: Job) -> None:
    first = send(shop, event(job), message_id="msg_once")
    assert (first.status_code, first.json()["is_news"]) == (200, True)
    again = send(shop, event(job, value=99.0), message_id="msg_once")
    assert (again.status_code, again.json()["is_news"]) == (200, False)
    assert events_of(shop, job) == [("event:sale", 12.5)]


@pytest.mark.parametrize("seconds", [-400, 400])
def test_an_old_or_future_message_is_refused(shop: RunningWeb, job: Job, seconds: int) -> None:
    assert send(shop, event(job), at=time.time() + seconds).status_code == 401
    assert events_of(shop, job) == []


def test_another_secret_signs_nothing(shop: RunningWeb, job: Job) -> None:
    assert send(shop, event(job), secret="other").status_code == 401
    unsigned = httpx.post(f"{shop.url}/api/v1/webhooks/outcome", content=event(job), trust_env=False)
    assert unsigned.status_code == 401


def test_a_changed_body_does_not_pass() -> None:
    headers = {"webhook-id": "a", "webhook-timestamp": "1000", "webhook-signature": sign("s", "a", 1000, b"{}")}
    assert checked_id("s", headers, b"{}", now_seconds=1000.0) == "a"
    with pytest.raises(CredentialError):
        checked_id("s", headers, b"{ }", now_seconds=1000.0)
    with pytest.raises(CredentialError, match="not set up"):
        checked_id("", headers, b"{}", now_seconds=1000.0)


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"event": "a b"}, 422),
        ({"value": "many"}, 422),
        ({"value": 1e999}, 422),
        ({"why": 1}, 422),
        ({"job": "none"}, 404),
        ({"edit": "5"}, 422),
        ({"at": -1}, 422),
    ],
)
def test_an_event_that_cannot_be_one_is_refused(
    shop: RunningWeb, job: Job, change: dict[str, Any], status: int
) -> None:
    answer = send(shop, event(job, **change))
    assert answer.status_code == status
    assert events_of(shop, job) == []


def test_garbage_under_a_good_signature_is_refused(shop: RunningWeb) -> None:
    for body in (b"", b"[]", b"\xff\xfe", b"{" * 5000):
        assert send(shop, body).status_code == 422


def test_a_person_tells_events_of_their_own_jobs_only(shop: RunningWeb, job: Job) -> None:
    path, form = f"/api/v1/jobs/{job.id}/outcome", {"event": "reply", "value": 1}
    with shop.client("token-bob") as bob:
        assert bob.post(path, json=form).status_code == 404
    with shop.client("token-ann") as ann:
        assert ann.post(path, json={"event": "reply", "value": 1.0}).json()["is_news"]
        assert not ann.post(path, json={"event": "reply", "value": 1.0}).json()["is_news"]
        both = ann.post(path, json={"event": "reply", "outcome": "accepted"})
        assert both.status_code == 422
    assert events_of(shop, job) == [("event:reply", 1.0)]


def test_one_of_several_wordings_is_chosen_by_its_place(shop: RunningWeb) -> None:
    items = (Item(text="A", motive="plain"), Item(text="B", motive="benefit"))
    job = finished_job(shop.services.store, recipe="variants", items=items, text="")
    path = f"/api/v1/jobs/{job.id}/outcome"
    with shop.client("token-ann") as ann:
        assert ann.post(path, json={"outcome": "accepted", "edit": "1"}).json() == {
            "outcome": "accepted",
            "distance": 0.0,
        }
        assert ann.post(path, json={"outcome": "accepted", "edit": "2"}).status_code == 422
    assert send(shop, event(job, event="click", edit="1")).json()["is_news"]
    assert events_of(shop, job) == [("edit:1", None), ("event:click#1", 12.5)]


def test_what_is_told_later_counts_for_when_it_happened(shop: RunningWeb, job: Job) -> None:
    path = f"/api/v1/jobs/{job.id}/outcome"
    with shop.client("token-ann") as ann:
        ann.post(path, json={"outcome": "rejected"})
        ann.post(path, json={"outcome": "accepted", "at": job.created_at + 0.001})
    acts = sorted(shop.services.store.outcomes.acts_of([job.id])[job.id], key=lambda act: act.happened_at)
    assert [act.outcome for act in acts] == ["accepted", "rejected"]
