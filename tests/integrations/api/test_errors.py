"""Whatever is sent, the answer is one of ours, in the one form, and nothing is half stored."""

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from tests.integrations.api.answers import JSON, is_in_form


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
