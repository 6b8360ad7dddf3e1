"""From the cost of a job to machines: what is asked for grows with people and cost, and never below what may fail."""

from dataclasses import replace

import pytest

from benchmarks.day_plan import HOUR_SECONDS, JOBS_PER_PERSON, busiest_share
from benchmarks.sizing import BUSY_SHARE, KEPT_DAYS, Cost, size

COST = Cost(8.0, 7.0, 3.0, 0.5, 6.0, 10_000.0, 20_000.0, 1_500.0)


def test_the_busiest_hour_decides_and_cores_are_left_for_more() -> None:
    found = size(200_000, COST)
    assert found.jobs_per_second == pytest.approx(200_000 * JOBS_PER_PERSON * busiest_share() / HOUR_SECONDS)
    assert found.web_cores == pytest.approx(found.jobs_per_second * 0.008 / BUSY_SHARE)
    assert found.database_gb == pytest.approx(200_000 * JOBS_PER_PERSON * KEPT_DAYS * 10_000 / 2**30)


def test_five_times_the_people_need_five_times_as_much_and_more_machines() -> None:
    few, many = size(200_000, COST), size(1_000_000, COST)
    assert many.worker_cores == pytest.approx(5 * few.worker_cores)
    assert many.machines > few.machines


def test_a_dearer_job_needs_more() -> None:
    assert size(1_000_000, replace(COST, worker_cpu_ms=70.0)).machines > size(1_000_000, COST).machines


def test_the_smallest_installation_bears_the_loss_of_a_machine() -> None:
    found = size(500, COST)
    assert found.worker_processes == 2
    assert found.machines == 4  # two for web and workers, the database, the broker
    assert "= 4 machines" in found.lines()[-1]
