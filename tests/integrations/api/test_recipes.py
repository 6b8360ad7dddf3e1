"""Recipes over the API: made, changed, taken back, tried; by authors alone."""

from collections.abc import Iterator

import httpx
import pytest

from core.drafts import Draft
from core.job import JobRequest
from integrations.cli.processes.data_dir import api_token
from tests.integrations.api.running import RunningWeb
from tests.integrations.console.conftest import alone, model

__all__ = ["alone", "model"]


@pytest.fixture
def author(alone: RunningWeb) -> Iterator[httpx.Client]:
    with alone.client(api_token(alone.settings.home)[0]) as client:
        yield client


def test_a_recipe_is_made_changed_rolled_back_and_switched_off(alone: RunningWeb, author: httpx.Client) -> None:
    text = alone.services.recipes.new_text()
    made = author.post("/api/v1/recipes", json={"text": text, "note": "First"})
    assert (made.status_code, made.json()["recipe"], made.json()["version"]) == (201, "my-recipe", 1)
    assert "my-recipe" in {recipe["name"] for recipe in author.get("/api/v1/recipes").json()["recipes"]}
    assert author.post("/api/v1/recipes", json={"text": text}).status_code == 409

    path = "/api/v1/recipes/my-recipe"
    better = text.replace("My recipe", "My pitch")
    assert author.put(path, json={"text": better, "after": 1, "note": "Better"}).json()["version"] == 2
    late = author.put(path, json={"text": text, "after": 1})
    assert late.status_code == 409
    assert "in between, as version 2" in late.json()["error"]["message"]

    versions = author.get(f"{path}/versions").json()["versions"]
    assert [(version["version"], version["note"]) for version in versions] == [(2, "Better"), (1, "First")]
    second = author.get(f"{path}/versions/2").json()
    assert '+title = "My pitch"' in second["diff"]
    assert author.get(f"{path}/versions/1", params={"against": 2}).json()["diff"]
    assert author.get(f"{path}/versions/9").status_code == 404

    again = author.post(f"{path}/rollback", json={"version": 1, "after": 2})
    assert (again.json()["version"], alone.services.recipes["my-recipe"].title) == (3, "My recipe")
    assert author.delete(path, params={"after": 2}).status_code == 409
    assert author.delete(path, params={"after": 3}).status_code == 204
    assert author.get(path).json()["is_on"] is False
    assert "my-recipe" not in {recipe["name"] for recipe in author.get("/api/v1/recipes").json()["recipes"]}
    refused = author.post("/api/v1/jobs", json={"recipe": "my-recipe", "inputs": {"text": "A text."}})
    assert refused.status_code == 404


def test_a_text_is_tried_on_past_work(alone: RunningWeb, author: httpx.Client) -> None:
    owner = alone.settings.local_person
    assert author.post("/api/v1/recipes/rewrite/trials", json={}).status_code == 422
    job = alone.services.store.jobs.add(JobRequest("rewrite", {"text": "We meet at three."}, "api", owner))[0]
    alone.finish(alone.claim(job.id), Draft(recipe="rewrite", text="At three."))
    text = alone.services.recipes.text("rewrite")
    begun = author.post("/api/v1/recipes/rewrite/trials", json={"text": text, "count": 3})
    assert (begun.status_code, begun.json()["jobs"], begun.json()["done"]) == (202, 1, 0)
    new = begun.json()["results"][0]["new"]["id"]
    alone.finish(alone.claim(new), Draft(recipe="rewrite", text="We meet at 3."))
    shown = author.get(f"/api/v1/recipe-trials/{begun.json()['trial']}").json()
    assert (shown["done"], shown["results"][0]["same"]) == (1, False)
    assert shown["results"][0]["past"]["draft"]["text"] == "At three."
    assert author.post(f"/api/v1/recipe-trials/{begun.json()['trial']}/cancel").json()["done"] == 1
    assert author.get("/api/v1/recipe-trials/none").status_code == 404
    assert author.post(f"/api/v1/jobs/{new}/outcome", json={"outcome": "accepted"}).status_code == 422


def test_whoever_is_no_author_reads_no_text_and_changes_none(client: httpx.Client) -> None:
    for method, path in (("GET", ""), ("GET", "/versions"), ("DELETE", "?after=0"), ("GET", "/versions/0")):
        answer = client.request(method, f"/api/v1/recipes/rewrite{path}")
        assert (answer.status_code, "author" in answer.text) == (403, True), path
    for method, path, body in (
        ("PUT", "/rewrite", {"text": "x", "after": 0}),
        ("POST", "", {"text": "x"}),
        ("POST", "/rewrite/rollback", {"version": 0, "after": 0}),
        ("POST", "/rewrite/trials", {}),
    ):
        assert client.request(method, f"/api/v1/recipes{path}", json=body).status_code == 403, path


def test_a_wrong_text_is_named(author: httpx.Client) -> None:
    answer = author.put("/api/v1/recipes/rewrite", json={"text": "x = 1", "after": 0})
    assert answer.status_code == 422
    assert "x: " in answer.json()["error"]["message"]
