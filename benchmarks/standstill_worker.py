"""Brokers, messages, models and rows that once ended or froze workers."""

import json
import time

import sqlalchemy as sa

from benchmarks.instant_model import ModelProcess
from benchmarks.spine import RECIPE, TEXT
from benchmarks.standstill_site import Site, wait_for
from core.errors import InlaidError
from core.job import Job, JobRequest
from core.store import open_store
from core.store.tables import jobs
from core.submit import load_intake, submit
from tests.processes.commands import kill_part, running_up, settings_of
from tests.servers.worker import WorkerProcess
from worker.enqueue import CeleryQueue

JOBS = 40
TREE_JOBS = 12
MAX_RESTART_SECONDS = 8.0
MAX_CANCEL_SECONDS = 2.0
MAX_WAKE_UP_SECONDS = 10.0
DEADLINE_SECONDS = 5.0
BACKLOG = 5_000
LOOPS = "{% for a in text %}{% for b in text %}{% for c in text %}{% endfor %}{% endfor %}{% endfor %}"


def _all_delivered(site: Site, ids: list[Job]) -> str:
    done = sum(job.state == "delivered" for job in site.ended(*ids))
    return f"{done} of {len(ids)}"


def _end(worker: WorkerProcess) -> str:
    return "same worker" if worker.exit_code is None else f"worker ended with {worker.exit_code}"


def broker_killed(site: Site) -> tuple[str, bool]:
    """Kill the broker under a worker with a running job, and bring it back."""
    with ModelProcess(word_seconds=0.3) as slow:
        worker = site.worker(site.changed(model_url=slow.url, deadline_interactive_seconds=4.0))
        running = [site.submit() for _ in range(2)]
        wait_for(lambda: all(site.store.jobs.get(job.id).state == "running" for job in running))
        site.valkey.kill()
        waiting = [site.submit() for _ in range(2)]
        time.sleep(2.0)
        site.valkey.start()
        started = time.monotonic()
        found = site.ended(*running, *waiting)
    ended = sum(job.has_ended for job in found)
    said = f"{_end(worker)}; {ended} of {len(found)} jobs came to their end {time.monotonic() - started:.1f} s after"
    return said, ended == len(found) and worker.exit_code is None


def tree_without_broker(site: Site) -> tuple[str, bool]:
    """Kill the Valkey of `inlaid up`, and time the jobs that are submitted then."""
    home = site.folder / "up"
    given = {
        "model_url": site.settings.model_url,
        "model_name": "instant-70b",
        "recipes_dir": str(site.settings.recipes_dir),
    }
    with running_up(home, site.folder / "up.log", **given) as up:
        up.wait_for("Inlaid is up")
        settings = settings_of(home)
        store = open_store(settings)
        kill_part(home, "valkey-server")
        started = time.monotonic()
        asked = [JobRequest("light", {"text": f"{number} {TEXT}"}, "api", "ann") for number in range(TREE_JOBS)]
        made = [submit(load_intake(settings, store), CeleryQueue(settings.broker_url), one)[0] for one in asked]
        seconds = wait_for(lambda: all(store.jobs.get(one.id).has_ended for one in made))
        store.close()
        stops = [line for line in up.stops if "valkey" not in line]
    said = f"{TREE_JOBS} jobs done {time.monotonic() - started:.1f} s after the kill; parts that ended: {len(stops)}"
    return said, seconds is not None and seconds <= MAX_RESTART_SECONDS and not stops


def malformed_messages(site: Site) -> tuple[str, bool]:
    """Put into the queue what no program of ours would."""
    worker = site.worker()
    bad = [b"garbage", b"{}", b"[1, 2]", json.dumps({"body": "x", "headers": {}, "properties": {}}).encode()]
    bad += [b"\x80\x04garbage", b"x" * 10_000_000]
    with site.valkey.client() as client:
        for message in bad:
            client.lpush("interactive", message)
    done = _all_delivered(site, [site.submit(inputs={"text": f"{number} {TEXT}"}) for number in range(JOBS)])
    return f"{len(bad)} such messages: {_end(worker)}, {done} jobs done", worker.exit_code is None and done.startswith(
        str(JOBS)
    )


def dripping_model(site: Site) -> tuple[str, bool]:
    """Ask a model that says a word a second and never comes to an end."""
    with ModelProcess(word_seconds=1.0) as dripping:
        site.worker(site.changed(model_url=dripping.url, deadline_interactive_seconds=DEADLINE_SECONDS))
        started = time.monotonic()
        [job] = site.ended(site.submit())
    seconds = time.monotonic() - started
    said = (
        f"{job.state} ({(job.error or {}).get('code')}) after {seconds:.1f} s with a deadline of {DEADLINE_SECONDS:.0f}"
    )
    return said, job.state == "failed" and seconds < DEADLINE_SECONDS + 8


def cancelled_loop(site: Site) -> tuple[str, bool]:
    """Cancel a job whose model never ends, and see how one ends whose template would loop for a day."""
    assert site.settings.recipes_dir
    looping = RECIPE.replace('name = "light"', 'name = "looping"').replace("{{ text | fenced }}", LOOPS)
    (site.settings.recipes_dir / "looping.toml").write_text(looping)
    with ModelProcess(word_seconds=0.5) as dripping:
        site.worker(site.changed(model_url=dripping.url))
        job = site.submit()
        wait_for(lambda: site.store.jobs.get(job.id).state == "running")
        time.sleep(1.0)  # so that it is in the middle of the model's answer
        site.store.jobs.request_cancel(job.id)
        started = time.monotonic()
        [cancelled] = site.ended(job)
        seconds = time.monotonic() - started
        looped = site.submit("looping")
        started = time.monotonic()
        [ended] = site.ended(looped)
        looped_seconds = time.monotonic() - started
    said = f"{cancelled.state} {seconds:.2f} s after the wish in a model call; looping template: "
    said += f"{ended.state} ({(ended.error or {}).get('code')}) after {looped_seconds:.1f} s"
    is_good = cancelled.state == "cancelled" and max(seconds, looped_seconds) <= MAX_CANCEL_SECONDS + 3
    return said, is_good and seconds <= MAX_CANCEL_SECONDS and ended.state == "failed"


def unreadable_row(site: Site) -> tuple[str, bool]:
    """Spoil the sealed request of a job, and have others beside it."""
    spoilt = site.submit()
    with site.store.database.write() as connection:
        connection.execute(sa.update(jobs).where(jobs.c.id == spoilt.id).values(request=b"no key opens this"))
    site.worker()
    done = _all_delivered(site, [site.submit(inputs={"text": f"{number} {TEXT}"}) for number in range(4)])

    def row() -> tuple[str, int]:
        with site.store.database.read() as connection:
            state, attempts = connection.execute(
                sa.select(jobs.c.state, jobs.c.attempts).where(jobs.c.id == spoilt.id)
            ).one()
        return str(state), int(attempts)

    wait_for(lambda: row()[0] == "failed", 30)
    state, attempts = row()
    listed = len(site.store.jobs.list())
    try:
        site.store.jobs.get(spoilt.id)
        told = ""
    except InlaidError as error:
        told = error.message
    said = f"{state} after {attempts} tries, {done} others done, list shows {listed}; get: {told[:70]}"
    return said, state == "failed" and attempts <= 3 and done == "4 of 4" and listed == 4


def lost_wake_up(site: Site) -> tuple[str, bool]:
    """Lose the message of an interactive job behind a backlog of bulk work, with the worker busy."""
    with ModelProcess(word_seconds=0.2) as slow:
        worker_settings = site.changed(model_url=slow.url, deadline_bulk_seconds=1.0)
        template = site.submit(queue="bulk")
        with site.store.database.write() as connection:
            row = dict(connection.execute(sa.select(jobs).where(jobs.c.id == template.id)).one()._mapping)
            copies = [
                {**row, "id": f"{row['id'][:-6]}{number:06d}", "dedupe_key": str(number), "sent_at": None}
                for number in range(BACKLOG)
            ]
            for at in range(0, BACKLOG, 500):
                connection.execute(sa.insert(jobs), copies[at : at + 500])
        site.worker(worker_settings)
        wait_for(lambda: site.store.jobs.count_open().get(("bulk", "running"), 0) >= 4)
        lost = site.store.jobs.add(JobRequest("light", {"text": TEXT}, "api", "ann"))[0]
        with site.store.database.write() as connection:
            connection.execute(sa.update(jobs).where(jobs.c.id == lost.id).values(sent_at=None))
        started = wait_for(lambda: site.store.jobs.get(lost.id).state != "queued", 60)
    said = f"started {started:.1f} s after" if started is not None else "not started in 60 s"
    return f"{said}, behind {BACKLOG} bulk jobs", started is not None and started <= MAX_WAKE_UP_SECONDS
