"""Jobs over HTTP: made, read, cancelled, tried again, judged; each only by the person whose they are."""

from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from core.drafts import Draft
from core.errors import ModelOutage
from core.job import JobRequest
from core.recipes.loader import load_recipes
from core.settings import Settings
from integrations.mail.imap.accounts import Accounts, ImapAccount
from tests.integrations.api.jobs import MAIL, made
from tests.integrations.api.running import RunningWeb, running_web
from tests.servers.valkey import ValkeyProcess
from tests.waiting import until


def test_a_job_is_stored_and_a_worker_is_woken(
    web: RunningWeb, client: httpx.Client, valkey_shared: ValkeyProcess
) -> None:
    response = client.post("/api/v1/jobs", json={"recipe": "reply", "inputs": MAIL, "model": "small"})
    assert response.status_code == 202
    job = response.json()
    assert {name: job[name] for name in ("state", "recipe", "surface")} == {
        "state": "queued",
        "recipe": "reply",
        "surface": "api",
    }
    assert response.headers["Location"] == f"/api/v1/jobs/{job['id']}"
    stored = web.services.store.jobs.get(job["id"])
    assert stored.inputs["message"] == MAIL["message"]
    assert stored.model == "small"
    with valkey_shared.client() as broker:
        until(lambda: any(job["id"].encode() in message for message in broker.lrange("interactive", 0, -1)))


def test_a_job_says_how_often_it_is_tried_and_until_when(web: RunningWeb, client: httpx.Client) -> None:
    job = made(client)
    web.services.store.leases.claim(job["id"], lease_seconds=60)
    shown = client.get(f"/api/v1/jobs/{job['id']}").json()
    retries = shown["retries"]
    assert (shown["tries"], retries["tries"], retries["of"]) == (1, 1, 12)
    assert retries["until"] == pytest.approx(shown["created_at"] + 7200, abs=60)


def test_the_answer_says_how_long_a_job_will_wait(tmp_path: Path, valkey_shared: ValkeyProcess) -> None:
    tokens = (SecretStr("token-of-ann=ann@example.com"),)
    # A process of its own: what others do in the class is part of the forecast.
    with running_web(Settings(home=tmp_path, broker_url=valkey_shared.url, api_tokens=tokens)) as web:
        earlier, _ = web.services.store.jobs.add(
            JobRequest("reply", {}, "api", "ann", queue=load_recipes()["reply"].queue)
        )
        web.finish(web.claim(earlier.id), Draft(recipe="reply", text="Yes."))
        with web.client("token-of-ann") as client:
            job = made(client)
            assert job["expected_wait_seconds"] >= 0
            assert "expected_wait_seconds" not in client.get(f"/api/v1/jobs/{job['id']}").json()


def test_a_new_mail_goes_into_the_caller_s_own_mailbox(
    web: RunningWeb, client: httpx.Client, other_client: httpx.Client
) -> None:
    body = {
        "recipe": "compose",
        "inputs": {"brief": "ask for the plan"},
        "model": "org/Large",
        "mail": {"to": ["Ann <ann@example.com>"]},
    }
    refused = client.post("/api/v1/jobs", json=body)
    assert (refused.status_code, refused.json()["error"]["code"]) == (404, "not_found")
    me = web.services.store.jobs.get(made(client)["id"]).person
    account = ImapAccount("imap.example.com", 993, me, "secret", "tls", me, address=me, owner_name="Pat")
    Accounts(web.services.store.records).save(account)
    response = client.post("/api/v1/jobs", json=body)
    assert response.status_code == 202, response.text
    stored = web.services.store.jobs.get(response.json()["id"])
    assert (stored.delivery["kind"], stored.delivery["owner"]["mailbox"]) == ("new_mail", me)
    assert stored.inputs["owner_name"] == "Pat"
    taken = {**body, "mail": {"mailbox": me}}
    assert other_client.post("/api/v1/jobs", json=taken).status_code == 404
    assert client.post("/api/v1/jobs", json={**body, "mail": {"to": ["Ann"]}}).status_code == 422


@pytest.mark.parametrize(("model", "status"), [("gpt-9", 404), ("small", 422)])
def test_a_name_opens_no_lane_that_the_model_does_not_have(client: httpx.Client, model: str, status: int) -> None:
    asked_for = {"recipe": "rewrite", "inputs": {"text": "Good morning."}, "model": model}
    response = client.post("/api/v1/jobs", json=asked_for)
    assert response.status_code == status, response.text
    assert client.get("/api/v1/jobs").json()["jobs"] == []


@pytest.mark.parametrize("recipe", ["actions", "minutes", "translate"])
def test_a_recipe_that_the_model_is_too_small_for_is_refused_and_nothing_is_stored(
    client: httpx.Client, recipe: str
) -> None:
    response = client.post("/api/v1/jobs", json={"recipe": recipe, "inputs": {"text": "Good morning."}})
    assert (response.status_code, response.json()["error"]["code"]) == (422, "model_too_small")
    assert "larger model" in response.json()["error"]["message"]
    assert client.get("/api/v1/jobs").json()["jobs"] == []


def test_the_draft_and_the_error_are_part_of_the_job(web: RunningWeb, client: httpx.Client) -> None:
    good, bad = made(client), made(client)
    web.finish(web.claim(good["id"]), Draft(recipe="reply", subject="Re: Report", text="Yes, on Friday."))
    web.fail(web.claim(bad["id"]), ModelOutage("The model is down.", fix="Start it."))
    found = client.get(f"/api/v1/jobs/{good['id']}").json()
    assert (found["state"], found["draft"]["text"]) == ("delivered", "Yes, on Friday.")
    assert "error" not in found
    failed = client.get(f"/api/v1/jobs/{bad['id']}").json()
    assert failed["error"] == {"code": "model_outage", "message": "The model is down.", "fix": "Start it."}


def test_the_same_key_gives_the_same_job(client: httpx.Client) -> None:
    first = made(client, **{"Idempotency-Key": "order-1"})
    assert made(client, **{"Idempotency-Key": "order-1"})["id"] == first["id"]
    assert made(client, **{"Idempotency-Key": "order-2"})["id"] != first["id"]
    assert made(client)["id"] != made(client)["id"]
    assert len(client.get("/api/v1/jobs").json()["jobs"]) == 4


def test_the_same_key_with_other_content_is_a_conflict(client: httpx.Client) -> None:
    made(client, **{"Idempotency-Key": "order-1"})
    other = {"recipe": "reply", "inputs": {"message": "Something else."}}
    response = client.post("/api/v1/jobs", json=other, headers={"Idempotency-Key": "order-1"})
    assert response.status_code == 409
    assert response.json()["error"]["code"] == "conflict"
    assert len(client.get("/api/v1/jobs").json()["jobs"]) == 1


def test_a_key_belongs_to_the_person(client: httpx.Client, other_client: httpx.Client) -> None:
    mine = made(client, **{"Idempotency-Key": "order-1"})
    assert made(other_client, **{"Idempotency-Key": "order-1"})["id"] != mine["id"]


@pytest.mark.parametrize("key", ["", "two words", "x" * 256, "ümlaut"])
def test_a_key_that_cannot_be_one_is_named(client: httpx.Client, key: str) -> None:
    headers = {b"Idempotency-Key": key.encode("latin-1")}
    response = client.post("/api/v1/jobs", json={"recipe": "reply", "inputs": MAIL}, headers=headers)
    assert response.status_code == 422
    assert "Idempotency-Key" in response.json()["error"]["fields"]


def test_jobs_are_listed_newest_first_and_only_your_own(client: httpx.Client, other_client: httpx.Client) -> None:
    ids = [made(client)["id"] for _ in range(3)]
    made(other_client)
    assert [job["id"] for job in client.get("/api/v1/jobs").json()["jobs"]] == ids[::-1]
    assert [job["id"] for job in client.get("/api/v1/jobs?limit=1").json()["jobs"]] == ids[:1:-1]


def test_all_jobs_are_reached_page_by_page(client: httpx.Client) -> None:
    ids = [made(client)["id"] for _ in range(5)][::-1]
    first = client.get("/api/v1/jobs?limit=2").json()
    second = client.get(f"/api/v1/jobs?limit=2&before={first['next']}").json()
    last = client.get(f"/api/v1/jobs?limit=2&before={second['next']}").json()
    assert [[job["id"] for job in page["jobs"]] for page in (first, second, last)] == [ids[:2], ids[2:4], ids[4:]]
    assert last["next"] is None
    assert client.get("/api/v1/jobs?limit=5").json()["next"] is None


def test_a_page_before_what_is_no_job_is_refused(client: httpx.Client) -> None:
    response = client.get("/api/v1/jobs?before=yesterday")
    assert response.status_code == 422
    assert "before" in response.json()["error"]["fields"]


@pytest.mark.parametrize("limit", ["0", "-1", "201", "all", "1e3", "%00"])
def test_a_limit_out_of_range_is_refused(client: httpx.Client, limit: str) -> None:
    response = client.get(f"/api/v1/jobs?limit={limit}")
    assert response.status_code == 422
    assert "limit" in response.json()["error"]["fields"]


def test_a_waiting_job_is_cancelled_at_once_and_can_be_tried_again(client: httpx.Client) -> None:
    job_id = made(client)["id"]
    cancelled = client.post(f"/api/v1/jobs/{job_id}/cancel")
    assert (cancelled.status_code, cancelled.json()["state"]) == (200, "cancelled")
    refused = client.post(f"/api/v1/jobs/{job_id}/cancel")
    assert (refused.status_code, refused.json()["error"]["fix"]) == (409, "For another result, begin a new job.")
    retried = client.post(f"/api/v1/jobs/{job_id}/retry")
    assert (retried.status_code, retried.json()["state"]) == (202, "queued")
    assert client.post(f"/api/v1/jobs/{job_id}/retry").status_code == 409


def test_the_worker_of_a_running_job_is_asked_to_stop(web: RunningWeb, client: httpx.Client) -> None:
    job = web.claim(made(client)["id"])
    assert client.post(f"/api/v1/jobs/{job.id}/cancel").json()["state"] == "running"
    assert web.services.store.leases.renew(job, lease_seconds=60)


def test_recipes_are_told_with_their_inputs(client: httpx.Client) -> None:
    found = {one["name"]: one for one in client.get("/api/v1/recipes").json()["recipes"]}
    assert set(found) == set(load_recipes())
    assert {"name": "message", "required": True}.items() <= found["reply"]["inputs"][0].items()


def test_a_job_that_cannot_be_read_is_counted_told_and_cancelled(
    web: RunningWeb, client: httpx.Client, other_client: httpx.Client
) -> None:
    kept, lost = made(client)["id"], made(client)["id"]
    with web.services.store.database.write() as connection:
        connection.exec_driver_sql("UPDATE job SET request = x'00' WHERE id = ?", (lost,))
    listed = client.get("/api/v1/jobs").json()
    assert ([job["id"] for job in listed["jobs"]], listed["left_out"]) == ([kept], 1)
    told = client.get(f"/api/v1/jobs/{lost}")
    assert (told.status_code, told.json()["error"]["code"]) == (409, "unreadable")
    assert other_client.get(f"/api/v1/jobs/{lost}").status_code == 404
    assert other_client.post(f"/api/v1/jobs/{lost}/cancel").status_code == 404
    cancelled = client.post(f"/api/v1/jobs/{lost}/cancel")
    assert (cancelled.status_code, cancelled.json()["state"]) == (200, "cancelled")
