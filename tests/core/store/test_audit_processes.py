"""Processes of an installation write one chain at once, and one of them is killed in the middle."""

import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import ExitStack

import pytest
import sqlalchemy as sa

from core.settings import Settings, settings_environment
from core.store import Store, open_store
from core.store.tables import audit_entries
from tests.core.store.test_audit import without_triggers
from tests.servers.postgres import with_server

ENTRIES = 1000
KILLED_AFTER = 300
# Writes an entry a transaction, as a process that does something does, and gives places in the chain meanwhile.
WRITE = f"""
import sys
from core.audit.entries import Actor, AuditEvent, Thing
from core.settings import load_settings
from core.store import open_store

name, trail = sys.argv[1], open_store(load_settings()).audit
print("ready", flush=True)
sys.stdin.readline()
for number in range({ENTRIES}):
    trail.write(AuditEvent("job.requested", Actor("local", name, name), Thing("job", f"{{name}}-{{number}}")))
    print(number, flush=True)
    if number % 40 == 0:
        trail.chain()
"""
# What whoever owns the database may do to it: change, remove, put in another order.
TAMPERING = (
    ["UPDATE audit_entry SET actor = '' WHERE sequence = 700"],
    ["DELETE FROM audit_entry WHERE sequence = 700"],
    [
        "UPDATE audit_entry SET sequence = 99999 WHERE sequence = 700",
        "UPDATE audit_entry SET sequence = 700 WHERE sequence = 701",
        "UPDATE audit_entry SET sequence = 701 WHERE sequence = 99999",
    ],
)


@pytest.fixture(params=["sqlite", "postgresql"])
def chosen(request: pytest.FixtureRequest, settings: Settings) -> Settings:
    return with_server(settings, request.getfixturevalue("postgres_url")) if request.param == "postgresql" else settings


@pytest.fixture
def store(chosen: Settings) -> Iterator[Store]:
    opened = open_store(chosen)
    yield opened
    opened.close()


def start(stack: ExitStack, settings: Settings, name: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", WRITE, name]
    process = stack.enter_context(
        subprocess.Popen(
            command, env=settings_environment(settings), text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
    )
    stack.callback(process.kill)
    return process


def line_of(process: subprocess.Popen[str]) -> str:
    assert process.stdout
    return process.stdout.readline().strip()


def test_what_three_processes_write_at_once_is_one_whole_chain_also_when_one_is_killed(
    store: Store, chosen: Settings
) -> None:
    with ExitStack() as stack:
        web, worker, beat = (start(stack, chosen, name) for name in ("web", "worker", "beat"))
        for process in (web, worker, beat):
            assert line_of(process) == "ready"
        for process in (web, worker, beat):
            assert process.stdin
            process.stdin.write("go\n")
            process.stdin.flush()
        while int(line_of(beat)) < KILLED_AFTER:
            pass
        beat.kill()
        assert [process.wait() for process in (web, worker)] == [0, 0]
        beat.wait()
        told = [int(line) for line in (beat.stdout or ()) if line.strip().isdigit() and line.endswith("\n")]

    written: dict[str, list[int]] = defaultdict(list)
    for shown in store.audit.walk():
        name, _, number = shown.entry.thing.rpartition("-")
        written[name].append(int(number))
    assert written["web"] == written["worker"] == [*range(ENTRIES)]
    assert written["beat"] == [*range(len(written["beat"]))]
    assert max([KILLED_AFTER, *told]) < len(written["beat"])  # what it was told is stored, is there
    checked = store.audit.verify()
    assert (checked.problems, checked.count) == ([], 2 * ENTRIES + len(written["beat"]))
    for statements in TAMPERING:
        assert len(problems_after(store, statements)) >= 1, statements
    assert store.audit.verify().problems == []


def problems_after(store: Store, statements: Sequence[str]) -> Sequence[str]:
    """Tamper with the trail as the owner of the database can, look at it, and put it back."""
    touched = audit_entries.c.sequence.in_((700, 701, 99_999))
    with store.database.read() as connection:
        kept = [dict(row) for row in connection.execute(sa.select(audit_entries).where(touched)).mappings()]
    without_triggers(store, *statements)
    problems = store.audit.verify().problems
    with store.database.write() as connection:
        connection.execute(sa.delete(audit_entries).where(touched))
        connection.execute(sa.insert(audit_entries), kept)
    return problems
