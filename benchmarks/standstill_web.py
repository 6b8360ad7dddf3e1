"""What once stopped, or hid, the state of the web process."""

import contextlib
import socket
import subprocess
import time
from pathlib import Path

import httpx
import sqlalchemy as sa

from benchmarks.spine import TEXT
from benchmarks.standstill_site import Site, wait_for
from benchmarks.submit import web_process
from core.job import JobRequest
from core.observability.metrics import Metrics

MANY = 1_000_000
MANY_ROWS = """
WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < :many)
INSERT INTO job (id, workspace, person, surface, recipe, queue, dedupe_key, content_hash, state, request, not_before,
                 created_at, finished_at, delivered_at)
SELECT 'many-' || n, workspace, person, surface, recipe, 'bulk', 'many-' || n, content_hash,
       iif(n % 10, 'delivered', 'queued'), request, not_before, created_at, iif(n % 10, created_at - 86400, NULL),
       iif(n % 10, created_at - 86400, NULL)
FROM job, numbers WHERE id = :id
"""
MAX_METRICS_SECONDS = 0.1
HALF_OPEN = 300
MAX_HEALTH_SECONDS = 1.0
DISK_BYTES = 24 * 2**20
GOOD_CODES = [200, 202, 503, 200, 202]


def metrics_of_many(site: Site) -> tuple[str, bool]:
    """Count 1,000,000 jobs for a scrape, of which every tenth waits."""
    template = site.store.jobs.add(JobRequest("light", {"text": TEXT}, "api", "ann"))[0]
    with site.store.database.write() as connection:
        connection.execute(sa.text(MANY_ROWS), {"id": template.id, "many": MANY})
    metrics = Metrics(site.store.jobs, dict, dict)
    times = []
    for _ in range(20):
        started = time.perf_counter()
        metrics.render()
        times.append(time.perf_counter() - started)
    slowest = max(times)  # the first one, too
    return f"{slowest * 1000:.0f} ms with {MANY:,} jobs on SQLite", slowest <= MAX_METRICS_SECONDS


def half_open(site: Site) -> tuple[str, bool]:
    """Begin requests and never end them."""
    with web_process(site.settings) as url, contextlib.ExitStack() as stack:
        host, port = url.removeprefix("http://").split(":")
        lines = []
        for _ in range(HALF_OPEN):
            line = stack.enter_context(socket.create_connection((host, int(port)), timeout=5))
            line.sendall(b"POST /api/v1/jobs HTTP/1.1\r\nHost: x\r\nX-Slow: ")
            line.setblocking(False)
            lines.append(line)
        started = time.perf_counter()
        httpx.get(f"{url}/healthz", trust_env=False).raise_for_status()
        health = time.perf_counter() - started
        seconds = wait_for(lambda: all(_is_cut(line) for line in lines), 60)
    cut = f"all cut after {seconds:.1f} s" if seconds is not None else "not all cut in 60 s"
    said = f"{HALF_OPEN} half-open requests: {cut}; /healthz {health * 1000:.0f} ms meanwhile"
    return said, seconds is not None and health <= MAX_HEALTH_SECONDS


def _is_cut(line: socket.socket) -> bool:
    try:
        return line.recv(4096) == b""
    except BlockingIOError:
        return False
    except OSError:
        return True


def full_disk(site: Site) -> tuple[str, bool]:
    """Fill the disk of the database, and make room again."""
    disk = site.folder / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES}", "tmpfs", disk], check=False).returncode:
        return "not tried: a disk of its own can only be mounted by root", False
    site.stack.callback(lambda: subprocess.run(["umount", "-l", disk], check=False))
    settings = site.changed(home=disk / "home")
    with web_process(settings) as url, httpx.Client(base_url=url, trust_env=False, timeout=20) as client:
        client.headers["Authorization"] = "Bearer bench"
        job = {"recipe": "light", "inputs": {"text": TEXT * 10}}
        codes = [client.get("/readyz").status_code, client.post("/api/v1/jobs", json=job).status_code]
        _fill(disk / "filler")
        refused = wait_for(lambda: client.post("/api/v1/jobs", json=job).status_code == 503, 30)
        wait_for(lambda: client.get("/readyz").status_code == 503, 20)
        told = client.get("/readyz").json()["parts"]["database"]
        codes += [client.get("/readyz").status_code]
        (disk / "filler").unlink()
        wait_for(lambda: client.get("/readyz").status_code == 200, 20)
        codes += [client.get("/readyz").status_code, client.post("/api/v1/jobs", json=job).status_code]
    said = f"readyz {codes[0]}, submit {codes[1]}; full: readyz {codes[2]} ({told.get('message')} {told.get('fix')})"
    return f"{said}; with room: readyz {codes[3]}, submit {codes[4]}", refused is not None and codes == GOOD_CODES


def _fill(path: Path) -> None:
    """Write until there is no room."""
    with path.open("wb", buffering=0) as file:
        for size in (2**20, 4096, 1):
            with contextlib.suppress(OSError):
                while True:
                    file.write(b"x" * size)
