"""After a purge not a byte of what somebody wrote, sealed or not, is in the files of the database, broker or logs."""

import io
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from core.audit.acting import acting, current_actor
from core.audit.entries import AuditEvent, Name, Thing
from core.drafts import Draft
from core.events.streams import StreamEvents, forget_events
from core.job import JobRequest
from core.logs import configure_logging, logger
from core.settings import Settings
from core.store import Store, open_store
from core.store.people.rows import Identity
from core.store.purge import purge_person
from core.store.retention import Holds
from core.store.sealing import sealed_columns
from core.store.sessions import SessionPerson, Sessions
from tests.servers.valkey import ValkeyProcess, valkey_shared  # noqa: F401 - a fixture

ANN, BOB = "ann.private@example.com", "bob@example.com"
LONG = "The merger with Contoso is off. " * 4000
PART = 24


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    opened = open_store(settings)
    yield opened
    opened.close()


def works(store: Store, person: str) -> list[str]:
    """Let somebody leave something in each place: requests, files, drafts, acts, changed records, sessions, names."""
    ids = []
    for number in range(5):
        text = f"{person} says {number}: {LONG}"
        request = JobRequest("reply", {"message": text}, "api", person, blobs={"document.docx": text.encode()})
        job = store.jobs.add(request)[0]
        claimed = store.leases.claim(job.id, lease_seconds=30)
        assert claimed
        store.effects.intend(claimed, "mail", {"subject": text})
        store.effects.confirm(claimed, "mail", {"subject": text[:999]})
        ready = store.leases.finish(claimed, Draft(job_id=job.id, recipe="reply", text=text))
        store.outcomes.add(ready, "edited", person=person, distance=None, detail={"text": text + "!"})
        store.leases.delivered(ready)
        store.records.put("preference", "local", f"{person}/{number}", {"wish": text}, person=person)
        store.records.put("preference", "local", f"{person}/{number}", {"wish": text[::-1]}, person=person)
        store.records.first_time("local", f"learn:{person}:{number}", within_seconds=3600)
        ids.append(job.id)
    Sessions(store.records).open(SessionPerson("local", person, "token", name=person))
    store.tokens.add("local", person, name="ci", scopes=["jobs"], days=1)
    store.audit.head()
    return ids


def sealed_values(store: Store) -> set[bytes]:
    """Return a part of each sealed value, behind the name of its key and the time that begins it."""
    found = set()
    with store.database.read() as connection:
        for column in sealed_columns():
            for value in connection.execute(sa.select(column).where(column.is_not(None))).scalars():
                found |= {bytes(value)[at : at + PART] for at in (40, len(value) // 2, len(value) - PART)}
    return found


def bytes_in(folder: Path) -> bytes:
    return b"\n".join(file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file())


def test_the_files_of_sqlite_hold_nothing_of_a_purged_person(store: Store, settings: Settings) -> None:
    works(store, BOB)
    bobs = sealed_values(store)
    works(store, ANN)
    anns = sealed_values(store) - bobs
    files = bytes_in(settings.home)
    assert ANN.encode() in files
    assert all(part in files for part in anns | bobs)
    for text in (LONG[:40], LONG[::-1][:40]):
        assert text.encode() not in files  # it is sealed anyway

    purge_person(store.records, [("local", ANN)])
    files = bytes_in(settings.home)
    assert ANN.encode() not in files
    assert [part for part in anns if part in files] == []
    assert all(part in files for part in bobs - (bobs - sealed_values(store)))
    assert BOB.encode() in files
    assert store.audit.verify().problems == []


def test_the_trail_forgets_of_whom_a_hold_was(store: Store, settings: Settings) -> None:
    home = Identity("local", ANN)
    with acting("cli", workspace="local", person=BOB):
        Holds(store.records).put(home, reason="case 4711", by=BOB)
        Holds(store.records).lift(home)
        former = Thing("person", Name("local", BOB, "person", f"local/{ANN}"))  # so an earlier version called them
        store.audit.write(AuditEvent("hold.set", current_actor("local"), former))
        assert [entry.thing for entry in store.audit.walk()] == [ANN, ANN, f"local/{ANN}"]
        purge_person(store.records, [home])
    entries = list(store.audit.walk())
    assert {entry.entry.thing for entry in entries[:2]} == {entries[-1].entry.thing}
    assert {entry.actor for entry in entries} == {BOB}
    assert ANN.encode() not in bytes_in(settings.home)


def test_the_broker_holds_nothing_of_a_purged_person(store: Store, settings: Settings, tmp_path: Path) -> None:
    with ValkeyProcess(tmp_path / "valkey", persist=True) as valkey:
        events = StreamEvents(valkey.url, store.jobs.cipher)
        ids = works(store, ANN)
        for job_id in ids:
            events.publish(job_id, "token", {"text": LONG})
            events.publish(job_id, "state", {"state": "delivered"})
        events.flush()
        server = valkey.client()
        assert all(job_id.encode() in bytes_in(valkey.folder) for job_id in ids)

        done = purge_person(store.records, [("local", ANN)])
        assert sorted(done.job_ids) == sorted(ids)
        assert forget_events(valkey.url, done.job_ids)
        while (
            server.info("persistence")["aof_rewrite_in_progress"] or server.info("persistence")["aof_rewrite_scheduled"]
        ):
            assert valkey.answers()
        server.save()
        dump = bytes_in(valkey.folder)
        assert not [job_id for job_id in ids if job_id.encode() in dump]
        assert LONG[:40].encode() not in dump
        assert server.keys("*") == []
    assert not forget_events(valkey.url, ids)  # it is gone, and what it held ends by itself


def test_logs_never_held_anything(store: Store) -> None:
    kept, sys.stderr = sys.stderr, io.StringIO()
    try:
        configure_logging("DEBUG", json=True)
        works(store, ANN)
        logger(__name__).info("worked", job_id="1", source=LONG)
        purge_person(store.records, [("local", ANN)])
        written = sys.stderr.getvalue()
    finally:
        sys.stderr = kept
        configure_logging("INFO", json=True)
    assert "worked" in written
    assert LONG[:40] not in written
    assert ANN not in written
