"""What only some workers need is made when it is needed, and once."""

import threading
from dataclasses import dataclass, field

import pytest

from tests.processes.commands import wait_until
from worker.awaited import Awaited


@dataclass
class Desk:
    """Something that may come to be needed, and how often it was made."""

    is_needed: bool = False
    made: int = 0
    stopping: threading.Event = field(default_factory=threading.Event)
    found: list[str | None] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.awaited = Awaited(lambda: self.is_needed, self.make, self.stopping)
        self.threads = [threading.Thread(target=lambda: self.found.append(self.awaited.wait())) for _ in range(3)]
        for thread in self.threads:
            thread.start()

    def make(self) -> str:
        self.made += 1
        return "made"


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_threads_that_wait_for_it_get_the_same_one(desk: Desk) -> None:
    assert desk.awaited.get() is None
    desk.is_needed = True
    wait_until(lambda: desk.found == ["made"] * 3)
    assert desk.awaited.get() == desk.awaited.made == "made"
    assert desk.made == 1


def test_what_is_not_needed_before_the_end_is_never_made(desk: Desk) -> None:
    desk.stopping.set()
    for thread in desk.threads:
        thread.join(10)
    assert desk.found == [None] * 3
    assert (desk.made, desk.awaited.made) == (0, None)
