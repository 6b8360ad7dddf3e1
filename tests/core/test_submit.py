"""A job is stored first, then a worker is woken; whatever happens to the broker, the job is there."""

import json

import pytest

from core.errors import BrokerOutage, PolicyRefused
from core.job import JobRequest
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
