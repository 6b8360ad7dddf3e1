"""A surface that shows a result while it grows hears what the running job says."""

from collections.abc import Callable
from typing import Any

from core.drafts import Draft
from core.job import Job, JobRequest
from core.ports import Progress, SurfaceContext
from core.runner.retries import RetryBudget
from core.runner.runner import Runner
from core.settings import load_settings
from core.store import Store
from tests.memory_events import MemoryEvents


class Screen:
    """A surface that keeps what it hears, and breaks at a word if told."""

    def __init__(self, breaks_at: str = "") -> None:
        self.heard: list[tuple[str, Any]] = []
        self._breaks_at = breaks_at

    def prepare(self, _job: Job, _context: SurfaceContext) -> dict[str, Any]:
        return {}

    def deliver(self, job: Job, _context: SurfaceContext) -> None:
        self.heard.append(("delivered", job.id))

    def listen(self, _job: Job, _context: SurfaceContext) -> Callable[[str, dict[str, Any]], None]:
        def hear(kind: str, data: dict[str, Any]) -> None:
            text = data.get("text") or data.get("state")
            if text == self._breaks_at:
                raise RuntimeError("the screen is broken")
            self.heard.append((kind, text))

        return hear


def write(job: Job, _further: dict[str, Any], progress: Progress) -> Draft:
    for word in ("one ", "two ", "three"):
        progress.token(word)
    return Draft(recipe=job.recipe, text="one two three")


def run(store: Store, screen: Screen) -> tuple[Job, MemoryEvents]:
    events = MemoryEvents()
    job, _ = store.jobs.add(JobRequest("summarize", {}, surface="slack", person="U1"))
    Runner(store, load_settings(), events, write, lambda _job: screen, lease_seconds=60, budget=RetryBudget(3)).run(
        job.id
    )
    return store.jobs.get(job.id), events


def test_a_listening_surface_hears_the_states_and_every_word(sqlite_store: Store) -> None:
    screen = Screen()
    job, _events = run(sqlite_store, screen)
    assert "".join(text for kind, text in screen.heard if kind == "token") == "one two three"
    assert screen.heard[0] == ("state", "running")
    assert screen.heard[-2:] == [("delivered", job.id), ("state", "delivered")]


def test_a_broken_listener_costs_the_job_nothing(sqlite_store: Store) -> None:
    screen = Screen(breaks_at="one two three")
    job, events = run(sqlite_store, screen)
    assert job.state == "delivered"
    assert screen.heard == [("state", "running"), ("delivered", job.id)]
    assert "".join(event.data["text"] for event in events.read(job.id) if event.kind == "token") == "one two three"
