"""Forms: each wrong field is named, and nothing that was sent is half stored."""

import json
from typing import Any

import httpx
import pytest

from tests.integrations.api.answers import JSON, is_in_form
from tests.integrations.api.running import RunningWeb


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 422),
        (b"{", 400),
        (b"null", 422),
        (b"[]", 422),
        (b'"reply"', 422),
        (b"\xff\xfe\x00", 400),
        (b"{}" * 2, 400),
        (b"[" * 100_000, 400),
        (b'{"recipe":' + b"9" * 5000 + b"}", 400),
        (b'{"recipe":"reply","inputs":{"message":NaN}}', 202),
        (b'{"recipe":"reply","recipe":"reply","inputs":{"message":"x"}}', 202),
    ],
    ids=lambda value: str(value)[:30],
)
def test_a_body_that_is_no_form_is_refused(client: httpx.Client, body: bytes, status: int) -> None:
    response = client.post("/api/v1/jobs", content=body, headers=JSON)
    assert response.status_code == status, response.text
    assert is_in_form(response)


@pytest.mark.parametrize(
    ("form", "status", "field"),
    [
        ({"inputs": {}}, 422, "recipe"),
        ({"recipe": 7}, 422, "recipe"),
        ({"recipe": ""}, 422, "recipe"),
        ({"recipe": "x" * 101}, 422, "recipe"),
        ({"recipe": "\ud800"}, 422, "recipe"),
        ({"recipe": "reply\u0000"}, 404, ""),
        ({"recipe": "../../etc/passwd"}, 404, ""),
        ({"recipe": "reply", "inputs": []}, 422, "inputs"),
        ({"recipe": "reply", "inputs": None}, 422, "inputs"),
        ({"recipe": "reply"}, 422, "message"),
        ({"recipe": "reply", "inputs": {}}, 422, "message"),
        ({"recipe": "reply", "inputs": {"message": "  \u0000 "}}, 422, "message"),
        ({"recipe": "reply", "inputs": {"message": ["x"]}}, 422, "message"),
        ({"recipe": "reply", "inputs": {"message": {"x": 1}}}, 422, "message"),
        ({"recipe": "reply", "inputs": {"message": "x", "mesage": "y"}}, 422, "mesage"),
        ({"recipe": "reply", "inputs": {"message": "x", "k" * 5000: "y"}}, 422, "k" * 100),
        ({"recipe": "reply", "inputs": {"message": "x"}, "model": "a b"}, 422, "model"),
        ({"recipe": "reply", "inputs": {"message": "x"}, "model": "a\u0000"}, 422, "model"),
        ({"recipe": "reply", "inputs": {"message": "x"}, "model": None}, 422, "model"),
        ({"recipe": "reply", "inputs": {"message": "x"}, "person": "ann@example.com"}, 422, "person"),
        ({"recipe": "reply", "inputs": {"message": "x"}, "surface": "slack"}, 422, "surface"),
    ],
    ids=lambda value: str(value)[:60],
)
def test_each_wrong_field_is_named(client: httpx.Client, form: dict[str, Any], status: int, field: str) -> None:
    response = client.post("/api/v1/jobs", content=json.dumps(form).encode(), headers=JSON)
    assert response.status_code == status, response.text
    assert set(response.json()["error"].get("fields", {"": ""})) == {field}
    assert client.get("/api/v1/jobs").json()["jobs"] == []


def test_many_wrong_fields_do_not_make_a_huge_answer(client: httpx.Client) -> None:
    inputs = {f"unknown{number}": "x" for number in range(20_000)}
    response = client.post("/api/v1/jobs", json={"recipe": "reply", "inputs": inputs})
    assert response.status_code == 422
    assert len(response.content) < 20_000


def test_text_of_every_kind_is_kept_without_what_no_database_can_hold(web: RunningWeb, client: httpx.Client) -> None:
    text = "NUL \u0000, half \ud83d, whole \U0001f600, \u202eright to left, Grüße\r\nend"
    body = json.dumps({"recipe": "summarize", "inputs": {"text": text}}).encode()
    response = client.post("/api/v1/jobs", content=body, headers=JSON)
    assert response.status_code == 202, response.text
    stored = web.services.store.jobs.get(response.json()["id"]).inputs["text"]
    assert stored == "NUL , half ?, whole \U0001f600, \u202eright to left, Grüße\nend"


def test_another_content_type_is_refused(client: httpx.Client) -> None:
    response = client.post("/api/v1/jobs", content=b'{"recipe":"reply"}', headers={"Content-Type": "text/plain"})
    assert response.status_code == 422
    assert "application/json" in response.json()["error"]["fields"]["body"]
