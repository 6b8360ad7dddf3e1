"""A job of somebody else looks like none."""

from collections.abc import Callable

import httpx
import pytest

from tests.integrations.api.jobs import made

ACTS: list[Callable[[httpx.Client, str], httpx.Response]] = [
    lambda client, job_id: client.get(f"/api/v1/jobs/{job_id}"),
    lambda client, job_id: client.get(f"/api/v1/jobs/{job_id}/events"),
    lambda client, job_id: client.get(f"/api/v1/jobs/{job_id}/document"),
    lambda client, job_id: client.post(f"/api/v1/jobs/{job_id}/cancel"),
    lambda client, job_id: client.post(f"/api/v1/jobs/{job_id}/retry"),
    lambda client, job_id: client.post(f"/api/v1/jobs/{job_id}/outcome", json={"outcome": "accepted"}),
]


@pytest.mark.parametrize("act", ACTS)
def test_the_job_of_somebody_else_does_not_exist(
    client: httpx.Client, other_client: httpx.Client, act: Callable[[httpx.Client, str], httpx.Response]
) -> None:
    job_id = made(client)["id"]
    refused = act(other_client, job_id)
    assert refused.status_code == 404
    assert refused.json() == act(other_client, "0192d000-0000-7000-8000-000000000000").json()
    assert client.get(f"/api/v1/jobs/{job_id}").json()["state"] == "queued"


@pytest.mark.parametrize("job_id", ["1", "nonsense", "%00", "..%2F..", "%F0%9F%98%80", "x" * 2000, "{}"])
@pytest.mark.parametrize("act", ACTS)
def test_an_id_that_is_none_is_not_found(
    client: httpx.Client, act: Callable[[httpx.Client, str], httpx.Response], job_id: str
) -> None:
    response = act(client, job_id)
    assert response.status_code == 404
    assert response.json()["error"]["code"] == "not_found"
