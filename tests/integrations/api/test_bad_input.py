"""Whatever is sent, the answer is one of ours, in the one form, and nothing is half stored."""

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from tests.integrations.api.running import RunningWeb

JSON = {"Content-Type": "application/json"}


def is_in_form(response: httpx.Response) -> bool:
    """Whether an answer is a job, or an error with code, message and fix."""
    body = response.json()
    if response.status_code == 202:
        return "id" in body
    error = body["error"]
    return 400 <= response.status_code < 500 and {"code", "message", "fix"} <= set(error) and bool(error["message"])


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


def _pieces(count: int) -> Iterator[bytes]:
    yield b'{"recipe":"summarize","inputs":{"text":"'
    for _ in range(count):
        yield b"x" * 65_536
    yield b'"}}'


@pytest.mark.parametrize("announced", [True, False], ids=["announced", "in pieces"])
def test_a_body_beyond_the_limit_is_refused(client: httpx.Client, announced: bool) -> None:
    content = b"".join(_pieces(130)) if announced else _pieces(130)
    response = client.post("/api/v1/jobs", content=content, headers=JSON)
    assert response.status_code == 413
    assert response.json()["error"] == {"code": "limit", "message": "The request is larger than 8 MB.", "fix": ""}


def test_a_body_below_the_limit_is_taken(client: httpx.Client) -> None:
    assert client.post("/api/v1/jobs", content=b"".join(_pieces(30)), headers=JSON).status_code == 202


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/v1/nothing", 404),
        ("GET", "/api/v1/jobs/", 307),
        ("DELETE", "/api/v1/jobs", 405),
        ("PUT", "/api/v1/recipes", 405),
        ("BREW", "/api/v1/jobs", 405),
    ],
)
def test_a_path_or_method_that_does_not_exist_is_answered_in_the_same_form(
    client: httpx.Client, method: str, path: str, status: int
) -> None:
    response = client.request(method, path)
    assert response.status_code == status
    if status != 307:
        assert is_in_form(response)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(codec=None), max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
NAMES = st.sampled_from(["recipe", "inputs", "model", "message", "text", "outcome", "reason"]) | st.text(max_size=6)
FORMS = st.dictionaries(NAMES, VALUES | st.just("reply") | st.dictionaries(NAMES, VALUES, max_size=3), max_size=5)


@given(form=FORMS)
@hypothesis_settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_json_gets_an_answer_in_the_one_form(client: httpx.Client, form: dict[str, Any]) -> None:
    body = json.dumps(form).encode()
    assert is_in_form(client.post("/api/v1/jobs", content=body, headers=JSON))
    body = json.dumps({**form, "recipe": "reply"}).encode()
    assert is_in_form(client.post("/api/v1/jobs", content=body, headers=JSON))


@given(body=st.binary(max_size=60))
@hypothesis_settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bytes_get_an_answer_in_the_one_form(client: httpx.Client, body: bytes) -> None:
    assert is_in_form(client.post("/api/v1/jobs", content=body, headers=JSON))
    assert is_in_form(client.post("/api/v1/documents/edit", content=body, headers=JSON))
