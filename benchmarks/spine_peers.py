"""What a task costs elsewhere: no-op tasks through Celery, dramatiq, arq and taskiq, beside a whole job of ours.

Each drains a filled queue on the same Valkey, one worker process, in its usual configuration for four tasks at a time.
The peers are installed into an environment of their own, which is deleted afterwards; Celery is ours. A task of theirs
does nothing, and a job of ours is a request that was stored, done by an instant model, checked, sealed and audited: the
two are no equals, and what each keeps when its worker dies is printed beside.

`.venv/bin/python -m benchmarks.spine_peers [--tasks 3000] [--jobs 300]`. Processor time is what the worker and its
children used; the load of the machine makes it dearer for all, so the ratio is what to read.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from benchmarks import spine
from tests.servers.valkey import ValkeyProcess

REQUIREMENTS = ("arq==0.28.0", "dramatiq[redis]==2.2.1", "taskiq<0.13", "taskiq-redis==1.0.9")
URL = f"os.environ[{spine.BROKER_VARIABLE!r}]"
DRAMATIQ = f"""
import os, sys, dramatiq
from dramatiq.brokers.redis import RedisBroker
dramatiq.set_broker(RedisBroker(url={URL}))
@dramatiq.actor(queue_name="noop")
def nothing(number): pass
def fill(count):
    for number in range(count): nothing.send(number)
"""
ARQ = f"""
import os, asyncio, arq
from arq.connections import RedisSettings
settings = RedisSettings.from_dsn({URL})
async def nothing(context, number): pass
class WorkerSettings:
    functions, redis_settings, keep_result = [nothing], settings, 0
async def _fill(count):
    pool = await arq.create_pool(settings)
    for number in range(count): await pool.enqueue_job("nothing", number)
def fill(count): asyncio.run(_fill(count))
"""
TASKIQ = f"""
import os, asyncio
from taskiq_redis import RedisStreamBroker
broker = RedisStreamBroker(url={URL})
@broker.task
async def nothing(number: int) -> None: pass
async def _fill(count):
    await broker.startup()
    for number in range(count): await nothing.kiq(number)
    await broker.shutdown()
def fill(count): asyncio.run(_fill(count))
"""


@dataclass(frozen=True)
class Peer:
    """One way to run tasks: its worker's command and module, how many tasks are left, and what it keeps."""

    name: str
    source: str
    arguments: tuple[str, ...]
    left: Callable[[Any], int]
    keeps: str


def _of_stream(client: Any) -> int:
    groups = client.xinfo_groups("taskiq")
    return sum(int(group["pending"]) + int(group["lag"] or 0) for group in groups)


PEERS = (
    Peer(
        "dramatiq",
        DRAMATIQ,
        ("-m", "dramatiq", "peer_dramatiq", "-p", "1", "-t", "4"),
        lambda client: int(client.hlen("dramatiq:noop.msgs")),
        "a task of a dead worker is done again; lost with the broker's memory; may run twice",
    ),
    Peer(
        "arq",
        ARQ,
        ("-m", "arq", "peer_arq.WorkerSettings"),
        lambda client: int(client.zcard("arq:queue")),
        "as dramatiq; a known id is not queued twice while its result is kept",
    ),
    Peer(
        "taskiq",
        TASKIQ,
        ("-m", "taskiq", "worker", "--workers", "1", "peer_taskiq:broker"),
        _of_stream,
        "as dramatiq",
    ),
)
CELERY_KEEPS = "with late acks as dramatiq, an hour later; some are lost under kill -9 (DECISIONS.md)"
OURS_KEEPS = "nothing lost, one visible result: with an emptied broker and kill -9 too (tests/faults)"


def install(folder: Path) -> Path:
    """Make the environment of the peers and return its Python."""
    uv, python = str(Path(sys.executable).with_name("uv")), folder / "peers" / "bin" / "python"
    subprocess.run([uv, "venv", "--quiet", "--python", sys.executable, str(folder / "peers")], check=True)
    subprocess.run([uv, "pip", "install", "--quiet", "--python", str(python), *REQUIREMENTS], check=True)
    return python


def drained(
    command: list[str], environment: dict[str, str], left: Callable[[], int], count: int
) -> tuple[float, float]:
    """Let a worker drain a queue; return its tasks a second and its milliseconds of processor time a task."""
    with spine.processes([command], environment) as [worker]:
        begun = _wait_below(left, count - 1)
        used, started = _processor_seconds(worker), time.monotonic()
        _wait_below(left, 0)
        return begun / (time.monotonic() - started), (_processor_seconds(worker) - used) / begun * 1000


def _wait_below(left: Callable[[], int], most: int) -> int:
    deadline = time.monotonic() + spine.MAX_DRAIN_SECONDS
    while time.monotonic() < deadline:
        found = left()
        if found <= most:
            return found
        time.sleep(0.01)
    sys.exit("A worker did not come to an end.")


def _processor_seconds(worker: psutil.Process) -> float:
    return sum(sum(one.cpu_times()[:2]) for one in [worker, *worker.children(recursive=True)])


def of_celery(valkey: ValkeyProcess, count: int) -> tuple[float, float]:
    """Return the same of raw Celery."""
    spine.fill_noops(valkey, count)
    with valkey.client() as client:
        return drained(*spine.noop_worker(valkey), lambda: int(client.llen("noop")), count)


def of_peer(peer: Peer, python: Path, valkey: ValkeyProcess, count: int) -> tuple[float, float]:
    """Return the same of a peer."""
    valkey.flush()
    folder = python.parent
    (folder / f"peer_{peer.name}.py").write_text(peer.source)
    environment = {**os.environ, spine.BROKER_VARIABLE: valkey.url, "PYTHONPATH": str(folder)}
    fill = f"import peer_{peer.name} as peer; peer.fill({count})"
    subprocess.run([str(python), "-c", fill], env=environment, check=True)
    with valkey.client() as client:
        return drained([str(python), *peer.arguments], environment, lambda: peer.left(client), count)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tasks", type=int, default=3000)
    parser.add_argument("--jobs", type=int, default=300)
    options = parser.parse_args()
    print(f"load {os.getloadavg()[0]:.1f} at the start")
    with tempfile.TemporaryDirectory() as name, ValkeyProcess(Path(name) / "valkey") as valkey:
        python = install(Path(name))
        rows = [("Celery", *of_celery(valkey, options.tasks), CELERY_KEEPS)]
        rows += [(peer.name, *of_peer(peer, python, valkey, options.tasks), peer.keeps) for peer in PEERS]
    for run in spine.measure(["postgresql", "sqlite"], [1], options.jobs)["runs"]:
        rows.append((f"Inlaid, {run['store']}", run["jobs_per_second"], run["cpu_ms_per_job"], OURS_KEEPS))
    for title, rate, milliseconds, keeps in rows:
        print(f"{title:18} {rate:8.0f} a second {milliseconds:7.2f} ms of processor time  {keeps}")


if __name__ == "__main__":
    main()
