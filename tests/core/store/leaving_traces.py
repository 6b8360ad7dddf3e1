"""Somebody leaves something in every table, in every kind of record and in every place for files."""

import hashlib
import json
import zlib
from collections.abc import Sequence
from contextlib import suppress

import sqlalchemy as sa

from core.drafts import Draft
from core.insight.report.counting_rules import CountingRules
from core.insight.report.rollup import roll_up_all
from core.job import Job, JobRequest
from core.people import People
from core.principals import person_principal
from core.signals.model import Scan, ScanFinding
from core.sources.model import AccessList, Source
from core.sources.uploads import Upload, Uploads
from core.store import Store
from core.store.inventory import RECORDS
from core.store.sessions import SessionPerson, Sessions
from core.store.tables import metadata, trials
from core.store.tables.signals import signal_runs
from core.store.usage import ModelCall
from tests.core.signals.scanned import board_of
from tests.core.sources.making import fill, item_store, source_store, written

RULES = CountingRules(lambda _workspace, _person: "", {}, lambda _draft: 0.0, lambda _model: True)
# Stored by functions of their own, or never with a person; a hold would stop the purge.
NOT_PUT = {"console_session", "graph_tokens", "legal_hold", "person_disabled", "token_key", "insight", "lock", "once"}
PASSWORD = "correct-horse"


def leave_everything(store: Store, names: Sequence[tuple[str, str]], mark: str) -> Job:
    """Let the person of these names leave a mark everywhere, and return the last of their jobs."""
    for workspace, person in names:
        job = _work(store, workspace, person, mark)
        _leave_records(store, job, mark)
        own = add_to_knowledge(store, workspace, person, f"of {mark}", [person_principal(workspace, person)])
        uploads = Uploads(store.database, store.records.cipher)
        mine = uploads.source_for(workspace, person)
        uploads.put(mine, [Upload(f"file of {mark}.txt", f"uploaded by {mark}".encode())])
        fill(store, own, [written(f"file of {mark}", f"known by {mark}", access="own")], [])
        _leave_signals(store, own, mark)
        store.tokens.add(workspace, person, name=f"token {mark}", scopes=["jobs"], days=1)
        trial = {"workspace": workspace, "recipe": "reply", "goal": "kept", "variant": mark, "person": person}
        with store.database.write() as connection:
            connection.execute(sa.insert(trials).values(**trial, trials=1.0, wins=1.0))
        People(store.records, tenants=[workspace]).enter(workspace, person, "entra", vouched_by="administrator")
    roll_up_all(store, RULES)
    store.audit.chain()
    return job


def _leave_signals(store: Store, source: Source, mark: str) -> None:
    signals = board_of(store).scanner.signals
    looked_for = Scan("", source.workspace, source.person, f"looked for by {mark}", (source.id,))
    scan = signals.scans.add(looked_for)
    (item,) = item_store(store).page(source)
    finding = ScanFinding("risk", f"found for {mark}", f"quoted for {mark}", item.id, 0, 1_000.0)
    signals.put(scan, {(item.id, 0): item.content_hash}, [finding], [[1.0, 0.0]])
    with store.database.write() as connection:
        connection.execute(sa.insert(signal_runs).values(scan_id=scan.id, began_at=1.0, state="running"))
    board_of(store).runs.advance(scan, 1.0, "ended", {})


def add_to_knowledge(store: Store, workspace: str, person: str, title: str, readers: list[str]) -> Source:
    """Add a source that these readers may read."""
    made = source_store(store).add(Source("", workspace, person, "folder", title, {"readers": readers}))
    fill(store, made, [], [AccessList("own", frozenset(readers))])
    return made


def _work(store: Store, workspace: str, person: str, mark: str) -> Job:
    blobs = {"document.docx": f"document of {mark}".encode()}
    request = JobRequest("reply", {"message": f"asked by {mark}"}, "api", person, workspace=workspace, blobs=blobs)
    claimed = store.leases.claim(store.jobs.add(request)[0].id, lease_seconds=30)
    assert claimed
    store.effects.intend(claimed, "mail", {"subject": f"placed by {mark}"})
    ready = store.leases.finish(claimed, Draft(job_id=claimed.id, recipe="reply", text=f"drafted for {mark}"))
    store.outcomes.add(ready, "edited", person=person, distance=None, detail={"text": f"used by {mark}"})
    store.usage.add([ModelCall(ready.id, workspace, person, "reply", "near", "mini", True, 1, 1, 0.5, 1.0, "ok")])
    return store.leases.delivered(ready)


def _leave_records(store: Store, job: Job, mark: str) -> None:
    kept, workspace, person = store.records, job.workspace, job.person
    for kind, place in RECORDS.items():
        key, data = f"{person} {mark}", {"text": f"{kind} of {mark}", "account": f"box {mark}"}
        if kind in NOT_PUT:
            continue
        if kind in {"mailbox", "graph_mailbox", "gmail_mailbox"}:
            key = f"box {mark}"
        if kind == "slack_posted":
            key = job.id
        if place.purged == "nameless":
            kept.put(kind, workspace, hashlib.sha256(mark.encode()).hexdigest(), {"by": person}, person=person)
        elif place.is_of_mailbox:
            kept.put(
                kind, "elsewhere" if kind == "graph_subscription" else workspace, key, {**data, "workspace": workspace}
            )
        elif place.purged == "deleted":
            kept.put(kind, workspace, key, data | dict.fromkeys(place.secrets, PASSWORD), person=person)
    kept.put("weather", workspace, f"{person} {mark}", {"text": f"kept by an extension for {mark}"}, person=person)
    account = f"{person}.{workspace}"
    Sessions(kept).open(
        SessionPerson(workspace, person, "microsoft", name=mark, account=account, proof=PASSWORD), device=mark
    )
    kept.put("graph_tokens", "microsoft", hashlib.sha256(account.encode()).hexdigest(), PASSWORD + mark)
    kept.put(
        "graph_tokens", "microsoft", f"on behalf {person} {workspace}", PASSWORD + mark, person=f"{workspace}/{person}"
    )
    kept.first_time(workspace, f"learn:{person}", within_seconds=3600)


def rows_of(store: Store) -> dict[str, list[str]]:
    """Return every row of every table as JSON, with what is sealed opened."""
    found: dict[str, list[str]] = {}
    with store.database.read() as connection:
        for table in metadata.sorted_tables:
            rows = connection.execute(sa.select(table)).mappings().all()
            found[table.name] = [
                json.dumps({name: _shown(store, value) for name, value in row.items()}) for row in rows
            ]
    return found


def _shown(store: Store, value: object) -> object:
    if not isinstance(value, bytes):
        return value
    cipher = store.jobs.cipher
    if not cipher.can_open(value):
        return value.hex()
    opened = cipher._decrypt(value)
    with suppress(zlib.error):  # the blocks of sources
        opened = zlib.decompress(opened.partition(b"\0")[2])
    return opened.decode(errors="replace")
