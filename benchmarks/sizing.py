"""From what a job costs to the machines of an installation: arithmetic, printed by `benchmarks.day`."""

import math
from dataclasses import dataclass

from benchmarks.day_plan import HOUR_SECONDS, JOBS_PER_PERSON, MAILS_PER_PERSON, busiest_share

# A core is planned to be busy so much in the busiest hour: the rest is for what comes at once, and for a machine away.
BUSY_SHARE = 0.6
MACHINE_CORES, MACHINE_GB = 8, 32
# What is not measured here: seconds that a model takes for a job, and tokens that it writes.
MODEL_SECONDS, MODEL_TOKENS = 6.0, 250
# A mail is read and triaged at some 1,000 a second and core (`benchmarks.mail`); those that want a draft are jobs.
TRIAGE_CPU_MS = 1.0
THREADS, WORKER_MB, WEB_MB = 12, 200, 160
STREAM_SECONDS = 600
KEPT_DAYS = 90
MEGABYTE, GIGABYTE = 2**20, 2**30


@dataclass(frozen=True)
class Cost:
    """What one job costs."""

    web_cpu_ms: float
    worker_cpu_ms: float
    database_cpu_ms: float
    broker_cpu_ms: float
    rows: float
    stored_bytes: float
    log_bytes: float
    stream_bytes: float


@dataclass(frozen=True)
class Size:
    """What an installation needs in its busiest hour, and what it keeps."""

    people: int
    jobs_per_second: float
    web_cores: float
    worker_cores: float
    worker_processes: int
    database_cores: float
    broker_cores: float
    database_gb: float
    log_mb_per_second: float
    broker_mb: float
    model_tokens_per_second: float
    machines: int

    def lines(self) -> list[str]:
        """Return it for people."""
        return [
            f"{self.people:,} people: {self.jobs_per_second:.1f} jobs a second in the busiest hour",
            f"  web {self.web_cores:.1f} cores, workers {self.worker_cores:.1f} cores in {self.worker_processes} "
            f"processes of {THREADS} threads, PostgreSQL {self.database_cores:.1f}, Valkey {self.broker_cores:.2f}",
            f"  PostgreSQL {self.database_gb:.0f} GB for {KEPT_DAYS} days, {self.log_mb_per_second:.1f} MB of log a "
            f"second; Valkey {self.broker_mb:.0f} MB; models {self.model_tokens_per_second:,.0f} tokens a second",
            f"  = {self.machines} machines of {MACHINE_CORES} cores and {MACHINE_GB} GB, models and replicas apart",
        ]


def size(people: int, cost: Cost) -> Size:
    """Return what so many people need, at 60 % of each core in the busiest hour."""
    jobs = people * JOBS_PER_PERSON
    rate = jobs * busiest_share() / HOUR_SECONDS
    mails = people * MAILS_PER_PERSON * busiest_share() / HOUR_SECONDS

    def cores(cpu_ms: float) -> float:
        return rate * cpu_ms / 1000 / BUSY_SHARE

    processes = max(2, math.ceil(rate * MODEL_SECONDS / THREADS / BUSY_SHARE))
    web_cores = cores(cost.web_cpu_ms)
    worker_cores = cores(cost.worker_cpu_ms) + mails * TRIAGE_CPU_MS / 1000 / BUSY_SHARE
    database_cores, broker_cores = cores(cost.database_cpu_ms), cores(cost.broker_cpu_ms)
    broker_mb = rate * STREAM_SECONDS * cost.stream_bytes / MEGABYTE
    # Web processes and workers share machines; the database has its own, and so has the broker with its replica.
    memory_gb = (processes * WORKER_MB + max(2, math.ceil(web_cores)) * WEB_MB) / 1024
    working = max((web_cores + worker_cores) / MACHINE_CORES, memory_gb / (MACHINE_GB * BUSY_SHARE))
    return Size(
        people,
        rate,
        web_cores,
        worker_cores,
        processes,
        database_cores,
        broker_cores,
        jobs * KEPT_DAYS * cost.stored_bytes / GIGABYTE,
        rate * cost.log_bytes / MEGABYTE,
        broker_mb,
        rate * MODEL_TOKENS,
        max(2, math.ceil(working)) + max(1, math.ceil(database_cores / MACHINE_CORES)) + 1,
    )
