"""What people say about results by the API: new versions, answers, and what is refused."""

import json

import httpx
import pytest

from core.drafts import Draft, Gap
from core.job import JobRequest, ParagraphsTarget
from core.runner.refinements import MAX_WISH_CHARS
from tests.integrations.api.jobs import made
from tests.integrations.api.running import RunningWeb

TEXT = "Hi Maria,\n\nThe table comes on Friday. It costs 400 euros.\n\nBest regards\nTom"


@pytest.fixture
def job_id(web: RunningWeb, client: httpx.Client) -> str:
    found: str = made(client)["id"]
    web.finish(web.claim(found), Draft(recipe="reply", text=TEXT))
    return found


def test_a_wish_is_a_job_of_its_own_that_names_the_version_before(client: httpx.Client, job_id: str) -> None:
    response = client.post(f"/api/v1/jobs/{job_id}/refine", json={"wish": "drop the euros"})
    assert response.status_code == 202, response.text
    job = response.json()
    assert (job["state"], job["refines"], job["wish"]) == ("queued", job_id, "drop the euros")
    assert response.headers["Location"] == f"/api/v1/jobs/{job['id']}"
    versions = client.get(f"/api/v1/jobs/{job['id']}/versions").json()["versions"]
    assert [version["id"] for version in versions] == [job_id, job["id"]]


def test_the_text_that_comes_with_a_wish_is_its_basis_and_no_use(
    web: RunningWeb, client: httpx.Client, job_id: str
) -> None:
    own, outcomes = TEXT.replace("Friday", "Sunday"), web.services.store.outcomes
    for wish, text in [("why?", own), ("drop the euros", TEXT), ("use Monday instead of Sunday", own)]:
        assert outcomes.own_text(web.services.store.jobs.get(job_id)) is None
        response = client.post(f"/api/v1/jobs/{job_id}/refine", json={"wish": wish, "text": text})
        assert response.status_code in {200, 202}, response.text
    job = web.services.store.jobs.get(job_id)
    assert (outcomes.own_text(job), outcomes.used_text(job)) == (own, None)
    assert [act.outcome for act in outcomes.acts_of([job_id])[job_id]] == ["regenerated"]


def filled(web: RunningWeb, client: httpx.Client, texts: list[str]) -> str:
    """Fill a document of these paragraphs, in which the price and a blank stay open."""
    paragraphs = [{"id": f"p{at}", "hash": "h", "text": text} for at, text in enumerate(texts)]
    job = {"recipe": "fill", "inputs": {"brief": "Customer: Contoso"}, "paragraphs": paragraphs, "surface": "word"}
    found: str = client.post("/api/v1/jobs", json=job).json()["id"]
    blank = Gap(place="Deposit: ____", question="Deposit: ____")
    gaps = (blank, Gap(place="[[Price?]]", question="Price?"))
    web.finish(web.claim(found), Draft(recipe="fill", edits=(), gaps=gaps))
    return found


def test_values_for_open_places_fill_the_document_once_more_as_it_is_now(web: RunningWeb, client: httpx.Client) -> None:
    job_id = filled(web, client, ["Offer for {{ customer }}", "It costs <Price>."])
    now = [{"id": f"p{at}", "hash": "h", "text": text} for at, text in enumerate(["Offer for Contoso", "<Price>", "x"])]
    answer = client.post(f"/api/v1/jobs/{job_id}/values", json={"values": ["EUR 400"], "paragraphs": now})
    assert answer.status_code == 202, answer.text
    made = web.services.store.jobs.get(answer.json()["id"])
    assert (made.inputs["brief"], made.inputs["given"]) == ("Customer: Contoso", "Price: EUR 400")
    assert (made.refines, made.surface) == (job_id, "word")
    kept = json.loads(web.services.store.effects.get_file(made, ParagraphsTarget.PARAGRAPHS_FILE))
    assert [paragraph["text"] for paragraph in kept] == ["Offer for Contoso", "<Price>"]  # "x" was no part of it


def test_paragraphs_that_word_names_anew_leave_the_document_as_it_was_read(
    web: RunningWeb, client: httpx.Client
) -> None:
    job_id = filled(web, client, ["Offer for {{ customer }}", "It costs <Price>."])
    given = {"values": ["EUR 400"], "paragraphs": [{"id": "new@0", "hash": "h", "text": "Offer for Contoso"}]}
    answer = client.post(f"/api/v1/jobs/{job_id}/values", json=given)
    made = web.services.store.jobs.get(answer.json()["id"])
    kept = json.loads(web.services.store.effects.get_file(made, ParagraphsTarget.PARAGRAPHS_FILE))
    assert [paragraph["text"] for paragraph in kept] == ["Offer for {{ customer }}", "It costs <Price>."]


def test_without_a_value_or_an_open_place_nothing_is_filled(web: RunningWeb, client: httpx.Client, job_id: str) -> None:
    answer = client.post(f"/api/v1/jobs/{job_id}/values", json={"values": ["x"]})
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "conflict")
    form = filled(web, client, ["It costs <Price>."])
    assert client.post(f"/api/v1/jobs/{form}/values", json={"values": [" "]}).status_code == 422


def test_the_same_key_makes_one_version(client: httpx.Client, job_id: str) -> None:
    headers = {"Idempotency-Key": "once"}
    wish = {"wish": "drop the euros"}
    both = [client.post(f"/api/v1/jobs/{job_id}/refine", json=wish, headers=headers) for _ in range(2)]
    assert len({one.json()["id"] for one in both}) == 1
    other = client.post(f"/api/v1/jobs/{job_id}/refine", json={"wish": "without the greeting"}, headers=headers)
    assert other.status_code == 409


def test_a_question_about_a_draft_is_answered_at_once(client: httpx.Client, job_id: str) -> None:
    response = client.post(f"/api/v1/jobs/{job_id}/refine", json={"wish": "why?"})
    assert response.status_code == 200
    assert "no source" in response.json()["answer"]


def test_a_version_that_was_refined_counts_as_regenerated_unless_it_was_used(
    web: RunningWeb, client: httpx.Client, job_id: str
) -> None:
    outcomes = web.services.store.outcomes
    client.post(f"/api/v1/jobs/{job_id}/refine", json={"wish": "drop the euros"})
    assert [act.outcome for act in outcomes.acts_of([job_id])[job_id]] == ["regenerated"]
    client.post(f"/api/v1/jobs/{job_id}/outcome", json={"outcome": "accepted"})
    client.post(f"/api/v1/jobs/{job_id}/refine", json={"wish": "without the greeting"})
    assert [act.outcome for act in outcomes.acts_of([job_id])[job_id]] == ["regenerated", "accepted"]


def test_a_wish_that_takes_a_larger_model_makes_no_job_and_changes_no_figure(
    web: RunningWeb, client: httpx.Client, job_id: str
) -> None:
    jobs = web.services.store.jobs
    before = [job.id for job in jobs.list(limit=5)]
    response = client.post(f"/api/v1/jobs/{job_id}/refine", json={"wish": "warmer"})
    assert response.status_code == 422
    assert response.json()["error"]["message"] == "Nothing was changed: “warmer” takes a larger model."
    assert [job.id for job in jobs.list(limit=5)] == before
    assert web.services.store.outcomes.acts_of([job_id])[job_id] == []


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({"wish": ""}, 422),
        ({"wish": "x" * (MAX_WISH_CHARS + 1)}, 429),
        ({"wish": "x" * 100_000}, 422),
        ({"wish": 7}, 422),
        ({}, 422),
        ({"wish": "undo"}, 409),
        ({"wish": "redo"}, 409),
    ],
)
def test_what_cannot_be_done_says_why(client: httpx.Client, job_id: str, form: dict[str, object], status: int) -> None:
    response = client.post(f"/api/v1/jobs/{job_id}/refine", json=form)
    assert response.status_code == status, response.text
    assert response.json()["error"]["fix"]


def test_a_job_that_runs_or_is_somebody_elses_has_no_version(
    client: httpx.Client, other_client: httpx.Client, job_id: str
) -> None:
    waiting = made(client)["id"]
    assert client.post(f"/api/v1/jobs/{waiting}/refine", json={"wish": "shorter"}).status_code == 409
    assert other_client.post(f"/api/v1/jobs/{job_id}/refine", json={"wish": "shorter"}).status_code == 404
    assert other_client.get(f"/api/v1/jobs/{job_id}/versions").status_code == 404


def test_a_draft_from_a_conversation_of_slack_is_changed_there_and_taken_back_anywhere(
    web: RunningWeb, client: httpx.Client, job_id: str
) -> None:
    store = web.services.store
    own = store.jobs.get(job_id)
    request = JobRequest("summarize", {}, "slack", own.person, own.workspace)
    job = store.jobs.add(request)[0]
    web.finish(web.claim(job.id), Draft(recipe="summarize", text="- One.\n- Two."))
    refused = client.post(f"/api/v1/jobs/{job.id}/refine", json={"wish": "shorter"})
    assert refused.status_code == 409
    assert "made from a conversation" in refused.json()["error"]["message"]
    assert store.outcomes.acts_of([job.id])[job.id] == []
