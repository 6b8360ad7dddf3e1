"""A process that reads a source is killed with SIGKILL again and again, anywhere; what stands at the end is whole."""

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from core.settings import Settings
from core.sources.model import EVERYBODY, Source
from core.sources.search import load_sources
from core.store import Store, open_store
from core.store.tables import sources as table
from integrations.registry import open_sync
from tests.servers.postgres import with_server

FILES = 120
KILLS = 4
READ = """
import sys
from core.settings import load_settings
from core.sources.search import load_sources
from core.store import open_store
from integrations.registry import open_sync

settings = load_settings()
sync = open_sync(load_sources(settings, open_store(settings)))
print("ready", flush=True)
while (done := sync.work(sys.argv[1])) and done.more:
    pass
"""


@pytest.fixture(params=["sqlite", "postgresql"])
def installation(request: pytest.FixtureRequest, settings: Settings) -> Settings:
    if request.param == "postgresql":
        return with_server(settings, request.getfixturevalue("postgres_url"))
    return settings


def environment(settings: Settings) -> dict[str, str]:
    """Return the environment of a process of this installation."""
    keys = ",".join(key.get_secret_value() for key in settings.secret_keys)
    given = {"INLAID_HOME": str(settings.home), "INLAID_DATABASE_URL": settings.database_url}
    return {**os.environ, **given, **({"INLAID_SECRET_KEYS": keys} if keys else {})}


def end_lease(store: Store) -> None:
    """Let the time be over that the lease of whoever was killed lasts."""
    with store.database.write() as connection:
        connection.execute(table.update().values(lease_until=0.0))


@pytest.mark.processes
def test_a_reading_that_is_killed_anywhere_comes_to_the_same_end(installation: Settings, tmp_path: Path) -> None:
    folder = tmp_path / "papers"
    folder.mkdir()
    for number in range(FILES):
        (folder / f"{number:03}.txt").write_text(f"Paper {number} tells of the hotel in town {number}.\n" * 5)
    store = open_store(installation)
    sources = load_sources(installation, store)
    options = {"path": str(folder), "readers": [EVERYBODY]}
    source = sources.store.add(Source("", "local", "ann", "folder", "Papers", options))
    generator = random.Random(17)
    for kill in range(KILLS):
        if kill == KILLS // 2:  # from here on there are changes as well
            for number in range(0, FILES, 3):
                (folder / f"{number:03}.txt").write_text(f"Another paper {number}, of the station.")
            for number in range(1, FILES, 3):
                (folder / f"{number:03}.txt").unlink()
            sources.store.wake(source.id)
        command = [sys.executable, "-c", READ, source.id]
        with subprocess.Popen(command, env=environment(installation), stdout=subprocess.PIPE) as process:
            assert process.stdout
            assert process.stdout.readline() == b"ready\n"
            time.sleep(generator.uniform(0.05, 1.0))  # a kill at any moment is what is tried
            process.kill()
        end_lease(store)
    sync = open_sync(sources)
    while (done := sync.work(source.id)) and done.more:
        pass
    status = sources.store.get(source.id)
    left = FILES - FILES // 3
    assert (status.items, status.passages, status.errors, status.error) == (left, left, 0, None)
    assert sources.index.stats().passages == left
    assert sources.items.tasks(source, 10) == []
    reader = sources.reader_of("local", "bob")
    found = {hit.item_key for hit in sources.find([reader], "hotel", limit=FILES)}
    assert found
    assert all(int(key[:3]) % 3 == 2 for key in found)
    sources.index.close()
    store.close()
