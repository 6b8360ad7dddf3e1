"""Many mailboxes: what they cost while nothing happens, and whether those that hang hold up the others.

    .venv/bin/python -m benchmarks.mail_scale [idle|hang|handover] [--mailboxes N] [--graph SHARE] [--json]

Idle: a worker with N mailboxes that have been connected for hours, half of them at a counting IMAP server and half at a
fake Microsoft 365 that has told us of every mail; CPU and memory of the worker over two minutes, in which it renews
lines and reads mailboxes by the clock as often as at any other time. First with a tenth of them, for the growth.
Hang: two workers with N mailboxes each: all healthy, and with a tenth at servers that say nothing more from the
greeting, LOGIN, IDLE or APPEND on, or from the first HTTP request on. Mails come to 60 healthy mailboxes of each on a
Dovecot, after four for which the workers load what they need, and 360 interactive jobs beside them; an instant model.
Beside the ratios stands what processor time each worker took.
Handover: two workers share N mailboxes by IMAP, one is killed, and the other takes its lines over.
"""

import argparse
import json
import math
import os
import random
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import psutil
import sqlalchemy as sa

from benchmarks.counting_imap import CountingImap
from benchmarks.standstill_site import Site, open_site, wait_for
from core.job import Job
from core.settings import Settings
from core.store.due import DueIndex
from core.store.records import RecordStore
from integrations.mail.graph.accounts import SCOPES, GraphAccount, GraphAccounts, GraphCursor
from integrations.mail.graph.provider import SWEEP_SECONDS
from integrations.mail.graph.subscriptions import LIFE_SECONDS, Subscription, Subscriptions
from integrations.mail.imap.accounts import ACCOUNT_KIND, Accounts, ImapAccount, ImapCursor
from integrations.mail.imap.provider import WATCHED_SECONDS
from integrations.mail.imap.watching import MAX_LINES, SCAN_PAUSE, WatchTimes
from tests.fakes.microsoft import FakeMicrosoft
from tests.integrations.mail.imap.mails import question
from tests.servers.dovecot import PASSWORD, Dovecot, running_dovecot
from tests.servers.hanging_imap import HangingImap
from tests.servers.worker import WorkerProcess

IDLE_SECONDS = 120.0
MAX_CONNECT_SECONDS = 300.0
MAX_IDLE_CORE_SHARE, MAX_IDLE_BYTES = 0.15, 600e6
FURTHER = (20_000, 200_000)
RECEIVING, WARM_UP = 64, 4
# Beside each mail so many interactive jobs, one after the other, at so many a second.
JOBS_PER_MAIL, JOBS_EVERY_SECONDS = 6, 0.15
MAX_DRAFT_SECONDS, MAX_P95_SECONDS, MAX_RATIO = 60.0, 5.0, 1.2
TENANTS = 7
# Of two workers none has more of the lines once they are shared out.
MAX_SHARE = 0.7
LOOK_AROUND_SECONDS = WatchTimes().look_around_seconds
# Nobody listens there: what is called by it does not come up while nothing happens.
PUBLIC_URL = "https://inlaid.example.org"


def _imap(records: RecordStore, user: str, port: int, *, checked_at: float = 0.0, tenant: str = "local") -> ImapAccount:
    account = ImapAccount(
        "127.0.0.1", port, user, PASSWORD, "none", user, address=user, owner_name="Bob Ray", workspace=tenant
    )
    accounts = Accounts(records)
    accounts.save(account)
    if checked_at:
        accounts.save_cursor(account, ImapCursor(uidvalidity=1, since_seconds=checked_at, checked_at=checked_at))
        accounts.update_status(account, mode="idle", connected_at=checked_at, renews_at=time.time() + 540)
    return account


def _graph(records: RecordStore, address: str, *, checked_at: float) -> None:
    """Store a mailbox as it stands after an hour: read lately, with a subscription."""
    account, accounts = GraphAccount(address, address, owner_name="Bob Ray"), GraphAccounts(records)
    renews_at = time.time() + LIFE_SECONDS * random.uniform(0.05, 0.5)  # no secret
    accounts.save(account)
    accounts.save_cursor(account, "inbox", GraphCursor(since_seconds=checked_at, checked_at=checked_at))
    accounts.update_status(account, checked_at=checked_at, is_behind=False, renews_at=renews_at)
    Subscriptions(records).save(Subscription(address, "x", account.name, account.workspace, "inbox", "id", renews_at))


def _connect(site: Site, port: int, fake: FakeMicrosoft, imap: int, graph: int) -> None:
    """Store the mailboxes as a worker finds them that is started again, each read at a moment of its own."""
    chance, records = random.Random(1), site.store.records
    sa.event.listen(site.store.database.engine, "connect", lambda line, _: line.execute("PRAGMA synchronous=OFF"))
    site.store.database.engine.dispose()  # the thousands of writes here are not what is measured
    for number in range(imap):
        tenant = f"tenant{number % TENANTS}"
        _imap(
            records,
            f"box{number}@example.org",
            port,
            checked_at=time.time() - chance.uniform(0, WATCHED_SECONDS),
            tenant=tenant,
        )
    for number in range(graph):
        address = f"graph{number}@example.org"
        fake.mailbox(fake.person(address))
        _graph(records, address, checked_at=time.time() - chance.uniform(0, SWEEP_SECONDS))


@contextmanager
def _running(**changes: Any) -> Iterator[tuple[Site, FakeMicrosoft]]:
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="inlaid-scale-"))
        fake = stack.enter_context(FakeMicrosoft())
        fake.app.application.update(SCOPES)
        os.environ.update({**fake.environment(), **changes})
        site = stack.enter_context(open_site(Path(folder)))
        settings = Settings(**{**site.settings.model_dump(), **_microsoft(fake), "public_url": PUBLIC_URL})
        yield replace(site, settings=settings), fake


def _microsoft(fake: FakeMicrosoft) -> dict[str, str]:
    return {name[7:].lower(): value for name, value in fake.environment().items() if name.startswith("INLAID_")}


def _cost(worker: WorkerProcess, seconds: float) -> tuple[float, int]:
    """Return which share of a core a worker takes, and the memory that it and its children hold."""
    before, began = _used(worker), time.monotonic()
    time.sleep(seconds)
    share = (_used(worker) - before) / (time.monotonic() - began)
    return share, sum(process.memory_info().rss for process in _tree(worker))


def _used(worker: WorkerProcess) -> float:
    """Return how many seconds of processor a worker and its children have taken."""
    return sum(sum(process.cpu_times()[:2]) for process in _tree(worker))


def _tree(worker: WorkerProcess) -> list[psutil.Process]:
    top = psutil.Process(worker.pid)
    return [top, *top.children(recursive=True)]


def measure_idle(mailboxes: int, graph_share: float) -> dict[str, Any]:
    """Connect so many mailboxes, wait until all are watched, and take the cost of two minutes."""
    graph = int(mailboxes * graph_share)
    imap = mailboxes - graph
    with CountingImap() as server, _running() as (site, fake):
        _connect(site, server.port, fake, imap, graph)
        worker = site.stack.enter_context(WorkerProcess(site.settings))
        connected = wait_for(lambda: server.counts().get("open", 0) >= imap * 0.98, MAX_CONNECT_SECONDS)
        wait_for(lambda: _cost(worker, 5.0)[0] < MAX_IDLE_CORE_SHARE, 60.0)  # what comes with the start is over
        before, load = server.counts(), os.getloadavg()[0]
        share, held = _cost(worker, IDLE_SECONDS)
        after = server.counts()
        began = time.monotonic()
        DueIndex(site.store.database).standing(ACCOUNT_KIND)
        scan_seconds = time.monotonic() - began
    told = {name: after[name] - before.get(name, 0) for name in ("IDLE", "AUTHENTICATE") if name in after}
    return {
        "mailboxes": mailboxes, "imap": imap, "graph": graph, "lines": after.get("open", 0),
        "connected_seconds": None if connected is None else round(connected, 1), "core_share": round(share, 4),
        "megabytes": round(held / 1e6), "renewals": told.get("IDLE", 0), "logins": told.get("AUTHENTICATE", 0),
        "scan_seconds": round(scan_seconds, 4), "load": round(load, 1),
    }  # fmt: skip


def measure_growth(mailboxes: int, graph_share: float) -> dict[str, Any]:
    """Measure a tenth and all of the mailboxes, and return both with what follows for many more."""
    small, large = (measure_idle(count, graph_share) for count in (mailboxes // 10, mailboxes))
    growth = large["core_share"] / max(small["core_share"], 0.001)
    return {
        "a_tenth": small, "all": large, "growth": round(growth, 2),
        "bar": {"core_share": MAX_IDLE_CORE_SHARE, "megabytes": MAX_IDLE_BYTES / 1e6, "growth": 10 * MAX_RATIO},
        "arithmetic": [_arithmetic(small, large, count) for count in FURTHER],
        "ok": (
            large["lines"] >= large["imap"] * 0.98 and large["core_share"] <= MAX_IDLE_CORE_SHARE
            and large["megabytes"] * 1e6 <= MAX_IDLE_BYTES and growth <= 10 * MAX_RATIO
        ),
    }  # fmt: skip


def _arithmetic(small: dict[str, Any], large: dict[str, Any], mailboxes: int) -> dict[str, Any]:
    """Return what so many mailboxes cost in as many workers as hold their lines, by the line through both figures."""

    def whole(name: str) -> float:
        each = (large[name] - small[name]) / (large["mailboxes"] - small["mailboxes"])
        return float(workers * (large[name] - each * large["mailboxes"]) + each * mailboxes)

    imap = mailboxes * large["imap"] / large["mailboxes"]
    workers = max(1, math.ceil(imap / MAX_LINES))
    # Every worker looks through what stands in the store about each mailbox, and not much more often than it can.
    scan = large["scan_seconds"] * mailboxes / large["mailboxes"]
    looking = workers * scan / max(LOOK_AROUND_SECONDS, scan * SCAN_PAUSE)
    return {
        "mailboxes": mailboxes, "workers": workers, "cores": round(whole("core_share") + looking, 2),
        "megabytes": round(whole("megabytes")),
    }  # fmt: skip


def _hanging(site: Site, dovecot: Dovecot, fake: FakeMicrosoft, count: int, stack: ExitStack) -> list[HangingImap]:
    """Connect mailboxes that hang: at the greeting, at LOGIN, at IDLE, at APPEND, and in the answer over HTTP."""
    ways = ((0, b""), (dovecot.port, b"AUTHENTICATE"), (dovecot.port, b"IDLE"), (dovecot.port, b"APPEND"))
    servers = [stack.enter_context(HangingImap(port, at)) for port, at in ways]
    for number in range(count):
        server, user = servers[number % 5 - 1], f"hang{number}@example.org"
        if number % 5:
            _imap(site.store.records, user, server.port)
            if number % 5 == len(ways):
                dovecot.receive(question(user), user=user)
        else:
            GraphAccounts(site.store.records).save(GraphAccount(user, user))
    return servers


def measure_handover(mailboxes: int) -> dict[str, Any]:
    """Kill one of two workers, and return how the lines were shared and after how long all stand again."""
    with CountingImap() as server, _running() as (site, fake):

        def open_lines() -> int:
            return server.counts().get("open", 0)

        _connect(site, server.port, fake, mailboxes, 0)
        first, second = WorkerProcess(site.settings), site.stack.enter_context(WorkerProcess(site.settings))
        first.start()
        wait_for(lambda: open_lines() >= mailboxes, MAX_CONNECT_SECONDS)
        wait_for(lambda: _lines_of(second.pid, server.port) < mailboxes * MAX_SHARE, MAX_CONNECT_SECONDS)
        wait_for(lambda: open_lines() == mailboxes, MAX_CONNECT_SECONDS)
        shares = [_lines_of(worker.pid, server.port) for worker in (first, second)]
        first.kill()
        wait_for(lambda: open_lines() < mailboxes, MAX_CONNECT_SECONDS)
        seconds = wait_for(lambda: open_lines() >= mailboxes, MAX_CONNECT_SECONDS)
    return {
        "mailboxes": mailboxes, "shares": shares, "handed_over_seconds": None if seconds is None else round(seconds, 1),
        "load": round(os.getloadavg()[0], 1), "ok": seconds is not None and min(shares) > 0,
    }  # fmt: skip


def _lines_of(pid: int, port: int) -> int:
    """Return how many connections to a port a worker and its children have open."""
    tree = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
    return sum(bool(line.raddr) and line.raddr.port == port for one in tree for line in one.net_connections("tcp"))


def _percentile(values: list[float], share: float) -> float:
    return sorted(values)[max(0, math.ceil(len(values) * share) - 1)] if values else math.inf


def _has_draft(dovecot: Dovecot, user: str) -> bool:
    drafts = dovecot.folder / "mail" / user / ".Drafts"
    return any(any((drafts / part).glob("*")) for part in ("cur", "new"))


@dataclass
class Firm:
    """A worker with mailboxes of which some may hang, and others that mails come to.

    Args:
        site: its store and settings.
        dovecot: where mails come.
        quiet: the server of the mailboxes in which nothing happens.
        hung: servers that hang.
        worker: the worker.
    """

    site: Site
    dovecot: Dovecot
    quiet: CountingImap
    hung: list[HangingImap]
    worker: WorkerProcess
    jobs: list[Job] = field(default_factory=list)
    came: dict[str, float] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    used_before: float = 0.0

    def receive(self, number: int) -> None:
        """Let a mail come."""
        user = f"bob{number}@example.org"
        self.dovecot.receive(question(user), user=user)
        self.came[user] = time.monotonic()

    def ask(self, number: int) -> None:
        """Submit an interactive job."""
        self.jobs.append(self.site.submit(inputs={"text": f"{number} see you on Tuesday, {len(self.jobs)}"}))

    def look(self) -> bool:
        """Look for drafts, and tell whether each mail has one."""
        for user, began in self.came.items():
            if user not in self.seconds and _has_draft(self.dovecot, user):
                self.seconds[user] = time.monotonic() - began
        return len(self.seconds) == len(self.came)

    def forget(self) -> None:
        """Count from here on."""
        self.jobs, self.came, self.seconds = [], {}, {}
        self.used_before = _used(self.worker)

    def figures(self) -> dict[str, Any]:
        """Return how long drafts and jobs took."""
        seconds = [self.seconds.get(user, math.inf) for user in self.came]
        waits = [job.started_at - job.created_at for job in self.site.ended(*self.jobs) if job.started_at]
        return {
            "drafts": len(self.seconds), "of": len(seconds), "lines": self.quiet.counts().get("open", 0),
            "hung": sum(server.hung for server in self.hung), "median_seconds": round(statistics.median(seconds), 2),
            "p95_seconds": round(_percentile(seconds, 0.95), 2), "jobs": len(waits),
            "job_wait_median_seconds": round(statistics.median(waits), 4),
            "job_wait_p99_seconds": round(_percentile(waits, 0.99), 4),
            "cpu_seconds": round(_used(self.worker) - self.used_before, 1),
        }  # fmt: skip


def _firm(stack: ExitStack, mailboxes: int, hanging: int) -> Firm:
    """Start a worker with so many mailboxes, of which some hang, and wait until all others are watched."""
    server, dovecot = stack.enter_context(CountingImap()), stack.enter_context(running_dovecot())
    site, fake = stack.enter_context(_running())
    quiet = mailboxes - hanging - RECEIVING
    if hanging:
        silent = stack.enter_context(HangingImap())
        url = f"http://127.0.0.1:{silent.port}/v1.0"
        site = replace(site, settings=site.changed(microsoft_graph_url=url, public_url=""))
    servers = _hanging(site, dovecot, fake, hanging, stack) if hanging else []
    _connect(site, server.port, fake, quiet, 0)
    accounts = [_imap(site.store.records, f"bob{number}@example.org", dovecot.port) for number in range(RECEIVING)]
    worker, known = site.stack.enter_context(WorkerProcess(site.settings)), Accounts(site.store.records)
    wait_for(lambda: all(known.status(account).mode for account in accounts), MAX_CONNECT_SECONDS)
    wait_for(lambda: server.counts().get("open", 0) >= quiet * 0.98, MAX_CONNECT_SECONDS)
    wait_for(lambda: _cost(worker, 5.0)[0] < MAX_IDLE_CORE_SHARE, 60.0)  # what comes with the start is over
    return Firm(site, dovecot, server, servers, worker)


def _watch(firms: list[Firm], seconds: float) -> None:
    """Look for drafts for so long."""
    until = time.monotonic() + seconds
    wait_for(lambda: _look(firms) and time.monotonic() >= until, seconds)


def _look(firms: list[Firm]) -> bool:
    found = [firm.look() for firm in firms]  # all of them
    return all(found)


def measure_hanging(mailboxes: int) -> dict[str, Any]:
    """Return how long drafts and jobs take without and with a tenth of the mailboxes hanging, and the ratio.

    Both workers run at once and mails come to them in turn, so that whatever else the machine does slows both alike.
    """
    with ExitStack() as stack:
        firms = [_firm(stack, mailboxes, hanging) for hanging in (0, mailboxes // 10)]
        for number in range(RECEIVING):
            if number == WARM_UP:  # by then the workers have loaded what they need for a draft
                wait_for(lambda: _look(firms), MAX_DRAFT_SECONDS)
                for firm in firms:
                    firm.forget()
            for firm in firms:
                firm.receive(number)
            for turn in range(JOBS_PER_MAIL):
                for firm in firms if turn % 2 else firms[::-1]:
                    firm.ask(number)
                    _watch(firms, JOBS_EVERY_SECONDS / 2)
        wait_for(lambda: _look(firms), MAX_DRAFT_SECONDS)
        healthy, beside = (firm.figures() for firm in firms)
    ratio = beside["p95_seconds"] / healthy["p95_seconds"]
    wait_ratio = beside["job_wait_p99_seconds"] / max(healthy["job_wait_p99_seconds"], 0.001)
    return {
        "mailboxes": mailboxes, "hanging": mailboxes // 10, "without": healthy, "with": beside,
        "p95_ratio": round(ratio, 2), "job_wait_ratio": round(wait_ratio, 2), "load": round(os.getloadavg()[0], 1),
        "bar": {"p95_seconds": MAX_P95_SECONDS, "ratio": MAX_RATIO},
        "ok": beside["p95_seconds"] <= MAX_P95_SECONDS and max(ratio, wait_ratio) <= MAX_RATIO,
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("part", choices=("idle", "hang", "handover"), nargs="?", default="idle")
    parser.add_argument("--mailboxes", type=int, default=500)
    parser.add_argument("--graph", type=float, default=0.5, help="share of mailboxes at Microsoft 365 (idle)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    given = parser.parse_args()
    parts = {
        "idle": lambda: measure_growth(given.mailboxes, given.graph),
        "hang": lambda: measure_hanging(given.mailboxes),
        "handover": lambda: measure_handover(given.mailboxes),
    }
    print(json.dumps(parts[given.part](), indent=None if given.json else 2))


if __name__ == "__main__":
    main()
