"""What became of results: told by their person, or from outside."""

from typing import Any

import httpx
import pytest

from core.drafts import Draft, Edit, Item
from tests.integrations.api.jobs import made
from tests.integrations.api.running import RunningWeb


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
