"""A full disk and a broker without memory: said by name, and nothing that was accepted is lost."""

import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import redis
from cryptography.fernet import Fernet
from sqlalchemy import event

from core.errors import BrokerFull, BrokerOutage, SettingsError, StoreFull
from core.events.streams import StreamEvents
from core.job import QUEUES, JobRequest
from core.observability.readiness import broker_probe, database_probe, require_broker
from core.privacy import Cipher
from core.settings import Settings
from core.store import Database, Store, open_store
from integrations.cli.processes.process_spec import valkey_configuration
from tests.processes.commands import wait_until
from tests.servers.postgres import with_server
from tests.servers.valkey import ValkeyProcess, free_port
from worker.enqueue import CeleryQueue

CIPHER = Cipher([Fernet.generate_key().decode()])
TMPFS_BYTES = 3 * 2**20


class Quota:
    """A database whose size is limited from now on; SQLite answers SQLITE_FULL, as on a full disk."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._pages = 0
        event.listen(database.engine, "connect", self._apply)
        event.listen(database.engine, "checkout", lambda connection, _record, _proxy: self._apply(connection, None))

    def _apply(self, connection: object, _record: object) -> None:
        connection.execute(f"PRAGMA max_page_count={self._pages or 2**30}")  # type: ignore[attr-defined] # DB-API

    def close(self) -> None:
        with self.database.read() as connection:
            self._pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()

    def open(self) -> None:
        self._pages = 0


@pytest.fixture
def full_store(settings: Settings) -> Iterator[tuple[Store, Quota]]:
    store = open_store(settings)
    quota = Quota(store.database)
    yield store, quota
    store.close()


def test_the_database_probe_tells_a_full_database_and_leaves_nothing(full_store: tuple[Store, Quota]) -> None:
    store, quota = full_store
    probe = database_probe(store.database)
    probe()
    probe()
    with store.database.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM write_probe").scalar_one() == 0
    store.jobs.add(JobRequest("reply", {"message": "x" * 20_000}, "api", "ann"))  # takes what the probes left free
    quota.close()
    with pytest.raises(StoreFull, match="no space left") as full:
        probe()
    assert "Free space" in full.value.fix
    quota.open()
    probe()


def test_the_database_probe_writes_to_postgresql_and_looks_at_the_tables(settings: Settings, postgres_url: str) -> None:
    store = open_store(with_server(settings, postgres_url))
    probe = database_probe(store.database)
    probe()
    with store.database.write() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
        connection.exec_driver_sql("UPDATE schema_compatibility SET oldest_code = '9999'")
    with pytest.raises(SettingsError, match="schema 9999"):
        probe()
    store.close()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={TMPFS_BYTES}", "tmpfs", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"no file system can be mounted here: {done.stderr.strip()}")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def add_until_full(store: Store, size: int, added: list[str]) -> None:
    while True:
        added.append(store.jobs.add(JobRequest("reply", {"message": "x" * size}, "api", "ann"))[0].id)


def test_on_a_full_disk_nothing_is_taken_and_what_was_taken_is_kept(small_disk: Path) -> None:
    store = open_store(Settings(home=small_disk))
    probe = database_probe(store.database)
    probe()
    kept: list[str] = []
    for size in (40_000, 2_000):
        with pytest.raises(StoreFull):
            add_until_full(store, size, kept)
    with pytest.raises(StoreFull):
        probe()
    assert {job.id for job in store.jobs.list(limit=1000)} == set(kept)
    due = store.jobs.due(resend_seconds=-1, limit=1000)
    assert {job_id for job_id, _ in due} == set(kept)
    with store.database.read() as connection:
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar_one() == "ok"
    subprocess.run(["mount", "-o", f"remount,size={4 * TMPFS_BYTES}", str(small_disk)], check=True)
    probe()
    assert store.leases.claim(kept[0], lease_seconds=30)
    store.close()


def fill(client: redis.Redis) -> None:
    while True:
        client.rpush("filler", b"x" * 10_000)


@pytest.fixture
def full_broker(valkey_own: ValkeyProcess) -> Iterator[redis.Redis]:
    """Fill a server with what has no end."""
    with valkey_own.client() as client:
        client.config_set("maxmemory", "4mb")
        client.config_set("maxmemory-policy", "volatile-ttl")
        with pytest.raises(redis.exceptions.OutOfMemoryError):
            fill(client)
        yield client


def test_a_full_broker_is_named_and_used_again_when_there_is_room(
    valkey_own: ValkeyProcess, full_broker: redis.Redis
) -> None:
    probe, queue = broker_probe(valkey_own.url), CeleryQueue(valkey_own.url)
    for use in (probe, lambda: queue.enqueue("job", "interactive")):
        with pytest.raises(BrokerFull, match="memory is full") as full:
            use()
        assert "maxmemory" in full.value.fix
    full_broker.delete("filler")  # done in the background
    wait_until(lambda: full_broker.info("memory")["used_memory"] < 3 * 2**20)
    probe()
    queue.enqueue("job", "interactive")
    assert full_broker.llen("interactive") == 1


def test_a_broker_that_is_away_is_another_error() -> None:
    with pytest.raises(BrokerOutage) as away:
        broker_probe(f"redis://127.0.0.1:{free_port()}/0")()
    assert not isinstance(away.value, BrokerFull)


def test_a_broker_that_refuses_the_password_is_no_outage_of_the_server(valkey_own: ValkeyProcess) -> None:
    at = urlsplit(valkey_own.url)
    valkey_own.client().config_set("requirepass", "right")
    for login in ("", ":wrong@"):
        url = f"redis://{login}{at.hostname}:{at.port}/0"
        with pytest.raises(BrokerOutage, match=f"at {at.hostname}:{at.port} refused the password") as refused:
            require_broker(url)
        assert "password in INLAID_BROKER_URL" in refused.value.fix
    require_broker(f"redis://:right@{at.hostname}:{at.port}/0")


def test_a_broker_at_its_limit_drops_streams_and_keeps_every_message(valkey_own: ValkeyProcess) -> None:
    queue, streams = CeleryQueue(valkey_own.url), StreamEvents(valkey_own.url, CIPHER)
    configured = valkey_configuration(Path("folder"), port=1, password="p").decode()
    assert "maxmemory-policy volatile-ttl\n" in configured
    with valkey_own.client() as client:
        client.config_set("maxmemory", "6mb")
        client.config_set("maxmemory-policy", "volatile-ttl")
        for name in QUEUES:
            for number in range(50):
                queue.enqueue(f"{name}-{number}", name)
        for number in range(2000):
            for state in ("queued", "running", "delivered"):
                streams.publish(f"job-{number}", "state", {"state": state, "filler": "x" * 1000})
        streams.flush()
        assert client.info("stats")["evicted_keys"] > 100
        assert [client.llen(name) for name in QUEUES] == [50, 50, 50]
        # Whatever Celery keeps besides streams has no end, so that nothing of it is dropped.
        ending = [key for key in client.keys("*") if client.ttl(key) >= 0]
        assert all(key.startswith(b"inlaid:events:") for key in ending)
        queue.enqueue("one more", "interactive")
    assert streams.read("job-1999")[-1].data["state"] == "delivered"
    streams.close()


def test_streams_of_ended_jobs_go_first(valkey_own: ValkeyProcess) -> None:
    streams = StreamEvents(valkey_own.url, CIPHER)
    with valkey_own.client() as client:
        client.config_set("maxmemory", "6mb")
        client.config_set("maxmemory-policy", "volatile-ttl")
        client.config_set("maxmemory-samples", "64")
        for number in range(50):
            streams.publish(f"running-{number}", "state", {"state": "running"})
        for number in range(3000):
            streams.publish(f"ended-{number}", "state", {"state": "delivered", "filler": "x" * 2000})
        streams.flush()
        assert client.info("stats")["evicted_keys"] > 100
        assert len(client.keys("inlaid:events:running-*")) == 50
    streams.close()
