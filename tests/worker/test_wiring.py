"""A worker wired together from outside things that are handed in."""

import threading
import time
import uuid

import pytest
import sqlalchemy as sa
from pydantic import SecretStr

from core.drafts import Draft
from core.events.streams import StreamEvents
from core.insight.report.rollup_store import RollupStore
from core.job import Job, JobRequest
from core.llm.routes import only
from core.people import Identity, load_people
from core.settings import Settings
from core.settings.storage import DAY_SECONDS
from core.store import Store, open_store
from core.store.retention import Holds
from core.store.tables import blobs, effects, jobs, outcomes
from integrations.slack.client.connections import Connections
from integrations.slack.delivery.posting import Posting
from tests.core.store.counted import statements_of
from tests.fakes.slack import FakeSlack
from tests.in_memory import MemoryQueue, ScriptedChat
from tests.memory_events import MemoryEvents
from tests.servers.postgres import with_server
from tests.servers.valkey import ValkeyProcess
from worker.wiring import (
    Services,
    count_changes,
    expire_drafts,
    open_services,
    sync_all_mailboxes,
    take_all_notices,
)

# The claim and the result; what calls cost is written once a second, and may come between.
COMMITS_OF_A_JOB = 3
STATEMENTS_OF_A_JOB = 13
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


def test_a_job_of_somebody_new_costs_two_commits_and_few_looks(settings: Settings, sqlite_store: Store) -> None:
    chat = ScriptedChat([WRITTEN], repeat_last=True, is_small=False)
    services = open_services(
        settings, store=sqlite_store, queue=MemoryQueue(), events=MemoryEvents(), models=only(chat)
    )
    text = {"text": "The meeting is on Tuesday at 3 pm in room 4."}
    names = ("ann", "ben", "cas")
    asked = [services.submit(JobRequest("rewrite", text, "api", name, queue="interactive")) for name in names]
    costs = []
    for job in asked:
        spent = statements_of(sqlite_store, lambda job=job: services.runner.run_next("interactive", job.id))  # type: ignore[misc]
        assert sqlite_store.jobs.get(job.id).state == "delivered"
        costs.append((spent.count("COMMIT"), len(spent) - spent.count("COMMIT")))
    # The first brings what is there once: the names of the trail, the sums of the day.
    commits, looks = costs[-1]
    assert commits <= COMMITS_OF_A_JOB
    assert looks <= STATEMENTS_OF_A_JOB


def test_what_looks_after_mailboxes_is_made_when_there_is_one(settings: Settings, sqlite_store: Store) -> None:
    stopping = threading.Event()
    services = open_services(settings, store=sqlite_store, queue=MemoryQueue(), events=MemoryEvents(), stop=stopping)
    sync_all_mailboxes(services)
    take_all_notices(services)
    assert services.mailboxes.made is None
    sqlite_store.records.put("mailbox", "local", "ann", {})
    take_all_notices(services)
    stopping.set()
    assert services.mailboxes.made
    services.mailboxes.made.leave(5.0)


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


def test_what_somebody_had_posted_in_slack_is_posted_once_by_whichever_worker_comes_first(
    settings: Settings, sqlite_store: Store
) -> None:
    with FakeSlack() as slack:
        acme = slack.workspace("Acme")
        ada = acme.person("Ada Lovelace")
        general = acme.channel("general", ada)
        token = SecretStr(acme.bot_token)
        chosen = settings.model_copy(update={"slack_bot_token": token, "slack_api_url": slack.api_url})
        queue, events, models = MemoryQueue(), MemoryEvents(), only(ScriptedChat([WRITTEN]))
        services = open_services(chosen, store=sqlite_store, queue=queue, events=events, models=models)
        job = sqlite_store.jobs.add(JobRequest("rewrite", {"text": "x"}, "slack", ada.id, acme.id))[0]
        claimed = sqlite_store.leases.claim(job.id, lease_seconds=60.0)
        assert claimed
        job = sqlite_store.leases.delivered(sqlite_store.leases.finish(claimed, Draft(recipe="rewrite", text=WRITTEN)))
        desk = Posting(chosen, sqlite_store, {}, Connections(chosen, sqlite_store.records))
        desk.keep(job, channel=general.id, thread_ts="", place={"team": acme.id, "channel": general.id})
        for _ in range(2):
            count_changes(services)
        assert [message.text for message in ada.sees(general)] == [WRITTEN]


FINANCE = """
[group.finance]
members = ["ann@example.com"]
"""


def make_older(store: Store, job: Job, days: int) -> str:
    """Have a job, with all that hangs on it, be one that ended so many days ago; returns its new id."""
    at = time.time() - days * DAY_SECONDS
    older = str(uuid.UUID(int=(int(at * 1000) << 80) | (uuid.UUID(job.id).int & ((1 << 80) - 1))))
    with store.database.write() as connection:
        row = dict(connection.execute(sa.select(jobs).where(jobs.c.id == job.id)).mappings().one())
        times = {"created_at": at, "finished_at": at, "delivered_at": at, "dedupe_key": older}
        connection.execute(sa.insert(jobs).values({**row, **times, "id": older}))
        for table in (effects, blobs, outcomes):
            connection.execute(sa.update(table).where(table.c.job_id == job.id).values(job_id=older))
        connection.execute(sa.delete(jobs).where(jobs.c.id == job.id))
    return older


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_what_was_kept_for_long_enough_is_gone_from_database_and_broker(
    database: str, settings: Settings, valkey_own: ValkeyProcess, request: pytest.FixtureRequest
) -> None:
    """Ann's group keeps hers for ten years; Bob's are gone after a month, and so are Cara's, who is on a hold."""
    chosen = settings.model_copy(update={"broker_url": valkey_own.url, "retention": ("all=30", "all@finance=3650")})
    if database == "postgresql":
        chosen = with_server(chosen, request.getfixturevalue("postgres_url"))
    chosen.home.mkdir(exist_ok=True)
    (chosen.home / "policies.toml").write_text(FINANCE)
    store = open_store(chosen)
    events = StreamEvents(chosen.broker_url, store.records.cipher)
    models = only(ScriptedChat([WRITTEN]))
    used = open_services(chosen, store=store, queue=MemoryQueue(), events=events, models=models)
    ids = {}
    for person in ("ann@example.com", "bob@example.com", "cara@example.com"):
        files = {"document.docx": b"private"}
        job, _ = store.jobs.add(JobRequest("rewrite", {"text": "private"}, "api", person, blobs=files))
        ids[person] = make_older(store, job, 60)
        events.publish(ids[person], "token", {"text": "private"})
    events.flush()
    Holds(store.records).put(Identity("local", "cara@example.com"), reason="case 1", by="Dora")
    expire_drafts(used)
    left = [job.person for job in store.jobs.list()]
    assert sorted(left) == ["ann@example.com", "cara@example.com"]
    assert sorted(valkey_own.client().keys()) == sorted(f"inlaid:events:{ids[person]}".encode() for person in left)
    with store.database.read() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(blobs)).scalar_one() == 2

    Holds(store.records).lift(Identity("local", "cara@example.com"))
    (chosen.home / "policies.toml").unlink()
    used.store.records.delete("policy_file", "policies")
    unsure = open_services(
        chosen, store=store, queue=MemoryQueue(), events=events, models=only(ScriptedChat([WRITTEN]))
    )
    expire_drafts(unsure)  # who is in which group is not known, so nothing is deleted
    assert len(store.jobs.list()) == 2
    store.close()
