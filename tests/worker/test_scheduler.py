"""The scheduler sends everything at the start and at its interval, also when the clock is set back."""

from datetime import UTC, datetime, timedelta

import pytest
from celery import Celery

from worker.scheduler import Scheduler

START = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
SCHEDULE = {"often": {"task": "often", "schedule": 10.0}, "seldom": {"task": "seldom", "schedule": 60.0}}


class _Clock(Celery):
    """An app whose clock a test sets."""

    at = START

    def now(self) -> datetime:
        return self.at


class _Noted(Scheduler):
    """A scheduler whose tasks go nowhere."""

    def __init__(self, app: Celery) -> None:
        self.sent = list[str]()
        super().__init__(app=app)

    def send_task(self, name: str, *_args: object, **_options: object) -> None:
        self.sent.append(name)

    def passed(self, clock: _Clock, seconds: float) -> list[str]:
        """Let the clock go on, and return what was sent then."""
        clock.at += timedelta(seconds=seconds)
        self.sent.clear()
        while not self.tick():
            pass
        return sorted(self.sent)


@pytest.fixture
def clock() -> _Clock:
    app = _Clock("scheduled", broker="memory://", set_as_current=False)
    app.conf.update(beat_schedule=SCHEDULE, result_expires=None)
    return app


def test_all_is_sent_at_the_start_and_then_at_its_interval(clock: _Clock) -> None:
    scheduler = _Noted(clock)
    assert scheduler.passed(clock, 0) == ["often", "seldom"]
    assert scheduler.passed(clock, 5) == []
    assert scheduler.passed(clock, 6) == ["often"]
    assert scheduler.passed(clock, 50) == ["often", "seldom"]


def test_a_clock_that_is_set_back_silences_nothing(clock: _Clock) -> None:
    clock.at += timedelta(days=400)
    scheduler = _Noted(clock)
    scheduler.passed(clock, 0)
    clock.at = START
    assert scheduler.passed(clock, 1) == ["often", "seldom"]
    assert scheduler.passed(clock, 11) == ["often"]
    assert scheduler.passed(clock, 50) == ["often", "seldom"]
