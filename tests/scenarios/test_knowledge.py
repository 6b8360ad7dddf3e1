"""A folder that a real worker reads: asked, changed, asked again, deleted; and the worker is killed while it reads."""

from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
import sqlalchemy as sa

from core.job import Job, JobRequest
from core.sources.model import EVERYBODY, Source
from core.sources.search import Sources, load_sources
from core.sources.store import SourceStatus
from core.store.tables import sources as table
from core.submit import load_intake, submit
from tests.fakes.openai_replies import Answer
from tests.scenarios.conftest import House
from worker.enqueue import SOURCES_TASK

pytestmark = pytest.mark.processes


@pytest.fixture
def sources(house: House) -> Sources:
    return load_sources(house.tree.settings, house.store)


def add(sources: Sources, folder: Path) -> Source:
    """Add a folder for everybody, as the console does; the worker finds it."""
    options = {"path": str(folder), "readers": [EVERYBODY]}
    return sources.store.add(Source("", "local", "ann", "folder", folder.name, options, every_seconds=3600))


def synced(house: House, sources: Sources, source: Source, since: float | None = None) -> SourceStatus:
    """Wait until the worker has read a source to its end, after a time."""

    def is_read() -> bool:
        status = sources.store.get(source.id)
        return status.synced_at is not None and (since is None or status.synced_at > since) and not status.is_working

    house.begin(SOURCES_TASK, "bulk")
    house.until(is_read, "the source is read")
    return sources.store.get(source.id)


def end_lease(house: House) -> None:
    """Let the time be over that the lease of whoever was killed lasts."""
    with house.store.database.write() as connection:
        connection.execute(sa.update(table).values(lease_until=0.0))


def answer(house: House, question: str) -> Job:
    request = JobRequest("ask", {"question": question}, "api", "bob")
    return house.ended(submit(load_intake(house.tree.settings, house.store), house.queue, request)[0])


def test_a_folder_is_read_asked_changed_asked_again_and_forgotten(
    house: House, sources: Sources, tmp_path: Path
) -> None:
    (tmp_path / "policy.md").write_text("# Travel\n\nHotel costs are refunded up to 140 EUR per night.\n")
    source = add(sources, tmp_path)
    first = synced(house, sources, source)
    assert first.items == 1

    def is_found(amount: str) -> bool:
        hits = sources.find([sources.reader_of("local", "bob")], "How much is refunded for a hotel?")
        return any(amount in hit.text for hit in hits)

    assert is_found("140 EUR")
    house.model.respond = lambda _body: Answer("Hotel costs are refunded up to 140 EUR per night [1].")
    job = answer(house, "How much is refunded for a hotel per night?")
    assert job.draft
    assert "up to 140 EUR" in str([asked.body for asked in house.model.asked])

    (tmp_path / "policy.md").write_text("# Travel\n\nHotel costs are refunded up to 160 EUR per night.\n")
    sources.store.wake(source.id)
    second = synced(house, sources, source, first.synced_at)
    assert is_found("160 EUR")
    assert not is_found("140 EUR")

    (tmp_path / "other.md").write_text("Something else.")
    (tmp_path / "policy.md").unlink()
    sources.store.wake(source.id)
    synced(house, sources, source, second.synced_at)
    assert not is_found("EUR")
    sources.store.change(replace(source, state="removing"))
    # This one is left to the scheduler.
    house.until(lambda: source.id not in {status.source.id for status in sources.store.list()}, "the source is gone")


def test_a_worker_that_is_killed_while_it_reads_goes_on(house: House, sources: Sources, tmp_path: Path) -> None:
    count = 400
    for number in range(count):
        (tmp_path / f"{number:04}.txt").write_text(f"Paper {number} is about the hotel of town {number}.\n" * 3)
    source = add(sources, tmp_path)

    def has_more(share: float) -> bool:
        return sources.store.get(source.id).items > count * share

    for share in (0.1, 0.4):
        house.begin(SOURCES_TASK, "bulk")
        house.until(partial(has_more, share), "a part is read")
        house.kill("worker")
        end_lease(house)
    status = synced(house, sources, source)
    assert (status.items, status.passages, status.errors) == (count, count, 0)
    assert sources.index.stats().passages == count
    assert sources.items.tasks(source, 10) == []
