"""A job is stored first, then a worker is woken; whatever happens to the broker, the job is there."""

import json
from dataclasses import replace

import pytest
import sqlalchemy as sa

from core.errors import BrokerOutage, InputError, PolicyRefused
from core.job import REFINES, TRIAL, WISH, JobRequest
from core.recipes.book import RecipeBook
from core.settings import Settings
from core.store import Store
from core.submit import load_intake, submit
from tests.in_memory import MemoryQueue

REQUEST = JobRequest("rewrite", {"text": "We meet."}, "api", "ann", dedupe_key="once")


def test_a_new_job_is_stored_and_a_worker_is_woken_once(settings: Settings, sqlite_store: Store) -> None:
    queue = MemoryQueue()
    job, created = submit(load_intake(settings, sqlite_store), queue, REQUEST)
    assert created
    assert sqlite_store.jobs.get(job.id).state == "queued"
    assert submit(load_intake(settings, sqlite_store), queue, REQUEST) == (sqlite_store.jobs.get(job.id), False)
    assert queue.sent == [(job.id, "interactive")]


def test_without_a_broker_the_job_is_there_and_due_at_once(settings: Settings, sqlite_store: Store) -> None:
    job, created = submit(
        load_intake(settings, sqlite_store), MemoryQueue(error=BrokerOutage("The broker cannot be reached.")), REQUEST
    )
    assert created
    assert sqlite_store.jobs.due(resend_seconds=600, limit=10) == [(job.id, "interactive")]


def test_what_a_policy_forbids_is_not_stored(settings: Settings, sqlite_store: Store) -> None:
    (settings.home / "policies.toml").write_text('[installation]\nrecipes = { deny = ["rewrite"] }\n')
    queue = MemoryQueue()
    with pytest.raises(PolicyRefused, match=r"The recipe rewrite is not allowed by the rule recipes\.deny"):
        submit(load_intake(settings, sqlite_store), queue, REQUEST)
    assert sqlite_store.jobs.list(limit=5) == []
    assert queue.sent == []


def test_a_recipe_none_of_whose_models_is_allowed_is_refused_before_it_is_stored(
    settings: Settings, sqlite_store: Store
) -> None:
    (settings.home / "policies.toml").write_text('[installation]\nmodels = { regions = ["eu"] }\n')
    remote = settings.model_copy(update={"model_url": "https://models.example/v1", "model_region": "us"})
    with pytest.raises(PolicyRefused, match=r"The model default \(us\) is not allowed by the rule models\.regions"):
        load_intake(remote, sqlite_store).add(REQUEST)
    allowed = remote.model_copy(update={"model_region": "eu"})
    assert load_intake(allowed, sqlite_store).add(REQUEST)[1]


def test_a_refusal_stands_in_the_audit_trail_with_its_rule(settings: Settings, sqlite_store: Store) -> None:
    (settings.home / "policies.toml").write_text('[installation]\nrecipes = { deny = ["rewrite"] }\n')
    with pytest.raises(PolicyRefused):
        load_intake(settings, sqlite_store).add(REQUEST)
    refused = [shown for shown in sqlite_store.audit.walk() if shown.entry.action == "policy.refused"]
    assert [(shown.actor, shown.entry.door, shown.entry.outcome) for shown in refused] == [("ann", "api", "failure")]
    told = {"recipe": "rewrite", "rule": "installation.recipes.deny", "surface": "api"}
    assert json.loads(refused[0].entry.details) == told


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (JobRequest("nonsense", {"text": "We meet."}, "api", "ann"), "There is no recipe 'nonsense'"),
        (JobRequest("fill", {"brief": "Ann"}, "slack", "ann"), "fill is not offered here (slack). It is for: word"),
        (JobRequest("rewrite", {"txt": "We meet."}, "api", "ann"), "txt: The recipe has no such input"),
        (JobRequest("rewrite", {}, "api", "ann"), "text: Please fill this in"),
        (JobRequest("rewrite", {"text": "We meet.", "tone": 3}, "mcp", "ann"), "tone"),
        (JobRequest("rewrite", {"txt": "We meet."}, "api", "ann", blobs={"document.docx": b"PK"}), "txt"),
    ],
)
def test_what_no_worker_could_do_is_refused_before_it_is_stored(
    settings: Settings, sqlite_store: Store, asked: JobRequest, said: str
) -> None:
    queue = MemoryQueue()
    with pytest.raises(InputError) as refusal:
        submit(load_intake(settings, sqlite_store), queue, asked)
    assert said in str(refusal.value)
    assert sqlite_store.jobs.list(limit=5) == []
    assert queue.sent == []


@pytest.mark.parametrize(
    "asked",
    [
        JobRequest("rewrite", {}, "slack", "ann", is_read=True),
        JobRequest("rewrite", {"max_change": 0.3}, "word", "ann", blobs={"document.docx": b"PK"}),
        JobRequest("rewrite", {"paragraphs": []}, "api", "ann"),
        JobRequest("fill", {REFINES: "1", WISH: "shorter", "brief": "Ann"}, "slack", "ann"),
        JobRequest("fill", {"old": "input"}, TRIAL, "ann"),
    ],
)
def test_what_the_worker_reads_or_does_once_more_is_taken(
    settings: Settings, sqlite_store: Store, asked: JobRequest
) -> None:
    assert load_intake(settings, sqlite_store).add(asked)[1]


def test_a_recipe_that_was_looked_for_just_now_costs_no_query(settings: Settings, sqlite_store: Store) -> None:
    recipes = RecipeBook(None, sqlite_store.records, clock=lambda: 0.0)
    intake = load_intake(settings, sqlite_store, recipes)
    said: list[str] = []
    sa.event.listen(
        sqlite_store.database.engine, "before_cursor_execute", lambda _c, _k, statement, *_rest: said.append(statement)
    )
    intake.add(REQUEST)
    first, said[:] = [*said], []
    intake.add(replace(REQUEST, dedupe_key="twice"))
    assert any("FROM record" in statement for statement in first)
    assert said
    assert not any("FROM record" in statement for statement in said)
