"""The surface of scans, run by the real runner: what is found becomes signals, whatever happens in between."""

import pytest

from core.drafts import Draft, Item
from core.errors import ModelOutage
from core.job import Job
from core.runner.retries import RetryBudget
from core.runner.runner import Runner
from core.settings import Settings
from core.signals.board import load_board
from core.store import Store
from integrations.signals.surface import SignalSurface
from tests.core.signals.scanned import add_scan
from tests.core.sources.making import add_source, fill, item_store, lease_of, written
from tests.memory_events import MemoryEvents

LINE = "The boiler may fail soon."


def runner_of(store: Store, settings: Settings, answers: list[Draft | Exception]) -> Runner:
    surface = SignalSurface()

    def generate(job: Job, further: object, _progress: object) -> Draft:
        assert LINE in str(further)
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    return Runner(
        store=store,
        settings=settings,
        events=MemoryEvents(),
        generate=generate,
        surface=lambda _job: surface,
        lease_seconds=30,
        budget=RetryBudget(3),
    )


@pytest.fixture
def job(sqlite_store: Store, settings: Settings) -> Job:
    source = add_source(sqlite_store, settings.local_person)
    fill(sqlite_store, source, [written("notes", LINE)])
    scan = add_scan(sqlite_store, source, person=settings.local_person)
    board = load_board(settings, sqlite_store.records, sqlite_store.jobs)
    (waiting,) = board.begin(scan, "text", lambda request: sqlite_store.jobs.add(request)[0]).jobs
    return waiting


def found(store: Store, settings: Settings) -> list[tuple[str, int]]:
    board = load_board(settings, store.records, store.jobs)
    return [(signal.text, signal.count) for signal in board.find("local", settings.local_person)]


def test_a_finding_is_kept_once_though_the_model_was_away_first(
    sqlite_store: Store, settings: Settings, job: Job
) -> None:
    draft = Draft(recipe="scan", items=(Item(text=LINE, quote=LINE, kind="risk"), Item(text="x", quote="never said")))
    runner = runner_of(sqlite_store, settings, [ModelOutage("away"), draft])
    runner.run(job.id)
    while (again := sqlite_store.jobs.get(job.id)).state == "queued":
        with sqlite_store.database.write() as connection:
            connection.exec_driver_sql("UPDATE job SET not_before = 0")
        runner.run(again.id)
    assert again.state == "delivered"
    assert found(sqlite_store, settings) == [(LINE, 1)]


def test_what_is_gone_before_its_turn_is_no_signal(sqlite_store: Store, settings: Settings, job: Job) -> None:
    runner = runner_of(sqlite_store, settings, [])
    board = load_board(settings, sqlite_store.records, sqlite_store.jobs)
    (status,) = board.scans("local", settings.local_person)
    (source_id,) = status.scan.source_ids
    source = board.scanner.sources.get(source_id).source
    item_store(sqlite_store).remove_any(lease_of(sqlite_store, source), 10)
    runner.run(job.id)
    assert sqlite_store.jobs.get(job.id).state == "failed"
    assert found(sqlite_store, settings) == []
