"""A worker wired together from outside things that are handed in."""

import pytest
import sqlalchemy as sa

from core.events import MemoryEvents
from core.insight.report.rollup_store import RollupStore
from core.job import JobRequest
from core.llm.routes import only
from core.people import load_people
from core.settings import Settings
from core.store import Store
from core.store.tables import jobs
from tests.in_memory import MemoryQueue, ScriptedChat
from worker.wiring import Services, count_changes, expire_drafts, open_services

WRITTEN = "We meet on Tuesday at 3 pm in room 4."


@pytest.fixture
def services(settings: Settings, sqlite_store: Store) -> Services:
    chat = ScriptedChat([WRITTEN], repeat_last=True, is_small=False)
    return open_services(settings, store=sqlite_store, queue=MemoryQueue(), events=MemoryEvents(), models=only(chat))


def test_a_job_that_is_submitted_is_run_to_its_result(services: Services) -> None:
    job = services.submit(JobRequest("rewrite", {"text": "The meeting is on Tuesday at 3 pm in room 4."}, "api", "ann"))
    services.runner.run(job.id)
    done = services.store.jobs.get(job.id)
    assert done.state == "delivered"
    assert done.draft
    assert done.draft.text == WRITTEN


def test_what_has_changed_is_counted_and_old_drafts_expire(services: Services) -> None:
    job = services.submit(JobRequest("rewrite", {"text": "The meeting is on Tuesday at 3 pm in room 4."}, "api", "ann"))
    services.runner.run(job.id)
    with services.store.database.write() as connection:
        connection.execute(sa.update(jobs).values(delivered_at=1.0))
    expire_drafts(services)
    (act,) = services.store.outcomes.acts_of([job.id])[job.id]
    assert act.outcome == "expired"
    assert RollupStore(services.store.database).count_marked() == 1
    count_changes(services)
    assert RollupStore(services.store.database).count_marked() == 0


def test_nothing_is_written_for_whose_access_was_ended_while_their_job_waited(services: Services) -> None:
    people = load_people(services.settings, services.store.records)
    people.enter("local", "ann", "local")
    job = services.submit(JobRequest("rewrite", {"text": "We meet on Tuesday."}, "api", "ann"))
    people.disable(people.find("local/ann"))
    services.runner.run(job.id)
    done = services.store.jobs.get(job.id)
    assert (done.state, (done.error or {}).get("code"), done.draft) == ("failed", "forbidden", None)
